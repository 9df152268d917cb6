"""The three code pages of a host interface: what a byte prints (posnet.md 3).

In ISO 8859-2 and Mazovia nothing above 7Fh prints but Polish letters and pieces of lines; all other bytes become
spaces. Windows-1250 prints everything.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

WINDOWS_1250, ISO_8859_2, MAZOVIA = 0, 1, 2
NAMES = MappingProxyType({WINDOWS_1250: "Windows-1250", ISO_8859_2: "ISO 8859-2", MAZOVIA: "Mazovia"})

_POLISH = "ĄĆĘŁŃÓŚŹŻąćęłńóśźż"
_MAZOVIA_BYTES = bytes.fromhex("8F95909CA5A398A0A1868D9192A4A29EA6A7")
_LINES = "└┘┌┐┴┬├┤│─┼"
_LINE_BYTES = MappingProxyType(
    {
        WINDOWS_1250: bytes.fromhex("81889098A0A4A8ADB2B4B8"),
        ISO_8859_2: bytes(range(0x81, 0x8C)),
        MAZOVIA: bytes.fromhex("C8BCC9BBCACBCCB9BACDCE"),
    }
)
_CODECS = MappingProxyType({WINDOWS_1250: "cp1250", ISO_8859_2: "iso8859-2"})
_SKIPPED = re.compile(r"[^\w,.\\/%]|_")


def decode(data: bytes, page: int) -> str:
    """Return what the bytes print in a code page."""
    table = _TABLES[page]
    return "".join(table[byte] for byte in data)


def encode(text: str, page: int) -> bytes:
    """Return the bytes of what this printer says itself; what the page lacks becomes a question mark."""
    table = _TABLES[page]
    return bytes(table.index(character) if character in table else ord("?") for character in text)


def essence(name: str) -> str:
    """Return what the goods database sees of a name: letters without their case, digits, comma, point, slashes, %."""
    return _SKIPPED.sub("", name).upper()


def _table(page: int) -> str:
    plain = "".join(chr(code) for code in range(0x80))
    high = [_high(code, page) for code in range(0x80, 0x100)]
    for byte, line in zip(_LINE_BYTES[page], _LINES, strict=True):
        high[byte - 0x80] = line
    return plain + "".join(high)


def _high(code: int, page: int) -> str:
    if page == MAZOVIA:
        place = _MAZOVIA_BYTES.find(code)
        return _POLISH[place] if place >= 0 else " "
    character = bytes([code]).decode(_CODECS[page], "replace")
    if page == ISO_8859_2:
        return character if character in _POLISH else " "
    return character if character.isprintable() else " "


_TABLES: Mapping[int, str] = MappingProxyType({page: _table(page) for page in NAMES})
