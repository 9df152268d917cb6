from __future__ import annotations

import io
import logging
import os
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge import log, messages
from bridge.log import LineFormatter, Repeated, last_resort, say, start_logging

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

TOKEN = "0000-0000-FAKE-TOKEN"


@pytest.fixture(autouse=True)
def logging_as_it_was() -> Iterator[None]:
    root, ours = logging.getLogger(), log.logger()
    before = (root.handlers[:], root.level, ours.level)
    yield
    root.handlers[:] = before[0]
    root.setLevel(before[1])
    ours.setLevel(before[2])


def lines_of(record: logging.LogRecord, *, journal: bool = True, secrets: tuple[str, ...] = ()) -> list[str]:
    return LineFormatter(journal=journal, secrets=secrets).format(record).split("\n")


def record(message: str, level: int = logging.INFO, **facts: object) -> logging.LogRecord:
    made = logging.LogRecord(log.NAME, level, __file__, 1, "%s", (message,), None)
    made.facts = facts
    return made


def with_traceback(error: Exception) -> logging.LogRecord:
    try:
        raise error
    except type(error) as raised:
        return logging.LogRecord(
            log.NAME,
            logging.CRITICAL,
            __file__,
            1,
            "it failed",
            (),
            (type(raised), raised, raised.__traceback__),
        )


@pytest.mark.parametrize(
    ("level", "priority"),
    [
        (logging.CRITICAL, "<2>"),
        (logging.ERROR, "<3>"),
        (logging.WARNING, "<4>"),
        (logging.INFO, "<6>"),
        (logging.DEBUG, "<7>"),
        (25, "<6>"),
    ],
)
def test_under_systemd_a_line_starts_with_its_priority(level: int, priority: str) -> None:
    assert [f"{priority}receipt printed"] == lines_of(record("receipt printed", level))


def test_at_a_terminal_a_line_starts_with_time_and_level() -> None:
    (line,) = lines_of(record("receipt printed", logging.WARNING), journal=False)

    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d warning  receipt printed", line)


@pytest.mark.parametrize("named", ["this stream", "another stream", "nothing", "nonsense"])
def test_priorities_are_written_only_when_systemd_names_this_very_stream(tmp_path: Path, named: str) -> None:
    with (tmp_path / "log").open("w+") as stream:
        status = os.fstat(stream.fileno())
        names = {
            "this stream": f"{status.st_dev}:{status.st_ino}",
            "another stream": f"{status.st_dev}:{status.st_ino + 1}",
            "nonsense": "journal",
        }
        environ = {"JOURNAL_STREAM": names[named]} if named in names else {}

        start_logging("info", environ, stream)
        say(messages.PRINTER_WAITS, "printer waits")

        stream.seek(0)
        assert ("this stream" == named) is stream.read().startswith("<4>")


def test_a_stream_without_a_descriptor_is_a_terminal_s() -> None:
    stream = io.StringIO()

    start_logging("info", {"JOURNAL_STREAM": "1:2"}, stream)
    say(messages.RECEIPT_PRINTED, "receipt printed")

    assert " info     receipt printed\n" in stream.getvalue()


def test_less_important_lines_than_the_level_are_left_out() -> None:
    stream = io.StringIO()
    start_logging("warning", {}, stream)

    say(messages.RECEIPT_PRINTED, "receipt printed")
    say(messages.PRINTER_WAITS, "printer waits")

    assert ["printer waits"] == [line.split("  ")[-1] for line in stream.getvalue().splitlines()]


def test_the_libraries_that_write_headers_stay_quiet_at_debug_too() -> None:
    stream = io.StringIO()
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.DEBUG)
    start_logging("debug", {}, stream)

    for name in ("httpx", "httpcore", "httpcore.http11"):
        logging.getLogger(name).debug("headers=[(b'X-BLToken', b'...')]")
        logging.getLogger(name).info("HTTP Request")

    assert "" == stream.getvalue()


def test_facts_stand_at_the_end_and_empty_ones_are_left_out() -> None:
    told = record("receipt printed", receipt=1001, printer="till", number="", device=None, copies=0)

    assert ["<6>receipt printed receipt=1001 printer=till copies=0"] == lines_of(told)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("FP/17/2026", "FP/17/2026"),
        ("FP 17", '"FP 17"'),
        ("a=b", '"a=b"'),
        ('x" state="printed', r'"x\" state=\"printed"'),
        ("back\\slash", "back\\slash"),
        ('back\\ "slash', r'"back\\ \"slash"'),
        ("two\nlines", '"two lines"'),
        ("\x1b[31m", '" [31m"'),
    ],
)
def test_a_fact_is_one_word_or_stands_in_quotation_marks(value: str, written: str) -> None:
    assert [f"<6>receipt held number={written}"] == lines_of(record("receipt held", number=value))


@given(st.text(max_size=60), st.text(max_size=60))
def test_text_from_outside_stays_on_one_line_and_steers_no_terminal(message: str, value: str) -> None:
    written = lines_of(record(f"receipt refused: {message}", name=value))

    assert 1 == len(written)
    assert written[0].isprintable()


def test_each_line_of_a_traceback_has_one_prefix_and_is_indented() -> None:
    first, *rest = lines_of(with_traceback(ValueError("no such rate")))

    assert "<2>it failed" == first
    assert "<2>  Traceback (most recent call last):" == rest[0]
    assert "<2>  ValueError: no such rate" == rest[-1]
    assert all(line.startswith("<2>  ") and 1 == line.count("<2>") for line in rest)


@given(st.text(alphabet="a<26>\n\r\x0b\x0c\x1c\x85\u2028 \x1b[31m", max_size=40))
def test_the_words_of_an_error_cannot_imitate_a_line_of_ours(words: str) -> None:
    forged = f"boom\n<6>receipt printed receipt=1\n{words}"

    _first, *rest = lines_of(with_traceback(ValueError(forged)))

    assert all(line.startswith("<2>  ") and line.isprintable() for line in rest)


def test_a_secret_is_blotted_out_of_messages_facts_and_tracebacks() -> None:
    told = with_traceback(ValueError(f"bad header {TOKEN!r}"))
    told.msg = f"refused: Invalid user token {TOKEN}."
    told.facts = {"what": f"token {TOKEN}"}

    text = "\n".join(lines_of(told, secrets=("", TOKEN)))

    assert TOKEN not in text
    assert 'refused: Invalid user token (token). what="token (token)"' in text
    assert "ValueError: bad header '(token)'" in text


def test_a_failure_is_told_once_however_far_up_it_travels() -> None:
    stream = io.StringIO()
    start_logging("info", {}, stream)
    error = ValueError("no such rate")

    last_resort(error)
    last_resort(error)

    assert 1 == stream.getvalue().count("the program failed: no such rate")


class Ear:
    """What `Repeated` says, on a clock turned by hand."""

    def __init__(self) -> None:
        self.now = 0.0
        self.stream = io.StringIO()
        self.repeated = Repeated(self.clock)
        start_logging("info", {}, self.stream)

    def clock(self) -> float:
        return self.now

    @property
    def heard(self) -> list[str]:
        return [line.split(" ", 2)[2].split(maxsplit=1)[1] for line in self.stream.getvalue().splitlines()]


def test_a_lasting_trouble_is_said_at_once_and_then_once_an_hour() -> None:
    ear = Ear()

    said = []
    for _ in range(13):
        said.append(
            ear.repeated.trouble("printer", messages.PRINTER_WAITS, "printer waits: no paper", printer="till")
        )
        ear.now += 600

    assert [0, 6, 12] == [place for place, one in enumerate(said) if one]
    assert ["printer waits: no paper printer=till"] * 3 == ear.heard


def test_a_trouble_that_changes_is_said_at_once() -> None:
    ear = Ear()

    ear.repeated.trouble("printer", messages.PRINTER_WAITS, "no paper")
    ear.repeated.trouble("printer", messages.PRINTER_WAITS, "cover open")

    assert ["no paper", "cover open"] == ear.heard


@pytest.mark.parametrize(
    "between",
    [lambda repeated: repeated.trouble("b", messages.PRINTER_WAITS, "other"), lambda repeated: None],
)
def test_the_end_of_a_trouble_is_said_once_and_only_when_the_trouble_was(
    between: Callable[[Repeated], object],
) -> None:
    ear = Ear()
    ear.repeated.trouble("a", messages.PRINTER_WAITS, "away")
    between(ear.repeated)

    assert [True, False, False] == [
        ear.repeated.over("a", messages.PRINTER_READY, "back"),
        ear.repeated.over("a", messages.PRINTER_READY, "back"),
        ear.repeated.over("c", messages.PRINTER_READY, "back"),
    ]
    assert 1 == ear.heard.count("back")


def flap(ear: Ear, times: int, *, seconds: float = 10.0) -> None:
    """Let a printer come and go, quickly."""
    for _ in range(times):
        ear.repeated.trouble("printer", messages.PRINTER_WAITS, "no connection")
        ear.now += seconds
        ear.repeated.over("printer", messages.PRINTER_READY, "ready again")
        ear.now += seconds


def test_a_trouble_that_comes_and_goes_is_told_a_few_times_and_then_summed_up_at_the_hour_s_end() -> None:
    ear = Ear()

    flap(ear, 20)
    assert ["no connection", "ready again"] * 4 == ear.heard
    ear.now += 3600
    ear.repeated.over("printer", messages.PRINTER_READY, "ready again")

    assert "20 times in the last hour: no connection" == ear.heard[-1]
    assert 9 == len(ear.heard)


def test_a_trouble_that_stays_after_it_came_and_went_is_told_all_the_same() -> None:
    ear = Ear()
    flap(ear, 20)
    before = len(ear.heard)

    for _ in range(20):
        ear.repeated.trouble("printer", messages.PRINTER_WAITS, "no paper")
        ear.now += 10
    ear.repeated.over("printer", messages.PRINTER_READY, "ready again")

    assert ["no paper", "ready again"] == ear.heard[before:]


def test_what_is_told_only_when_it_changes_is_never_only_counted() -> None:
    ear = Ear()
    flap(ear, 20)

    assert ear.repeated.trouble("printer", messages.PRINTER_WAITS, "no paper", at_once=True)


def test_a_trouble_that_changes_with_every_try_is_summed_up_too() -> None:
    ear = Ear()

    for number in range(100):
        ear.repeated.trouble("printer", messages.PRINTER_WAITS, f"no answer {number % 2}")
        ear.now += 15
    assert 4 == len(ear.heard)
    ear.now += 3600
    ear.repeated.over("printer", messages.PRINTER_READY, "ready again")

    assert ["ready again", "100 times in the last hour: no answer 1"] == ear.heard[4:]


def test_with_patience_a_single_failure_is_counted_and_the_second_in_a_row_is_told() -> None:
    ear = Ear()

    def fail() -> bool:
        return ear.repeated.trouble("api", messages.BASELINKER_UNUSABLE, "no answer", patience=2)

    said = [fail()]
    assert ear.repeated.over("api", messages.BASELINKER_AGAIN, "answers again")
    ear.now += 60
    said += [fail(), fail()]
    ear.repeated.over("api", messages.BASELINKER_AGAIN, "answers again")

    assert [False, False, True] == said
    assert ["no answer", "answers again"] == ear.heard
    ear.now += 3600
    ear.repeated.over("api", messages.BASELINKER_AGAIN, "answers again")
    assert "2 times in the last hour: no answer" == ear.heard[-1]


def test_one_lost_answer_in_hours_is_told_in_one_line_once_the_hour_is_over() -> None:
    ear = Ear()
    ear.repeated.trouble("api", messages.BASELINKER_UNUSABLE, "no answer", patience=2)
    ear.repeated.over("api", messages.BASELINKER_AGAIN, "answers again")

    ear.now += 3 * 3600
    for _ in range(3):
        ear.repeated.over("api", messages.BASELINKER_AGAIN, "answers again")

    assert ["once in the last 3 hours: no answer"] == ear.heard


def test_what_is_forgotten_ends_without_a_word_and_is_new_when_it_comes_again() -> None:
    ear = Ear()
    ear.repeated.trouble("tend", messages.CALENDAR_PUT_OFF, "put off")
    ear.repeated.forget("tend")

    assert not ear.repeated.over("tend", messages.CALENDAR_DONE, "done")
    assert ear.repeated.trouble("tend", messages.CALENDAR_PUT_OFF, "put off")
    assert ["put off", "put off"] == ear.heard


def test_troubles_nobody_tells_of_any_more_take_no_memory() -> None:
    ear = Ear()
    for number in range(1000):
        ear.repeated.trouble(f"move file-{number}", messages.FILE_STUCK, "cannot be moved")
        ear.now += 3600

    assert len(ear.repeated._troubles) < 30
