"""QR codes and barcodes as modules: what is black.

The libraries are imported at the first symbol: they cost a hundredth of a second each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

Modules = tuple[tuple[bool, ...], ...]

# Kinds of `GS k m` and what they take, in the order of m = 65..; form A has the first seven as m = 0..6.
KINDS = (
    ("UPC-A", re.compile(rb"[0-9]{11,12}")),
    ("UPC-E", re.compile(rb"[0-9]{6,8}|[0-9]{11,12}")),
    ("EAN13", re.compile(rb"[0-9]{12,13}")),
    ("EAN8", re.compile(rb"[0-9]{7,8}")),
    ("CODE39", re.compile(rb"\*?[0-9A-Z $%+./-]{1,255}\*?")),
    ("ITF", re.compile(rb"(?:[0-9]{2}){1,127}")),
    ("CODABAR", re.compile(rb"[A-Da-d][0-9$+./:-]*[A-Da-d]")),
    ("CODE93", re.compile(rb"[\x00-\x7f]{1,255}")),
    ("CODE128", re.compile(rb"\{[ABC][\x00-\x7f]{1,253}")),
    ("GS1-128", re.compile(rb"[\x00-\x7f]{2,255}")),
    ("GS1 DataBar Omnidirectional", re.compile(rb"[0-9]{13}")),
    ("GS1 DataBar Truncated", re.compile(rb"[0-9]{13}")),
    ("GS1 DataBar Limited", re.compile(rb"[01][0-9]{12}")),
    ("GS1 DataBar Expanded", re.compile(rb"[\x20-\x7f]{2,255}")),
)
# Digits that stand before the check digit, which the printer works out again.
_DIGITS = MappingProxyType({"UPC-A": 11, "EAN13": 12, "EAN8": 7})
_LIBRARY_NAMES = MappingProxyType({"UPC-A": "upca", "EAN13": "ean13", "EAN8": "ean8", "ITF": "itf"})


@dataclass(frozen=True, slots=True)
class Barcode:
    """A barcode worked out: what a scanner reads, and its modules as 1 and 0 (empty for kinds not drawn)."""

    content: str
    modules: str


def qr_modules(data: bytes, level: str) -> Modules | None:
    """Return the modules of a model 2 QR code with error correction `level` (L, M, Q, H), None if it is too long."""
    import qrcode  # type: ignore[import-untyped]  # noqa: PLC0415  (first symbol only)
    from qrcode import constants  # noqa: PLC0415
    from qrcode.exceptions import DataOverflowError  # type: ignore[import-untyped]  # noqa: PLC0415

    code = qrcode.QRCode(error_correction=getattr(constants, f"ERROR_CORRECT_{level}"), border=0)
    code.add_data(data, optimize=0)
    try:
        code.make(fit=True)
    except (DataOverflowError, ValueError):  # qrcode 8 raises ValueError for a version above 40
        return None
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def barcode(kind: str, data: bytes) -> Barcode:
    """Return the barcode of data that its kind takes."""
    if kind in {"CODE128", "GS1-128"}:
        return _code128(data, first_function=kind == "GS1-128")
    text = data.decode("ascii")
    if kind == "CODE39":
        return _library_code("code39", text.strip("*"), add_checksum=False)
    if kind == "CODABAR":
        return _library_code("codabar", text.upper(), narrow=1, wide=3)
    if kind in _DIGITS:
        return _library_code(_LIBRARY_NAMES[kind], text[: _DIGITS[kind]])
    if kind == "ITF":
        return _library_code("itf", text, narrow=1, wide=3)
    return Barcode(text, "")


def _library_code(name: str, text: str, **options: Any) -> Barcode:
    from barcode import get_barcode_class  # noqa: PLC0415  (first symbol only)

    code: Any = get_barcode_class(name)(text, **options)
    return Barcode(code.get_fullcode(), code.build()[0].replace("G", "1"))


# -- Code 128: the sender chooses the code sets with {A {B {C, so the width is the sender's too ------------------------

_START = MappingProxyType({"A": 103, "B": 104, "C": 105})
_SWITCH = MappingProxyType({"A": 101, "B": 100, "C": 99})
_FUNCTION_1 = 102
_FUNCTIONS = MappingProxyType({"1": _FUNCTION_1, "2": 97, "3": 96, "S": 98})


def _code128(data: bytes, *, first_function: bool) -> Barcode:
    from barcode.charsets.code128 import CODES, STOP  # noqa: PLC0415  (first symbol only)

    text = data.decode("ascii") if data.startswith(b"{") else "{B" + data.decode("ascii")
    start = text[1] if text[1] in _START else "B"
    pairs = list(_code128_values(text[2:], start))
    values = [_FUNCTION_1] * first_function + [value for value, _ in pairs]
    check = (_START[start] + sum(place * value for place, value in enumerate(values, 1))) % 103
    bars = [CODES[value] for value in (_START[start], *values, check)]
    return Barcode("".join(shown for _, shown in pairs), "".join([*bars, STOP, "11"]))


def _code128_values(text: str, code_set: str) -> Iterator[tuple[int, str]]:
    """Yield each symbol's value and what a scanner reads of it."""
    characters = iter(text)
    for character in characters:
        mark = next(characters, "{") if character == "{" else ""
        if mark in _SWITCH:
            if mark != code_set:
                code_set = mark
                yield _SWITCH[mark], ""
        elif mark in _FUNCTIONS:
            yield _FUNCTIONS[mark], ""
        else:
            yield _value_in(code_set, character), _shown_in(code_set, character)


def _value_in(code_set: str, character: str) -> int:
    """Return the value of a character; in set C a byte is itself the value, two digits (Epson)."""
    code = ord(character)
    if code_set == "C":
        return code % 100
    if code_set == "A" and code < 0x20:
        return code + 64
    return (code - 0x20) % 96


def _shown_in(code_set: str, character: str) -> str:
    return f"{ord(character) % 100:02d}" if code_set == "C" else character
