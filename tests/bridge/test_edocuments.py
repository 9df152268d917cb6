"""A whole shop with a fiscal printer that makes electronic receipts, for who asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.fiscal_shops import fiscal_shop
from support.shops import entry_of, said
from support.waiting import LONGEST

from simulators.baselinker.receipts import sample_receipts
from simulators.posnet.edocuments import of_document

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.posnet.printer import FiscalPrinter
    from simulators.shop import Shop

KEYS: dict[str, Any] = {"edocument": "on", "edocument_field": "custom_extra_fields.123"}


def issue(shop: Shop, *orders: dict[str, Any]) -> list[int]:
    """Issue a receipt for each order, before the daemon may see them."""
    issued = []
    for sample, order in zip(sample_receipts(len(orders), 5), orders, strict=True):
        receipt = shop.server.add_receipt(sample.products, **sample.fields)
        shop.server.edit_order(receipt.order_id, **order)
        issued.append(receipt.receipt_id)
    return issued


def buyers(printer: FiscalPrinter) -> dict[int, str]:
    """Return to whom each receipt that was sold went, '' for paper."""
    found = {}
    for receipt in printer.fiscal.receipts:
        became = of_document(printer.memory, receipt.number)
        found[int(receipt.footer.system_number)] = "" if became is None else became.customer
    return found


@pytest.mark.parametrize("check_totals", [True, False])
def test_one_buyer_asked_and_both_receipts_are_sold_once_and_confirmed(
    tmp_path: Path, check_totals: bool
) -> None:
    folder = tmp_path / "shop"
    with fiscal_shop(folder, edocuments=True, check_totals=check_totals, **KEYS) as (shop, printer):
        electronic, paper = issue(
            shop, {"custom_extra_fields": {"123": "IDZ-42"}}, {"extra_field_1": "IDZ-7"}
        )
        shop.start_daemon()

        assert shop.wait_until_confirmed([electronic, paper], LONGEST)

        assert {electronic: "IDZ-42", paper: ""} == buyers(printer)
        assert 2 == len(printer.fiscal.receipts)
        assert 1 == len(printer.ledger.slips)
        assert (2, 2 * check_totals) == tuple(
            len(shop.server.ledger.of(method)) for method in ("getOrders", "getReceipt")
        )
        proofs = [entry.proof for entry in (entry_of(shop, electronic), entry_of(shop, paper)) if entry]
        assert [1, None] == [proof.details.get("edocument") for proof in proofs if proof]
        assert 0 == shop.stop_daemon()


def test_a_refused_identifier_is_told_and_the_receipt_confirmed_from_paper(tmp_path: Path) -> None:
    keys = {**KEYS, "edocument_field": "extra_field_2"}
    with fiscal_shop(tmp_path / "shop", edocuments=True, **keys) as (shop, printer):
        printer.behaviour.edocument_refusal = 4250
        (receipt,) = issue(shop, {"extra_field_2": "IDZ-42"})
        shop.start_daemon()

        assert shop.wait_until_confirmed([receipt], LONGEST)

        assert {receipt: ""} == buyers(printer)
        assert (1, 1) == (len(printer.fiscal.receipts), len(printer.fiscal.cancelled))
        assert not shop.server.receipts[receipt].printer_error
        assert said(shop, "the receipt is printed on paper")
        assert not said(shop, "IDZ-42")


def test_without_the_key_no_order_is_asked_for(tmp_path: Path) -> None:
    with fiscal_shop(tmp_path / "shop", edocuments=True, edocument="on") as (shop, printer):
        (receipt,) = issue(shop, {"extra_field_1": "IDZ-42", "custom_extra_fields": {"123": "IDZ-42"}})
        shop.start_daemon()

        assert shop.wait_until_confirmed([receipt], LONGEST)

        assert {receipt: ""} == buyers(printer)
        assert () == shop.server.ledger.of("getOrders")
