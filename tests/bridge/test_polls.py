from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.journals import TurnableClock, enter, found, intend
from support.listings import listed, product

from bridge.intake import read_listed
from bridge.journal import Event, Journal, State
from bridge.polls import STILL_LISTED_SECONDS, PollResult, apply_poll
from drivers.contract import MayBePrinted, Proof

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SERIES = {5: "till", 6: "kitchen"}


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def journal(tmp_path: Path, clock: TurnableClock) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", clock) as opened:
        yield opened


def poll(journal: Journal, *entries: dict[str, Any], complete: bool = True) -> PollResult:
    now = journal._now()
    items = [read_listed(entry) for entry in entries]
    return apply_poll(journal, items, lambda series: SERIES.get(series or 0), now, complete=complete)


def confirm(journal: Journal, receipt_id: int) -> None:
    intend(journal, found(journal, receipt_id))
    journal.printed(receipt_id, Proof("fence"))
    journal.confirmed(found(journal, receipt_id), "1")


def test_a_listed_receipt_waits_for_the_printer_of_its_series(journal: Journal) -> None:
    poll(journal, listed(1), listed(2, series_id=6))

    assert [("till", State.WAITING), ("kitchen", State.WAITING)] == [
        (entry.printer, entry.state) for entry in journal.open_receipts()
    ]


def test_a_second_poll_of_the_same_list_changes_nothing(journal: Journal) -> None:
    poll(journal, listed(1))

    assert [] == poll(journal, listed(1)).steps
    assert 1 == len(journal.history(1))


def test_repeats_within_one_list_are_harmless(journal: Journal) -> None:
    result = poll(journal, listed(1), listed(1, payment_method="Karta"), listed(1))

    assert [1] == [step.receipt_id for step in result.steps]


def test_receipts_of_a_series_nobody_serves_are_counted_and_not_taken(journal: Journal) -> None:
    result = poll(journal, listed(1, series_id=9), listed(2, series_id=9), listed(3, series_id=None))

    assert {9: 2, None: 1} == result.unserved
    assert [] == journal.open_receipts()


def test_an_edited_receipt_is_judged_anew_and_must_be_compared_again(journal: Journal) -> None:
    poll(journal, listed(1))
    journal.compared(found(journal, 1), "PLN", "IDZ-1")

    result = poll(journal, listed(1, products=[product(quantity=3)]))

    assert [True] == [step.edited for step in result.steps]
    assert journal.next_waiting("till", checked=True) is None
    assert '"quantity":3' in found(journal, 1).content
    assert "" == found(journal, 1).edocument_id


def test_an_edit_that_arrives_after_the_intent_changes_nothing(journal: Journal) -> None:
    poll(journal, listed(1))
    intend(journal, found(journal, 1))

    poll(journal, listed(1, products=[product(quantity=3)]))

    assert '"quantity":2' in found(journal, 1).content


def test_a_receipt_that_left_the_list_unprinted_is_dropped_and_may_come_back(journal: Journal) -> None:
    poll(journal, listed(1))

    poll(journal)
    assert State.DROPPED is found(journal, 1).state

    poll(journal, listed(1))
    assert State.WAITING is found(journal, 1).state


def test_from_an_incomplete_list_nothing_follows_for_what_is_missing(journal: Journal) -> None:
    poll(journal, listed(1))

    poll(journal, complete=False)

    assert State.WAITING is found(journal, 1).state


def test_whatever_may_be_printed_is_never_dropped(journal: Journal) -> None:
    poll(journal, listed(1), listed(2), listed(3), listed(4))
    for receipt_id in (1, 2, 3, 4):
        intend(journal, found(journal, receipt_id))
    journal.printed(1, Proof("fence"))
    journal.hold(2, "interrupted", "power cut")
    journal.reprint(3, "power cut")

    poll(journal)

    states = [found(journal, receipt_id).state for receipt_id in (1, 2, 3, 4)]
    assert [State.PRINTED, State.HELD, State.WAITING, State.INTENT] == states
    assert MayBePrinted.UNKNOWN is found(journal, 3).may_be_printed


def test_a_bad_receipt_is_refused_once_and_left_alone_until_edited(journal: Journal) -> None:
    bad = listed(1, products=[product(tax_rate=None)])
    poll(journal, bad)
    assert State.REFUSED is found(journal, 1).state
    journal.reported(found(journal, 1), {})

    assert [] == poll(journal, bad).steps
    poll(journal, listed(1))

    assert State.WAITING is found(journal, 1).state


def test_an_invalid_nip_is_held_and_released_by_its_correction(journal: Journal) -> None:
    poll(journal, listed(1, nip="123"))
    assert (State.HELD, "nip_invalid") == (found(journal, 1).state, found(journal, 1).reason_code)

    poll(journal, listed(1, nip="5261040828"))

    assert State.WAITING is found(journal, 1).state


def test_a_confirmed_receipt_still_listed_is_confirmed_again_but_only_long_after(
    journal: Journal, clock: TurnableClock
) -> None:
    poll(journal, listed(1))
    confirm(journal, 1)
    assert [] == poll(journal, listed(1)).steps

    clock.advance(STILL_LISTED_SECONDS + 1)

    assert [Event.STILL_LISTED] == [step.event for step in poll(journal, listed(1)).steps]
    assert State.PRINTED is found(journal, 1).state


def test_a_series_given_to_another_printer_moves_its_waiting_receipts(journal: Journal) -> None:
    journal.compared(enter(journal, 1, printer="old", digest=read_listed(listed(1)).digest), "EUR")

    poll(journal, listed(1))

    moved = found(journal, 1)
    assert ("till", "") == (moved.printer, moved.checked)
