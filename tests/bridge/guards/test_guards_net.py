"""What a poll finds after a pause or after safe mode, through the real courier and a simulated BaseLinker."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from support.journals import found
from support.offices import TEA, Office, open_office

from bridge.courier import Courier
from bridge.decisions import decide, decide_all
from bridge.guards.machine import Identity
from bridge.guards.safe_mode import accept, examine, mark_restored
from bridge.journal import State
from bridge.journal.guard import CATCHING_UP
from bridge.reasons import Decision
from simulators.baselinker.behaviour import ListOrder
from simulators.baselinker.faults import Kind
from simulators.baselinker.model import Product

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR = 3600
MANY = 31


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened


def polled(office: Office) -> Office:
    """Let a first poll lie behind us."""
    office.work()
    return office


def poll_after(office: Office, seconds: float) -> None:
    office.clock.advance(seconds)
    office.work()


def restart(office: Office) -> None:
    """Start another daemon's courier on the same journal."""
    office.desk.run_id = "run-2"
    office.courier = Courier(office.desk, office.budget)


def states(office: Office, receipts: list[int]) -> set[tuple[State, str]]:
    return {(entry.state, entry.reason_code) for entry in (found(office.journal, one) for one in receipts)}


WAITS, HELD = (State.WAITING, ""), (State.HELD, "backlog")


def test_a_busy_saturday_holds_nothing_however_old_the_orders_are(office: Office) -> None:
    polled(office)
    old = int(office.clock.time()) - 90 * 24 * HOUR
    receipts: list[int] = []
    for _ in range(3):
        receipts += [office.issue(date_add=old) for _ in range(20)]
        poll_after(office, 10)

    assert {WAITS} == states(office, receipts)


def test_a_night_without_network_holds_only_what_is_old(office: Office) -> None:
    polled(office)
    now = int(office.clock.time())
    fresh = [office.issue(date_add=now) for _ in range(29)]
    old = office.issue(date_add=now - 40 * HOUR)

    poll_after(office, 10 * HOUR)

    assert {WAITS} == states(office, fresh)
    assert {HELD} == states(office, [old])


def test_more_than_the_limit_after_a_pause_is_held_together_and_decided_once(office: Office) -> None:
    polled(office)
    receipts = [office.issue() for _ in range(MANY)]
    poll_after(office, 2 * HOUR)
    assert {HELD} == states(office, receipts)
    assert "one of 31 receipts" in found(office.journal, receipts[0]).reason

    assert MANY == len(decide_all(office.journal, "backlog", Decision.PRINT))
    restart(office)
    poll_after(office, 2 * HOUR)

    assert {WAITS} == states(office, receipts)


def test_the_first_start_of_all_counts_as_a_pause(office: Office) -> None:
    receipts = [office.issue() for _ in range(MANY)]

    office.work()

    assert {HELD} == states(office, receipts)


def test_what_waited_in_the_journal_over_the_pause_is_held_as_well(office: Office) -> None:
    receipt = office.issue()
    polled(office)
    assert {WAITS} == states(office, [receipt])
    restart(office)

    poll_after(office, 60 * HOUR)

    assert {HELD} == states(office, [receipt])


def test_a_restart_without_a_pause_holds_nothing(office: Office) -> None:
    polled(office)
    receipts = [office.issue() for _ in range(MANY)]
    restart(office)

    poll_after(office, 300)

    assert {WAITS} == states(office, receipts)


def test_a_clock_that_was_wrong_before_counts_as_a_pause_of_unknown_length(office: Office) -> None:
    office.clock.seconds += 10 * 365 * 24 * HOUR
    office.journal.beat("poll", "run-0", {"monotonic": 1.0})
    office.clock.seconds -= 10 * 365 * 24 * HOUR
    receipts = [office.issue() for _ in range(MANY)]

    office.work()

    assert {HELD} == states(office, receipts)


def test_a_list_that_is_not_complete_keeps_the_net_drawn(office: Office) -> None:
    office.behave(list_order=ListOrder.NEWEST_FIRST)
    receipts = [office.issue() for _ in range(120)]
    office.work()
    for receipt in receipts[-60:]:
        office.server.edit_receipt(receipt, listed=False)

    poll_after(office, 10)

    assert {HELD} == states(office, receipts[:60])


def test_what_is_held_for_another_reason_keeps_it_and_series_of_nobody_do_not_count(office: Office) -> None:
    unserved = [office.issue(series_id=9) for _ in range(MANY)]
    nip = office.issue(nip="123")

    office.work()

    assert {(State.HELD, "nip_invalid")} == states(office, [nip])
    assert all(office.journal.get(receipt) is None for receipt in unserved)


def test_an_edit_ends_no_hold_after_a_pause(office: Office) -> None:
    receipt = office.issue(date_add=1)
    polled(office)
    assert {HELD} == states(office, [receipt])

    office.server.edit_receipt(receipt, products=(TEA, Product("Miód", TEA.price_brutto)))
    poll_after(office, 10)

    assert {HELD} == states(office, [receipt])
    assert "Miód" in found(office.journal, receipt).content
    decide(office.journal, receipt, Decision.PRINT)
    poll_after(office, 10)
    assert {WAITS} == states(office, [receipt])


def test_a_receipt_that_leaves_the_list_and_comes_back_is_held_still(office: Office) -> None:
    receipt = office.issue(date_add=1)
    polled(office)
    office.server.edit_receipt(receipt, listed=False)
    poll_after(office, 10)
    assert State.DROPPED is office.state(receipt)

    office.server.edit_receipt(receipt, listed=True)
    poll_after(office, 10)

    assert {HELD} == states(office, [receipt])


# -- safe mode ---------------------------------------------------------------------------------------------------


def suspect(office: Office) -> None:
    mark_restored(office.journal, 0)
    examine(office.journal, Identity("here"), office.server.url)


def test_in_safe_mode_it_polls_and_does_nothing_else(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    polled(office)
    printed = office.issue()
    poll_after(office, 10)
    office.printed(printed)
    suspect(office)
    before = len(office.server.ledger.requests)
    new = office.issue()
    refused = office.issue(TEA, entry={"products": []})

    poll_after(office, 10)

    assert {"getNewReceipts"} == {call.method for call in office.server.ledger.requests[before:]}
    assert (None, None) == (office.journal.get(new), office.journal.get(refused))
    assert State.PRINTED is office.state(printed)
    assert 1 == caplog.text.count("safe mode, nothing is printed: the journal comes from a backup. ")


def test_after_safe_mode_whatever_the_first_list_shows_is_held_and_the_next_is_not(office: Office) -> None:
    known = office.issue()
    polled(office)
    suspect(office)
    new = office.issue()
    poll_after(office, 10)

    accept(office.journal)
    poll_after(office, 10)

    assert {(State.HELD, "restored")} == states(office, [known, new])
    assert office.journal.guard.may_print()
    later = office.issue()
    poll_after(office, 10)
    assert {WAITS} == states(office, [later])


def test_what_baselinker_no_longer_lists_after_a_restore_is_dropped(office: Office) -> None:
    known = office.issue()
    polled(office)
    suspect(office)
    accept(office.journal)
    office.server.edit_receipt(known, listed=False)

    poll_after(office, 10)

    assert State.DROPPED is office.state(known)


def test_what_a_person_decided_before_the_first_list_is_not_held_again(office: Office) -> None:
    known = office.issue()
    polled(office)
    suspect(office)
    accept(office.journal)
    decide(office.journal, known, Decision.PRINT)

    poll_after(office, 10)

    assert {WAITS} == states(office, [known])


def test_a_list_that_is_not_complete_lets_decided_receipts_print_but_goes_on_holding(office: Office) -> None:
    office.behave(list_order=ListOrder.NEWEST_FIRST)
    receipts = [office.issue() for _ in range(120)]
    suspect(office)
    accept(office.journal)

    office.work()

    assert office.journal.guard.may_print()
    assert office.journal.guard.read(CATCHING_UP) is not None
    for receipt in receipts[-60:]:
        office.server.edit_receipt(receipt, listed=False)
    poll_after(office, 10)
    assert {(State.HELD, "restored")} == states(office, receipts[:60])
    assert office.journal.guard.read(CATCHING_UP) is None


# -- who else prints ---------------------------------------------------------------------------------------------


def numbered_elsewhere(office: Office, *receipts: int, **details: str) -> None:
    for receipt in receipts:
        office.server.edit_receipt(
            receipt, listed=False, external_receipt_number=f"X-{receipt}", details=details
        )


def test_a_second_reader_of_a_series_is_told_once_and_counted(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    receipts = [office.issue() for _ in range(3)]
    polled(office)
    numbered_elsewhere(office, *receipts, printer_name="Kasa 2")

    poll_after(office, 10)

    (other,) = office.journal.guard.others()
    assert (1, 3, "Kasa 2") == (other["series_id"], other["count"], other["name"])
    assert 1 == caplog.text.count("another program as 'Kasa 2' numbers receipts of series 1")


def test_without_a_name_it_may_have_been_a_person(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    receipt = office.issue()
    polled(office)
    numbered_elsewhere(office, receipt)

    poll_after(office, 10)

    assert "another program or a person numbers receipts of series 1" in caplog.text


def test_a_deleted_receipt_accuses_nobody(office: Office) -> None:
    unnumbered, gone, nip = office.issue(), office.issue(), office.issue(nip="123")
    polled(office)
    office.server.edit_receipt(unnumbered, listed=False)
    numbered_elsewhere(office, nip)
    office.server.remove_receipt(gone)

    poll_after(office, 10)

    assert [] == office.journal.guard.others()
    assert State.DROPPED is office.state(unnumbered)


def test_what_we_printed_ourselves_accuses_nobody(office: Office) -> None:
    receipt = office.issue()
    polled(office)
    office.printed(receipt)
    office.work()

    poll_after(office, 10)

    assert State.CONFIRMED is office.state(receipt)
    assert [] == office.journal.guard.others()


def test_a_lost_answer_is_asked_for_again(office: Office) -> None:
    receipt = office.issue()
    polled(office)
    numbered_elsewhere(office, receipt)
    office.clock.advance(10)
    office.desk.settings = replace(office.desk.settings, check_totals=False)
    office.server.faults.script("getReceipt", Kind.LOST_ANSWER)

    office.work(pauses=2)

    assert 1 == len(office.journal.guard.others())
