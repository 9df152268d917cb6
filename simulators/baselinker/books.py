"""What the simulated account holds, for all groups of methods together; and the journal of what happened to it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from simulators.baselinker.model import Series, StoredReceipt

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulators.baselinker.behaviour import Behaviour

DATABASE_START = 5_000_000
"""The first id of an order that came through the API: far from those of orders made for a receipt."""


class Event(IntEnum):
    """The kinds of entries in the journal of orders (getJournalList, logs_types)."""

    CREATED = 1
    CONFIRMED = 2
    PAID = 3
    REMOVED = 4
    MERGED = 5
    SPLIT = 6
    INVOICED = 7
    RECEIPT_ISSUED = 8
    DELIVERY_EDITED = 11
    PRODUCT_ADDED = 12
    PRODUCT_EDITED = 13
    PRODUCT_REMOVED = 14
    EDITED = 16
    COPIED = 17
    STATUS_CHANGED = 18


@dataclass(slots=True)
class Books:
    """Everything the account holds. `wall` is the clock in unix seconds. Not thread-safe: the server locks."""

    behaviour: Behaviour
    wall: Callable[[], float]
    receipts: dict[int, StoredReceipt] = field(default_factory=dict)
    orders: dict[int, dict[str, Any]] = field(default_factory=dict)
    invoices: dict[int, dict[str, Any]] = field(default_factory=dict)
    series: dict[int, Series] = field(
        default_factory=lambda: {
            1: Series(1, "Paragony"),
            2: Series(2, "Faktury", "INVOICE", "FV %N/%M/%Y"),
        }
    )
    statuses: dict[int, str] = field(
        default_factory=lambda: {1: "Nowe zamówienia", 2: "Do wysłania", 3: "Wysłane", 4: "Anulowane"}
    )
    payments: list[dict[str, Any]] = field(default_factory=list)
    events: list[dict[str, Any]] = field(default_factory=list)
    inventories: dict[int, dict[str, Any]] = field(default_factory=dict)
    products: dict[int, dict[str, Any]] = field(default_factory=dict)
    product_log: list[dict[str, Any]] = field(default_factory=list)
    records: dict[str, dict[int, dict[str, Any]]] = field(default_factory=dict)
    _last: dict[str, int] = field(default_factory=dict)

    @property
    def now(self) -> int:
        """The time in whole unix seconds."""
        return int(self.wall())

    def next_id(self, kind: str, first: int = 1) -> int:
        """Return an id that this kind of thing never had."""
        self._last[kind] = self._last.get(kind, first - 1) + 1
        return self._last[kind]

    def number(self, series: Series, position: int) -> str:
        """Return the number that a document at a position of a series bears now."""
        today = datetime.fromtimestamp(self.now, UTC)
        marks = {"%N": str(position), "%M": f"{today.month:02}", "%Y": str(today.year)}
        number = series.pattern
        for mark, meaning in marks.items():
            number = number.replace(mark, meaning)
        return number

    def note(self, event: Event, order_id: int, object_id: int = 0) -> None:
        """Write an event into the journal of orders."""
        entry = {"order_id": order_id, "log_type": event.value, "object_id": object_id, "date": self.now}
        self.events.append({"id": len(self.events) + 1, **entry})
