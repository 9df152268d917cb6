"""How many receipts there are: now by state, and what became of them in a span of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bridge.journal.states import IS_OPEN, Event, State

if TYPE_CHECKING:
    from bridge.journal.database import Database

COUNT_OPEN = f"SELECT state, count(*) AS count FROM receipts WHERE {IS_OPEN} GROUP BY state"  # noqa: S608 - no value
_PIECE = 500


@dataclass(frozen=True, slots=True)
class Day:
    """How many receipts were printed, held and refused in a span of time; each counts once in each."""

    printed: int
    held: int
    refused: int


class Tally:
    """The part of the journal that counts. It only reads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def open(self) -> dict[State, int]:
        """Return how many open receipts there are in each state. Reads the index of the open receipts alone."""
        rows = self._database.rows(COUNT_OPEN)
        return {State(row["state"]): int(row["count"]) for row in rows}

    def between(self, since: float, until: float) -> Day:
        """Return what became of receipts between two unix seconds.

        Reads the history backwards until `since`, so that its cost is that span's and not the file's.
        """
        ids: dict[State, set[int]] = {State.PRINTED: set(), State.HELD: set(), State.REFUSED: set()}
        last = 2**62
        while rows := self._piece(last):
            for row in rows:
                state = State(row["state"])
                if since <= row["at"] < until and state in ids and row["event"] != Event.STILL_LISTED:
                    ids[state].add(row["receipt_id"])
            if rows[-1]["at"] < since:
                break
            last = rows[-1]["entry_id"]
        return Day(len(ids[State.PRINTED]), len(ids[State.HELD]), len(ids[State.REFUSED]))

    def _piece(self, before: int) -> list[dict[str, Any]]:
        return self._database.rows(
            "SELECT entry_id, receipt_id, at, event, state FROM history WHERE entry_id < ? "
            "ORDER BY entry_id DESC LIMIT ?",
            (before, _PIECE),
        )
