"""Lines of a receipt as a POSNET printer takes them, with its own arithmetic in whole numbers (posnet.md 8.3, 9).

    value of a line = price x quantity, rounded half up to the grosz; what the plan sends as `wa`, the printer checks

A unit price finer than a grosz, or a quantity finer than a thousandth, cannot be sent. Such a line keeps its exact
value: the price is rounded if the printer then still comes to that value, else one piece is sold for the whole; the
description tells the true quantity and price.

A negative line becomes discounts on the lines of its own VAT rate, so that the tax is what it would be with the
negative line. Where they cannot bear it, the receipt is refused: another rate would be a guess.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any, Self

from drivers.contract import Refusal
from drivers.posnet import values
from drivers.posnet.commands import Command
from drivers.posnet.names import Item, comparable, name_items
from drivers.posnet.text import cut, fit_text
from drivers.receipt import format_grosze
from drivers.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from drivers.posnet.facts import DeviceFacts
    from drivers.posnet.options import PosnetOptions
    from drivers.posnet.rates import RateTable
    from drivers.receipt import Line, Receipt

MOST_LINES = 500
LONGEST_DISCOUNT_NAME = 25

_DISCOUNT = "Rabat"
_EXACT = Context(prec=90, rounding=ROUND_HALF_UP)
_DOWN = Context(prec=90, rounding=ROUND_FLOOR)
_GROSZ = Decimal("0.01")
_THOUSANDTH = Decimal("0.001")
# Rounded to this, quantity and price together still fit the shortest description: "ok. ", " x ", twice 14 characters.
_READABLE = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """One line as it is sent. `index` is the line of the receipt; amounts are grosze.

    `value` is price x quantity before the `discount`. `description` stands where price and quantity are not the
    true ones.
    """

    index: int
    name: str
    slot: int
    price: int
    quantity: Decimal
    value: int
    description: str = ""
    discount: int = 0
    discount_name: str = ""

    @property
    def paid(self) -> int:
        """The line's value after its discount."""
        return self.value - self.discount

    @property
    def command(self) -> Command:
        """The `trline` of this line."""
        fields = [("na", self.name), ("vt", values.slot(self.slot)), ("pr", values.amount(self.price))]
        if self.quantity != 1:
            fields.append(("il", values.quantity(self.quantity)))
        fields.append(("wa", values.amount(self.value)))
        if self.description:
            fields.append(("op", self.description))
        if self.discount:
            fields += [
                ("rd", values.YES),
                ("rn", self.discount_name),
                ("rw", values.amount(self.discount)),
            ]
        return Command("trline", tuple(fields))

    def to_json(self) -> dict[str, Any]:
        """Return the line as JSON, the quantity as text."""
        return {
            "index": self.index,
            "name": self.name,
            "slot": self.slot,
            "price": self.price,
            "quantity": f"{self.quantity:f}",
            "value": self.value,
            "description": self.description,
            "discount": self.discount,
            "discount_name": self.discount_name,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the line that `to_json` wrote."""
        return cls(**{**value, "quantity": Decimal(value["quantity"])})


@dataclass(frozen=True, slots=True)
class PlannedLines:
    """The lines that are sold, and the receipt's lines of no value that are left out."""

    sold: tuple[PlannedLine, ...]
    left_out: tuple[int, ...]


def plan_lines(
    receipt: Receipt, device: DeviceFacts, rates: RateTable, options: PosnetOptions
) -> PlannedLines:
    """Return the lines to send. Raises Refusal, which names the line."""
    slots = {
        at: rates.slot_of(line.vat_rate, f"lines[{at}].vat_rate")
        for at, line in enumerate(receipt.lines)
        if line.value
    }
    sold = [
        _sell(line, at, slots[at], device.description_length)
        for at, line in enumerate(receipt.lines)
        if _is_sold(line, at)
    ]
    left_out = tuple(at for at, line in enumerate(receipt.lines) if line.value == 0)
    if left_out and options.zero_price == "refuse":
        raise _refused(left_out[0], "has no value, and the printer takes no such line", "zero_value")
    _check_count(len(sold))
    named = _named(sold, receipt, device, options)
    return PlannedLines(_discounted(named, receipt, slots, device, options), left_out)


def _check_count(sold: int) -> None:
    if sold > MOST_LINES:
        raise Refusal(
            f"The receipt has {sold} lines, and the printer takes {MOST_LINES}",
            field="lines",
            cure="Split the receipt in BaseLinker",
            code="too_many_lines",
        )
    if not sold:
        raise Refusal(
            "The receipt has nothing of value, and the printer ends no receipt at zero",
            field="lines",
            cure="Delete the receipt in BaseLinker, or correct its prices",
            code="zero_value",
        )


def _is_sold(line: Line, index: int) -> bool:
    if line.unit_price < 0 and line.quantity < 0:
        raise _refused(index, "has a negative price and a negative quantity", "negative_line")
    return line.value > 0


def _refused(index: int, what: str, code: str) -> Refusal:
    return Refusal(
        f"Line {index + 1} {what}",
        field=f"lines[{index}]",
        cure="Correct the receipt in BaseLinker",
        code=code,
    )


def _sell(line: Line, index: int, slot: int, description_length: int) -> PlannedLine:
    value = line.value
    if value > values.HIGHEST_AMOUNT:
        highest = format_grosze(values.HIGHEST_AMOUNT)
        raise _refused(
            index, f"is worth {format_grosze(value)}, and the printer takes {highest}", "too_large"
        )
    price, quantity = _price_and_quantity(line.unit_price, line.quantity, value)
    true = _grosze(price) == line.unit_price and quantity == line.quantity
    words = "" if true else _true_words(line, description_length)
    return PlannedLine(index, line.name, slot, price, quantity, value, words)


def _price_and_quantity(unit_price: Decimal, quantity: Decimal, value: int) -> tuple[int, Decimal]:
    """Return a price in grosze and a quantity that make `value`, as near to the true ones as that goes."""
    rounded = _EXACT.quantize(quantity, _THOUSANDTH)
    below = int(_DOWN.quantize(unit_price, _GROSZ).scaleb(2, _EXACT))
    prices = (below, below + 1) if unit_price - _grosze(below) < _GROSZ / 2 else (below + 1, below)
    if 0 < rounded <= values.HIGHEST_QUANTITY:
        for price in prices:
            if 0 < price <= values.HIGHEST_AMOUNT and printer_value(price, rounded) == value:
                return price, rounded
    return value, Decimal(1)


def _grosze(amount: int) -> Decimal:
    return Decimal(amount).scaleb(-2, _EXACT)


def printer_value(price: int, quantity: Decimal) -> int:
    """Return price x quantity as the printer computes it: rounded half up to the grosz (posnet.md 9)."""
    product = _EXACT.multiply(Decimal(price), quantity)
    return int(_EXACT.quantize(product, Decimal(1)))


def _true_words(line: Line, longest: int) -> str:
    """Return the true quantity and price of a line, exact where they fit."""
    words = WORDS["pl"]
    exact = f"{words.quantity(line.quantity)} x {words.unit_price(line.unit_price)}"
    if len(exact) <= longest:
        return exact
    quantity, price = (_EXACT.quantize(number, _READABLE) for number in (line.quantity, line.unit_price))
    return f"ok. {words.quantity(quantity)} x {words.unit_price(price)}"


def _named(
    sold: Sequence[PlannedLine], receipt: Receipt, device: DeviceFacts, options: PosnetOptions
) -> list[PlannedLine]:
    items = [Item(line.slot, _item_name(receipt.lines[line.index], device, options.unnamed)) for line in sold]
    names = name_items(items, options.name_length or device.name_length)
    return [replace(line, name=name) for line, name in zip(sold, names, strict=True)]


def _item_name(line: Line, device: DeviceFacts, unnamed: str) -> str:
    """Return the fitted name, or the first other word for the goods that is not empty to the printer (2104)."""
    fitted = (fit_text(text, device.page) for text in (line.name, line.sku, line.ean, unnamed))
    return next(name for name in fitted if comparable(name))


def _discounted(
    sold: Sequence[PlannedLine],
    receipt: Receipt,
    slots: Mapping[int, int],
    device: DeviceFacts,
    options: PosnetOptions,
) -> tuple[PlannedLine, ...]:
    """Return the lines with the negative ones of the receipt taken off them, each in its own rate."""
    negative = [at for at, line in enumerate(receipt.lines) if line.value < 0]
    if negative and options.negative_lines == "refuse":
        raise _refused(negative[0], "is negative", "negative_line")
    lines = tuple(sold)
    for slot in sorted({slots[at] for at in negative}):
        taken_off = [at for at in negative if slots[at] == slot]
        names = {fit_text(receipt.lines[at].name, device.page) for at in taken_off}
        name = cut(names.pop(), LONGEST_DISCOUNT_NAME) if len(names) == 1 else ""
        lines = _taken_off(lines, receipt, taken_off, slot, name or _DISCOUNT)
    return lines


def _taken_off(
    lines: tuple[PlannedLine, ...], receipt: Receipt, taken_off: Sequence[int], slot: int, name: str
) -> tuple[PlannedLine, ...]:
    amount = -sum(receipt.lines[at].value for at in taken_off)
    shares = _shares(amount, {line.index: line.value for line in lines if line.slot == slot})
    if shares is None:
        rate = receipt.lines[taken_off[0]].vat_rate
        what = f"takes {format_grosze(amount)} off what is sold at {rate}, and less than that is sold"
        raise _refused(taken_off[0], what, "negative_line")
    return tuple(
        replace(line, discount=shares[line.index], discount_name=name) if shares.get(line.index) else line
        for line in lines
    )


def _shares(amount: int, line_values: Mapping[int, int]) -> Mapping[int, int] | None:
    """Return `amount` spread over lines by what they are worth; each keeps a grosz (1985). None: it cannot be."""
    room = {at: value - 1 for at, value in line_values.items()}
    whole = sum(room.values())
    if amount > whole:
        return None
    shares = {at: amount * part // whole for at, part in room.items()}
    by_remainder = sorted(room, key=lambda at: (-(amount * room[at] % whole), at))
    for at in by_remainder[: amount - sum(shares.values())]:
        shares[at] += 1
    return shares
