"""The printer's memory on disk: one SQLite file in a folder, every change one transaction.

A killed simulator leaves what was committed, as a printer without power does. The file is not synced to the platter:
it protects the simulation against the end of its process, not against a power cut of this machine.
"""

from __future__ import annotations

import dataclasses
import sqlite3
import weakref
from typing import TYPE_CHECKING, Any, get_type_hints

from simulators.posnet.memory import Document, Good, Memory

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from pydantic import TypeAdapter

FILE = "fiscal-memory.sqlite"
_PATIENCE = 0.5  # seconds to wait for another process that uses the folder
_TABLES = """
PRAGMA locking_mode = EXCLUSIVE;
PRAGMA journal_mode = WAL;
PRAGMA synchronous = OFF;
CREATE TABLE IF NOT EXISTS part (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS good (name TEXT PRIMARY KEY, rate INTEGER NOT NULL, locked INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS document (
    sequence INTEGER PRIMARY KEY, device TEXT NOT NULL, number INTEGER NOT NULL, value BLOB NOT NULL,
    UNIQUE (device, number)
);
"""


class Store:
    """Keeps a printer's memory in `folder`, or nowhere (None): then it ends with this object.

    One printer uses a folder at a time. Raises OSError or sqlite3.Error. Used under the printer's lock.
    """

    def __init__(self, folder: Path | None = None) -> None:
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
        place = ":memory:" if folder is None else str(folder / FILE)
        self._database = sqlite3.connect(
            place, timeout=_PATIENCE, check_same_thread=False, isolation_level=None
        )
        self.close = weakref.finalize(self, self._database.close)
        """Release the file; done at the latest when nobody needs the store any more."""
        self._database.executescript(_TABLES)
        self._parts = _adapters(Memory)
        self._document = _adapter(Document)

    def memory(self) -> Memory | None:
        """Return what was saved last, None in a new folder."""
        rows = dict(self._database.execute("SELECT name, value FROM part").fetchall())
        if not rows:
            return None
        return Memory(**{name: self._parts[name].validate_json(value) for name, value in rows.items()})

    def goods(self) -> dict[str, Good]:
        """Return the goods database."""
        rows = self._database.execute("SELECT name, rate, locked FROM good")
        return {name: Good(name, rate, bool(locked)) for name, rate, locked in rows}

    def documents(self) -> list[Document]:
        """Return every document, oldest first."""
        rows = self._database.execute("SELECT value FROM document ORDER BY sequence")
        return [self._document.validate_json(value) for (value,) in rows]

    def save(
        self,
        before: Memory | None,
        after: Memory,
        documents: Iterable[Document] = (),
        goods: Iterable[Good] = (),
        *,
        forget_goods: bool = False,
    ) -> None:
        """Keep a change: all of it or, when the process ends in the middle, nothing."""
        database = self._database
        database.execute("BEGIN IMMEDIATE")
        try:
            if forget_goods:
                database.execute("DELETE FROM good")
            database.executemany(
                "INSERT OR REPLACE INTO part VALUES (?, ?)", list(self._changed(before, after))
            )
            database.executemany(
                "INSERT OR REPLACE INTO good VALUES (?, ?, ?)",
                [(good.name, good.rate, good.locked) for good in goods],
            )
            database.executemany(
                "INSERT INTO document (device, number, value) VALUES (?, ?, ?) "
                "ON CONFLICT (device, number) DO UPDATE SET value = excluded.value",
                [(one.device, one.number, self._document.dump_json(one)) for one in documents],
            )
        except BaseException:
            database.execute("ROLLBACK")
            raise
        database.execute("COMMIT")

    def _changed(self, before: Memory | None, after: Memory) -> Iterable[tuple[str, bytes]]:
        for name, adapter in self._parts.items():
            value = getattr(after, name)
            if before is None or getattr(before, name) is not value:
                yield name, adapter.dump_json(value)


def _adapter(kind: Any) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # noqa: PLC0415  (a tenth of a second, at the first printer)

    return TypeAdapter(kind)


def _adapters(kind: Any) -> Mapping[str, TypeAdapter[Any]]:

    types = get_type_hints(kind)
    return {field.name: _adapter(types[field.name]) for field in dataclasses.fields(kind)}
