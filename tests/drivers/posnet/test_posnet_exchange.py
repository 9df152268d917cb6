"""One command and its answer, without a printer: bytes and times only."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.posnet.exchange import Ended, Exchange, Listen, Pace, Send
from drivers.posnet.frames import Answer, CommandError, Damaged, Frame, FrameError, FrameFault, Noise

PACE = Pace(soft=5.0)
READY = (("ds", b"0"), ("qe", b"T"), ("tl", b"0"))


@dataclass
class Line:
    """An exchange, its clock, and what was sent."""

    pace: Pace = PACE
    frame: Frame = field(default_factory=lambda: Frame("trend", token=7))
    now: float = 100.0
    sent: list[Frame] = field(default_factory=list)

    def __post_init__(self) -> None:
        numbers = itertools.count(500)
        self.exchange = Exchange(self.frame, self.pace, lambda: next(numbers), bytes_per_second=1000.0)

    def run(self, seconds: float) -> Ended | None:
        """Let time pass; everything offered is taken at once."""
        end = self.now + seconds
        while True:
            step = self.exchange.step(self.now)
            if isinstance(step, Ended):
                return step
            if isinstance(step, Send):
                self.sent.append(frame_of(step.data))
                self.exchange.taken(len(step.data), self.now)
            elif self.now >= end:
                return None
            else:
                self.now = min(end, self.now + max(step.seconds, 0.0005))

    def hear(self, *parts: Answer | CommandError | FrameError | Damaged | Noise) -> Ended | None:
        self.exchange.hear(parts, self.now)
        return self.run(0.01)

    @property
    def asked(self) -> list[str]:
        return [frame.mnemonic for frame in self.sent]


def frame_of(data: bytes) -> Frame:
    pieces = data[1:].split(b"\t")
    return Frame(pieces[0].decode(), token=int(pieces[1][1:]))


def test_an_answer_with_the_right_name_and_token_ends_it() -> None:
    line = Line()
    assert line.run(1.0) is None

    assert Ended(Answer("trend", (), 7)) == line.hear(Answer("trend", (), 7))


@pytest.mark.parametrize(
    "late",
    [Answer("trend", (), 6), Answer("trline", (), 7), CommandError("trend", 2060, 6), FrameError(13, 6)],
)
def test_what_belongs_to_another_command_is_put_aside(late: Answer | CommandError | FrameError) -> None:
    line = Line()
    line.run(1.0)

    assert line.hear(late) is None
    assert [late] == line.exchange.strays


def test_nothing_that_comes_before_the_command_has_left_is_its_answer() -> None:
    line = Line()

    line.exchange.hear([Answer("trend", (), 7)], line.now)

    assert isinstance(line.exchange.step(line.now), Send)
    assert [Answer("trend", (), 7)] == line.exchange.strays


def test_the_soft_limit_counts_from_when_the_bytes_have_travelled() -> None:
    line = Line(frame=Frame("trline", (("na", b"x" * 980),), 7))

    line.run(5.9)
    assert ["trline"] == line.asked
    line.run(0.2)

    assert ["trline", "!sdev"] == line.asked


def test_questions_bear_tokens_of_their_own_and_follow_each_other_one_at_a_time() -> None:
    line = Line()
    line.run(5.5)
    assert [7, 500] == [frame.token for frame in line.sent]

    line.hear(Answer("sdev", (("ds", b"0"), ("qe", b"N")), 500))
    line.run(1.5)

    assert [7, 500, 501] == [frame.token for frame in line.sent]


@pytest.mark.parametrize("bang", ["!", ""])
def test_a_printer_that_waits_for_somebody_is_asked_for_the_cause_and_waited_for_without_end(
    bang: str,
) -> None:
    line = Line()
    answered = 7
    for _ in range(2000):
        line.run(0.5)
        last = line.sent[-1]
        if last.token == answered:
            continue
        answered = last.token or 0
        name = f"{bang}{last.mnemonic.removeprefix('!')}"
        fields = (("pr", b"5"),) if "sprn" in name else (("ds", b"3"), ("qe", b"N"))
        assert line.hear(Answer(name, fields, last.token)) is None

    assert "!sprn" in line.asked
    assert ("paper_end",) == line.exchange.condition.codes
    assert Ended(Answer("trend", (), 7)) == line.hear(Answer("trend", (), 7))


def test_a_printer_that_is_idle_without_having_answered_has_lost_the_answer() -> None:
    line = Line()
    ended = None
    for _ in range(12):
        ended = ended or line.run(1.0)
        last = line.sent[-1]
        if ended is None and last.mnemonic == "!sdev":
            ended = line.hear(Answer("!sdev", READY, last.token))

    assert Ended(None, "lost_answer") == ended


def test_three_questions_without_an_answer_are_the_end() -> None:
    line = Line()

    assert Ended(None, "no_answer") == line.run(60.0)
    assert ["trend", "!sdev", "!sdev", "!sdev"] == line.asked


@pytest.mark.parametrize("part", [Damaged(b"trend", FrameFault.CRC), FrameError(5)])
def test_a_damaged_answer_and_a_complaint_without_a_token_are_lost_answers(
    part: Damaged | FrameError,
) -> None:
    line = Line()
    line.run(1.0)

    assert Ended(None, "lost_answer") == line.hear(part)


def test_a_complaint_with_the_token_of_the_command_is_its_answer() -> None:
    line = Line()
    line.run(1.0)

    assert Ended(FrameError(3, 7, "trend", "to")) == line.hear(FrameError(3, 7, "trend", "to"))


def test_a_link_that_breaks_tells_whether_a_byte_had_left() -> None:
    unsent, sent = Line(), Line()
    assert isinstance(unsent.exchange.step(unsent.now), Send)
    unsent.exchange.broken(written=0, now=unsent.now)
    sent.exchange.step(sent.now)
    sent.exchange.broken(written=1, now=sent.now)

    assert Ended(None, "no_connection", sent=False) == unsent.run(1.0)
    assert Ended(None, "no_connection", sent=True) == sent.run(1.0)


def test_a_printer_that_takes_no_bytes_is_given_up() -> None:
    line = Line()
    ended = None
    while ended is None:
        step = line.exchange.step(line.now)
        ended = step if isinstance(step, Ended) else None
        if isinstance(step, Send):
            line.exchange.taken(0, line.now)
            line.now += step.seconds

    assert Ended(None, "no_answer", sent=False) == ended


def test_stop_lets_an_answer_that_is_due_come_and_ends_a_wait() -> None:
    line = Line()
    line.run(1.0)
    line.exchange.stop()
    assert line.run(1.0) is None

    line.run(6.0)
    line.exchange.stop()

    assert Ended(None, "stopping") == line.run(0.0)


def test_an_unwatched_question_has_its_time_and_no_more() -> None:
    line = Line(pace=Pace(soft=2.0, watched=False), frame=Frame("!sdev", token=7))

    assert Ended(None, "no_answer") == line.run(3.0)
    assert ["!sdev"] == line.asked


parts = st.one_of(
    st.builds(
        Answer,
        st.sampled_from(["trend", "!sdev", "sdev", "!sprn", "scnt"]),
        st.lists(st.tuples(st.sampled_from(["ds", "qe", "pr", "tl"]), st.binary(max_size=2)), max_size=3).map(
            tuple
        ),
        st.none() | st.sampled_from([7, 500, 501, 502]),
    ),
    st.builds(
        CommandError, st.sampled_from(["trend", "!sdev"]), st.just(50), st.sampled_from([7, 500, None])
    ),
    st.builds(FrameError, st.sampled_from([1, 5, 13]), st.sampled_from([7, 500, None])),
    st.builds(Noise, st.binary(max_size=4)),
    st.just(Damaged(b"x", FrameFault.CRC)),
)


@given(st.lists(st.tuples(parts, st.floats(0.0, 8.0)), max_size=12))
def test_whatever_comes_only_its_own_answer_is_believed(
    heard: list[tuple[Answer | CommandError | FrameError | Damaged | Noise, float]],
) -> None:
    line = Line()
    ended = line.run(0.5)
    for part, seconds in heard:
        ended = ended or line.hear(part) or line.run(seconds)

    if ended is not None and ended.reply is not None:
        assert 7 == ended.reply.token
        assert isinstance(ended.reply, FrameError) or "trend" == ended.reply.mnemonic
    assert isinstance(line.exchange.step(line.now), Ended | Listen | Send)
