"""Text for a POSNET printer: its code pages, and names and lines that fit them (posnet.md 3).

The page belongs to the printer's PC interface; `pccfgget cp` tells which. On Windows-1250 every byte from 20h prints,
but eleven of them print as pieces of boxes; on the others only Polish letters print above 7Fh, the rest become
spaces. An alphabet holds what certainly prints as itself, so `drivers.text.fit` finds plain letters for all else.

    fit_text(text, page)     cleaned, and every character has its byte in the page
    formatted(text)          the same where "&" begins a format mark: written twice, it is itself
    page.encode(text)        bytes; refuses what was not fitted
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.text import Alphabet, fit, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

POLISH_LETTERS = "ĄĆĘŁŃÓŚŹŻąćęłńóśźż"

_LINE_FEED = "\n"

# Pieces of boxes on Windows-1250, in the order of posnet.md 3: └ ┘ ┌ ┐ ┴ ┬ ├ ┤ │ ─ ┼.
_BOXES = bytes.fromhex("81 88 90 98 A0 A4 A8 AD B2 B4 B8")

# Ó and Ź stand exchanged in one public table (posnet.md 4.3); these are the customary ones.
_MAZOVIA = bytes.fromhex("8F 95 90 9C A5 A3 98 A0 A1 86 8D 91 92 A4 A2 9E A6 A7")


@dataclass(frozen=True)
class Page:
    """One code page: its name in the configuration, and the byte of each character above tilde that prints."""

    name: str
    letters: Mapping[str, int]

    @property
    def alphabet(self) -> Alphabet:
        """The characters that certainly print as themselves."""
        return _ALPHABETS[self.name]

    def encode(self, text: str) -> bytes:
        """Return the bytes of fitted text; 0Ah stands between lines.

        Raises ValueError for any other control character, and for whatever the page lacks.
        """
        data = bytearray()
        for char in text:
            code = ord(char) if char <= "~" else self.letters.get(char)
            if code is None:
                raise ValueError(f"{char!r} is not in {self.name}: {text!r} was not fitted")
            data.append(code)
        printable(bytes(data).replace(b"\n", b""))
        return bytes(data)

    def decode(self, data: bytes) -> str:
        """Return the text of bytes from a printer; what is in no table becomes U+FFFD."""
        characters = {code: char for char, code in self.letters.items()}
        return "".join(chr(byte) if byte < 0x7F else characters.get(byte, "\ufffd") for byte in data)


def _from_codec(codec: str, without: bytes = b"") -> dict[str, int]:
    """Return the characters of a page above tilde, without typographic marks: those have plain twins."""
    characters = ((bytes((byte,)).decode(codec, "ignore"), byte) for byte in range(0x80, 0x100))
    return {char: byte for char, byte in characters if byte not in without and _prints(char)}


def _prints(char: str) -> bool:
    return char.isprintable() and char != "" and not "\u2000" <= char <= "\u206f"


def _polish(codec: str) -> dict[str, int]:
    return dict(zip(POLISH_LETTERS, POLISH_LETTERS.encode(codec), strict=True))


WINDOWS_1250 = Page("windows-1250", _from_codec("cp1250", _BOXES))
LATIN2 = Page("iso-8859-2", _polish("iso8859_2"))
MAZOVIA = Page("mazovia", dict(zip(POLISH_LETTERS, _MAZOVIA, strict=True)))
CP852 = Page("cp852", _polish("cp852"))

PAGES: Mapping[str, Page] = {page.name: page for page in (WINDOWS_1250, LATIN2, MAZOVIA, CP852)}
"""Every page by the name it has in the configuration. CP852 has no `cp` number; it is set by hand only."""

_ALPHABETS = {page.name: Alphabet(page.letters.__contains__) for page in PAGES.values()}
_NUMBERS = {0: WINDOWS_1250, 1: LATIN2, 2: MAZOVIA}


def page_of(number: int) -> Page:
    """Return the page that `pccfgget` reports as `cp`. Raises ValueError for a number no document knows."""
    try:
        return _NUMBERS[number]
    except KeyError:
        known = ", ".join(f"{known} {page.name}" for known, page in _NUMBERS.items())
        raise ValueError(f"the printer reports code page {number}; known are {known}") from None


def fit_text(text: str, page: Page) -> str:
    """Return `text` on one line, safe, and made of characters that print as they are on `page`."""
    return fit(text, page.alphabet).text


def cut(text: str, longest: int) -> str:
    """Return at most `longest` characters of fitted text, without a space at the edge."""
    return text[:longest].rstrip()


def formatted(text: str) -> str:
    """Return fitted text for a field that knows format marks: `hdrset`, `ftrinfoset`, `ftrcfg ln` (posnet.md 3).

    Elsewhere, in item names for example, "&" is an ordinary character and must not be doubled.
    """
    return text.replace("&", "&&")


def formatted_length(text: str) -> int:
    """Return how many characters `formatted` makes of `text`."""
    return len(text) + text.count("&")


def lines_value(lines: tuple[str, ...]) -> str:
    """Return formatted lines as the value of one field, with 0Ah between them."""
    return _LINE_FEED.join(formatted(line) for line in lines)
