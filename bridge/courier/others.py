"""Does somebody else print our series? A receipt that waited here and left the list unprinted is asked about.

getReceipt tells the number a receipt was given (`external_receipt_number`, baselinker-api.md 5.4), not by whom; a
`printer_name`, as setOrderReceipt takes it, is named where BaseLinker tells one. A receipt that is gone, or without a
number, was most likely deleted: nothing is said. A receipt that was held may have been settled by hand, as its reason
advised: nothing is said either.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge import messages
from bridge.baselinker import quirks
from bridge.baselinker.budget import Priority
from bridge.baselinker.errors import RefusedCall, Transport
from bridge.journal import State
from bridge.journal.guard import OTHER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.courier.desk import Desk
    from bridge.journal import Entry


class OthersJob:
    """Asks about one vanished receipt at a time, when nothing else is to be done."""

    priority = Priority.UPLOAD

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def step(self) -> bool:
        """Ask about the next receipt; return whether there was one. Raises BaseLinkerError."""
        vanished = self._desk.vanished
        while vanished:
            receipt_id = vanished.popleft()
            entry = self._desk.journal.get(receipt_id)
            if entry is not None and self._has_waited(entry):
                try:
                    self._judge(entry, self._desk.calls.get_receipt(receipt_id))
                except RefusedCall:
                    return True  # deleted
                except Transport:
                    vanished.append(receipt_id)
                    raise
                return True
        return False

    def seconds_to_next(self) -> None:
        """Nothing is due by itself: polls bring work."""

    def _has_waited(self, entry: Entry) -> bool:
        """Whether it was ready to be printed here and has not come back since."""
        states = [change.state for change in self._desk.journal.history(entry.receipt_id)]
        return states[-2:] == [State.WAITING, State.DROPPED]

    def _judge(self, entry: Entry, reply: Mapping[str, Any]) -> None:
        number = _text(reply, "external_receipt_number")
        if number:
            self._count(entry, number, _text(reply, "printer_name"))

    def _count(self, entry: Entry, number: str, name: str) -> None:
        guard = self._desk.journal.guard
        key = f"{OTHER}{entry.series_id}"
        count = (guard.read(key) or {"count": 0})["count"] + 1
        guard.write(
            key,
            {
                "series_id": entry.series_id,
                "count": count,
                "receipt_id": entry.receipt_id,
                "number": number,
                "name": name,
            },
        )
        who = f"as '{name}'" if name else "or a person"
        self._desk.repeated.trouble(
            key,
            messages.SERIES_READ_TWICE,
            f"another program {who} numbers receipts of series {entry.series_id}: two that print one series print "
            "twice sooner or later. Give every series to one of them only",
            receipt=entry.receipt_id,
            number=number,
        )


def _text(reply: Mapping[str, Any], key: str) -> str:
    try:
        return quirks.text(reply.get(key)).strip()[:50]
    except quirks.Unreadable:
        return ""
