"""The balance of a day in a whole shop: the real daemon, a fiscal printer, BaseLinker, and somebody who tampers."""

from __future__ import annotations

import csv
import json
import time
from contextlib import contextmanager
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import run_at_terminal, run_command
from support.fiscal_printers import MORNING
from support.fiscal_shops import fiscal_shop
from support.shops import issue, quick_shop
from support.waiting import LONGEST, wait_for

from simulators.baselinker.faults import Kind
from simulators.posnet.people import OtherHost

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulators.posnet.printer import FiscalPrinter
    from simulators.shop import Shop

TODAY = ("--day", "today")


@pytest.fixture(autouse=True)
def _in_poland(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Warsaw")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@contextmanager
def selling_shop(folder: Path, count: int = 3) -> Iterator[tuple[Shop, FiscalPrinter, list[int]]]:
    """Open a fiscal shop that has sold so many receipts, all confirmed; its daemon runs."""
    with fiscal_shop(folder) as (shop, printer):
        shop.start_daemon()
        receipts = issue(shop, count, seed=5)
        assert shop.wait_until_confirmed(receipts, LONGEST)
        yield shop, printer, receipts


def balance(shop: Shop, *words: str, day: str = "today") -> tuple[int, dict[str, Any]]:
    ended = run_command("balance", "--day", day, "--json", *words, config=shop.config_file)
    assert ended.out, ended.err
    return ended.code, json.loads(ended.out)


def kinds(told: dict[str, Any]) -> list[tuple[str, int | None, str]]:
    return [(one["kind"], one["receipt_id"], one["number"]) for one in told["differences"]]


def test_a_day_nobody_tampered_with_is_balanced_before_and_behind_its_daily_report(tmp_path: Path) -> None:
    with selling_shop(tmp_path / "shop") as (shop, printer, receipts):
        code, told = balance(shop)
        assert (0, True, []) == (code, told["balanced"], told["differences"])
        assert ["running"] == [note["kind"] for note in told["notes"]]

        printer.operator.daily_report()
        shop.stop_daemon()
        code, told = balance(shop)

    assert (0, True, True, [], []) == (
        code,
        told["balanced"],
        told["complete"],
        told["differences"],
        told["notes"],
    )
    assert [{"name": "till", "receipts": len(receipts), "matched": len(receipts)}] == told["printers"]
    sold = printer.fiscal.totals()
    assert sum(sold) == sum(one["journal"] for one in told["sums"])
    assert [one["journal"] for one in told["sums"]] == [one["its_totals"] for one in told["sums"]]
    assert [one["journal"] for one in told["sums"]] == [one["baselinker"] for one in told["sums"]]


def test_nothing_is_printed_and_nothing_asked_that_changes_anything(tmp_path: Path) -> None:
    with selling_shop(tmp_path / "shop") as (shop, printer, receipts):
        documents = len(printer.fiscal.documents)
        asked = len(shop.server.ledger.requests)
        balance(shop)
        methods = [call.method for call in shop.server.ledger.since(asked)]

    assert documents == len(printer.fiscal.documents)
    assert {"getReceipts", "getReceipt", "getNewReceipts"} >= {*methods}
    assert len(receipts) == methods.count("getReceipt")


def test_a_foreign_host_on_the_printer_is_told_by_number_and_rate(tmp_path: Path) -> None:
    with selling_shop(tmp_path / "shop") as (shop, printer, receipts):
        OtherHost(printer).sell([("Obcy towar", 0, 1234)])
        more = issue(shop, 1, seed=9)
        assert shop.wait_until_confirmed(more, LONGEST)
        code, told = balance(shop)

    foreign = f"{len(receipts) + 1:05d}"
    assert (1, [("number_gap", None, foreign), ("vat_totals", None, "")]) == (code, kinds(told))
    gap, vat = told["differences"]
    assert "23%" == vat["rate"]
    assert 1234 == vat["its_totals"]["grosze"] - vat["journal"]["grosze"]
    assert f"has number {foreign}" == gap["its_totals"]["text"]


def test_a_cancelled_receipt_of_somebody_else_is_no_difference(tmp_path: Path) -> None:
    with selling_shop(tmp_path / "shop") as (shop, printer, _receipts):
        host = OtherHost(printer)
        host.begin()
        host.cancel()
        code, told = balance(shop)

    assert (0, ["running", "cancelled"]) == (code, [note["kind"] for note in told["notes"]])


def test_a_lost_confirmation_is_told_until_it_has_come(tmp_path: Path) -> None:
    with selling_shop(tmp_path / "shop", 1) as (shop, printer, _receipts):
        shop.server.faults.script("setOrderReceipt", Kind.BAD_GATEWAY, times=10_000)
        (lost,) = issue(shop, 1, seed=8)
        printer.wait_until(lambda one: 2 == len(one.fiscal.receipts), LONGEST)
        wait_for(lambda: "printed" == shop.ask("receipts", str(lost))["state"])
        code, told = balance(shop)
        shop.server.faults.clear()
        assert shop.wait_until_confirmed([lost], LONGEST)
        wait_for(lambda: "confirmed" == shop.ask("receipts", str(lost))["state"])
        afterwards, _ = balance(shop)

    assert (1, [("not_confirmed", lost, "00002")]) == (code, kinds(told))
    assert "printed 00002" in told["differences"][0]["journal"]["text"]
    assert 0 == afterwards


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        ({"external_receipt_number": "00099"}, "other_number"),
        ({"external_receipt_number": ""}, "not_confirmed"),
        ({"details": {"total_price_brutto": "1.00"}}, "other_total"),
        ({"details": {"printer_name": "kitchen"}}, "other_printer"),
    ],
)
def test_what_somebody_changed_in_baselinker_is_told(
    tmp_path: Path, change: dict[str, Any], kind: str
) -> None:
    with selling_shop(tmp_path / "shop") as (shop, _printer, receipts):
        shop.server.edit_receipt(receipts[1], **change)
        code, told = balance(shop)

    assert (1, [(kind, receipts[1], "00002")]) == (code, kinds(told))


def test_a_receipt_deleted_in_baselinker_and_one_of_another_bridge_are_told(tmp_path: Path) -> None:
    with selling_shop(tmp_path / "shop") as (shop, _printer, receipts):
        shop.server.remove_receipt(receipts[0])
        stolen = shop.server.receipts[receipts[1]]
        other = shop.server.add_receipt(
            stolen.products, listed=False, printed=True, external_receipt_number="00321"
        ).receipt_id
        code, told = balance(shop)

    assert 1 == code
    assert [("not_in_baselinker", receipts[0], "00001"), ("other_printer", other, "00321")] == kinds(told)


def test_a_held_receipt_is_told_with_what_to_do(tmp_path: Path) -> None:
    with selling_shop(tmp_path / "shop") as (shop, _printer, _receipts):
        (held,) = issue(shop, 1, seed=3, nip="526-104-08-29")
        wait_for(lambda: shop.ask("receipts", "--state", "held")["receipts"])
        code, told = balance(shop)

    assert (1, [("pending", held, "")]) == (code, kinds(told))
    assert f"receipt-bridge receipts {held}" in told["differences"][0]["todo"]


def test_a_printer_that_is_off_leaves_the_day_unproven(tmp_path: Path) -> None:
    with selling_shop(tmp_path / "shop") as (shop, printer, _receipts):
        shop.stop_daemon()
        printer.power_cut()
        code, told = balance(shop)

    assert (1, False, False, []) == (code, told["balanced"], told["complete"], told["differences"])
    assert ["not_read"] == [note["kind"] for note in told["notes"]]
    assert {None} == {one["its_totals"] for one in told["sums"]}


def test_baselinker_out_of_reach_leaves_journal_and_printer(tmp_path: Path) -> None:
    with selling_shop(tmp_path / "shop") as (shop, _printer, _receipts):
        shop.stop_daemon()
        shop.server.faults.script("getReceipts", Kind.BAD_GATEWAY, times=10)
        code, told = balance(shop)

    assert (1, False, []) == (code, told["complete"], told["differences"])
    assert "baselinker_not_read" in [note["kind"] for note in told["notes"]]


def test_a_day_long_closed_is_told_by_its_own_report(tmp_path: Path) -> None:
    now = [MORNING]
    with fiscal_shop(tmp_path / "shop", clock=lambda: now[0]) as (shop, printer):
        issued = {}
        for _ in range(3):
            shop.start_daemon()
            issued[now[0].date().isoformat()] = receipts = issue(shop, 2, seed=now[0].day)
            assert shop.wait_until_confirmed(receipts, LONGEST)
            assert 0 == shop.stop_daemon()
            now[0] += timedelta(days=1)
        told = {day: balance(shop, "--no-numbers", day=day)[1] for day in issued}

    assert 2 == len(printer.fiscal.reports)
    for day, receipts in issued.items():
        found = told[day]
        numbers = [number for _kind, receipt, number in kinds(found) if receipt in receipts]
        assert ([], 2) == (numbers, found["printers"][0]["receipts"]), day
        assert [one["journal"] for one in found["sums"]] == [one["its_totals"] for one in found["sums"]]


def test_it_reads_well_in_80_columns(tmp_path: Path) -> None:
    with selling_shop(tmp_path / "shop") as (shop, printer, receipts):
        OtherHost(printer).sell()
        shop.server.edit_receipt(receipts[1], external_receipt_number="00099")
        ended = run_at_terminal("balance", *TODAY, config=shop.config_file, NO_COLOR="1")

    lines = ended.out.splitlines()
    assert 1 == ended.code
    assert all(len(line) <= 80 for line in lines)
    assert f"till, {time.strftime('%Y-%m-%d')}: 3 receipts, 2 without a difference" == lines[0]
    assert any(line.startswith(f"{receipts[1]}") and "another number in BaseLinker" in line for line in lines)
    assert lines[-1].endswith("is not balanced: 3 differences")


def test_the_table_for_the_accountant_holds_every_receipt(tmp_path: Path) -> None:
    file = tmp_path / "day.csv"
    with selling_shop(tmp_path / "shop") as (shop, _printer, receipts):
        ended = run_command("balance", *TODAY, "--csv", str(file), config=shop.config_file)
        failed = run_command(
            "balance", *TODAY, "--csv", str(tmp_path / "no" / "x.csv"), config=shop.config_file
        )

    with file.open(encoding="utf-8-sig", newline="") as text:
        rows = [*csv.DictReader(text, delimiter=";")]
    assert 0 == ended.code
    assert [str(one) for one in receipts] == [row["receipt"] for row in rows if row["row"] == "receipt"]
    assert 1 == failed.code
    assert "cannot be written: No such file or directory" in failed.err


def test_receipt_printers_are_compared_two_ways(tmp_path: Path) -> None:
    with quick_shop(tmp_path / "shop") as shop:
        shop.start_daemon()
        receipts = issue(shop, 2)
        assert shop.wait_until_confirmed(receipts, LONGEST)
        code, told = balance(shop)

    assert (0, []) == (code, told["differences"])
    assert "no_totals" in [note["kind"] for note in told["notes"]]
    assert {None} == {one["its_totals"] for one in told["sums"]}
    assert 2 == told["printers"][0]["receipts"]


@pytest.mark.parametrize("day", ["soon", "2026-13-01", "2999-01-01", ""])
def test_what_is_no_day_that_has_come_is_refused(day: str) -> None:
    ended = run_command("balance", "--day", day)

    assert (2, "") == (ended.code, ended.out)
    assert "argument --day" in ended.err


def test_a_printer_nobody_configured_is_named(tmp_path: Path) -> None:
    with fiscal_shop(tmp_path / "shop") as (shop, _printer):
        ended = run_command("balance", *TODAY, "--printer", "kitchen", config=shop.config_file)

    assert 66 == ended.code
    assert "there is no printer 'kitchen'; there are: till" in ended.err
