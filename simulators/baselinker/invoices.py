"""Invoices and corrections: issued for orders, listed, and replaced by the files of other systems."""

from __future__ import annotations

from base64 import b64encode
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from simulators.baselinker.books import Event
from simulators.baselinker.given import as_number, data_file, is_given, text, truth, whole
from simulators.baselinker.order_record import products_of
from simulators.baselinker.refusals import RefusedError, invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.baselinker.books import Books
    from simulators.baselinker.dispatch import Methods
    from simulators.baselinker.model import Product, Series

FILE = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
"""A document of BaseLinker's own making."""

_PAGE = 100
_CENT = Decimal("0.01")
_WORDS_FOR_RATES = {"EXPT": Decimal(-1), "ZW": Decimal(-1), "NP": Decimal("-0.02"), "OO": Decimal("-0.03")}
_BUYER = ("fullname", "company", "nip", "address", "postcode", "city", "country", "country_code")
_FILTERS = ("invoice_id", "order_id", "series_id")
_SECRET = ("file",)
_KEPT = ("order_id", "currency", "payment")


class Invoices:
    """The invoices of an account."""

    def __init__(self, books: Books) -> None:
        self._books = books

    @property
    def methods(self) -> Methods:
        """The methods answered here."""
        return {
            "addInvoice": self._add_invoice,
            "addInvoiceCorrection": self._add_invoice_correction,
            "addOrderInvoiceFile": self._add_order_invoice_file,
            "getInvoiceFile": self._get_invoice_file,
            "getInvoices": self._get_invoices,
        }

    def _add_invoice(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        order = self._books.orders.get(whole(parameters, "order_id"))
        if order is None:
            raise not_found("order")
        rate = _rate(parameters)
        items = [_item(product, rate) for product in products_of(order)]
        for place, line in enumerate(order["products"]):
            items[place]["order_product_id"] = line["order_product_id"]
        if len(items) > len(order["products"]):
            items[-1]["is_shipment"] = 1
        invoice = self._issue(parameters, "INVOICE", items)
        invoice.update(
            order_id=order["order_id"], currency=order["currency"], payment=order["payment_method"]
        )
        invoice.update({f"invoice_{part}": order[f"invoice_{part}"] for part in _BUYER})
        self._books.note(Event.INVOICED, order["order_id"], invoice["invoice_id"])
        return {"invoice_id": invoice["invoice_id"]}

    def _add_invoice_correction(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if not is_given(parameters, "original_invoice_id") and not is_given(parameters, "return_order_id"):
            raise invalid("either original_invoice_id or return_order_id is needed")
        original: dict[str, Any] = {}
        if is_given(parameters, "original_invoice_id"):
            original = self._invoice({"invoice_id": parameters["original_invoice_id"]})
        invoice = self._issue(parameters, "CORRECTION", original.get("items", []))
        buyer = [f"invoice_{part}" for part in _BUYER]
        invoice.update({key: original[key] for key in (*_KEPT, *buyer) if key in original})
        invoice.update({key: text(parameters, key) for key in buyer if is_given(parameters, key)})
        invoice.update(
            type="correcting",
            correcting_to_invoice_id=original.get("invoice_id", 0),
            correcting_reason=text(parameters, "correcting_reason"),
            correcting_items=truth(parameters, "correcting_items"),
            correcting_data=truth(parameters, "correcting_data"),
        )
        return {"invoice_id": invoice["invoice_id"]}

    def _add_order_invoice_file(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        invoice = self._invoice(parameters)
        file = data_file(text(parameters, "file"))
        if not file:
            raise RefusedError("ERROR_FILE", "The file is not base64 behind 'data:'")
        number = text(parameters, "external_invoice_number") or invoice["external_invoice_number"]
        invoice.update(file=file, external_invoice_number=number)
        return {}

    def _get_invoice_file(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        invoice = self._invoice(parameters)
        external = truth(parameters, "get_external") and invoice["file"] is not None
        number = invoice["external_invoice_number"] if external else invoice["number"]
        coded = b64encode(invoice["file"] if external else FILE).decode("ascii")
        return {"invoice": f"data:{coded}", "invoice_number": number}

    def _get_invoices(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        external = truth(parameters, "get_external_invoices", default=True)
        first, date = whole(parameters, "id_from", 0), whole(parameters, "date_from", 0)
        found = [
            invoice
            for _, invoice in sorted(self._books.invoices.items())
            if invoice["invoice_id"] >= first
            and invoice["date_add"] >= date
            and (external or invoice["file"] is None)
            and all(invoice[key] == whole(parameters, key) for key in _FILTERS if is_given(parameters, key))
        ]
        shown = [{key: value for key, value in one.items() if key not in _SECRET} for one in found[:_PAGE]]
        return {"invoices": shown}

    def _issue(self, parameters: Mapping[str, Any], kind: str, items: list[dict[str, Any]]) -> dict[str, Any]:
        """Write an invoice of a series into the books and return it."""
        books = self._books
        series = self._series(parameters, kind)
        sub_id = 1 + sum(one["series_id"] == series.series_id for one in books.invoices.values())
        invoice_id = books.next_id("invoice", 20_000_001)
        today = datetime.fromtimestamp(books.now, UTC)
        books.invoices[invoice_id] = {
            **_blank(invoice_id, books.now),
            "series_id": series.series_id,
            "number": books.number(series, sub_id),
            "sub_id": sub_id,
            "month": today.month,
            "year": today.year,
            "date_sell": whole(parameters, "date_sell", books.now),
            "items": items,
            "total_price_brutto": sum((one["price_brutto"] * one["quantity"] for one in items), Decimal(0)),
            "total_price_netto": sum((one["price_netto"] * one["quantity"] for one in items), Decimal(0)),
        }
        return books.invoices[invoice_id]

    def _series(self, parameters: Mapping[str, Any], kind: str) -> Series:
        """Return the series a document gets its number from; a correction may get it from that of the invoices."""
        every = self._books.series
        if is_given(parameters, "series_id"):
            found = every.get(whole(parameters, "series_id"))
            fitting = [found] if found is not None and found.kind == kind else []
        else:
            fitting = [one for wanted in (kind, "INVOICE") for one in every.values() if one.kind == wanted]
        if not fitting:
            raise not_found("series")
        return fitting[0]

    def _invoice(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        invoice = self._books.invoices.get(whole(parameters, "invoice_id"))
        if invoice is None:
            raise not_found("invoice")
        return invoice


def _blank(invoice_id: int, now: int) -> dict[str, Any]:
    return {
        "invoice_id": invoice_id,
        "order_id": 0,
        "type": "normal",
        "postfix": "",
        "date_add": now,
        "date_pay_to": 0,
        "currency": "PLN",
        "payment": "",
        "additional_info": "",
        **{f"invoice_{part}": "" for part in _BUYER},
        "seller": "Zielony Wąwóz",
        "issuer": "",
        "correcting_to_invoice_id": 0,
        "correcting_reason": "",
        "correcting_items": False,
        "correcting_data": False,
        "external_invoice_number": "",
        "exchange_currency": "",
        "exchange_rate": "",
        "exchange_date": "",
        "exchange_info": "",
        "external_id": "",
        "file": None,
    }


def _rate(parameters: Mapping[str, Any]) -> Decimal | None:
    """Return the rate that replaces those of the lines, None where each keeps its own."""
    word = text(parameters, "vat_rate")
    if word in ("", "DEFAULT", "ITEM"):
        return None
    rate = _WORDS_FOR_RATES.get(word)
    rate = as_number(word, "vat_rate") if rate is None else rate
    if not -1 <= rate <= 100:
        raise invalid("vat_rate is not a rate")
    return rate


def _item(product: Product, rate: Decimal | None) -> dict[str, Any]:
    tax_rate = product.tax_rate if rate is None else rate
    net = product.price_brutto / (1 + max(tax_rate, Decimal(0)) / 100)
    return {
        "name": product.name,
        "sku": product.sku,
        "ean": product.ean,
        "price_brutto": product.price_brutto,
        "price_netto": net.quantize(_CENT, ROUND_HALF_UP),
        "tax_rate": tax_rate,
        "quantity": product.quantity,
        "is_shipment": 0,
        "order_product_id": 0,
    }
