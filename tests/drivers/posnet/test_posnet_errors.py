from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

import drivers.posnet.errors
from drivers.posnet.errors import ErrorKind, codes, explain

TABLE = Path(drivers.posnet.errors.__file__).with_name("errors.json")
ALL = [(code, False) for code in codes()] + [(code, True) for code in codes(frame=True)]


def test_the_whole_table_is_there() -> None:
    assert tuple(range(1, 16)) == codes(frame=True)
    assert 534 == len(codes())
    assert sorted(codes()) == list(codes())


@pytest.mark.parametrize(("code", "frame"), ALL)
def test_every_number_has_sentences_in_two_languages(code: int, *, frame: bool) -> None:
    error = explain(code, frame=frame)
    for sentence in (error.text, error.text_pl, error.cure, error.cure_pl):
        assert re.fullmatch(r"[A-ZŁŻŚĆ].*\.", sentence)
        assert sentence.isprintable()
    assert error.text != error.text_pl
    assert error.cure != error.cure_pl
    assert (code, frame) == (error.code, error.frame)


def test_no_two_numbers_read_the_same_but_the_old_and_the_new_cancel() -> None:
    texts = [explain(code).text for code in codes() if code != 10]
    assert len(texts) == len(set(texts))
    assert explain(10).text == explain(30).text


def test_the_file_names_each_number_once() -> None:
    pairs: list[tuple[str, object]] = []

    def keep(found: list[tuple[str, object]]) -> dict[str, object]:
        pairs.extend(found)
        assert len({key for key, _ in found}) == len(found)
        return dict(found)

    json.loads(TABLE.read_text("utf-8"), object_pairs_hook=keep)
    assert pairs


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (2106, ErrorKind.BAD_DATA),
        (2010, ErrorKind.REPORT_DUE),
        (1957, ErrorKind.REPORT_DUE),
        (2035, ErrorKind.REPORT_DUE),
        (382, ErrorKind.HARMLESS),
        (480, ErrorKind.HARMLESS),
        (41, ErrorKind.TRY_AGAIN),
        (2002, ErrorKind.CONFIGURATION),
        (2034, ErrorKind.CONFIGURATION),
        (499, ErrorKind.CONFIGURATION),
        (30, ErrorKind.COUNTER),
        (2097, ErrorKind.COUNTER),
        (484, ErrorKind.SERVICE),
        (2036, ErrorKind.SERVICE),
        (3733, ErrorKind.SERVICE),
        (2005, ErrorKind.INTERNAL),
        (50, ErrorKind.INTERNAL),
    ],
)
def test_errors_say_who_helps(code: int, kind: ErrorKind) -> None:
    assert kind is explain(code).kind


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (2106, "Rename"),
        (2010, "daily report"),
        (1957, "daily report"),
        (41, "other program"),
        (484, "service"),
        (488, "service"),
        (3733, "internet"),
        (3735, "internet"),
        (3929, "internet"),
        (3728, "internet"),
        (460, "clock"),
        (2025, "clock"),
        (2026, "clock"),
        (1045, "clock"),
        (2098, "full"),
        (1039, "full"),
        (2904, "full"),
        (387, "full"),
        (1018, "full"),
        (2036, "replace"),
        (2002, "not set up"),
        (2004, "not set up"),
        (2034, "fiscalised"),
    ],
)
def test_common_errors_have_a_cure_of_their_own(code: int, word: str) -> None:
    assert word in explain(code).cure


def test_only_failures_inside_leave_in_doubt_whether_the_command_was_executed() -> None:
    assert {50, 51, 52, 53, 54, 55, 56, 3800, 3802} == {code for code in codes() if explain(code).uncertain}
    assert not any(explain(code, frame=True).uncertain for code in codes(frame=True))


def test_the_same_number_means_another_thing_in_an_err_frame() -> None:
    assert (ErrorKind.COUNTER, "posnet-10") == (explain(10).kind, explain(10).name)
    frame = explain(10, frame=True)
    assert (ErrorKind.INTERNAL, "posnet-frame-10") == (frame.kind, frame.name)


@pytest.mark.parametrize("frame", [False, True])
def test_a_number_nobody_knows_is_explained_with_care(*, frame: bool) -> None:
    error = explain(98765, frame=frame)
    assert ErrorKind.INTERNAL is error.kind
    assert error.uncertain
    assert "98765" in error.text
    assert "98765" in error.text_pl


def test_the_table_is_read_at_the_first_error_only() -> None:
    program = (
        "import drivers.posnet.errors as errors; import sys;"
        "assert errors._table.cache_info().currsize == 0;"
        "errors.explain(2106); errors.explain(41);"
        "assert (1, 1) == errors._table.cache_info()[:2]"
    )
    subprocess.run([sys.executable, "-c", program], check=True, cwd=TABLE.parents[2])
