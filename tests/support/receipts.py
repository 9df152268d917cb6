"""Receipts to print: a plain one, and any one that hypothesis thinks of."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from drivers.receipt import Line, Receipt, VatRate

SHOP_RECEIPT = Receipt(
    receipt_id=123456,
    lines=(
        Line("Kubek ceramiczny 330 ml", Decimal(2), Decimal("24.90"), VatRate(Decimal(23))),
        Line(
            "Zażółć gęślą jaźń: bardzo długa nazwa produktu, która nie mieści się w jednym wierszu paragonu",
            Decimal("1.5"),
            Decimal("1249.05"),
            VatRate(Decimal(8)),
        ),
        Line("Książka", Decimal(1), Decimal(39), VatRate(None)),
    ),
    series_id=1,
    order_id=77,
    number="PAR 12/2026",
    payment="Przelewy24",
    nip="5261040828",
)

names = st.text(max_size=120)
rates = st.sampled_from(
    [VatRate(Decimal(23)), VatRate(Decimal(8)), VatRate(Decimal(5)), VatRate(Decimal(0)), VatRate(None)]
)
lines = st.builds(
    Line,
    name=names,
    quantity=st.decimals("0.001", "9999", places=3),
    unit_price=st.decimals("0.01", "99999.99", places=2),
    vat_rate=rates,
    sku=st.text(max_size=10),
)
receipts = st.builds(
    Receipt,
    receipt_id=st.integers(1, 10**9),
    lines=st.lists(lines, min_size=1, max_size=8).map(tuple),
    order_id=st.none() | st.integers(1, 10**9),
    number=st.text(max_size=30),
    payment=st.text(max_size=30),
    nip=st.sampled_from(["", "5261040828"]),
)
