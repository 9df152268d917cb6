"""Kinds of arguments that several commands take. Imports nothing, because every command line is read with them."""

from __future__ import annotations

from argparse import ArgumentTypeError


def receipt_id(text: str) -> int:
    """Return a receipt's id. Raises ArgumentTypeError."""
    if not _is_number(text):
        raise ArgumentTypeError(f"{text!r} is not the id of a receipt, such as 123456")
    return int(text)


def count(text: str) -> int:
    """Return a number of things, at least 1. Raises ArgumentTypeError."""
    if not _is_number(text):
        raise ArgumentTypeError(f"{text!r} is not a number from 1 on")
    return int(text)


def _is_number(text: str) -> bool:
    # SQLite's integers have 64 bits.
    return text.isascii() and text.isdigit() and len(text) < 20 and 0 < int(text) < 2**63
