"""Text from outside, made safe and printable for one device; pure, used by every driver.

    clean(text)            an allow-list: letters, digits, marks, punctuation, symbols and single plain spaces
    fit(text, alphabet)    every character the device lacks becomes the plain letters nearest to it
    wrap(text, columns)    lines that fit, broken between words, nothing lost
    encode(text, page)     bytes of one code page, none of them a control byte (escpos.md 9)

Always in this order. After `fit` one character is one byte is one column, so lengths may be counted.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

UNPRINTABLE = "?"
"""What stands for a character that has no plain letter at all."""

_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})
_BREAKS = frozenset("\t\n\v\f\r\x1c\x1d\x1e\x1f\x85")

# Tried in this order before anything else, so that a page that has the better sign gets it: Romanian comma-below
# letters exist in no code page while their cedilla twins do, and shops type quotation marks by the dozen.
_NEAREST: Mapping[str, tuple[str, ...]] = {
    "ș": ("ş", "s"),
    "Ș": ("Ş", "S"),
    "ț": ("ţ", "t"),
    "Ț": ("Ţ", "T"),
    "ş": ("ș", "s"),
    "Ş": ("Ș", "S"),
    "ţ": ("ț", "t"),
    "Ţ": ("Ț", "T"),
    "ẞ": ("SS",),
    # As Bulgaria writes itself in Latin letters; the library takes the Russian way, where ъ is mute.
    "ъ": ("a",),
    "Ъ": ("A",),
    "щ": ("sht",),
    "Щ": ("Sht",),
    "€": ("EUR",),
    "№": ("Nr",),
    "×": ("x",),
    "÷": ("/",),
    "·": (".",),
    "•": ("*", "-"),
    "…": ("...",),
    "–": ("-",),
    "—": ("-",),
    "‐": ("-",),
    "‑": ("-",),
    "‒": ("-",),
    "―": ("-",),
    "−": ("-",),
    "„": ('"',),
    "“": ('"',),
    "”": ('"',),
    "‟": ('"',),
    "«": ('"',),
    "»": ('"',),
    "‘": ("'",),
    "’": ("'",),
    "‚": ("'",),
    "‛": ("'",),
    "‹": ("'",),
    "›": ("'",),
    "′": ("'",),
    "″": ('"',),
    "´": ("'",),
    "ʼ": ("'",),
}


def clean(text: str) -> str:
    """Return `text` in NFC without anything that is not plain printable text, runs of space as one space.

    Controls, bidi and zero width characters, unassigned and private ones are dropped; every kind of space
    and line end becomes a space. Applying it twice changes nothing.
    """
    kept = "".join(_allowed(char) for char in text)
    return " ".join(unicodedata.normalize("NFC", kept).split())


def _allowed(char: str) -> str:
    category = unicodedata.category(char)
    if char in _BREAKS or category.startswith("Z"):
        return " "
    return "" if category in _DROPPED else char


class Alphabet:
    """The characters one device can show. `covers` answers for a single character.

    The plain ones from space to tilde belong to every alphabet.
    """

    def __init__(self, covers: Callable[[str], bool]) -> None:
        self._covers = covers
        self._substitute = lru_cache(maxsize=1024)(self._find_substitute)

    def covers(self, char: str) -> bool:
        """Whether the device shows `char` as it is."""
        return " " <= char <= "~" or self._covers(char)

    def substitute(self, char: str) -> str:
        """Return the covered text nearest to `char`: `char` itself, other letters, '' or '?'."""
        return char if self.covers(char) else self._substitute(char)

    def _find_substitute(self, char: str) -> str:
        for candidate in _NEAREST.get(char, ()):
            if all(self.covers(one) for one in candidate):
                return candidate
        base = unicodedata.normalize("NFD", char)[0]
        if base != char and unicodedata.category(base).startswith("L"):
            return self.substitute(base)
        return self._spelled_out(char)

    @staticmethod
    def _spelled_out(char: str) -> str:
        # A table of every script; loaded at the first letter that needs it, which most shops never see.
        from anyascii import anyascii  # noqa: PLC0415

        plain = "".join(one for one in anyascii(char) if " " <= one <= "~")
        if plain or unicodedata.category(char).startswith("M"):
            return plain
        return UNPRINTABLE


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text that fits an alphabet, and how often each character had to be replaced."""

    text: str
    replaced: Mapping[str, int]


def fit(text: str, alphabet: Alphabet | None) -> Fitted:
    """Clean `text` and replace what `alphabet` lacks; None stands for a device that shows everything."""
    cleaned = clean(text)
    if alphabet is None:
        return Fitted(cleaned, {})
    replaced = Counter(char for char in cleaned if not alphabet.covers(char))
    shown = "".join(alphabet.substitute(char) for char in cleaned)
    return Fitted(" ".join(shown.split()), dict(replaced))


def wrap(text: str, columns: int) -> tuple[str, ...]:
    """Break `text` into lines of at most `columns` characters, between words where that is possible.

    A word longer than a line is broken at the edge. Nothing is cut: without spaces, the lines joined are the text.
    """
    lines: list[str] = []
    line = ""
    for word in text.split():
        joined = f"{line} {word}" if line else word
        if len(joined) <= columns:
            line = joined
            continue
        if line:
            lines.append(line)
        whole = (len(word) - 1) // columns * columns
        lines.extend(word[start : start + columns] for start in range(0, whole, columns))
        line = word[whole:]
    return (*lines, line) if line else tuple(lines)


def encode(text: str, codec: str) -> bytes:
    """Return the bytes of fitted text in a one-byte code page.

    Raises ValueError rather than let through a control byte or a character the page lacks: text that was not
    cleaned and fitted is a mistake of the caller, and could cut paper or open a drawer.
    """
    return printable(text.encode(codec, "strict"))


def printable(data: bytes) -> bytes:
    """Return `data` when every byte of it prints; raise ValueError when one is a control byte."""
    for byte in data:
        if byte < 0x20 or byte == 0x7F:
            raise ValueError(f"byte {byte:02X}h is a control byte and must not reach a printer: {data!r}")
    return data
