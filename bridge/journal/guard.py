"""What the journal knows of itself: whose it is, whether it may be believed, and who else prints.

By key:

    binding       the machine and the BaseLinker it served
    safe_mode     why nothing is printed until a person says that this journal may be believed
    unpolled      a person has said so, but what BaseLinker lists has not been looked at since
    catching_up   as long as no complete list was seen since, whatever is listed for the first time is held
    other S       what somebody else has numbered in series S

Nothing in it is about one receipt.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bridge.journal.database import Database

BINDING = "binding"
SAFE_MODE = "safe_mode"
UNPOLLED = "unpolled"
CATCHING_UP = "catching_up"
OTHER = "other "


class GuardRecords:
    """The part of the journal that guards it; each method is one durable step, or part of a transaction."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def may_print(self) -> bool:
        """Whether this journal is believed, and the waiting list was looked at since."""
        closed = self._database.row("SELECT 1 FROM guard WHERE key IN (?, ?) LIMIT 1", (SAFE_MODE, UNPOLLED))
        return closed is None

    def read(self, key: str) -> dict[str, Any] | None:
        """Return what is written under a key, None when nothing is."""
        row = self._database.row("SELECT value FROM guard WHERE key = ?", (key,))
        return None if row is None else dict(json.loads(row["value"]))

    def write(self, key: str, value: Mapping[str, Any]) -> None:
        """Write a value under a key, in the place of the one before."""
        self._database.run(
            "INSERT INTO guard (key, value, at) VALUES (?, ?, ?) "
            "ON CONFLICT (key) DO UPDATE SET value = excluded.value, at = excluded.at",
            (key, json.dumps(value, ensure_ascii=False), int(self._now())),
        )

    def forget(self, key: str) -> None:
        """Erase what is written under a key."""
        self._database.run("DELETE FROM guard WHERE key = ?", (key,))

    def others(self) -> list[dict[str, Any]]:
        """Return what somebody else has numbered, one object a series, with `at` in unix seconds."""
        rows = self._database.rows(
            "SELECT value, at FROM guard WHERE key LIKE ? ORDER BY key", (f"{OTHER}%",)
        )
        return [{**json.loads(row["value"]), "at": row["at"]} for row in rows]

    def last_line(self) -> int:
        """Return the id of the newest line of the history, 0 for none: it only grows, also where lines are lost."""
        row = self._database.row("SELECT max(entry_id) AS last FROM history")
        return 0 if row is None or row["last"] is None else int(row["last"])

    def devices(self) -> dict[str, str]:
        """Return the device agreed for each printer."""
        return {row["printer"]: row["device"] for row in self._database.rows("SELECT * FROM devices")}

    def counts(self) -> dict[str, int]:
        """Return how many receipts are in each state. Reads the whole table: for people, not for the daemon."""
        rows = self._database.rows("SELECT state, count(*) AS count FROM receipts GROUP BY state")
        return {row["state"]: row["count"] for row in rows}
