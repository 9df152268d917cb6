"""Before a receipt is printed, its lines are compared with BaseLinker's own total and currency.

getNewReceipts tells neither (baselinker-api.md 5.1); getReceipt tells both (5.4). What does not agree, or is not
told, is held: nothing is ever printed on a guess.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge.baselinker import quirks
from bridge.baselinker.budget import Priority
from bridge.baselinker.errors import RefusedCall, Transport
from bridge.courier.desk import REFUSALS_BEFORE_HOLD
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


class CompareJob:
    """Compares one waiting receipt at a time; the station takes it only when its content was compared."""

    priority = Priority.POLL

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def step(self) -> bool:
        """Compare the oldest receipt that is due; return whether there was one."""
        if not self._desk.settings.check_totals:
            return False
        due = self._desk.journal.due(State.WAITING)
        entry = next((entry for entry in due if entry.checked != entry.digest), None)
        if entry is None:
            return False
        try:
            reply = self._desk.calls.get_receipt(entry.receipt_id)
        except RefusedCall as error:
            self._refused(entry, error)
        except Transport:
            # The others get their turn first: an answer that is strange for one receipt only stops no other.
            self._desk.journal.postpone(entry, self._desk.retry_seconds())
            raise
        else:
            self._compare(entry, reply)
        return True

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
        self._desk.journal.compared(entry, currency)
        self._desk.wake.stations()

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
        self._desk.tell_person(f"receipt held, not printed: {reason}", code, entry, State.HELD)
