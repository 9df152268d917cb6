"""Reports and copies of a fiscal printer, while the daemon runs and while it is down."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import run_command
from support.fiscal_printers import MORNING
from support.fiscal_shops import fiscal_shop
from support.shops import wait_for_state
from support.waiting import LONGEST, wait_for

from simulators.baselinker.receipts import sample_receipts
from simulators.posnet.faults import Fault, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulators.posnet.printer import FiscalPrinter
    from simulators.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[tuple[Shop, FiscalPrinter]]:
    with fiscal_shop(tmp_path / "shop") as opened:
        yield opened


def sell(shop: Shop, count: int = 2) -> list[int]:
    issued = [
        shop.server.add_receipt(sample.products, **sample.fields).receipt_id
        for sample in sample_receipts(count, 5)
    ]
    assert shop.wait_until_confirmed(issued, LONGEST)
    return issued


def answer(shop: Shop, *words: str) -> dict[str, Any]:
    answered: dict[str, Any] = json.loads(run_command(*words, "--json", config=shop.config_file).out)
    return answered


def test_receipts_become_sales_and_baselinker_gets_the_printer_s_numbers(
    shop: tuple[Shop, FiscalPrinter],
) -> None:
    opened, printer = shop
    opened.start_daemon()

    issued = sell(opened, 3)

    sold = {int(receipt.footer.system_number): receipt for receipt in printer.fiscal.receipts}
    assert set(issued) == set(sold)
    for receipt in issued:
        stored = opened.server.receipts[receipt]
        assert f"{sold[receipt].receipt:05d}" == stored.external_receipt_number
        assert stored.total == sold[receipt].total
    assert 0 == opened.stop_daemon()


@pytest.mark.parametrize("running", [True, False])
def test_the_daily_report_is_made_once_and_told(shop: tuple[Shop, FiscalPrinter], running: bool) -> None:
    opened, printer = shop
    opened.start_daemon()
    sell(opened)
    if not running:
        opened.stop_daemon()

    first, second = (answer(opened, "report", "daily", "till") for _ in range(2))

    assert (True, True) == (first["ok"], first["facts"]["made"])
    assert (True, False) == (second["ok"], second["facts"]["made"])
    assert 1 == len(printer.fiscal.reports)


def test_the_daemon_makes_the_daily_report_of_its_hour_also_when_it_was_off_then(tmp_path: Path) -> None:
    now = [MORNING]
    with fiscal_shop(tmp_path / "shop", clock=lambda: now[0], daily_report_at="13:00") as (opened, printer):
        opened.start_daemon()
        sell(opened)
        assert 0 == opened.stop_daemon()
        now[0] += timedelta(hours=2)

        opened.start_daemon()
        printer.wait_until(lambda one: bool(one.fiscal.reports), LONGEST)
        sell(opened)
        assert 0 == opened.stop_daemon()

        (report,) = printer.fiscal.reports
        before = [receipt.number < report.number for receipt in printer.fiscal.receipts]
        assert [True, True, False, False] == before
        assert 1 == opened.log_file.read_text("utf-8").count("daily report 1 made")


def test_what_the_printer_refuses_in_the_middle_stays_refused_over_a_restart(
    shop: tuple[Shop, FiscalPrinter],
) -> None:
    opened, printer = shop
    (sample,) = sample_receipts(1, 5)
    printer.faults.script("trline", Fault(Kind.REFUSE, code=1950))
    opened.start_daemon()
    receipt = opened.server.add_receipt(sample.products, **sample.fields).receipt_id
    printer.wait_until(lambda one: bool(one.fiscal.cancelled), LONGEST)
    wait_for_state(opened, receipt, "reported")
    assert 0 == opened.stop_daemon()
    opened.start_daemon()
    sell(opened)

    shown = answer(opened, "receipts", str(receipt))

    assert ["listed", "intend", "not_printed", "refuse", "report"] == [
        change["event"] for change in shown["history"]
    ]
    assert (1, 2) == (len(printer.fiscal.cancelled), len(printer.fiscal.receipts))
    assert 0 == opened.stop_daemon()


def test_check_tells_the_warnings_that_the_daemon_saw(shop: tuple[Shop, FiscalPrinter]) -> None:
    opened, printer = shop
    printer.operator.service(inspection="2020-01-01")
    opened.start_daemon()

    def warnings() -> list[str]:
        findings = answer(opened, "check")["findings"]
        return [one["finding"] for one in findings if (one["what"], one["result"]) == ("till", "warning")]

    wait_for(lambda: "The mandatory inspection of the printer is overdue." in warnings())
    assert 0 == opened.stop_daemon()


def test_status_prints_nothing_and_tells_since_when_there_are_sales(shop: tuple[Shop, FiscalPrinter]) -> None:
    opened, printer = shop
    opened.start_daemon()
    sell(opened)
    before = len(printer.fiscal.documents)

    told = answer(opened, "report", "status", "till")

    assert ["printer", "report", "ok", "code", "what", "cure", "facts"] == list(told)
    assert ["due", "first_sale", "clock"] == list(told["facts"])
    assert told["facts"]["first_sale"] is not None
    assert before == len(printer.fiscal.documents)
    spoken = run_command("report", "status", "till", config=opened.config_file)
    assert "daily report due: no\n" in spoken.out


def test_asking_whether_a_report_is_due_does_not_make_it(tmp_path: Path) -> None:
    now = [MORNING]
    with fiscal_shop(tmp_path / "shop", clock=lambda: now[0]) as (opened, printer):
        opened.start_daemon()
        sell(opened)
        assert 0 == opened.stop_daemon()
        now[0] += timedelta(days=1)

        told = answer(opened, "report", "status", "till")

    assert (True, True) == (told["ok"], told["facts"]["due"])
    assert () == printer.fiscal.reports


def test_a_copy_is_the_printer_s_own_and_no_sale(shop: tuple[Shop, FiscalPrinter]) -> None:
    opened, printer = shop
    opened.start_daemon()
    first, _second = sell(opened)

    told = answer(opened, "copy", str(first))

    assert {"receipt_id": first, "printer": "till", "ok": True, "code": "", "what": "", "cure": ""} == told
    assert 2 == len(printer.fiscal.receipts)


def test_a_receipt_the_journal_never_saw_has_no_copy(shop: tuple[Shop, FiscalPrinter]) -> None:
    opened, _printer = shop
    opened.start_daemon()
    sell(opened, 1)

    ended = run_command("copy", "5", config=opened.config_file)

    assert (66, "") == (ended.code, ended.out)
    assert "receipt 5 is not in the journal" in ended.err


def test_a_printer_nobody_configured_is_told(shop: tuple[Shop, FiscalPrinter]) -> None:
    opened, _printer = shop

    ended = run_command("report", "daily", "kitchen", config=opened.config_file)

    assert 66 == ended.code
    assert "there is no printer 'kitchen'; there are: till" in ended.err
