"""Lines of a fiscal printout as rows of paper: fixed columns, pairs of text and amount, rules and codes."""

from __future__ import annotations

import re
import textwrap
from typing import TYPE_CHECKING

from simulators.escpos import codes
from simulators.escpos.paper import COLUMN, PLAIN, BarcodeRow, FeedRow, Place, QrRow, Span, Style, TextRow

if TYPE_CHECKING:
    from simulators.escpos.paper import Row
    from simulators.posnet.memory import Code2D

BOLD = Style(bold=True)
TALL = Style(bold=True, height=2)
LOGO = Style(bold=True, width=2, height=2)
_ADVANCE, _TALL_ADVANCE = 28, 54
_BAR_HEIGHT = 70
_GAP = 12  # dots between text and codes
_LARGEST_MODULE = 8
_MARK = re.compile(r"&.?")


def money(grosze: int) -> str:
    """Return an amount as it is printed: 124905 -> 1249,05."""
    sign = "-" if grosze < 0 else ""
    return f"{sign}{abs(grosze) // 100},{abs(grosze) % 100:02d}"


def rate_text(rate: int) -> str:
    """Return a rate as it is answered and printed: 2300 -> 23,00."""
    return f"{rate // 100},{rate % 100:02d}"


def unmarked(text: str) -> str:
    """Return a text without its formatting marks: `&` and the character behind it; `&&` is one `&`."""
    return _MARK.sub(lambda mark: "&" if mark[0] == "&&" else "", text)


class Sheet:
    """Makes rows for paper of so many columns."""

    def __init__(self, columns: int) -> None:
        self.columns = columns
        self._place = Place(0, columns * COLUMN)
        self._middle = Place(0, columns * COLUMN, "center")

    @property
    def dots(self) -> int:
        """The width of the paper."""
        return self._place.width

    def line(self, text: str, style: Style = PLAIN) -> tuple[Row, ...]:
        """Return a text from the left, broken into as many lines as it takes."""
        return tuple(self._row(part, style, self._place) for part in self._wrapped(text, style))

    def centred(self, text: str, style: Style = PLAIN) -> tuple[Row, ...]:
        """Return a text in the middle."""
        return tuple(self._row(part, style, self._middle) for part in self._wrapped(text, style))

    def pair(self, left: str, right: str, style: Style = PLAIN) -> tuple[Row, ...]:
        """Return a text at the left and one at the right, on two lines where one is too short."""
        if len(left) + len(right) + 1 > self.columns:
            return (*self.line(left, style), *self.pair("", right, style))
        spans = [Span(0, left, style)] if left else []
        spans.append(Span((self.columns - len(right)) * COLUMN, right, style))
        return (TextRow(self._place, tuple(spans), _advance(style)),)

    def rule(self) -> tuple[Row, ...]:
        """Return a line across the paper."""
        return self.line("-" * self.columns)

    def blank(self) -> tuple[Row, ...]:
        """Return an empty line."""
        return (FeedRow(30),)

    def logo(self, unique_number: str) -> tuple[Row, ...]:
        """Return the fiscal logo and the unique number, which a receipt has and nothing else may have."""
        number = f" {unique_number}"
        left = (self.columns - 4 - len(number)) // 2 * COLUMN
        spans = (
            Span(left, "PL", Style(bold=True, width=2, height=2, inverted=True), 2 * COLUMN),
            Span(left + 4 * COLUMN, number, BOLD),
        )
        return (TextRow(self._place, spans, _TALL_ADVANCE),)

    def barcode(self, text: str) -> tuple[Row, ...]:
        """Return a text as Code 128 with the text below it."""
        if not text.isascii() or not text.isprintable():
            return self.centred(text)
        drawn = codes.barcode("CODE128", text.replace("{", "{{").encode("ascii"))
        size = 2 if len(drawn.modules) * 2 <= self.dots else 1
        captions = frozenset({"below"})
        row = BarcodeRow(self._middle, "CODE128", drawn.content, drawn.modules, size, _BAR_HEIGHT, captions)
        return (FeedRow(_GAP), row)

    def code2d(self, code: Code2D) -> tuple[Row, ...]:
        """Return a prepared 2D code; those that nobody draws as a line that names them."""
        data = code.data.encode("latin-1")
        modules = codes.qr_modules(data, code.level) if code.kind == "QR" else None
        if modules is None:
            return self.centred(f"[{code.kind} {code.data}]")
        row = QrRow(self._middle, data, modules, min(code.pixels, _LARGEST_MODULE), code.level)
        return (FeedRow(_GAP), row, FeedRow(_GAP))

    def _wrapped(self, text: str, style: Style) -> list[str]:
        return textwrap.wrap(text, self.columns // style.width, drop_whitespace=False) or [""]

    def _row(self, text: str, style: Style, place: Place) -> TextRow:
        return TextRow(place, (Span(0, text, style, COLUMN * style.width),), _advance(style))


def _advance(style: Style) -> int:
    return _TALL_ADVANCE if style.height > 1 else _ADVANCE
