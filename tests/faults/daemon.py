"""The real daemon, but it dies by SIGKILL at a chosen step of its journal: `python -m faults.daemon run ...`.

DIE_AT=before:7 kills it just before the seventh durable write since its start, DIE_AT=after:7 just behind it. Without
DIE_AT it is the plain daemon. Only this wrapper knows of dying; the product has no hook for it.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import TYPE_CHECKING, Any

from bridge.cli import main
from bridge.journal.database import Database

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

_WRITES = ("COMMIT", "INSERT", "UPDATE", "DELETE")


class Mortal:
    """Counts durable writes of all threads and ends the process at the chosen one."""

    def __init__(self, when: str, count: int) -> None:
        self._when = when
        self._left = count
        self._lock = threading.Lock()
        self._run = Database.run

    def install(self) -> None:
        """Let every database of this process go through here."""
        mortal = self

        def run(self: Database, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Cursor:
            return mortal.run(self, sql, values)

        Database.run = run  # type: ignore[method-assign]

    def run(self, database: Database, sql: str, values: Sequence[Any] | dict[str, Any]) -> sqlite3.Cursor:
        """Execute a statement, and die before or behind it if it is the one."""
        mine = sql.lstrip().startswith(_WRITES) and "INTO beats" not in sql and self._is_the_one()
        if mine and self._when == "before":
            os.kill(os.getpid(), signal.SIGKILL)
        cursor = self._run(database, sql, values)
        if mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return cursor

    def _is_the_one(self) -> bool:
        with self._lock:
            self._left -= 1
            return self._left == 0


if __name__ == "__main__":
    chosen = os.environ.get("DIE_AT", "")
    if chosen:
        moment, _, number = chosen.partition(":")
        Mortal(moment, int(number)).install()
    sys.exit(main())
