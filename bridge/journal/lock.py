"""One daemon per journal: a lock that dies with its process, whatever kills it."""

from __future__ import annotations

import fcntl
import os
import time
from typing import TYPE_CHECKING, Self

from bridge.journal.errors import JournalError, JournalLockedError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_LOOK_SECONDS = 2.0


class DaemonLock:
    """Held by the daemon for as long as it runs; `FILE.lock` beside the journal holds its process id."""

    def __init__(
        self,
        journal_path: Path,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._path = journal_path.with_name(journal_path.name + ".lock")
        self._monotonic = monotonic
        self._sleep = sleep
        self._descriptor: int | None = None

    def acquire(self) -> Self:
        """Take the lock. Raises JournalLockedError when another daemon holds it for longer than a command looks."""
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise JournalError(
                f"the lock {self._path} cannot be opened: {error.strerror}",
                cure="Give the service's user the right to write there, or set [journal] path to another place.",
            ) from error
        if not self._taken(descriptor):
            os.close(descriptor)
            raise JournalLockedError(
                f"another daemon (process {self.owner() or 'unknown'}) already works on this journal",
                cure="Only one may run; stop the other one first (systemctl stop receipt-bridge).",
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        self._descriptor = descriptor
        return self

    def _taken(self, descriptor: int) -> bool:
        # A command that asks for the `owner` holds a shared lock for a moment, which no event tells the end of.
        due = self._monotonic() + _LOOK_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if self._monotonic() >= due:
                    return False
                self._sleep(_LOOK_SECONDS / 20)
            else:
                return True

    def release(self) -> None:
        """Give the lock back; the file stays, so that no two daemons can ever lock different files."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None

    def __enter__(self) -> Self:
        return self if self._descriptor is not None else self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def owner(self) -> int | None:
        """Return the process id of the daemon that runs on this journal, None when none does."""
        try:
            descriptor = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            text = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
            return int(text) if text.isdigit() else None
        else:
            return None
        finally:
            os.close(descriptor)
