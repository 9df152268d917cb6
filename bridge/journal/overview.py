"""What an observer reads of the journal: numbers of open receipts, what is held, and what changed since it last looked.

Nothing here reads a finished receipt but those that changed since the last look: the cost is that of the open
receipts and of what happened meanwhile, not of the file's size.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from bridge.journal.database import ROOM_BYTES
from bridge.journal.states import IS_OPEN, Event, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.journal.database import Database

LEAST_ROOM = ROOM_BYTES
"""Bytes that must be free on the journal's disk before a receipt is printed."""

_MOST_CHANGES = 2000


@dataclass(frozen=True, slots=True)
class Held:
    """A held receipt; `since` in unix seconds of the system clock."""

    receipt_id: int
    number: str
    printer: str
    reason_code: str
    reason: str
    since: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A line of the history with what a clock of durations needs; all times in whole unix seconds.

    `before` is the event of the receipt's line before this one, `before_at` its time; None at the first line.
    """

    entry_id: int
    printer: str
    event: Event
    state: State
    at: int
    first_seen: int
    before: Event | None
    before_at: int | None

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """Return the line of a row."""
        values = {column.name: row[column.name] for column in fields(cls)}
        before = None if row["before"] is None else Event(row["before"])
        return cls(**{**values, "event": Event(row["event"]), "state": State(row["state"]), "before": before})


class Overview:
    """The part of the journal that is read by who only watches; writes nothing."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def version(self) -> int:
        """Return a number that changes whenever another connection has changed the journal."""
        row = self._database.row("PRAGMA data_version")
        return 0 if row is None else int(row["data_version"])

    def open_counts(self) -> dict[tuple[str, State], int]:
        """Return how many receipts are open, by printer and state. Read from the index of open receipts alone."""
        rows = self._database.rows(
            f"SELECT state, printer, count(*) AS count FROM receipts WHERE {IS_OPEN} GROUP BY state, printer"
        )
        return {(row["printer"], State(row["state"])): row["count"] for row in rows}

    def held(self) -> tuple[Held, ...]:
        """Return the receipts that wait for a person, the oldest first."""
        rows = self._database.rows(
            "SELECT receipt_id, number, printer, reason_code, reason, changed AS since FROM receipts "
            f"WHERE {IS_OPEN} AND state = 'held' ORDER BY receipt_id"
        )
        return tuple(Held(**row) for row in rows)

    def last_change(self) -> int:
        """Return the id of the newest line of the history, 0 when it is empty."""
        row = self._database.row("SELECT max(entry_id) AS last FROM history")
        return 0 if row is None or row["last"] is None else int(row["last"])

    def changes_after(self, entry_id: int) -> list[Moved]:
        """Return the lines of the history behind `entry_id`, the oldest first; at most some 2000 at a time."""
        rows = self._database.rows(_CHANGES, (entry_id, _MOST_CHANGES))
        return [Moved.from_row(row) for row in rows]

    def free_bytes(self) -> int:
        """Return how many bytes are free on the journal's disk."""
        return shutil.disk_usage(self._database.path.parent).free


_LINE_BEFORE = (
    "SELECT {column} FROM history AS earlier WHERE earlier.receipt_id = line.receipt_id "
    "AND earlier.entry_id < line.entry_id ORDER BY earlier.entry_id DESC LIMIT 1"
)
_CHANGES = (
    "SELECT line.entry_id, line.at, line.event, line.state, receipts.printer, receipts.first_seen, "
    f"({_LINE_BEFORE.format(column='event')}) AS before, ({_LINE_BEFORE.format(column='at')}) AS before_at "
    "FROM history AS line JOIN receipts ON receipts.receipt_id = line.receipt_id "
    "WHERE line.entry_id > ? ORDER BY line.entry_id LIMIT ?"
)
