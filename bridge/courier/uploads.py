"""Uploading receipt files: PDF copies of what was printed, and files an ERP drops into the outbox folder.

What is owed stands in the journal, so both survive restarts, and a file that BaseLinker has accepted is never sent
again: a file that comes back with the same content and number only moves to `sent`. After a lost answer the same
call is repeated; it replaces the same document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge import messages
from bridge.baselinker.budget import Priority
from bridge.baselinker.errors import RefusedCall, Transport
from bridge.courier.confirm import number_for
from bridge.courier.desk import REFUSALS_BEFORE_HOLD
from bridge.journal import State
from bridge.log import last_resort, say
from bridge.outbox.filing import move_to_failed, move_to_sent
from bridge.outbox.folder import Failed, OutboxError, Ready, read_file, scan
from bridge.outbox.names import shown_name

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bridge.courier.desk import Desk
    from bridge.journal import Entry, FileEntry
    from bridge.outbox.folder import Scan, Sighting

_SCAN_SECONDS = 2.0
_REFUSED_PAUSE = 60.0


class OutboxFolder:
    """The outbox folder as the courier sees it: at most one look every two seconds."""

    def __init__(self, path: Path, *, settle_seconds: float, max_bytes: int) -> None:
        self.path = path
        self._settle_seconds = settle_seconds
        self._max_bytes = max_bytes
        self._seen: dict[str, Sighting] = {}
        self._next_scan = float("-inf")

    def look(self, now: float) -> Scan | None:
        """Scan the folder if it is time, else return None. Raises OutboxError."""
        if now < self._next_scan:
            return None
        self._next_scan = now + _SCAN_SECONDS
        found = scan(
            self.path, self._seen, now, settle_seconds=self._settle_seconds, max_bytes=self._max_bytes
        )
        self._seen = dict(found.seen)
        return found


class UploadJob:
    """Uploads one file at a time, the oldest that is due. `render` makes the PDF copy of a confirmed receipt."""

    priority = Priority.UPLOAD

    def __init__(
        self, desk: Desk, render: Callable[[Entry], bytes], folder: OutboxFolder | None = None
    ) -> None:
        self._desk = desk
        self._render = render
        self._folder = folder
        self._whole: dict[int, Ready] = {}

    def step(self) -> bool:
        """Take in new files of the outbox folder, then upload one file; return whether one was sent."""
        self._take_in()
        for file in self._desk.journal.files_due():
            data = self._bytes_of(file)
            if data is not None:
                self._upload(file, data)
                return True
        return False

    def seconds_to_next(self) -> float | None:
        """Return the pause between two looks at the folder."""
        return None if self._folder is None else _SCAN_SECONDS

    # -- the outbox folder -----------------------------------------------------------------------------------

    def _take_in(self) -> None:
        if self._folder is None:
            return
        try:
            found = self._folder.look(self._desk.clock.monotonic())
        except OutboxError as error:
            self._desk.repeated.trouble("outbox", messages.OUTBOX_UNUSABLE, str(error))
            return
        if found is None:
            return
        self._desk.repeated.over("outbox", messages.OUTBOX_AGAIN, "the outbox folder can be used again")
        for outcome in found.outcomes:
            self._take(outcome)

    def _take(self, outcome: Ready | Failed) -> None:
        name = shown_name(outcome.path.name)
        if isinstance(outcome, Failed):
            if self._moved(outcome.path, outcome.what):
                say(messages.FILE_FAILED, f"file not uploaded, moved to failed: {outcome.what}", file=name)
            return
        journal = self._desk.journal
        file = journal.add_file(outcome.receipt_id, "outbox", name, outcome.number or "", outcome.sha256)
        if file.state == "sent":
            if self._moved(outcome.path, None):
                known = "file was uploaded before, not sent again"
                say(messages.FILE_KNOWN, known, receipt=file.receipt_id, file=name)
            return
        if file.state == "failed":
            journal.file_again(file.file_id, name)
        self._whole[file.file_id] = outcome

    def _moved(self, path: Path, reason: str | None) -> bool:
        """Move a file of the folder to `sent`, or with a reason to `failed`; return whether it could be moved.

        Where it could not, that is told, and the next look at the folder tries again.
        """
        key = f"move {path.name}"
        try:
            if reason is None:
                move_to_sent(path)
            else:
                move_to_failed(path, reason)
        except OutboxError as error:
            self._desk.repeated.trouble(key, messages.FILE_STUCK, str(error))
            return False
        text = "the file could be moved"
        self._desk.repeated.over(key, messages.FILE_MOVED, text, file=shown_name(path.name))
        return True

    # -- sending ---------------------------------------------------------------------------------------------

    def _bytes_of(self, file: FileEntry) -> bytes | None:
        """Return what to upload; None when the file has not settled (again) or is not there any more."""
        if file.kind == "copy":
            return self._copy_of(file)
        ready = self._whole.get(file.file_id)
        if ready is None:
            if self._folder is not None and not (self._folder.path / file.name).exists():
                self._forget(file, "the file was taken out of the outbox folder before it was uploaded")
            return None
        try:
            return read_file(ready)
        except OutboxError as error:
            # Changed or taken away since: if it comes back it is found again.
            self._forget(file, f"{error.what}")
            return None

    def _copy_of(self, file: FileEntry) -> bytes | None:
        entry = self._desk.journal.get(file.receipt_id)
        if entry is None:
            return None
        try:
            return self._render(entry)
        except Exception as error:  # noqa: BLE001 - a bug that one copy brings out must not stop the printing
            last_resort(error)
            self._forget(file, f"the copy could not be drawn: {type(error).__name__}: {error}")
            return None

    def _forget(self, file: FileEntry, reason: str) -> None:
        self._whole.pop(file.file_id, None)
        self._desk.journal.file_settled(file.file_id, "failed", reason)
        say(messages.FILE_FAILED, f"file not uploaded: {reason}", receipt=file.receipt_id, file=file.name)

    def _upload(self, file: FileEntry, data: bytes) -> None:
        try:
            self._desk.calls.add_order_receipt_file(file.receipt_id, data, self._number(file))
        except RefusedCall as error:
            self._refused(file, error)
        except Transport as error:
            self._desk.journal.file_later(file, 2.0, error.what)
            raise
        else:
            self._desk.journal.file_settled(file.file_id, "sent")
            self._file_away(file, None)
            facts = {"receipt": file.receipt_id, "file": file.name, "bytes": len(data)}
            say(messages.FILE_SENT, "file uploaded", **facts)

    def _number(self, file: FileEntry) -> str:
        """Return the number that goes with a file: its own, else the one the receipt was confirmed with."""
        if file.number or file.kind == "copy":
            return file.number
        entry = self._desk.journal.get(file.receipt_id)
        return "" if entry is None or entry.state is not State.CONFIRMED else number_for(entry)

    def _refused(self, file: FileEntry, error: RefusedCall) -> None:
        refused = self._desk.journal.file_refused(file, _REFUSED_PAUSE, error.what)
        if refused < REFUSALS_BEFORE_HOLD:
            text = f"upload refused, it is tried again: {error.what}"
            say(messages.FILE_REFUSED, text, receipt=file.receipt_id, file=file.name)
            return
        self._file_away(file, error.what)
        self._forget(file, error.what)

    def _file_away(self, file: FileEntry, reason: str | None) -> None:
        """Move a file of the outbox folder to where it belongs; a copy of ours lies nowhere."""
        ready = self._whole.pop(file.file_id, None)
        if ready is not None:
            self._moved(ready.path, reason)
