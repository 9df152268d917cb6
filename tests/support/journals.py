"""A journal with receipts in it, for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.journal import Entry, Event
from drivers.contract import Mark, Plan
from drivers.receipt import Receipt

if TYPE_CHECKING:
    from bridge.journal import Journal


class TurnableClock:
    """Both clocks of the bridge, turned by hand; calling it gives the system clock."""

    def __init__(self) -> None:
        self.seconds = 1_790_000_000.0
        self.elapsed = 1000.0

    def __call__(self) -> float:
        return self.seconds

    def time(self) -> float:
        return self.seconds

    def monotonic(self) -> float:
        return self.elapsed

    def true_time(self) -> float:
        """The time of the world, whatever the system clock says."""
        return 1_790_000_000.0 - 1000.0 + self.elapsed

    def advance(self, seconds: float) -> None:
        self.seconds += seconds
        self.elapsed += seconds


def enter(journal: Journal, receipt_id: int, event: Event = Event.LISTED, **changes: object) -> Entry:
    """Write a receipt as a poll would."""
    values = {"content": "{}", "digest": "a", "printer": "till", "number": "1/2026"}
    with journal.transaction():
        journal.enter(receipt_id, event, values | changes, {})
    return found(journal, receipt_id)


def found(journal: Journal, receipt_id: int) -> Entry:
    """Return a receipt that must be there."""
    entry = journal.get(receipt_id)
    assert entry is not None
    return entry


def intend(journal: Journal, entry: Entry, *, copy: bool = False) -> None:
    """Write an intent as a station would."""
    journal.intend(entry, Plan(Receipt(entry.receipt_id, ()), copy=copy), Mark("device-1", {"cuts": 7}))
