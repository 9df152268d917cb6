from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.receipts import SHOP_RECEIPT, receipts

from drivers.escpos.codepages import CODE_PAGES, alphabet
from drivers.layout import Style, aligned, lay_out, symbol_data
from drivers.rows import Cut, Feed, Kick, Picture, Rule, Symbol, Text
from drivers.text import fit
from drivers.words import WORDS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drivers.receipt import Receipt
    from drivers.rows import Row

POLISH = alphabet((CODE_PAGES["CP852"],))
styles = st.builds(
    Style,
    columns=st.integers(16, 96),
    language=st.sampled_from(["pl", "en"]),
    alphabet=st.sampled_from([None, POLISH]),
    header=st.lists(st.text(max_size=60), max_size=3).map(tuple),
    footer=st.lists(st.text(max_size=60), max_size=3).map(tuple),
    not_fiscal=st.booleans(),
    notice=st.text(max_size=60),
    symbol=st.sampled_from(["none", "qr", "barcode"]),
)


def texts(rows: Iterable[Row]) -> list[str]:
    return [row.text for row in rows if isinstance(row, Text)]


def squeezed(text: str) -> str:
    return "".join(text.split())


@given(receipts, styles, st.booleans())
def test_no_row_is_wider_than_the_paper(receipt: Receipt, style: Style, copy: bool) -> None:
    for row in lay_out(receipt, style, copy=copy):
        if isinstance(row, Text):
            assert len(row.text) <= (style.columns // 2 if row.wide else style.columns)
            assert row.text == row.text.replace("\n", "").replace("\x1b", "")


@given(receipts, styles)
def test_no_name_loses_a_letter(receipt: Receipt, style: Style) -> None:
    printed = squeezed("".join(texts(lay_out(receipt, style))))
    position = 0
    for line in receipt.lines:
        name = fit(line.name, style.alphabet).text
        position = printed.index(squeezed(name), position)


def half_up(value: Fraction) -> int:
    return int(value + Fraction(1, 2)) if value >= 0 else -int(-value + Fraction(1, 2))


@given(receipts, st.sampled_from([None, POLISH]))
def test_sums_are_exact(receipt: Receipt, letters: None) -> None:
    rows = lay_out(receipt, Style(columns=96, alphabet=letters))
    sums: dict[Fraction | None, int] = {}
    for line in receipt.lines:
        rate = None if line.vat_rate.percent is None else Fraction(line.vat_rate.percent)
        value = half_up(Fraction(line.quantity) * Fraction(line.unit_price) * 100)
        sums[rate] = sums.get(rate, 0) + value
    tables = [text.split() for text in texts(rows) if text.split()[:1]]
    for rate, gross in sums.items():
        vat = 0 if rate is None else half_up(gross * rate / (100 + rate))
        name = "zw." if rate is None else f"{rate}%"
        assert [name, money(gross - vat), money(vat), money(gross)] in tables
    (total,) = [
        row.text for row in rows if isinstance(row, Text) and row.tall and row.text.startswith("SUMA")
    ]
    assert money(sum(sums.values())) == total.split()[-1]


def money(grosze: int) -> str:
    return f"{grosze // 100},{grosze % 100:02d}"


def drawn(rows: Iterable[Row], columns: int) -> str:
    """Return rows as a person would type them."""
    lines = []
    for row in rows:
        match row:
            case Text(text, align, _, wide, _):
                width = columns // 2 if wide else columns
                lines.append(
                    {"left": text, "center": text.center(width), "right": text.rjust(width)}[align].rstrip()
                )
            case Rule():
                lines.append("-" * columns)
            case Feed(count):
                lines += [""] * count
            case _:
                lines.append(f"[{row}]")
    return "\n".join(lines) + "\n"


NARROW_ENGLISH = """\
          Mug Shop Ltd

      NOT A FISCAL RECEIPT
 this document is not a fiscal
            receipt

Number:              PAR 12/2026
Order:                        77
BaseLinker ID:            123456
--------------------------------
Kubek ceramiczny 330 ml
  2 x 24.90         49.80    23%
Zażółć gęślą jaźń: bardzo długa
nazwa produktu, która nie mieści
się w jednym wierszu paragonu
  1.5 x 1249.05   1873.58     8%
Książka  1 x 39.00  39.00 exempt
--------------------------------
Rate         net     VAT   gross
23%        40.49    9.31   49.80
8%       1734.80  138.78 1873.58
exempt     39.00    0.00   39.00
All      1814.29  148.09 1962.38
--------------------------------
TOTAL PLN                1962.38
Payment:              Przelewy24
Buyer's tax ID (NIP): 5261040828

[Symbol(kind='qr', data='PAR 12/2026')]

           Thank you!
[Kick(pin='pin5')]
[Cut(kind='full')]
"""


def test_a_slip_of_58_mm_in_english() -> None:
    style = Style(
        columns=32,
        language="en",
        alphabet=POLISH,
        header=("Mug Shop Ltd",),
        footer=("Thank you!",),
        symbol="qr",
        cut="full",
        drawer="pin5",
    )
    assert NARROW_ENGLISH == drawn(lay_out(SHOP_RECEIPT, style), 32)


def test_the_narrowest_paper_still_holds_everything() -> None:
    rows = lay_out(SHOP_RECEIPT, Style(columns=16))
    assert "8% brutto" in texts(rows)
    assert "1873,58".rjust(16) in texts(rows)


def test_a_copy_is_marked_above_and_below_and_opens_no_drawer() -> None:
    style = Style(columns=48, drawer="pin2", cut="partial")
    original = lay_out(SHOP_RECEIPT, style)
    copy = lay_out(SHOP_RECEIPT, style, copy=True)
    assert 0 == texts(original).count("*** KOPIA ***")
    assert 2 == texts(copy).count("*** KOPIA ***")
    assert Kick("pin2") in original
    assert Kick("pin2") not in copy
    assert Cut("partial") == copy[-1]
    assert set(texts(original)) < set(texts(copy))


def test_the_notice_goes_only_when_it_is_told_to() -> None:
    assert "DOKUMENT NIEFISKALNY" in texts(lay_out(SHOP_RECEIPT, Style(columns=48)))
    bare = texts(lay_out(SHOP_RECEIPT, Style(columns=48, not_fiscal=False, notice="Kopia dla klienta")))
    assert "NIEFISKALNY" not in " ".join(bare)
    assert "Kopia dla klienta" in bare


def test_a_logo_comes_first() -> None:
    assert Picture("/logo.png") == lay_out(SHOP_RECEIPT, Style(columns=48, logo="/logo.png"))[0]


def test_a_line_without_a_name_is_called_by_its_sku_or_unnamed() -> None:
    first, *_ = SHOP_RECEIPT.lines
    lines = (replace(first, name="\x1b\u200b", sku="KUB-330"), replace(first, name=" "))
    printed = texts(lay_out(replace(SHOP_RECEIPT, lines=lines), Style(columns=48)))
    assert any(text.startswith("KUB-330 ") for text in printed)
    assert any(text.startswith("(bez nazwy) ") for text in printed)


@pytest.mark.parametrize(
    ("template", "data"),
    [
        ("{number}", "PAR 12/2026"),
        ("x-{order_id}/{receipt_id}", "x-77/123456"),
        ("https://a.example/{order_id}", "https://a.example/77"),
    ],
)
def test_symbols_say_what_the_template_asks(template: str, data: str) -> None:
    assert data == symbol_data(template, SHOP_RECEIPT)
    assert "" == symbol_data(template, replace(SHOP_RECEIPT, number="", order_id=None))


def test_a_barcode_is_plain_ascii_and_an_empty_symbol_is_left_out() -> None:
    style = Style(columns=48, symbol="barcode", symbol_data="{number}")
    assert Symbol("barcode", "Zolc 1") in lay_out(replace(SHOP_RECEIPT, number="Żółć\x1b 1"), style)
    assert not [row for row in lay_out(replace(SHOP_RECEIPT, number=""), style) if isinstance(row, Symbol)]


def test_a_pair_that_does_not_fit_stands_on_two_lines() -> None:
    assert ("a    b",) == aligned("a", "b", 6)
    assert ("abc de",) == aligned("abc", "de", 6)
    assert ("abcd", "   efg") == aligned("abcd", "efg", 6)


def test_both_languages_have_every_word() -> None:
    for words in WORDS.values():
        assert all(getattr(words, name) for name in words.__dataclass_fields__)
