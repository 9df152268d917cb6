"""The driver against a simulated printer: what it learns, sells, remembers, reports and tells."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from support.fiscal_printers import NUMBER, used
from support.posnet_bench import SALE, Shop, open_shop, verdict_of

from drivers.contract import Fault as NotAble
from drivers.contract import Mark, Plan, Refusal, Unproven, VerdictKind
from drivers.posnet.options import PosnetOptions
from drivers.posnet.tokens import RESERVED, Tokens, token_at
from drivers.receipt import Line, VatRate
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.models import OLD_HS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivers.receipt import Receipt


def sale(*lines: Line) -> Receipt:
    return replace(SALE, lines=lines or SALE.lines)


def line(name: str = "Kubek", rate: str = "23", price: str = "10") -> Line:
    return Line(name, Decimal(1), Decimal(price), VatRate(Decimal(rate)))


def to_the_minute(shop: Shop, clock: str) -> None:
    """Let time pass until the printer's clock shows hh:mm."""
    hour, minute = map(int, clock.split(":"))
    target = shop.time.now.replace(hour=hour, minute=minute, second=0)
    if target <= shop.time.now:
        target += timedelta(days=1)
    shop.time.pass_by((target - shop.time.now).total_seconds())


# -- a receipt -----------------------------------------------------------------------------------------------------


def test_a_receipt_is_sold_and_its_proof_is_the_printer_s() -> None:
    shop = open_shop()

    proof = shop.print(shop.driver(), SALE)

    (sold,) = shop.receipts
    assert ("fiscal", "00001", NUMBER) == (proof.kind, proof.number, proof.device)
    assert (2598, 369) == sold.totals[:2]
    assert "5222628262" == sold.nip
    assert sold.number == proof.details["document"]
    assert abs(shop.time.now.timestamp() - (proof.printed_at or 0)) < 2
    assert [] == shop.printer.findings
    json.dumps(proof.to_json())


def test_older_firmware_sells_too_and_its_receipts_have_the_printed_numbers() -> None:
    shop = open_shop(OLD_HS)
    driver = shop.driver()
    shop.printer.other_host.begin()
    shop.printer.other_host.cancel()

    numbers = [shop.print(driver, SALE).number for _ in range(2)]

    assert [f"{sold.receipt:05d}" for sold in shop.receipts] == numbers == ["00002", "00003"]
    assert "NIP nabywcy: 5222628262" in shop.receipts[0].footer_text


def test_polish_letters_arrive_in_the_page_the_printer_reports() -> None:
    for page, codec in ((0, "cp1250"), (1, "iso8859_2")):
        shop = open_shop()
        memory = shop.printer.memory
        shop.printer.core.become(
            replace(memory, settings=replace(memory.settings, code_pages=(page, 0))), forget_goods=False
        )
        shop.print(shop.driver(), sale(line("Zażółć gęślą jaźń")))

        raw = shop.receipts[0].sales[0].raw
        assert "Zażółć gęślą jaźń" == raw.encode("latin-1").decode(codec)


def test_a_plan_in_the_journal_prints_as_well_as_a_fresh_one() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, _ = shop.marked(driver, SALE)

    driver.print(Plan.from_json(json.loads(json.dumps(plan.to_json()))))

    assert 1 == len(shop.receipts)


def test_the_end_is_remembered_before_its_first_byte() -> None:
    shop = open_shop()
    driver = shop.driver()
    at: list[tuple[int, dict[str, Any]]] = []

    def remember(facts: Mapping[str, Any]) -> None:
        at.append((len(shop.receipts), dict(facts)))
        shop.printer.faults.script("trend", Kind.DROP_REQUEST)

    shop.on_remember = remember
    plan, mark = shop.marked(driver, SALE)
    with pytest.raises(Unproven):
        driver.print(plan)

    assert 1 == len(at)
    assert at[0][1]["trend_sent"] is True
    assert token_at(mark.values["tokens"], len(plan.details["commands"]) - 1) == at[0][1]["trend_token"]


def test_a_memory_that_cannot_be_written_stops_the_sale_before_its_end() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)

    def full(_facts: Mapping[str, Any]) -> None:
        raise OSError("disk full")

    shop.on_remember = full
    with pytest.raises(OSError, match="disk full"):
        driver.print(plan)
    assert () == shop.receipts

    assert VerdictKind.NOT_PRINTED is verdict_of(shop, driver, plan, mark).kind
    assert () == shop.receipts


# -- mark and tokens -----------------------------------------------------------------------------------------------


def test_the_mark_is_plain_json_and_tells_device_counters_and_tokens() -> None:
    shop = open_shop()
    driver = shop.driver()
    shop.print(driver, SALE)

    _, mark = shop.marked(driver, SALE)

    again = Mark.from_json(json.loads(json.dumps(mark.to_json())))
    assert mark == again
    assert NUMBER == again.device
    counters = again.values["counters"]
    assert (4, 1, 0, 1) == tuple(counters[name] for name in ("reports", "finished", "cancelled", "receipts"))
    assert [2598, 369, 0, 0, 0, 0, 0] == counters["day_totals"]
    assert shop.receipts[0].number == counters["receipt_document"]


def test_tokens_go_round_and_reserved_ones_are_not_given_out() -> None:
    tokens = Tokens(9990)

    first = tokens.reserve()
    taken = tokens.take()

    assert 9990 == first
    assert token_at(first, RESERVED) == taken == 1015
    assert [9999, 1] == [token_at(9999, 0), token_at(9999, 1)]


def test_two_processes_do_not_begin_with_the_same_token_and_a_verdict_goes_on_behind_the_mark() -> None:
    shop = open_shop()
    _, one = shop.marked(shop.driver(), SALE)
    driver = shop.restarted()
    plan, other = shop.marked(driver, SALE)
    assert one.values["tokens"] != other.values["tokens"]

    driver.verdict(plan, other)
    _, third = shop.marked(driver, SALE)

    distance = (third.values["tokens"] - other.values["tokens"]) % 9999
    assert RESERVED <= distance < 2 * RESERVED + 100


def test_an_old_answer_under_the_token_of_the_end_is_noticed_before_anything_is_sent() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    token = token_at(mark.values["tokens"], len(plan.details["commands"]) - 1)
    shop.printer.pc1.receive(_frame("scnt", token))
    shop.printer.work()
    shop.printer.pc1.replies()

    with pytest.raises(NotAble) as fault:
        driver.print(plan)

    assert "token_known" == fault.value.code
    assert "00001" == shop.print(driver, SALE).number


def _frame(mnemonic: str, token: int) -> bytes:
    from drivers.posnet.frames import Frame

    return Frame(mnemonic, token=token).encode()


# -- not able ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("switch", "code"),
    [({"menu": True}, "in_menu")],
)
def test_a_printer_that_cannot_sell_now_gets_no_receipt(switch: dict[str, Any], code: str) -> None:
    shop = open_shop()
    driver = shop.driver()
    shop.print(driver, SALE)
    shop.printer.change(**switch)

    with pytest.raises(NotAble) as fault:
        shop.print(driver, SALE)

    assert code == fault.value.code
    assert 1 == len(shop.receipts)


def test_somebody_else_s_open_receipt_is_left_alone() -> None:
    shop = open_shop()
    driver = shop.driver()
    driver.prepare()
    shop.printer.other_host.begin()

    with pytest.raises(NotAble) as fault:
        shop.print(driver, SALE)

    assert "other_host" == fault.value.code
    assert shop.printer.memory.transaction is not None


def test_an_open_receipt_on_our_interface_that_nobody_knows_is_left_alone() -> None:
    shop = open_shop()
    shop.printer.other_host._interface = 1
    shop.printer.other_host.begin()

    with pytest.raises(NotAble) as fault:
        shop.print(shop.driver(), SALE)

    assert "transaction_open" == fault.value.code
    assert shop.printer.memory.transaction is not None


def test_another_printer_in_its_place_is_noticed_on_an_open_connection() -> None:
    shop = open_shop()
    driver = shop.driver()
    shop.print(driver, SALE)
    shop.printer.operator.exchange("ZBF 9999999999")

    with pytest.raises(NotAble) as fault:
        shop.print(driver, SALE)
    _, mark = shop.marked(driver, SALE)

    assert "other_device" == fault.value.code
    assert "ZBF 9999999999" == mark.device


def test_paper_that_runs_out_is_told_and_waited_for() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, _ = shop.marked(driver, SALE)
    shop.printer.faults.script("trend", Fault(Kind.PAPER_OUT, at=3))
    shop.time.after(4000.0, shop.printer.operator.new_roll)

    proof = driver.print(plan)

    assert "00001" == proof.number
    assert ("paper_end",) in shop.told_codes
    assert () == shop.told_codes[-1]


def test_stopping_while_the_paper_is_out_leaves_the_receipt_to_the_next_process() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    shop.printer.faults.script("trline", Fault(Kind.PAPER_OUT))

    def stop() -> None:
        shop.stop.set_now = True

    shop.time.after(30.0, stop)
    with pytest.raises(Unproven) as unproven:
        driver.print(plan)
    assert "stopping" == unproven.value.code

    shop.stop.set_now = False
    shop.time.after(10.0, shop.printer.operator.new_roll)
    verdict = verdict_of(shop, shop.restarted(), plan, shop.durable(mark))
    assert VerdictKind.NOT_PRINTED is verdict.kind
    assert () == shop.receipts


def test_a_silent_printer_is_given_up_and_the_receipt_found_later() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    shop.printer.faults.script("trend", Kind.SILENT)
    with pytest.raises(Unproven) as unproven:
        driver.print(plan)
    assert "no_answer" == unproven.value.code
    with pytest.raises(NotAble):
        driver.verdict(plan, mark)
    shop.printer.change(silent=False)

    assert VerdictKind.PRINTED is verdict_of(shop, driver, plan, mark).kind


# -- goods ---------------------------------------------------------------------------------------------------------


def test_a_name_locked_in_a_lower_rate_is_refused_before_a_receipt_is_opened() -> None:
    shop = open_shop()
    shop.printer.other_host.sell([("Kubek", 0, 100)])
    shop.printer.other_host.sell([("kubek", 1, 100)])
    driver = shop.driver()
    driver.prepare()

    with pytest.raises(Refusal) as refusal:
        driver.plan(sale(line("Talerz"), line("Kubek")))

    assert ("goods_locked", "lines[1].name") == (refusal.value.code, refusal.value.field)
    assert "Kubek" in refusal.value.what
    driver.plan(sale(line("Kubek", rate="8")))


def test_a_name_is_asked_about_once() -> None:
    shop = open_shop()
    driver = shop.driver()
    shop.print(driver, SALE)
    shop.printer.faults.script("dbchkplu", Fault(Kind.REFUSE, code=2104))

    shop.print(driver, SALE)

    assert [] == shop.printer.faults.happened


def test_a_check_that_could_not_be_made_keeps_the_receipt_waiting() -> None:
    shop = open_shop()
    driver = shop.driver()
    driver.prepare()
    shop.printer.faults.script("dbchkplu", Fault(Kind.CLOSE_BEFORE))
    driver.plan(SALE)

    with pytest.raises(NotAble):
        driver.mark()

    assert "00001" == shop.print(driver, SALE).number


# -- the day -------------------------------------------------------------------------------------------------------


def test_the_report_of_yesterday_comes_before_the_first_sale_of_a_new_day() -> None:
    shop = open_shop()
    driver = shop.driver()
    shop.print(driver, SALE)
    shop.time.pass_by(86_400.0)

    proof = shop.print(driver, SALE)

    (report,) = shop.printer.fiscal.reports
    assert shop.receipts[0].number < report.number < shop.receipts[1].number
    assert "00001" == proof.number
    assert 2967 == report.total


def test_another_printer_than_the_agreed_one_makes_no_report() -> None:
    shop = open_shop()
    shop.print(shop.driver(), SALE)
    shop.time.pass_by(86_400.0)

    driver = shop.restarted()

    number = driver.prepare("another one")
    assert () == shop.printer.fiscal.reports
    assert number == driver.prepare(number)
    assert 1 == len(shop.printer.fiscal.reports)


def test_a_process_that_begins_on_a_new_day_makes_the_report_first() -> None:
    shop = open_shop()
    shop.print(shop.driver(), SALE)
    shop.time.pass_by(86_400.0)

    shop.restarted().prepare()

    assert 1 == len(shop.printer.fiscal.reports)


def test_days_without_sales_need_no_report_and_no_second_zero_report_is_sent() -> None:
    shop = open_shop()
    driver = shop.driver()
    driver.prepare()
    shop.time.pass_by(3 * 86_400.0)
    driver.prepare()

    assert {"made": False, "number": 4} == driver.daily_report()
    assert () == shop.printer.fiscal.reports
    shop.print(driver, SALE)
    assert {"made": True, "number": 5} == driver.daily_report()
    assert {"made": False, "number": 5} == driver.daily_report()
    assert 1 == len(shop.printer.fiscal.reports)


def test_no_receipt_is_begun_just_before_midnight_while_a_report_is_due_after_it() -> None:
    shop = open_shop()
    driver = shop.driver()
    shop.print(driver, SALE)
    to_the_minute(shop, "23:59")
    shop.time.pass_by(30.0)

    with pytest.raises(NotAble) as fault:
        shop.print(driver, SALE)
    assert "midnight" == fault.value.code
    shop.time.pass_by(60.0)
    shop.print(driver, SALE)

    assert ["2026-10-09", "2026-10-10"] == [sold.time[:10] for sold in shop.receipts]
    assert 1 == len(shop.printer.fiscal.reports)


def test_a_receipt_that_waited_for_paper_over_midnight_is_cancelled_and_sold_after_the_report() -> None:
    shop = open_shop()
    driver = shop.driver()
    shop.print(driver, SALE)
    to_the_minute(shop, "23:50")
    plan, _ = shop.marked(driver, SALE)
    shop.printer.faults.script("trline", Fault(Kind.PAPER_OUT))
    shop.time.after(1200.0, shop.printer.operator.new_roll)

    with pytest.raises(NotAble) as fault:
        driver.print(plan)
    assert "midnight" == fault.value.code
    shop.print(driver, SALE)

    assert 1 == len(shop.printer.fiscal.cancelled)
    assert ["2026-10-09", "2026-10-10"] == [sold.time[:10] for sold in shop.receipts]


@pytest.mark.parametrize("kind", [Kind.DROP_ANSWER, Kind.DROP_REQUEST, Kind.CORRUPT_ANSWER, Kind.LATE_ANSWER])
def test_a_report_whose_answer_is_lost_is_made_once_all_the_same(kind: Kind) -> None:
    shop = open_shop()
    driver = shop.driver()
    shop.print(driver, SALE)
    shop.printer.faults.script("dailyrep", Fault(kind, seconds=300.0, at=3))

    assert {"made": True, "number": 5} == driver.daily_report()

    assert 1 == len(shop.printer.fiscal.reports)


def test_a_report_the_printer_demands_is_made_once_and_the_receipt_sold() -> None:
    shop = open_shop()
    driver = shop.driver()
    shop.print(driver, SALE)
    plan, _ = shop.marked(driver, SALE)
    shop.printer.faults.script("trinit", Fault(Kind.REFUSE, code=2010))

    with pytest.raises(NotAble) as fault:
        driver.print(plan)
    assert "posnet-2010" == fault.value.code
    shop.print(driver, SALE)

    assert (1, 2, 0) == (
        len(shop.printer.fiscal.reports),
        len(shop.receipts),
        len(shop.printer.fiscal.cancelled),
    )


def test_a_printer_that_goes_on_demanding_reports_gets_no_second_one() -> None:
    shop = open_shop()
    driver = shop.driver()
    shop.print(driver, SALE)
    codes = []
    for _ in range(3):
        plan, _ = shop.marked(driver, SALE)
        shop.printer.faults.script("trinit", Fault(Kind.REFUSE, code=2010))
        with pytest.raises(NotAble) as fault:
            driver.print(plan)
        codes.append(fault.value.code)

    assert ["posnet-2010", "report_failed", "report_failed"] == codes
    assert 1 == len(shop.printer.fiscal.reports)


def test_a_report_in_training_is_proven_by_totals_of_zero() -> None:
    shop = open_shop(memory=used(fiscal=False))
    driver = shop.driver()
    shop.print(driver, SALE)

    assert driver.daily_report()["made"] is True
    assert ("training",) == tuple(trouble.code for trouble in driver.status().troubles)


# -- status and errands --------------------------------------------------------------------------------------------


def test_status_tells_the_printer_and_its_clock_and_prints_nothing() -> None:
    shop = open_shop()
    shop.wall_error = -300.0
    driver = shop.driver()

    status = driver.status()

    assert status.ready
    assert NUMBER == status.device
    assert ["clock_drift"] == [trouble.code for trouble in status.troubles]
    assert 300 == status.facts["clock_ahead_seconds"]
    assert "2027-12-31" == status.facts["inspection"]
    assert () == shop.printer.fiscal.documents


@pytest.mark.parametrize("switch", [{"menu": True}, {"silent": True}])
def test_status_never_raises(switch: dict[str, Any]) -> None:
    shop = open_shop()
    shop.printer.change(**switch)

    assert not shop.driver().status().ready


def test_status_of_a_printer_that_is_off_is_a_trouble() -> None:
    shop = open_shop()
    shop.printer.power_cut()

    assert ["no_connection"] == [trouble.code for trouble in shop.driver().status().troubles]


def test_a_test_page_is_no_receipt() -> None:
    shop = open_shop()
    driver = shop.driver()

    proof = driver.test_print()

    assert () == shop.receipts
    (form,) = shop.printer.fiscal.non_fiscal
    assert form.printout == proof.details["printout"]
    assert any("ĄĆĘŁŃÓŚŹŻ" in row for row in form.lines)


def test_copies_and_reports_by_hand_come_from_the_printer() -> None:
    shop = open_shop()
    driver = shop.driver()
    number = shop.print(driver, SALE).number

    assert {"number": 1} == driver.copy(number, shop.receipts[0].time[:10])
    assert {"number": None} == driver.copy()
    assert {"month": "2026-09", "summary": True} == driver.errand("monthly", {})
    assert driver.errand("period", {"first": "2026-10-01", "last": "2026-10-09"})
    assert {"due": False, "first_sale": "2026-10-09", "clock": "2026-10-09 11:48:14"} == {
        **driver.errand("status", {}),
        "clock": "2026-10-09 11:48:14",
    }

    assert 1 == len(shop.receipts)
    assert 4 == len(shop.printer.fiscal.non_fiscal)


@pytest.mark.parametrize(
    ("kind", "detail"),
    [
        ("coffee", {}),
        ("copy", {"number": "1a"}),
        ("monthly", {"month": "October"}),
        ("period", {"first": "2026-10-09"}),
        ("period", {"first": "2026-10-09", "last": "2026-10-01"}),
    ],
)
def test_bad_errands_are_refused(kind: str, detail: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        open_shop().driver().errand(kind, detail)


def test_a_copy_of_what_the_printer_does_not_have_is_a_fault_with_its_number() -> None:
    with pytest.raises(NotAble) as fault:
        open_shop().driver().copy("77")

    assert "posnet-2930" == fault.value.code


def test_a_link_that_carries_no_answers_is_no_link_for_a_fiscal_printer() -> None:
    shop = open_shop()
    shop.link.two_way = False

    with pytest.raises(ValueError, match="nothing comes back"):
        shop.driver()


def test_block_mode_sells_too() -> None:
    shop = open_shop(options=PosnetOptions(block_mode=True))

    assert "00001" == shop.print(shop.driver(), SALE).number


def test_a_copy_whose_answer_never_comes_may_have_been_printed() -> None:
    shop = open_shop()
    driver = shop.driver()
    shop.print(driver, SALE)
    shop.printer.faults.script("ecprndoc", Kind.SILENT)

    with pytest.raises(Unproven):
        driver.copy("1")
