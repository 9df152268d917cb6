"""Commands and answers of the POSNET protocol: bytes and frozen values, nothing else (posnet.md 4 and 5).

    frame    = STX mnemonic TAB *( field TAB ) "#" crc ETX
    mnemonic = ["!"] letters               "!" = run at once, past the queue
    field    = two characters of id, value | "@" four digits of token

    a command is answered by     mnemonic [@token] [fields]       Answer: it was executed
                                 mnemonic [@token] ?number        CommandError: understood and refused
                                 ERR [@token] ?number [cm] [fd]   FrameError: not acceptable, nothing was executed

The CRC has four capital hexadecimal digits and covers every byte between STX and the last "#". Values are bytes in
the printer's code page (`drivers.posnet.text`); nothing in the protocol escapes a TAB, STX or ETX, so a value with a
control byte is refused here whatever the caller did. Both ends of a conversation are spoken: a host reads answers,
a simulated printer reads commands.
"""

from __future__ import annotations

import binascii
import re
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Fields = tuple[tuple[str, bytes], ...]
"""Pairs of a two-character id and its value, in the order in which they stand in the frame."""

LONGEST_FRAME = 8192
"""Bytes between STX and ETX, at most. The longest field of all has 4,000 (a 2D code); what is longer is noise."""

HIGHEST_TOKEN = 9999

LINED_FIELDS = frozenset({"tx", "ln", "s1"})
"""Ids of the fields in which 0Ah may stand, between lines (posnet.md 3); no other control byte, and nowhere else."""

_STX, _ETX = 0x02, 0x03
_FLOW_CONTROL = bytes((0x11, 0x13))
_MNEMONIC = re.compile(rb"!?[A-Za-z][A-Za-z0-9]*")
_ID = re.compile(r"[A-Za-z][A-Za-z0-9]")
_TOKEN = re.compile(rb"@([0-9]{1,4})")
_NUMBER = re.compile(rb"[0-9]{1,5}")
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
_EDGE = re.compile(rb"[\x02\x03]")
_CRC = re.compile(rb"[0-9A-Fa-f]{1,4}")
_STRICT_CRC = re.compile(rb"[0-9A-F]{4}")
# The specification shows an ERR frame without "#" and CRC (posnet.md 4.4, rule 6). Without a CRC only this exact
# form is believed: no other answer can be taken for it by the loss of a byte or two.
_BARE_ERROR = re.compile(rb"ERR\t(@[0-9]{4}\t)?(\?|er)[0-9]{1,2}(\tcm[A-Za-z0-9!]*)?(\tfd[A-Za-z0-9]{2})?\t?")


class FrameFault(IntEnum):
    """What is wrong with a frame; the number is the one a printer gives in its ERR frame (posnet.md 15.1)."""

    TOKEN = 4
    CRC = 5
    STRUCTURE = 6
    NO_CRC = 15


class UnreadableFrameError(ValueError):
    """A frame that breaks the grammar. `fault` tells how."""

    def __init__(self, fault: FrameFault, what: str) -> None:
        super().__init__(what)
        self.fault = fault


def crc16(data: bytes) -> int:
    """Return the CRC of the bytes between STX and "#": polynomial 1021h, start value 0000h (posnet.md 4.2)."""
    return binascii.crc_hqx(data, 0)


def enclose(payload: bytes) -> bytes:
    """Return `payload` between STX and ETX with its CRC; what the payload says is not looked at."""
    return b"\x02%b#%04X\x03" % (payload, crc16(payload))


@dataclass(frozen=True, slots=True)
class Frame:
    """A command. `token` is 0 to 9999 or None; the printer repeats it in its answer."""

    mnemonic: str
    fields: Fields = ()
    token: int | None = None

    def get(self, name: str) -> bytes | None:
        """Return the value of the first field of that id, None when there is none."""
        return _value(self.fields, name)

    def encode(self) -> bytes:
        """Return the bytes to send. Raises ValueError for whatever would break the frame."""
        return enclose(_join(self.mnemonic, self.token, None, self.fields))


@dataclass(frozen=True, slots=True)
class Answer:
    """The command of that mnemonic and token was executed."""

    mnemonic: str
    fields: Fields = ()
    token: int | None = None

    def get(self, name: str) -> bytes | None:
        """Return the value of the first field of that id, None when there is none."""
        return _value(self.fields, name)

    def encode(self) -> bytes:
        """Return the answer as a printer sends it."""
        return enclose(_join(self.mnemonic, self.token, None, self.fields))


@dataclass(frozen=True, slots=True)
class CommandError:
    """The command was understood and refused or failed, with a number of posnet.md 15.2."""

    mnemonic: str
    code: int
    token: int | None = None

    def encode(self) -> bytes:
        """Return the answer as a printer sends it."""
        return enclose(_join(self.mnemonic, self.token, self.code, ()))


@dataclass(frozen=True, slots=True)
class FrameError:
    """A frame was not acceptable and nothing was executed; the number is one of posnet.md 15.1.

    `command` and `field` tell what was wrong, where the printer says so. `checked` is false for the form without
    a CRC.
    """

    code: int
    token: int | None = None
    command: str = ""
    field: str = ""
    checked: bool = True

    def encode(self) -> bytes:
        """Return the answer as a printer sends it, with its CRC."""
        named = (("cm", self.command.encode("latin-1")), ("fd", self.field.encode("latin-1")))
        return enclose(_join("ERR", self.token, self.code, tuple(pair for pair in named if pair[1])))


@dataclass(frozen=True, slots=True)
class Damaged:
    """Something between STX and ETX that is no answer: to be logged, and the answer counts as lost."""

    data: bytes
    fault: FrameFault


@dataclass(frozen=True, slots=True)
class Noise:
    """Bytes outside of frames, or the beginning of a frame that never ended: to be logged, never interpreted."""

    data: bytes


Reply = Answer | CommandError | FrameError
"""What a printer says to a command."""


def matches(command: Frame, reply: Reply) -> bool:
    """Whether `reply` belongs to `command`; what does not is late, or meant for somebody else (posnet.md 4.4).

    Tokens are compared as numbers. The "!" of a command may be missing in its answer. A printer that could not
    read a frame may not know its token, so an ERR frame without one belongs to the command in flight.
    """
    if isinstance(reply, FrameError):
        same_command = not reply.command or _bare(reply.command) == _bare(command.mnemonic)
        return same_command and reply.token in (None, command.token)
    return _bare(reply.mnemonic) == _bare(command.mnemonic) and reply.token == command.token


def _bare(mnemonic: str) -> str:
    return mnemonic.removeprefix("!")


def read_command(payload: bytes) -> Frame:
    """Return the command between STX and "#", as strictly as a printer would. Raises UnreadableFrameError."""
    if not payload.endswith(b"\t"):
        raise UnreadableFrameError(FrameFault.STRUCTURE, "no TAB before the CRC")
    first, *pieces = payload[:-1].split(b"\t")
    token, rest = _tokens(pieces)
    fields = tuple(_pair(piece) for piece in rest)
    for field, value in fields:
        if not _ID.fullmatch(field):
            raise UnreadableFrameError(FrameFault.STRUCTURE, "a field without an id")
        if _has_control(field, value):
            raise UnreadableFrameError(FrameFault.STRUCTURE, "a control byte in a field")
    return Frame(_mnemonic(first), fields, token)


def read_answer(payload: bytes, *, checked: bool = True) -> Reply:
    """Return what a printer said, in any of the forms its generations use. Raises UnreadableFrameError.

    Pieces too short to be a field are passed over: the CRC was right, so some firmware means them.
    """
    first, *pieces = payload.removesuffix(b"\t").split(b"\t")
    token, rest = _tokens(pieces)
    mnemonic = _mnemonic(first)
    code, rest = _error_number(rest, mnemonic)
    fields = tuple(_pair(piece) for piece in rest if len(piece) >= 2)
    if mnemonic == "ERR":
        return _frame_error(code, token, fields, checked=checked)
    if code is not None:
        return CommandError(mnemonic, code, token)
    return Answer(mnemonic, fields, token)


def _frame_error(code: int | None, token: int | None, fields: Fields, *, checked: bool) -> FrameError:
    if code is None:
        raise UnreadableFrameError(FrameFault.STRUCTURE, "an ERR frame without a number")
    command = (_value(fields, "cm") or b"").decode("latin-1")
    field = (_value(fields, "fd") or b"").decode("latin-1")
    return FrameError(code, token, command, field, checked)


def _error_number(pieces: list[bytes], mnemonic: str) -> tuple[int | None, list[bytes]]:
    """Return the error number among the pieces, and the others. `er13` stands for `?13` in an ERR frame."""
    for index, piece in enumerate(pieces):
        if piece.startswith(b"?"):
            number = piece[1:]
        elif mnemonic == "ERR" and piece.startswith(b"er"):
            number = piece[2:]
        else:
            continue
        if not _NUMBER.fullmatch(number):
            raise UnreadableFrameError(FrameFault.STRUCTURE, "an error without a number")
        return int(number), pieces[:index] + pieces[index + 1 :]
    return None, pieces


def _mnemonic(piece: bytes) -> str:
    if not _MNEMONIC.fullmatch(piece):
        raise UnreadableFrameError(FrameFault.STRUCTURE, "no mnemonic")
    return piece.decode("ascii")


def _tokens(pieces: list[bytes]) -> tuple[int | None, list[bytes]]:
    """Return the token among the pieces, and the others."""
    found = [piece for piece in pieces if piece.startswith(b"@")]
    if not found:
        return None, pieces
    match = _TOKEN.fullmatch(found[0])
    if match is None or len(found) > 1:
        raise UnreadableFrameError(FrameFault.TOKEN, "a wrong token")
    return int(match[1]), [piece for piece in pieces if not piece.startswith(b"@")]


def _pair(piece: bytes) -> tuple[str, bytes]:
    return piece[:2].decode("latin-1"), piece[2:]


def _has_control(field: str, value: bytes) -> bool:
    return bool(_CONTROL.search(value.replace(b"\n", b"") if field in LINED_FIELDS else value))


def _value(fields: Fields, name: str) -> bytes | None:
    return next((value for field, value in fields if field == name), None)


def _join(mnemonic: str, token: int | None, code: int | None, fields: Fields) -> bytes:
    name = mnemonic.encode("ascii")
    if not _MNEMONIC.fullmatch(name):
        raise ValueError(f"{mnemonic!r} is not a mnemonic")
    pieces = [name]
    if token is not None:
        pieces.append(_token_piece(token))
    if code is not None:
        pieces.append(b"?%d" % code)
    pieces.extend(_field_piece(field, value) for field, value in fields)
    return b"".join(piece + b"\t" for piece in pieces)


def _token_piece(token: int) -> bytes:
    if not 0 <= token <= HIGHEST_TOKEN:
        raise ValueError(f"a token is a number from 0 to {HIGHEST_TOKEN}, not {token}")
    return b"@%04d" % token


def _field_piece(field: str, value: bytes) -> bytes:
    if not _ID.fullmatch(field):
        raise ValueError(f"{field!r} is not the id of a field")
    if _has_control(field, value):
        raise ValueError(f"field {field}: a control byte must not reach a printer: {value!r}")
    return field.encode("ascii") + value


Read = TypeVar("Read")


class FrameParser(Generic[Read]):
    """Turns the bytes of one connection into frames, however they are cut up, and finds its place again after noise.

    `read` is `read_answer` for a host and `read_command` for a simulated printer. `strict` wants the CRC as four
    capital digits; otherwise small letters and missing leading zeros are taken too.
    """

    def __init__(self, read: Callable[[bytes], Read], *, strict: bool = False) -> None:
        self._read = read
        self._crc = _STRICT_CRC if strict else _CRC
        self._bare_errors = not strict
        self._open: bytearray | None = None

    @property
    def in_frame(self) -> bool:
        """Whether a frame has begun and not yet ended."""
        return self._open is not None

    def feed(self, data: bytes) -> tuple[Read | FrameError | Damaged | Noise, ...]:
        """Return the frames that are complete with `data`; what is not stays for the next call."""
        return tuple(self._parts(data.translate(None, _FLOW_CONTROL)))

    def _parts(self, data: bytes) -> Iterator[Read | FrameError | Damaged | Noise]:
        position = 0
        while position < len(data):
            if self._open is None:
                start = data.find(_STX, position)
                end = len(data) if start < 0 else start
                if end > position:
                    yield Noise(data[position:end])
                position = end + 1
                self._open = None if start < 0 else bytearray()
            else:
                position, part = self._continue(self._open, data, position)
                if part is not None:
                    yield part

    def _continue(
        self, begun: bytearray, data: bytes, position: int
    ) -> tuple[int, Read | FrameError | Damaged | Noise | None]:
        """Add to the open frame up to ETX, or to a second STX, which begins another one."""
        room = LONGEST_FRAME - len(begun)
        edge = _EDGE.search(data, position)
        end = edge.start() if edge else len(data)
        begun += data[position : min(end, position + room)]
        if end - position > room:
            self._open = None
            return position + room, Noise(b"\x02" + bytes(begun))
        if end == len(data):
            return end, None
        if data[end] == _STX:
            self._open = bytearray()
            return end + 1, Noise(b"\x02" + bytes(begun))
        self._open = None
        return end + 1, self._complete(bytes(begun))

    def _complete(self, inside: bytes) -> Read | FrameError | Damaged:
        payload, mark, digits = inside.rpartition(b"#")
        if not mark and self._bare_errors and _BARE_ERROR.fullmatch(inside):
            return _bare_error(inside)
        if not mark or not digits:
            return Damaged(inside, FrameFault.NO_CRC)
        if not self._crc.fullmatch(digits) or int(digits, 16) != crc16(payload):
            return Damaged(inside, FrameFault.CRC)
        try:
            return self._read(payload)
        except UnreadableFrameError as error:
            return Damaged(inside, error.fault)


def _bare_error(inside: bytes) -> FrameError:
    error = read_answer(inside, checked=False)
    if not isinstance(error, FrameError):
        raise TypeError(f"not an ERR frame: {inside!r}")
    return error
