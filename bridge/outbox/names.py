"""What the name of a dropped file says.

    <receipt_id>.pdf                        123456.pdf
    <receipt_id>_<external number>.pdf      123456_FP-17-2026.pdf

The receipt id is BaseLinker's number, decimal digits only. Everything behind the first `_` is the external
number, which replaces BaseLinker's own (at most 20 characters, baselinker-api.md 5.3).

What a file name cannot hold is written as in a web address: `%` and the two hexadecimal digits of each UTF-8
byte. A slash is `%2F`, a percent sign `%25`; everything else, `-` too, stands for itself:

    123456_FP%2F17%2F2026.pdf   ->  receipt 123456, number FP/17/2026
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from urllib.parse import unquote_to_bytes

NUMBER_CHARACTERS = 20
"""BaseLinker takes at most this many characters as external number."""

_NAME = re.compile(r"([0-9]{1,18})(?:_(.*))?\.pdf", re.IGNORECASE | re.DOTALL)
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_UNFINISHED_ENDINGS = (
    ".part",
    ".partial",
    ".tmp",
    ".temp",
    ".crdownload",
    ".download",
    ".filepart",
    ".swp",
    "~",
)
_UNFINISHED_STARTS = (".", "~")
# Windows and its Explorer leave these in every shared folder they show.
_NOT_DROPPED = frozenset({"thumbs.db", "desktop.ini"})


class BadNameError(ValueError):
    """A file name that says no receipt; the text is a sentence with the cure, `reason` a stable word."""

    def __init__(self, what: str, reason: str) -> None:
        super().__init__(what)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class DroppedName:
    """The receipt a file belongs to, and the external number it brings (None when it brings none)."""

    receipt_id: int
    number: str | None


def is_ignored(name: str) -> bool:
    """Whether `name` is no delivery: hidden, or what programs call files they are still writing."""
    lowered = name.lower()
    return (
        lowered.startswith(_UNFINISHED_STARTS)
        or lowered.endswith(_UNFINISHED_ENDINGS)
        or lowered in _NOT_DROPPED
    )


def shown_name(name: str) -> str:
    """Return a file name as one line of printable text, whatever bytes it has: for logs and messages."""
    text = os.fsencode(name).decode("utf-8", "backslashreplace")
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in text)


def parse_name(name: str) -> DroppedName:
    """Return what a file name says. Raises BadNameError."""
    match = _NAME.fullmatch(name)
    if match is None or int(match[1]) < 1:
        raise BadNameError(
            "the name is not RECEIPT_ID.pdf or RECEIPT_ID_NUMBER.pdf (example: 123456_FP-17-2026.pdf); rename the file",
            "bad_name",
        )
    return DroppedName(int(match[1]), None if match[2] is None else _number(match[2]))


def _number(written: str) -> str:
    """Return the external number that `written` stands for."""
    if _LONE_PERCENT.search(written):
        raise _bad_number("holds a % that no two hexadecimal digits follow; write %25 for a percent sign")
    try:
        number = unicodedata.normalize("NFC", unquote_to_bytes(written).decode())
    except UnicodeError as error:
        raise _bad_number("is not UTF-8 text") from error
    if not number.strip() or number != number.strip():
        raise _bad_number("is empty, or begins or ends with a blank; leave out the _ when there is no number")
    if not number.isprintable():
        raise _bad_number("holds characters that cannot be printed")
    if len(number) > NUMBER_CHARACTERS:
        raise _bad_number(f"has {len(number)} characters; BaseLinker takes at most {NUMBER_CHARACTERS}")
    return number


def _bad_number(what: str) -> BadNameError:
    return BadNameError(f"the external number (behind the first _ of the name) {what}", "bad_number")
