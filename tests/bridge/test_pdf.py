"""PDF copies: the same rows as on paper, as text that can be found, marked as information."""

from __future__ import annotations

import subprocess
import sys
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from bridge.pdf import NOTICE, font_alphabet, pdf_style, render_pdf, render_receipt
from drivers.layout import Style, lay_out
from drivers.receipt import Line, Receipt, VatRate
from drivers.rows import Cut, Feed, Kick, Picture, Row, Rule, Symbol, Text
from drivers.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pypdf import PageObject

PATIENT = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Slow machines are no reason to fail."""

POLISH = "ąćęłńóśźż ĄĆĘŁŃÓŚŹŻ"
CYRILLIC = "Книга България абвгдежзийклмнопрстуфхцчшщъьюя"
POINTS_PER_MM = 72 / 25.4


def a_line(name: str, price: str = "9.99", quantity: str = "1", rate: int | None = 23) -> Line:
    percent = None if rate is None else Decimal(rate)
    return Line(name, Decimal(quantity), Decimal(price), VatRate(percent))


def a_receipt(*lines: Line, number: str = "FP/17/2026") -> Receipt:
    return Receipt(
        123456,
        lines or (a_line("Zażółć gęślą jaźń"), a_line("Książka", "25.50", rate=None)),
        order_id=987,
        number=number,
        payment="Przelew",
        nip="5260250274",
    )


def page_of(pdf: bytes) -> PageObject:
    (page,) = PdfReader(BytesIO(pdf)).pages
    return page


def lines_of(pdf: bytes) -> list[str]:
    """Return the text as a reader's search finds it, line by line."""
    return page_of(pdf).extract_text().splitlines()


def pdf_of(*rows: Row, columns: int = 42) -> bytes:
    return render_pdf(rows, columns=columns, title="test")


def words(text: str) -> list[str]:
    return text.split()


@pytest.mark.parametrize("columns", [32, 42, 48, 64])
@pytest.mark.parametrize("language", ["pl", "en"])
def test_the_text_is_that_of_the_rows_line_by_line(columns: int, language: str) -> None:
    style = Style(
        columns=columns,
        language="pl" if language == "pl" else "en",
        header=("Sklep Żółw", CYRILLIC),
        footer=(POLISH,),
    )
    receipt = a_receipt()
    rows = lay_out(receipt, pdf_style(style))
    expected = [row.text for row in rows if isinstance(row, Text) and row.text]
    found = [line for line in lines_of(render_receipt(receipt, style)) if line.strip()]
    assert [words(line) for line in found] == [words(line) for line in (*expected, *NOTICE)]


@pytest.mark.parametrize("text", [POLISH, CYRILLIC, "äöüßőűčřžșțăâîşţ€„”’–…№×½"])
def test_letters_of_the_region_are_found_as_they_are(text: str) -> None:
    assert clean(text) in lines_of(pdf_of(Text(text), columns=96))


def test_columns_of_a_table_keep_their_distance() -> None:
    assert "23%     77,21     17,76" in lines_of(pdf_of(Text("23%     77,21     17,76")))


@pytest.mark.parametrize("columns", [32, 48])
def test_it_is_one_page_as_wide_as_receipt_paper(columns: int) -> None:
    short = page_of(render_receipt(a_receipt(), Style(columns=columns)))
    long = page_of(
        render_receipt(a_receipt(*[a_line(f"Nazwa {n}") for n in range(300)]), Style(columns=columns))
    )
    for page in (short, long):
        assert float(page.mediabox.width) == pytest.approx(80 * POINTS_PER_MM, abs=0.1)
    assert long.mediabox.height > 300 * 8 > short.mediabox.height


def test_it_goes_on_on_a_second_page_only_where_readers_show_no_longer_one() -> None:
    pages = PdfReader(BytesIO(pdf_of(*[Text(f"line {n}") for n in range(3000)]))).pages
    assert len(pages) > 1
    assert all(page.mediabox.height <= 14400 for page in pages)
    text = "\n".join(page.extract_text() for page in pages)
    assert [line for line in text.splitlines() if line.startswith("line")] == [
        f"line {n}" for n in range(3000)
    ]


def test_a_receipt_of_forty_lines_is_small() -> None:
    receipt = a_receipt(
        *[a_line(f"Towar {n} {POLISH} {CYRILLIC}", rate=(23, 8, 5, 0)[n % 4]) for n in range(40)]
    )
    style = Style(columns=48, symbol="qr", header=("Sklep",))
    assert len(render_receipt(receipt, style)) < 60_000


def test_equal_receipts_give_equal_bytes() -> None:
    style = Style(columns=42, symbol="qr")
    assert render_receipt(a_receipt(), style) == render_receipt(a_receipt(), style)
    assert render_receipt(a_receipt(), style) != render_receipt(a_receipt(number="FP/18/2026"), style)


def test_equal_receipts_give_equal_bytes_in_another_process() -> None:
    program = (
        "from bridge.pdf import render_pdf; from drivers.rows import Text, Symbol; import hashlib;"
        "rows = (Text('ąćę Книга'), Symbol('qr', 'x'), Symbol('barcode', 'y'));"
        "print(hashlib.sha256(render_pdf(rows, columns=42, title='t')).hexdigest())"
    )
    root = Path(__file__).parents[2]
    first, second = (
        subprocess.run(
            [sys.executable, "-c", program],
            cwd=root,
            env={"PYTHONHASHSEED": seed, "TZ": zone},
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Europe/Warsaw"))
    )
    assert first == second


def test_a_printer_without_a_look_of_its_own_has_a_plain_one() -> None:
    assert render_receipt(a_receipt(), None) == render_receipt(a_receipt(), pdf_style(None))
    assert "DOKUMENT NIEFISKALNY" in lines_of(render_receipt(a_receipt(), None))


@pytest.mark.parametrize("not_fiscal", [True, False])
@pytest.mark.parametrize("language", ["pl", "en"])
def test_it_says_in_both_languages_that_it_is_no_fiscal_receipt(not_fiscal: bool, language: str) -> None:
    style = Style(columns=42, language="pl" if language == "pl" else "en", not_fiscal=not_fiscal)
    pdf = render_receipt(a_receipt(), style)
    text = page_of(pdf).extract_text()
    assert "Dokument informacyjny, nie jest paragonem fiskalnym." in text
    assert "For information only, this is not a fiscal receipt." in text
    assert ("DOKUMENT NIEFISKALNY" if language == "pl" else "NOT A FISCAL RECEIPT") in text
    metadata = PdfReader(BytesIO(pdf)).metadata
    assert metadata is not None
    assert metadata.title == "FP/17/2026"
    assert metadata.subject == " ".join(NOTICE)


def test_every_font_is_embedded() -> None:
    style = Style(columns=42, symbol="qr", header=(CYRILLIC, POLISH))
    resources = page_of(render_receipt(a_receipt(), style))["/Resources"].get_object()
    fonts = [font.get_object() for font in resources["/Font"].get_object().values()]  # type: ignore[index]
    assert fonts
    for font in fonts:
        assert str(font["/BaseFont"]).endswith("DejaVuSansMono")
        assert "/FontFile2" in font["/FontDescriptor"]
        assert "/ToUnicode" in font


def test_what_only_paper_has_leaves_no_trace() -> None:
    assert pdf_of(Text("a"), Kick("pin2"), Cut("full")) == pdf_of(Text("a"))


def drawn(pdf: bytes, operator: bytes) -> int:
    """Return how often a drawing operator stands in the page."""
    contents = page_of(pdf).get_contents()
    assert contents is not None
    return contents.get_data().split().count(operator)


def test_bold_ends_with_its_row() -> None:
    one_bold = page_of(pdf_of(Text("a", bold=True), Text("b"))).get_contents()
    assert one_bold is not None
    first, _, rest = one_bold.get_data().partition(b"(b)")
    assert first.count(b"2 Tr") == 1
    assert first.index(b"2 Tr") < first.rindex(b"Q") < len(first)
    assert b"2 Tr" not in rest


@pytest.mark.parametrize("kind", ["qr", "barcode"])
def test_a_symbol_is_drawn_as_bars_or_squares(kind: str) -> None:
    symbol = Symbol("qr" if kind == "qr" else "barcode", "FP/17/2026")
    assert drawn(pdf_of(symbol), b"re") > 20


def test_a_barcode_has_its_text_below() -> None:
    assert "FP/17/2026" in lines_of(pdf_of(Symbol("barcode", "FP/17/2026")))


def test_a_barcode_too_long_to_scan_is_text_alone() -> None:
    pdf = pdf_of(Symbol("barcode", "X" * 60))
    assert drawn(pdf, b"re") == drawn(pdf_of(), b"re")
    assert "".join(lines_of(pdf)[:2]) == "X" * 60


@pytest.mark.parametrize("mode", ["RGB", "RGBA", "L", "1", "P", "CMYK", "LA", "I;16"])
def test_a_logo_of_any_kind_is_drawn(tmp_path: Path, mode: str) -> None:
    path = tmp_path / ("logo.tif" if mode in {"CMYK", "I;16"} else "logo.png")
    Image.new(mode, (400, 100)).save(path)
    (image,) = page_of(pdf_of(Picture(str(path)))).images
    assert image.image is not None
    assert image.image.size == (400, 100)


def test_what_is_transparent_in_a_logo_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (40, 40), (0, 0, 0, 0)).save(tmp_path / "logo.png")
    (image,) = page_of(pdf_of(Picture(str(tmp_path / "logo.png")))).images
    assert image.image is not None
    assert image.image.convert("L").getextrema() == (255, 255)


def test_a_photograph_as_logo_does_not_swell_the_file(tmp_path: Path) -> None:
    Image.effect_noise((3000, 2000), 100).save(tmp_path / "logo.png")
    assert len(pdf_of(Picture(str(tmp_path / "logo.png")))) < 400_000


def test_a_logo_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("no picture")
    for path in (tmp_path / "none.png", tmp_path / "text.png", tmp_path):
        assert pdf_of(Picture(str(path)), Text("a")) == pdf_of(Text("a"))


def test_nothing_runs_over_the_edge_of_the_page() -> None:
    rows = [Text("W" * 42), Text("W" * 21, wide=True, tall=True), Text("W" * 42, tall=True), Text("W" * 90)]
    edge = 80 * POINTS_PER_MM
    runs: list[tuple[float, float]] = []

    def visit(text: str, matrix: Sequence[float], place: Sequence[float], font: object, size: float) -> None:
        if text.strip():
            runs.append((place[4], place[4] + len(text.strip()) * 0.602 * size))

    page_of(pdf_of(*rows)).extract_text(visitor_text=visit)
    assert len(runs) >= len(rows)
    assert all(left >= 0 and right <= edge for left, right in runs)


def test_the_alphabet_leaves_to_plain_letters_what_needs_shaping() -> None:
    alphabet = font_alphabet()
    assert all(alphabet.covers(letter) for letter in (POLISH + CYRILLIC).replace(" ", ""))
    for char in "عא\u0301中😀\U0001d670":
        assert not alphabet.covers(char)


def test_nothing_of_reportlab_is_loaded_before_the_first_page() -> None:
    program = "import sys, bridge.pdf; sys.exit('reportlab' in sys.modules or 'PIL' in sys.modules)"
    subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[2], check=True)


ANY_TEXT = st.text(st.characters(), max_size=60)


@PATIENT
@given(
    name=ANY_TEXT,
    number=ANY_TEXT,
    payment=ANY_TEXT,
    columns=st.integers(16, 96),
    symbol=st.sampled_from(["none", "qr", "barcode"]),
)
def test_no_text_ever_stops_a_receipt(
    name: str, number: str, payment: str, columns: int, symbol: str
) -> None:
    receipt = Receipt(1, (a_line(name),), number=number, payment=payment)
    kind = {"qr": "qr", "barcode": "barcode"}.get(symbol, "none")
    pdf = render_receipt(receipt, Style(columns=columns, symbol=kind, header=(name,)))  # type: ignore[arg-type]
    assert NOTICE[0] in page_of(pdf).extract_text()


ROWS = st.builds(
    Text,
    ANY_TEXT,
    align=st.sampled_from(["left", "center", "right"]),
    bold=st.booleans(),
    wide=st.booleans(),
    tall=st.booleans(),
)


@PATIENT
@given(row=ROWS, columns=st.integers(1, 200))
def test_rows_that_nobody_cleaned_never_stop_a_page(row: Text, columns: int) -> None:
    page_of(pdf_of(Rule(), row, Feed(0), columns=columns))
