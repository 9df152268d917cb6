"""The code pages a printer may be set to: their Python codec and the number `ESC t` usually has for them.

The numbers are Epson's and differ between makers; the truth is on the printer's own self-test page, and the test
print shows each candidate (escpos.md 6.1). Names are accepted as the manuals write them: PC852, WPC1250, ISO8859-2.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from drivers.text import Alphabet

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class CodePage:
    """One table of a printer. `others` are numbers it has on other makes, most frequent first."""

    name: str
    codec: str
    number: int
    others: tuple[int, ...] = ()

    def numbered(self, number: int | None) -> CodePage:
        """Return the same page under another `ESC t` number."""
        return self if number is None else CodePage(self.name, self.codec, number, self.others)


HIGHEST_NUMBER = 255
"""The parameter of `ESC t` is one byte."""

CODE_PAGES: Mapping[str, CodePage] = {
    page.name: page
    for page in (
        CodePage("CP437", "cp437", 0, (3, 30, 52)),
        CodePage("CP850", "cp850", 2, (1,)),
        CodePage("CP852", "cp852", 18, (54, 9, 5, 2, 68, 13)),
        CodePage("CP855", "cp855", 34, (60, 28, 11, 38)),
        CodePage("CP858", "cp858", 19, (53, 4, 6, 31)),
        CodePage("CP866", "cp866", 17, (59, 7, 11, 10, 37)),
        CodePage("CP1250", "cp1250", 45, (72, 33, 30, 17, 50, 18)),
        CodePage("CP1251", "cp1251", 46, (73, 34, 6, 12, 51)),
        CodePage("CP1252", "cp1252", 16, (71, 32, 8, 49)),
        CodePage("CP1257", "cp1257", 51, (25,)),
        CodePage("ISO8859-2", "iso8859_2", 39, (36,)),
        CodePage("ISO8859-15", "iso8859_15", 40, (44,)),
    )
}


def code_page(name: str) -> CodePage:
    """Return the code page of that name, however it is written; ValueError names the known ones."""
    wanted = _plain(name)
    for known in CODE_PAGES.values():
        if _plain(known.name) == wanted:
            return known
    near = difflib.get_close_matches(wanted, list(CODE_PAGES), n=1)
    meant = f"; did you mean {near[0]}?" if near else ""
    raise ValueError(f"a code page, one of {', '.join(CODE_PAGES)}{meant}")


def numbered_page(text: str) -> CodePage:
    """Return the page that 'CP858' or 'CP858=19' stands for. Raises ValueError with a sentence."""
    name, equals, number = text.partition("=")
    if not equals:
        return code_page(name)
    if not (number.isascii() and number.isdecimal() and int(number) <= HIGHEST_NUMBER):
        raise ValueError(f"after '=' stands the printer's own number of the page, 0 to {HIGHEST_NUMBER}")
    return code_page(name).numbered(int(number))


def _plain(name: str) -> str:
    """Return the digits that tell pages apart: PC852, WPC852 and cp-852 are one, ISO 8859-2 is its own."""
    letters = re.sub(r"[^A-Z0-9]", "", name.upper())
    return re.sub(r"^(IBM|WPC|PC|CP|WINDOWS|WIN)(?=\d)", "CP", letters)


@cache
def alphabet(pages: tuple[CodePage, ...]) -> Alphabet:
    """Return the characters that these pages together can print."""
    characters = frozenset[str]().union(*(_characters(page.codec) for page in pages))
    return Alphabet(characters.__contains__)


@cache
def _characters(codec: str) -> frozenset[str]:
    high = bytes(range(0x80, 0x100)).decode(codec, "ignore")
    return frozenset(char for char in high if char.isprintable())


def segments(text: str, pages: tuple[CodePage, ...], current: CodePage) -> tuple[tuple[CodePage, str], ...]:
    """Cut fitted text into runs of one page each; plain ASCII stays on the page that is already selected.

    The first page of `pages` that has a letter wins. Raises ValueError when none has it.
    """
    runs: list[tuple[CodePage, str]] = []
    for char in text:
        current = _page_of(char, pages, current)
        if runs and runs[-1][0] == current:
            runs[-1] = (current, runs[-1][1] + char)
        else:
            runs.append((current, char))
    return tuple(runs)


def _page_of(char: str, pages: tuple[CodePage, ...], current: CodePage) -> CodePage:
    if char.isascii():
        return current
    for page in pages:
        if char in _characters(page.codec):
            return page
    raise ValueError(f"{char!r} is in none of {', '.join(page.name for page in pages)}")
