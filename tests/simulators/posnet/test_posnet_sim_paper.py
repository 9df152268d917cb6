"""What lies on the counter: receipts in the look of Polish fiscal printers, as text and as PNG."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image
from support.fiscal_printers import Counter, used

from simulators.escpos.picture import to_png
from simulators.posnet.models import MODELS

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = """\
            SKLEP PRZYKŁADOWY
            ul. Przykładowa 1
            00-001 Warszawa
             NIP 5222628262
2026-10-09 11:48          nr wydr.000056
            PARAGON FISKALNY
Kubek ceramiczny
                         2 x12,99 25,98A
   Rabat                           -2,00
                                  23,98A
Herbata zielona
                           1 x3,69 3,69B
----------------------------------------
SPRZEDAŻ OPODATKOWANA A            23,98
PTU A 23,00 %                       4,48
SPRZEDAŻ OPODATKOWANA B             3,69
PTU B 8,00 %                        0,27
SUMA PTU                            4,75
SUMA PLN                           27,67
----------------------------------------
KARTA VISA                         30,00
RESZTA GOTÓWKA                      2,33
00001 #2 Anna                      11:48
NIP NABYWCY:                  5222628262
"""
COMMANDS = (
    "trline␉naKubek ceramiczny␉vt0␉pr1299␉il2␉wa2598␉rd1␉rnRabat␉rw200␉",
    "trline␉naHerbata zielona␉vt1␉pr369␉wa369␉",
    "trnipset␉ni5222628262␉",
    "trpayment␉ty2␉wa3000␉naVISA␉",
    "trend␉to2767␉fp3000␉re233␉",
)


@pytest.fixture
def counter() -> Counter:
    counter = Counter()
    counter.tell("ftrcfg␉ccAnna␉cn2␉snZAM 4711␉bcBL4711␉lnDziękujemy␉bb1␉", "qrcode␉txBL4711␉px5␉")
    return counter


@pytest.mark.parametrize("block", ["0", "1"])
def test_a_receipt_looks_the_same_in_both_modes(counter: Counter, block: str) -> None:
    counter.tell(f"trinit␉bm{block}␉", *COMMANDS)

    (slip,) = counter.printer.ledger.slips
    text = slip.to_text()
    body, _, rest = text.partition("NIP NABYWCY")
    assert WHOLE == body + "NIP NABYWCY" + rest.partition("\n")[0] + "\n"
    control, logo, *after = rest.splitlines()[1:]
    assert 40 == len(control)
    assert "PL   ZBF 2101002392" == logo.strip()
    assert ["Nr sys.                         ZAM 4711", "[QR BL4711]", "[CODE128 BL4711]", "Dziękujemy"] == [
        line.strip() if not line.startswith("Nr") else line for line in after
    ]
    assert (["BL4711"], [("CODE128", "BL4711")]) == (slip.qr_codes, slip.barcodes)


def test_in_online_mode_the_paper_moves_with_the_lines(counter: Counter) -> None:
    counter.tell("trinit␉bm0␉", *COMMANDS[:1])
    assert "Kubek ceramiczny" in counter.printer.ledger.unfinished.to_text()

    counter.tell("prncancel␉", "trinit␉bm1␉", *COMMANDS[:1])
    assert "" == counter.printer.ledger.unfinished.to_text()


def test_a_cancelled_receipt_says_so_and_has_no_fiscal_logo(counter: Counter) -> None:
    counter.tell("trinit␉bm0␉", *COMMANDS[:2], "prncancel␉")

    text = counter.printer.ledger.slips[0].to_text()
    assert "PARAGON ANULOWANY" in text
    assert "SUMA PLN" not in text
    assert "ZBF" not in text


def test_a_training_printer_never_prints_a_fiscal_logo() -> None:
    counter = Counter(memory=used(fiscal=False))
    counter.sell()
    counter.tell("dailyrep␉da2026-10-09␉")

    for slip in counter.printer.ledger.slips:
        assert "# NIEFISKALNY #" in slip.to_text()
        assert "ZBF" not in slip.to_text()


def test_everything_that_may_stand_on_a_receipt_stands_there(counter: Counter) -> None:
    counter.tell(
        "trinit␉bm0␉",
        "trline␉naBardzo długa nazwa towaru, która nie mieści się w jednym wierszu␉vt3␉pr100␉jmszt␉opczerwony␉",
        "trline␉naTowar␉vt0␉pr100␉il3␉rnCena z rabatem␉",
        "trline␉naTowar␉vt0␉pr100␉st1␉",
        "showsubtotal␉",
        "trdiscntvat␉vt0␉rp1000␉naStały klient␉",
        "trpack␉na11␉pr50␉",
        "trdiscntbill␉rd0␉rw7␉",
        "trpaymentcurr␉wc50␉ra43215␉naEuro␉sbEUR␉",
        "trpayment␉ty0␉wa121␉",
        "trend␉fe0␉",
        "trftrln␉id13␉na4711␉",
        "trftrln␉id41␉na&bDziękujemy␉",
        "trftrend␉",
    )

    text = counter.printer.ledger.slips[0].to_text()
    for expected in (
        "czerwony",
        "1 szt x1,00 1,00D",
        "   Cena z rabatem",
        "STORNO\nTowar\n                          1 x1,00 -1,00A",
        "Suma pośrednia                      3,00",
        "   Stały klient 10,00%            -0,20A",
        "Opakowanie 11                       0,50",
        "   NARZUT                           0,07",
        "PTU D 0,00 %                        0,00",
        "Euro 0,50 EUR                       2,16",
        "nr zamówienia 4711",
        "\nDziękujemy\n",
    ):
        assert expected in text, text


def test_a_daily_report_shows_the_day(counter: Counter) -> None:
    counter.tell("trinit␉bm0␉", *COMMANDS, "dailyrep␉da2026-10-09␉")

    text = counter.printer.ledger.slips[1].to_text()
    assert "RAPORT FISKALNY DOBOWY" in text
    assert "Raport nr                              5" in text
    assert "SUMA PLN                           27,67" in text


def test_exempt_goods_have_no_tax(counter: Counter) -> None:
    counter.tell("vatset␉va23␉vd100␉da2026-10-09␉")
    counter.sell("trline␉naX␉vt3␉pr100␉")

    assert "SPRZEDAŻ ZWOLNIONA D                1,00" in counter.printer.ledger.slips[0].to_text()


@pytest.mark.parametrize("model", ["xl2", "xl2-80"])
def test_no_line_is_wider_than_the_paper(model: str) -> None:
    counter = Counter(MODELS[model])
    counter.tell(
        "trinit␉", "trline␉na" + 20 * "Żół " + "␉vt0␉pr9999999999␉il1␉", "trnipset␉ni1␉ds" + 56 * "x" + "␉"
    )
    counter.tell("trend␉")
    columns = MODELS[model].columns

    assert columns >= max(len(line) for line in counter.printer.ledger.slips[0].to_text().splitlines())


def test_a_barcode_that_cannot_be_drawn_is_printed_as_text(counter: Counter) -> None:
    counter.tell("ftrcfg␉bcŻÓŁĆ␉bb2␉", "azteccode␉txA␉")
    counter.sell()

    text = counter.printer.ledger.slips[0].to_text()
    assert "ŻÓŁĆ" in text
    assert "[Aztec A]" in text


def test_the_picture_has_the_paper_s_width_and_something_on_it(counter: Counter, tmp_path: Path) -> None:
    counter.tell("trinit␉bm1␉", *COMMANDS)
    (slip,) = counter.printer.ledger.slips

    picture = Image.open(BytesIO(to_png(slip, scale=1))).convert("L")

    assert 40 * 12 < picture.width < 40 * 12 + 200
    assert picture.height > 900
    darkest, _ = picture.getextrema()
    assert isinstance(darkest, int | float)
    assert darkest < 80
