"""Receipt files in the journal: what is to be uploaded, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.journal.entry import FileEntry

if TYPE_CHECKING:
    from collections.abc import Callable

    from bridge.journal.database import Database

# A try that lies further ahead than this was written by a clock that has since been set back: it is due.
LONGEST_PAUSE = 3600


class FileRecords:
    """The part of the journal that remembers files; each method is one durable step."""

    def __init__(self, database: Database, now: Callable[[], float]) -> None:
        self._database = database
        self._now = now

    def add_file(self, receipt_id: int, kind: str, name: str, number: str, sha256: str) -> FileEntry:
        """Remember a file to upload, once; return the entry that stands for it, whatever its state."""
        self._database.run(
            "INSERT INTO files (receipt_id, kind, name, number, sha256, state, at) "
            "VALUES (?, ?, ?, ?, ?, 'waiting', ?) ON CONFLICT DO NOTHING",
            (receipt_id, kind, name, number, sha256, int(self._now())),
        )
        row = self._database.row(
            "SELECT * FROM files WHERE receipt_id = ? AND kind = ? AND number = ? AND sha256 = ?",
            (receipt_id, kind, number, sha256),
        )
        assert row is not None  # noqa: S101  # written or found just above
        return FileEntry.from_row(row)

    def files_due(self) -> list[FileEntry]:
        """Return the files whose next upload is due, oldest first."""
        now = int(self._now())
        rows = self._database.rows(
            "SELECT * FROM files WHERE state = 'waiting' AND (next_try <= ? OR next_try > ?) ORDER BY file_id",
            (now, now + LONGEST_PAUSE),
        )
        return [FileEntry.from_row(row) for row in rows]

    def files_of(self, receipt_id: int) -> list[FileEntry]:
        """Return all files of a receipt, oldest first."""
        rows = self._database.rows("SELECT * FROM files WHERE receipt_id = ? ORDER BY file_id", (receipt_id,))
        return [FileEntry.from_row(row) for row in rows]

    def file_settled(self, file_id: int, state: str, reason: str = "") -> None:
        """Write that a file was `sent` or has `failed` for good."""
        self._database.run(
            "UPDATE files SET state = ?, reason = ?, at = ? WHERE file_id = ?",
            (state, reason, int(self._now()), file_id),
        )

    def file_again(self, file_id: int, name: str) -> None:
        """Let a file that failed wait again: it was dropped into the folder once more."""
        self._database.run(
            "UPDATE files SET state = 'waiting', name = ?, tries = 0, next_try = 0, reason = '' WHERE file_id = ?",
            (name, file_id),
        )

    def file_later(self, file: FileEntry, seconds: float, reason: str) -> None:
        """Set the next upload of a file without counting this one: no answer came."""
        self._database.run(
            "UPDATE files SET next_try = ?, reason = ? WHERE file_id = ?",
            (int(self._now() + seconds), reason, file.file_id),
        )

    def file_refused(self, file: FileEntry, seconds: float, reason: str) -> int:
        """Count a refused upload and set the next one; return how many were refused."""
        self._database.run(
            "UPDATE files SET tries = ?, next_try = ?, reason = ? WHERE file_id = ?",
            (file.tries + 1, int(self._now() + seconds), reason, file.file_id),
        )
        return file.tries + 1
