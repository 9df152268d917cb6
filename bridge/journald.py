r"""Entries of systemd's journal with fields, by its native protocol (systemd.io/JOURNAL_NATIVE_PROTOCOL).

KEY=value\n                                      a value without line breaks
KEY\n  length (64 bits, little-endian)  value\n  any other
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SOCKET = "/run/systemd/journal/socket"
"""Where systemd's journal listens."""

_LONGEST_NAME = 64


def encode(fields: Mapping[str, str]) -> bytes:
    """Return an entry. Names must be as `field_name` makes them; values may hold anything."""
    return b"".join(_field(name.encode("ascii"), _bytes(value)) for name, value in fields.items())


def _field(name: bytes, value: bytes) -> bytes:
    if b"\n" in value:
        return name + b"\n" + struct.pack("<Q", len(value)) + value + b"\n"
    return name + b"=" + value + b"\n"


def _bytes(value: str) -> bytes:
    return value.encode("utf-8", "replace")


def field_name(fact: str) -> str:
    """Return the journal's name for a fact: capital letters, digits and underscores, beginning with a letter."""
    name = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in fact).upper()
    name = name.lstrip("_0123456789")[:_LONGEST_NAME]
    return name or "FACT"
