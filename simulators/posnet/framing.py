"""Bytes from a host -> requests, as strictly as posnet.md 4 has it.

    bytes --Framer--> what stands between STX and ETX --read--> Request, or a FrameRefusedError with its number

Bytes outside of frames are ignored, XON and XOFF everywhere; a second STX begins the frame anew.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.posnet.frames import crc16, enclose

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from simulators.posnet.behaviour import Behaviour
    from simulators.posnet.models import Model

UNKNOWN_COMMAND, MISSING_FIELD, CONVERSION, TOKEN, CRC, STRUCTURE = 1, 2, 3, 4, 5, 6
COMMAND_LENGTH, TOKEN_LENGTH, CRC_LENGTH = 7, 8, 9  # firmware before ONLINE
FIELD_LENGTH, BUFFER_FULL, NOT_IMMEDIATE, TOKEN_NOT_FOUND, QUEUE_FULL, NO_CRC = 10, 11, 12, 13, 14, 15

_STX, _ETX = 0x02, 0x03
_FLOW_CONTROL = b"\x11\x13"
_MNEMONIC = re.compile(rb"!?[A-Za-z][A-Za-z0-9]*")
_TOKEN = re.compile(rb"@[0-9]{4}")
_CRC = re.compile(rb"[0-9A-F]{4}")
_SMALL_CRC = re.compile(rb"[0-9A-Fa-f]{4}")
_SHORT_CRC = re.compile(rb"[0-9A-F]{1,4}")
_LENIENT_CRC = re.compile(rb"[0-9A-Fa-f]{1,4}")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_LINED = frozenset({"tx", "ln", "s1"})
_LONGEST_MNEMONIC = 32


@dataclass(frozen=True, slots=True)
class Request:
    """A command as it came: `fields` in the bytes of the code page, `repeated` the ids that came twice."""

    mnemonic: str
    fields: Mapping[str, bytes] = field(default_factory=dict)
    token: str = ""
    immediate: bool = False
    repeated: tuple[str, ...] = ()


class FrameRefusedError(Exception):
    """A frame that cannot be a command; `code` is the number of an ERR answer (posnet.md 15.1)."""

    def __init__(self, code: int, *, token: str = "", command: str = "", name: str = "") -> None:
        super().__init__(f"ERR {code} {command} {name}".rstrip())
        self.code = code
        self.token = token
        self.command = command
        self.name = name


class Framer:
    """Cuts a stream into what stands between STX and ETX; None stands for a frame that was too long."""

    def __init__(self) -> None:
        self._open: bytearray | None = None

    def feed(self, data: bytes, longest: int) -> Iterator[bytes | None]:
        """Yield each frame that is complete with `data`; the rest stays for the next call."""
        for byte in data.translate(None, _FLOW_CONTROL):
            if byte == _STX:
                self._open = bytearray()
            elif self._open is None:
                continue
            elif byte == _ETX:
                inside, self._open = bytes(self._open), None
                yield inside
            elif len(self._open) >= longest:
                self._open = None
                yield None
            else:
                self._open.append(byte)


def name_of(inside: bytes) -> str:
    """Return the mnemonic a frame seems to have, without `!`; it decides which fault meets the frame."""
    return inside.partition(b"\t")[0].decode("latin-1").removeprefix("!")


def read(inside: bytes, behaviour: Behaviour, model: Model) -> Request:
    """Return the request of a frame. Raises FrameRefusedError."""
    payload, mark, digits = inside.rpartition(b"#")
    if not mark:
        raise FrameRefusedError(NO_CRC)
    _check_crc(payload, digits, behaviour, model)
    if not payload.endswith(b"\t"):
        raise FrameRefusedError(STRUCTURE)
    first, *pieces = payload[:-1].split(b"\t")
    token = _token(pieces, model)
    if not _MNEMONIC.fullmatch(first):
        raise FrameRefusedError(UNKNOWN_COMMAND, token=token)
    if model.old and len(first) > _LONGEST_MNEMONIC:
        raise FrameRefusedError(COMMAND_LENGTH, token=token)
    mnemonic = first.decode("ascii").removeprefix("!")
    fields, repeated = _fields(pieces, token, mnemonic)
    return Request(mnemonic, fields, token, first.startswith(b"!"), repeated)


def answer(pieces: Sequence[bytes]) -> bytes:
    """Return the frame of an answer: mnemonic, token, fields."""
    return enclose(b"".join(piece + b"\t" for piece in pieces if piece))


def _check_crc(payload: bytes, digits: bytes, behaviour: Behaviour, model: Model) -> None:
    if behaviour.short_crc:
        form = _LENIENT_CRC if behaviour.small_crc else _SHORT_CRC
    else:
        form = _SMALL_CRC if behaviour.small_crc else _CRC
    if model.old and len(digits) != 4 and not behaviour.short_crc:
        raise FrameRefusedError(CRC_LENGTH)
    if not form.fullmatch(digits) or int(digits, 16) != crc16(payload):
        raise FrameRefusedError(CRC)


def _token(pieces: list[bytes], model: Model) -> str:
    found = [piece for piece in pieces if piece.startswith(b"@")]
    if not found:
        return ""
    if model.old and len(found[0]) != 5:
        raise FrameRefusedError(TOKEN_LENGTH)
    if len(found) > 1 or not _TOKEN.fullmatch(found[0]):
        raise FrameRefusedError(TOKEN)
    return found[0][1:].decode("ascii")


def _fields(pieces: list[bytes], token: str, mnemonic: str) -> tuple[dict[str, bytes], tuple[str, ...]]:
    fields: dict[str, bytes] = {}
    repeated: list[str] = []
    for piece in pieces:
        if piece.startswith(b"@"):
            continue
        if len(piece) < 2:
            raise FrameRefusedError(STRUCTURE, token=token, command=mnemonic)
        name, value = piece[:2].decode("latin-1"), piece[2:]
        if name in fields:
            repeated.append(name)
        if _CONTROL.search(value.replace(b"\n", b"") if name in _LINED else value):
            raise FrameRefusedError(CONVERSION, token=token, command=mnemonic, name=name)
        fields[name] = value
    return fields, tuple(repeated)
