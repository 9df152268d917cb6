"""Alerts in the journal: which people were told of, by which way, and have not yet been told that they are over.

A row is written when a way has taken the alert, and erased when it has taken its end: a restart tells nothing twice
and forgets no end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from bridge.journal.database import Database


@dataclass(frozen=True, slots=True)
class Told:
    """One alert that a way has told: `about` is the sentence it told; `errand_id` the slip's errand, 0 without one."""

    key: str
    way: str
    code: str
    about: str
    errand_id: int
    at: int


class AlertRecords:
    """The part of the journal that keeps what was told; each method is one durable step."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def told(self, way: str) -> dict[str, Told]:
        """Return what a way has told and not yet ended, by key."""
        rows = self._database.rows("SELECT * FROM alerts WHERE way = ? ORDER BY at, key", (way,))
        return {row["key"]: Told(**row) for row in rows}

    def tell(self, way: str, alerts: Collection[tuple[str, str, str]], errand_id: int = 0) -> None:
        """Write that a way has told these alerts: key, code and sentence of each."""
        at = int(self._now())
        for key, code, about in alerts:
            self._database.run(
                "INSERT INTO alerts (key, way, code, about, errand_id, at) VALUES (?, ?, ?, ?, ?, ?) "
                "ON CONFLICT (key, way) DO UPDATE SET errand_id = excluded.errand_id, at = excluded.at",
                (key, way, code, about, errand_id, at),
            )

    def forget(self, way: str, keys: Collection[str]) -> None:
        """Write that a way has told the end of these alerts, or that they are to be told again."""
        for key in keys:
            self._database.run("DELETE FROM alerts WHERE key = ? AND way = ?", (key, way))
