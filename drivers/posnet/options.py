"""What can be set about a POSNET fiscal printer: how receipts are worded, paid and numbered on it.

These keys stand in the printer's own table of the configuration file. VAT letters are not among them: they are read
from the printer.
"""

from __future__ import annotations

import re
from datetime import time
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, Strict

from drivers.layout import template_fields
from drivers.posnet.footer import FOOTER_COLUMNS, FOOTER_LINES
from drivers.posnet.names import SHORTEST_LIMIT, comparable
from drivers.posnet.payments import FormName, Patterns, PaymentForm, compiled, form_named
from drivers.posnet.text import formatted_length
from drivers.text import clean

Whole = Annotated[int, Strict()]
Number = Annotated[float, Strict(), Field(allow_inf_nan=False)]
Truth = Annotated[bool, Strict()]

LONGEST_PATTERN = 200


def _template(text: str) -> str:
    template_fields(text)
    return text


def _number_template(text: str) -> str:
    if text and not template_fields(text):
        raise ValueError(
            "text with {number}, {order_id} or {receipt_id} in it, or every receipt has the same one"
        )
    return text


def _footer_line(text: str) -> str:
    if formatted_length(text) > FOOTER_COLUMNS:
        raise ValueError(f'at most {FOOTER_COLUMNS} characters, and "&" counts twice')
    return _template(text)


def _item_name(text: str) -> str:
    if not comparable(clean(text)):
        raise ValueError("a name with letters or digits in it")
    return text


def _hour(text: str) -> str:
    if text and not re.fullmatch("([01][0-9]|2[0-3]):[0-5][0-9]", text):
        raise ValueError('a time of day such as "21:30", or "" for none')
    return text


def _server(text: str) -> str:
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("an address in plain characters, without spaces")
    return text


def _pattern(text: str) -> str:
    compiled([(text, "other")])
    return text


Words = Annotated[str, Strict()]


class PaymentPattern(BaseModel):
    """One rule: payments that BaseLinker describes so are of this form."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    pattern: Annotated[
        Words,
        AfterValidator(_pattern),
        Field(
            min_length=1,
            max_length=LONGEST_PATTERN,
            description="A regular expression, looked for anywhere in BaseLinker's payment text, capitals or not.",
        ),
    ]
    form: Annotated[FormName, Field(description="The payment form of the printer.")]


class PosnetOptions(BaseModel):
    """The settings of one POSNET fiscal printer."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    interface: Annotated[
        Literal[1, 2],
        Field(
            description="The interface of the printer this link leads to, PC1 or PC2, as its menu calls it. Its "
            "code page is read from there."
        ),
    ] = 1
    code_page: Annotated[
        Literal["auto", "windows-1250", "iso-8859-2", "mazovia", "cp852"],
        Field(
            description="The printer's letters. auto: as the printer itself says; anything else only for a printer "
            "that cannot tell, or tells wrong: Polish letters on the paper show it."
        ),
    ] = "auto"
    name_length: Annotated[
        Annotated[Whole, Field(ge=SHORTEST_LIMIT, le=80)] | None,
        Field(
            description="Characters of an item's name at most, 20 to 80. Without it, what the model takes: 80 of "
            "ONLINE models, 40 of older ones."
        ),
    ] = None
    block_mode: Annotated[
        Truth,
        Field(
            description="Print a receipt only when it is complete (trinit bm), so that a receipt that breaks off "
            "leaves no paper. Otherwise lines are printed as they are sent."
        ),
    ] = False

    answer_seconds: Annotated[
        Number,
        Field(
            ge=1,
            le=60,
            description="How long the printer, or a converter on the way to it, may need for its shortest answer. No "
            "deadline is shorter; more than the usual 2 is for slow ones that are said not to answer although they do.",
        ),
    ] = 2.0
    daily_report_at: Annotated[
        Words,
        AfterValidator(_hour),
        Field(
            description='Time of day, by the clock of the printer, at which the daily report is made, such as "21:30", '
            "if anything was sold since the last one; receipts that wait then are sold behind it. Empty: only before "
            "the first sale of a new day, which it is always."
        ),
    ] = ""

    unnamed: Annotated[
        Words,
        AfterValidator(_item_name),
        Field(
            max_length=40,
            description="Name of an item whose own name, SKU and EAN hold nothing the printer counts.",
        ),
    ] = "Towar"
    zero_price: Annotated[
        Literal["skip", "refuse"],
        Field(
            description="What happens to lines of no value, which no fiscal printer takes. skip: they are left out "
            "and named in the footer; refuse: the receipt is not printed."
        ),
    ] = "skip"
    negative_lines: Annotated[
        Literal["discount", "refuse"],
        Field(
            description="What happens to negative lines. discount: they lower the lines of the same VAT rate, where "
            "those are worth more; refuse: the receipt is not printed."
        ),
    ] = "discount"

    payments: Annotated[
        tuple[PaymentPattern, ...],
        Field(
            max_length=50,
            description="Rules for payment forms that come before the usual ones, the first that fits wins. Forms "
            "are cash, card, cheque, coupon, credit, other, voucher, transfer.",
        ),
    ] = ()
    payment_fallback: Annotated[
        FormName,
        Field(description="The payment form when no rule fits, or BaseLinker says nothing of the payment."),
    ] = "other"

    system_number: Annotated[
        Words,
        AfterValidator(_number_template),
        Field(
            max_length=100,
            description="The system number below a receipt, 30 characters at most: text with {number}, {order_id} or "
            "{receipt_id} of BaseLinker in it. Empty: none.",
        ),
    ] = "{number}"
    barcode: Annotated[
        Words,
        AfterValidator(_number_template),
        Field(
            max_length=100,
            description="What a barcode below a receipt says, 30 plain characters at most; a template as above. "
            "Empty: none.",
        ),
    ] = ""
    code_2d: Annotated[
        Words,
        AfterValidator(_number_template),
        Field(
            max_length=200,
            description="What a QR code below a receipt says; a template as above. Empty: none.",
        ),
    ] = ""
    code_2d_pixels: Annotated[
        Whole, Field(ge=2, le=10, description="Dots of the smallest square of the QR code, 2 to 10.")
    ] = 4
    footer: Annotated[
        tuple[Annotated[Words, AfterValidator(_footer_line), Field(min_length=1)], ...],
        Field(
            max_length=FOOTER_LINES,
            description="Lines below a receipt, three of 40 characters at most; templates as above, or plain text. "
            "A line whose number is missing is left out.",
        ),
    ] = ("Zamówienie: {order_id}",)
    cashier: Annotated[
        Words, Field(max_length=32, description="Name of the cashier on receipts. Empty: the printer's own.")
    ] = ""
    till: Annotated[
        Words, Field(max_length=8, description="Number of the till on receipts. Empty: the printer's own.")
    ] = ""

    edocument: Annotated[
        Literal["off", "on"],
        Field(
            description="Whether a buyer who asked for it gets an electronic receipt in place of paper, where the "
            "printer has that service and it is switched on."
        ),
    ] = "off"
    edocument_server: Annotated[
        Words,
        AfterValidator(_server),
        Field(
            max_length=80,
            description="Address of the server electronic receipts are sent to, 80 characters at most. Empty: the "
            "printer's own.",
        ),
    ] = ""

    @property
    def report_hour(self) -> time | None:
        """The time of day of the daily report, None where none is set."""
        return time.fromisoformat(self.daily_report_at) if self.daily_report_at else None

    @property
    def payment_patterns(self) -> Patterns:
        """The own rules for payment forms, ready to be used."""
        return compiled([(rule.pattern, rule.form) for rule in self.payments])

    @property
    def payment_form(self) -> PaymentForm:
        """The form when no rule fits."""
        return form_named(self.payment_fallback)
