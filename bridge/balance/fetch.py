"""What BaseLinker says of a day: its list of issued receipts, and the receipts it is asked about one by one.

getReceipts tells neither number nor total, and its dates are those of orders (baselinker-api.md 5.5): it finds the
receipts that are not ours. Each of ours is asked for with getReceipt, by its id, which takes one request a receipt.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bridge.balance.gather import rates_of
from bridge.balance.sources import HOME_CURRENCY, Elsewhere, Issued, Office
from bridge.baselinker import quirks
from bridge.baselinker.errors import BaseLinkerError, RefusedCall
from bridge.baselinker.paging import MayBeIncomplete
from bridge.intake import UnreadableError, read_listed
from bridge.journal import State
from drivers.receipt import to_grosze

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from bridge.baselinker.dynamic import Api
    from bridge.journal import Entry

DAYS_BEFORE, DAYS_BEHIND = 3, 1
"""The list is fetched with so many days around: its dates are those of the orders."""

_DAY = 86_400
_NO_ID_FROM = 2**63
"""SQLite's integers have 64 bits, and no id comes near."""
_NUMBERS = ("external_receipt_number", "receipt_nr")
_NOT_PRINTED_HERE = (State.DROPPED, State.DISMISSED, State.REPORTED)


@dataclass(frozen=True, slots=True)
class Question:
    """What BaseLinker is asked.

    `ours` are the receipts of the day in the journal, `begin` and `end` bound it. `printer_for` names the printer that
    serves a series, `entry` finds a receipt in the journal. Without `numbers` only what the list lacks is asked for.
    """

    ours: Collection[int]
    begin: int
    end: int
    numbers: bool
    printer_for: Callable[[int | None], str | None]
    entry: Callable[[int], Entry | None]


@dataclass(frozen=True, slots=True)
class Fetched:
    """What BaseLinker said; `trouble` is why it was not asked to the end, `doubt` why its list may lack receipts."""

    office: Office
    trouble: str = ""
    doubt: str = ""


class _Walk:
    """One walk through BaseLinker's books; what was found before an error stands."""

    def __init__(self, api: Api, question: Question, tell: Callable[[int], None]) -> None:
        self._api = api
        self._question = question
        self._tell = tell
        self._listed: dict[int, Mapping[str, Any]] = {}
        self.issued: dict[int, Issued] = {}
        self.elsewhere: list[Elsewhere] = []
        self.refused: set[int] = set()

    def walk(self) -> None:
        """Ask everything. Raises BaseLinkerError."""
        asked = self._question
        window = {
            "date_from": asked.begin - DAYS_BEFORE * _DAY,
            "date_to": asked.end + DAYS_BEHIND * _DAY,
        }
        for entry in self._api.iterate("getReceipts", **window):
            receipt_id = _id_of(entry)
            if receipt_id is not None:
                self._listed[receipt_id] = entry
        strangers = dict(self._strangers())
        singly = [one for one in (*sorted(asked.ours), *strangers) if self._is_asked_for(one)]
        self._tell(len(singly))
        for receipt_id in asked.ours:
            if receipt_id in self._listed:
                self.issued[receipt_id] = issued_of(self._listed[receipt_id])
        for receipt_id in singly:
            self._ask(receipt_id)
        self.elsewhere += self._elsewhere(strangers)

    def _strangers(self) -> Iterator[tuple[int, tuple[str, bool]]]:
        """Yield the listed receipts of that day of which the journal has no proof: printer, and whether it is known."""
        asked = self._question
        for receipt_id, entry in self._listed.items():
            date = _whole(entry.get("date_add"))
            if receipt_id in asked.ours or date is None or not asked.begin <= date < asked.end:
                continue
            known = asked.entry(receipt_id)
            if known is not None and (known.proof is not None or known.state not in _NOT_PRINTED_HERE):
                continue
            printer = asked.printer_for(_whole(entry.get("series_id")))
            if printer is not None:
                yield receipt_id, (printer, known is not None)

    def _is_asked_for(self, receipt_id: int) -> bool:
        entry = self._listed.get(receipt_id)
        return entry is None or (self._question.numbers and issued_of(entry).number is None)

    def _ask(self, receipt_id: int) -> None:
        try:
            reply = self._api.call("getReceipt", {"receipt_id": receipt_id})
        except RefusedCall:
            if receipt_id not in self._listed:
                self.refused.add(receipt_id)
            return
        if _id_of(reply) not in (receipt_id, None):
            return  # never another receipt, whatever BaseLinker makes of the question
        told = {**self._listed.get(receipt_id, {}), **reply, "receipt_id": receipt_id}
        self.issued[receipt_id] = issued_of(told)

    def _elsewhere(self, strangers: Mapping[int, tuple[str, bool]]) -> Iterator[Elsewhere]:
        for receipt_id, (printer, known) in strangers.items():
            issued = self.issued.pop(receipt_id, None) or issued_of(self._listed[receipt_id])
            # What we know and have not printed is no surprise, unless somebody else did.
            if not known or issued.numbered or issued.printer not in (None, printer):
                yield Elsewhere(issued, printer, known)


def fetch(api: Api, question: Question, tell: Callable[[int], None]) -> Fetched:
    """Ask BaseLinker; `tell` hears how many receipts are asked for one by one, before they are.

    Never raises for what BaseLinker does: an error stands in the answer, with what was found before it.
    """
    walk, trouble = _Walk(api, question, tell), ""
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always", MayBeIncomplete)
        try:
            walk.walk()
        except BaseLinkerError as error:
            trouble = str(error)
    doubts = [str(one.message) for one in heard if issubclass(one.category, MayBeIncomplete)]
    office = Office(
        issued=walk.issued,
        elsewhere=tuple(walk.elsewhere),
        refused=frozenset(walk.refused),
        asked=not trouble,
        numbers_asked=question.numbers,
    )
    return Fetched(office, trouble, "; ".join(dict.fromkeys(doubts)))


def issued_of(entry: Mapping[str, Any]) -> Issued:
    """Return a receipt of getReceipts or getReceipt, as far as it can be read. Raises UnreadableError."""
    receipt_id = _id_of(entry)
    if receipt_id is None:
        raise UnreadableError("a receipt without an id")
    found = Issued(
        receipt_id,
        own_number=_text(entry.get("receipt_full_nr")),
        order_id=_whole(entry.get("order_id")),
        number=next((_text(entry[key]) for key in _NUMBERS if key in entry), None),
        printer=_text(entry.get("printer_name")) or None,
        total=_grosze(entry.get("total_price_brutto")),
    )
    products = entry.get("items", entry.get("products"))
    receipt = read_listed({**entry, "products": products}).receipt
    if receipt is None:
        return found
    rates = rates_of(receipt, _text(entry.get("currency")).upper() or HOME_CURRENCY)
    return replace(found, total=receipt.total if found.total is None else found.total, rates=rates)


def _id_of(entry: object) -> int | None:
    found = _whole(entry.get("receipt_id")) if isinstance(entry, dict) else None
    return found if found is not None and 0 < found < _NO_ID_FROM else None


def _whole(value: object) -> int | None:
    try:
        return quirks.integer(value)
    except quirks.Unreadable:
        return None


def _text(value: object) -> str:
    try:
        return quirks.text(value).strip()
    except quirks.Unreadable:
        return ""


def _grosze(value: object) -> int | None:
    try:
        number = quirks.number(value)
    except quirks.Unreadable:
        return None
    return None if number is None else to_grosze(number)
