"""The receipts group: what waits to be printed, what was, and what a printer's side reports about it.

Codes for refusals of this group are made up, because none is known (baselinker-api.md, section 3).
"""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulators.baselinker.behaviour import ExternalNumber, ListOrder, LongNumber
from simulators.baselinker.books import Event
from simulators.baselinker.given import data_file, text, whole
from simulators.baselinker.model import Product, StoredReceipt
from simulators.baselinker.order_record import order_for, products_of
from simulators.baselinker.refusals import RefusedError, not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulators.baselinker.books import Books
    from simulators.baselinker.dispatch import Methods

_LONGEST_NUMBER = 20
_PAGE = 100


class ReceiptDesk:
    """The receipts of an account."""

    def __init__(self, books: Books) -> None:
        self._books = books

    @property
    def methods(self) -> Methods:
        """The methods answered here."""
        return {
            "getNewReceipts": self._get_new_receipts,
            "setOrderReceipt": self._set_order_receipt,
            "addOrderReceiptFile": self._add_order_receipt_file,
            "getReceipt": self._get_receipt,
            "getReceipts": self._get_receipts,
            "addReceipt": self._add_receipt,
            "getSeries": self._get_series,
        }

    def add(self, products: Iterable[Product], **fields: Any) -> StoredReceipt:
        """Issue a receipt, with an order of its own unless `order_id` names one; fields as in StoredReceipt."""
        books = self._books
        receipt_id = fields.pop("receipt_id", None) or max(books.receipts, default=700000) + 1
        if receipt_id in books.receipts:
            raise ValueError(f"receipt {receipt_id} is there already")
        month = datetime.fromtimestamp(books.now, UTC).strftime("%m/%Y")
        given: dict[str, Any] = {
            "series_id": 1,
            "receipt_full_nr": f"{len(books.receipts) + 1}/{month}/P",
            "order_id": receipt_id + 1000000,
            "date_add": books.now,
            **fields,
        }
        receipt = StoredReceipt(receipt_id=receipt_id, products=tuple(products), **given)
        books.receipts[receipt_id] = receipt
        if receipt.order_id not in books.orders:
            books.orders[receipt.order_id] = order_for(receipt)
        books.note(Event.RECEIPT_ISSUED, receipt.order_id, receipt_id)
        return receipt

    def change(self, receipt_id: int, **changes: Any) -> StoredReceipt:
        """Replace fields of a receipt."""
        changed = replace(self._books.receipts[receipt_id], **changes)
        self._books.receipts[receipt_id] = changed
        return changed

    def _get_new_receipts(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        behaviour = self._books.behaviour
        found = [receipt for receipt in self._of_series(parameters) if receipt.listed]
        if behaviour.knows_id_from:
            id_from = whole(parameters, "id_from", 0)
            found = [receipt for receipt in found if receipt.receipt_id >= id_from]
        listed = self._ordered(found)[: behaviour.list_size]
        return {behaviour.container: [_entry(receipt) for receipt in listed]}

    def _get_receipts(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        first, last = whole(parameters, "date_from", 0), whole(parameters, "date_to", 2**40)
        found = [
            receipt
            for receipt in self._of_series(parameters)
            if receipt.receipt_id >= whole(parameters, "id_from", 0)
            and first <= receipt.date_add <= last
            and (receipt.printed or self._books.behaviour.getreceipts_shows_waiting)
        ]
        found.sort(key=lambda receipt: receipt.receipt_id)
        return {"receipts": [_entry(receipt) for receipt in found[:_PAGE]]}

    def _get_receipt(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if "receipt_id" in parameters:
            return self._details(self._known(parameters))
        order_id = whole(parameters, "order_id")
        for receipt in self._books.receipts.values():
            if receipt.order_id == order_id:
                return self._details(receipt)
        raise not_found("receipt")

    def _set_order_receipt(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        behaviour = self._books.behaviour
        number = self._number(parameters, "receipt_nr")
        date = whole(parameters, "date")
        if whole(parameters, "receipt_id") not in self._books.receipts and behaviour.confirms_unknown:
            return {}
        receipt = self._known(parameters)
        if receipt.printed and not behaviour.confirms_twice:
            raise RefusedError("ERROR_RECEIPT_ALREADY_PRINTED", "Receipt has already been printed")
        failed = says_failed(parameters)
        self.change(
            receipt.receipt_id,
            listed=failed and receipt.listed and not behaviour.printer_error_leaves_list,
            printed=receipt.printed or not failed,
            printer_error=failed,
            printed_at=date,
            printer_name=text(parameters, "printer_name")[:50],
            external_receipt_number=number,
        )
        return {}

    def _add_order_receipt_file(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        receipt = self._known(parameters)
        number = self._number(parameters, "external_receipt_number") or receipt.external_receipt_number
        self.change(receipt.receipt_id, file=_pdf(parameters), external_receipt_number=number)
        return {}

    def _add_receipt(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        order = self._books.orders.get(whole(parameters, "order_id"))
        if order is None:
            raise not_found("order")
        receipt = self.add(
            products_of(order),
            order_id=order["order_id"],
            series_id=whole(parameters, "series_id", 1),
            payment_method=order["payment_method"],
            nip=order["invoice_nip"],
            currency=order["currency"],
        )
        return {"receipt_id": receipt.receipt_id}

    def _get_series(self, _parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "series": [
                {"id": one.series_id, "type": one.kind, "name": one.name, "format": one.pattern}
                for one in self._books.series.values()
            ]
        }

    def _of_series(self, parameters: Mapping[str, Any]) -> list[StoredReceipt]:
        wanted = whole(parameters, "series_id", -1)
        every = wanted == -1 or (wanted == 0 and self._books.behaviour.series_zero_is_all)
        return [receipt for receipt in self._books.receipts.values() if every or receipt.series_id == wanted]

    def _ordered(self, receipts: list[StoredReceipt]) -> list[StoredReceipt]:
        ordered = sorted(receipts, key=lambda receipt: receipt.receipt_id)
        if self._books.behaviour.list_order is ListOrder.NEWEST_FIRST:
            ordered.reverse()
        elif self._books.behaviour.list_order is ListOrder.MIXED:
            random.Random(len(ordered)).shuffle(ordered)
        return ordered

    def _known(self, parameters: Mapping[str, Any]) -> StoredReceipt:
        receipt = self._books.receipts.get(whole(parameters, "receipt_id"))
        if receipt is None:
            raise not_found("receipt")
        return receipt

    def _number(self, parameters: Mapping[str, Any], key: str) -> str:
        number = text(parameters, key)
        long_number = self._books.behaviour.long_number
        if len(number) <= _LONGEST_NUMBER or long_number is LongNumber.KEEP:
            return number
        if long_number is LongNumber.REFUSE:
            raise RefusedError("ERROR_RECEIPT_NUMBER", f"{key} is longer than {_LONGEST_NUMBER} characters")
        return number[:_LONGEST_NUMBER]

    def _details(self, receipt: StoredReceipt) -> dict[str, Any]:
        added = datetime.fromtimestamp(receipt.date_add, UTC)
        shown = {
            ExternalNumber.SAME: receipt.external_receipt_number,
            ExternalNumber.EMPTY: "",
            ExternalNumber.OTHER: receipt.receipt_full_nr if receipt.external_receipt_number else "",
        }
        return {
            **_head(receipt),
            "year": added.year,
            "month": added.month,
            "sub_id": receipt.receipt_id % 1000,
            "currency": receipt.currency,
            "total_price_brutto": Decimal(receipt.total) / 100,
            "external_receipt_number": shown[self._books.behaviour.external_number],
            "exchange_currency": "",
            "exchange_rate": "",
            "exchange_date": "",
            "exchange_info": "",
            "items": [_product(product) for product in receipt.products],
            **receipt.details,
        }


def says_failed(parameters: Mapping[str, Any]) -> bool:
    """Whether setOrderReceipt's parameters say that printing failed, as PHP reads a truth value."""
    return parameters.get("printer_error") in (True, "1", "true")


def _head(receipt: StoredReceipt) -> dict[str, Any]:
    return {
        "receipt_id": receipt.receipt_id,
        "series_id": receipt.series_id,
        "receipt_full_nr": receipt.receipt_full_nr,
        "order_id": receipt.order_id,
        "date_add": receipt.date_add,
        "payment_method": receipt.payment_method[:30],
        "nip": receipt.nip,
    }


def _entry(receipt: StoredReceipt) -> dict[str, Any]:
    products = [_product(product) for product in receipt.products]
    return {**_head(receipt), "products": products, **receipt.entry}


def _product(product: Product) -> dict[str, Any]:
    return {
        "name": product.name,
        "price_brutto": product.price_brutto,
        "tax_rate": product.tax_rate,
        "quantity": product.quantity,
        "sku": product.sku,
        "ean": product.ean,
    }


def _pdf(parameters: Mapping[str, Any]) -> bytes:
    found = data_file(text(parameters, "file"))
    if found is None or not found.startswith(b"%PDF-"):
        raise RefusedError("ERROR_FILE", "The file is not a PDF in base64 behind 'data:'")
    return found
