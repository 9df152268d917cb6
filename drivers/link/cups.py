"""A CUPS queue: one way, one raw job for each write.

open    asks CUPS whether the queue is there and takes jobs
write   one job through `lp`: the caller hands over everything that belongs together at once
errors  `lp` says no       nothing was accepted: it cancels a job that it could not finish
        `lp` says nothing  the time is up and nobody can tell: LinkLost with every byte counted
proof   none: CUPS calls a job completed when its bytes left the spooler, even without paper (escpos.md 3)
"""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from drivers.link import LinkLost, LinkUnavailable

if TYPE_CHECKING:
    from drivers.link.address import CupsAddress

CUPS_BYTES_PER_SECOND = 10_000.0
ASK_TIMEOUT = 5.0
_NOT_ACCEPTING = "not accepting requests"


class CupsLink:
    """A raw queue of a CUPS server."""

    two_way = False
    bytes_per_second = CUPS_BYTES_PER_SECOND

    def __init__(self, where: CupsAddress, *, ask_timeout: float = ASK_TIMEOUT) -> None:
        self.address = str(where)
        self._queue = where.queue
        self._server = ["-h", where.host] if where.host else []
        self._ask_timeout = ask_timeout
        self._is_open = False

    @property
    def is_open(self) -> bool:
        """Whether CUPS said that the queue takes jobs, and nothing has failed since."""
        return self._is_open

    def open(self) -> None:
        """Make sure that the queue takes jobs, or do nothing when that is known. Raises LinkUnavailable."""
        if self._is_open:
            return
        try:
            answer = _run(["lpstat", *self._server, "-a", self._queue], b"", self._ask_timeout)
        except FileNotFoundError as error:
            raise self._unavailable("lpstat is not installed", "sudo apt install cups-client") from error
        except subprocess.TimeoutExpired as error:
            raise self._unavailable("CUPS does not answer", "check the server: lpstat -r") from error
        if answer.returncode != 0:
            raise self._unavailable(f"CUPS says: {_words(answer)}", "lpstat -e lists the queues there are")
        if _NOT_ACCEPTING in _words(answer):
            raise self._unavailable("the queue takes no jobs", f"sudo cupsaccept {self._queue}")
        self._is_open = True

    def write(self, data: bytes, timeout: float) -> None:
        """Submit the bytes as one job within `timeout` seconds. Raises LinkLost, `written` being none or all."""
        if not self._is_open:
            raise LinkLost("the link is not open", address=self.address)
        try:
            answer = _run(["lp", *self._server, "-d", self._queue, "-o", "raw"], data, timeout)
        except FileNotFoundError as error:
            raise self._lost("lp is not installed", 0, "sudo apt install cups-client") from error
        except subprocess.TimeoutExpired as error:
            raise self._lost("CUPS did not answer in time; the job may print", len(data)) from error
        if answer.returncode < 0:
            raise self._lost("lp was killed; the job may print", len(data))
        if answer.returncode > 0:
            raise self._lost(f"CUPS took nothing: {_words(answer)}", 0)

    def read(self, timeout: float) -> bytes:  # noqa: ARG002  nothing ever comes, there is nothing to wait for
        """Return b'' at once: a queue never answers."""
        return b""

    def close(self) -> None:
        """Forget that the queue was there. Never raises."""
        self._is_open = False

    def _lost(self, what: str, written: int, cure: str = "") -> LinkLost:
        self._is_open = False
        cure = cure or f"lpstat -o {self._queue} lists the jobs that wait"
        return LinkLost(what, address=self.address, cure=cure, written=written)

    def _unavailable(self, what: str, cure: str) -> LinkUnavailable:
        return LinkUnavailable(what, address=self.address, cure=cure)


def _run(command: list[str], data: bytes, timeout: float) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        command,
        input=data,
        capture_output=True,
        timeout=timeout,
        check=False,
        env={**os.environ, "LC_ALL": "C"},  # the words are looked at
    )


def _words(answer: subprocess.CompletedProcess[bytes]) -> str:
    """Return what CUPS said, on one line."""
    said = (answer.stderr + b" " + answer.stdout).decode("utf-8", "replace")
    return " ".join(said.split()) or f"exit status {answer.returncode}"
