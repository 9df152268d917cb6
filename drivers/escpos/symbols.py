"""QR codes and barcodes, drawn by the printer in the largest size that fits: one that is too wide prints nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from escpos.printer import Dummy

QUIET_MODULES = 4
"""White modules a QR code needs on each side."""
SMALLEST = 2
"""Dots of a module that scanners still read, and the least GS w takes."""

_WIDEST_BAR = 3
_BARCODE_QUIET = 10
_BAR_HEIGHT = 80


# Bytes that fit at error level M in the versions 1, 2, 3... (ISO/IEC 18004, table 7).
_QR_CAPACITY = (
    *(14, 26, 42, 62, 84, 106, 122, 152, 180, 213, 251, 287, 331, 362, 412, 450, 504, 560, 624, 666),
    *(
        711,
        779,
        857,
        911,
        997,
        1059,
        1125,
        1190,
        1264,
        1370,
        1452,
        1538,
        1628,
        1722,
        1809,
        1911,
        1989,
        2099,
        2213,
        2331,
    ),
)


def qr_modules(data: str) -> int:
    """Return the modules of one side of the QR code for `data` at error level M, in plain bytes."""
    size = len(data.encode())
    version = next(number for number, bytes_ in enumerate(_QR_CAPACITY, 1) if size <= bytes_)
    return 17 + 4 * version


def barcode_modules(data: str) -> int:
    """Return the modules of a CODE128 barcode: start, data, checksum and stop, with its quiet zones."""
    return 11 * (1 + len(data) + 1) + 13 + 2 * _BARCODE_QUIET


def draw_qr(printer: Dummy, data: str, *, dots: int, largest: int) -> int:
    """Draw a QR code and return its height in dots, or 0 when it does not fit and nothing was drawn."""
    modules = qr_modules(data)
    size = min(largest, dots // (modules + 2 * QUIET_MODULES))
    if size < SMALLEST:
        return 0
    printer.qr(data, ec=1, size=size, native=True)
    return modules * size


def draw_barcode(printer: Dummy, data: str, *, dots: int, largest: int) -> int:
    """Draw a CODE128 barcode with its text and return its height in dots, or 0 when it does not fit."""
    width = min(largest, _WIDEST_BAR, dots // barcode_modules(data))
    if width < SMALLEST:
        return 0
    # Set B for everything: set C carries pairs of digits as bytes 0 to 99, among them every control byte.
    escaped = "{B" + data.replace("{", "{{")
    # barcode() does the same after writing a line to the standard output, which is not ours to write to.
    printer._hw_barcode(  # noqa: SLF001
        escaped, "CODE128", height=_BAR_HEIGHT, width=width, align_ct=False, function_type="B"
    )
    return _BAR_HEIGHT
