"""Conversations with bytes and times alone: what may never happen, whatever the printer says."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from drivers.escpos.condition import Condition
from drivers.escpos.delivery import Delivery
from drivers.escpos.exchange import Ended, Ending, Event, Exchange, Listen, Send, Timing
from drivers.escpos.frames import (
    FENCE,
    HEADER_FILLER,
    AnswerByte,
    Block,
    Identity,
    Question,
    StatusByte,
    ask,
    process_name,
)
from drivers.escpos.inquiry import Inquiry
from drivers.escpos.job import Job
from drivers.escpos.session import TRANSITIONS, Conversation, Phase
from drivers.escpos.troubles import TROUBLES
from drivers.escpos.watch import LONGEST_PAUSE, ROUND_SECONDS, Watch
from drivers.escpos.witness import CUT, HOLD, OPENING, PRINT, Fence, ProcessIds, Witness

TIMING = Timing(bytes_per_second=960.0, lines_per_second=10.0, answer_seconds=2.0, patience_seconds=5.0)
JOB = Job(opening=b"\x1b@", body=(b"one\n", b"two\n"), tail=(b"\x1dVB\x00",), lines=2)
HEALTHY = {1: 0x16, 2: 0x12, 4: 0x12}
JAMMED = {1: 0x1E, 2: 0x52, 3: 0x1A, 4: 0x12}
NAMES = (b"aaaa", b"bbbb", b"cccc", b"dddd")


class Wire:
    """Carries a conversation by hand: everything is taken at once, and status questions are answered by a table."""

    def __init__(self, exchange: Exchange) -> None:
        self.exchange = exchange
        self.now = 0.0
        self.sent: list[bytes] = []
        self.answers = dict(HEALTHY)

    def turn(self) -> Ended | None:
        match self.exchange.step(self.now):
            case Send(data, _):
                self.sent.append(data)
                self.exchange.taken(len(data), self.now)
                if data[-3:-1] == b"\x10\x04" and data[-1] in self.answers:
                    self.say(bytes((self.answers[data[-1]],)))
            case Listen(seconds):
                self.now += seconds
            case Ended() as ended:
                return ended
        return None

    def until(self, data: bytes) -> Wire:
        """Go on until this was sent."""
        before = len(self.sent)
        for _ in range(2000):
            if data in self.sent[before:]:
                return self
            assert self.turn() is None
        raise AssertionError(f"{data!r} is never sent")

    def say(self, data: bytes) -> None:
        self.exchange.hear(data, self.now)

    def silent(self) -> Wire:
        self.answers = {}
        return self

    def finish(self) -> Ended:
        for _ in range(2000):
            ended = self.turn()
            if ended:
                return ended
        raise AssertionError("the conversation never ends")


def fenced() -> Wire:
    return Wire(Conversation(JOB, Fence(), TIMING))


def with_ids() -> Wire:
    return Wire(Conversation(JOB, ProcessIds(NAMES), TIMING))


OPEN_FENCE = b"\x1b@" + FENCE
LAST_FENCE = b"\x1dVB\x00" + FENCE


def test_the_whole_conversation_in_order() -> None:
    wire = fenced().until(OPEN_FENCE)
    wire.say(b"\x00")
    wire.until(LAST_FENCE)
    wire.say(b"\x00")
    assert Ended(Ending.DONE) == wire.finish()
    questions = [ask(Question.PRINTER), ask(Question.OFFLINE_CAUSE), ask(Question.PAPER)]
    assert [*questions, OPEN_FENCE, b"one\n", b"two\n", LAST_FENCE] == wire.sent
    assert [] == wire.exchange.strays


def test_a_process_id_stands_directly_behind_the_last_line_and_behind_the_cut() -> None:
    wire = with_ids().until(b"\x1b@\x1d(H\x06\x0000aaaa")
    wire.say(b'7"aaaa\0')
    wire.until(b"two\n\x1d(H\x06\x0000cccc").until(b"\x1dVB\x00\x1d(H\x06\x0000dddd")
    wire.say(b'7"cccc\0')
    assert isinstance(wire.exchange, Conversation)
    assert Phase.CUTTING is wire.exchange.phase
    wire.say(b'7"dddd\0')
    assert Ended(Ending.DONE) == wire.finish()


def test_the_newest_process_id_confirms_all_before_it() -> None:
    wire = with_ids().until(b"\x1b@\x1d(H\x06\x0000aaaa")
    wire.say(b'7"aaaa\0')
    wire.until(b"\x1dVB\x00\x1d(H\x06\x0000dddd")
    wire.say(b'7"dddd\0')
    assert Ended(Ending.DONE) == wire.finish()


@pytest.mark.parametrize(
    ("answers", "code"), [({}, "no_answer"), (JAMMED, "cutter"), (HEALTHY, "interrupted")]
)
def test_a_proven_print_stays_proven_when_the_cut_is_not(answers: dict[int, int], code: str) -> None:
    wire = with_ids().until(b"\x1b@\x1d(H\x06\x0000aaaa")
    wire.say(b'7"aaaa\0')
    wire.until(b"\x1dVB\x00\x1d(H\x06\x0000dddd")
    wire.say(b'7"cccc\0')
    wire.answers = answers
    assert Ended(Ending.DONE, code) == wire.finish()


def test_silence_before_the_slip_is_refused_and_after_its_first_byte_unknown() -> None:
    assert Ended(Ending.REFUSED, "no_answer") == fenced().silent().finish()
    wire = fenced().until(OPEN_FENCE)
    wire.say(b"\x00")
    wire.until(b"one\n")
    assert Ended(Ending.UNKNOWN, "no_answer") == wire.silent().finish()


@pytest.mark.parametrize("taken", [0, 1, 3, 4])
def test_a_broken_line_is_unknown_from_the_first_byte_that_was_taken(taken: int) -> None:
    wire = fenced().until(OPEN_FENCE)
    wire.say(b"\x00")
    assert Listen(0.0) == wire.exchange.step(wire.now)
    assert Send(b"one\n", 4 / 960 + 1) == wire.exchange.step(wire.now)
    wire.exchange.broken(unsent=4 - taken, now=wire.now)
    assert Ended(Ending.UNKNOWN if taken else Ending.REFUSED, "no_connection") == wire.finish()


def test_the_answer_deadline_begins_when_the_line_is_free() -> None:
    # 1 kB in front of the question takes more than a second at 9600 baud.
    job = Job(opening=bytes(1900), body=(b"one\n",), tail=(b"cut",), lines=1)
    wire = Wire(Conversation(job, Fence(), TIMING)).until(bytes(1900) + FENCE)
    begun = wire.now
    wire.say(b"\x00")
    wire.silent().finish()
    assert wire.now - begun >= 1900 / 960 + TIMING.answer_seconds - 0.01


def test_the_window_makes_the_printer_answer_before_it_gets_more() -> None:
    piece = b"x" * 511 + b"\n"
    job = Job(opening=b"\x1b@", body=(piece,) * 6, tail=(b"cut",), lines=6)
    wire = Wire(Conversation(job, Fence(), TIMING)).until(OPEN_FENCE)
    wire.say(b"\x00")
    wire.until(piece)
    assert Ended(Ending.UNKNOWN, "no_answer") == wire.silent().finish()
    assert 1024 == sum(len(data) for data in wire.sent if data == piece)


def test_an_interrupted_printer_first_gets_what_completes_a_broken_header() -> None:
    wire = Wire(Conversation(JOB, Fence(), TIMING, interrupted=True))
    wire.turn()
    assert [HEADER_FILLER + ask(Question.PRINTER)] == wire.sent
    wire = Wire(Inquiry(TIMING, interrupted=True))
    wire.turn()
    assert [HEADER_FILLER + ask(Question.PRINTER)] == wire.sent


def test_an_opening_is_believed_after_an_interruption_only_when_nothing_follows() -> None:
    wire = Wire(Conversation(JOB, Fence(), TIMING, interrupted=True)).until(OPEN_FENCE)
    wire.say(b"\x00")
    wire.turn()
    wire.turn()
    assert b"one\n" not in wire.sent
    wire.say(b"\x00")
    wire.until(b"one\n")
    assert wire.now > 1.0


# -- whatever the printer says ---------------------------------------------------------------------------


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_noise_proves_a_slip_and_every_conversation_ends(data: st.DataObject) -> None:
    names = tuple(process_name(number * 7919 + 10**7) for number in range(4))
    one, two, three, four = names
    wire = Wire(Conversation(JOB, ProcessIds((one, two, three, four)), TIMING))
    wire.until(b"\x1b@\x1d(H\x06\x0000" + one)
    wire.say(b'7"' + one + b"\0")
    noise = data.draw(st.lists(st.binary(max_size=12), max_size=30))
    for said in noise:
        if three not in said and four not in said and wire.turn() is None:
            wire.say(said)
    ended = wire.finish()
    assert Ending.DONE is not ended.ending
    assert ended.code in TROUBLES


@settings(max_examples=100, deadline=None)
@given(st.lists(st.integers(0, 9), max_size=60))
def test_however_little_a_line_takes_the_bytes_arrive_whole_and_in_order(counts: list[int]) -> None:
    exchange = Conversation(JOB, Fence(), TIMING)
    received = b""
    now = 0.0
    while not isinstance(step := exchange.step(now), Ended):
        now += 0.01
        if isinstance(step, Send):
            count = min(len(step.data), counts.pop() if counts else len(step.data))
            received += step.data[:count]
            exchange.taken(count, now)
            if count == len(step.data):
                exchange.hear(_answer(received), now)
    questions = re.compile(rb"\x10\x04[\x01\x02\x04]")
    assert Ended(Ending.DONE) == step
    assert OPEN_FENCE + b"one\ntwo\n" + LAST_FENCE == questions.sub(b"", received)


def _answer(received: bytes) -> bytes:
    if received.endswith(FENCE):
        return b"\x00"
    return bytes((HEALTHY[received[-1]],)) if received[-3:-1] == b"\x10\x04" else b""


# -- the table -------------------------------------------------------------------------------------------

ENDS = {Phase.PRINTED, Phase.REFUSED, Phase.UNKNOWN}


def test_every_phase_can_be_left_and_every_failure_has_an_end() -> None:
    assert set(Phase) - ENDS == set(TRANSITIONS)
    for phase, leads in TRANSITIONS.items():
        for event in (Event.SILENT, Event.STALLED, Event.LATE, Event.BROKEN, Event.STOPPED):
            assert leads[event] in ENDS, (phase, event)


def test_nothing_is_refused_after_the_first_byte_and_nothing_unknown_before_it() -> None:
    before = (Phase.ASKING, Phase.OPENING, Phase.ARMED)
    for phase, leads in TRANSITIONS.items():
        assert (Phase.UNKNOWN if phase in before else Phase.REFUSED) not in leads.values()


def test_a_slip_is_printed_only_by_proof() -> None:
    assert {Phase.PROVING, Phase.CUTTING} == {
        phase for phase, leads in TRANSITIONS.items() if Phase.PRINTED in leads.values()
    }
    assert [Event.PROVEN] == [
        event for event, to in TRANSITIONS[Phase.PROVING].items() if to is Phase.PRINTED
    ]


# -- its parts -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("witness", [Fence(), ProcessIds(NAMES)])
def test_a_status_byte_is_no_testimony(witness: Witness) -> None:
    for asked in (0, OPENING, PRINT, CUT):
        for holding in (False, True):
            assert 0 == witness.confirms(StatusByte(0x16), asked, holding=holding)
            assert 0 == witness.confirms(Block(b'7"zzzz'), asked, holding=holding)
            assert 0 == witness.confirms(Block(b"7%"), asked, holding=holding)


def test_names_not_yet_asked_about_confirm_nothing() -> None:
    ids = ProcessIds(NAMES)
    assert 0 == ids.confirms(Block(b'7"dddd'), PRINT, holding=True)
    assert CUT == ids.confirms(Block(b'7"dddd'), CUT, holding=False)
    assert 0 == ids.confirms(Block(b'7"bbbb'), CUT, holding=False)
    assert HOLD == ids.confirms(Block(b'7"bbbb'), PRINT, holding=True)
    assert PRINT == ids.confirms(Block(b'7"cccc'), PRINT, holding=True)


def test_a_fence_answers_the_question_that_was_asked_last() -> None:
    answer = AnswerByte(0)
    assert [0, OPENING, 0, CUT] == [
        Fence().confirms(answer, asked, holding=False) for asked in (0, OPENING, PRINT, CUT)
    ]
    assert HOLD == Fence().confirms(answer, PRINT, holding=True)


def test_automatic_status_is_believed_at_once_and_is_no_answer() -> None:
    wire = fenced().until(OPEN_FENCE)
    wire.say(bytes.fromhex("18 00 0f 0f"))
    assert wire.exchange.condition.paper_end
    wire.say(b"\x00")
    assert Ended(Ending.DONE) != wire.turn()
    assert b"one\n" not in wire.sent


@pytest.mark.parametrize("proof", ["fence", "process-id"])
def test_a_slip_that_waits_goes_on_only_when_the_printer_remembers_it(proof: str) -> None:
    wire = fenced() if proof == "fence" else with_ids()
    opening, hold, last = _expected(proof)
    wire.until(b"\x1b@" + opening[0])
    wire.say(opening[1])
    wire.until(b"one\n")
    wire.say(bytes.fromhex("18 00 0f 0f"))
    wire.until(hold[0])
    assert b"two\n" + last[0] not in wire.sent
    wire.say(hold[1])
    wire.until(b"two\n" + last[0])


def _expected(proof: str) -> tuple[tuple[bytes, bytes], tuple[bytes, bytes], tuple[bytes, bytes]]:
    if proof == "fence":
        return (FENCE, b"\0"), (FENCE, b"\0"), (b"", b"")
    ids = [(b"\x1d(H\x06\x0000" + name, b'7"' + name + b"\0") for name in NAMES]
    return ids[0], ids[1], ids[2]


def test_rounds_grow_rarer_while_the_printer_stays_offline() -> None:
    watch = Watch()
    now, asked, pauses = 0.0, [], []
    for _ in range(40):
        question = watch.due(now)
        if question is None:
            pauses.append(watch.due_in(now))
            now += watch.due_in(now)
            continue
        asked.append(question)
        watch.asked(now + 1)
        watch.answered({1: 0x1E, 2: 0x32, 4: 0x72}[question], now)
    assert ROUND_SECONDS == pauses[0]
    assert LONGEST_PAUSE == pauses[-1]
    assert [
        Question.PRINTER,
        Question.OFFLINE_CAUSE,
        Question.PAPER,
        Question.PRINTER,
        Question.PRINTER,
    ] == asked[:5]
    assert ("paper_end",) == watch.condition.codes


def test_a_printer_back_online_is_asked_about_everything() -> None:
    watch = Watch()
    for question, value in ((1, 0x1E), (2, 0x32), (4, 0x72), (1, 0x16), (2, 0x12), (4, 0x1E)):
        watch.hurry()
        assert question == watch.due(0.0)
        watch.asked(1.0)
        watch.answered(value, 0.0)
    assert Condition(near_end=True) == watch.condition


def test_an_answer_nobody_asked_for_means_nothing() -> None:
    watch = Watch()
    assert not watch.answered(0x1E, 0.0)
    assert Condition() == watch.condition


def test_an_inquiry_learns_condition_and_identity_and_sends_nothing_else() -> None:
    wire = Wire(Inquiry(TIMING, (Identity.SERIAL_NUMBER, Identity.MODEL))).until(b"\x1dI\x44")
    wire.say(b"_J7M0001\0")
    wire.until(b"\x1dI\x43")
    assert Ended(Ending.DONE) == wire.finish()
    assert isinstance(wire.exchange, Inquiry)
    assert {Identity.SERIAL_NUMBER: "J7M0001"} == wire.exchange.identities


def test_a_delivery_is_done_when_everything_is_taken() -> None:
    wire = Wire(Delivery(JOB, TIMING))
    assert Ended(Ending.DONE) == wire.finish()
    assert [b"\x1b@one\ntwo\n\x1dVB\x00"] == wire.sent


@pytest.mark.parametrize(("taken", "ending"), [(0, Ending.REFUSED), (1, Ending.UNKNOWN)])
def test_a_delivery_that_stalls_ends_after_the_patience(taken: int, ending: Ending) -> None:
    delivery = Delivery(JOB, TIMING)
    delivery.step(0.0)
    delivery.taken(taken, 0.0)
    assert isinstance(delivery.step(TIMING.patience_seconds - 0.1), Send)
    assert Ended(ending, "stalled") == delivery.step(TIMING.patience_seconds + 0.1)
