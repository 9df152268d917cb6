"""How a receipt stands on paper: from a receipt and a style to rows, the same for a printer and for a PDF.

    logo, shop lines           who sells
    COPY                       only when it may have been printed before
    not a fiscal receipt       unless the style says otherwise
    numbers                    BaseLinker's number, order, receipt id
    lines                      name wrapped, quantity x price, sum, VAT rate
    VAT per rate, total        exact, from `drivers.receipt` alone
    payment, buyer's NIP
    symbol, footer             QR code or barcode
    drawer, cut

Rows are described in `drivers.rows`. Nothing here knows a device: the widths, the alphabet and the words come
with the style.
"""

from __future__ import annotations

import string
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from drivers.rows import (
    Align,
    Cut,
    CutKind,
    DrawerPin,
    Feed,
    Kick,
    Picture,
    Row,
    Rule,
    Symbol,
    SymbolKind,
    Text,
)
from drivers.text import Alphabet, fit, wrap
from drivers.words import WORDS, Language, SlipWords

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from drivers.receipt import Line, Receipt

SYMBOL_FIELDS = ("number", "order_id", "receipt_id")
"""What a symbol's template may name in braces."""

LONGEST_SYMBOL = 200
"""Characters of a symbol's data; a longer one is left out, as no printer of 58 mm could draw it."""

_PLAIN = Alphabet(lambda _char: False)


@dataclass(frozen=True, slots=True)
class Style:
    """How slips look: the grid, the words, what stands above and below.

    `alphabet` is what the device can show (None: everything). `notice` is one more paragraph under the
    not-fiscal words, for a PDF for example. `symbol_data` is a template over SYMBOL_FIELDS.
    """

    columns: int
    language: Language = "pl"
    alphabet: Alphabet | None = None
    header: tuple[str, ...] = ()
    footer: tuple[str, ...] = ()
    logo: str | None = None
    not_fiscal: bool = True
    notice: str = ""
    symbol: Literal["none"] | SymbolKind = "none"
    symbol_data: str = "{number}"
    cut: Literal["none"] | CutKind = "none"
    drawer: Literal["none"] | DrawerPin = "none"


def lay_out(receipt: Receipt, style: Style, *, copy: bool = False) -> tuple[Row, ...]:
    """Return the rows of a slip. No text row is wider than the style's columns, and no name loses a letter.

    A `copy` carries the COPY banner above and below, and never opens the drawer.
    """
    return tuple(_Slip(style, WORDS[style.language]).rows(receipt, copy=copy))


def symbol_data(template: str, receipt: Receipt) -> str:
    """Return what a symbol says about `receipt`, or '' when a field it names is empty."""
    values = {field: str(getattr(receipt, field) or "") for field in SYMBOL_FIELDS}
    if not all(values[field] for field in template_fields(template)):
        return ""
    return template.format_map(values)


def template_fields(template: str) -> tuple[str, ...]:
    """Return the fields a template names; ValueError says what is wrong with a bad one."""
    try:
        parts = list(string.Formatter().parse(template))
    except ValueError as error:
        raise ValueError(f"{template!r} is not a template: {error}") from None
    fields = tuple(field for _, field, _, _ in parts if field is not None)
    if any(spec or conversion for _, _, spec, conversion in parts):
        raise ValueError(f"{template!r} may name fields in braces only, without ':' or '!'")
    for field in fields:
        if field not in SYMBOL_FIELDS:
            known = ", ".join(f"{{{name}}}" for name in SYMBOL_FIELDS)
            raise ValueError(f"{{{field}}} is not a field of a receipt; known are {known}")
    return fields


def aligned(left: str, right: str, columns: int) -> tuple[str, ...]:
    """Return `left` and `right` at the two edges of one line, or on lines of their own when they do not fit."""
    gap = columns - len(left) - len(right)
    if gap >= 1:
        return (f"{left}{' ' * gap}{right}",)
    return (*wrap(left, columns), *(part.rjust(columns) for part in wrap(right, columns)))


@dataclass(frozen=True, slots=True)
class _Slip:
    style: Style
    words: SlipWords

    def rows(self, receipt: Receipt, *, copy: bool) -> Iterator[Row]:
        yield from self._head()
        if copy:
            yield from self._copy_banner()
        yield from self._not_fiscal()
        yield from self._numbers(receipt)
        yield Rule()
        yield from self._lines(receipt)
        yield Rule()
        yield from self._vat(receipt)
        yield Rule()
        yield from self._total(receipt)
        yield from self._payment(receipt)
        yield from self._symbol(receipt)
        yield from self._centred(self.style.footer)
        if copy:
            yield from self._copy_banner()
        yield from self._ending(copy=copy)

    def _fit(self, text: str) -> str:
        return fit(text, self.style.alphabet).text

    def _head(self) -> Iterator[Row]:
        if self.style.logo is not None:
            yield Picture(self.style.logo)
        yield from self._centred(self.style.header)
        if self.style.logo is not None or self.style.header:
            yield Feed()

    def _centred(self, paragraphs: Iterable[str]) -> Iterator[Row]:
        for paragraph in paragraphs:
            yield from self._paragraph(paragraph, align="center")

    def _paragraph(self, text: str, *, align: Align = "left", bold: bool = False) -> Iterator[Row]:
        for line in wrap(self._fit(text), self.style.columns):
            yield Text(line, align=align, bold=bold)

    def _banner(self, text: str) -> Iterator[Row]:
        fitted = self._fit(text)
        wide = len(fitted) <= self.style.columns // 2
        for line in wrap(fitted, self.style.columns):
            yield Text(line, align="center", bold=True, wide=wide, tall=True)

    def _copy_banner(self) -> Iterator[Row]:
        yield Feed()
        yield from self._banner(f"*** {self.words.copy} ***")
        yield from self._paragraph(self.words.copy_detail, align="center")
        yield Feed()

    def _not_fiscal(self) -> Iterator[Row]:
        if self.style.not_fiscal:
            yield from self._banner(self.words.not_fiscal)
            yield from self._paragraph(self.words.not_fiscal_detail, align="center")
        if self.style.notice:
            yield from self._paragraph(self.style.notice, align="center")

    def _pair(self, left: str, right: str) -> Iterator[Row]:
        for line in aligned(self._fit(left), self._fit(right), self.style.columns):
            yield Text(line)

    def _numbers(self, receipt: Receipt) -> Iterator[Row]:
        yield Feed()
        if receipt.number:
            yield from self._pair(f"{self.words.number}:", receipt.number)
        if receipt.order_id is not None:
            yield from self._pair(f"{self.words.order}:", str(receipt.order_id))
        yield from self._pair(f"{self.words.receipt_id}:", str(receipt.receipt_id))

    def _lines(self, receipt: Receipt) -> Iterator[Row]:
        widest = max((len(self.words.rate(line.vat_rate)) for line in receipt.lines), default=0)
        for line in receipt.lines:
            yield from self._line(line, widest)

    def _line(self, line: Line, rate_width: int) -> Iterator[Row]:
        name = self._fit(line.name) or self._fit(line.sku) or self._fit(self.words.unnamed)
        count = f"{self.words.quantity(line.quantity)} x {self.words.unit_price(line.unit_price)}"
        value = f"{self.words.money(line.value)} {self.words.rate(line.vat_rate):>{rate_width}}"
        one_line = aligned(f"{name} ", f"{count}  {value}", self.style.columns)
        if len(one_line) == 1:
            yield Text(one_line[0])
            return
        for part in wrap(name, self.style.columns):
            yield Text(part)
        for part in aligned(f"  {count}", value, self.style.columns):
            yield Text(part)

    def _vat(self, receipt: Receipt) -> Iterator[Row]:
        sums = [
            (self.words.rate(rate), gross - rate.vat_of(gross), rate.vat_of(gross), gross)
            for rate, gross in receipt.totals_by_rate
        ]
        if len(sums) > 1:
            _, nets, vats, grosses = zip(*sums, strict=True)
            sums.append((self.words.all_rates, sum(nets), sum(vats), sum(grosses)))
        head = (self.words.vat_rate, self.words.net, self.words.vat_amount, self.words.gross)
        table = [head, *((rate, *map(self.words.money, amounts)) for rate, *amounts in sums)]
        yield from self._table(table) or self._stacked(table)

    def _table(self, table: list[tuple[str, ...]]) -> list[Row]:
        """Return the table in columns, or nothing when the paper is too narrow for its numbers."""
        first = max(len(row[0]) for row in table)
        width = (self.style.columns - first) // 3
        if any(len(cell) >= width for row in table for cell in row[1:]):
            return []
        spare = self.style.columns - first - 3 * width
        return [
            Text(f"{row[0]:<{first + spare}}" + "".join(f"{cell:>{width}}" for cell in row[1:]))
            for row in table
        ]

    def _stacked(self, table: list[tuple[str, ...]]) -> Iterator[Row]:
        (_, *names), *rows = table
        for rate, *amounts in rows:
            for name, amount in zip(names, amounts, strict=True):
                yield from self._pair(f"{rate} {name}", amount)

    def _total(self, receipt: Receipt) -> Iterator[Row]:
        label = f"{self.words.total} {self._fit(receipt.currency)}"
        amount = self.words.money(receipt.total)
        wide = len(label) + 1 + len(amount) <= self.style.columns // 2
        for line in aligned(label, amount, self.style.columns // 2 if wide else self.style.columns):
            yield Text(line, bold=True, wide=wide, tall=True)

    def _payment(self, receipt: Receipt) -> Iterator[Row]:
        if receipt.payment:
            yield from self._pair(f"{self.words.payment}:", receipt.payment)
        if receipt.nip:
            yield from self._pair(f"{self.words.buyer_nip}:", receipt.nip)
        yield Feed()

    def _symbol(self, receipt: Receipt) -> Iterator[Row]:
        kind = self.style.symbol
        if kind == "none":
            return
        alphabet = _PLAIN if kind == "barcode" else None
        data = fit(symbol_data(self.style.symbol_data, receipt), alphabet).text
        if data and len(data) <= LONGEST_SYMBOL:
            yield Symbol(kind, data)
            yield Feed()

    def _ending(self, *, copy: bool) -> Iterator[Row]:
        if self.style.drawer != "none" and not copy:
            yield Kick(self.style.drawer)
        if self.style.cut != "none":
            yield Cut(self.style.cut)
