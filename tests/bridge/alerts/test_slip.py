"""Notices at the counter: asked for once, again only when surely nothing was printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.journals import TurnableClock

from bridge.alerts.slip import Slips
from bridge.alerts.standing import Alert, Standing
from bridge.journal import Journal
from drivers.contract import MayBePrinted

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bridge.journal.errands import Errand

HELD = Alert("receipt_held:7:interrupted", "receipt_held", "Receipt 7 is held", "Look", printer="fiscal")
STANDS = Standing((HELD,), frozenset({"kitchen"}))


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def journal(tmp_path: Path, clock: TurnableClock) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", clock.time) as journal:
        yield journal


def slips(journal: Journal, clock: TurnableClock) -> Slips:
    return Slips("kitchen", journal, clock, language="en", host="shop")


def asked(journal: Journal) -> list[Errand]:
    return journal.errands.open("kitchen")


def ends(journal: Journal, state: str, may_be_printed: MayBePrinted) -> None:
    (errand,) = asked(journal)
    journal.errands.begin(errand.errand_id)
    journal.errands.end(errand.errand_id, state, {"may_be_printed": may_be_printed})


def test_a_notice_is_asked_for_once_over_restarts(journal: Journal, clock: TurnableClock) -> None:
    for _ in range(3):
        slips(journal, clock).step(STANDS)

    (errand,) = asked(journal)
    assert "notice" == errand.kind
    assert ["Receipt 7 is held", "What to do: Look"] == errand.detail["lines"]


def test_the_printer_that_holds_it_and_other_alerts_get_no_notice(
    journal: Journal, clock: TurnableClock
) -> None:
    own = Alert("receipt_held:8:x", "receipt_held", "what", "todo", printer="kitchen")
    other = Alert("no_poll", "no_poll", "what", "todo")
    assert slips(journal, clock).step(Standing((own, other), frozenset({"kitchen"}))) is None

    assert [] == asked(journal)


def test_it_waits_for_a_printer_that_is_out(journal: Journal, clock: TurnableClock) -> None:
    assert slips(journal, clock).step(Standing((HELD,))) is not None

    assert [] == asked(journal)


def test_in_safe_mode_nothing_is_printed(journal: Journal, clock: TurnableClock) -> None:
    safe_mode = Alert("safe_mode:restored", "safe_mode", "what", "todo")
    slips(journal, clock).step(Standing((HELD, safe_mode), frozenset({"kitchen"})))
    assert [] == asked(journal)

    slips(journal, clock).step(STANDS)
    assert 1 == len(asked(journal))


def test_a_notice_that_surely_was_not_printed_is_asked_for_again_after_a_pause(
    journal: Journal, clock: TurnableClock
) -> None:
    teller = slips(journal, clock)
    teller.step(STANDS)
    ends(journal, "failed", MayBePrinted.NO)
    teller.step(STANDS)
    assert [] == asked(journal)
    clock.advance(5)
    teller.step(STANDS)

    assert 1 == len(asked(journal))
    assert (2, 1) == (teller.told_count, teller.failed_count)


@pytest.mark.parametrize(
    ("state", "may_be_printed"), [("done", MayBePrinted.YES), ("failed", MayBePrinted.UNKNOWN)]
)
def test_a_notice_that_may_be_printed_is_never_asked_for_again(
    journal: Journal, clock: TurnableClock, state: str, may_be_printed: MayBePrinted
) -> None:
    teller = slips(journal, clock)
    teller.step(STANDS)
    ends(journal, state, may_be_printed)
    clock.advance(700)
    teller.step(STANDS)

    assert [] == asked(journal)


def test_its_end_is_not_printed_and_a_new_hold_is(journal: Journal, clock: TurnableClock) -> None:
    teller = slips(journal, clock)
    teller.step(STANDS)
    ends(journal, "done", MayBePrinted.YES)
    teller.step(Standing((), frozenset({"kitchen"})))
    assert [] == asked(journal)
    teller.step(STANDS)

    assert 1 == len(asked(journal))
