"""The settings commands change, and the print line that characters gather on until it is printed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from simulators.escpos.paper import COLUMN, LINE, PLAIN, Bitmap, Place, Span, Style, TextRow

if TYPE_CHECKING:
    from simulators.escpos.models import Model


@dataclass(slots=True)
class Settings:
    """Everything `ESC @`, a power cut and nothing else puts back."""

    dots: int
    two_byte: bool = False
    code_page: int = 0
    country: int = 0
    style: Style = PLAIN
    bold: bool = False
    double_strike: bool = False
    spacing: int = 0
    align: str = "left"
    left_margin: int = 0
    area_width: int | None = None
    line_spacing: int = LINE
    tab_stops: tuple[int, ...] = tuple(range(8, 256, 8))
    barcode_height: int = 162
    barcode_size: int = 3
    barcode_captions: frozenset[str] = frozenset()
    barcode_font: str = "A"
    qr_size: int = 3
    qr_level: str = "L"
    qr_data: bytes = b""
    stored_image: Bitmap | None = None

    @classmethod
    def of(cls, model: Model) -> Settings:
        """Return the settings of `model` after power-on."""
        return cls(dots=model.dots, two_byte=model.two_byte_at_start)

    @property
    def place(self) -> Place:
        """Where the next row goes: the margin, what is left of the paper's width, and the alignment."""
        left = min(self.left_margin, self.dots)
        width = self.dots - left
        return Place(left, min(width, width if self.area_width is None else self.area_width), self.align)


@dataclass(slots=True)
class PrintLine:
    """The print buffer: one line of characters and pictures with the position of the next.

    `lead` is the first byte of a Chinese character whose second one has not come.
    """

    x: int = 0
    lead: bytes = b""
    spans: list[Span] = field(default_factory=list)
    pictures: list[tuple[int, Bitmap]] = field(default_factory=list)

    @property
    def empty(self) -> bool:
        """Whether nothing is on it and the position is the line's start."""
        return not (self.x or self.spans or self.pictures)

    def fits(self, width: int, area: int) -> bool:
        """Whether `width` more dots fit; at the start of a line anything does."""
        return self.x == 0 or self.x + width <= area

    def add(self, character: str, style: Style, spacing: int) -> None:
        """Put a character down and move on; `spacing` dots to its right grow with its width."""
        pitch = style.cell[0] + spacing * style.width
        last = self.spans[-1] if self.spans else None
        if last and (last.style, last.pitch, last.end) == (style, pitch, self.x):
            self.spans[-1] = Span(last.x, last.text + character, style, pitch)
        else:
            self.spans.append(Span(self.x, character, style, pitch))
        self.x += pitch

    def add_picture(self, bitmap: Bitmap) -> None:
        """Put a picture down and move on."""
        self.pictures.append((self.x, bitmap))
        self.x += bitmap.size[0]

    def tab(self, stops: tuple[int, ...], column: int, area: int) -> None:
        """Move to the next tab stop (in characters `column` dots wide); without one, stay."""
        self.x = next((stop * column for stop in stops if self.x < stop * column <= area), self.x)

    def take(self, place: Place, least_advance: int) -> TextRow:
        """Return the line as a row, as high as its highest character needs, and start a new one."""
        highest = max(
            [span.style.cell[1] for span in self.spans] + [picture.size[1] for _, picture in self.pictures],
            default=0,
        )
        row = TextRow(place, tuple(self.spans), max(least_advance, highest), tuple(self.pictures))
        self.clear()
        return row

    def clear(self) -> None:
        """Forget the line."""
        self.x = 0
        self.lead = b""
        self.spans.clear()
        self.pictures.clear()


def column_width(style: Style, spacing: int) -> int:
    """Return the dots of one tab column in the current style."""
    return style.cell[0] + spacing * style.width if style.font != "K" else COLUMN
