"""The technician's page: a ruler, the letters, the candidate numbers of the code page, the symbol.

What it shows is what to write into the configuration: `columns` is the last number of the ruler's unbroken line, and
`code_page_number` stands beside the line whose letters are right (escpos.md 6.1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.escpos.codepages import CodePage, alphabet
from drivers.escpos.encoder import Sample
from drivers.rows import Cut, Feed, Picture, Row, Rule, Symbol, Text
from drivers.text import fit, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.escpos.options import EscposOptions

LETTERS = {
    "Polski": "ĄĆĘŁŃÓŚŹŻ ąćęłńóśźż",
    "Čeština, slovenčina": "ÁČĎÉĚÍĹĽŇÓÔŔŘŠŤÚŮÝŽ áäčďéěíĺľňóôŕřšťúůýž",
    "Magyar": "ÁÉÍÓÖŐÚÜŰ áéíóöőúüű",
    "Română": "ĂÂÎȘȚ ăâîșț",
    "Български": "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯ абвгдежзийклмнопрстуфхцчшщъьюя",
    "Deutsch": "ÄÖÜ äöüß",
    "€": "12,50 €  „…” –",
}
"""The letters of the shops' languages, and what stands in many product names."""

_TITLE = {"pl": "WYDRUK PRÓBNY", "en": "TEST PRINT"}
_RULER = {"pl": "Kolumny (columns):", "en": "Columns (columns):"}
_PAGE = {"pl": "Strona kodowa (code_page):", "en": "Code page (code_page):"}
_NUMBERS = {
    "pl": "Jej numer (code_page_number) stoi przy wierszu z poprawnymi literami:",
    "en": "Its number (code_page_number) stands beside the line with the right letters:",
}


def check_page(options: EscposOptions) -> tuple[Row | Sample, ...]:
    """Return the rows of the test page. It never opens the drawer."""
    return tuple(_rows(options))


def _rows(options: EscposOptions) -> Iterator[Row | Sample]:
    if options.logo is not None:
        yield Picture(str(options.logo))
    language = options.language
    yield from _paragraph(_TITLE[language], options, bold=True)
    yield Feed()
    yield from _paragraph(f"{_RULER[language]} {options.line_columns}", options)
    yield from _ruler(options.line_columns)
    yield Rule()
    pages = ", ".join(f"{page.name} (ESC t {page.number})" for page in options.pages)
    yield from _paragraph(f"{_PAGE[language]} {pages}", options)
    for name, letters in LETTERS.items():
        yield from _paragraph(f"{name}: {letters}", options)
    yield Rule()
    yield from _paragraph(_NUMBERS[language], options)
    yield from _samples(options.pages[0], options.line_columns)
    yield Rule()
    if options.symbol != "none":
        yield Symbol(options.symbol, "TEST 0123456789")
        yield Feed()
    yield Text("OK", align="center", bold=True, wide=True, tall=True)
    if options.cut != "none":
        yield Cut(options.cut)


def _paragraph(text: str, options: EscposOptions, *, bold: bool = False) -> Iterator[Row]:
    for line in wrap(fit(text, alphabet(options.pages)).text, options.line_columns):
        yield Text(line, align="center" if bold else "left", bold=bold)


def _ruler(columns: int) -> Iterator[Row]:
    tens = "".join(f"{number:>10}" for number in range(10, columns + 1, 10))
    yield Text(tens.ljust(columns))
    yield Text(("1234567890" * (columns // 10 + 1))[:columns])


def _samples(page: CodePage, columns: int) -> Iterator[Sample]:
    covers = alphabet((page,)).covers
    letters = "".join(
        char for char in dict.fromkeys("".join(LETTERS.values())) if not char.isascii() and covers(char)
    )
    for number in dict.fromkeys((page.number, *page.others)):
        yield Sample(number, page.codec, letters[: columns - 4])
