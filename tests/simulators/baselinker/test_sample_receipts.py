"""The sample receipts look like real ones and are reckoned right."""

from __future__ import annotations

import random
from decimal import ROUND_HALF_UP, Decimal

from hypothesis import given
from hypothesis import strategies as st

from simulators.baselinker.model import EXEMPT
from simulators.baselinker.receipts import sample_nip, sample_receipts

seeds = st.integers(min_value=0, max_value=10**6)


@given(seeds)
def test_the_same_seed_gives_the_same_receipts_whatever_their_number(seed: int) -> None:
    assert sample_receipts(12, seed)[:5] == sample_receipts(5, seed)


def test_other_seeds_give_other_receipts() -> None:
    assert sample_receipts(5, 1) != sample_receipts(5, 2)


@given(seeds)
def test_ten_receipts_hold_everything_that_is_hard(seed: int) -> None:
    samples = sample_receipts(10, seed)
    lines = [line for sample in samples for line in sample.products]
    assert max(len(sample.products) for sample in samples) == 40
    assert any((line.price_brutto, line.quantity) == (Decimal("416.625"), Decimal(2)) for line in lines)
    assert any(line.quantity != int(line.quantity) for line in lines)
    assert {line.tax_rate for line in samples[8].products} == {
        Decimal(23), Decimal(8), Decimal(5), Decimal(0), EXEMPT,
    }  # fmt: skip
    assert any(not line.name.isascii() for line in lines)


@given(seeds)
def test_the_total_is_the_sum_of_the_lines_each_rounded_half_up(seed: int) -> None:
    for sample in sample_receipts(10, seed):
        values = [
            (line.price_brutto * line.quantity).quantize(Decimal("0.01"), ROUND_HALF_UP)
            for line in sample.products
        ]
        assert sample.total == sum(values) * 100
        assert sample.total > 0


@given(seeds)
def test_tax_ids_and_bar_codes_have_right_check_digits(seed: int) -> None:
    for sample in sample_receipts(10, seed):
        digits = [int(letter) for letter in sample.nip if letter.isdigit()]
        if digits:
            weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
            assert len(digits) == 10
            assert sum(a * b for a, b in zip(weights, digits, strict=False)) % 11 == digits[9]
        for line in sample.products:
            code = [int(letter) for letter in line.ean]
            assert (sum(code[::2]) + 3 * sum(code[1::2])) % 10 == 0


def test_some_buyers_give_a_tax_id_in_different_writing() -> None:
    typed = [sample.nip for sample in sample_receipts(200, 0) if sample.nip]
    assert 20 < len(typed) < 80
    assert any("-" in nip for nip in typed)
    assert any(nip.startswith("PL") for nip in typed)
    assert any(nip.isdecimal() for nip in typed)


@given(seeds)
def test_a_sample_tax_id_is_ten_digits(seed: int) -> None:
    nip = sample_nip(random.Random(seed))
    assert len(nip) == 10
    assert nip.isdecimal()


@given(seeds)
def test_texts_fit_what_baselinker_allows(seed: int) -> None:
    for sample in sample_receipts(10, seed):
        assert len(sample.payment_method) <= 30
        assert all(0 < len(line.name) <= 130 for line in sample.products)
        assert sample.email.endswith("@example.com")
        assert sample.shop
