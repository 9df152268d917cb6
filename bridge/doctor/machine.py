"""The machine the doctor looks at: its files, programs, clock and users; everything can be a double in tests.

Nothing is changed: files are read, devices are never opened, and of programs only those that tell something are run.
"""

from __future__ import annotations

import ctypes
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

_COMMAND_SECONDS = 15.0
_TIMEX_BYTES = 512  # more than `struct timex` has on any machine


class Ran(NamedTuple):
    """What became of a command: its exit code, and what it said."""

    code: int
    said: str


class Process(NamedTuple):
    """A program that runs: its number, its short name, its command line."""

    pid: int
    name: str
    words: tuple[str, ...]


def run_command(words: Sequence[str]) -> Ran | None:
    """Run a command that only tells something; None when there is no such program. Raises TimeoutExpired."""
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            text=True,
            timeout=_COMMAND_SECONDS,
        )
    except (FileNotFoundError, PermissionError):
        return None
    return Ran(done.returncode, done.stdout)


def clock_is_kept() -> bool:
    """Whether the kernel says that some program keeps its clock right (adjtimex, whoever set it)."""
    timex = ctypes.create_string_buffer(_TIMEX_BYTES)  # zeroes: modes = 0 changes nothing
    time_error = 5
    state: int = ctypes.CDLL(None, use_errno=True).adjtimex(timex)
    if state < 0:
        raise OSError(ctypes.get_errno(), "adjtimex")
    return state != time_error


@dataclass(frozen=True, slots=True)
class Machine:
    """One machine under a root folder. `now` gives unix seconds."""

    root: Path = Path("/")
    run: Callable[[Sequence[str]], Ran | None] = run_command
    now: Callable[[], float] = time.time
    clock_kept: Callable[[], bool] = clock_is_kept
    stat: Callable[[Path], os.stat_result] = os.stat
    room: Callable[[Path], os.statvfs_result] = os.statvfs
    user: Callable[[], int] = os.geteuid

    def at(self, path: str | Path) -> Path:
        """Return where an absolute path of the machine lies."""
        return self.root / str(path).lstrip("/")

    def real(self, path: str | Path) -> str:
        """Return an absolute path with every symbolic link followed, as the machine itself would name it."""
        real, root = self.at(path).resolve(), self.root.resolve()
        return f"/{real.relative_to(root)}" if real.is_relative_to(root) else str(real)

    def exists(self, path: str | Path) -> bool:
        """Whether there is such a file."""
        return self.at(path).exists()

    def text(self, path: str | Path) -> str | None:
        """Return what a file of the system says, None when there is none. Raises OSError."""
        try:
            return self.at(path).read_text("utf-8", "replace").strip("\n")
        except (FileNotFoundError, NotADirectoryError):
            return None

    def matching(self, pattern: str) -> list[str]:
        """Return the absolute paths that match a pattern, sorted."""
        found = self.root.glob(pattern.lstrip("/"))
        return sorted(f"/{path.relative_to(self.root)}" for path in found)

    # -- programs ----------------------------------------------------------------------------------------------

    def processes(self) -> Iterator[Process]:
        """Yield every program that runs; one that ends meanwhile is left out."""
        for path in self.matching("/proc/[0-9]*"):
            try:
                name, line = self.text(f"{path}/comm"), self.text(f"{path}/cmdline")
            except OSError:
                continue
            if name is not None and line is not None:
                yield Process(int(path.rsplit("/", 1)[1]), name, tuple(line.rstrip("\0").split("\0")))

    def named(self, name: str) -> Process | None:
        """Return a program of this name that runs, or None."""
        return next((process for process in self.processes() if process.name.lower() == name.lower()), None)

    def opened(self, process: Process) -> set[str] | None:
        """Return the paths a program has open; None when this user may not know."""
        links: set[str] = set()
        try:
            for descriptor in self.at(f"/proc/{process.pid}/fd").iterdir():
                links |= _target(descriptor)
        except PermissionError:
            return None
        except (FileNotFoundError, ProcessLookupError, NotADirectoryError):
            return set()  # it ended meanwhile, or a tree without descriptors
        return links


def _target(descriptor: Path) -> set[str]:
    try:
        return {str(descriptor.readlink())}
    except FileNotFoundError:
        return set()  # closed meanwhile
