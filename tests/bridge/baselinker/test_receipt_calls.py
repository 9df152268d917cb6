"""The bridge's own calls against the simulator, whatever the unknown sides of BaseLinker turn out to be."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.baselinker.budget import Budget, Priority, Stop
from bridge.baselinker.client import Client
from bridge.baselinker.errors import RefusedCall, Transport
from bridge.baselinker.quirks import integer, listing, number, text
from bridge.baselinker.receipts import ReceiptCalls
from bridge.config.secret import Secret
from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.behaviour import Behaviour, ExternalNumber, ListOrder
from simulators.baselinker.model import Product
from simulators.baselinker.receipts import sample_receipts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

GOODS = (Product("Kubek", Decimal("39.90")),)


@pytest.fixture
def server() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer() as running:
        running.limit.per_minute = 10**6
        yield running


@pytest.fixture
def calls(server: BaseLinkerServer) -> Iterator[ReceiptCalls]:
    with Client(Secret(server.token), Budget(10**6), url=server.url) as client:
        yield ReceiptCalls(client)


class Scripted:
    """A client that answers with what was prepared and remembers what it was asked."""

    def __init__(self, *replies: dict[str, Any]) -> None:
        self._replies = list(replies)
        self.asked: list[tuple[str, dict[str, Any], Priority]] = []

    def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.POLL,
        stop: Stop | None = None,
    ) -> dict[str, Any]:
        self.asked.append((method, dict(parameters or {}), priority))
        return self._replies.pop(0) if len(self._replies) > 1 else self._replies[0]


def ids(entries: list[dict[str, Any]]) -> list[int | None]:
    return [integer(entry["receipt_id"]) for entry in entries]


@pytest.mark.parametrize(
    "behaviour",
    [
        Behaviour(
            container=container,
            lists_as_objects=as_objects,
            numbers_as_text=as_text,
            zero_as_empty=empty,
            unknown_fields=unknown,
        )
        for container, as_objects, as_text, empty, unknown in product(
            ("orders", "receipts"), (False, True), (False, True), (False, True), (False, True)
        )
    ],
)
def test_receipts_arrive_whole_in_every_shape_of_the_json(
    server: BaseLinkerServer, calls: ReceiptCalls, behaviour: Behaviour
) -> None:
    server.behaviour = behaviour
    samples = sample_receipts(9, seed=4)
    for sample in samples:
        server.add_receipt(sample.products, **sample.fields)
    waiting = calls.waiting_receipts()
    assert waiting.complete
    for sample, entry in zip(samples, waiting.entries, strict=True):
        lines = [
            (text(line["name"]), number(line["price_brutto"]), number(line["quantity"]))
            for line in listing(entry["products"])
        ]
        assert lines == [(line.name, line.price_brutto, line.quantity) for line in sample.products]
        rates = [number(line["tax_rate"]) or 0 for line in listing(entry["products"])]
        assert rates == [line.tax_rate for line in sample.products]
        details = calls.get_receipt(integer(entry["receipt_id"]) or 0)
        assert number(details["total_price_brutto"]) == Decimal(sample.total) / 100


def test_an_empty_list_is_empty_in_every_shape(server: BaseLinkerServer, calls: ReceiptCalls) -> None:
    for as_objects in (False, True):
        server.behaviour = Behaviour(lists_as_objects=as_objects)
        assert calls.waiting_receipts().entries == []


def test_one_series_is_asked_for_and_nothing_is_sent_that_was_not_given(
    server: BaseLinkerServer, calls: ReceiptCalls
) -> None:
    server.add_receipt(GOODS, series_id=1)
    second = server.add_receipt(GOODS, series_id=5)
    assert ids(calls.get_new_receipts(series_id=5)) == [second.receipt_id]
    calls.get_new_receipts()
    assert [dict(call.parameters) for call in server.ledger.calls] == [{"series_id": 5}, {}]


@pytest.mark.parametrize(
    "missing", [{}, {"order": []}, {"orders": "none"}, {"orders": {"receipt_id": 1}}, {"orders": [1]}]
)
def test_a_reply_without_a_readable_list_is_an_error_and_never_an_empty_list(missing: dict[str, Any]) -> None:
    with pytest.raises(Transport, match="getNewReceipts"):
        ReceiptCalls(Scripted({"status": "SUCCESS", **missing})).waiting_receipts()


@pytest.mark.parametrize("count", [99, 100, 101, 200, 250])
def test_a_long_list_is_fetched_page_by_page(
    server: BaseLinkerServer, calls: ReceiptCalls, count: int
) -> None:
    added = [server.add_receipt(GOODS).receipt_id for _ in range(count)]
    waiting = calls.waiting_receipts()
    assert ids(waiting.entries) == added
    assert waiting.complete


def test_a_list_without_limit_is_taken_whole(server: BaseLinkerServer, calls: ReceiptCalls) -> None:
    server.behaviour = Behaviour(list_size=None)
    added = [server.add_receipt(GOODS).receipt_id for _ in range(230)]
    waiting = calls.waiting_receipts()
    assert ids(waiting.entries) == added
    assert waiting.complete


@pytest.mark.parametrize("order", list(ListOrder))
@pytest.mark.parametrize("knows_id_from", [True, False])
def test_a_cut_list_that_cannot_be_followed_is_told_to_be_incomplete(
    server: BaseLinkerServer, calls: ReceiptCalls, order: ListOrder, knows_id_from: bool
) -> None:
    server.behaviour = Behaviour(list_order=order, knows_id_from=knows_id_from)
    added = {server.add_receipt(GOODS).receipt_id for _ in range(150)}
    waiting = calls.waiting_receipts()
    found = ids(waiting.entries)
    assert len(set(found)) == len(found)
    assert set(found) <= added
    assert waiting.complete == (set(found) == added)


def test_endless_new_ids_end_at_the_bound() -> None:
    class Endless(Scripted):
        def call(self, method: str, parameters: Any = None, **_: Any) -> dict[str, Any]:
            first = (parameters or {}).get("id_from", 1)
            self.asked.append((method, dict(parameters or {}), Priority.POLL))
            return {"orders": [{"receipt_id": first + step} for step in range(100)]}

    client = Endless({})
    waiting = ReceiptCalls(client).waiting_receipts()
    assert not waiting.complete
    assert len(client.asked) == 20
    assert len(waiting.entries) == 2000


def test_entries_without_a_readable_id_are_passed_on_once() -> None:
    entries = [{"receipt_id": "abc"}, {}, *({"receipt_id": one} for one in range(200))]
    client = Scripted({"orders": entries})
    waiting = ReceiptCalls(client).waiting_receipts()
    assert waiting.entries == entries
    assert not waiting.complete


@given(
    st.lists(
        st.lists(st.integers(min_value=1, max_value=400), min_size=90, max_size=130), min_size=1, max_size=5
    )
)
def test_whatever_pages_come_no_receipt_is_listed_twice(pages: list[list[int]]) -> None:
    replies = [{"orders": [{"receipt_id": one} for one in page]} for page in pages]
    waiting = ReceiptCalls(Scripted(*replies, {"orders": []})).waiting_receipts()
    found = ids(waiting.entries)
    assert len(set(found)) == len(found)


def test_a_confirmation_arrives_with_all_it_says(server: BaseLinkerServer, calls: ReceiptCalls) -> None:
    receipt = server.add_receipt(GOODS)
    calls.set_order_receipt(
        receipt.receipt_id, receipt_nr="W000123", date=1777809934, printer_name="Kasa 1 – łazienka"
    )
    stored = server.receipts[receipt.receipt_id]
    assert stored.printed
    assert not stored.listed
    assert stored.printed_at == 1777809934
    assert stored.printer_name == "Kasa 1 – łazienka"
    assert calls.get_receipt(receipt.receipt_id)["external_receipt_number"] == "W000123"
    assert calls.waiting_receipts().entries == []
    assert len(server.ledger.confirmations(receipt.receipt_id)) == 1


@pytest.mark.parametrize("leaves", [True, False])
def test_a_report_of_failure_is_no_confirmation(
    server: BaseLinkerServer, calls: ReceiptCalls, leaves: bool
) -> None:
    server.behaviour = Behaviour(printer_error_leaves_list=leaves)
    receipt = server.add_receipt(GOODS)
    calls.set_order_receipt(receipt.receipt_id, receipt_nr="", date=1, printer_error=True)
    assert server.receipts[receipt.receipt_id].printer_error
    assert not server.receipts[receipt.receipt_id].printed
    assert len(calls.waiting_receipts().entries) == (0 if leaves else 1)
    assert server.ledger.confirmations(receipt.receipt_id) == ()
    assert len(server.ledger.reports(receipt.receipt_id)) == 1


def test_a_number_that_is_too_long_is_never_sent_and_never_cut(
    server: BaseLinkerServer, calls: ReceiptCalls
) -> None:
    receipt = server.add_receipt(GOODS)
    with pytest.raises(ValueError, match="more than 20 characters"):
        calls.set_order_receipt(receipt.receipt_id, receipt_nr="BEN1901234567/WYDRUK/0000123", date=1)
    assert server.ledger.requests == ()


def test_the_name_of_a_printer_is_shortened(server: BaseLinkerServer, calls: ReceiptCalls) -> None:
    receipt = server.add_receipt(GOODS)
    calls.set_order_receipt(receipt.receipt_id, receipt_nr="1", date=1, printer_name="x" * 80)
    assert server.receipts[receipt.receipt_id].printer_name == "x" * 50


@pytest.mark.parametrize("twice", [True, False])
def test_a_second_confirmation_succeeds_or_is_refused(
    server: BaseLinkerServer, calls: ReceiptCalls, twice: bool
) -> None:
    server.behaviour = Behaviour(confirms_twice=twice)
    receipt = server.add_receipt(GOODS)
    calls.set_order_receipt(receipt.receipt_id, receipt_nr="1", date=1)
    if twice:
        calls.set_order_receipt(receipt.receipt_id, receipt_nr="1", date=1)
    else:
        with pytest.raises(RefusedCall):
            calls.set_order_receipt(receipt.receipt_id, receipt_nr="1", date=1)
    assert len(server.ledger.confirmations(receipt.receipt_id)) == 1 + twice


@pytest.mark.parametrize("accepts", [True, False])
def test_a_deleted_receipt_is_confirmed_or_refused(
    server: BaseLinkerServer, calls: ReceiptCalls, accepts: bool
) -> None:
    server.behaviour = Behaviour(confirms_unknown=accepts)
    receipt = server.add_receipt(GOODS)
    server.remove_receipt(receipt.receipt_id)
    if accepts:
        calls.set_order_receipt(receipt.receipt_id, receipt_nr="1", date=1)
    else:
        with pytest.raises(RefusedCall):
            calls.set_order_receipt(receipt.receipt_id, receipt_nr="1", date=1)


@pytest.mark.parametrize(
    ("shown", "expected"),
    [(ExternalNumber.SAME, "W1"), (ExternalNumber.EMPTY, ""), (ExternalNumber.OTHER, "7/5/P")],
)
def test_the_number_shown_afterwards(
    server: BaseLinkerServer, calls: ReceiptCalls, shown: ExternalNumber, expected: str
) -> None:
    server.behaviour = replace(Behaviour(), external_number=shown)
    receipt = server.add_receipt(GOODS, receipt_full_nr="7/5/P")
    calls.set_order_receipt(receipt.receipt_id, receipt_nr="W1", date=1)
    assert calls.get_receipt(receipt.receipt_id)["external_receipt_number"] == expected


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=2000))
def test_a_file_arrives_byte_for_byte(content: bytes) -> None:
    pdf = b"%PDF-1.7\n" + content
    with BaseLinkerServer() as server, Client(Secret(server.token), Budget(), url=server.url) as client:
        receipt = server.add_receipt(GOODS)
        ReceiptCalls(client).add_order_receipt_file(receipt.receipt_id, pdf, "W1")
        assert server.receipts[receipt.receipt_id].file == pdf
        assert len(server.ledger.files(receipt.receipt_id)) == 1


def test_calls_have_their_place_in_the_queue() -> None:
    client = Scripted({"orders": [], "series": []})
    calls = ReceiptCalls(client)
    calls.set_order_receipt(1, receipt_nr="", date=1)
    calls.waiting_receipts()
    calls.get_receipt(1)
    calls.add_order_receipt_file(1, b"%PDF-", "")
    assert [(method, priority) for method, _, priority in client.asked] == [
        ("setOrderReceipt", Priority.CONFIRM),
        ("getNewReceipts", Priority.POLL),
        ("getReceipt", Priority.POLL),
        ("addOrderReceiptFile", Priority.UPLOAD),
    ]


def test_series_and_orders(server: BaseLinkerServer, calls: ReceiptCalls) -> None:
    receipt = server.add_receipt(GOODS, payment_method="BLIK")
    assert [text(one["type"]) for one in calls.get_series()] == ["RECEIPT", "INVOICE"]
    order = calls.get_order(receipt.order_id)
    assert order is not None
    assert text(order["payment_method"]) == "BLIK"
    assert calls.get_order(1) is None


@pytest.mark.parametrize("as_text", [False, True])
def test_custom_fields_of_an_order_come_when_they_are_asked_for(
    server: BaseLinkerServer, calls: ReceiptCalls, as_text: bool
) -> None:
    server.behaviour = replace(server.behaviour, numbers_as_text=as_text)
    order_id = server.add_receipt(GOODS).order_id
    server.edit_order(order_id, custom_extra_fields={"7": "a"}, extra_field_1="b")

    plain, full = calls.get_order(order_id), calls.get_order(order_id, custom_fields=True)

    assert plain is not None
    assert full is not None
    assert ("b", None) == (plain["extra_field_1"], plain.get("custom_extra_fields"))
    assert ("b", {"7": "a"}) == (full["extra_field_1"], full["custom_extra_fields"])
