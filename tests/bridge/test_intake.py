from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.listings import listed, product

from bridge.intake import UnreadableError, clean_nip, read_listed, receipt_of
from drivers.receipt import VatRate


def test_a_documented_entry_becomes_a_receipt() -> None:
    found = read_listed(listed(7, nip="PL 526-10-40-828"))

    assert found.receipt is not None
    assert (7, 5, 107, "7/11/2026/P") == (found.receipt_id, found.series_id, found.order_id, found.number)
    assert ("5261040828", "Gotówka", 2100) == (found.receipt.nip, found.receipt.payment, found.receipt.total)
    assert VatRate(Decimal(23)) == found.receipt.lines[0].vat_rate


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"products": None}, "products"),
        ({"products": []}, "products"),
        ({"products": "two"}, "products"),
        ({"products": [7]}, "products[0]"),
        ({"products": [product(price_brutto=None)]}, "products[0].price_brutto"),
        ({"products": [product(price_brutto="")]}, "products[0].price_brutto"),
        ({"products": [product(price_brutto="ten")]}, "products[0].price_brutto"),
        ({"products": [product(price_brutto="-1")]}, "products[0].price_brutto"),
        ({"products": [product(price_brutto=Decimal("1E+29"))]}, "products[0].price_brutto"),
        ({"products": [product(), product(quantity=0)]}, "products[1].quantity"),
        ({"products": [product(quantity=True)]}, "products[0].quantity"),
        ({"products": [product(quantity=[1])]}, "products[0].quantity"),
        ({"products": [product(tax_rate=None)]}, "products[0].tax_rate"),
        ({"products": [product(tax_rate=Decimal("-0.02"))]}, "products[0].tax_rate"),
        ({"products": [product(tax_rate=Decimal("-0.03"))]}, "products[0].tax_rate"),
        ({"products": [product(tax_rate=-7)]}, "products[0].tax_rate"),
        ({"products": [product(tax_rate=100)]}, "products[0].tax_rate"),
    ],
)
def test_a_field_that_matters_refuses_the_receipt_and_is_named(changes: dict[str, Any], field: str) -> None:
    found = read_listed(listed(**changes))

    assert found.receipt is None
    assert found.refusal is not None
    assert field == found.refusal.field
    assert str(found.refusal).startswith(field)


@pytest.mark.parametrize(
    "changes",
    [
        {"payment_method": None},
        {"payment_method": ["?"]},
        {"order_id": "x"},
        {"series_id": ""},
        {"receipt_full_nr": None},
        {"date_add": "soon"},
        {"surprise": {"a": 1}},
        {"nip": None},
        {"products": [product(name=None)]},
        {"products": [product(sku=[], ean={})]},
        {"products": {"0": product(), "1": product()}},
    ],
)
def test_a_field_that_does_not_matter_stops_no_receipt(changes: dict[str, Any]) -> None:
    found = read_listed(listed(**changes))

    assert found.receipt is not None
    assert found.refusal is None
    assert () == found.holds


@pytest.mark.parametrize("receipt_id", [None, "", "x", 0, -3, 1.5, True, [1], 2**63])
def test_an_entry_without_an_id_cannot_be_read(receipt_id: object) -> None:
    with pytest.raises(UnreadableError, match="receipt_id"):
        read_listed(listed() | {"receipt_id": receipt_id})


@pytest.mark.parametrize("entry", [None, [], "x", 3])
def test_an_entry_that_is_no_object_cannot_be_read(entry: object) -> None:
    with pytest.raises(UnreadableError):
        read_listed(entry)


@pytest.mark.parametrize("rate", [23, "23", "23.00", Decimal("23.0"), 8, 5, 0, "-1", -1, Decimal(-1)])
def test_rates_come_as_numbers_or_text(rate: object) -> None:
    found = read_listed(listed(products=[product(tax_rate=rate)]))

    assert found.receipt is not None
    expected = None if Decimal(str(rate)) == -1 else Decimal(str(rate))
    assert VatRate(expected) == found.receipt.lines[0].vat_rate


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("", ""),
        ("  - ", ""),
        ("5261040828", "5261040828"),
        ("526-104-08-28", "5261040828"),
        ("PL5261040828", "5261040828"),
        ("pl 526 104 08 28", "5261040828"),
        ("526\u00a0104\u201108\u201128", "5261040828"),
        ("5261040829", None),
        ("526104082", None),
        ("DE123456789", None),
        ("0000000000", None),
        ("brak", None),
        ("٥٢٦١٠٤٠٨٢٨", None),
        ("5261040828; DROP", None),
    ],
)
def test_a_nip_is_cleaned_and_its_check_digit_checked(typed: str, clean: str | None) -> None:
    assert clean == clean_nip(typed)


def test_an_invalid_nip_holds_the_receipt_and_is_not_on_it() -> None:
    found = read_listed(listed(nip="123"))

    assert ["nip_invalid"] == [hold.code for hold in found.holds]
    assert found.receipt is not None
    assert "" == found.receipt.nip


def test_content_gives_the_same_receipt_again_in_its_currency() -> None:
    first = read_listed(listed(products=[product(price_brutto=Decimal("416.625"))]))

    again = receipt_of(first.content, "EUR")

    assert first.receipt is not None
    assert (first.receipt.lines, "EUR") == (again.lines, "EUR")
    assert first.digest == read_listed(json.loads(first.content)).digest


def test_what_is_not_printed_is_no_edit_and_what_is_printed_is_one() -> None:
    before = read_listed(listed()).digest

    assert before == read_listed(listed(date_add=5, new_field="x")).digest
    assert before != read_listed(listed(payment_method="Karta")).digest
    assert before != read_listed(listed(products=[product(quantity=3)])).digest


amounts = st.decimals(min_value=0, max_value=99999, places=3)
quantities = st.decimals(min_value="0.001", max_value=999, places=3)


@given(st.lists(st.tuples(amounts, quantities, st.sampled_from([23, 8, 5, 0, -1])), min_size=1, max_size=40))
def test_sums_equal_an_independent_computation_in_fractions(
    lines: list[tuple[Decimal, Decimal, int]],
) -> None:
    products = [
        product(price_brutto=str(price), quantity=quantity, tax_rate=rate) for price, quantity, rate in lines
    ]

    receipt = receipt_of(read_listed(listed(products=products)).content, "PLN")

    values = [
        int(Fraction(price) * Fraction(quantity) * 100 + Fraction(1, 2)) for price, quantity, _ in lines
    ]
    assert values == [line.value for line in receipt.lines]
    assert sum(values) == receipt.total == sum(gross for _, gross in receipt.totals_by_rate)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
known_keys = st.sampled_from(
    ["receipt_id", "series_id", "order_id", "receipt_full_nr", "payment_method", "nip", "products"]
)
line_keys = st.sampled_from(["name", "price_brutto", "tax_rate", "quantity", "sku", "ean"])


@given(
    st.dictionaries(known_keys, json_values), st.lists(st.dictionaries(line_keys, json_values), max_size=3)
)
def test_no_entry_whatever_it_holds_makes_the_intake_fail(
    entry: dict[str, Any], lines: list[dict[str, Any]]
) -> None:
    for raw in (entry, listed() | entry, listed(products=[product(**line) for line in lines])):
        try:
            found = read_listed(raw)
        except UnreadableError:
            continue
        assert (found.receipt is None) == (found.refusal is not None)
        assert found.digest == read_listed(json.loads(found.content)).digest
        found.content.encode()
