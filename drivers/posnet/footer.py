"""What stands around a receipt beyond its lines: numbers, lines of the footer, codes (posnet.md 8.10).

Everything is set before `trinit`, so that nothing is left to do once the receipt is fiscal. A number that does not
fit its field is left out and noted: half a number is a wrong one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.layout import symbol_data
from drivers.posnet import values
from drivers.posnet.commands import Command
from drivers.posnet.notes import Note
from drivers.posnet.text import fit_text, formatted_length, lines_value
from drivers.text import clean

if TYPE_CHECKING:
    from drivers.posnet.facts import DeviceFacts
    from drivers.posnet.options import PosnetOptions
    from drivers.posnet.text import Page
    from drivers.receipt import Receipt

LONGEST_NUMBER = 30
"""Characters of the system number and of the barcode."""
LONGEST_CODE = 2000
"""Characters of a 2D code."""
FOOTER_LINES = 3
FOOTER_COLUMNS = 40
"""Characters of a footer line on 57 mm paper; wider printers have 56, and none tells its width."""


@dataclass(frozen=True, slots=True)
class Footer:
    """The commands that set the footer, before the receipt is opened, and what had to be left out."""

    commands: tuple[Command, ...]
    notes: tuple[Note, ...]


def plan_footer(
    receipt: Receipt, device: DeviceFacts, options: PosnetOptions, urgent: tuple[str, ...]
) -> Footer:
    """Return the footer of a receipt; `urgent` lines stand before the configured ones."""
    writer = _Writer(receipt, device.page)
    code = writer.number(options.code_2d, LONGEST_CODE)
    lines = lines_value(writer.lines(options.footer, urgent))
    fields = (
        ("cc", writer.words(options.cashier)),
        ("cn", writer.words(options.till)),
        # For this document alone, as all of it: nothing may be left standing on the next one.
        ("ca", values.NO if options.cashier or options.till else ""),
        ("sn", writer.number(options.system_number, LONGEST_NUMBER, plain=False)),
        ("bc", writer.number(options.barcode, LONGEST_NUMBER)),
        ("bb", "1" if code else ""),
        ("ln", lines),
        ("lb", values.NO if lines else ""),
    )
    given = tuple((name, text) for name, text in fields if text)
    configured = (Command("ftrcfg", given),) if given else ()
    return Footer((*_code(code, options.code_2d_pixels), *configured), tuple(writer.notes))


def _code(text: str, pixels: int) -> tuple[Command, ...]:
    """Return the command that prepares a QR code of medium error correction; the next footer uses it up."""
    if not text:
        return ()
    return (Command("qrcode", (("px", str(pixels)), ("el", "1"), ("hx", values.NO), ("tx", text))),)


class _Writer:
    """Fills templates with the numbers of a receipt and keeps account of what does not fit."""

    def __init__(self, receipt: Receipt, page: Page) -> None:
        self._receipt = receipt
        self._page = page
        self.notes: list[Note] = []

    def words(self, text: str) -> str:
        """Return text of the configuration, fitted."""
        return fit_text(text, self._page)

    def number(self, template: str, longest: int, *, plain: bool = True) -> str:
        """Return a filled template; '' when a datum is missing, or the whole does not fit. Codes are `plain` ASCII."""
        text = clean(symbol_data(template, self._receipt))
        fitted = fit_text(text, self._page)
        if len(fitted) <= longest and (fitted == text or not plain) and (fitted.isascii() or not plain):
            return fitted
        self._leave_out(text)
        return ""

    def lines(self, templates: tuple[str, ...], urgent: tuple[str, ...]) -> tuple[str, ...]:
        """Return at most three lines, the urgent ones first."""
        filled = (fit_text(symbol_data(template, self._receipt), self._page) for template in templates)
        fitted = [self.words(text) for text in urgent] + [text for text in filled if text]
        kept = [text for text in fitted if formatted_length(text) <= FOOTER_COLUMNS][:FOOTER_LINES]
        for text in fitted:
            if text not in kept:
                self._leave_out(text)
        return tuple(kept)

    def _leave_out(self, text: str) -> None:
        self.notes.append(
            Note(
                "left_out",
                f"{text!r} does not fit the footer of the receipt and is left out",
                f"{text!r} nie mieści się w stopce paragonu i zostało pominięte",
            )
        )
