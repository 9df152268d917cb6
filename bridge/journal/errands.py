"""Errands in the journal: what a person asked of a printer beside receipts, and what came of it.

    waiting --the station takes it--> begun --> done | failed

An errand that was begun when the daemon died is never begun again: it may have been done.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bridge.journal.database import Database


@dataclass(frozen=True, slots=True)
class Errand:
    """One errand: `kind` and `detail` are the driver's, `result` what it answered."""

    errand_id: int
    printer: str
    kind: str
    detail: Mapping[str, Any]
    state: str
    result: Mapping[str, Any]
    at: int


class ErrandRecords:
    """The part of the journal that keeps errands; each method is one durable step."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def ask(self, printer: str, kind: str, detail: Mapping[str, Any]) -> int:
        """Write an errand for a printer's station; return its id."""
        cursor = self._database.run(
            "INSERT INTO errands (printer, kind, detail, state, at) VALUES (?, ?, ?, 'waiting', ?)",
            (printer, kind, json.dumps(detail, ensure_ascii=False), int(self._now())),
        )
        return int(cursor.lastrowid or 0)

    def get(self, errand_id: int) -> Errand | None:
        """Return an errand."""
        row = self._database.row("SELECT * FROM errands WHERE errand_id = ?", (errand_id,))
        return None if row is None else _errand(row)

    def open(self, printer: str) -> list[Errand]:
        """Return a printer's errands that wait or were begun, oldest first."""
        rows = self._database.rows(
            "SELECT * FROM errands WHERE state IN ('waiting', 'begun') AND printer = ? ORDER BY errand_id",
            (printer,),
        )
        return [_errand(row) for row in rows]

    def begin(self, errand_id: int) -> bool:
        """Take a waiting errand; return False when it was taken or called off meanwhile."""
        return self._move(errand_id, "waiting", "begun", {})

    def call_off(self, errand_id: int) -> bool:
        """Take back an errand that nobody has begun; return whether that was possible."""
        return self._move(errand_id, "waiting", "failed", {"what": "called off"})

    def end(self, errand_id: int, state: str, result: Mapping[str, Any]) -> None:
        """Write that a begun errand is `done` or has `failed`, with what came of it."""
        self._move(errand_id, "begun", state, result)

    def _move(self, errand_id: int, before: str, after: str, result: Mapping[str, Any]) -> bool:
        cursor = self._database.run(
            "UPDATE errands SET state = ?, result = ?, at = ? WHERE errand_id = ? AND state = ?",
            (after, json.dumps(result, ensure_ascii=False), int(self._now()), errand_id, before),
        )
        return cursor.rowcount == 1


def _errand(row: Mapping[str, Any]) -> Errand:
    return Errand(**{**row, "detail": json.loads(row["detail"]), "result": json.loads(row["result"])})
