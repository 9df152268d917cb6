from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.escpos_shop import Shop
from support.receipts import SHOP_RECEIPT, receipts

from drivers.contract import Fault
from drivers.escpos import Options
from drivers.escpos.codepages import CODE_PAGES, alphabet, segments
from drivers.escpos.encoder import encode_slip
from drivers.escpos.job import PIECE_BYTES, Job, in_pieces, without_real_time
from drivers.escpos.library import load
from drivers.escpos.logo import LogoError, band_bytes, load_logo
from drivers.escpos.press import Press, filler
from drivers.escpos.symbols import barcode_modules, draw_qr, qr_modules
from drivers.layout import lay_out
from drivers.rows import Cut, Feed, Kick, Row, Rule, Symbol, Text

if TYPE_CHECKING:
    from pathlib import Path

    from drivers.receipt import Receipt

KNOWN = re.compile(
    rb"""\x1b[ERMta]. | \x1b@ | \x1c\. | \x1d[!hwfH]. | \x1dVB\x00
    | \x1d\(k..1A2\x00 | \x1d\(k..1[CE]. | \x1d\(k..1P0\d+ | \x1d\(k..1Q0 | \x1dkI.\{B\d+""",
    re.DOTALL | re.VERBOSE,
)
REAL_TIME = re.compile(rb"\x10[\x04\x05\x14]")


def encoded(*rows: Row, **options: Any) -> Job:
    return encode_slip(rows, Options(**options), load())


def test_the_opening_sets_everything_a_slip_relies_on() -> None:
    job = encoded(Text("a"), code_page="CP1250", code_page_number=72, font="B")
    assert b"\x1b@\x1c.\x1bR\x00\x1btH\x1bE\x00\x1bM\x01\x1ba\x00\x1d!\x00" == job.opening
    assert b"\x1c." not in encoded(Text("a"), chinese_mode_off=False).opening


@pytest.mark.parametrize(
    ("rows", "body", "tail"),
    [
        ([Text("Łódź")], b"\x9d\xa2d\xab\n", b""),
        ([Text("a", bold=True), Text("b")], b"\x1bE\x01\x1ba\x00a\n\x1bE\x00\x1ba\x00b\n", b""),
        ([Text("a", align="right", wide=True, tall=True)], b"\x1bE\x00\x1ba\x02\x1d!\x11a\n", b""),
        ([Text(""), Feed(3)], b"\n\n\n\n", b""),
        ([Rule()], b"\xc4" * 48 + b"\n", b""),
        ([Text("a"), Kick("pin5"), Cut("full")], b"a\n", b"\x1bp\x01\x19\xfa\x1dVA\x00"),
        ([Text("a"), Cut("partial")], b"a\n", b"\x1dVB\x00"),
    ],
)
def test_rows_as_bytes(rows: list[Row], body: bytes, tail: bytes) -> None:
    job = encoded(*rows)
    assert (body, tail) == (b"".join(job.body), b"".join(job.tail))


def test_pages_are_switched_inside_a_line_and_left_where_they_are() -> None:
    job = encoded(Text("ą 5 € ę"), Text("ok €"), extra_code_pages=["CP858"])
    assert b"\xa5 5 \x1bt\x13\xd5 \x1bt\x12\xa9\nok \x1bt\x13\xd5\n" == b"".join(job.body)


def test_segments_prefer_the_first_page_and_leave_ascii_alone() -> None:
    polish, bulgarian = CODE_PAGES["CP852"], CODE_PAGES["CP1251"]
    runs = segments("aąбb ą", (polish, bulgarian), polish)
    assert ((polish, "aą"), (bulgarian, "бb "), (polish, "ą")) == runs
    with pytest.raises(ValueError, match="in none of CP852"):
        segments("б", (polish,), polish)


@pytest.mark.parametrize("text", ["x\x1bp\x00\x19\xfa", "a\nb", "a\x10\x04\x01", "a\x7f"])
def test_what_orders_a_printer_about_never_leaves_as_text(text: str) -> None:
    with pytest.raises(ValueError, match=r"control byte|in none of|can't encode"):
        encoded(Text(text))


def test_a_letter_the_page_lacks_is_no_question_mark_but_a_mistake() -> None:
    with pytest.raises(ValueError, match="in none of CP852"):
        encoded(Text("щ"))


def test_a_body_always_ends_with_a_line() -> None:
    assert encoded(Text("a"), Symbol("qr", "data")).body[-1].endswith(b"\n")
    assert encoded(Symbol("barcode", "data")).body[-1].endswith(b"\n")


@settings(max_examples=60, deadline=None)
@given(
    receipts,
    st.sampled_from(["CP852", "CP1250", "CP437", "CP1251"]),
    st.sampled_from(["none", "qr", "barcode"]),
)
def test_any_receipt_becomes_text_of_its_page_and_known_commands(
    receipt: Receipt, page: str, symbol: str
) -> None:
    options = Options(code_page=page, symbol=symbol, symbol_data="{receipt_id}")
    job = encode_slip(lay_out(receipt, options.style), options, load())
    everything = b"".join((job.opening, *job.body, *job.tail))
    assert not REAL_TIME.search(everything)
    rest = KNOWN.sub(b"", everything)
    assert all(byte >= 0x20 or byte == 0x0A for byte in rest), rest


def test_pieces_are_whole_commands_of_a_reasonable_size() -> None:
    commands = [b"a" * 300, b"b" * 300, b"c" * 100, b"", b"d" * 2000, b"e"]
    assert (b"a" * 300, b"b" * 300 + b"c" * 100, b"d" * 2000, b"e") == in_pieces(commands)
    assert all(len(piece) <= PIECE_BYTES for piece in encoded(*[Text("x" * 40)] * 99).body)


def test_a_job_counts_its_time() -> None:
    job = Job(b"opening", (b"x" * 960,), (b"y" * 960,), lines=30)
    assert 5.0 == job.seconds(960, 10)
    assert 31 == encoded(Text("a", tall=True), *[Text("b")] * 25, Cut("full")).lines


def test_a_real_time_command_in_a_job_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="10 04"):
        Job(b"", (b"a\x10", b"\x04"), (), 1)


@given(st.lists(st.sampled_from([0x10, 0x04, 0x05, 0x14, 0x00, 0xFF])).map(bytes))
def test_raster_loses_single_dots_and_every_real_time_command(raster: bytes) -> None:
    clean = without_real_time(raster)
    assert not REAL_TIME.search(clean)
    assert len(raster) == len(clean)
    for before, after in zip(raster, clean, strict=True):
        assert after == before or (before, after) == (0x10, 0x00)


# -- symbols -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [1, 14, 15, 62, 63, 180, 200, 600, 800])
def test_qr_modules_are_those_of_the_standard(size: int) -> None:
    qrcode = pytest.importorskip("qrcode")
    data = qrcode.util.QRData(b"x" * size, mode=qrcode.util.MODE_8BIT_BYTE)
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(data)
    code.make(fit=True)
    assert code.modules_count == qr_modules("x" * size)


@pytest.mark.parametrize(("number", "width"), [("1", 3), ("1234567890", 3), ("123456789012345678", 2)])
def test_barcodes_are_as_wide_as_computed_and_fit(number: str, width: int) -> None:
    from simulators.escpos.paper import BarcodeRow

    shop = Shop(symbol="barcode", symbol_data="{number}")
    shop.print(replace(SHOP_RECEIPT, number=number))
    (row,) = [row for row in shop.device.ledger.slips[0].rows if isinstance(row, BarcodeRow)]
    assert barcode_modules(number) == len(row.modules) + 20
    assert width == row.size
    assert (barcode_modules(number)) * row.size <= 576


def test_a_qr_code_is_made_smaller_until_it_fits_or_left_out() -> None:
    printer = load().printer((CODE_PAGES["CP852"],), 384)
    assert 25 * 6 == draw_qr(printer, "x" * 26, dots=384, largest=6)
    assert 49 * 2 == draw_qr(printer, "x" * 150, dots=128, largest=6)
    printer.clear()
    assert 0 == draw_qr(printer, "x" * 800, dots=128, largest=6)
    assert b"" == printer.output


@pytest.mark.parametrize("data", ["{{A}", "a{1"])
def test_braces_in_a_barcode_are_data(data: str) -> None:
    shop = Shop(symbol="barcode")
    shop.print(replace(SHOP_RECEIPT, number=data))
    assert [("CODE128", data)] == shop.device.ledger.slips[0].barcodes


# -- logo ---------------------------------------------------------------------------------------------------------


def _saved(folder: Path, size: tuple[int, int], mode: str = "RGBA", name: str = "logo.png") -> str:
    from PIL import Image

    Image.new(mode, size, 0 if mode != "RGBA" else (0, 0, 0, 0)).save(folder / name)
    return str(folder / name)


def test_a_logo_is_fitted_to_the_paper(tmp_path: Path) -> None:
    assert (384, 100) == load_logo(_saved(tmp_path, (100, 100)), 384).size
    assert (384, 48) == load_logo(_saved(tmp_path, (4000, 500)), 384).size
    assert (384, 600) == load_logo(_saved(tmp_path, (100, 1200)), 384).size


def test_a_transparent_logo_is_white_and_a_black_one_black_in_the_middle(tmp_path: Path) -> None:
    white = load_logo(_saved(tmp_path, (16, 2)), 384)
    assert {255} == set(white.convert("L").tobytes())
    black = load_logo(_saved(tmp_path, (16, 2), "L"), 384).convert("L").tobytes()
    assert [184, 16, 184] == [len(run) for run in re.findall(rb"\xff+|\x00+", black[:384])]


@pytest.mark.parametrize("content", [b"", b"not an image", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"])
def test_a_broken_logo_is_an_error_with_its_path(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "logo.png"
    path.write_bytes(content)
    with pytest.raises(LogoError, match=r"logo\.png"):
        load_logo(str(path), 384)


def test_an_enormous_logo_is_refused_before_it_fills_the_memory(tmp_path: Path) -> None:
    with pytest.raises(LogoError, match="million dots"):
        load_logo(_saved(tmp_path, (6000, 6000), "1"), 384)
    (tmp_path / "big.png").write_bytes(bytes(5_000_001))
    with pytest.raises(LogoError, match="larger than 5 MB"):
        load_logo(str(tmp_path / "big.png"), 384)


# -- the press -----------------------------------------------------------------------------------------------------


def test_after_an_interruption_the_job_begins_with_nuls_longer_than_any_command() -> None:
    options = Options(symbol="qr", symbol_data="{number}")
    rows = [Symbol("qr", "ż" * 200)]
    job = Press(options).job(rows, after_interruption=True)
    longest = max(map(len, Press(options).job(rows, after_interruption=False).body))
    nuls = len(job.opening) - len(job.opening.lstrip(b"\0"))
    assert nuls >= max(longest, band_bytes(576))
    assert b"\x1b@" == job.opening.lstrip(b"\0")[:2]
    assert len(filler(384)) < nuls


def test_what_cannot_be_encoded_is_a_fault_before_a_byte_is_sent() -> None:
    with pytest.raises(Fault, match="could not be prepared") as fault:
        Press(Options()).job([Text("\x1b")], after_interruption=False)
    assert "not_prepared" == fault.value.code


def test_an_alphabet_has_no_control_characters() -> None:
    for page in CODE_PAGES.values():
        covers = alphabet((page,)).covers
        assert not [code for code in [*range(32), *range(0x7F, 0xA1), 0xAD] if covers(chr(code))]
