"""Calls to a fiscal printer: once for each alert of that printer, and its display cleared behind the last."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.journals import TurnableClock

from bridge.alerts.counter import TEXTS, Calls
from bridge.alerts.standing import Alert, Standing
from bridge.journal import Journal
from drivers.contract import ATTENTION, MayBePrinted
from drivers.posnet.attention import COLUMNS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HELD = Alert("receipt_held:7:x", "receipt_held", "Receipt 7 is held", "Look", printer="fiscal")
OVERDUE = Alert("report_overdue:fiscal", "report_overdue", "It owes a report", "Make it", printer="fiscal")
CALL = {"text": "RECEIPT WAITS", "beep": True}
CLEAR = {"text": "", "beep": False}


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def journal(tmp_path: Path, clock: TurnableClock) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", clock.time) as journal:
        yield journal


def counter(journal: Journal, clock: TurnableClock, language: str = "en") -> Calls:
    return Calls("fiscal", journal, clock, language=language)


def stands(*alerts: Alert) -> Standing:
    return Standing(alerts, frozenset({"fiscal"}))


def asked(journal: Journal) -> list[Any]:
    """Return what the printer was asked for and has not done yet."""
    errands = journal.errands.open("fiscal")
    assert all(errand.kind == ATTENTION for errand in errands)
    return [errand.detail for errand in errands]


def ends(journal: Journal, state: str, may_be_printed: MayBePrinted = MayBePrinted.NO) -> None:
    for errand in journal.errands.open("fiscal"):
        journal.errands.begin(errand.errand_id)
        journal.errands.end(errand.errand_id, state, {"may_be_printed": may_be_printed})


def test_an_alert_is_called_out_once_over_restarts(journal: Journal, clock: TurnableClock) -> None:
    for _ in range(3):
        counter(journal, clock).step(stands(HELD))

    assert [CALL] == asked(journal)
    ends(journal, "done")
    assert counter(journal, clock).step(stands(HELD)) is not None
    assert [] == asked(journal)


def test_alerts_of_other_printers_and_others_than_these_make_no_sound(
    journal: Journal, clock: TurnableClock
) -> None:
    elsewhere = Alert("receipt_held:8:x", "receipt_held", "what", "todo", printer="till")
    early = Alert("report_overdue:fiscal", "report_overdue", "what", "todo", due=False, printer="fiscal")
    out = Alert("printer_out:fiscal", "printer_out", "what", "todo", printer="fiscal")

    assert counter(journal, clock).step(stands(elsewhere, early, out)) is None
    assert [] == asked(journal)


def test_the_display_is_cleared_behind_the_last_alert_only(journal: Journal, clock: TurnableClock) -> None:
    counter(journal, clock).step(stands(HELD))
    counter(journal, clock).step(stands(HELD, OVERDUE))
    assert [CALL, {"text": "DAILY REPORT DUE", "beep": True}] == asked(journal)
    ends(journal, "done")

    counter(journal, clock).step(stands(OVERDUE))
    assert [] == asked(journal)
    counter(journal, clock).step(stands())
    assert [CLEAR] == asked(journal)
    assert counter(journal, clock).step(stands()) is None
    assert [CLEAR] == asked(journal)


def test_a_thing_that_comes_back_is_called_out_again(journal: Journal, clock: TurnableClock) -> None:
    for alerts in ((HELD,), (), (HELD,)):
        counter(journal, clock).step(stands(*alerts))

    assert [CALL, CLEAR, CALL] == asked(journal)


def test_it_waits_for_a_printer_that_is_out_and_for_the_end_of_safe_mode(
    journal: Journal, clock: TurnableClock
) -> None:
    safe_mode = Alert("safe_mode:restored", "safe_mode", "what", "todo")

    assert counter(journal, clock).step(Standing((HELD,))) is not None
    assert counter(journal, clock).step(stands(HELD, safe_mode)) is not None
    assert [] == asked(journal)


def test_a_call_that_surely_was_not_made_is_made_again_after_a_pause(
    journal: Journal, clock: TurnableClock
) -> None:
    teller = counter(journal, clock)
    teller.step(stands(HELD))
    ends(journal, "failed")
    teller.step(stands(HELD))
    assert [] == asked(journal)
    clock.advance(5)
    teller.step(stands(HELD))

    assert [CALL] == asked(journal)
    assert (2, 1) == (teller.told_count, teller.failed_count)


def test_a_call_that_may_have_been_made_is_not_made_again(journal: Journal, clock: TurnableClock) -> None:
    teller = counter(journal, clock)
    teller.step(stands(HELD))
    ends(journal, "failed", MayBePrinted.UNKNOWN)
    clock.advance(700)
    teller.step(stands(HELD))

    assert [] == asked(journal)


def test_the_display_speaks_polish_and_every_text_fits(journal: Journal, clock: TurnableClock) -> None:
    counter(journal, clock, "pl").step(stands(HELD))

    assert [{"text": "PARAGON CZEKA", "beep": True}] == asked(journal)
    assert all(len(text) <= COLUMNS for texts in TEXTS.values() for text in texts)
