"""The shop's side: receipts, orders and series, and what each method of the API does to them.

Pure state, no HTTP and no threads: the server locks around it. Codes for refusals of the receipts group are made
up, because none is known (baselinker-api.md, section 3).
"""

from __future__ import annotations

import binascii
import random
from base64 import b64decode
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulators.baselinker.behaviour import Behaviour, ExternalNumber, ListOrder, LongNumber
from simulators.baselinker.model import Product, Series, StoredReceipt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_LONGEST_NUMBER = 20
_PAGE = 100
_ON_REQUEST = "custom_extra_fields"


class RefusedError(Exception):
    """The account refuses a call with a code and a message."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class Account:
    """One BaseLinker account. `wall` is the clock in unix seconds."""

    def __init__(self, behaviour: Behaviour, wall: Callable[[], float]) -> None:
        self.behaviour = behaviour
        self.receipts: dict[int, StoredReceipt] = {}
        self.series: dict[int, Series] = {
            1: Series(1, "Paragony"),
            2: Series(2, "Faktury", "INVOICE", "FV %N/%M/%Y"),
        }
        self.orders: dict[int, dict[str, Any]] = {}
        self._wall = wall
        self._methods: dict[str, Callable[[Mapping[str, Any]], dict[str, Any]]] = {
            "getNewReceipts": self._get_new_receipts,
            "setOrderReceipt": self._set_order_receipt,
            "addOrderReceiptFile": self._add_order_receipt_file,
            "getReceipt": self._get_receipt,
            "getReceipts": self._get_receipts,
            "addReceipt": self._add_receipt,
            "getSeries": self._get_series,
            "getOrders": self._get_orders,
        }

    def answer(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Carry a call out and return its reply."""
        if method not in self._methods:
            return refusal("ERROR_UNKNOWN_METHOD", "An unknown method has been used")
        try:
            return {"status": "SUCCESS", **self._methods[method](parameters)}
        except RefusedError as error:
            return refusal(error.code, error.message)

    def add(self, products: Iterable[Product], **fields: Any) -> StoredReceipt:
        """Issue a receipt, with an order of its own unless `order_id` names one; fields as in StoredReceipt."""
        receipt_id = fields.pop("receipt_id", None) or max(self.receipts, default=700000) + 1
        if receipt_id in self.receipts:
            raise ValueError(f"receipt {receipt_id} is there already")
        now = int(self._wall())
        month = datetime.fromtimestamp(now, UTC).strftime("%m/%Y")
        given: dict[str, Any] = {
            "series_id": 1,
            "receipt_full_nr": f"{len(self.receipts) + 1}/{month}/P",
            "order_id": receipt_id + 1000000,
            "date_add": now,
            **fields,
        }
        receipt = StoredReceipt(receipt_id=receipt_id, products=tuple(products), **given)
        self.receipts[receipt_id] = receipt
        self.orders.setdefault(receipt.order_id, _order(receipt))
        return receipt

    def change(self, receipt_id: int, **changes: Any) -> StoredReceipt:
        """Replace fields of a receipt, as an employee does in the panel."""
        changed = replace(self.receipts[receipt_id], **changes)
        self.receipts[receipt_id] = changed
        return changed

    def _get_new_receipts(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        found = [receipt for receipt in self._of_series(parameters) if receipt.listed]
        if self.behaviour.knows_id_from:
            id_from = _whole(parameters, "id_from", 0)
            found = [receipt for receipt in found if receipt.receipt_id >= id_from]
        listed = self._ordered(found)[: self.behaviour.list_size]
        return {self.behaviour.container: [_entry(receipt) for receipt in listed]}

    def _get_receipts(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        first, last = _whole(parameters, "date_from", 0), _whole(parameters, "date_to", 2**40)
        found = [
            receipt
            for receipt in self._of_series(parameters)
            if receipt.receipt_id >= _whole(parameters, "id_from", 0)
            and first <= receipt.date_add <= last
            and (receipt.printed or self.behaviour.getreceipts_shows_waiting)
        ]
        found.sort(key=lambda receipt: receipt.receipt_id)
        return {"receipts": [_entry(receipt) for receipt in found[:_PAGE]]}

    def _get_receipt(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if "receipt_id" in parameters:
            return self._details(self._known(parameters))
        order_id = _whole(parameters, "order_id")
        for receipt in self.receipts.values():
            if receipt.order_id == order_id:
                return self._details(receipt)
        raise RefusedError("ERROR_RECEIPT_NOT_FOUND", "Receipt not found")

    def _set_order_receipt(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        number = self._number(parameters, "receipt_nr")
        date = _whole(parameters, "date")
        if _whole(parameters, "receipt_id") not in self.receipts and self.behaviour.confirms_unknown:
            return {}
        receipt = self._known(parameters)
        if receipt.printed and not self.behaviour.confirms_twice:
            raise RefusedError("ERROR_RECEIPT_ALREADY_PRINTED", "Receipt has already been printed")
        failed = says_failed(parameters)
        self.change(
            receipt.receipt_id,
            listed=failed and receipt.listed and not self.behaviour.printer_error_leaves_list,
            printed=receipt.printed or not failed,
            printer_error=failed,
            printed_at=date,
            printer_name=str(parameters.get("printer_name", ""))[:50],
            external_receipt_number=number,
        )
        return {}

    def _add_order_receipt_file(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        receipt = self._known(parameters)
        number = self._number(parameters, "external_receipt_number") or receipt.external_receipt_number
        self.change(receipt.receipt_id, file=_file(parameters), external_receipt_number=number)
        return {}

    def _add_receipt(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        order_id = _whole(parameters, "order_id")
        if order_id not in self.orders:
            raise RefusedError("ERROR_ORDER_NOT_FOUND", "Order not found")
        order = self.orders[order_id]
        receipt = self.add(
            [Product(**product) for product in order["products"]],
            order_id=order_id,
            series_id=_whole(parameters, "series_id", 1),
            payment_method=order["payment_method"],
            nip=order["invoice_nip"],
            currency=order["currency"],
        )
        return {"receipt_id": receipt.receipt_id}

    def _get_series(self, _parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "series": [
                {"id": str(one.series_id), "type": one.kind, "name": one.name, "format": one.pattern}
                for one in self.series.values()
            ]
        }

    def _get_orders(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        found = [order for _, order in sorted(self.orders.items())]
        if "order_id" in parameters:
            wanted = _whole(parameters, "order_id")
            found = [order for order in found if order["order_id"] == wanted]
        hidden = (
            () if parameters.get("include_custom_extra_fields") in (True, "1", "true") else (_ON_REQUEST,)
        )
        return {"orders": [_without(order, *hidden) for order in found[:_PAGE]]}

    def _of_series(self, parameters: Mapping[str, Any]) -> list[StoredReceipt]:
        wanted = _whole(parameters, "series_id", -1)
        every = wanted == -1 or (wanted == 0 and self.behaviour.series_zero_is_all)
        return [receipt for receipt in self.receipts.values() if every or receipt.series_id == wanted]

    def _ordered(self, receipts: list[StoredReceipt]) -> list[StoredReceipt]:
        ordered = sorted(receipts, key=lambda receipt: receipt.receipt_id)
        if self.behaviour.list_order is ListOrder.NEWEST_FIRST:
            ordered.reverse()
        elif self.behaviour.list_order is ListOrder.MIXED:
            random.Random(len(ordered)).shuffle(ordered)
        return ordered

    def _known(self, parameters: Mapping[str, Any]) -> StoredReceipt:
        receipt = self.receipts.get(_whole(parameters, "receipt_id"))
        if receipt is None:
            raise RefusedError("ERROR_RECEIPT_NOT_FOUND", "Receipt not found")
        return receipt

    def _number(self, parameters: Mapping[str, Any], key: str) -> str:
        number = str(parameters.get(key, ""))
        if len(number) <= _LONGEST_NUMBER or self.behaviour.long_number is LongNumber.KEEP:
            return number
        if self.behaviour.long_number is LongNumber.REFUSE:
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
            "external_receipt_number": shown[self.behaviour.external_number],
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


def refusal(code: str, message: str) -> dict[str, Any]:
    """Return the reply that refuses a call."""
    return {"status": "ERROR", "error_code": code, "error_message": message}


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


def _order(receipt: StoredReceipt) -> dict[str, Any]:
    return {
        "order_id": receipt.order_id,
        "order_status_id": 1,
        "date_confirmed": receipt.date_add,
        "currency": receipt.currency,
        "payment_method": receipt.payment_method,
        "payment_method_cod": "0",
        "payment_done": Decimal(receipt.total) / 100,
        "delivery_method": "Kurier",
        "delivery_price": 0,
        "email": f"klient{receipt.order_id}@example.com",
        "phone": "",
        "invoice_nip": receipt.nip,
        "want_invoice": "0",
        "order_source": "shop",
        "order_source_id": 1,
        "extra_field_1": "",
        "extra_field_2": "",
        _ON_REQUEST: {},
        "products": [_product(product) for product in receipt.products],
    }


def _without(order: Mapping[str, Any], *hidden: str) -> dict[str, Any]:
    return {name: value for name, value in order.items() if name not in hidden}


def _whole(parameters: Mapping[str, Any], key: str, default: int | None = None) -> int:
    """Return a whole number among the parameters, also as text, as PHP takes it."""
    value = parameters.get(key, default)
    if isinstance(value, (int, str)) and not isinstance(value, bool) and str(value).lstrip("-").isdecimal():
        return int(value)
    raise RefusedError("ERROR_INVALID_PARAMETERS", f"{key} is not a whole number")


def _file(parameters: Mapping[str, Any]) -> bytes:
    prefix, _, content = str(parameters.get("file", "")).partition(":")
    try:
        # Strict: a plus sign that form decoding turned into a blank is found here.
        found = b64decode(content, validate=True)
    except binascii.Error:
        found = b""
    if prefix != "data" or not found.startswith(b"%PDF-"):
        raise RefusedError("ERROR_FILE", "The file is not a PDF in base64 behind 'data:'")
    return found
