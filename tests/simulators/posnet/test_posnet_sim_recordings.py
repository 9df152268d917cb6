"""What a real printer was recorded to say (posnet.md, source S2r), byte for byte."""

from __future__ import annotations

import pytest
from support.fiscal_printers import Counter, Time, as_bytes, used

from drivers.posnet.frames import enclose
from simulators.posnet.printer import FiscalPrinter

SALE = (
    ("trinit␉bm0␉", "4825", "trinit␉", "911D"),
    ("trline␉naCandies␉vt1␉pr999␉", "5E2D", "trline␉", "56B5"),
    ("trpayment␉ty0␉wa999␉naGotówka␉re0␉", "25D8", "trpayment␉", "A1EE"),
    ("trend␉to999␉fp999␉", "D595", "trend␉", "2902"),
    ("eclastdocnoget␉ty0␉", "2BC6", "eclastdocnoget␉di61␉", "E341"),
    ("scnt␉", "E484", "scnt␉rd4␉hn56␉bn1␉fn0␉nuZBF 2101002392␉bc0␉bt1␉fc0␉", "9005"),
)
AFTER_SALE = "strns␉to0␉ts16␉va0␉vb999␉vc0␉vd0␉ve0␉vf0␉vg0␉pp0␉pm0␉re0␉fp999␉feN␉"
TOTALS = (
    "stot␉no5␉fa0␉fb0␉fc0␉fd0␉fe0␉ff0␉fg0␉fn0␉pa0␉pb999␉pc0␉pd0␉pe0␉pf0␉pg0␉pn1␉ct0␉cn0␉cc0␉"
    "va23,00␉vb8,00␉vc5,00␉vd0,00␉ve101,00␉vf101,00␉vg101,00␉"
    "ds2026-10-09;11:48␉is2026-10-09T11:48:14+02:00␉de2026-10-09;11:48␉ie2026-10-09T11:48:14+02:00␉"
    "ft0␉fl0␉nf0␉bc0␉le0␉oe0␉tf0␉"
)
FISCAL_STATE = (
    "sfsk␉fsT␉cl0␉rd4␉vt0␉va23,00␉vb8,00␉vc5,00␉vd0,00␉ve101,00␉vf101,00␉vg101,00␉"
    "rw2026-10-09;11:44␉tm2026-10-09T11:44:42+02:00␉nuZBF 2101002392␉"
)


@pytest.fixture
def sold() -> Counter:
    """A printer that has just made the recorded sale."""
    counter = Counter()
    for sent, _, answered, _ in SALE:
        assert [answered] == counter.ask(sent)
    return counter


def test_the_recorded_cash_sale_is_answered_frame_by_frame() -> None:
    counter = Counter()
    for sent, sent_crc, answered, crc in SALE:
        counter.printer.pc1.receive(b"\x02" + as_bytes(sent) + b"#" + sent_crc.encode() + b"\x03")
        assert b"\x02" + as_bytes(answered) + b"#" + crc.encode() + b"\x03" == counter.raw()


@pytest.mark.parametrize(
    ("asked", "answered"),
    [
        ("strns␉", AFTER_SALE),
        ("stot␉", TOTALS),
        ("sfsk␉", FISCAL_STATE),
        ("scomm␉", "scomm␉fsT␉tzN␉ts0␉hrT␉nuZBF 2101002392␉tdN␉"),
        ("vatget␉", "vatget␉va23,00␉vb8,00␉vc5,00␉vd0,00␉ve101,00␉vf101,00␉vg101,00␉"),
    ],
)
def test_after_the_sale_it_says_what_was_recorded(sold: Counter, asked: str, answered: str) -> None:
    assert [answered] == sold.ask(asked)


def test_the_clock_is_told_as_recorded(sold: Counter) -> None:
    sold.time.pass_by(1)

    assert ["rtcget␉da2026-10-09;11:48␉tm2026-10-09T11:48:15+02:00␉"] == sold.ask("rtcget␉")


def test_four_receipts_later_the_document_number_has_moved_by_four(sold: Counter) -> None:
    for _ in range(4):
        sold.sell()

    assert ["eclastdocnoget␉di65␉"] == sold.ask("eclastdocnoget␉ty0␉")
    assert ["scnt␉rd4␉hn60␉bn5␉fn0␉nuZBF 2101002392␉bc0␉bt5␉fc0␉"] == sold.ask("scnt␉")


def test_the_recorded_daily_report_moves_the_counters_as_recorded(sold: Counter) -> None:
    for _ in range(4):
        sold.sell()

    assert ["dailyrep␉"] == sold.ask("dailyrep␉da2026-10-09␉")

    assert ["scnt␉rd5␉hn61␉bn0␉fn0␉nuZBF 2101002392␉bc0␉bt0␉fc0␉"] == sold.ask("scnt␉")
    assert "6" == sold.value("stot␉", "no")
    assert "2000-01-01;01:00" == sold.value("stot␉", "ds")
    assert "T" == sold.value("scomm␉", "tz")
    assert "65" == sold.value("eclastdocnoget␉ty0␉", "di")
    assert "66" == sold.value("eclastdocnoget␉ty4␉", "di")


def test_the_recording_in_training_mode_counts_too() -> None:
    memory = used(fiscal=False, reports=0, printouts=68, finished=57, cancelled=2, receipts=59)
    counter = Counter(memory=memory)

    counter.sell()

    assert ["scnt␉rd0␉hn69␉bn58␉fn0␉nuZBF 2101002392␉bc2␉bt60␉fc0␉"] == counter.ask("scnt␉")
    assert "N" == counter.value("scomm␉", "fs")
    (constants,) = counter.ask("sfsk␉")
    assert constants.startswith("sfsk␉fsN␉cl0␉rd0␉vt0␉")
    assert "␉rw2000-01-01;01:00␉" in constants


def test_the_recorded_storno_of_a_discounted_line_repeats_its_discount() -> None:
    counter = Counter()
    counter.tell("trinit␉bm0␉", "trline␉naHerbata␉vt1␉pr500␉")
    counter.tell("trline␉naKawa␉vt1␉pr1000␉wa1000␉rd1␉rnRabat␉rw200␉")
    counter.tell("trline␉naKawa␉vt1␉pr1000␉st1␉wa1000␉rd1␉rnRabat␉rw200␉")

    assert ["trend␉"] == counter.ask("trend␉to500␉")


def test_a_storno_without_the_discount_is_found_out_at_the_end() -> None:
    counter = Counter()
    counter.tell("trinit␉bm0␉", "trline␉naHerbata␉vt1␉pr500␉")
    counter.tell("trline␉naKawa␉vt1␉pr1000␉rd1␉rnRabat␉rw200␉", "trline␉naKawa␉vt1␉pr1000␉st1␉wa1000␉")

    assert ["trend␉?2805␉"] == counter.ask("trend␉to500␉")
    assert ["trend␉"] == counter.ask("trend␉to300␉")


def test_examples_of_the_reference_come_out_as_printed_there() -> None:
    """posnet.md 5.1 and 5.4."""
    counter = Counter()
    counter.send(enclose(as_bytes("currget␉@8765␉")))

    counter.printer.pc1.receive(enclose(as_bytes("rpt␉@8765␉")))
    assert b"\x02" + as_bytes("currget␉@8765␉naPLN␉") + b"#D2BE\x03" == counter.raw()
    counter.printer.pc1.receive(enclose(as_bytes("trline␉@0007␉naX␉vt0␉pr1.50␉")))
    assert b"\x02" + as_bytes("ERR␉@0007␉?3␉cmtrline␉fdpr␉") + b"#E950\x03" == counter.raw()
    counter.printer.pc1.receive(b"\x02scnt\t#0000\x03")
    assert b"\x02" + as_bytes("ERR␉?5␉") + b"#7F84\x03" == counter.raw()


def test_the_card_sale_with_tokens_of_the_reference_adds_up() -> None:
    """posnet.md 8.11."""
    counter = Counter()
    for payload, crc in (
        ("trinit␉@0101␉bm0␉", "F7DC"),
        ("trline␉@0102␉naKubek ceramiczny␉vt0␉pr1299␉il2␉wa2598␉rd1␉rnRabat␉rw200␉", "B1B9"),
        ("trline␉@0103␉naHerbata zielona␉vt1␉pr369␉wa369␉", "EB5A"),
        ("trnipset␉@0104␉ni5222628262␉", "D975"),
        ("trpayment␉@0105␉ty2␉wa2767␉naKarta␉", "BE2F"),
        ("trend␉@0106␉to2767␉fp2767␉", "8EBF"),
    ):
        name, token = payload.split("␉")[:2]
        frame = b"\x02" + as_bytes(payload) + b"#" + crc.encode() + b"\x03"
        assert [f"{name}␉{token}␉"] == counter.send(frame)

    (receipt,) = counter.printer.fiscal.receipts
    assert (2398, 369, 0, 0, 0, 0, 0) == receipt.totals
    assert "5222628262" == receipt.nip


def test_card_with_change_of_the_reference_is_taken() -> None:
    counter = Counter()
    counter.tell("trinit␉bm0␉", "trline␉naX␉vt0␉pr200␉", "trpayment␉ty2␉wa500␉", "trpayment␉ty0␉wa300␉re1␉")

    assert b"\x02trend\tto200\tfp500\tre300\t#6CC3\x03" == enclose(b"trend\tto200\tfp500\tre300\t")
    counter.tell("trend␉to200␉fp500␉re300␉")

    assert "300" == counter.value("strns␉", "re")


@pytest.mark.parametrize(("method", "total"), [("0", 1148), ("1", 1147)])
def test_the_two_discount_methods_of_the_specification(method: str, total: int) -> None:
    """posnet.md 9.3: 13.50 less 15 %."""
    counter = Counter()
    counter.tell(f"discounttypeset␉dt{method}␉", "trinit␉bm0␉", "trline␉naX␉vt0␉pr1350␉rp1500␉")

    assert str(total) == counter.value("strns␉", "va")


def test_a_new_printer_has_the_time_of_poland() -> None:
    printer = FiscalPrinter()
    try:
        assert printer.core.now.utcoffset() == Time(printer.core.now).now.utcoffset()
        assert str(printer.core.now.tzinfo) == "Europe/Warsaw"
    finally:
        printer.close()
