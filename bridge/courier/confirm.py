"""Telling BaseLinker what became of a receipt: its number, or that it cannot be printed.

Whatever BaseLinker does with a second setOrderReceipt for the same receipt (it is documented nowhere), the end is the
same state: an accepted call settles it; after a refused one getReceipt is asked whether our number is there; a
receipt that has left the waiting list needs nothing more; and only when none of this helps is a person asked.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge import messages
from bridge.baselinker import quirks
from bridge.baselinker.budget import Priority
from bridge.baselinker.errors import RefusedCall, Transport
from bridge.baselinker.receipts import LONGEST_NUMBER
from bridge.courier.desk import REFUSALS_BEFORE_HOLD
from bridge.journal import IllegalMoveError, State

if TYPE_CHECKING:
    from bridge.courier.desk import Desk
    from bridge.journal import Entry


# Seconds before the same confirmation is repeated after a lost answer; others may go first meanwhile.
_AFTER_NO_ANSWER = 2.0


def number_for(entry: Entry) -> str:
    """Return the number BaseLinker is told: the device's, else BaseLinker's own where it fits, else none.

    A number that is too long is never cut: a cut number is another number.
    """
    own = entry.proof.number if entry.proof is not None else ""
    number = own or entry.number
    return number if len(number) <= LONGEST_NUMBER else ""


class ConfirmJob:
    """Confirms printed receipts, the oldest first, until BaseLinker accepts."""

    priority = Priority.CONFIRM

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        # When each was first refused (monotonic): a complete list made later tells whether it is still awaited.
        self._refused_at: dict[int, float] = {}

    def step(self) -> bool:
        """Confirm one receipt that is due; return whether there was one."""
        entry = next(iter(self._desk.journal.due(State.PRINTED)), None)
        if entry is None:
            return False
        number = number_for(entry)
        try:
            self._desk.calls.set_order_receipt(
                entry.receipt_id,
                receipt_nr=number,
                date=self._printed_at(entry),
                printer_error=False,
                printer_name=entry.printer,
            )
        except RefusedCall as error:
            self._refused(entry, number, error)
        except Transport:
            self._desk.journal.postpone(entry, _AFTER_NO_ANSWER)
            raise
        else:
            self._accepted(entry, number)
        return True

    def seconds_to_next(self) -> None:
        """Nothing is due by itself: stations and people bring work."""

    def _accepted(self, entry: Entry, number: str, how: str = "") -> None:
        desk = self._desk
        copies = entry.series_id in desk.settings.copies
        desk.journal.confirmed(entry, number, how, owe_copy=copies)
        self._refused_at.pop(entry.receipt_id, None)
        text = f"receipt confirmed: {how}" if how else "receipt confirmed"
        desk.tell(messages.RECEIPT_CONFIRMED, text, entry, State.CONFIRMED, number=number)

    def _refused(self, entry: Entry, number: str, error: RefusedCall) -> None:
        desk = self._desk
        how = self._settled_all_the_same(entry, number)
        if how:
            self._accepted(entry, number, how)
            return
        self._refused_at.setdefault(entry.receipt_id, desk.clock.monotonic())
        if desk.journal.try_later(entry, desk.retry_seconds()) < REFUSALS_BEFORE_HOLD:
            text = f"confirmation refused, it is tried again: {error.what}"
            desk.tell(messages.CONFIRMATION_REFUSED, text, entry, State.PRINTED)
            return
        desk.journal.hold(entry.receipt_id, "confirm_refused", error.what)
        desk.tell_held(f"receipt is printed but not confirmed: {error.what}", "confirm_refused", entry)

    def _settled_all_the_same(self, entry: Entry, number: str) -> str:
        """Return how we know that BaseLinker needs nothing more of this receipt, '' when we do not."""
        try:
            reply = self._desk.calls.get_receipt(entry.receipt_id)
            theirs = quirks.text(reply.get("external_receipt_number")).strip()
        except (RefusedCall, quirks.Unreadable):
            theirs = ""
        if number and theirs == number:
            return "BaseLinker had this number already"
        desk = self._desk
        polled_since = desk.listed_at > self._refused_at.get(entry.receipt_id, float("inf"))
        if polled_since and entry.receipt_id not in desk.listed:
            return "BaseLinker no longer waits for it"
        return ""

    def _printed_at(self, entry: Entry) -> int:
        """Return the unix second of printing: by the device's clock, else by ours set right by BaseLinker's."""
        clock, proof = self._desk.clock, entry.proof
        now = self._desk.client.time()
        if proof is not None and proof.printed_at is not None:
            return proof.printed_at
        if proof is not None and proof.details.get("run") == self._desk.run_id:
            # The system clock may have jumped since; how long ago it was is known better.
            return round(now - (clock.monotonic() - float(proof.details["monotonic"])))
        return round((entry.printed_at or clock.time()) + now - clock.time())


class ReportJob:
    """Reports refused receipts, each once, with `printer_error`."""

    priority = Priority.CONFIRM

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def step(self) -> bool:
        """Report one refused receipt that is due; return whether there was one."""
        entry = next(iter(self._desk.journal.due(State.REFUSED)), None)
        if entry is None:
            return False
        detail: dict[str, Any] = {}
        try:
            self._report(entry)
        except RefusedCall as error:
            if self._desk.journal.try_later(entry, self._desk.retry_seconds()) < REFUSALS_BEFORE_HOLD:
                return True
            # Our own log and `receipts` tell it; BaseLinker does not want to hear it.
            detail = {"how": f"BaseLinker refuses the report: {error.what}"}
        self._settle(entry, detail)
        return True

    def seconds_to_next(self) -> None:
        """Nothing is due by itself: polls and stations bring work."""

    def _report(self, entry: Entry) -> None:
        self._desk.calls.set_order_receipt(
            entry.receipt_id,
            receipt_nr="",
            date=round(self._desk.client.time()),
            printer_error=True,
            printer_name=entry.printer,
        )

    def _settle(self, entry: Entry, detail: dict[str, Any]) -> None:
        try:
            self._desk.journal.reported(entry, detail)
        except IllegalMoveError:
            return  # a person decided about it meanwhile
        text = "refused receipt reported to BaseLinker"
        self._desk.tell(messages.RECEIPT_REPORTED, text, entry, State.REPORTED)
