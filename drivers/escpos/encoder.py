"""Rows into the bytes of one printer, through python-escpos' Dummy with an explicit profile and code pages.

Text is encoded by python-escpos and compared, byte by byte, with what the code page says: a control byte or a
foreign table can not leave this file.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.escpos import frames
from drivers.escpos.codepages import CodePage, alphabet, segments
from drivers.escpos.job import Job, in_pieces
from drivers.escpos.library import Library, library_name
from drivers.escpos.logo import raster_bands
from drivers.escpos.symbols import draw_barcode, draw_qr
from drivers.rows import Align, Cut, Feed, Kick, Picture, Row, Rule, Symbol, Text
from drivers.text import encode, fit, printable, wrap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

    from drivers.escpos.options import EscposOptions

LINE_DOTS = 24
"""Height of a text line of font A, to count pictures and symbols in lines."""

_CUT_LINES = 4.0
# On for 50 ms, off for 500 ms: python-escpos' own 100 ms on, 100 ms off is hard on the solenoid (escpos.md 8).
_DRAWER_PULSE = {"pin2": (0x1B, 0x70, 0, 25, 250), "pin5": (0x1B, 0x70, 1, 25, 250)}


@dataclass(frozen=True, slots=True)
class Sample:
    """A line of the test page: `text` under the table `number`, behind `label` or that number. Not part of a slip."""

    number: int
    codec: str
    text: str
    label: int | None = None


def encode_slip(
    rows: Iterable[Row | Sample], options: EscposOptions, library: Library, logo: Image | None = None
) -> Job:
    """Return the job that prints `rows`. `logo` stands for every Picture; without it pictures are left out."""
    slip = _Encoder(options, library, logo)
    opening = slip.opening()
    body: list[bytes] = []
    tail: list[bytes] = []
    for row in rows:
        (tail if isinstance(row, Kick | Cut) else body).extend(slip.row(row))
    if options.cut == "none":
        tail.append(slip.fed(options.feed_lines))
    return Job(opening, in_pieces((*body, *slip.last_line())), in_pieces(tail), slip.lines)


class _Encoder:
    """The printer's settings while one slip is encoded: what stands in it is sent only when it changes."""

    def __init__(self, options: EscposOptions, library: Library, logo: Image | None) -> None:
        self._options = options
        self._pages = options.pages
        self._page = self._pages[0]
        self._printer = library.printer(self._pages, options.line_dots)
        self._logo = logo
        self._look = Text("")
        self._ends_with_line = True
        self.lines = 0.0

    def opening(self) -> bytes:
        """Return what sets the printer up; it prints nothing."""
        self._printer.hw("INIT")
        start = self._taken() + (frames.CHINESE_MODE_OFF if self._options.chinese_mode_off else b"")
        self._printer.charcode(library_name(self._page))
        self._printer.set(font=self._options.font.lower(), align="left", bold=False)
        self._printer.set(custom_size=True, width=1, height=1)
        return start + frames.COUNTRY_USA + self._taken()

    def row(self, row: Row | Sample) -> tuple[bytes, ...]:
        """Return one row as whole commands."""
        match row:
            case Text():
                return (self._text(row),)
            case Rule():
                return (self._text(Text(self._rule() * self._options.line_columns)),)
            case Feed(lines):
                return (self._feed(lines),)
            case Picture():
                return self._picture()
            case Symbol():
                return self._symbol(row)
            case Kick(pin):
                self._printer.cashdraw(_DRAWER_PULSE[pin])
                return (self._taken(),)
            case Cut(kind):
                self.lines += _CUT_LINES
                return (frames.CUT_FULL if kind == "full" else frames.CUT_PARTIAL,)
            case Sample():
                return (self._sample(row),)

    def last_line(self) -> tuple[bytes, ...]:
        """Return what the body lacks to end with a line feed: a process id belongs to what stands before it."""
        return () if self._ends_with_line else (self._feed(1),)

    def fed(self, lines: int) -> bytes:
        """Return the feed to the tear bar."""
        self.lines += lines
        self._printer.print_and_feed(lines)
        return self._taken()

    def _taken(self) -> bytes:
        taken: bytes = self._printer.output
        self._printer.clear()
        return taken

    def _text(self, row: Text) -> bytes:
        self.lines += 2 if row.tall else 1
        self._ends_with_line = True
        # An empty line needs no look of its own.
        looks = self._looking(row) if row.text else b""
        runs = b"".join(self._run(page, text) for page, text in segments(row.text, self._pages, self._page))
        return looks + runs + b"\n"

    def _run(self, page: CodePage, text: str) -> bytes:
        if page != self._page:
            self._page = page
            self._printer.charcode(library_name(page))
        switch = self._taken()
        self._printer.text(text)
        encoded = self._taken()
        if encoded != encode(text, page.codec):
            raise ValueError(f"python-escpos encodes {text!r} in {page.name} as {encoded.hex(' ')}")
        return switch + printable(encoded)

    def _looking(self, row: Text) -> bytes:
        if (row.align, row.bold) != (self._look.align, self._look.bold):
            self._printer.set(align=row.align, bold=row.bold)
        if (row.wide, row.tall) != (self._look.wide, self._look.tall):
            self._printer.set(custom_size=True, width=1 + row.wide, height=1 + row.tall)
        self._look = row
        return self._taken()

    def _aligned(self, align: Align) -> bytes:
        return self._looking(Text("", align=align))

    def _rule(self) -> str:
        return "─" if alphabet(self._pages[:1]).covers("─") else "-"

    def _feed(self, lines: int) -> bytes:
        self.lines += lines
        self._ends_with_line = True
        return b"\n" * lines

    def _picture(self) -> tuple[bytes, ...]:
        if self._logo is None:
            return ()
        self.lines += self._logo.height / LINE_DOTS
        self._ends_with_line = False
        return (self._aligned("left"), *raster_bands(self._printer, self._logo))

    def _symbol(self, row: Symbol) -> tuple[bytes, ...]:
        aligned = self._aligned("center")
        draw = draw_qr if row.kind == "qr" else draw_barcode
        height = draw(
            self._printer, row.data, dots=self._options.line_dots, largest=self._options.symbol_size
        )
        if not height:
            shown = fit(row.data, alphabet(self._pages)).text
            lines = wrap(shown, self._options.line_columns)
            return (aligned, *(self._text(Text(line, align="center")) for line in lines))
        self.lines += height / LINE_DOTS + 1
        self._ends_with_line = False
        return (aligned + self._taken(),)

    def _sample(self, row: Sample) -> bytes:
        self.lines += 1
        number = encode(f"{row.number if row.label is None else row.label:3} ", "ascii")
        shown = b"\x1bt" + bytes((row.number,)) + encode(row.text, row.codec)
        return self._aligned("left") + number + shown + b"\x1bt" + bytes((self._page.number,)) + b"\n"
