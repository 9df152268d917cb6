"""Whatever stands in a receipt, nothing of it commands the printer, and its sums are exact."""

from __future__ import annotations

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from support.escpos_shop import Shop
from support.listings import listed, product

from bridge.intake import read_listed, receipt_of
from drivers.contract import Refusal

# What a hostile order note would hold: drawer, cut, table switch, initialise, real-time requests, process ids.
COMMANDS = [
    "\x1bp\x00\x19\xfa",
    "\x1dV\x00",
    "\x1bt\x10",
    "\x1b@",
    "\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08",
    "\x10\x04\x01",
    "\x10\x05\x02",
    "\x1d(H\x06\x0000ABCD",
    "\x1c&",
    "\r\n\x0b\x0c\x85\u2028\u2029",
    "\u202e\u2066\u200b\ufeff\x7f\x9b",
]
hostile = st.lists(st.sampled_from(COMMANDS) | st.text(max_size=30), max_size=4).map("".join)
prices = st.decimals(min_value=0, max_value=99999, places=3).map(str)
quantities = st.decimals(min_value="0.001", max_value=999, places=3).map(str)
lines = st.lists(
    st.builds(
        product,
        name=hostile,
        price_brutto=prices,
        quantity=quantities,
        tax_rate=st.sampled_from([23, 8, 5, 0, -1]),
    ),
    min_size=1,
    max_size=6,
)


def print_entry(entry: dict[str, Any], **options: Any) -> Shop:
    receipt = receipt_of(read_listed(entry).content, "PLN")
    shop = Shop(**options)
    shop.print(receipt)
    return shop


@settings(max_examples=60)
@given(lines, hostile, hostile, st.sampled_from(["CP852", "CP1250", "CP437", "CP1251"]))
@example([product(name="".join(COMMANDS))], "".join(COMMANDS), "".join(COMMANDS), "CP852")
def test_no_text_of_a_receipt_reaches_the_printer_as_a_command(
    products: list[dict[str, Any]], number: str, payment: str, page: str
) -> None:
    entry = listed(7, products=products, receipt_full_nr=number, payment_method=payment)

    shop = print_entry(entry, code_page=page, symbol="qr", symbol_data="{receipt_id}")

    assert 1 == len(shop.device.ledger.slips)
    assert () == shop.device.ledger.kicks
    assert () == shop.device.findings
    assert "" == shop.begun


@settings(max_examples=60)
@given(lines)
def test_the_sums_on_paper_equal_an_independent_computation(products: list[dict[str, Any]]) -> None:
    shop = print_entry(listed(7, products=products))

    values = [
        int(
            Fraction(Decimal(line["price_brutto"])) * Fraction(Decimal(line["quantity"])) * 100
            + Fraction(1, 2)
        )
        for line in products
    ]
    total = sum(values)
    printed = re.search(r"^SUMA PLN\s+(\S[\d  ]*,\d\d)$", shop.slips[0], re.MULTILINE)
    assert printed is not None
    assert f"{total // 100},{total % 100:02d}" == re.sub(r"\s", "", printed[1])
    by_rate = {line["tax_rate"] for line in products}
    for rate in by_rate:
        gross = sum(value for value, line in zip(values, products, strict=True) if line["tax_rate"] == rate)
        word = "zw." if rate == -1 else f"{rate}%"
        assert re.search(
            rf"^{re.escape(word)}\s.*\s{gross // 100},{gross % 100:02d}$", shop.slips[0], re.MULTILINE
        ), shop.slips[0]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | hostile,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
entry_keys = st.sampled_from(
    ["series_id", "order_id", "receipt_full_nr", "payment_method", "nip", "products"]
)
line_keys = st.sampled_from(["name", "price_brutto", "tax_rate", "quantity", "sku", "ean"])


@settings(max_examples=100)
@given(
    st.dictionaries(entry_keys, json_values, max_size=3),
    st.lists(
        st.dictionaries(line_keys, json_values, max_size=2).map(lambda changes: product(**changes)),
        max_size=3,
    ),
)
def test_any_json_is_printed_as_plain_text_or_refused_with_its_field(
    entry: dict[str, Any], products: list[dict[str, Any]]
) -> None:
    found = read_listed(listed(7, products=products or [product()]) | entry)
    if found.receipt is None:
        assert found.refusal is not None
        assert found.refusal.field.startswith("products")
        return
    try:
        shop = print_entry(listed(7, products=products or [product()]) | entry)
    except Refusal as refusal:
        assert refusal.field  # noqa: PT017 - a refusal is one of the two right answers
        return
    assert () == shop.device.ledger.kicks
    assert () == shop.device.findings


@pytest.mark.parametrize("note", COMMANDS)
def test_each_command_known_to_be_hidden_in_names_is_harmless(note: str) -> None:
    shop = print_entry(listed(7, products=[product(name=f"Herbata{note}czarna")]))

    assert () == shop.device.findings
    assert 1 == len(shop.device.ledger.slips)
    assert "Herbata" in shop.slips[0]
    assert "czarna" in shop.slips[0]
