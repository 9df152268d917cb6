"""Bytes into buffered commands, one at a time, in the order they arrived.

    ESC ! n          fixed      the table says how many parameters follow
    GS v 0 m x y ..  counted    the header says how many data bytes follow
    ESC D .. NUL     ended      a NUL ends it
    DLE EOT n        real-time  acted on when it arrived (`realtime`); here it is only stepped over

The reader takes bytes out of the receive buffer only as the current command needs them, and keeps a half-received
command until the rest comes, whoever sends it: the next job's first bytes become the old command's data.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

DLE, ESC, FS, GS = 0x10, 0x1B, 0x1C, 0x1D
TEXT = "text"
UNKNOWN = "unknown"
_TEXT_RUN = re.compile(rb"[\x20-\xff]{1,256}")

# Name and number of parameter bytes. Page mode is not simulated, so its commands are missing on purpose.
_FIXED = MappingProxyType(
    {
        b"\x1b ": ("ESC SP", 1),
        b"\x1b!": ("ESC !", 1),
        b"\x1b$": ("ESC $", 2),
        b"\x1b%": ("ESC %", 1),
        b"\x1b+": ("ESC +", 1),
        b"\x1b-": ("ESC -", 1),
        b"\x1b2": ("ESC 2", 0),
        b"\x1b3": ("ESC 3", 1),
        b"\x1b=": ("ESC =", 1),
        b"\x1b?": ("ESC ?", 1),
        b"\x1b@": ("ESC @", 0),
        b"\x1bA": ("ESC A", 1),
        b"\x1bB": ("ESC B", 2),
        b"\x1bE": ("ESC E", 1),
        b"\x1bG": ("ESC G", 1),
        b"\x1bJ": ("ESC J", 1),
        b"\x1bK": ("ESC K", 1),
        b"\x1bM": ("ESC M", 1),
        b"\x1bR": ("ESC R", 1),
        b"\x1bU": ("ESC U", 1),
        b"\x1b\\": ("ESC \\", 2),
        b"\x1ba": ("ESC a", 1),
        b"\x1bc": ("ESC c", 2),
        b"\x1bd": ("ESC d", 1),
        b"\x1bi": ("ESC i", 0),
        b"\x1bm": ("ESC m", 0),
        b"\x1bp": ("ESC p", 3),
        b"\x1br": ("ESC r", 1),
        b"\x1bt": ("ESC t", 1),
        b"\x1bu": ("ESC u", 1),
        b"\x1bv": ("ESC v", 0),
        b"\x1b{": ("ESC {", 1),
        b"\x1c&": ("FS &", 0),
        b"\x1c.": ("FS .", 0),
        b"\x1d!": ("GS !", 1),
        b"\x1dB": ("GS B", 1),
        b"\x1dH": ("GS H", 1),
        b"\x1dI": ("GS I", 1),
        b"\x1dL": ("GS L", 2),
        b"\x1dP": ("GS P", 2),
        b"\x1dW": ("GS W", 2),
        b"\x1da": ("GS a", 1),
        b"\x1db": ("GS b", 1),
        b"\x1df": ("GS f", 1),
        b"\x1dh": ("GS h", 1),
        b"\x1dr": ("GS r", 1),
        b"\x1dw": ("GS w", 1),
        b"\x1d|": ("GS |", 1),
    }
)
_CONTROLS = MappingProxyType(
    {
        0x00: "NUL",
        0x07: "BEL",
        0x09: "HT",
        0x0A: "LF",
        0x0B: "VT",
        0x0C: "FF",
        0x0D: "CR",
        0x18: "CAN",
    }
)
_REAL_TIME_LENGTHS = MappingProxyType({1: 5, 2: 5, 3: 8, 7: 4, 8: 10})


@dataclass(frozen=True, slots=True)
class Command:
    """One buffered command: its name in the manuals (`GS ( k`), its parameters and data, and all its bytes."""

    name: str
    data: bytes
    raw: bytes

    def __str__(self) -> str:
        shown = self.raw[:16].hex(" ")
        return f"{self.name} [{shown}{' ..' if len(self.raw) > 16 else ''}]"


def digit(byte: int) -> int:
    """Return a parameter that may be sent as number or as ASCII figure: 1 and '1' are both 1."""
    return byte - 48 if 48 <= byte <= 57 else byte


class CommandReader:
    """Cuts the receive buffer into commands.

    `process_ids` off makes a printer that has never heard of `GS ( H`: it drops the two bytes before the H and
    prints the rest, "H00...." (escpos.md 3).
    """

    def __init__(self) -> None:
        self.process_ids = True
        self._part = bytearray()

    @property
    def in_command(self) -> bool:
        """Whether a command has begun and its rest is missing."""
        return bool(self._part)

    def take(self, buffer: bytearray) -> Command | None:
        """Remove and return the next whole command, or None when more bytes are needed."""
        if not self._part and (run := _TEXT_RUN.match(buffer)):
            text = run.group()
            del buffer[: len(text)]
            return Command(TEXT, text, text)
        while missing := max(0, _total(self._part) - len(self._part)):
            if not buffer:
                return None
            self._part += buffer[:missing]
            del buffer[:missing]
            if self._part == b"\x1d(H" and not self.process_ids:
                buffer[:0] = b"H"
                del self._part[2:]
                break
        return self._whole()

    def _whole(self) -> Command:
        raw = bytes(self._part)
        self._part.clear()
        name = _name(raw)
        return Command(name, raw[_header_of(name) :], raw)


def _name(raw: bytes) -> str:
    if len(raw) == 1:
        return _CONTROLS.get(raw[0], UNKNOWN)
    key = raw[:2]
    if key in _FIXED:
        return _FIXED[key][0]
    if key not in _VARIABLE or raw == b"\x1d(":
        return UNKNOWN
    name = _VARIABLE[key][0]
    return f"{name} {chr(raw[2])}" if name in {"GS (", "FS (", "GS 8"} else name


def _header_of(name: str) -> int:
    """Return how many bytes stand before the data: prefix, and the length bytes of the extended families."""
    if name.startswith(("GS (", "FS (")):
        return 5
    return 7 if name.startswith("GS 8") else 2


def _total(part: bytearray) -> int:
    """Return how long the command is as far as its bytes tell; ask again once that many are there."""
    if not part or part[0] not in {DLE, ESC, FS, GS}:
        return 1
    if len(part) == 1:
        return 2
    key = bytes(part[:2])
    if key in _FIXED:
        return 2 + _FIXED[key][1]
    return _VARIABLE[key][1](part) if key in _VARIABLE else 2


def _counted(part: bytearray, at: int, size: int, factor: int = 1) -> int:
    """Return the length of a command whose little-endian count of data units stands at `at`, `size` bytes wide."""
    if len(part) < at + size:
        return at + size
    return at + size + factor * int.from_bytes(part[at : at + size], "little")


def _bit_image(part: bytearray) -> int:
    """ESC * m nL nH data: one byte a column with 8 dots, three with 24."""
    return 5 if len(part) < 5 else _counted(part, 3, 2, 3 if part[2] in {32, 33} else 1)


def _tab_stops(part: bytearray) -> int:
    """ESC D n1 .. NUL: at most 32 stops, so the 33rd byte ends it even without a NUL."""
    ended = len(part) > 2 and part[-1] == 0
    return len(part) if ended or len(part) == 2 + 33 else len(part) + 1


def _user_characters(part: bytearray) -> int:
    """ESC & y c1 c2 [x data]: for each character its width x and x * y bytes."""
    total = 5
    if len(part) < total:
        return total
    for _ in range(part[3], part[4] + 1):
        if len(part) <= total:
            return total + 1
        total += 1 + part[total] * part[2]
    return total


def _cut(part: bytearray) -> int:
    """GS V m [n]: the forms that feed carry n."""
    if len(part) < 3:
        return 3
    return 4 if part[2] in {65, 66, 97, 98, 103, 104} else 3


def _barcode(part: bytearray) -> int:
    """GS k m: form A (m up to 6) ends with NUL, form B (65 up) carries a length."""
    if len(part) < 3:
        return 3
    if part[2] <= 6:
        ended = len(part) > 3 and part[-1] == 0
        return len(part) if ended else len(part) + 1
    return _counted(part, 3, 1) if 65 <= part[2] <= 79 else 3


def _raster(part: bytearray) -> int:
    """GS v 0 m xL xH yL yH data: x bytes a row, y rows."""
    if len(part) < 3 or part[2] != 0x30:
        return 3
    if len(part) < 8:
        return 8
    return 8 + int.from_bytes(part[4:6], "little") * int.from_bytes(part[6:8], "little")


def _extended(part: bytearray) -> int:
    """GS ( x pL pH data."""
    return _counted(part, 3, 2) if len(part) >= 3 else 3


def _long_graphics(part: bytearray) -> int:
    """GS 8 L p1 p2 p3 p4 data."""
    return _counted(part, 3, 4) if len(part) >= 3 else 3


def _counters(part: bytearray) -> int:
    """GS g 0 m nL nH and GS g 2 m nL nH."""
    return 6 if len(part) > 2 and part[2] in {0x30, 0x32} else 3


def _status_request(_part: bytearray) -> int:
    """DLE EOT n and DLE ENQ n."""
    return 3


def _real_time_function(part: bytearray) -> int:
    """DLE DC4 fn ..."""
    return 3 if len(part) < 3 else _REAL_TIME_LENGTHS.get(part[2], 3)


_VARIABLE: MappingProxyType[bytes, tuple[str, Callable[[bytearray], int]]] = MappingProxyType(
    {
        b"\x10\x04": ("DLE EOT", _status_request),
        b"\x10\x05": ("DLE ENQ", _status_request),
        b"\x10\x14": ("DLE DC4", _real_time_function),
        b"\x1b&": ("ESC &", _user_characters),
        b"\x1b*": ("ESC *", _bit_image),
        b"\x1bD": ("ESC D", _tab_stops),
        b"\x1c(": ("FS (", _extended),
        b"\x1d(": ("GS (", _extended),
        b"\x1d8": ("GS 8", _long_graphics),
        b"\x1dV": ("GS V", _cut),
        b"\x1dg": ("GS g", _counters),
        b"\x1dk": ("GS k", _barcode),
        b"\x1dv": ("GS v 0", _raster),
    }
)
