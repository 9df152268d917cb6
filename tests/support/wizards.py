"""A technician at a real pseudo-terminal: reads what a command asks and types answers."""

from __future__ import annotations

import errno
import os
import pty
import select
import subprocess
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Self

from support.commands import PROGRAM, surroundings
from support.waiting import LONGEST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import TracebackType

CTRL_C, CTRL_D = "\x03", "\x04"


class Technician:
    """Sits before one command, which owns its terminal: Ctrl-C reaches it as a signal."""

    def __init__(self, *words: str, **changes: str) -> None:
        self.shown = ""
        self._seen = 0
        self._screen, theirs = pty.openpty()
        self._process = subprocess.Popen(
            [*PROGRAM, *words],
            stdin=theirs,
            stdout=theirs,
            stderr=theirs,
            env=surroundings(LANG="C.UTF-8", **changes),
            start_new_session=True,
            preexec_fn=_own_terminal,  # noqa: PLW1509 - no thread of the tests holds a lock that it takes
        )
        os.close(theirs)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.kill()
        self._process.wait()
        os.close(self._screen)

    def reads(self, words: str) -> None:
        """Wait until these words stand behind those that were read last."""
        due = time.monotonic() + LONGEST
        while (found := self.shown.find(words, self._seen)) < 0:
            if time.monotonic() > due or not self._look():
                raise AssertionError(f"{words!r} did not appear in:\n{self.shown[self._seen :]}")
        self._seen = found + len(words)

    def types(self, text: str) -> None:
        """Type without Enter."""
        os.write(self._screen, text.encode())

    def answers(self, *pairs: tuple[str, str]) -> None:
        """Wait for each question and type its answer."""
        for question, answer in pairs:
            self.reads(question)
            self.types(f"{answer}\n")

    def leaves(self) -> int:
        """Read to the end; return the exit code."""
        while self._look():
            pass
        return self._process.wait(LONGEST)

    def _look(self) -> bool:
        """Read what there is; return whether the command may still say something."""
        if not select.select([self._screen], [], [], LONGEST)[0]:
            return False
        data = b""
        try:
            data = os.read(self._screen, 65536)
        except OSError as error:
            if error.errno != errno.EIO:  # the command has ended
                raise
        self.shown += data.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(data)


def _own_terminal() -> None:
    import fcntl
    import termios

    with suppress(OSError):
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def bare_machine(folder: os.PathLike[str]) -> Sequence[str]:
    """Return options for a machine without any device: tests never ask the ports of whoever runs them."""
    return ("--root", os.fspath(folder))
