"""Looks into the outbox folder and says which files are whole, and which never will be.

A writer tells nobody when it is done, so a file counts as whole when all of this holds:

    name       not hidden, not the name of a file still being written (names.is_ignored)
    quiet      inode, size and both times unchanged between two scans at least `settle_seconds` apart
    closed     nobody has it open for writing, as far as the system tells
    content    `%PDF-` near its beginning and `%%EOF` near its end

A whole file is `Ready`. What can never be uploaded is `Failed` as soon as it is quiet. A file that is quiet but
not whole may be a slow copy (a file share may set the full size first and fill in the pages later), so it
becomes `Failed` only after PATIENCE_SECONDS without a change.

Times are monotonic seconds. What was seen is passed in and handed back, nothing is kept here: after a restart
every file settles once more, which costs `settle_seconds` and no file.
"""

from __future__ import annotations

import errno
import fcntl
import hashlib
import math
import os
import re
import signal
import stat
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from bridge.outbox.names import BadNameError, is_ignored, parse_name

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bridge.outbox.names import DroppedName

PATIENCE_SECONDS = 600.0
"""How long a quiet file may stay unfinished before a person is told."""

# Readers of PDF look this far for the header and the end mark.
_MARK_BYTES = 1024
_HEADER = re.compile(rb"%PDF-\d")
_END = b"%%EOF"


class OutboxError(Exception):
    """The outbox folder cannot be used; `cure` says what to do. The files in it are as they were."""

    def __init__(self, what: str, *, cure: str) -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.what}. {self.cure}"


@dataclass(frozen=True, slots=True)
class Ready:
    """A whole PDF for one receipt. `number` is the external number, None when the name brings none."""

    path: Path
    receipt_id: int
    number: str | None
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Failed:
    """A file that cannot be uploaded as it is.

    `reason` is stable: `bad_name`, `bad_number`, `too_large`, `not_a_file`, `not_a_pdf`, `incomplete`,
    `unreadable`; `what` is a sentence with the cure.
    """

    path: Path
    reason: str
    what: str


@dataclass(frozen=True, slots=True)
class Sighting:
    """What a file looked like, since when it has looked so, and what was made of it."""

    fingerprint: tuple[int, ...]
    since: float
    outcome: Ready | Failed | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """What one look found, oldest file first, and what the next look needs."""

    outcomes: tuple[Ready | Failed, ...]
    seen: Mapping[str, Sighting]


def scan(
    folder: Path, seen: Mapping[str, Sighting], now: float, *, settle_seconds: float, max_bytes: int
) -> Scan:
    """Look into `folder` once; hand `Scan.seen` to the next look. Raises OutboxError.

    A file is reported by every scan until it is moved away.
    """
    rules = _Rules(settle_seconds, max_bytes)
    sightings = {
        name: _sighting(folder / name, found, seen.get(name), now, rules)
        for name, found in _deliveries(folder)
    }
    outcomes = (sighting.outcome for sighting in sightings.values())
    return Scan(tuple(outcome for outcome in outcomes if outcome is not None), sightings)


def read_file(ready: Ready) -> bytes:
    """Return the bytes of a file that was `Ready`. Raises OutboxError when it is not the same file any more."""
    try:
        with _opened(ready.path) as file:
            data = file.read(ready.size + 1)
    except OSError as error:
        what = f"{ready.path} cannot be read ({error.strerror})"
        raise OutboxError(what, cure="Nothing was uploaded; put the file back to have it uploaded") from error
    if hashlib.sha256(data).hexdigest() != ready.sha256:
        raise OutboxError(
            f"{ready.path} was changed after it was found whole",
            cure="Nothing was uploaded; it will be taken again when it has settled",
        )
    return data


class _Rules(NamedTuple):
    settle_seconds: float
    max_bytes: int


def _deliveries(folder: Path) -> list[tuple[str, os.stat_result]]:
    """Return everything in the folder that may be meant for upload, oldest first."""
    found: list[tuple[str, os.stat_result]] = []
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                with suppress(FileNotFoundError):  # taken back by its writer since the folder was listed
                    if not is_ignored(entry.name) and not entry.is_dir(follow_symlinks=False):
                        found.append((entry.name, entry.stat(follow_symlinks=False)))
    except OSError as error:
        raise OutboxError(
            f"the outbox folder {folder} cannot be read ({error.strerror})",
            cure="Create it, or let the user the bridge runs as read and write in it ([outbox] path)",
        ) from error
    return sorted(found, key=lambda item: (item[1].st_mtime_ns, item[0]))


def _sighting(
    path: Path, found: os.stat_result, before: Sighting | None, now: float, rules: _Rules
) -> Sighting:
    """Return what is known of a file now, judging it once it has been quiet long enough."""
    fingerprint = _fingerprint(found)
    if before is None or before.fingerprint != fingerprint:
        return Sighting(fingerprint, now)
    quiet = now - before.since
    if before.outcome is not None or quiet < rules.settle_seconds:
        return before
    return replace(before, outcome=_judged(path, found, rules.max_bytes, patient=quiet < PATIENCE_SECONDS))


def _fingerprint(found: os.stat_result) -> tuple[int, ...]:
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _judged(path: Path, found: os.stat_result, max_bytes: int, *, patient: bool) -> Ready | Failed | None:
    """Judge a quiet file; None means: not yet."""
    if not stat.S_ISREG(found.st_mode):
        return Failed(path, "not_a_file", "it is a link or a device, not a file; put the file itself there")
    try:
        name = parse_name(path.name)
    except BadNameError as error:
        return Failed(path, error.reason, str(error))
    if found.st_size > max_bytes:
        return Failed(path, "too_large", _too_large(found.st_size, max_bytes))
    try:
        data = _settled_content(path, found, patient=patient)
    except FileNotFoundError:
        return None
    except OSError as error:
        what = f"it cannot be read ({error.strerror}); let the user the bridge runs as read it"
        return None if patient else Failed(path, "unreadable", what)
    return None if data is None else _judged_content(path, name, data, patient=patient)


def _too_large(size: int, max_bytes: int) -> str:
    return (
        f"it has {math.ceil(size / 1024)} KiB, at most {max_bytes // 1024} KiB are uploaded; "
        "make it smaller ([outbox] max_file_kib sets the limit)"
    )


def _settled_content(path: Path, found: os.stat_result, *, patient: bool) -> bytes | None:
    """Return what the file holds, or None when somebody is still at work on it."""
    with _opened(path) as file:
        if patient and _is_being_written(file.fileno()):
            return None
        data = file.read(found.st_size + 1)
        return data if _fingerprint(os.fstat(file.fileno())) == _fingerprint(found) else None


def _judged_content(path: Path, name: DroppedName, data: bytes, *, patient: bool) -> Ready | Failed | None:
    start = data[:_MARK_BYTES]
    if not _HEADER.search(start):
        may_come = not start.strip(b"\0")
        what = "it is not a PDF file; save it as PDF, renaming is not enough"
        return None if patient and may_come else Failed(path, "not_a_pdf", what)
    if _END not in data[-_MARK_BYTES:]:
        what = "the end of the PDF is missing (no %%EOF): it was not copied to its end; copy it again"
        return None if patient else Failed(path, "incomplete", what)
    return Ready(path, name.receipt_id, name.number, hashlib.sha256(data).hexdigest(), len(data))


def _opened(path: Path) -> BinaryIO:
    """Open a file for reading; never follows a link, never waits for a pipe."""
    return open(path, "rb", opener=_neither_linked_nor_waiting)


def _neither_linked_nor_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK | os.O_NOFOLLOW)


def _is_being_written(descriptor: int) -> bool:
    """Whether any process has the file open for writing; False as well where the system does not say.

    The kernel grants a read lease only on a file that nobody has open for writing (fcntl(2), "Leases"). It tells
    owners of the file only, and only on local file systems.
    """
    try:
        # Should a writer come while the lease stands, its holder gets a signal: SIGIO would end the daemon,
        # SIGURG is ignored by default.
        fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGURG)
        fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_RDLCK)
    except OSError as error:
        return error.errno == errno.EAGAIN
    fcntl.fcntl(descriptor, fcntl.F_SETLEASE, fcntl.F_UNLCK)
    return False
