"""ESC/POS bytes that tests of the printer simulator send and expect."""

from __future__ import annotations

CUT = b"\x1dVB\x00"
CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
CLEARED = b"\x37\x25\x00"


def process_id(identity: bytes) -> bytes:
    """Return the request for a process id of four bytes."""
    return b"\x1d(H\x06\x0000" + identity


def answer(identity: bytes) -> bytes:
    """Return the answer to `process_id`."""
    return b"\x37\x22" + identity + b"\x00"


def lines(count: int) -> bytes:
    """Return numbered lines from 1."""
    return b"".join(b"line %d\n" % number for number in range(1, count + 1))


def line_texts(count: int) -> list[str]:
    """Return what is on paper when `lines` are printed."""
    return [f"line {number}" for number in range(1, count + 1)]


def qr(data: bytes, *, size: int = 6, level: bytes = b"1") -> bytes:
    """Return the commands of a QR code as escpos.md 8 writes them."""
    model = b"\x1d(k\x04\x00\x31\x41\x32\x00"
    looks = b"\x1d(k\x03\x00\x31\x43" + bytes([size]) + b"\x1d(k\x03\x00\x31\x45" + level
    store = b"\x1d(k" + (len(data) + 3).to_bytes(2, "little") + b"\x31\x50\x30" + data
    return model + looks + store + b"\x1d(k\x03\x00\x31\x51\x30"
