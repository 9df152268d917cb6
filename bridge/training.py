"""Training mode: a printer whose address is `simulator://...` is started in this process, when it is first used.

    <folder of the journal>/training/<name of the printer>/     its memory and every slip; see simulators/training.py

The driver talks to it over a real connection on this machine's loopback, so everything but the device is as it will
be. The folder is locked: a fiscal memory that two processes write is none. Imported, and the simulators with it,
only where a configuration has such a printer.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from typing import TYPE_CHECKING

from bridge import messages
from bridge.log import say
from drivers.link import LinkUnavailable
from drivers.link.address import TcpAddress
from drivers.link.tcp import TcpLink

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bridge.config.model import Config, Printer
    from drivers.link.channel import Channel
    from simulators.training import TrainingPrinter

_HOST = "127.0.0.1"


def folder_of(config: Config, printer: Printer) -> Path:
    """Return where a simulated printer keeps its memory and its paper."""
    return config.journal.path.parent / "training" / printer.name


def warning_about(printer: Printer) -> str:
    """Return the sentence without which nobody may see this printer."""
    told = "; its receipts are confirmed to BaseLinker as if they were printed" if printer.training else ""
    return f"is a simulator: nothing is fiscal{told}"


class TrainingLink(TcpLink):
    """The link to a simulated printer. The first `open` starts the printer, `stop` ends it; `close` only hangs up."""

    def __init__(self, config: Config, printer: Printer, *, monotonic: Callable[[], float]) -> None:
        super().__init__(TcpAddress(_HOST, 1), monotonic=monotonic)
        self.address = printer.address
        self._name = printer.name
        self._language = printer.driver  # the configuration has no simulator of another language
        self._paper_mm = int(getattr(printer.options, "paper_mm", 80))
        self._folder = folder_of(config, printer)
        self._lock: int | None = None
        self._running: TrainingPrinter | None = None

    def open(self) -> None:
        """Open the link, or do nothing when it is open. Raises LinkUnavailable; the next call starts afresh."""
        try:
            super().open()
        except LinkUnavailable:
            self.stop()
            raise

    def stop(self) -> None:
        """Hang up, end the printer and leave its folder to others. What its folder suffered is logged."""
        self.close()
        running, self._running = self._running, None
        try:
            if running is not None:
                _stop(running, self._name)
        finally:
            if self._lock is not None:
                os.close(self._lock)
                self._lock = None

    def _connect(self) -> Channel:
        if self._running is None:
            self._lock = self._locked()
            self._running = self._started()
            self._where = TcpAddress(_HOST, self._running.port)
        return super()._connect()

    def _started(self) -> TrainingPrinter:
        """Return the printer at work. Raises LinkUnavailable."""
        from simulators.training import TrainingError, start_printer  # noqa: PLC0415 - see the head of this file

        # A new memory is another device: what the journal knows of the old one does not hold for it (rule 4).
        number = f"SIM {secrets.randbelow(10**10):010d}"
        try:
            return start_printer(self._language, self._folder, number=number, paper_mm=self._paper_mm)
        except TrainingError as error:
            raise LinkUnavailable(
                f"the simulator cannot work: {error}",
                address=self.address,
                cure=f"check the disk, or delete {self._folder} to begin with a new simulator",
            ) from error

    def _locked(self) -> int:
        """Return the descriptor that holds the folder for this process. Raises LinkUnavailable."""
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            return _lock(self._folder / "lock")
        except _LockedError as error:
            what = f"another program (process {error}) uses this simulator"
            cure = "wait until it has ended, then try again"
            raise LinkUnavailable(what, address=self.address, cure=cure) from None
        except OSError as error:
            what = f"its folder {self._folder} cannot be used: {error.strerror}"
            cure = "let the user the bridge runs as write there"
            raise LinkUnavailable(what, address=self.address, cure=cure) from error


class _LockedError(Exception):
    """Another process holds the lock; its id, as far as it is known."""


def _lock(path: Path) -> int:
    """Return a descriptor that holds the lock until it is closed, whatever ends the process."""
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        owner = os.pread(descriptor, 32, 0).decode("ascii", "replace").strip()
        os.close(descriptor)
        raise _LockedError(owner or "unknown") from None
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
    return descriptor


def _stop(running: TrainingPrinter, name: str) -> None:
    from simulators.training import TrainingError  # noqa: PLC0415 - see the head of this file

    try:
        running.stop()
    except TrainingError as error:
        say(messages.SIMULATOR_FAILED, f"the simulator failed: {error}", printer=name)
