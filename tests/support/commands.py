"""The commands of the bridge as a person or a script runs them: real processes, at a terminal or in a pipe."""

from __future__ import annotations

import errno
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = (sys.executable, "-m", "bridge")
_TIMEOUT = 60


@dataclass(frozen=True, slots=True)
class Ended:
    """A command that has ended: exit code, what it said and what it complained about."""

    code: int
    out: str
    err: str


def surroundings(**changes: str) -> dict[str, str]:
    """Return an environment in which a command looks the same on every machine."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RECEIPT_BRIDGE")}
    for name in (
        "COLUMNS",
        "LINES",
        "NO_COLOR",
        "FORCE_COLOR",
        "JOURNAL_STREAM",
        "NOTIFY_SOCKET",
        "PYTHONUNBUFFERED",
    ):
        kept.pop(name, None)
    return kept | {"TERM": "xterm", "PYTHONUTF8": "1"} | changes


def run_command(*words: str, config: Path | None = None, **changes: str) -> Ended:
    """Run a command in a pipe; further arguments change its environment."""
    told = ["--config", str(config)] if config else []
    done = subprocess.run(
        [*PROGRAM, *words, *told],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=surroundings(**changes),
        timeout=_TIMEOUT,
    )
    return Ended(done.returncode, done.stdout, done.stderr)


def run_at_terminal(*words: str, config: Path | None = None, columns: int = 80, **changes: str) -> Ended:
    """Run a command at a real pseudo-terminal so many columns wide; what it complains about is part of `out`."""
    told = ["--config", str(config)] if config else []
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    with os.fdopen(ours, "rb", buffering=0) as screen:
        process = subprocess.Popen(
            [*PROGRAM, *words, *told], stdin=theirs, stdout=theirs, stderr=theirs, env=surroundings(**changes)
        )
        os.close(theirs)
        shown = _all_of(screen.fileno())
        code = process.wait(_TIMEOUT)
    return Ended(code, shown.decode("utf-8").replace("\r\n", "\n"), "")


def _all_of(terminal: int) -> bytes:
    shown = b""
    while True:
        try:
            chunk = os.read(terminal, 65536)
        except OSError as error:
            if error.errno != errno.EIO:  # the other end is closed: the command has ended
                raise
            return shown
        if not chunk:
            return shown
        shown += chunk
