"""What to ask about the page of a POSNET printer: width, cut and drawer are its own affair, letters are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.calibration import Choice, Sight

if TYPE_CHECKING:
    from drivers.posnet.options import PosnetOptions

ERRAND = "test"

_PAGES = ("windows-1250", "mazovia", "iso-8859-2")


def sights(options: PosnetOptions) -> tuple[Sight, ...]:
    """Return what to ask about the page."""
    right = Choice("yes", "tak")
    wrong = tuple(
        Choice(f"no: try {name}", f"nie: spróbuj {name}", {"code_page": name}, again=True)
        for name in _PAGES
        if name != options.code_page
    )
    return (
        Sight(
            "Are the Polish letters on the page right: ĄĆĘŁŃÓŚŹŻ?",
            "Czy polskie litery na wydruku są poprawne: ĄĆĘŁŃÓŚŹŻ?",
            (right, *wrong),
        ),
    )
