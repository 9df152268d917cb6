"""What can be set about an ESC/POS printer: its paper, its letters, its proof, and how a slip looks.

These keys stand in the printer's own table of the configuration file. Reading them imports neither python-escpos
nor Pillow, and opens nothing.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    Strict,
    ValidationInfo,
)

from drivers.escpos.codepages import HIGHEST_NUMBER, CodePage, alphabet, code_page, numbered_page
from drivers.layout import Style, template_fields

_DOTS = {58: 384, 80: 576}
_CELL_DOTS = {"A": 12, "B": 9}


def _known_page(name: str) -> str:
    return code_page(name).name


def _known_numbered_page(text: str) -> str:
    numbered_page(text)
    return text


def _whole_bytes(dots: int | None) -> int | None:
    if dots is not None and dots % 8:
        raise ValueError(f"a multiple of 8, as a raster row is made of bytes; use {dots // 8 * 8}")
    return dots


def _template(text: str) -> str:
    if not template_fields(text):
        raise ValueError(
            "text with {number}, {order_id} or {receipt_id} in it, or every slip has the same code"
        )
    return text


def _image_path(value: object, info: ValidationInfo) -> object:
    """Turn text into a path; a relative one starts at the folder of the configuration file, where it is known."""
    if not isinstance(value, str):
        return value
    if not value or not value.isprintable():
        raise ValueError("the path of an image file")
    return Path(info.context["file"].parent if info.context else "", value)


Words = Annotated[str, Strict(), Field(max_length=200)]
Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Truth = Annotated[bool, Strict()]


class EscposOptions(BaseModel):
    """The settings of one ESC/POS printer."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    paper_mm: Annotated[Literal[58, 80], Field(description="Width of the paper roll in millimetres.")] = 80
    font: Annotated[
        Literal["A", "B"],
        Field(description="The printer's own font: A is large (12x24 dots), B small (9x17 dots)."),
    ] = "A"
    columns: Annotated[
        Annotated[Whole, Field(ge=16, le=96)] | None,
        Field(
            description="Characters in a line. Without it, what the width in dots holds: 32 or 42 on 58 mm, 48 or 64 "
            "on 80 mm, for font A or B. The ruler of the test print shows the truth."
        ),
    ] = None
    width_dots: Annotated[
        Annotated[Whole, Field(ge=128, le=1024)] | None,
        AfterValidator(_whole_bytes),
        Field(description="Printable width in dots. Without it: 384 on 58 mm, 576 on 80 mm; 180 dpi: 512."),
    ] = None

    code_page: Annotated[
        str,
        Strict(),
        AfterValidator(_known_page),
        Field(
            description="The printer's letters. CP852 has Polish, Czech, Slovak, Hungarian, Romanian and German; "
            "CP1250 the same with the euro sign and quotation marks; CP1251 Bulgarian. What the page lacks is "
            "written with the nearest plain letters."
        ),
    ] = "CP852"
    code_page_number: Annotated[
        Annotated[Whole, Field(ge=0, le=HIGHEST_NUMBER)] | None,
        Field(
            description="The printer's own number of that page (the n of ESC t), as its self-test shows it. "
            "Without it: Epson's number."
        ),
    ] = None
    extra_code_pages: Annotated[
        tuple[Annotated[str, Strict(), AfterValidator(_known_numbered_page)], ...],
        Field(
            max_length=4,
            description="Pages to switch to for letters the first one lacks, with their number where it is not "
            'Epson\'s, such as ["CP858", "CP1251=73"]. CP858 brings the euro sign to a CP852 printer.',
        ),
    ] = ()
    chinese_mode_off: Annotated[
        Truth,
        Field(
            description="Leave the two-byte mode that printers with a Chinese font start in (FS .); without it "
            "they print Chinese signs for accented letters."
        ),
    ] = True

    proof: Annotated[
        Literal["process-id", "fence", "none"],
        Field(
            description="How the printer proves a slip. process-id: it names the finished slip (GS ( H, newer Epson); "
            "fence: it answers a question that stands behind the cut (GS r, nearly all); none: it cannot answer, and "
            "bytes handed over count as printed."
        ),
    ] = "fence"
    after_interruption: Annotated[
        Literal["hold", "reprint-marked"],
        Field(
            description="What happens to a slip that may have been printed. hold: it waits for a person; "
            "reprint-marked: it is printed again under a COPY banner."
        ),
    ] = "hold"
    identify: Annotated[
        Truth,
        Field(
            description="Ask for the serial number (GS I 68) before each slip, so that another printer in the same "
            "place is noticed. Only for printers that have the command."
        ),
    ] = False

    language: Annotated[Literal["pl", "en"], Field(description="Language of the words on the slip.")] = "pl"
    currency: Annotated[
        str,
        Strict(),
        Field(pattern=r"^[A-Z]{3}$", description="The currency of the receipts, as three letters."),
    ] = "PLN"
    not_fiscal_notice: Annotated[
        Truth, Field(description="Say on every slip, in words, that it is not a fiscal receipt.")
    ] = True
    header: Annotated[
        tuple[Words, ...], Field(max_length=12, description="Lines above: name and address of the shop.")
    ] = ()
    footer: Annotated[tuple[Words, ...], Field(max_length=12, description="Lines below.")] = ()
    logo: Annotated[
        Path | None,
        BeforeValidator(_image_path),
        Field(description="An image file printed at the top, at most as wide as the paper, black on white."),
    ] = None
    symbol: Annotated[
        Literal["none", "qr", "barcode"],
        Field(description="A code for scanners below the total: a QR code or a CODE128 barcode."),
    ] = "none"
    symbol_data: Annotated[
        Words,
        AfterValidator(_template),
        Field(
            min_length=1,
            description="What the code says: text with {number}, {order_id} or {receipt_id} of BaseLinker in it.",
        ),
    ] = "{number}"
    symbol_size: Annotated[
        Whole,
        Field(
            ge=1,
            le=8,
            description="Dots of the code's smallest square or bar; made smaller where paper ends.",
        ),
    ] = 6

    cut: Annotated[
        Literal["partial", "full", "none"],
        Field(description="How the slip is cut. none: fed to the tear bar."),
    ] = "partial"
    feed_lines: Annotated[
        Whole, Field(ge=0, le=20, description="Empty lines to the tear bar, for printers without a cutter.")
    ] = 5
    drawer: Annotated[
        Literal["none", "pin2", "pin5"],
        Field(
            description="Open the cash drawer on this pin of its connector after each slip; never for a copy."
        ),
    ] = "none"

    lines_per_second: Annotated[
        Number,
        Field(ge=1, le=100, description="How many text lines the printer prints in a second, at least."),
    ] = 8.0
    answer_seconds: Annotated[
        Number,
        Field(ge=0.5, le=60, description="Seconds the printer may take to answer a status question."),
    ] = 5.0
    patience_seconds: Annotated[
        Number,
        Field(
            ge=1,
            le=600,
            description="Seconds an online printer may take for a slip beyond the time its bytes and lines need.",
        ),
    ] = 20.0

    @property
    def line_columns(self) -> int:
        """Characters in a line."""
        return self.columns or self.line_dots // _CELL_DOTS[self.font]

    @property
    def line_dots(self) -> int:
        """Dots in a row."""
        return self.width_dots or _DOTS[self.paper_mm]

    @property
    def pages(self) -> tuple[CodePage, ...]:
        """The code pages in the order they are tried."""
        first = code_page(self.code_page).numbered(self.code_page_number)
        return (first, *(numbered_page(text) for text in self.extra_code_pages))

    @property
    def style(self) -> Style:
        """How slips of this printer look."""
        return Style(
            columns=self.line_columns,
            language=self.language,
            alphabet=alphabet(self.pages),
            header=self.header,
            footer=self.footer,
            logo=None if self.logo is None else str(self.logo),
            not_fiscal=self.not_fiscal_notice,
            symbol=self.symbol,
            symbol_data=self.symbol_data,
            cut=self.cut,
            drawer=self.drawer,
        )
