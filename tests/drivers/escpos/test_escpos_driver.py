"""The driver against the simulated printer, over a line that does what a test says."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from support.escpos_shop import Shop
from support.memory_link import Bench, MemoryLink
from support.receipts import SHOP_RECEIPT

from drivers.contract import Fault, Plan, Proof, Refusal, Unproven, VerdictKind
from drivers.escpos import Options, open_driver
from drivers.receipt import Line, VatRate
from simulators.escpos.models import CHINESE_80, EPSON_58, EPSON_80, RONGTA_80

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.escpos.models import Model

SLIP = """\
    DOKUMENT NIEFISKALNY
          to nie jest paragon fiskalny

Numer:                               PAR 12/2026
Zamówienie:                                   77
Nr w BaseLinkerze:                        123456
────────────────────────────────────────────────
Kubek ceramiczny 330 ml     2 x 24,90  49,80 23%
Zażółć gęślą jaźń: bardzo długa nazwa produktu,
która nie mieści się w jednym wierszu paragonu
  1,5 x 1249,05                      1873,58  8%
Książka                     1 x 39,00  39,00 zw.
────────────────────────────────────────────────
Stawka         netto           VAT        brutto
23%            40,49          9,31         49,80
8%           1734,80        138,78       1873,58
zw.            39,00          0,00         39,00
Razem        1814,29        148,09       1962,38
────────────────────────────────────────────────
SUMA PLN         1962,38
Płatność:                             Przelewy24
NIP nabywcy:                          5261040828

"""


@pytest.mark.parametrize("proof", ["fence", "process-id"])
def test_a_slip_comes_out_once_whole_and_proven(proof: str) -> None:
    shop = Shop(proof=proof)
    assert Proof(kind=proof) == shop.print()
    assert [SLIP] == shop.slips
    assert () == shop.device.findings
    assert not shop.link.is_open


def test_slips_follow_each_other_each_with_a_proof_of_its_own() -> None:
    shop = Shop(proof="process-id")
    for count in (1, 2, 3):
        assert Proof(kind="process-id") == shop.print()
        assert count == len(shop.slips)
    assert [SLIP] * 3 == shop.slips


# -- before a byte is sent -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("switch", "code"),
    [
        ("paper_out", "paper_end"),
        ("cover_open", "cover_open"),
        ("cutter_jam", "cutter"),
        ("recoverable_error", "error"),
        ("unrecoverable_error", "unrecoverable"),
        ("head_hot", "head_hot"),
        ("feed_button", "feeding"),
        ("self_test", "offline"),
    ],
)
def test_a_printer_that_cannot_print_faults_with_the_cause_and_gets_nothing(switch: str, code: str) -> None:
    shop = Shop()
    setattr(shop.device, switch, True)
    with pytest.raises(Fault) as fault:
        shop.driver.mark()
    assert code == fault.value.code
    assert fault.value.cure
    with pytest.raises(Fault):
        shop.driver.print(Plan(SHOP_RECEIPT))
    assert [] == shop.slips
    assert "" == shop.begun
    assert not shop.link.is_open


def test_near_end_is_a_warning_and_the_slip_is_printed() -> None:
    shop = Shop()
    shop.device.paper_near_end = True
    assert shop.print()
    assert [("paper_near_end",)] == shop.bench.told_codes
    status = shop.driver.status()
    assert status.ready
    assert ["paper_near_end"] == [trouble.code for trouble in status.troubles]


def test_a_closed_port_is_a_fault_that_names_the_address() -> None:
    shop = Shop()
    shop.link.closed = True
    with pytest.raises(Fault, match="memory://printer: connection refused") as fault:
        shop.driver.mark()
    assert ("no_connection", "switch it on") == (fault.value.code, fault.value.cure)


def test_a_printer_that_says_nothing_is_a_fault() -> None:
    shop = Shop()
    shop.link.deaf = True
    with pytest.raises(Fault) as fault:
        shop.driver.mark()
    assert "no_answer" == fault.value.code
    with pytest.raises(Fault):
        shop.driver.print(Plan(SHOP_RECEIPT))
    assert "" == shop.begun


@pytest.mark.parametrize(("proof", "switch"), [("fence", "gs_r"), ("process-id", "process_ids")])
def test_a_printer_that_cannot_testify_prints_no_slip_at_all(proof: str, switch: str) -> None:
    shop = Shop(proof=proof)
    setattr(shop.device, switch, False)
    with pytest.raises(Fault) as fault:
        shop.print()
    assert "no_proof" == fault.value.code
    assert [] == shop.slips
    assert "PAR" not in shop.begun


def test_the_link_may_die_between_mark_and_print() -> None:
    shop = Shop()
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.link.breaks_at = len(shop.link.sent) + 1
    shop.bench.clock.after(0.0, lambda: setattr(shop.link, "breaks_at", None))
    shop.link.read = _unbroken(shop.link)  # type: ignore[method-assign]
    assert shop.driver.print(plan)
    assert [SLIP] == shop.slips
    assert 2 == shop.link.opened


def _unbroken(link: MemoryLink) -> Any:
    read = link.read

    def read_and_heal(timeout: float) -> bytes:
        link.breaks_at = None
        return read(timeout)

    return read_and_heal


# -- while it prints -------------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", ["fence", "process-id"])
@pytest.mark.parametrize("lines", [0, 1, 9, 20])
def test_paper_may_run_out_and_the_slip_is_waited_for_however_long(proof: str, lines: int) -> None:
    shop = Shop(proof=proof)
    shop.print()
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.speed = 10
    shop.device.paper_lines = lines
    shop.bench.clock.after(3 * 3600, shop.device.new_roll)
    proven = shop.driver.print(plan)
    assert ["paper_end"] == proven.details["waited_for"]
    assert ("paper_end",) in shop.bench.told_codes
    assert () == shop.bench.told_codes[-1]
    assert 2 == len(shop.slips)
    assert SLIP.split() == shop.slips[1].replace("~~~~ new roll ~~~~", "").split()


def test_stop_ends_the_wait_for_paper_and_nobody_knows() -> None:
    shop = Shop()
    shop.device.paper_lines = 5
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.bench.clock.after(60, shop.bench.stop.set)
    with pytest.raises(Unproven) as unproven:
        shop.driver.print(plan)
    assert "stopping" == unproven.value.code
    assert not shop.link.is_open


def test_stop_before_the_slip_is_a_fault() -> None:
    shop = Shop()
    shop.bench.stop.set()
    with pytest.raises(Fault) as fault:
        shop.driver.print(Plan(SHOP_RECEIPT))
    assert "stopping" == fault.value.code
    assert "" == shop.begun


def test_stop_does_not_tear_a_slip_that_is_being_printed() -> None:
    shop = Shop()
    shop.print()
    shop.device.speed = 20
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.bench.clock.after(0.5, shop.bench.stop.set)
    assert shop.driver.print(plan)
    assert [SLIP] * 2 == shop.slips


def test_a_printer_that_hangs_is_given_up_unproven() -> None:
    shop = Shop()
    shop.device.speed = 10
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.bench.clock.after(1.5, lambda: setattr(shop.device, "silent", True))
    with pytest.raises(Unproven) as unproven:
        shop.driver.print(plan)
    assert "no_answer" == unproven.value.code


def test_a_printer_switched_off_and_on_during_the_wait_for_paper_proves_nothing() -> None:
    shop = Shop()
    shop.device.paper_lines = 5
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.bench.clock.after(60, shop.device.power_cut)
    shop.bench.clock.after(62, shop.device.new_roll)
    shop.bench.clock.after(63, shop.device.power_on)
    with pytest.raises(Unproven) as unproven:
        shop.driver.print(plan)
    # Everything had been sent: what is missing is the answer it forgot.
    assert "interrupted" == unproven.value.code
    assert [] == shop.slips


def test_a_printer_switched_off_and_on_half_way_gets_no_rest_of_a_slip(tmp_path: Path) -> None:
    shop = Shop(logo=_picture(tmp_path, (576, 400)))
    shop.device.speed = 20
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.paper_lines = 5
    shop.bench.clock.after(3600, shop.device.power_cut)
    shop.bench.clock.after(3602, shop.device.new_roll)
    shop.bench.clock.after(3603, shop.device.power_on)
    with pytest.raises(Unproven) as unproven:
        shop.driver.print(plan)
    assert "interrupted" == unproven.value.code
    assert [] == shop.slips
    assert "PAR 12/2026" not in shop.begun


@pytest.mark.parametrize("proof", ["fence", "process-id"])
def test_a_slip_that_waits_half_sent_goes_on_when_the_paper_is_back(proof: str, tmp_path: Path) -> None:
    shop = Shop(proof=proof, logo=_picture(tmp_path, (576, 400)))
    shop.device.speed = 20
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.paper_lines = 2
    for wait in (100, 5000):
        shop.bench.clock.after(wait, shop.device.new_roll)
    shop.bench.clock.after(102, lambda: setattr(shop.device, "paper_lines", 2))
    proven = shop.driver.print(plan)
    assert {"waited_for": ["paper_end"]} == proven.details
    assert 1 == len(shop.slips)
    assert SLIP.split() == shop.slips[0].split("\n\n", 1)[1].replace("~~~~ new roll ~~~~", "").split()


def test_the_deadline_stands_still_while_the_printer_is_offline() -> None:
    shop = Shop(patience_seconds=1.0, lines_per_second=100.0)
    shop.print()
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.cover_open = False
    shop.bench.clock.after(0.01, lambda: setattr(shop.device, "paper_lines", 3))
    shop.bench.clock.after(1000, shop.device.new_roll)
    assert shop.driver.print(plan)


def test_an_answer_that_never_comes_is_unproven_after_a_computed_time() -> None:
    shop = Shop(lines_per_second=10, patience_seconds=10)
    shop.print()
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.speed = 0.5
    began = shop.bench.clock()
    with pytest.raises(Unproven) as unproven:
        shop.driver.print(plan)
    assert "interrupted" == unproven.value.code
    # 28 lines at 10 a second, 1 kB, 10 seconds of patience, and not the 56 seconds it would have needed.
    assert 12 < shop.bench.clock() - began < 18


def test_a_stuck_cutter_leaves_a_proven_print_with_a_remark() -> None:
    shop = Shop(proof="process-id")
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.speed = 10
    _jam_the_cutter_behind_the_last_line(shop)
    proof = shop.driver.print(plan)
    assert "process-id" == proof.kind
    assert {"cut_not_proven": "cutter"} == proof.details
    assert [] == shop.slips
    assert SLIP == shop.begun


def _jam_the_cutter_behind_the_last_line(shop: Shop) -> None:
    """Jam it when the second process id of a slip comes back: the print is done, the cut not yet."""
    replies = shop.device.replies
    names: list[bytes] = []

    def replies_and_jam() -> bytes:
        said = replies()
        if said.startswith(b'7"'):
            names.append(said)
            shop.device.cutter_jam = len(names) == 2
        return said

    shop.device.replies = replies_and_jam  # type: ignore[method-assign]


def test_answers_of_an_interrupted_slip_are_not_taken_for_the_next_ones() -> None:
    shop = Shop(lines_per_second=100, patience_seconds=2)
    shop.print()
    shop.device.speed = 4
    with pytest.raises(Unproven):
        shop.print()
    # The old slip is still being printed when the next one begins, and its fence is answered first.
    assert 1 == len(shop.slips)
    shop.options = Options(patience_seconds=60)
    shop.restart()
    assert shop.print()
    assert 3 == len(shop.slips)
    assert SLIP == shop.slips[2]


@pytest.mark.parametrize("takes", [1, 7, 100])
def test_partial_writes_are_counted_and_continued(takes: int) -> None:
    shop = Shop()
    shop.link.takes = takes
    assert shop.print()
    assert [SLIP] == shop.slips
    assert () == shop.device.findings


def test_a_small_receive_buffer_is_never_overrun(tmp_path: Path) -> None:
    shop = Shop(buffer_bytes=4096, logo=_picture(tmp_path, (576, 400)))
    shop.device.speed = 30
    assert shop.print()
    assert () == shop.device.findings
    assert 400 == sum(image.height for image in shop.device.ledger.slips[0].images)


def test_automatic_status_between_the_answers_does_no_harm() -> None:
    shop = Shop(model=replace(EPSON_80, asb_default=0xFF))
    assert shop.print()
    assert shop.print()
    assert [SLIP] * 2 == shop.slips


# -- a connection that dies at any byte ------------------------------------------------------------------


def _bytes_of_a_second_slip(**options: Any) -> tuple[int, int]:
    shop = Shop(**options)
    shop.print()
    before = len(shop.link.sent)
    shop.print()
    return before, len(shop.link.sent)


@pytest.mark.parametrize("proof", ["fence", "process-id"])
def test_a_connection_that_dies_at_any_byte_is_told_from_a_finished_slip(proof: str) -> None:
    first, last = _bytes_of_a_second_slip(proof=proof)
    outcomes = set()
    for position in sorted({*range(first, first + 40), *range(first, last, 37), *range(last - 30, last + 1)}):
        shop = Shop(proof=proof)
        shop.print()
        shop.link.breaks_at = position
        try:
            outcome = shop.print().kind
        except Fault:
            outcome = "fault"
            assert "" == shop.begun.strip(), position
        except Unproven:
            outcome = "unproven"
        outcomes.add(outcome)
        if outcome == proof:
            assert [SLIP] * 2 == shop.slips
        shop.restart()
        assert shop.print()
        # Whatever half-received command the dead slip left: the new slip is whole.
        assert shop.slips[-1].endswith(SLIP), position
    assert {"fault", "unproven"} <= outcomes


def test_half_a_picture_of_a_dead_slip_does_not_eat_the_next_slip(tmp_path: Path) -> None:
    options: dict[str, Any] = {"logo": _picture(tmp_path, (576, 48))}
    first, last = _bytes_of_a_second_slip(**options)
    band = first + 60
    for position in sorted({*range(first, band), *range(band, last, 211)}):
        shop = Shop(**options)
        shop.print()
        shop.link.breaks_at = position
        with pytest.raises((Fault, Unproven)):
            shop.print()
        shop.restart()
        assert shop.print()
        assert shop.slips[-1].endswith(shop.slips[0]), position


# -- one way ---------------------------------------------------------------------------------------------


def _one_way(**options: Any) -> Shop:
    shop = Shop(proof="none", **options)
    shop.link.two_way = False
    shop.device.one_way = True
    return shop


def test_one_way_a_slip_is_handed_over_in_one_piece_and_proves_nothing() -> None:
    shop = _one_way()
    assert Proof(kind="none") == shop.print()
    assert [SLIP] == shop.slips
    assert 1 == len(shop.link.writes)


def test_one_way_no_byte_taken_is_a_fault_and_any_other_end_is_unproven() -> None:
    shop = _one_way()
    shop.link.breaks_at = 0
    with pytest.raises(Fault):
        shop.print()
    shop = _one_way()
    shop.link.breaks_at = 1
    with pytest.raises(Unproven):
        shop.print()


def test_one_way_a_printer_that_takes_no_more_is_unproven_and_told() -> None:
    shop = _one_way(buffer_bytes=2048)
    shop.device.paper_out = True
    with pytest.raises(Unproven) as unproven:
        shop.print()
    assert "stalled" == unproven.value.code
    assert ("stalled",) in shop.bench.told_codes


@pytest.mark.parametrize("proof", ["fence", "process-id"])
def test_a_proof_over_a_one_way_link_is_refused_at_once(proof: str) -> None:
    bench = Bench()
    link = MemoryLink(bench.clock, two_way=False)
    with pytest.raises(ValueError, match='set proof = "none"'):
        open_driver(Options(proof=proof), link, bench.surroundings)


# -- what stands on the slip -----------------------------------------------------------------------------


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


def _picture(folder: Path, size: tuple[int, int], mode: str = "L") -> str:
    from PIL import Image

    path = folder / "logo.png"
    Image.linear_gradient("L").resize(size).convert(mode).save(path)
    return str(path)


def test_a_logo_is_printed_in_bands_across_the_paper(tmp_path: Path) -> None:
    shop = Shop(logo=_picture(tmp_path, (300, 50)))
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


# -- plan, mark, verdict, status, test print -------------------------------------------------------------


def test_a_plan_is_json_and_tells_what_is_replaced() -> None:
    receipt = replace(SHOP_RECEIPT, payment="karta ✓ ș €")
    plan = Shop().driver.plan(receipt)
    assert {"replaced": {"ș": "ş", "€": "EUR", "✓": "v"}} == plan.details
    assert plan == Plan.from_json(json.loads(json.dumps(plan.to_json())))


def test_another_currency_and_an_empty_receipt_are_refused() -> None:
    driver = Shop().driver
    with pytest.raises(Refusal, match="EUR") as refusal:
        driver.plan(replace(SHOP_RECEIPT, currency="EUR"))
    assert "currency" == refusal.value.field
    with pytest.raises(Refusal, match="no lines"):
        driver.plan(replace(SHOP_RECEIPT, lines=()))


def test_the_mark_carries_the_serial_number_when_asked_for() -> None:
    shop = Shop(identify=True)
    assert "SIM0000001" == shop.driver.mark().device
    assert "SIM0000001" == shop.driver.print(Plan(SHOP_RECEIPT)).device
    assert "" == Shop().driver.mark().device


def test_a_printer_that_hides_its_serial_number_faults_when_it_is_wanted() -> None:
    shop = Shop(identify=True)
    _forget_identities(shop)
    with pytest.raises(Fault) as fault:
        shop.driver.mark()
    assert "no_identity" == fault.value.code
    status = shop.driver.status()
    assert (True, "") == (status.ready, status.device)


def _forget_identities(shop: Shop) -> None:
    replies = shop.device.replies
    shop.device.replies = lambda: re.sub(rb"_[^\0]*\0", b"", replies())  # type: ignore[method-assign]


def test_the_verdict_is_never_a_guess() -> None:
    shop = Shop()
    verdict = shop.driver.verdict(Plan(SHOP_RECEIPT), shop.driver.mark())
    assert VerdictKind.UNKNOWN == verdict.kind
    assert "123456" in verdict.reason


@pytest.mark.parametrize(
    ("fault", "code"),
    [({"closed": True}, "no_connection"), ({"deaf": True}, "no_answer"), ({"breaks_at": 4}, "no_connection")],
)
def test_status_never_raises(fault: dict[str, Any], code: str) -> None:
    shop = Shop()
    for name, value in fault.items():
        setattr(shop.link, name, value)
    status = shop.driver.status()
    assert not status.ready
    assert code == status.troubles[0].code
    assert not shop.link.is_open


def test_status_tells_model_and_firmware_and_prints_nothing() -> None:
    shop = Shop(identify=True)
    status = shop.driver.status()
    assert ("SIM0000001", True) == (status.device, status.ready)
    assert {"model": "TM-T20II", "firmware": "1.20 SIM", "columns": 48}.items() <= dict(status.facts).items()
    assert "" == shop.begun
    assert 0 == len(shop.device.findings)


@pytest.mark.parametrize("model", [EPSON_80, EPSON_58, CHINESE_80, RONGTA_80], ids=lambda model: model.name)
def test_the_test_print_shows_ruler_letters_and_numbers(model: Model) -> None:
    paper = 58 if model is EPSON_58 else 80
    shop = Shop(model=model, paper_mm=paper, symbol="qr", drawer="pin2")
    assert "fence" == shop.driver.test_print().kind
    (slip,) = shop.device.ledger.slips
    ruler = ("1234567890" * 10)[: model.columns]
    assert ruler in slip.texts
    assert any(text.startswith(" 18 ") and "ąćęłńóśźż" in text.lower() for text in slip.texts)
    assert ["TEST 0123456789"] == slip.qr_codes
    assert () == slip.kicks
    assert {"no such code page"} >= {finding.reason for finding in shop.device.findings}


def test_policies_are_those_of_the_options() -> None:
    assert not Shop().driver.reprints_marked
    assert Shop(after_interruption="reprint-marked").driver.reprints_marked
    assert not Shop().driver.fiscal
    assert "CZK" == Shop(currency="CZK").driver.currency
