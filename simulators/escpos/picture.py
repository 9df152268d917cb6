"""A slip as a picture that looks like the paper: thermal print on off-white, cut or torn at the end.

The font is DejaVu Sans Mono out of the installed python-barcode package: monospaced, with Polish, Cyrillic and box
drawing letters, and 12 x 24 dots at size 20; so no font has to be installed or brought along.
Pillow is imported at the first picture.
"""

from __future__ import annotations

import random
from functools import lru_cache
from importlib import resources
from io import BytesIO
from typing import TYPE_CHECKING

from simulators.escpos.paper import BarcodeRow, ImageRow, QrRow, RollChangeRow, Span, Style, TextRow

if TYPE_CHECKING:
    from pathlib import Path

    from PIL.Image import Image
    from PIL.ImageDraw import ImageDraw as Drawing
    from PIL.ImageFont import FreeTypeFont

    from simulators.escpos.paper import Bitmap, Row, Slip

_SIDE = 32  # dots of unprintable paper left and right (4 mm on 80 mm paper)
_HEAD = 40  # dots from the edge to the first line
_TAIL = 64  # dots from the last line to the cut
_DESK, _PAPER, _INK, _SHADOW = (222, 225, 230), (252, 251, 246), (38, 36, 44), (120, 122, 130)
_BORDER = 28  # dots of desk around the paper
_TOOTH = 8  # dots of one tooth of a torn edge
_ROLL_CHANGE = 48  # dots a change of rolls takes in the picture
_FULL = 255
_COLOURS = 48


def to_png(slip: Slip, *, scale: int = 2) -> bytes:
    """Return the slip as PNG, `scale` pixels a dot."""
    from PIL import Image  # noqa: PLC0415  (first picture only)

    data = BytesIO()
    picture = render(slip, scale=scale).quantize(_COLOURS, dither=Image.Dither.NONE)
    picture.save(data, "PNG", optimize=True)
    return data.getvalue()


def save_png(slip: Slip, path: Path, *, scale: int = 2) -> None:
    """Write the slip as PNG. Raises OSError."""
    path.write_bytes(to_png(slip, scale=scale))


def render(slip: Slip, *, scale: int = 2) -> Image:
    """Return the slip as a picture, `scale` pixels a dot."""
    from PIL import Image, ImageChops, ImageFilter  # noqa: PLC0415  (first picture only)

    ink = _print(slip, scale)
    paper = _paper_shape(ink.size, slip, scale)
    border = _BORDER * scale
    size = (paper.width + 2 * border, paper.height + 2 * border)

    picture = Image.new("RGB", size, _DESK)
    shadow = Image.new("L", size, 0)
    shadow.paste(paper, (border + 2 * scale, border + 4 * scale))
    picture.paste(_SHADOW, mask=shadow.filter(ImageFilter.GaussianBlur(5 * scale)))
    picture.paste(_PAPER, (border, border), paper)
    worn = ImageChops.multiply(ink, _unevenness(ink.size)).filter(ImageFilter.GaussianBlur(0.3 * scale))
    picture.paste(_INK, (border, border), worn)
    return picture


def _height(row: Row) -> int:
    return _ROLL_CHANGE if isinstance(row, RollChangeRow) else row.advance


def _print(slip: Slip, scale: int) -> Image:
    """Return what the head burns: 255 is black, 0 is blank."""
    from PIL import Image  # noqa: PLC0415  (first picture only)

    height = _HEAD + sum(_height(row) for row in slip.rows) + _TAIL
    ink = Image.new("L", ((slip.dots + 2 * _SIDE) * scale, height * scale), 0)
    head = _Head(ink, scale)
    y = _HEAD
    for row in slip.rows:
        head.print(row, y)
        y += _height(row)
    return ink


class _Head:
    """Burns rows into the paper; positions in dots, `scale` pixels each."""

    def __init__(self, ink: Image, scale: int) -> None:
        from PIL import ImageDraw  # noqa: PLC0415  (first picture only)

        self._ink = ink
        self._scale = scale
        self._draw: Drawing = ImageDraw.Draw(ink)

    def print(self, row: Row, y: int) -> None:
        if isinstance(row, TextRow):
            self._text_row(row, y)
        elif isinstance(row, ImageRow):
            self._bitmap(row.bitmap, _SIDE + row.place.start(row.width), y)
        elif isinstance(row, QrRow):
            self._qr(row, y)
        elif isinstance(row, BarcodeRow):
            self._barcode(row, y)
        elif isinstance(row, RollChangeRow):
            self._roll_change(y)

    def _text_row(self, row: TextRow, y: int) -> None:
        left = _SIDE + row.place.start(row.width)
        baseline = max((_baseline(span.style) for span in row.spans), default=0)
        for span in row.spans:
            placed = _turned(span, row) if span.style.upside_down else span
            self._span(placed, left, y + baseline - _baseline(span.style))
        for x, bitmap in row.pictures:
            self._bitmap(bitmap, left + x, y)

    def _span(self, span: Span, left: int, y: int) -> None:
        """Draw character by character: the paper knows cells, not words."""
        style, wide = span.style, span.pitch
        tall = style.cell[1]
        if style.inverted:
            self._box(left + span.x, y, wide * len(span.text), tall)
        for place, character in enumerate(span.text):
            if character != " ":
                self._glyph(character, style, left + span.x + place * wide, y)
        if style.underline:
            self._box(left + span.x, y + tall - style.underline, wide * len(span.text), style.underline)

    def _glyph(self, character: str, style: Style, x: int, y: int) -> None:
        ink = 0 if style.inverted else _FULL
        self._ink.paste(ink, (x * self._scale, y * self._scale), _glyph(character, style, self._scale))

    def _bitmap(self, bitmap: Bitmap, x: int, y: int) -> None:
        from PIL import Image  # noqa: PLC0415  (first picture only)

        if not (bitmap.width and bitmap.height):
            return
        dots = Image.frombytes("1", (bitmap.width, bitmap.height), bitmap.bits).convert("L")
        size = (bitmap.size[0] * self._scale, bitmap.size[1] * self._scale)
        burnt = dots.resize(size, Image.Resampling.NEAREST)
        # Dots beyond the head's width are not printed: the unprintable side stays white.
        room = self._ink.width - (_SIDE + x) * self._scale
        burnt = burnt.crop((0, 0, max(1, min(burnt.width, room)), burnt.height))
        self._ink.paste(_FULL, (x * self._scale, y * self._scale), burnt)

    def _qr(self, row: QrRow, y: int) -> None:
        left = _SIDE + row.place.start(row.width)
        for line, modules in enumerate(row.modules):
            for column, black in enumerate(modules):
                if black:
                    self._box(left + column * row.size, y + line * row.size, row.size, row.size)

    def _barcode(self, row: BarcodeRow, y: int) -> None:
        caption_style = Style(font=row.font)
        left = _SIDE + row.place.start(row.width)
        if "above" in row.captions:
            self._caption(row, caption_style, y)
            y += caption_style.cell[1]
        for column, module in enumerate(row.modules):
            if module == "1":
                self._box(left + column * row.size, y, row.size, row.bar_height)
        if not row.modules:
            self._not_drawn(row, y)
        if "below" in row.captions:
            self._caption(row, caption_style, y + row.bar_height)

    def _caption(self, row: BarcodeRow, style: Style, y: int) -> None:
        """Put the content under the bars, centred on them."""
        x = _SIDE + row.place.start(row.width) + (row.width - style.cell[0] * len(row.content)) // 2
        for character in row.content:
            if character.isprintable() and x >= 0:
                self._glyph(character, style, x, y)
            x += style.cell[0]

    def _not_drawn(self, row: BarcodeRow, y: int) -> None:
        """Stand in for the kinds nobody draws: a grey block with the kind's name."""
        x = _SIDE + row.place.left
        self._draw.rectangle(
            self._pixels(x, y, row.place.width, row.bar_height), outline=_FULL, width=self._scale
        )
        for character in f"{row.kind} {row.content}"[: row.place.width // 12 - 2]:
            x += 12
            self._glyph(character, Style(), x, y + row.bar_height // 2 - 12)

    def _roll_change(self, y: int) -> None:
        """Draw the end of the one roll against the other."""
        middle = y + _ROLL_CHANGE // 2
        for x in range(0, self._ink.width // self._scale, 2 * _TOOTH):
            self._box(x, middle, _TOOTH, 1)

    def _box(self, x: int, y: int, width: int, height: int) -> None:
        self._draw.rectangle(self._pixels(x, y, width, height), fill=_FULL)

    def _pixels(self, x: int, y: int, width: int, height: int) -> tuple[int, int, int, int]:
        scale = self._scale
        return x * scale, y * scale, (x + width) * scale - 1, (y + height) * scale - 1


def _turned(span: Span, row: TextRow) -> Span:
    """Return the span as it stands on a line turned by 180 degrees: from the right, last character first."""
    start = row.place.start(row.width) - row.place.left
    x = row.place.width - 2 * start - span.end
    return Span(x, span.text[::-1], span.style, span.pitch)


def _baseline(style: Style) -> int:
    """Return how many dots below the top of its cell a character stands."""
    return {"A": 19, "B": 14, "K": 19}[style.font] * style.height


@lru_cache(maxsize=8)
def _font(size: int) -> FreeTypeFont:
    from PIL import ImageFont  # noqa: PLC0415  (first picture only)

    data = (resources.files("barcode") / "fonts" / "DejaVuSansMono.ttf").read_bytes()
    return ImageFont.truetype(BytesIO(data), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=1024)
def _glyph(character: str, style: Style, scale: int) -> Image:
    """Return one character as ink, as big as its cell; bold is printed twice, a dot apart, as a thermal head does."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  (first picture only)

    wide, tall = Style(font=style.font).cell
    high = style.height * scale
    size = {"A": 20, "B": 15, "K": 20}[style.font]
    cell = Image.new("L", (wide * high, tall * high), 0)
    draw = ImageDraw.Draw(cell)
    for shift in (0, high // 2, high) if style.bold else (0, high // 2):
        draw.text((shift, _baseline(style) * scale), character, _FULL, _font(size * high), anchor="ls")
    if style.width != style.height:
        cell = cell.resize((wide * style.width * scale, tall * high), Image.Resampling.LANCZOS)
    return cell.rotate(180) if style.upside_down else cell


@lru_cache(maxsize=8)
def _unevenness(size: tuple[int, int]) -> Image:
    """Return how well the paper takes the heat at each place: nearly everywhere fully."""
    from PIL import Image  # noqa: PLC0415  (first picture only)

    noise = random.Random(80)
    small = (max(1, size[0] // 6), max(1, size[1] // 6))
    grain = bytes(noise.choices(range(232, 256), k=small[0] * small[1]))
    return Image.frombytes("L", small, grain).resize(size, Image.Resampling.BICUBIC)


def _paper_shape(size: tuple[int, int], slip: Slip, scale: int) -> Image:
    """Return the paper as a mask: straight where the knife cut, toothed where it was torn off."""
    from PIL import Image, ImageDraw  # noqa: PLC0415  (first picture only)

    width, height = size
    shape = Image.new("L", size, _FULL)
    draw = ImageDraw.Draw(shape)
    tooth = _TOOTH * scale
    if slip.cut == "torn":
        for x in range(0, width, tooth):
            draw.polygon([(x, height), (x + tooth // 2, height - tooth // 2), (x + tooth, height)], fill=0)
    elif slip.cut == "partial":
        _draw_bridge(draw, width, height, tooth)
    return shape


def _draw_bridge(draw: Drawing, width: int, height: int, tooth: int) -> None:
    """Cut the paper off but for a point in its middle, which tore and left a small flag."""
    edge = height - tooth // 3
    for left, right in ((0, width // 2 - tooth // 2), (width // 2 + tooth // 2, width)):
        draw.rectangle((left, edge, right, height), fill=0)
