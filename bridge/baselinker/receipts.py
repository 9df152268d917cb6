"""The calls the bridge makes, with names and types of their own (baselinker-api.md, sections 5 and 6).

Entries come back as BaseLinker wrote them; `bridge.baselinker.quirks` reads their fields.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from bridge.baselinker.budget import Priority, Stop
from bridge.baselinker.coded_files import pdf_file
from bridge.baselinker.errors import Transport
from bridge.baselinker.quirks import Unreadable, integer, listing, text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

LONGEST_NUMBER = 20
"""Characters of a device's number that setOrderReceipt and addOrderReceiptFile take."""

LONGEST_PRINTER_NAME = 50
"""Characters of a printer's name that setOrderReceipt takes."""

FULL_PAGE = 100
"""Entries from which on a list may go on: other lists of this API end at 100, for this one no limit is stated."""

_MOST_PAGES = 20
_NO_ID = -1


class Caller(Protocol):
    """What carries a call out: `bridge.baselinker.client.Client`, or a double of it."""

    def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.POLL,
        stop: Stop | None = None,
    ) -> dict[str, Any]:
        """Call a method once and return its reply. Raises BaseLinkerError."""
        ...


@dataclass(slots=True)
class Waiting:
    """The receipts that wait to be printed, each once.

    Unless `complete`, a receipt that is missing here may wait all the same: it must not be taken for deleted.
    """

    entries: list[dict[str, Any]] = field(default_factory=list)
    complete: bool = True


class ReceiptCalls:
    """The receipts group of the API. Every call raises BaseLinkerError; `stop` ends the wait for the budget."""

    def __init__(self, client: Caller, stop: Stop | None = None) -> None:
        self._client = client
        self._stop = stop

    def get_new_receipts(
        self, series_id: int | None = None, id_from: int | None = None
    ) -> list[dict[str, Any]]:
        """Return one page of the receipts that wait to be printed."""
        reply = self._call("getNewReceipts", _given(series_id=series_id, id_from=id_from))
        return _entries("getNewReceipts", reply, "orders", "receipts")

    def waiting_receipts(self, series_id: int | None = None) -> Waiting:
        """Return all receipts that wait to be printed: page after page while pages are full and bring new ids."""
        waiting = Waiting()
        seen: set[int] = set()
        id_from: int | None = None
        for _ in range(_MOST_PAGES):
            page = self.get_new_receipts(series_id, id_from)
            ids = [_receipt_id(entry) for entry in page]
            news = _unseen(page, ids, seen)
            waiting.entries += news
            if len(page) < FULL_PAGE:
                return waiting
            # Newest first, the same page again, no ids: what lies beyond this page cannot be asked for.
            if not news or _NO_ID in ids or ids != sorted(ids):
                waiting.complete = False
                return waiting
            id_from = max(ids) + 1
        waiting.complete = False
        return waiting

    def get_receipt(self, receipt_id: int) -> dict[str, Any]:
        """Return one receipt with total, currency and the number it was confirmed with."""
        return self._call("getReceipt", {"receipt_id": receipt_id})

    def set_order_receipt(
        self,
        receipt_id: int,
        *,
        receipt_nr: str,
        date: int,
        printer_error: bool = False,
        printer_name: str = "",
    ) -> None:
        """Tell BaseLinker that a receipt is printed, or with `printer_error` that it cannot be. Safe to repeat.

        `date` is when it was printed, in unix seconds. Raises ValueError for a number of more than 20 characters; a
        printer's name is shortened to 50.
        """
        parameters = {
            "receipt_id": receipt_id,
            "receipt_nr": _number(receipt_nr),
            "date": date,
            "printer_error": printer_error,
            "printer_name": printer_name[:LONGEST_PRINTER_NAME],
        }
        self._call("setOrderReceipt", parameters, Priority.CONFIRM)

    def add_order_receipt_file(self, receipt_id: int, pdf: bytes, external_receipt_number: str) -> None:
        """Put a PDF in the place of BaseLinker's own receipt document. Safe to repeat.

        Raises ValueError for what is no PDF, and for a number of more than 20 characters.
        """
        parameters = {"receipt_id": receipt_id, "file": pdf_file(pdf)}
        if external_receipt_number:  # an empty one might take away the number it was confirmed with
            parameters["external_receipt_number"] = _number(external_receipt_number)
        self._call("addOrderReceiptFile", parameters, Priority.UPLOAD)

    def get_series(self) -> list[dict[str, Any]]:
        """Return all numbering series; those of type RECEIPT can be given to a printer."""
        return _entries("getSeries", self._call("getSeries", {}), "series")

    def get_order(self, order_id: int, *, custom_fields: bool = False) -> dict[str, Any] | None:
        """Return an order, also an unconfirmed one, or None when there is none.

        Its `custom_extra_fields` come only when they are asked for.
        """
        parameters: dict[str, Any] = {"order_id": order_id, "get_unconfirmed_orders": True}
        if custom_fields:
            parameters["include_custom_extra_fields"] = True
        orders = _entries("getOrders", self._call("getOrders", parameters), "orders")
        # Never the order of somebody else, whatever BaseLinker makes of the question.
        return next((order for order in orders if _id_in(order, "order_id") == order_id), None)

    def _call(
        self, method: str, parameters: dict[str, Any], priority: Priority = Priority.POLL
    ) -> dict[str, Any]:
        return self._client.call(method, parameters, priority=priority, stop=self._stop)


def receipt_series(entries: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Return the names of the receipt series by id; an entry that cannot be read is passed over."""
    known: dict[int, str] = {}
    for entry in entries:
        with suppress(Unreadable):
            number = integer(entry.get("id"))
            if number is not None and text(entry.get("type")).upper() == "RECEIPT":
                known[number] = text(entry.get("name"))
    return known


def _number(number: str) -> str:
    """Return a device's number. Raises ValueError when BaseLinker cannot keep it: a cut number is another number."""
    if len(number) > LONGEST_NUMBER:
        raise ValueError(f"the number {number!r} has more than {LONGEST_NUMBER} characters")
    return number


def _given(**parameters: int | None) -> dict[str, Any]:
    """Leave out what was not given: what `series_id: 0` means is not known (baselinker-api.md, 5.1)."""
    return {name: value for name, value in parameters.items() if value is not None}


def _entries(method: str, reply: dict[str, Any], *containers: str) -> list[dict[str, Any]]:
    """Return the list in a reply. A missing list is an error, never an empty list: receipts are dropped by it."""
    key = next((name for name in containers if name in reply), None)
    if key is None:
        raise _strange(method, f"the answer has no '{containers[0]}'")
    try:
        entries = listing(reply[key])
    except Unreadable as error:
        raise _strange(method, f"'{key}' is {error}") from None
    if not all(isinstance(entry, dict) for entry in entries):
        raise _strange(method, f"'{key}' holds something else than objects")
    return entries


def _strange(method: str, what: str) -> Transport:
    return Transport(method, what, cure="If it lasts, BaseLinker changed its API: update the receipt bridge")


def _receipt_id(entry: dict[str, Any]) -> int:
    """Return an entry's id, _NO_ID where it has none that can be read: the entry is passed on all the same."""
    return _id_in(entry, "receipt_id")


def _id_in(entry: dict[str, Any], key: str) -> int:
    try:
        found = integer(entry.get(key))
    except Unreadable:
        return _NO_ID
    return _NO_ID if found is None else found


def _unseen(page: list[dict[str, Any]], ids: list[int], seen: set[int]) -> list[dict[str, Any]]:
    """Return the entries of a page whose id is new, and remember the ids."""
    news = []
    for entry, receipt_id in zip(page, ids, strict=True):
        if receipt_id == _NO_ID or receipt_id not in seen:
            seen.add(receipt_id)
            news.append(entry)
    return news
