"""One direction of a wire with faults, as pure arithmetic: bytes go in, pieces come out when they are due.

    entered ──> lost? corrupted? doubled? ──> the line (bytes a second) ──> delay ──> due pieces
                                          └─> cut: nothing that entered later comes out

Chance is seeded and drawn byte by byte, so the same bytes meet the same fate however they were cut into
pieces. Positions count the bytes that entered since the faults were set, from 0; each is met once, whatever
connections come and go, so a cut at byte n happens once and the next connection is whole.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from random import Random

_BUFFER = 4096  # bytes a lane without a rate holds
_AHEAD = 0.25  # seconds of line time a lane holds, so that a late thread does not slow the line
_LONE_BYTES_PER_SECOND = 1000.0  # the pace of single bytes, or the reader would see them together again


class Cut(StrEnum):
    """How the driver sees the end of a cut connection: a reset, or a proper end."""

    RESET = "reset"
    END = "end"


@dataclass(frozen=True, slots=True)
class Faults:
    """What one direction does to the bytes; the default is a perfect wire.

    `loss`, `corruption` and `duplication` are chances a byte between 0 and 1; `lost`, `corrupted` and
    `duplicated` name positions. `delay` is in seconds. A stuck lane takes nothing and lets nothing out: what
    waits in it comes out when it is freed. `echo` sends a copy of what enters back the other way.
    """

    one_byte: bool = False
    delay: float = 0.0
    bytes_per_second: float | None = None
    loss: float = 0.0
    corruption: float = 0.0
    duplication: float = 0.0
    lost: frozenset[int] = frozenset()
    corrupted: frozenset[int] = frozenset()
    duplicated: frozenset[int] = frozenset()
    cut_after: int | None = None
    cut: Cut = Cut.RESET
    stuck: bool = False
    echo: bool = False

    @property
    def pace(self) -> float | None:
        """The bytes a second the line carries, None when it takes no time."""
        return self.bytes_per_second or (_LONE_BYTES_PER_SECOND if self.one_byte else None)


@dataclass(slots=True)
class _Piece:
    due: float
    data: bytearray | Cut


class Lane:
    """One direction: takes bytes, counts them, and gives them out as its faults allow."""

    def __init__(self, random: Random) -> None:
        self.entered = 0
        self.carried = 0
        self._random = random
        self._faults = Faults()
        self._position = 0
        self._armed = False
        self._pieces: deque[_Piece] = deque()
        self._held = 0
        self._line_free = float("-inf")

    @property
    def faults(self) -> Faults:
        """What goes wrong now."""
        return self._faults

    @faults.setter
    def faults(self, faults: Faults) -> None:
        self._faults = faults
        self._position = 0
        self._armed = faults.cut_after is not None

    @property
    def room(self) -> int:
        """The bytes it would take now; none when it is stuck or about to be cut."""
        if self._faults.stuck or (self._pieces and isinstance(self._pieces[-1].data, Cut)):
            return 0
        pace = self._faults.pace
        size = _BUFFER if pace is None else max(1, int(pace * (_AHEAD + self._faults.delay)))
        return max(0, size - self._held)

    @property
    def empty(self) -> bool:
        """Whether nothing is on its way."""
        return not self._pieces

    @property
    def next_due(self) -> float | None:
        """When the next piece comes out, None when none will."""
        return self._pieces[0].due if self._pieces and not self._faults.stuck else None

    def take(self, data: bytes, now: float) -> None:
        """Let bytes enter at this moment."""
        if self._armed and self._faults.cut_after == 0:
            self._cut(now)
            return
        for byte in data:
            self.entered += 1
            self._put(self._fate(byte), now)
            self._position += 1
            if self._armed and self._position == self._faults.cut_after:
                self._cut(now)
                return

    def give(self, now: float) -> bytes | Cut | None:
        """Return what is due: all bytes together, or one where bytes travel alone; None when nothing is."""
        data = bytearray()
        while (due := self.next_due) is not None and due <= now:
            piece = self._pieces[0].data
            if isinstance(piece, Cut):
                break
            data += piece
            self._held -= len(piece)
            self._pieces.popleft()
            if self._faults.one_byte:
                break
        return bytes(data) or self._due_cut(now)

    def clear(self) -> None:
        """Lose what is on its way, as an unplugged cable does."""
        self._pieces.clear()
        self._held = 0
        self._line_free = float("-inf")

    def _fate(self, byte: int) -> bytes:
        faults = self._faults
        if self._position in faults.lost or self._happens(faults.loss):
            return b""
        if self._position in faults.corrupted or self._happens(faults.corruption):
            byte ^= 1 << self._random.randrange(8)
        twice = self._position in faults.duplicated or self._happens(faults.duplication)
        return bytes([byte, byte]) if twice else bytes([byte])

    def _happens(self, chance: float) -> bool:
        return chance > 0 and self._random.random() < chance

    def _put(self, data: bytes, now: float) -> None:
        pace = self._faults.pace
        for byte in data:
            self._line_free = max(self._line_free, now) + (1 / pace if pace else 0)
            self._piece_due(self._line_free + self._faults.delay).append(byte)
            self._held += 1

    def _piece_due(self, due: float) -> bytearray:
        """Return the piece that comes out at that moment, a new one unless the last will do."""
        last = self._pieces[-1] if self._pieces else None
        if (
            last is not None
            and last.due == due
            and not isinstance(last.data, Cut)
            and not self._faults.one_byte
        ):
            return last.data
        data = bytearray()
        self._pieces.append(_Piece(due, data))
        return data

    def _cut(self, now: float) -> None:
        self._armed = False
        self._pieces.append(_Piece(self._pieces[-1].due if self._pieces else now, self._faults.cut))

    def _due_cut(self, now: float) -> Cut | None:
        due = self.next_due
        if due is None or due > now:
            return None
        cut = self._pieces[0].data
        if not isinstance(cut, Cut):
            return None
        self._pieces.popleft()
        return cut
