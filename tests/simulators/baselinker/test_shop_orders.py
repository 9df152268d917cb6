"""Orders of the simulated account: what one call writes, another reads."""

from __future__ import annotations

from base64 import b64decode
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from support.api_posts import Api
from support.valid_calls import ORDER, PDF

from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.behaviour import Behaviour
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.model import Product

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_772_000_000


@pytest.fixture
def clock() -> list[float]:
    return [float(NOW)]


@pytest.fixture
def api(clock: list[float]) -> Iterator[Api]:
    with BaseLinkerServer(limit=RequestLimit(per_minute=10**6), wall=lambda: clock[0]) as server:
        yield Api(server)


def add(api: Api, **changes: Any) -> int:
    order_id: int = api("addOrder", **{**ORDER, **changes})["order_id"]
    return order_id


def order(api: Api, order_id: int, **asks: Any) -> dict[str, Any]:
    (found,) = api("getOrders", order_id=order_id, get_unconfirmed_orders=True, **asks)["orders"]
    assert isinstance(found, dict)
    return found


def log(api: Api, **given: Any) -> list[int]:
    return [entry["log_type"] for entry in api("getJournalList", **{"last_log_id": 0, **given})["logs"]]


def test_an_added_order_is_shown_with_what_was_given(api: Api) -> None:
    order_id = add(api, want_invoice=True, invoice_nip="5270103391", extra_field_1="A7")

    found = order(api, order_id)

    assert ("klient@example.com", "Żaneta Gęś") == (found["email"], found["delivery_fullname"])
    assert ("0", "1") == (found["payment_method_cod"], found["want_invoice"])
    assert ("5270103391", "A7", Decimal("15.99")) == (
        found["invoice_nip"],
        found["extra_field_1"],
        found["delivery_price"],
    )
    mug, candle = found["products"]
    assert ("Kubek „Łąka”", Decimal("39.9"), 2, "KUB-1") == (
        mug["name"],
        mug["price_brutto"],
        mug["quantity"],
        mug["sku"],
    )
    assert mug["order_product_id"] != candle["order_product_id"]
    assert 0 == found["payment_done"]


def test_what_is_not_there_is_refused(api: Api) -> None:
    order_id = add(api)

    assert "ERROR_STATUS_NOT_FOUND" == api.refused("addOrder", **{**ORDER, "order_status_id": 77})
    assert "ERROR_STATUS_NOT_FOUND" == api.refused("setOrderStatus", order_id=order_id, status_id=77)
    assert "ERROR_ORDER_NOT_FOUND" == api.refused("setOrderStatus", order_id=1, status_id=2)
    assert "ERROR_ORDER_NOT_FOUND" == api.refused("setOrderStatuses", order_ids=[order_id, 1], status_id=2)
    assert 1 == order(api, order_id)["order_status_id"]
    assert "ERROR_ORDER_PRODUCT_NOT_FOUND" == api.refused(
        "deleteOrderProduct", order_id=order_id, order_product_id=999999
    )


def test_what_an_order_is_asked_for_elsewhere_needs_the_order(api: Api) -> None:
    assert "ERROR_ORDER_NOT_FOUND" == api.refused("getOrderPackages", order_id=1)
    assert 1 == len(api("getOrderPackages", order_id=add(api))["packages"])


def test_the_ledger_keeps_a_reply_as_it_was(api: Api) -> None:
    order_id = add(api)
    line_id = order(api, order_id)["products"][0]["order_product_id"]
    api("setOrderProductFields", order_id=order_id, order_product_id=line_id, quantity=9)

    (call,) = api.server.ledger.of("getOrders")

    assert call.reply is not None
    assert 2 == call.reply["orders"][0]["products"][0]["quantity"]


def test_orders_are_listed_100_at_a_time_and_go_on_from_an_id_or_a_date(api: Api, clock: list[float]) -> None:
    ids = []
    for _ in range(130):
        ids.append(add(api))
        clock[0] += 1

    first = api("getOrders")["orders"]
    by_id = api("getOrders", id_from=first[-1]["order_id"] + 1)["orders"]
    by_date = api("getOrders", date_confirmed_from=first[-1]["date_confirmed"] + 1)["orders"]

    assert ids[:100] == [one["order_id"] for one in first]
    assert ids[100:] == [one["order_id"] for one in by_id]
    assert ids[100:] == [one["order_id"] for one in by_date]


def test_orders_by_date_come_in_the_order_of_that_date(api: Api) -> None:
    late, early = add(api, date_add=NOW), add(api, date_add=NOW - 100)

    listed = api("getOrders", date_from=NOW - 100)["orders"]

    assert [early, late] == [one["order_id"] for one in listed]
    assert [late] == [one["order_id"] for one in api("getOrders", date_from=NOW)["orders"]]


def test_unconfirmed_orders_are_shown_on_request(api: Api) -> None:
    api.server.behaviour = Behaviour(added_orders_are_confirmed=False)
    order_id = add(api)

    assert [] == api("getOrders")["orders"]
    assert (False, 0) == (order(api, order_id)["confirmed"], order(api, order_id)["date_confirmed"])
    assert [1] == log(api)


@pytest.mark.parametrize(
    "filters",
    [
        {"filter_email": "inny@example.com"},
        {"status_id": 2},
        {"filter_order_source": "shop", "filter_order_source_id": 1},
        {"filter_external_order_id": "X-1"},
        {"filter_shop_order_id": 55},
    ],
)
def test_every_filter_finds_its_order_alone(api: Api, filters: dict[str, Any]) -> None:
    add(api)
    wanted = add(api, email="inny@example.com", order_status_id=2)
    further = {"order_source": "shop", "order_source_id": 1, "external_order_id": "X-1", "shop_order_id": 55}
    api.server.edit_order(wanted, **further)

    assert [wanted] == [one["order_id"] for one in api("getOrders", **filters)["orders"]]


def test_the_id_of_a_source_needs_its_kind(api: Api) -> None:
    assert "ERROR_INVALID_PARAMETERS" == api.refused("getOrders", filter_order_source_id=1)


def test_some_fields_are_shown_on_request_only(api: Api) -> None:
    order_id = add(api, custom_extra_fields={"16": "pilne"})

    assert (
        not {"custom_extra_fields", "commissions", "connect_data", "discounts"} & order(api, order_id).keys()
    )
    asked = order(api, order_id, include_custom_extra_fields=True, include_discounts_data=True)
    assert ({"16": "pilne"}, []) == (asked["custom_extra_fields"], asked["discounts"])


def test_fields_of_an_order_change_alone(api: Api) -> None:
    order_id = add(api, custom_extra_fields={"16": "pilne", "17": "x"})

    api("setOrderFields", order_id=order_id, admin_comments="Zadzwonić", star=3)
    api("setOrderFields", order_id=order_id, delivery_city="Gdańsk", custom_extra_fields={"17": ""})

    found = order(api, order_id, include_custom_extra_fields=True)
    assert ("Zadzwonić", 3, "Gdańsk") == (found["admin_comments"], found["star"], found["delivery_city"])
    assert {"16": "pilne"} == found["custom_extra_fields"]
    assert "klient@example.com" == found["email"]
    assert [16, 11] == log(api, order_id=order_id, logs_types=[11, 16])


def test_statuses_move_one_order_or_many(api: Api, clock: list[float]) -> None:
    one, two = add(api), add(api)
    clock[0] += 60
    statuses = {status["name"]: status["id"] for status in api("getOrderStatusList")["statuses"]}

    api("setOrderStatus", order_id=one, status_id=statuses["Do wysłania"])
    api("setOrderStatuses", order_ids=[one, two], status_id=statuses["Wysłane"])

    for order_id in (one, two):
        found = order(api, order_id)
        assert (statuses["Wysłane"], NOW + 60) == (found["order_status_id"], found["date_in_status"])
    assert [statuses["Do wysłania"], statuses["Wysłane"]] == [
        entry["object_id"]
        for entry in api("getJournalList", last_log_id=0, order_id=one, logs_types=[18])["logs"]
    ]


def test_lines_are_added_changed_and_removed(api: Api) -> None:
    order_id = add(api)
    line_id = api(
        "addOrderProduct", order_id=order_id, storage="db", storage_id="0", name="Koc", price_brutto=189.99
    )["order_product_id"]

    api("setOrderProductFields", order_id=order_id, order_product_id=line_id, quantity=3, variant_id="12")
    line = order(api, order_id)["products"][-1]
    assert ("Koc", Decimal("189.99"), 3, 12) == (
        line["name"],
        line["price_brutto"],
        line["quantity"],
        line["variant_id"],
    )

    api("deleteOrderProduct", order_id=order_id, order_product_id=line_id)
    assert ["Kubek „Łąka”", "Świeca"] == [one["name"] for one in order(api, order_id)["products"]]
    assert [12, 13, 14] == log(api, logs_types=[12, 13, 14])


def test_a_payment_replaces_the_one_before_and_both_stay_in_the_history(api: Api) -> None:
    order_id = add(api)
    pay = {"order_id": order_id, "payment_date": NOW}
    api("setOrderPayment", **pay, payment_done=50, payment_comment="zadatek")
    api("setOrderPayment", **pay, payment_done="149.79", external_payment_id="p-2")

    assert Decimal("149.79") == order(api, order_id)["payment_done"]
    assert ["p-2"] == [
        one["external_payment_id"] for one in api("getOrderPaymentsHistory", order_id=order_id)["payments"]
    ]
    first, second = api("getOrderPaymentsHistory", order_id=order_id, show_full_history=1)["payments"]
    assert ("0.00", "50.00", "149.79") == (first["paid_before"], first["paid_after"], first["total_price"])
    assert ("50.00", str(NOW), "zadatek") == (second["paid_before"], second["date"], first["comment"])
    # Only the second reached the value of the order: 2 x 39.90 + 54.00 + 15.99.
    assert [3] == log(api, logs_types=[3])


def test_an_order_that_is_paid_when_added_says_so(api: Api) -> None:
    assert Decimal("149.79") == order(api, add(api, paid=True))["payment_done"]


def test_deleted_orders_are_gone_and_unknown_ones_are_passed_over(api: Api) -> None:
    order_id = add(api)

    assert [order_id] == api("deleteOrders", order_ids=[order_id, 1])["deleted_order_ids"]
    assert [] == api("getOrders", order_id=order_id)["orders"]
    assert [4] == log(api, logs_types=[4])


def test_a_split_moves_lines_and_delivery_into_a_new_order(api: Api) -> None:
    order_id = add(api)
    mug = order(api, order_id)["products"][0]["order_product_id"]
    item = {"order_product_id": mug, "quantity": 1}

    assert "ERROR_QUANTITY" == api.refused(
        "addOrderBySplit", order_id=order_id, items_to_split=[{**item, "quantity": 3}]
    )
    assert "ERROR_INVALID_PARAMETERS" == api.refused(
        "addOrderBySplit", order_id=order_id, items_to_split=[item, item]
    )
    new_id = api("addOrderBySplit", order_id=order_id, items_to_split=[item], delivery_cost_to_split=5)[
        "new_order_id"
    ]

    old, new = order(api, order_id), order(api, new_id)
    assert ([1, 1], [1]) == tuple([line["quantity"] for line in one["products"]] for one in (old, new))
    assert (Decimal("10.99"), 5) == (old["delivery_price"], new["delivery_price"])
    assert old["email"] == new["email"]


@pytest.mark.parametrize(("mode", "left"), [("technical_merge", 3), ("into_main_order", 1)])
def test_merged_orders_are_kept_or_not(api: Api, mode: str, left: int) -> None:
    main, other = add(api), add(api)

    merged = api(
        "setOrdersMerge",
        main_order_id=main,
        order_ids_to_merge=[other],
        merge_mode=mode,
        sum_delivery_costs=True,
    )["merged_order_id"]

    found = order(api, merged)
    assert (4, Decimal("31.98")) == (len(found["products"]), found["delivery_price"])
    assert left == len(api("getOrders")["orders"])
    assert (merged == main) == (mode == "into_main_order")


def test_a_copy_is_an_order_of_its_own(api: Api) -> None:
    order_id = add(api, paid=True)
    copy = api("addOrderDuplicate", order_id=order_id)["order_id"]

    api("setOrderFields", order_id=copy, email="inny@example.com")

    assert "klient@example.com" == order(api, order_id)["email"]
    assert 0 == order(api, copy)["payment_done"]
    ids = [line["order_product_id"] for one in (order_id, copy) for line in order(api, one)["products"]]
    assert 4 == len(set(ids))


def test_orders_of_a_buyer_are_found_the_latest_first(api: Api) -> None:
    old, new = add(api, date_add=NOW - 50), add(api, date_add=NOW)
    add(api, email="inny@example.com", phone="600")

    assert [str(new), str(old)] == [
        one["order_id"] for one in api("getOrdersByEmail", email="klient@example.com")["orders"]
    ]
    (found,) = api("getOrdersByPhone", phone="600")["orders"]
    assert "Żaneta Gęś" == found["delivery_fullname"]


def test_the_journal_goes_on_after_an_entry_and_forgets_after_three_days(
    api: Api, clock: list[float]
) -> None:
    add(api)
    entries = api("getJournalList", last_log_id=0)["logs"]
    assert [1, 2] == [one["log_type"] for one in entries]
    assert [2] == log(api, last_log_id=entries[0]["id"])

    api.server.behaviour = Behaviour(journal_repeats_last=True)
    assert [1, 2] == log(api, last_log_id=entries[0]["id"])
    api.server.behaviour = Behaviour(journal_is_on=False)
    assert [] == log(api)

    api.server.behaviour = Behaviour()
    clock[0] += 3 * 24 * 3600 + 1
    assert [] == log(api)


def test_a_receipt_for_an_added_order_has_its_delivery_as_the_last_line(api: Api) -> None:
    order_id = add(api)
    receipt_id = api("addReceipt", order_id=order_id)["receipt_id"]

    (waiting,) = api("getNewReceipts")["orders"]
    receipt = api("getReceipt", receipt_id=receipt_id)

    assert ["Kubek „Łąka”", "Świeca", "Kurier"] == [line["name"] for line in waiting["products"]]
    assert Decimal("149.79") == receipt["total_price_brutto"]
    assert [8] == log(api, order_id=order_id, logs_types=[8])


def test_issued_receipts_go_on_page_by_page(api: Api) -> None:
    goods = [Product("Kubek", Decimal(10))]
    ids = [api.server.add_receipt(goods, date_add=NOW + number).receipt_id for number in range(105)]

    first = [one["receipt_id"] for one in api("getReceipts")["receipts"]]
    rest = [one["receipt_id"] for one in api("getReceipts", id_from=first[-1] + 1)["receipts"]]

    assert ids == first + rest
    assert 100 == len(first)
    between = api("getReceipts", date_from=NOW + 3, date_to=NOW + 5)["receipts"]
    assert ids[3:6] == [one["receipt_id"] for one in between]


def test_an_invoice_has_the_lines_of_its_order_and_the_delivery(api: Api) -> None:
    order_id = add(api, invoice_company="Zielony Wąwóz", invoice_nip="5270103391")
    invoice_id = api("addInvoice", order_id=order_id, series_id=2)["invoice_id"]
    api("addInvoice", order_id=order_id, series_id=2, vat_rate="NP")

    invoice, foreign = api("getInvoices", order_id=order_id)["invoices"]

    assert (invoice_id, "FV 1/02/2026", "normal") == (
        invoice["invoice_id"],
        invoice["number"],
        invoice["type"],
    )
    assert [0, 0, 1] == [item["is_shipment"] for item in invoice["items"]]
    assert (Decimal("149.79"), "Zielony Wąwóz") == (invoice["total_price_brutto"], invoice["invoice_company"])
    assert Decimal("32.44") == invoice["items"][0]["price_netto"]
    assert ("FV 2/02/2026", Decimal("-0.02")) == (foreign["number"], foreign["items"][0]["tax_rate"])
    assert [7, 7] == log(api, logs_types=[7])


def test_an_invoice_needs_a_series_of_invoices_and_a_rate_that_exists(api: Api) -> None:
    order_id = add(api)

    assert "ERROR_SERIES_NOT_FOUND" == api.refused("addInvoice", order_id=order_id, series_id=1)
    for rate in ("101", "VAT"):
        assert "ERROR_INVALID_PARAMETERS" == api.refused(
            "addInvoice", order_id=order_id, series_id=2, vat_rate=rate
        )


def test_an_uploaded_invoice_takes_the_place_of_baselinkers_own(api: Api) -> None:
    invoice_id = api("addInvoice", order_id=add(api), series_id=2)["invoice_id"]
    own = api("getInvoiceFile", invoice_id=invoice_id)
    assert b64decode(own["invoice"].removeprefix("data:")).startswith(b"%PDF-")

    assert "ERROR_FILE" == api.refused("addOrderInvoiceFile", invoice_id=invoice_id, file="JVBERi0xLjQK")
    api("addOrderInvoiceFile", invoice_id=invoice_id, file=PDF, external_invoice_number="EXT/7")

    uploaded = api("getInvoiceFile", invoice_id=invoice_id, get_external=True)
    assert (PDF, "EXT/7") == (uploaded["invoice"], uploaded["invoice_number"])
    assert own == api("getInvoiceFile", invoice_id=invoice_id)
    assert [] == api("getInvoices", get_external_invoices=False)["invoices"]


def test_a_correction_names_the_invoice_it_corrects(api: Api) -> None:
    order_id = add(api)
    invoice_id = api("addInvoice", order_id=order_id, series_id=2)["invoice_id"]

    api("addInvoiceCorrection", original_invoice_id=invoice_id, correcting_reason=5, invoice_city="Sopot")

    correction = api("getInvoices", id_from=invoice_id + 1)["invoices"][0]
    assert ("correcting", invoice_id, order_id, "Sopot") == (
        correction["type"],
        correction["correcting_to_invoice_id"],
        correction["order_id"],
        correction["invoice_city"],
    )
    assert "ERROR_INVOICE_NOT_FOUND" == api.refused("addInvoiceCorrection", original_invoice_id=1)
