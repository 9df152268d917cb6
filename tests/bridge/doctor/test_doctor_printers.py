from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from support.journals import enter
from support.machines import Box, case_of, codes, shop_config
from support.speeds import EscposAtSpeed, PosnetAtSpeed

from bridge.cli.doctor import printer_status
from bridge.config.mistakes import ConfigError, Mistake
from bridge.config.reading import load_config
from bridge.doctor import printers
from bridge.doctor.machine import Machine
from bridge.journal import Event, Journal
from drivers.contract import Status, Trouble
from simulators.posnet.factory import new_memory
from simulators.posnet.memory import EXEMPT, INACTIVE, Settings
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from pathlib import Path

    from bridge.config.model import Config, Printer
    from bridge.doctor.case import Case

SILENT = Trouble("no_answer", "It does not answer.", "Check power.", "Nie odpowiada.", "Sprawdź zasilanie.")
REPORT = Trouble("report_due", "A report.", "Make it.", "Raport.", "Zrób go.", warning=True)
PAPER = Trouble("paper_near_end", "Soon.", "Keep one.", "Wkrótce.", "Miej.", warning=True)
ALL = ["23.00", "8.00", "5.00", "0.00", "100.00", "101.00", "101.00"]


def looking(box: Box, status: Status, *, config: Config | None = None) -> Case:
    return replace(case_of(box, config=config), look=lambda _printer: status)


def examined(case: Case) -> list[tuple[str, str]]:
    return codes(printers.printer(case, case.config.printers[0]))


def sold(path: Path, receipt_id: int, *rates: object, printer: str = "till", price: float = 10) -> None:
    """Write a receipt of these rates into the journal."""
    lines = [
        {"name": "Towar", "price_brutto": price, "tax_rate": rate, "quantity": 1, "sku": "", "ean": ""}
        for rate in rates
    ]
    with Journal.create(path, lambda: 1.0) as journal:
        content = json.dumps({"receipt_id": receipt_id, "products": lines})
        enter(journal, receipt_id, Event.LISTED, content=content, printer=printer)


# -- what a printer says of itself ---------------------------------------------------------------------------------


def test_a_ready_printer_with_warnings_of_the_moment_is_no_finding(box: Box) -> None:
    assert [] == examined(looking(box, Status((PAPER,))))


def test_what_keeps_a_printer_from_printing_is_told_in_both_languages(box: Box) -> None:
    case = looking(box, Status((SILENT,)))

    (finding,) = printers.printer(case, case.config.printers[0])

    assert ("printer_not_ready", "till") == (finding.code, finding.subject)
    assert ("It does not answer.", "Check power.") == finding.words("en")
    assert ("Nie odpowiada.", "Sprawdź zasilanie.") == finding.words("pl")


def test_a_daily_report_that_is_overdue_is_told_with_its_command(box: Box) -> None:
    case = looking(box, Status((REPORT,)))

    (finding,) = printers.printer(case, case.config.printers[0])

    assert "report_overdue" == finding.code
    assert "receipt-bridge report daily till" in finding.cure


def test_a_driver_that_does_not_fit_its_link_is_told(box: Box) -> None:
    def look(_printer: Printer) -> Status:
        raise ConfigError([Mistake(box.root, "cups carries no answers")])

    case = replace(case_of(box), look=look)

    (finding,) = printers.printer(case, case.config.printers[0])
    assert ("printer_misconfigured", "cups carries no answers") == (finding.code, finding.what)


def test_a_port_that_is_not_there_is_left_to_the_check_of_ports(box: Box) -> None:
    config = shop_config(box.root.parent / "shop", "till=serial:///dev/ttyUSB0")

    assert [] == examined(looking(box, Status((SILENT,)), config=config))


def test_offline_no_printer_is_asked_and_what_an_earlier_daemon_saw_does_not_count(box: Box) -> None:
    case = case_of(box)
    with Journal.create(case.config.journal.path, lambda: 1.0) as journal:
        journal.beat("printer:till", "run-1", {"ready": False, "text": "Open.", "cure": "Close."})

    assert [] == examined(case)


@pytest.mark.parametrize(
    ("beat", "told"),
    [
        ({"ready": True, "warnings": ["report_due", "paper_near_end"]}, ["report_overdue"]),
        ({"ready": False, "code": "cover_open", "text": "Open.", "cure": "Close."}, ["printer_not_ready"]),
        ({"ready": True, "warnings": []}, []),
        (None, []),
    ],
)
def test_while_the_daemon_runs_its_own_view_counts(
    box: Box, beat: dict[str, Any] | None, told: list[str]
) -> None:
    case = case_of(box, daemon=10)
    with Journal.create(case.config.journal.path, lambda: 1.0) as journal:
        if beat is not None:
            journal.beat("printer:till", "run-1", beat)

    assert told == [code for code, _ in examined(case)]


# -- VAT -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("rate", [23, 8, "5", 0, -1])
def test_rates_the_printer_has_are_no_finding(box: Box, rate: object) -> None:
    case = looking(box, Status(facts={"vat": ALL}))
    sold(case.config.journal.path, 1, rate)

    assert [] == examined(case)


def test_a_rate_the_shop_sells_at_and_the_printer_lacks_is_told_once(box: Box) -> None:
    case = looking(box, Status(facts={"vat": ["23.00", "100.00", "101.00"]}))
    sold(case.config.journal.path, 7, 23, 8, -1)
    sold(case.config.journal.path, 8, 8)

    (finding,) = printers.printer(case, case.config.printers[0])

    assert "vat_rate_missing" == finding.code
    assert "the shop sells at 8%, and the printer's table has 23%, exempt (receipt 8)" == finding.what


@pytest.mark.parametrize(
    "other", [{"printer": "bar"}, {"price": 0}], ids=["of another printer", "a line of no value"]
)
def test_what_this_printer_does_not_sell_does_not_count(box: Box, other: dict[str, Any]) -> None:
    case = looking(box, Status(facts={"vat": ["23.00"]}))
    sold(case.config.journal.path, 7, 8, **other)

    assert [] == examined(case)


def test_receipts_that_cannot_be_read_do_not_stop_the_comparison(box: Box) -> None:
    case = looking(box, Status(facts={"vat": ["23.00"]}))
    sold(case.config.journal.path, 7, 8)
    sold(case.config.journal.path, 8, "NP")
    with Journal(case.config.journal.path, lambda: 1.0) as journal:
        enter(journal, 9)

    assert [("vat_rate_missing", "till")] == examined(case)


@pytest.mark.parametrize("running", [True, False])
def test_a_journal_that_cannot_be_used_is_left_to_its_own_check(box: Box, running: bool) -> None:
    case = case_of(box, daemon=10) if running else looking(box, Status(facts={"vat": ALL}))
    case.config.journal.path.write_bytes(b"Dear diary, " * 1000)

    assert [] == examined(case)


def test_a_receipt_printer_has_no_table(box: Box) -> None:
    case = looking(box, Status(facts={"paper_mm": 80}))
    sold(case.config.journal.path, 7, 8)

    assert [] == examined(case)


# -- real drivers on simulators ------------------------------------------------------------------------------------

RATES = (2300, 800, INACTIVE, INACTIVE, EXEMPT, INACTIVE, INACTIVE)


def fiscal() -> FiscalPrinter:
    header = Settings(header=("SKLEP",), tax_id="5222628262", rates=RATES)
    return FiscalPrinter(memory=new_memory(XL2_ONLINE, settings=header))


def serial_case(box: Box, driver: str, address: str, more: str = "") -> Case:
    config = shop_config(box.root.parent / "shop")
    text = config.file.read_text(encoding="utf-8").replace(
        'driver = "escpos"', f'driver = "{driver}"\n{more}'
    )
    config.file.write_text(text.replace("tcp://127.0.0.1:1", address), encoding="utf-8")
    config = load_config(config.file, {})
    return replace(case_of(box, config=config), machine=Machine(), look=partial(printer_status, config))


@pytest.mark.parametrize("driver", ["escpos", "posnet"])
def test_a_printer_at_another_speed_is_found_and_nothing_is_printed(box: Box, driver: str) -> None:
    machine = fiscal()
    port: AbstractContextManager[Any] = (
        PosnetAtSpeed(19200, machine.pc1) if driver == "posnet" else EscposAtSpeed(19200)
    )
    with port as opened:
        more = "" if driver == "posnet" else "answer_seconds = 0.5\n"
        case = serial_case(box, driver, f"{opened.address}?baud=9600", more)
        (finding, *others) = list(printers.printer(case, case.config.printers[0]))
        paper = None if driver == "posnet" else opened.device.ledger.slips

    machine.close()
    assert ("wrong_baud", "till") == (finding.code, finding.subject)
    assert "not answer at 9600 baud, but it does at 19200" in finding.what
    assert "baud=19200" in finding.cure
    assert [] == [one.code for one in others if one.code == "printer_not_ready"]
    assert () == machine.fiscal.receipts or [] == list(machine.fiscal.receipts)
    assert not paper


def test_a_printer_that_is_off_is_not_ready_at_any_speed(box: Box) -> None:
    with EscposAtSpeed(9600) as opened:
        opened.device.silent = True
        case = serial_case(box, "escpos", f"{opened.address}?baud=9600", "answer_seconds = 0.5\n")
        found = examined(case)

    assert [("printer_not_ready", "till")] == found


def test_the_table_of_a_real_driver_is_understood(box: Box) -> None:
    machine = fiscal()
    with PosnetAtSpeed(9600, machine.pc1) as opened:
        case = serial_case(box, "posnet", f"{opened.address}?baud=9600")
        sold(case.config.journal.path, 7, 23, 8, -1, 5)
        found = list(printers.printer(case, case.config.printers[0]))

    machine.close()
    missing = [one for one in found if one.code == "vat_rate_missing"]
    assert ["the shop sells at 5%, and the printer's table has 23%, 8%, exempt (receipt 7)"] == [
        one.what for one in missing
    ]


def test_rates_are_ordered_as_a_table_has_them() -> None:
    rates = [printers._rate(Decimal(text)) for text in ("100", "8", "23", "0")]

    assert ["23%", "8%", "0%", "exempt"] == [str(one) for one in sorted(rates, key=printers._highest_first)]
