from __future__ import annotations

import logging
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from support.journals import found, intend
from support.offices import TEA

from bridge.courier import CourierSettings
from bridge.courier.desk import REFUSALS_BEFORE_HOLD
from bridge.decisions import decide
from bridge.journal import State
from bridge.reasons import Decision
from drivers.contract import Proof
from simulators.baselinker.behaviour import ExternalNumber
from simulators.baselinker.faults import Kind
from simulators.baselinker.model import Product

if TYPE_CHECKING:
    from support.offices import Office


def test_a_listed_receipt_is_polled_compared_and_then_offered_to_its_station(office: Office) -> None:
    receipt = office.issue()

    office.work()

    offered = office.journal.next_waiting("till", checked=True)
    assert offered is not None
    assert (receipt, "PLN") == (offered.receipt_id, offered.currency)


def test_polls_keep_their_pace_and_a_station_may_ask_for_one_at_once(office: Office) -> None:
    office.work()
    office.clock.advance(9)
    office.work()
    assert 1 == len(office.server.ledger.of("getNewReceipts"))

    office.desk.wake.want_poll()
    office.work()
    assert 2 == len(office.server.ledger.of("getNewReceipts"))

    office.clock.advance(10)
    office.work()
    assert 3 == len(office.server.ledger.of("getNewReceipts"))


@pytest.mark.parametrize(
    ("details", "code", "says"),
    [
        (
            {"total_price_brutto": Decimal("20.99")},
            "total_differs",
            "BaseLinker's total is 20.99, the lines make 21.00",
        ),
        ({"currency": "EUR"}, "currency", "the receipt is in EUR, the printer sells in PLN"),
        ({"currency": ""}, "total_unknown", "currency: getReceipt does not tell it"),
        ({"total_price_brutto": ""}, "total_unknown", "total_price_brutto: getReceipt does not tell it"),
        ({"total_price_brutto": [1]}, "total_unknown", "total_price_brutto"),
    ],
)
def test_a_total_or_currency_that_does_not_agree_is_held(
    office: Office, details: dict[str, object], code: str, says: str
) -> None:
    receipt = office.issue(details=details)

    office.work()

    entry = found(office.journal, receipt)
    assert (State.HELD, code) == (entry.state, entry.reason_code)
    assert says in entry.reason


def test_what_a_person_approved_is_offered_and_in_its_own_currency(office: Office) -> None:
    receipt = office.issue(details={"currency": "EUR"})
    office.work()
    decide(office.journal, receipt, Decision.PRINT)

    office.work()

    entry = office.journal.next_waiting("till", checked=True)
    assert entry is not None
    assert "EUR" == entry.currency


def test_without_check_totals_getreceipt_is_never_asked(office: Office) -> None:
    settings = office.desk.settings
    office.desk.settings = CourierSettings(
        poll_seconds=10.0, check_totals=False, printer_for=settings.printer_for, currencies={}
    )
    office.issue()

    office.work()

    assert () == office.server.ledger.of("getReceipt")


def test_a_printed_receipt_is_confirmed_with_its_number_and_printer(office: Office) -> None:
    receipt = office.issue()
    office.work()
    office.printed(receipt)

    office.work()

    stored = office.stored(receipt)
    assert (True, "W-17", "till") == (stored.printed, stored.external_receipt_number, stored.printer_name)
    assert State.CONFIRMED is office.state(receipt)


def test_confirmations_go_before_polls(office: Office) -> None:
    receipt = office.issue()
    office.work()
    office.printed(receipt)
    office.clock.advance(10)

    office.courier.step()

    assert "setOrderReceipt" == office.server.ledger.requests[-1].method


@pytest.mark.parametrize(
    "fault",
    [
        Kind.RESET_BEFORE,
        Kind.RESET_AFTER,
        Kind.LOST_ANSWER,
        Kind.TRUNCATED,
        Kind.BAD_GATEWAY_AFTER,
        Kind.BAD_JSON,
    ],
)
@pytest.mark.parametrize("twice", [True, False])
def test_a_confirmation_without_an_answer_is_repeated_until_both_sides_agree(
    office: Office, fault: Kind, twice: bool
) -> None:
    office.behave(confirms_twice=twice)
    receipt = office.issue()
    office.work()
    office.printed(receipt)
    office.server.faults.script("setOrderReceipt", fault)

    office.work(pauses=2)

    assert State.CONFIRMED is office.state(receipt)
    assert "W-17" == office.stored(receipt).external_receipt_number
    assert {"W-17"} == {call.parameters["receipt_nr"] for call in office.server.ledger.confirmations(receipt)}


def test_a_refused_repeat_is_settled_by_the_list_when_getreceipt_does_not_tell_the_number(
    office: Office,
) -> None:
    office.behave(confirms_twice=False, external_number=ExternalNumber.EMPTY)
    receipt = office.issue()
    office.work()
    office.printed(receipt)
    office.server.faults.script("setOrderReceipt", Kind.LOST_ANSWER)

    office.work(pauses=4)

    assert State.CONFIRMED is office.state(receipt)
    assert "BaseLinker no longer waits for it" == office.journal.history(receipt)[-1].detail["how"]


def test_a_confirmation_refused_for_good_calls_a_person_and_never_prints(office: Office) -> None:
    receipt = office.issue()
    office.work()
    office.printed(receipt)
    office.behave(external_number=ExternalNumber.EMPTY)
    office.server.edit_receipt(receipt, printed=True)
    office.behave(confirms_twice=False)

    office.work(pauses=2 * REFUSALS_BEFORE_HOLD)

    entry = found(office.journal, receipt)
    assert (State.HELD, "confirm_refused", "yes") == (entry.state, entry.reason_code, entry.may_be_printed)


def test_a_refused_receipt_is_reported_once_with_printer_error(office: Office) -> None:
    receipt = office.issue(Product("x", Decimal(1), tax_rate=Decimal("-0.02")))

    office.work(pauses=3)

    reports = office.server.ledger.reports(receipt)
    assert 1 == len(reports)
    assert State.REPORTED is office.state(receipt)


@pytest.mark.parametrize("leaves", [True, False])
def test_a_reported_receipt_is_left_alone_until_it_is_edited(office: Office, leaves: bool) -> None:
    office.behave(printer_error_leaves_list=leaves)
    receipt = office.issue(Product("x", Decimal(1), tax_rate=Decimal("-0.02")))
    office.work(pauses=3)

    office.server.edit_receipt(receipt, listed=True, products=(Product("x", Decimal(1)),))
    office.work(pauses=1)

    assert State.WAITING is office.state(receipt)


def test_an_unserved_series_is_told_once_an_hour(office: Office, caplog: pytest.LogCaptureFixture) -> None:
    office.issue(series_id=3)

    with caplog.at_level(logging.INFO, "receipt-bridge"):
        for _ in range(90):
            office.work()
            office.clock.advance(60)

    told = [message for message in caplog.messages if "no printer serves" in message]
    assert 2 == len(told)


def test_trouble_with_baselinker_is_told_once_and_its_end_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.server.faults.script("getNewReceipts", Kind.BAD_GATEWAY, times=5)

    with caplog.at_level(logging.INFO, "receipt-bridge"):
        office.work(pauses=8)

    assert 1 == sum("cannot be used now" in message for message in caplog.messages)
    assert 1 == sum("answers again" in message for message in caplog.messages)
    assert "ok" == office.journal.beats()["api"].detail["state"]


def test_a_blocked_token_stops_every_call_until_the_stated_time(office: Office) -> None:
    receipt = office.issue()
    office.work()
    office.printed(receipt)
    office.server.faults.script("setOrderReceipt", Kind.TOO_MANY)
    office.courier.step()
    before = len(office.server.ledger.requests)

    for _ in range(20):
        office.clock.advance(1)
        office.work()
    assert before == len(office.server.ledger.requests)
    assert "blocked" == office.journal.beats()["api"].detail["state"]

    office.work(pauses=15)
    assert State.CONFIRMED is office.state(receipt)


def test_a_used_up_budget_for_polls_leaves_room_for_confirmations(office: Office) -> None:
    receipt = office.issue()
    office.work()
    office.printed(receipt)
    while office.budget.opens(1) <= office.clock.monotonic():  # type: ignore[arg-type]
        permit = office.budget.take(1, patience=0.0)  # type: ignore[arg-type]
        assert permit is not None
        office.budget.settle(permit, answered=True)

    office.work()

    assert State.CONFIRMED is office.state(receipt)


def test_one_strange_answer_does_not_keep_the_others_from_being_compared(office: Office) -> None:
    first, second = office.issue(), office.issue()
    office.server.faults.script("getReceipt", Kind.BAD_JSON)

    office.work()
    office.clock.advance(3)
    office.work()

    offered = office.journal.next_waiting("till", checked=True)
    assert offered is not None
    assert second == offered.receipt_id
    office.work(pauses=1)
    assert {first, second} == {entry.receipt_id for entry in office.journal.open_receipts() if entry.checked}


def print_now(office: Office, receipt: int) -> None:
    """Print as a station does: the proof says when, on the monotonic clock of this run."""
    intend(office.journal, found(office.journal, receipt))
    details = {"run": "run-1", "monotonic": office.clock.monotonic()}
    office.journal.printed(receipt, Proof("fence", number="W-17", details=details))


@pytest.mark.parametrize("jump", [0.0, 3600.0, -86_400.0, 86_400.0 - 1_790_000_000.0])
def test_the_time_of_printing_is_told_right_whatever_the_system_clock_does_meanwhile(
    office: Office, jump: float
) -> None:
    receipt = office.issue()
    office.work()
    printed_at = office.clock.true_time()
    print_now(office, receipt)
    office.clock.advance(30)
    office.clock.seconds += jump

    office.work()

    assert printed_at == pytest.approx(
        office.server.ledger.confirmations(receipt)[0].parameters["date"], abs=1
    )


def test_a_system_clock_that_is_wrong_from_the_start_is_set_right_by_baselinker_s(office: Office) -> None:
    office.clock.seconds = 86_400.0  # a Pi without a clock chip, on the second day of 1970
    receipt = office.issue()
    office.work()
    office.printed(receipt)

    office.work()

    told = office.server.ledger.confirmations(receipt)[0].parameters["date"]
    assert office.clock.true_time() == pytest.approx(told, abs=1)


def test_a_number_too_long_for_baselinker_is_not_cut_into_another(office: Office) -> None:
    receipt = office.issue(receipt_full_nr="123456789/11/2026/LONG")
    office.work()
    office.printed(receipt, number="")

    office.work()

    assert "" == office.server.ledger.confirmations(receipt)[0].parameters["receipt_nr"]
    assert State.CONFIRMED is office.state(receipt)


def test_a_full_disk_pauses_the_courier_and_is_told_once(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = office.issue()
    office.work()
    pages = office.journal._database.row("PRAGMA page_count")
    assert pages is not None
    office.journal._database.run(f"PRAGMA max_page_count = {pages['page_count']}")
    for number in range(60):  # more than what is left in the pages there are
        office.issue(TEA, payment_method=f"{number} {'x' * 4000}")
    office.clock.advance(10)

    with caplog.at_level(logging.INFO, "receipt-bridge"):
        office.work(pauses=3)
        office.journal._database.run("PRAGMA max_page_count = 1000000")
        office.work(pauses=1)

    assert State.WAITING is office.state(receipt)
    assert 61 == len(office.journal.in_state(State.WAITING))
    assert 1 == sum("nothing is polled or confirmed" in message for message in caplog.messages)
    assert 1 == sum("can be written again" in message for message in caplog.messages)
