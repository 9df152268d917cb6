"""The situation, from rows and beats alone."""

from __future__ import annotations

from typing import Any

import pytest
from support.situations import RUN, START, api_beat, beats, held, poll_beat, printer_beat, seen

from bridge.journal import State
from bridge.observer import Moment, Reading, situation

OUT: dict[str, Any] = {"ready": False, "code": "paper_end", "text": "No paper.", "cure": "New roll."}


def test_all_is_well() -> None:
    now = seen()

    assert now.printers[0].ready
    assert (True, "ok", True) == (now.api.polled, now.api.state, now.api.current)
    assert () == now.held


def test_a_printer_that_says_not_ready_is_out_since_it_was_first_seen_so() -> None:
    first = seen(printer_beat(**OUT))
    later = seen(printer_beat(**OUT), at=70.0, before=first)
    again = seen(at=80.0, before=later)

    assert START.monotonic == later.printers[0].out_since
    assert 70.0 == later.seconds_since(later.printers[0].out_since or 0.0)
    assert ("paper_end", "No paper.", "New roll.") == (
        later.printers[0].code,
        later.printers[0].text,
        later.printers[0].cure,
    )
    assert again.printers[0].ready


@pytest.mark.parametrize("known", [{}, beats(printer_beat(run="an earlier run"))])
def test_a_printer_this_daemon_has_not_seen_is_out_since_the_start(known: dict[str, object]) -> None:
    reading = Reading(RUN, ("till",), beats=known)  # type: ignore[arg-type]
    first = situation(reading, START)
    later = situation(reading, Moment(START.monotonic + 9, START.wall), first)

    assert ("not_seen", START.monotonic) == (later.printers[0].code, later.printers[0].out_since)


def test_a_printer_that_is_out_keeps_its_beginning_when_its_trouble_changes() -> None:
    first = seen(printer_beat(**OUT))
    later = seen(printer_beat(**{**OUT, "code": "cover_open"}), at=5.0, before=first)

    assert ("cover_open", START.monotonic) == (later.printers[0].code, later.printers[0].out_since)


def test_a_report_is_due_for_as_long_as_the_printer_warns() -> None:
    due = printer_beat(warnings=["report_due"])
    first = seen(due)
    printing = seen(printer_beat(receipt=5, warnings=None), at=10.0, before=first)
    out = seen(printer_beat(**OUT, warnings=None), at=20.0, before=printing)
    made = seen(at=30.0, before=out)

    assert [START.monotonic] * 3 == [one.printers[0].report_due_since for one in (first, printing, out)]
    assert made.printers[0].report_due_since is None


def test_without_a_poll_of_this_daemon_there_was_none_since_its_start() -> None:
    first = seen(poll_beat(5.0, run="an earlier run"))
    later = seen(poll_beat(5.0, run="an earlier run"), at=100.0, before=first)
    polled = seen(poll_beat(START.monotonic + 90), at=100.0, before=first)

    assert (False, 100.0) == (later.api.polled, later.seconds_since(later.api.no_poll_since))
    assert (True, 10.0) == (polled.api.polled, polled.seconds_since(polled.api.no_poll_since))
    assert 1_790_000_000 == later.api.polled_at


def test_what_an_earlier_daemon_said_of_baselinker_is_told_apart() -> None:
    now = seen(api_beat("bad_token", "no", run="an earlier run"))

    assert ("bad_token", False) == (now.api.state, now.api.current)


def test_counts_and_held_receipts_are_passed_on() -> None:
    now = seen(counts={("till", State.WAITING): 3}, held=(held(),))

    assert {("till", State.WAITING): 3} == now.counts
    assert (held(),) == now.held


def test_a_clock_that_goes_back_makes_no_negative_duration() -> None:
    assert 0.0 == seen().seconds_since(START.monotonic + 5)
