"""Before a receipt is printed, its lines are compared with BaseLinker's own total and currency.

getNewReceipts tells neither (baselinker-api.md 5.1); getReceipt tells both (5.4). What does not agree, or is not
told, is held: nothing is ever printed on a guess.

For a printer that makes electronic receipts the order is asked first whether the buyer wants one (getOrders).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bridge import messages
from bridge.baselinker import quirks
from bridge.baselinker.budget import Priority
from bridge.baselinker.errors import RefusedCall, Transport
from bridge.courier.desk import REFUSALS_BEFORE_HOLD
from bridge.courier.edocument import asked_for, is_custom
from bridge.intake import Objection, receipt_of
from bridge.journal import ChangedMeanwhileError, State
from drivers.receipt import format_grosze, to_grosze

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.courier.desk import Desk
    from bridge.journal import Entry
    from drivers.receipt import Receipt


def currency_of(reply: Mapping[str, Any]) -> str:
    """Return the currency getReceipt tells, as an upper-case code, or ''."""
    try:
        return quirks.text(reply.get("currency")).strip().upper()
    except quirks.Unreadable:
        return ""


def objections(receipt: Receipt, reply: Mapping[str, Any], sold_in: str) -> tuple[Objection, ...]:
    """Return what speaks against printing: another total, another currency, or none told."""
    found: list[Objection] = []
    try:
        total = quirks.number(reply.get("total_price_brutto"))
    except quirks.Unreadable:
        total = None
    currency = currency_of(reply)
    if total is None or not currency:
        missing = "total_price_brutto" if total is None else "currency"
        found.append(Objection("total_unknown", missing, "getReceipt does not tell it"))
    if total is not None and to_grosze(total) != receipt.total:
        found.append(
            Objection(
                "total_differs",
                "total_price_brutto",
                f"BaseLinker's total is {format_grosze(to_grosze(total))}, "
                f"the lines make {format_grosze(receipt.total)}",
            )
        )
    if currency and currency != sold_in:
        found.append(
            Objection(
                "currency", "currency", f"the receipt is in {currency[:8]}, the printer sells in {sold_in}"
            )
        )
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _Asked:
    """What an order told: for one content of a receipt (id, digest) and one printer."""

    about: tuple[int, str, str]
    edocument_id: str


def _about(entry: Entry) -> tuple[int, str, str]:
    return entry.receipt_id, entry.digest, entry.printer


class CompareJob:
    """Compares one waiting receipt at a time; the station takes it only when its content was compared.

    A step makes one call: with two, the second would find the budget used up by the first, again and again.
    """

    priority = Priority.POLL

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._asked: _Asked | None = None

    def step(self) -> bool:
        """Take the oldest receipt that is due one call further; return whether there was one."""
        due = self._desk.journal.due(State.WAITING)
        entry = next(
            (entry for entry in due if entry.checked != entry.digest and self._looks_at(entry)), None
        )
        if entry is None:
            return False
        try:
            self._look_at(entry)
        except RefusedCall as error:
            self._refused(entry, error)
        except Transport:
            # The others get their turn first: an answer that is strange for one receipt only stops no other.
            self._desk.journal.postpone(entry, self._desk.retry_seconds())
            raise
        return True

    def _looks_at(self, entry: Entry) -> bool:
        settings = self._desk.settings
        return settings.check_totals or entry.printer in settings.edocument_fields

    def _look_at(self, entry: Entry) -> None:
        """Ask for the order, or compare. Raises BaseLinkerError."""
        if self._must_ask(entry):
            self._ask(entry)
        elif self._desk.settings.check_totals:
            self._compare(entry, self._desk.calls.get_receipt(entry.receipt_id))
        else:
            self._agree(entry, "")

    def seconds_to_next(self) -> None:
        """Nothing is due by itself: polls and people bring work."""

    def _sold_in(self, entry: Entry) -> str:
        return self._desk.settings.currencies.get(entry.printer, "PLN")

    def _compare(self, entry: Entry, reply: Mapping[str, Any]) -> None:
        sold_in = self._sold_in(entry)
        try:
            receipt = receipt_of(entry.content, sold_in)
        except ValueError:
            # A person wants a refused receipt judged again: the station will say no and why.
            self._agree(entry, sold_in)
            return
        left = [found for found in objections(receipt, reply, sold_in) if found.code not in entry.approved]
        if left:
            self._hold(entry, left[0].code, "; ".join(str(objection) for objection in left))
        else:
            self._agree(entry, currency_of(reply) or sold_in)

    def _agree(self, entry: Entry, currency: str) -> None:
        self._desk.journal.compared(entry, currency, self._edocument_id(entry) or "")
        self._desk.wake.stations()

    def _must_ask(self, entry: Entry) -> bool:
        wanted = entry.printer in self._desk.settings.edocument_fields and entry.order_id is not None
        return wanted and self._edocument_id(entry) is None

    def _edocument_id(self, entry: Entry) -> str | None:
        """Return the identifier the order told for this content, None when it was not asked."""
        asked = self._asked
        return asked.edocument_id if asked is not None and asked.about == _about(entry) else None

    def _ask(self, entry: Entry) -> None:
        """Ask the order whether the buyer wants an electronic receipt. Raises BaseLinkerError."""
        field, order_id = self._desk.settings.edocument_fields[entry.printer], entry.order_id
        order = (
            None if order_id is None else self._desk.calls.get_order(order_id, custom_fields=is_custom(field))
        )
        found = ""
        try:
            found = asked_for(order or {}, field)
        except quirks.Unreadable as error:
            text = (
                f"printed on paper: {field} of the order is no identifier for an electronic receipt: {error}"
            )
            self._desk.tell(messages.EDOCUMENT_UNREADABLE, text, entry, State.WAITING)
        self._asked = _Asked(_about(entry), found)

    def _refused(self, entry: Entry, error: RefusedCall) -> None:
        if "check_refused" in entry.approved:
            self._agree(entry, self._sold_in(entry))
        elif self._desk.journal.try_later(entry, self._desk.retry_seconds()) >= REFUSALS_BEFORE_HOLD:
            self._hold(entry, "check_refused", error.what)

    def _hold(self, entry: Entry, code: str, reason: str) -> None:
        try:
            self._desk.journal.hold_waiting(entry, code, reason)
        except ChangedMeanwhileError:
            return  # edited, dropped or decided meanwhile: what stands in the journal now counts
        self._desk.tell_held(f"receipt held, not printed: {reason}", code, entry)
