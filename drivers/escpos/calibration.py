"""The slip of the set-up: rulers, Polish letters under every likely table, a cut, the drawer; and what to ask about it.

A printer that lacks a table goes on with the one before, so only the first line with right letters names its number.

A technician says which ruler fits and which line has the right letters; nobody has to know what a code page is.
Unlike the technician's page it tries the drawer, because the set-up asks about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.calibration import Choice, Sight
from drivers.escpos.codepages import CODE_PAGES, alphabet
from drivers.escpos.encoder import Sample
from drivers.rows import Cut, Kick, Row, Text
from drivers.text import fit, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from drivers.escpos.options import EscposOptions

ERRAND = "calibrate"

LETTERS = "ĄĆĘŁŃÓŚŹŻąćęłńóśźż"
"""What a Polish slip cannot do without; every page below has them."""

_PAGES = ("CP852", "CP1250", "ISO8859-2")
_RULERS: tuple[tuple[int, Mapping[str, Any]], ...] = (
    (48, {"paper_mm": 80, "width_dots": None, "columns": None}),
    (42, {"paper_mm": 80, "width_dots": 512, "columns": None}),
    (35, {"paper_mm": 58, "width_dots": 424, "columns": None}),
    (32, {"paper_mm": 58, "width_dots": None, "columns": None}),
)
"""Characters in a line of font A, and what they mean: 80 mm, the same at 180 dpi, TM-T20 with 58 mm, 58 mm."""

_NARROWEST = 32

_WORDS = {
    "pl": ("USTAWIANIE", "Linijki: ostatnia cała w wierszu?", "Litery: pierwszy poprawny wiersz?"),
    "en": ("CALIBRATION", "Rulers: the longest on one line?", "Letters: the first right line?"),
}


def tables(options: EscposOptions) -> tuple[tuple[str, int], ...]:
    """Return the pages and their numbers in the order they are printed, that of the options first."""
    first = (options.pages[0].name, options.pages[0].number)
    others = (
        (name, number) for name in _PAGES for number in (CODE_PAGES[name].number, *CODE_PAGES[name].others)
    )
    return tuple(dict.fromkeys((first, *others)))


def page(options: EscposOptions, language: str | None = None) -> Iterator[Row | Sample]:
    """Yield the rows of the slip, in the language of who looks at it: `pl` or `en`, or else that of the slips."""
    title, rulers, letters = _WORDS.get(language or options.language, _WORDS["en"])
    yield from _fitted(title, options)
    yield from _fitted(rulers, options)
    for columns, _ in _RULERS:
        yield Text(_ruler(columns))
    yield from _fitted(letters, options)
    for line, (name, number) in enumerate(tables(options), 1):
        yield Sample(number, CODE_PAGES[name].codec, LETTERS, label=line)
    yield Kick("pin2")
    yield Cut("partial")


def sights(options: EscposOptions) -> tuple[Sight, ...]:
    """Return what to ask about the slip."""
    return (_width(options), _letters(options), _cut(options), _drawer(options))


def _fitted(text: str, options: EscposOptions) -> Iterator[Row]:
    yield from (Text(line) for line in wrap(fit(text, alphabet(options.pages)).text, _NARROWEST))


def _ruler(columns: int) -> str:
    return f"{'1234567890' * 5}"[: columns - 3] + f"<{columns}"


def _width(options: EscposOptions) -> Sight:
    rulers = sorted(_RULERS, key=lambda ruler: ruler[0] != options.line_columns)
    return Sight(
        "Rulers: which is the longest that stands on one line?",
        "Linijki: która jest najdłuższą, która mieści się w jednym wierszu?",
        tuple(Choice(f"<{columns}", f"<{columns}", changes) for columns, changes in rulers),
    )


def _letters(options: EscposOptions) -> Sight:
    lines = tuple(
        Choice(str(line), str(line), {"code_page": name, "code_page_number": _unless_usual(name, number)})
        for line, (name, number) in enumerate(tables(options), 1)
    )
    return Sight(
        f"Letters: which is the first line that shows {LETTERS}?",
        f"Litery: w którym wierszu po raz pierwszy jest {LETTERS}?",
        (*lines, Choice("none", "żaden")),
        numbered=True,
    )


def _unless_usual(name: str, number: int) -> int | None:
    return None if CODE_PAGES[name].number == number else number


def _cut(options: EscposOptions) -> Sight:
    partial = Choice(
        "it was cut and hangs by a point, or all through", "odcięty, także całkiem", {"cut": "partial"}
    )
    none = Choice("it was not cut; there is no cutter", "nie odcięty; drukarka nie ma noża", {"cut": "none"})
    order = (none, partial) if options.cut == "none" else (partial, none)
    return Sight("Was the slip cut?", "Czy wydruk został odcięty?", order)


def _drawer(options: EscposOptions) -> Sight:
    without = Choice("there is no cash drawer", "nie ma szuflady", {"drawer": "none"})
    choices = (
        without,
        Choice(
            "it opened, and shall open after each slip", "otworzyła się i ma się otwierać", {"drawer": "pin2"}
        ),
        Choice(
            "it did not open: try its other pin", "nie otworzyła się: użyj drugiego styku", {"drawer": "pin5"}
        ),
        Choice("leave it shut", "ma zostać zamknięta", {"drawer": "none"}),
    )
    first = next(choice for choice in choices if choice.changes["drawer"] == options.drawer)
    ordered = (first, *(choice for choice in choices if choice is not first))
    return Sight("Did the cash drawer open?", "Czy otworzyła się szuflada?", ordered)
