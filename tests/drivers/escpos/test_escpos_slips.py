"""What stands on the slip the simulated printer prints."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from support.escpos_shop import SLIP, Shop, picture
from support.receipts import SHOP_RECEIPT

from drivers.receipt import Line, VatRate
from simulators.escpos.models import CHINESE_80, EPSON_58, RONGTA_80

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.escpos.models import Model


def test_a_copy_says_so_twice_and_leaves_the_drawer_shut() -> None:
    shop = Shop(drawer="pin2")
    shop.print()
    shop.print(copy=True)
    original, copy = shop.device.ledger.slips
    assert [(2, 50, 500)] == [(kick.pin, kick.on_ms, kick.off_ms) for kick in original.kicks]
    assert () == copy.kicks
    assert 2 == copy.texts.count("*** KOPIA ***")
    assert "KOPIA" not in original.to_text()


def test_symbols_carry_the_numbers() -> None:
    qr = Shop(symbol="qr", symbol_data="https://shop.example/{order_id}")
    qr.print()
    assert ["https://shop.example/77"] == qr.device.ledger.slips[0].qr_codes
    bars = Shop(symbol="barcode", symbol_data="{receipt_id}", model=EPSON_58, paper_mm=58)
    bars.print()
    assert [("CODE128", "123456")] == bars.device.ledger.slips[0].barcodes
    assert () == qr.device.findings + bars.device.findings


def test_a_symbol_that_does_not_fit_stands_there_as_text() -> None:
    shop = Shop(
        symbol="barcode", symbol_data="X{number}-{receipt_id}-{order_id}X", model=EPSON_58, paper_mm=58
    )
    shop.print()
    slip = shop.device.ledger.slips[0]
    assert [] == slip.barcodes
    assert "XPAR 12/2026-123456-77X" in slip.to_text()


@pytest.mark.parametrize("cut", ["partial", "full"])
def test_the_slip_is_cut_as_asked(cut: str) -> None:
    shop = Shop(cut=cut)
    shop.print()
    assert cut == shop.device.ledger.slips[0].cut


def test_without_a_cutter_the_slip_is_fed_to_the_tear_bar() -> None:
    shop = Shop(cut="none", feed_lines=6)
    shop.print()
    assert [] == shop.slips
    assert shop.begun.startswith(SLIP + "\n" * 6)


def test_extra_code_pages_bring_the_letters_of_other_languages() -> None:
    shop = Shop(extra_code_pages=["CP858", "CP1251"])
    name = "Żółć 12 € България ăâîșț ő ű ß"
    shop.print(replace(SHOP_RECEIPT, lines=(Line(name, Decimal(1), Decimal(1), VatRate(None)),)))
    assert "Żółć 12 € България ăâîşţ ő ű ß" in shop.slips[0]


@pytest.mark.parametrize(
    ("model", "page", "number"),
    [(CHINESE_80, "CP852", None), (CHINESE_80, "CP1250", 72), (RONGTA_80, "CP1250", 30)],
)
def test_makes_with_other_numbers_and_a_chinese_font_print_polish(
    model: Model, page: str, number: int | None
) -> None:
    shop = Shop(model=model, code_page=page, code_page_number=number)
    shop.print()
    assert "Zażółć gęślą jaźń" in shop.slips[0]
    assert () == shop.device.findings


LANGUAGES = {
    "Polish": "ĄĆĘŁŃÓŚŹŻąćęłńóśźż",
    "Czech": "ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽáčďéěíňóřšťúůýž",
    "Slovak": "ÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽáäčďéíĺľňóôŕšťúýž",
    "Hungarian": "ÁÉÍÓÖŐÚÜŰáéíóöőúüű",
    "Romanian": "ĂÂÎŞŢăâîşţ",
    "German": "ÄÖÜäöüß",
    "Bulgarian": "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯабвгдежзийклмнопрстуфхцчшщъьюя",
    "euro": "12,50€",
}
CENTRAL_EUROPE = ("Polish", "Czech", "Slovak", "Hungarian", "Romanian", "German")
PAGES = {
    "CP852": CENTRAL_EUROPE,
    "CP1250": (*CENTRAL_EUROPE, "euro"),
    "ISO8859-2": CENTRAL_EUROPE,
    "CP1251": ("Bulgarian", "euro"),
    "CP866": ("Bulgarian",),
    "CP855": ("Bulgarian",),
    "CP858": ("German", "euro"),
    "CP1252": ("German", "euro"),
    "ISO8859-15": ("German", "euro"),
}


@pytest.mark.parametrize(("page", "language"), [(page, one) for page, many in PAGES.items() for one in many])
def test_languages_come_out_right_on_paper(page: str, language: str) -> None:
    shop = Shop(code_page=page)
    letters = LANGUAGES[language]
    shop.print(replace(SHOP_RECEIPT, lines=(Line(letters, Decimal(1), Decimal(1), VatRate(None)),)))
    assert letters in "".join(shop.slips[0].split())
    assert () == shop.device.findings


def test_a_logo_is_printed_in_bands_across_the_paper(tmp_path: Path) -> None:
    shop = Shop(logo=picture(tmp_path, (300, 50)))
    shop.print()
    images = shop.device.ledger.slips[0].images
    assert [24, 24, 2] == [image.height for image in images]
    assert {576} == {image.width for image in images}


def test_a_logo_full_of_real_time_commands_asks_the_printer_nothing(tmp_path: Path) -> None:
    from PIL import Image

    pattern = bytes((0x10, 0x04, 0x01, 0x10, 0x05, 0x02, 0x10, 0x14, 0x08)) * 8
    picture = Image.frombytes("1", (576, 24), pattern * 24)
    picture = picture.point(lambda dot: 255 - dot).convert("L")
    picture.save(tmp_path / "logo.png")
    shop = Shop(logo=str(tmp_path / "logo.png"))
    proof = shop.print()
    assert {} == proof.details
    assert () == shop.device.findings
    (image,) = shop.device.ledger.slips[0].images
    assert pattern.replace(b"\x10", b"\x00") * 24 == image.bits


def test_a_lost_logo_is_left_out_and_told_as_a_warning(tmp_path: Path) -> None:
    shop = Shop(logo=str(tmp_path / "nowhere.png"))
    shop.print()
    assert [SLIP] == [slip.lstrip("\n") for slip in shop.slips]
    status = shop.driver.status()
    assert status.ready
    assert ["logo_unusable"] == [trouble.code for trouble in status.troubles]
