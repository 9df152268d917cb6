"""The one file that knows SQLite: opening, checking, transactions, and errors in our own words.

WAL with `synchronous=FULL` costs one fsync a commit and is not negotiable: with NORMAL a power cut may take back
commits that were already answered for, and a receipt could print twice (measured: NORMAL makes no fsync at all).

Heartbeats (`status` shows them) need no durability: they go through a second connection with
`synchronous=NORMAL`, which adds no fsync and cannot weaken a commit of the first.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from bridge.journal.errors import (
    JournalBusyError,
    JournalDamagedError,
    JournalError,
    JournalFullError,
    JournalNewerError,
)
from bridge.journal.schema import APPLICATION_ID, MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


_BUSY_SECONDS = 20.0
# Up to this size the whole file is checked before anything else happens; a larger one is checked while the daemon
# runs (`full_check`), so that the cost of a start does not grow with the number of finished receipts.
CHECK_AT_OPEN_BYTES = 16 * 1024 * 1024
# Room that must be free before an intent is written, so that the proof that follows can be written too.
ROOM_BYTES = 8 * 1024 * 1024


class Database:
    """One connection to the journal file. Not shared between threads."""

    def __init__(self, path: Path, *, durable: bool = True) -> None:
        self.path = path
        self._connection = _connect(path, durable=durable)

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Everything inside becomes durable together, or not at all. Raises JournalError."""
        self.run("BEGIN IMMEDIATE")
        try:
            yield
            self.run("COMMIT")
        except BaseException:
            # A full disk may have rolled back by itself already.
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    def run(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> sqlite3.Cursor:
        """Execute one statement. Raises JournalError."""
        with _own_words(self.path):
            return self._connection.execute(sql, values)

    def rows(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[dict[str, Any]]:
        """Return all rows of a query. Raises JournalError."""
        with _own_words(self.path):
            found: list[dict[str, Any]] = self._connection.execute(sql, values).fetchall()
            return found

    def row(self, sql: str, values: Sequence[Any] | dict[str, Any] = ()) -> dict[str, Any] | None:
        """Return the first row of a query, or None. Raises JournalError."""
        with _own_words(self.path):
            found: dict[str, Any] | None = self._connection.execute(sql, values).fetchone()
            return found

    def make_sure_of_room(self) -> None:
        """Raise JournalFullError when the disk has too little room for a receipt's whole life."""
        free = shutil.disk_usage(self.path.parent).free
        if free < ROOM_BYTES:
            raise _full(self.path, f"{free // 1024} KiB are free, {ROOM_BYTES // 1024} KiB are needed")

    def full_check(self) -> None:
        """Read the whole file and raise JournalDamagedError when its pages contradict each other."""
        found = self.row("PRAGMA quick_check(1)")
        if found is not None and found["quick_check"] != "ok":
            raise _damaged(self.path, str(found["quick_check"]))


def create_or_migrate(path: Path) -> None:
    """Make the journal at `path` ready: create it if absent, check it, bring its schema forward.

    A damaged, foreign or newer file raises JournalDamagedError or JournalNewerError and is left untouched.
    """
    existed = path.exists() and path.stat().st_size > 0
    if existed:
        _check_before_writing(path)
    else:
        _create_empty(path)
    database = Database(path)
    try:
        with _own_words(path):
            _migrate(database)
        database.run("PRAGMA wal_checkpoint(PASSIVE)")
    finally:
        database.close()


def _create_empty(path: Path) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Receipts hold what customers bought: nobody else reads them.
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise JournalError(
            f"the journal {path} cannot be created: {error.strerror}",
            cure="Give the service's user the right to write there, or set [journal] path to another place.",
        ) from error


def make_sure_it_is_ready(path: Path) -> None:
    """Raise JournalError unless the file is a journal of just this version; it is only read."""
    with _read_only(path) as connection:
        version = _version(path, connection)
    if version < len(MIGRATIONS):
        raise JournalError(
            f"the journal {path} has version {version}, this program needs {len(MIGRATIONS)}",
            cure="The daemon brings it forward at its next start: systemctl restart receipt-bridge",
        )


def copy_to(path: Path, copy: Path) -> None:
    """Write a whole and consistent copy of a journal, also while a daemon works on it; `copy` must not exist.

    The journal is only read. Raises JournalError.
    """
    with _read_only(path) as connection:
        _version(path, connection)
        connection.execute("VACUUM INTO ?", (str(copy),))


def check_copy(path: Path) -> None:
    """Read a whole copy of a journal. Raises JournalDamagedError or JournalNewerError when it cannot be used."""
    with _read_only(path) as connection:
        found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
        if found != "ok" or _version(path, connection) == 0:
            raise _damaged(path, found)


def put_into_one_file(path: Path) -> None:
    """Bring what stands beside the journal into it; the files beside it are gone then. No daemon may run.

    Raises JournalError, JournalBusyError when a command has it open.
    """
    database = Database(path)
    try:
        mode = database.row("PRAGMA journal_mode = DELETE")
        if mode is None or mode["journal_mode"] != "delete":
            raise JournalBusyError(
                f"the journal {path} is in use by another program", cure="Close it, then try again."
            )
    finally:
        database.close()


def _check_before_writing(path: Path) -> None:
    with _read_only(path) as connection:
        if _version(path, connection) and path.stat().st_size <= CHECK_AT_OPEN_BYTES:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if found != "ok":
                raise _damaged(path, found)


def _version(path: Path, connection: sqlite3.Connection) -> int:
    """Return the version of the schema, 0 for a file without tables. Raises when it is no journal we know."""
    application = connection.execute("PRAGMA application_id").fetchone()[0]
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    tables = connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    if (application, version, tables) == (0, 0, 0):
        return 0  # a power cut fell between the first page and the first table
    if application != APPLICATION_ID:
        raise _damaged(path, "it is a database, but not a journal of the receipt bridge")
    if version > len(MIGRATIONS):
        raise JournalNewerError(
            f"the journal {path} has version {version}, this program knows {len(MIGRATIONS)}",
            cure="Install the newer receipt-bridge again; the file was not touched.",
        )
    return version


@contextmanager
def _read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """Open the file through a connection that cannot write to it."""
    with _own_words(path):
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
        try:
            yield connection
        finally:
            connection.close()


def _migrate(database: Database) -> None:
    """Bring the schema forward one named step at a time; a step and its record are one transaction."""
    while True:
        with database.transaction():
            found = database.row("PRAGMA user_version")
            version = 0 if found is None else int(found["user_version"])
            if version >= len(MIGRATIONS):
                return
            for statement in MIGRATIONS[version].statements:
                database.run(statement)
            database.run(f"PRAGMA application_id = {APPLICATION_ID}")
            database.run(f"PRAGMA user_version = {version + 1}")


def _connect(path: Path, *, durable: bool) -> sqlite3.Connection:
    with _own_words(path):
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=rw", uri=True, timeout=_BUSY_SECONDS, isolation_level=None
        )
        connection.row_factory = _as_dict
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        connection.execute("PRAGMA foreign_keys = ON")
        return connection


def _as_dict(cursor: sqlite3.Cursor, row: tuple[Any, ...]) -> dict[str, Any]:
    return {column[0]: value for column, value in zip(cursor.description, row, strict=True)}


def _damaged(path: Path, what: str) -> JournalDamagedError:
    return JournalDamagedError(
        f"the journal {path} is damaged: {what}",
        cure="Nothing is printed, so that nothing is printed twice. Keep the file, check the disk or the SD card, "
        "and restore a backup; the file was not touched.",
    )


def _full(path: Path, what: str) -> JournalFullError:
    return JournalFullError(
        f"the disk of the journal {path} is full: {what}",
        cure="Make room on the disk; printing goes on by itself.",
    )


@contextmanager
def _own_words(path: Path) -> Iterator[None]:
    """Translate SQLite's errors once, here."""
    try:
        yield
    except sqlite3.OperationalError as error:
        name = error.sqlite_errorname
        if name.startswith("SQLITE_FULL"):
            raise _full(path, str(error)) from error
        if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise JournalBusyError(
                f"the journal {path} is in use by another program",
                cure="Close the program that holds it open; the daemon tries again by itself.",
            ) from error
        if name.startswith("SQLITE_CORRUPT"):
            raise _damaged(path, str(error)) from error
        raise JournalError(
            f"the journal {path} cannot be used: {error}",
            cure="Check that the file, its folder and the files beside it belong to the service's user.",
        ) from error
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        raise _damaged(path, str(error)) from error
