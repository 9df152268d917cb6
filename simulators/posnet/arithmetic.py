"""The printer's arithmetic: whole grosze, rounded where the manual says so (posnet.md 9)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING

from simulators.posnet.behaviour import Spread
from simulators.posnet.memory import EXEMPT, RATES

if TYPE_CHECKING:
    from simulators.posnet.memory import Totals

_EXACT = Context(prec=60)
_WHOLE = 100_00  # 100 % in hundredths of a percent


def line_value(price: int, quantity: Decimal, rounding: str = ROUND_HALF_UP) -> int:
    """Return price times quantity in grosze."""
    return int(_EXACT.multiply(Decimal(price), quantity).quantize(Decimal(1), rounding, _EXACT))


def tax_of(gross: int, rate: int) -> int:
    """Return the tax contained in a gross sum at a rate in hundredths of a percent."""
    if rate >= EXEMPT:
        return 0
    return _rounded(gross * rate, _WHOLE + rate)


def percent_change(value: int, percent: int, *, surcharge: bool, discount_first: bool) -> int:
    """Return what a percentage adds to a value: negative for a discount.

    13.50 less 15 % is 11.48 when the value after is rounded (`dt0`), 11.47 when the discount is (`dt1`).
    """
    sign = 1 if surcharge else -1
    if discount_first:
        return sign * _rounded(value * percent, _WHOLE)
    return _rounded(value * (_WHOLE + sign * percent), _WHOLE) - value


def spread(totals: Totals, after: int) -> Totals:
    """Return the totals per rate when their sum becomes `after`; integer arithmetic with a carried remainder."""
    before, carried, parts = sum(totals), 0, []
    for value in totals:
        part, rest = divmod(value * after, before)
        carried += rest
        if carried >= before:
            part += 1
            carried -= before
        parts.append(part)
    return as_totals(parts)


def percent_of_totals(
    totals: Totals, percent: int, *, surcharge: bool, discount_first: bool, how: Spread
) -> Totals:
    """Return the totals after a percentage on the whole receipt."""
    if how is Spread.SUM:
        whole = sum(totals)
        change = percent_change(whole, percent, surcharge=surcharge, discount_first=discount_first)
        return spread(totals, whole + change)
    return as_totals(
        [
            value + percent_change(value, percent, surcharge=surcharge, discount_first=discount_first)
            for value in totals
        ]
    )


def added(totals: Totals, slot: int, amount: int) -> Totals:
    """Return the totals with an amount added to one rate."""
    return as_totals([value + amount * (place == slot) for place, value in enumerate(totals)])


def as_totals(values: list[int]) -> Totals:
    """Return seven numbers as totals."""
    first, second, third, fourth, fifth, sixth, seventh = values
    return first, second, third, fourth, fifth, sixth, seventh


def summed(one: Totals, other: Totals) -> Totals:
    """Return the totals of two receipts together."""
    return as_totals([one[place] + other[place] for place in range(RATES)])


def _rounded(numerator: int, denominator: int) -> int:
    """Return a quotient of numbers that are not negative, rounded half up."""
    return (2 * numerator + denominator) // (2 * denominator)
