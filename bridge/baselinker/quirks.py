"""BaseLinker's JSON as it really comes, read without guessing (baselinker-api.md, section 4).

    number    1249.05, 12, "12", "416.625"   -> Decimal;      "" and null -> None
    integer   the same, whole numbers only   -> int;          "" and null -> None
    boolean   true, 1, "1", "true", ...      -> bool;         "" and null -> None
    text      "...", 12                      -> str, NFC;     null -> ""
    listing   [..], {"0": .., "1": ..}       -> list;         [], "", null -> []
    mapping   {"7": ..}, [..]                -> dict;         [], "", null -> {}

Anything else raises Unreadable. Binary floats are refused: the client parses fractions as Decimal.
"""

from __future__ import annotations

import re
import unicodedata
from decimal import Decimal
from typing import Any

# Decimal() itself would take blanks, underscores, foreign digits, NaN and exponents that fill the memory.
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,30}(?:\.[0-9]{0,30})?|\.[0-9]{1,30})(?:[eE][+-]?[0-9]{1,2})?")
_MOST_DIGITS = 30
_INDEX = re.compile(r"[0-9]{1,18}")
_TRUE = frozenset({"1", "true"})
_FALSE = frozenset({"0", "false"})


class Unreadable(ValueError):
    """A value is not what its field may hold."""


def number(value: Any) -> Decimal | None:
    """Return a number exactly, or None where BaseLinker says "no value". Raises Unreadable."""
    if value is None or value == "":
        return None
    if isinstance(value, str) and _NUMBER.fullmatch(value):
        return _bounded(Decimal(value))
    if isinstance(value, Decimal) or (isinstance(value, int) and not isinstance(value, bool)):
        return _bounded(Decimal(value))
    raise Unreadable(f"not a number: {_shown(value)}")


def integer(value: Any) -> int | None:
    """Return a whole number, or None where BaseLinker says "no value". Raises Unreadable."""
    found = number(value)
    if found is None:
        return None
    if found != found.to_integral_value():
        raise Unreadable(f"not a whole number: {_shown(value)}")
    return int(found)


def boolean(value: Any) -> bool | None:
    """Return a truth value, or None where BaseLinker says "no value". Raises Unreadable."""
    if value is None or value == "":
        return None
    word = str(value).lower() if isinstance(value, (bool, int, str)) else ""
    if word in _TRUE:
        return True
    if word in _FALSE:
        return False
    raise Unreadable(f"neither true nor false: {_shown(value)}")


def text(value: Any) -> str:
    """Return text in NFC without halves of characters; a number as its digits, null as ''. Raises Unreadable."""
    if value is None:
        return ""
    if isinstance(value, str):
        # JSON escapes can spell half a character (a lone surrogate), which no file and no printer takes.
        whole = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
        return unicodedata.normalize("NFC", whole)
    if isinstance(value, (bool, list, dict)):
        raise Unreadable(f"not a text: {_shown(value)}")
    return f"{number(value):f}"


def listing(value: Any) -> list[Any]:
    """Return a list, also from an object whose keys are numbers, in the order they came. Raises Unreadable."""
    if value is None or value == "":
        return []
    if isinstance(value, list):
        return value
    if isinstance(value, dict) and all(_INDEX.fullmatch(str(key)) for key in value):
        return list(value.values())
    raise Unreadable(f"not a list: {_shown(value)}")


def mapping(value: Any) -> dict[str, Any]:
    """Return a map, also from the list PHP makes of keys 0, 1, 2. Raises Unreadable."""
    if value is None or value == "":
        return {}
    if isinstance(value, dict):
        return value
    if isinstance(value, list):
        return {str(index): entry for index, entry in enumerate(value)}
    raise Unreadable(f"not a map: {_shown(value)}")


def _bounded(found: Decimal) -> Decimal:
    """Return a number of a size that arithmetic and printing can carry."""
    exponent = found.as_tuple().exponent
    if isinstance(exponent, str) or found.adjusted() > _MOST_DIGITS or exponent < -_MOST_DIGITS:
        raise Unreadable(f"not a number of sensible size: {_shown(found)}")
    return found


def _shown(value: Any) -> str:
    """Return the value for an error message, short."""
    if isinstance(value, (list, dict)):
        return f"a {'list' if isinstance(value, list) else 'map'} of {len(value)}"
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 100:
        return "a huge number"  # Python refuses to write out whole numbers of more than 4300 digits
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}..."
