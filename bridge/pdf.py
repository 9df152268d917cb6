"""A receipt as a PDF: one page as wide as receipt paper, the same rows as on paper, text that can be searched.

The page says in Polish and English that it is information and no fiscal receipt. Equal rows give equal bytes.

    pdf_style(style)      the printer's style, made fit for a page: the font's letters, no drawer
    render_receipt(...)   receipt and style -> PDF
    render_pdf(...)       rows -> PDF

The font is DejaVu Sans Mono (Latin, Cyrillic, Greek), embedded in part; it comes with python-barcode. Measures
are in points, 72 to the inch.
"""

# reportlab has no types, and this file is the only one that calls it.
# mypy: allow-untyped-calls

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from functools import cache, partial
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from drivers.layout import Style, lay_out
from drivers.rows import Feed, Picture, Row, Rule, Symbol, Text
from drivers.text import Alphabet, clean, wrap

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from drivers.receipt import Receipt
    from drivers.words import Language

NOTICE = (
    "Dokument informacyjny, nie jest paragonem fiskalnym.",
    "For information only, this is not a fiscal receipt.",
)
"""What stands at the end of every PDF, whatever the language of the receipt."""

_POINTS_PER_MM = 72 / 25.4
_PAGE_WIDTH = 80 * _POINTS_PER_MM
_MARGIN = 4 * _POINTS_PER_MM
_WIDTH = _PAGE_WIDTH - 2 * _MARGIN
# Readers show no page longer than 200 inches (PDF 1.7, annex C).
_LONGEST_PAGE = 14400.0

_COLUMNS = 48
_FONT = "DejaVuSansMono"
_CHARACTER_WIDTH = 0.602  # of every character of the font, in font sizes
_LEADING = 1.28  # height of a line, in font sizes
_BASELINE = 0.96  # from the top of a line to its baseline, in font sizes
_EDGE = 0.035  # a bold letter is drawn with this edge, in font sizes: the font comes without a bold face
_FILL, _FILL_AND_EDGE = 0, 2  # text render modes
_LARGEST_SIZE = 9.0
_EMPTY_LINE = 0.7  # of a line's height
_GREY = 0.4
_RULE_THICKNESS = 0.5

_QR_SIDE = 28 * _POINTS_PER_MM
_BARCODE_HEIGHT = 12 * _POINTS_PER_MM
_THINNEST_BAR = 0.55
_THICKEST_BAR = 1.1
_LOGO_HEIGHT = 28 * _POINTS_PER_MM
_LOGO_PIXELS = (850, 330)  # 300 dots to the inch: a photograph of a logo must not swell the file

# Signs that join or run from right to left would need shaping; they are written in plain letters instead.
_UNSHAPED = frozenset({"L", "ON", "EN", "ET", "ES", "CS", "WS"})


def pdf_style(style: Style | None) -> Style:
    """Return a printer's style made fit for a page: the font's letters, marked as not fiscal, no drawer, no cut.

    None stands for a printer whose receipts the bridge does not lay out itself.
    """
    style = style or Style(columns=_COLUMNS)
    return replace(style, alphabet=font_alphabet(), not_fiscal=True, cut="none", drawer="none")


def render_receipt(receipt: Receipt, style: Style | None) -> bytes:
    """Return `receipt` as a PDF in the look of `style`. Equal receipts and styles give equal bytes."""
    style = pdf_style(style)
    rows = lay_out(receipt, style)
    return render_pdf(
        rows,
        columns=style.columns,
        title=receipt.number or str(receipt.receipt_id),
        language=style.language,
    )


def render_pdf(rows: Sequence[Row], *, columns: int, title: str, language: Language = "pl") -> bytes:
    """Return rows of `columns` characters as a PDF of one page (more only beyond five metres of paper)."""
    from reportlab.pdfgen.canvas import Canvas  # noqa: PLC0415 - 5 MB and 30 ms that printing does not need

    _register_font()
    grid = _Grid(columns)
    pieces = [piece for row in (*rows, Feed()) for piece in _pieces(row, grid)]
    buffer = BytesIO()
    canvas = Canvas(buffer, invariant=1, pageCompression=1, initialFontName=_FONT, lang=language)
    canvas.setTitle(clean(title))
    canvas.setSubject(" ".join(NOTICE))
    canvas.setCreator("receipt-bridge")
    for page in _pages([*pieces, *_notice()]):
        _draw_page(canvas, page)
    canvas.save()
    return buffer.getvalue()


@cache
def font_alphabet() -> Alphabet:
    """Return the letters the embedded font shows: those of Latin, Greek and Cyrillic, and plain signs."""
    # reportlab's table from glyphs back to text, which a search needs, ends with the 16-bit characters.
    known = frozenset(chr(code) for code in _register_font().face.charToGlyph if code <= 0xFFFF)

    def covers(char: str) -> bool:
        return char in known and unicodedata.bidirectional(char) in _UNSHAPED

    return Alphabet(covers)


@cache
def _register_font() -> Any:
    """Make the font known to reportlab, once, and return it."""
    from reportlab.pdfbase import pdfmetrics  # noqa: PLC0415 - see render_pdf
    from reportlab.pdfbase.ttfonts import TTFont  # noqa: PLC0415

    package = find_spec("barcode")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("python-barcode is not installed; its font is needed for PDF copies")
    font = TTFont(_FONT, str(Path(package.origin).with_name("fonts") / f"{_FONT}.ttf"))
    pdfmetrics.registerFont(font)
    return font


@dataclass(frozen=True, slots=True)
class _Grid:
    """The page as a grid of characters."""

    columns: int

    @property
    def size(self) -> float:
        """The font size: the columns fill the width, but few columns do not make a poster."""
        return min(_WIDTH / (self.columns * _CHARACTER_WIDTH), _LARGEST_SIZE)

    @property
    def line(self) -> float:
        """The height of a line."""
        return self.size * _LEADING

    @property
    def width(self) -> float:
        """The width of all columns."""
        return self.columns * _CHARACTER_WIDTH * self.size

    @property
    def left(self) -> float:
        """Where the first column begins."""
        return (_PAGE_WIDTH - self.width) / 2


@dataclass(frozen=True, slots=True)
class _Piece:
    """Something on the page: its height, and how it is drawn below a given top."""

    height: float
    draw: Callable[[Any, float], None]


def _pieces(row: Row, grid: _Grid) -> Iterator[_Piece]:
    """Yield what a row looks like on the page; nothing for what only paper has."""
    match row:
        case Text():
            yield _text(row, grid)
        case Feed(lines):
            yield _Piece(lines * grid.line * _EMPTY_LINE, _draw_nothing)
        case Rule():
            yield _Piece(grid.line * _EMPTY_LINE, partial(_draw_rule, grid))
        case Symbol("qr", data):
            yield _Piece(_QR_SIDE, partial(_draw_qr, data))
        case Symbol("barcode", data):
            yield from _barcode(data, grid)
        case Picture(path):
            yield from _picture(path)


def _notice() -> Iterator[_Piece]:
    """Yield what every PDF says of itself, each sentence on one line in small grey letters."""
    for sentence in NOTICE:
        size = _WIDTH / (max(map(len, NOTICE)) * _CHARACTER_WIDTH)
        yield _Piece(size * _LEADING, partial(_draw_small_print, sentence, size))


def _text(row: Text, grid: _Grid) -> _Piece:
    """Return a line of the grid; what paper prints wide or tall stands in larger letters that still fit."""
    text = "".join(font_alphabet().substitute(char) for char in row.text)
    if not text:
        return _Piece(grid.line * _EMPTY_LINE, _draw_nothing)
    largest = 2.0 if row.wide else 1.5 if row.tall else 1.0
    size = grid.size * min(largest, grid.columns / len(text))
    spare = grid.width - len(text) * _CHARACTER_WIDTH * size
    left = grid.left + {"left": 0.0, "center": spare / 2, "right": spare}[row.align]
    return _Piece(size * _LEADING, partial(_draw_text, text, left, size, bold=row.bold))


def _draw_text(text: str, left: float, size: float, canvas: Any, top: float, *, bold: bool) -> None:
    # The render mode stays across text objects until the state is put back.
    canvas.saveState()
    canvas.setLineWidth(size * _EDGE)
    line = canvas.beginText(left, top - size * _BASELINE)
    line.setFont(_FONT, size)
    line.setTextRenderMode(_FILL_AND_EDGE if bold else _FILL)
    line.textOut(text)
    canvas.drawText(line)
    canvas.restoreState()


def _draw_small_print(text: str, size: float, canvas: Any, top: float) -> None:
    canvas.saveState()
    canvas.setFont(_FONT, size)
    canvas.setFillGray(_GREY)
    canvas.drawCentredString(_PAGE_WIDTH / 2, top - size * _BASELINE, text)
    canvas.restoreState()


def _draw_nothing(_canvas: Any, _top: float) -> None:
    """Leave the space empty."""


def _draw_rule(grid: _Grid, canvas: Any, top: float) -> None:
    middle = top - grid.line * _EMPTY_LINE / 2
    canvas.setLineWidth(_RULE_THICKNESS)
    canvas.line(grid.left, middle, grid.left + grid.width, middle)


def _draw_qr(data: str, canvas: Any, top: float) -> None:
    from reportlab.graphics.barcode.qr import QrCode  # noqa: PLC0415 - only pages with a symbol need it

    symbol = QrCode(data, qrLevel="M", qrBorder=2, width=_QR_SIDE, height=_QR_SIDE)
    symbol.drawOn(canvas, (_PAGE_WIDTH - _QR_SIDE) / 2, top - _QR_SIDE)


def _barcode(data: str, grid: _Grid) -> Iterator[_Piece]:
    """Yield a CODE128 with its text below; the text alone where the bars would be too thin to scan."""
    from reportlab.graphics.barcode.code128 import Code128  # noqa: PLC0415 - only pages with a symbol need it

    at_one = Code128(data, barWidth=1, quiet=False).width
    bar = min(_WIDTH * 0.9 / at_one, _THICKEST_BAR)
    if bar >= _THINNEST_BAR:
        symbol = Code128(data, barWidth=bar, barHeight=_BARCODE_HEIGHT, quiet=False)
        yield _Piece(_BARCODE_HEIGHT, partial(_draw_barcode, symbol))
    for line in wrap(data, grid.columns):
        yield _text(Text(line, align="center"), grid)


def _draw_barcode(symbol: Any, canvas: Any, top: float) -> None:
    symbol.drawOn(canvas, (_PAGE_WIDTH - symbol.width) / 2, top - _BARCODE_HEIGHT)


def _picture(path: str) -> Iterator[_Piece]:
    """Yield the logo in grey on white, or nothing when it cannot be read: a receipt matters more than its logo."""
    from PIL import Image, ImageOps  # noqa: PLC0415 - only pages with a logo need it

    try:
        with Image.open(path) as source:
            source.thumbnail(_LOGO_PIXELS)
            shaped = ImageOps.exif_transpose(source).convert("RGBA")
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError):
        return
    logo = Image.alpha_composite(Image.new("RGBA", shaped.size, "white"), shaped).convert("L")
    scale = min(_WIDTH / logo.width, _LOGO_HEIGHT / logo.height, 72 / 203)
    yield _Piece(logo.height * scale, partial(_draw_picture, logo, scale))


def _draw_picture(logo: Any, scale: float, canvas: Any, top: float) -> None:
    from reportlab.lib.utils import ImageReader  # noqa: PLC0415 - only pages with a logo need it

    width, height = logo.width * scale, logo.height * scale
    canvas.drawImage(ImageReader(logo), (_PAGE_WIDTH - width) / 2, top - height, width, height)


def _pages(pieces: Iterable[_Piece]) -> Iterator[list[_Piece]]:
    """Yield the pieces of one page after another: a single page unless that would be longer than readers show."""
    page: list[_Piece] = []
    room = _LONGEST_PAGE - 2 * _MARGIN
    for piece in pieces:
        if page and piece.height > room:
            yield page
            page, room = [], _LONGEST_PAGE - 2 * _MARGIN
        page.append(piece)
        room -= piece.height
    yield page


def _draw_page(canvas: Any, page: list[_Piece]) -> None:
    height = sum(piece.height for piece in page) + 2 * _MARGIN
    canvas.setPageSize((_PAGE_WIDTH, height))
    top = height - _MARGIN
    for piece in page:
        piece.draw(canvas, top)
        top -= piece.height
    canvas.showPage()
