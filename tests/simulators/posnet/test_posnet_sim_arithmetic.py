"""The printer's sums against another way to compute them (posnet.md 9)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from support.fiscal_printers import Counter

from simulators.posnet.arithmetic import as_totals, line_value, percent_change, spread, tax_of

TOTALS = st.lists(st.integers(0, 10**9), min_size=7, max_size=7).filter(any).map(as_totals)


def half_up(value: Fraction) -> int:
    """Return a value that is not negative, rounded half up."""
    return int(value + Fraction(1, 2))


@given(TOTALS, st.integers(1, 3 * 10**9))
def test_an_amount_is_spread_without_losing_a_grosz_or_turning_against_itself(
    totals: tuple[int, int, int, int, int, int, int], after: int
) -> None:
    parts = spread(totals, after)

    assert after == sum(parts)
    for before, now in zip(totals, parts, strict=True):
        assert now <= before if after <= sum(totals) else now >= before
        assert abs(Fraction(before * after, sum(totals)) - now) < 1


@given(st.integers(0, 10**10), st.integers(0, 9999), st.booleans())
def test_percentages_round_half_up(value: int, percent: int, surcharge: bool) -> None:
    sign = 1 if surcharge else -1
    exact = Fraction(value * percent, 10_000)

    assert sign * half_up(exact) == percent_change(value, percent, surcharge=surcharge, discount_first=True)
    after = half_up(value + sign * exact)
    assert after - value == percent_change(value, percent, surcharge=surcharge, discount_first=False)


@given(st.integers(0, 10**11), st.sampled_from([2300, 800, 500, 0, 700, 2200]))
def test_tax_is_in_the_gross_sum(gross: int, rate: int) -> None:
    assert half_up(Fraction(gross * rate, 10_000 + rate)) == tax_of(gross, rate)
    assert 0 == tax_of(gross, 10_000) == tax_of(gross, 10_100)


@given(st.integers(1, 10**10), st.decimals("0.00000001", 10**6, places=8))
def test_a_line_is_price_times_quantity(price: int, quantity: Decimal) -> None:
    assert half_up(price * Fraction(quantity)) == line_value(price, quantity)


LINES = st.lists(
    st.tuples(st.integers(0, 3), st.integers(1, 100_000), st.integers(1, 9999)), min_size=1, max_size=120
)


@settings(max_examples=15)
@given(LINES)
def test_a_receipt_is_the_sum_of_its_lines(lines: list[tuple[int, int, int]]) -> None:
    counter = Counter()
    counter.tell("trinit␉bm1␉")
    sums = [0] * 7
    for number, (slot, price, thousandths) in enumerate(lines):
        quantity = Decimal(thousandths) / 1000
        value = int((price * quantity).quantize(Decimal(1), ROUND_HALF_UP))
        command = f"trline␉naTowar {number}␉vt{slot}␉pr{price}␉il{quantity}␉wa{value}␉"
        if value == 0:
            assert ["trline␉?2009␉"] == counter.ask(command)
        else:
            counter.tell(command)
        sums[slot] += value

    if any(sums):
        counter.tell(f"trend␉to{sum(sums)}␉fp{sum(sums)}␉")
        assert tuple(sums) == counter.printer.fiscal.receipts[0].totals == counter.printer.memory.day.totals
