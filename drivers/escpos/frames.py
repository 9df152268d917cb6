"""Commands that python-escpos lacks, and the printer's replies; bytes and frozen values, nothing else.

The printer's send channel mixes everything; fixed bits and the position tell replies apart (escpos.md 2.1):

    0xx1xx10                     answer to DLE EOT n
    0xx1xx00  then 3 x 0xx0xxxx  automatic status back (ASB), four bytes
    0xx0xxxx                     answer to a buffered one-byte question (GS r, GS I n)
    11h 13h                      XON, XOFF; may stand inside an ASB set
    37h 3Dh 5Fh ... 00h          block: process id, cleared buffers, identity

A one-byte answer and the bytes 2 to 4 of ASB have the same shape, so a parser must never lose its place.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

INITIALISE = b"\x1b@"
"""ESC @: forget every setting and what stands in the print line."""
CHINESE_MODE_OFF = b"\x1c."
"""FS .: clones with a Chinese font start in a two-byte mode (escpos.md 6.1); python-escpos never sends it."""
COUNTRY_USA = b"\x1bR\x00"
"""ESC R 0: other country sets replace # $ @ [ ] and more."""
FENCE = b"\x1dr\x01"
"""GS r 1: answered with one byte when everything before it has been worked through."""
CUT_FULL = b"\x1dVA\x00"
"""GS V 65 0: feed to the cutter and cut through."""
CUT_PARTIAL = b"\x1dVB\x00"
"""GS V 66 0: feed to the cutter and leave one point; python-escpos' cut() guesses at six lines instead."""

HEADER_FILLER = bytes(7)
"""NULs that complete the header of whatever command an interrupted slip broke off in (GS v 0 has the longest, eight
bytes). Without them the first status question would become its length: 10h as the high byte of a picture's height
makes 4,096 rows of data out of everything that follows. By themselves a printer ignores NULs."""

LONGEST_BLOCK = 255
"""Bytes of a block reply, at most; whatever is longer was no block, and the parser finds its place again."""

PROCESS_ID_BLOCK = b"\x37\x22"

_XON, _XOFF = 0x11, 0x13
_BLOCK_STARTS = frozenset({0x37, 0x3D, 0x5F})


class Question(IntEnum):
    """What DLE EOT n asks for: the parameter n (escpos.md 2.2)."""

    PRINTER = 1
    OFFLINE_CAUSE = 2
    ERROR_CAUSE = 3
    PAPER = 4


class Identity(IntEnum):
    """What GS I n asks for: the parameter n (escpos.md 2.5)."""

    FIRMWARE = 65
    MAKER = 66
    MODEL = 67
    SERIAL_NUMBER = 68


def ask(question: Question) -> bytes:
    """Return DLE EOT n, which is answered at once, even when the printer is offline."""
    return bytes((0x10, 0x04, question))


def ask_identity(identity: Identity) -> bytes:
    """Return GS I n, which waits its turn in the printer's buffer."""
    return bytes((0x1D, 0x49, identity))


def process_id(name: bytes) -> bytes:
    """Return GS ( H fn 48: the printer sends `name` back when what stands before it is done (escpos.md 3)."""
    if len(name) != 4 or not all(0x20 <= byte <= 0x7E for byte in name):
        raise ValueError(f"a process id is four printable characters, not {name!r}")
    return b"\x1d(H\x06\x0000" + name


def process_name(number: int) -> bytes:
    """Return four printable characters that count: each number has its own name, 95 to the fourth of them."""
    digits = []
    for _ in range(4):
        number, digit = divmod(number, 95)
        digits.append(0x20 + digit)
    return bytes(reversed(digits))


@dataclass(frozen=True, slots=True)
class StatusByte:
    """The answer to DLE EOT n; which n, only the order of the questions tells."""

    value: int


@dataclass(frozen=True, slots=True)
class AnswerByte:
    """The answer to a buffered one-byte question."""

    value: int


@dataclass(frozen=True, slots=True)
class AutomaticStatus:
    """A set of four bytes the printer sent by itself."""

    value: bytes


@dataclass(frozen=True, slots=True)
class Block:
    """A reply with a header, without its closing NUL."""

    value: bytes


@dataclass(frozen=True, slots=True)
class FlowControl:
    """XON (`go` true) or XOFF."""

    go: bool


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes that are no reply: to be logged, never interpreted."""

    value: bytes


Reply = StatusByte | AnswerByte | AutomaticStatus | Block | FlowControl | Noise


class ReplyParser:
    """Turns the bytes of one connection into replies, however they are cut up."""

    def __init__(self) -> None:
        self._set = b""
        self._block = b""

    def feed(self, data: bytes) -> tuple[Reply, ...]:
        """Return the replies that are complete with `data`; what is not stays for the next call."""
        return tuple(reply for byte in data for reply in self._next(byte))

    def _next(self, byte: int) -> Iterator[Reply]:
        if self._block:
            return self._in_block(byte)
        if byte in (_XON, _XOFF):
            return iter((FlowControl(byte == _XON),))
        if self._set:
            return self._in_set(byte)
        return self._idle(byte)

    def _idle(self, byte: int) -> Iterator[Reply]:
        if byte & 0b10010011 == 0b00010010:
            yield StatusByte(byte)
        elif byte & 0b10010000 == 0:
            yield AnswerByte(byte)
        elif byte & 0b10010011 == 0b00010000:
            self._set = bytes((byte,))
        elif byte in _BLOCK_STARTS:
            self._block = bytes((byte,))
        else:
            yield Noise(bytes((byte,)))

    def _in_set(self, byte: int) -> Iterator[Reply]:
        if byte & 0b10010000:
            # A byte of the set was lost on the way: what is left of it means nothing.
            lost, self._set = self._set, b""
            yield Noise(lost)
            yield from self._idle(byte)
            return
        self._set += bytes((byte,))
        if len(self._set) == 4:
            complete, self._set = self._set, b""
            yield AutomaticStatus(complete)

    def _in_block(self, byte: int) -> Iterator[Reply]:
        if byte == 0:
            complete, self._block = self._block, b""
            yield Block(complete)
            return
        self._block += bytes((byte,))
        if len(self._block) > LONGEST_BLOCK:
            lost, self._block = self._block, b""
            yield Noise(lost)
