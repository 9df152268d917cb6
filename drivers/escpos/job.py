"""One slip ready to send: whole commands in pieces, and how long printing it may take."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

PIECE_BYTES = 512
"""Commands are handed over in pieces of about this size, so that status questions find a gap between them."""

# A printer acts on these the moment they arrive, even in the middle of a picture (escpos.md 1 and 9).
_REAL_TIME = re.compile(rb"\x10[\x04\x05\x14]")


@dataclass(frozen=True, slots=True)
class Job:
    """The bytes of one slip. Between any two pieces stands a command boundary.

    `opening` sets the printer up and prints nothing; `body` is what is printed and ends with a line feed, so
    that a process id behind it speaks of the print; `tail` opens the drawer and cuts. `lines` counts text lines.

    Raises ValueError when a real-time command stands in the bytes, which no slip has a reason for.
    """

    opening: bytes
    body: tuple[bytes, ...]
    tail: tuple[bytes, ...]
    lines: float

    def __post_init__(self) -> None:
        found = _REAL_TIME.search(b"".join((self.opening, *self.body, *self.tail)))
        if found:
            raise ValueError(f"a real-time command, {found[0].hex(' ')}, stands in the bytes of a slip")

    @property
    def size(self) -> int:
        """Bytes of body and tail."""
        return sum(map(len, (*self.body, *self.tail)))

    def seconds(self, bytes_per_second: float, lines_per_second: float) -> float:
        """Return how long the bytes travel and the lines print, one after the other at worst."""
        return self.size / bytes_per_second + self.lines / lines_per_second


def in_pieces(commands: Iterable[bytes]) -> tuple[bytes, ...]:
    """Join whole commands into pieces of about PIECE_BYTES; a longer command is a piece of its own."""
    pieces: list[bytes] = []
    for command in commands:
        if pieces and len(pieces[-1]) + len(command) <= PIECE_BYTES:
            pieces[-1] += command
        elif command:
            pieces.append(command)
    return tuple(pieces)


def without_real_time(raster: bytes) -> bytes:
    """Return raster bytes in which no real-time command stands: one dot of each is cleared.

    10h is a single dot, so clearing it makes 00h and cannot begin another command.
    """
    return _REAL_TIME.sub(lambda found: b"\x00" + found[0][1:], raster)
