"""Who asked for an electronic receipt: read from the order, for printers that have the key and for no other."""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.journals import found
from support.offices import Office, open_office

from bridge.baselinker.quirks import Unreadable
from bridge.courier.compare import CompareJob
from bridge.courier.desk import REFUSALS_BEFORE_HOLD
from bridge.courier.edocument import asked_for
from bridge.courier.poll import PollJob
from bridge.decisions import decide
from bridge.intake import receipt_of
from bridge.journal import State
from bridge.reasons import Decision
from simulators.baselinker.account import RefusedError
from simulators.baselinker.faults import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CUSTOM = "custom_extra_fields.123"
BUYER = "IDZ-0042-ŻÓŁW"


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        set_up(opened, till=CUSTOM)
        yield opened


def set_up(office: Office, *, check_totals: bool = True, **fields: str) -> None:
    office.desk.settings = replace(office.desk.settings, edocument_fields=fields, check_totals=check_totals)


def issue(office: Office, *, series_id: int = 1, **order: Any) -> int:
    receipt = office.issue(series_id=series_id)
    office.server.edit_order(office.stored(receipt).order_id, **order)
    return receipt


def journaled(office: Office, receipt: int) -> str:
    """Return the identifier of a receipt that was offered to its station."""
    entry = found(office.journal, receipt)
    assert entry.digest == entry.checked
    return receipt_of(entry.content, entry.currency or "PLN", entry.edocument_id).edocument_id


def asked(office: Office) -> int:
    return len(office.server.ledger.of("getOrders"))


# -- what stands in the order ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "order"),
    [
        (CUSTOM, {"custom_extra_fields": {"123": BUYER, "5": "x"}}),
        (CUSTOM, {"custom_extra_fields": {"123": f"  {BUYER}\n"}}),
        ("custom_extra_fields.0", {"custom_extra_fields": [BUYER, "y"]}),
        ("extra_field_1", {"extra_field_1": BUYER, "extra_field_2": "y"}),
        ("extra_field_2", {"extra_field_1": "x", "extra_field_2": BUYER}),
    ],
)
def test_a_filled_field_is_what_the_buyer_asked_with(
    office: Office, field: str, order: dict[str, Any]
) -> None:
    set_up(office, till=field)
    receipt = issue(office, **order)

    office.work()

    assert BUYER == journaled(office, receipt)
    (call,) = office.server.ledger.of("getOrders")
    assert office.stored(receipt).order_id == call.parameters["order_id"]
    assert field.startswith("custom") is call.parameters.get("include_custom_extra_fields", False)


@pytest.mark.parametrize(
    "order",
    [
        {"custom_extra_fields": {}},
        {"custom_extra_fields": []},
        {"custom_extra_fields": ""},
        {"custom_extra_fields": None},
        {"custom_extra_fields": {"123": ""}},
        {"custom_extra_fields": {"123": "  "}},
        {"custom_extra_fields": {"123": None}},
        {"custom_extra_fields": {"124": BUYER}},
        {"extra_field_1": BUYER},
    ],
)
def test_an_empty_or_missing_field_is_paper_without_a_word(
    office: Office, order: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    receipt = issue(office, **order)

    with caplog.at_level(logging.WARNING):
        office.work()

    assert "" == journaled(office, receipt)
    assert [] == caplog.messages


@pytest.mark.parametrize(
    "value",
    ["A" * 129, "ID\x1b[31mZ", "a\nb", {"title": "photo", "url": "https://e.example/1"}, [BUYER], True],
)
def test_what_is_no_identifier_is_paper_and_told_in_one_line(
    office: Office, value: object, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = issue(office, custom_extra_fields={"123": value})

    with caplog.at_level(logging.WARNING):
        office.work()

    assert "" == journaled(office, receipt)
    (line,) = caplog.messages
    assert "printed on paper: custom_extra_fields.123 of the order is no identifier" in line
    assert not [secret for secret in ("AAAA", "31m", BUYER) if secret in line]


@given(st.text(max_size=140) | st.integers() | st.dictionaries(st.text(), st.text(), max_size=2) | st.none())
def test_an_identifier_is_printable_and_short_enough_whatever_stands_there(value: object) -> None:
    try:
        identifier = asked_for({"extra_field_1": value}, "extra_field_1")
    except Unreadable:
        return
    assert len(identifier) <= 128
    assert identifier.isprintable()
    assert identifier == identifier.strip()


def test_an_order_that_is_gone_is_paper(office: Office) -> None:
    receipt = office.issue()
    office.server._account.orders.clear()

    office.work()

    assert "" == journaled(office, receipt)


def test_the_order_of_somebody_else_is_never_believed(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = issue(office)
    others = {"orders": [{"order_id": 5, "custom_extra_fields": {"123": BUYER}}]}
    answer = office.desk.client.call
    monkeypatch.setattr(
        office.desk.client,
        "call",
        lambda method, *words, **more: others if method == "getOrders" else answer(method, *words, **more),
    )

    office.work()

    assert "" == journaled(office, receipt)


def test_a_receipt_without_an_order_is_paper(office: Office) -> None:
    receipt = office.issue(entry={"order_id": ""})

    office.work()

    assert ("", 0) == (journaled(office, receipt), asked(office))


# -- who is asked, and when --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("check_totals", [True, False])
def test_only_orders_of_printers_with_the_key_are_asked_for(office: Office, check_totals: bool) -> None:
    set_up(office, check_totals=check_totals, kitchen=CUSTOM)
    till = issue(office, custom_extra_fields={"123": BUYER})
    kitchen = issue(office, series_id=2, custom_extra_fields={"123": BUYER})

    office.work()

    assert BUYER == journaled(office, kitchen)
    assert "" == found(office.journal, till).edocument_id
    assert [office.stored(kitchen).order_id] == [
        call.parameters["order_id"] for call in office.server.ledger.of("getOrders")
    ]
    assert 2 * check_totals == len(office.server.ledger.of("getReceipt"))


def test_each_receipt_costs_one_request_more_and_a_restart_asks_for_nothing_again(office: Office) -> None:
    for number in range(3):
        issue(office, custom_extra_fields={"123": f"IDZ-{number}"})

    office.work(pauses=2)

    assert (3, 3) == (asked(office), len(office.server.ledger.of("getReceipt")))
    assert ["IDZ-0", "IDZ-1", "IDZ-2"] == [
        entry.edocument_id for entry in office.journal.in_state(State.WAITING)
    ]


def test_one_step_makes_one_call_so_that_a_budget_that_opens_for_one_at_a_time_is_enough(
    office: Office,
) -> None:
    receipt = issue(office, custom_extra_fields={"123": BUYER})
    assert PollJob(office.desk).step()
    job = CompareJob(office.desk)

    assert job.step()
    assert "getOrders" == office.server.ledger.requests[-1].method
    assert job.step()

    assert ["getNewReceipts", "getOrders", "getReceipt"] == [
        call.method for call in office.server.ledger.requests
    ]
    assert not job.step()
    assert BUYER == journaled(office, receipt)


@pytest.mark.parametrize("fault", [Kind.RESET_BEFORE, Kind.LOST_ANSWER, Kind.BAD_GATEWAY, Kind.TRUNCATED])
def test_without_an_answer_the_receipt_waits_and_is_asked_for_again(office: Office, fault: Kind) -> None:
    receipt = issue(office, custom_extra_fields={"123": BUYER})
    office.server.faults.script("getOrders", fault, fault)
    office.work()
    assert None is office.journal.next_waiting("till", checked=True)

    office.work(pauses=4)

    assert BUYER == journaled(office, receipt)


def no_permission(_parameters: object) -> dict[str, object]:
    raise RefusedError("ERROR_NO_PERMISSION", "The token may not read orders")


def test_an_order_that_baselinker_refuses_to_show_holds_the_receipt_and_a_person_may_print_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    receipt = issue(office, custom_extra_fields={"123": BUYER})
    monkeypatch.setitem(office.server._account._methods, "getOrders", no_permission)
    office.work(pauses=REFUSALS_BEFORE_HOLD + 1)
    assert (State.HELD, "check_refused") == (
        office.state(receipt),
        found(office.journal, receipt).reason_code,
    )

    decide(office.journal, receipt, Decision.PRINT)
    office.work(pauses=1)

    assert "" == journaled(office, receipt)


def test_a_receipt_that_is_edited_is_asked_about_anew(office: Office) -> None:
    receipt = issue(office, custom_extra_fields={"123": BUYER})
    office.work()
    office.server.edit_order(office.stored(receipt).order_id, custom_extra_fields={"123": ""})
    office.server.edit_receipt(receipt, payment_method="BLIK")

    office.work(pauses=1)

    assert ("", 2) == (journaled(office, receipt), asked(office))


def test_a_receipt_that_moves_to_another_printer_is_looked_at_anew(office: Office) -> None:
    receipt = issue(office, custom_extra_fields={"123": BUYER})
    office.work()

    office.desk.settings = replace(office.desk.settings, printer_for=lambda _series: "kitchen")
    office.work(pauses=1)

    assert ("kitchen", "", 1) == (
        found(office.journal, receipt).printer,
        journaled(office, receipt),
        asked(office),
    )
