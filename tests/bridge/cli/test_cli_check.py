from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import run_at_terminal, run_command
from support.desks import TechniciansDesk
from support.programs import Program
from support.shops import quick_shop

from bridge.journal import DaemonLock, Journal
from simulators.baselinker.faults import Kind
from simulators.baselinker.model import Series
from simulators.escpos.server import TcpPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulators.shop import Shop


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with quick_shop(tmp_path / "shop") as opened:
        yield opened


@pytest.fixture
def check(shop: Shop, capsys: pytest.CaptureFixture[str], in_utc: None) -> Program:
    return Program(TechniciansDesk(shop.folder, shop.config_file), capsys)


def findings(check: Program) -> dict[str, dict[str, str]]:
    """Return the last finding about each thing."""
    return {finding["what"]: finding for finding in check.json("check")["findings"]}


def change(shop: Shop, old: str, new: str) -> None:
    text = shop.config_file.read_text(encoding="utf-8")
    assert old in text
    shop.config_file.write_text(text.replace(old, new), encoding="utf-8")


def test_all_is_well_with_a_shop_that_is_complete(check: Program) -> None:
    answer = check.json("check")

    assert ["ok", "findings"] == list(answer)
    assert all(["what", "result", "finding", "todo"] == list(finding) for finding in answer["findings"])
    assert answer["ok"]
    assert ["configuration", "token", "journal", "baselinker", "series 1", "till"] == [
        finding["what"] for finding in answer["findings"]
    ]
    assert {"ok"} == {finding["result"] for finding in answer["findings"]}
    assert 0 == check("check").code


def test_it_prints_nothing_and_makes_no_journal(shop: Shop, check: Program) -> None:
    check("check")

    assert () == shop.printers["till"].device.ledger.slips
    assert "" == shop.printers["till"].device.ledger.unfinished.to_text()
    assert not (shop.folder / "journal.sqlite").exists()
    assert ["getSeries"] == [call.method for call in shop.server.ledger.requests]


def test_a_ready_printer_is_shown_with_what_it_says_of_itself(check: Program, shop: Shop) -> None:
    finding = findings(check)["till"]["finding"]

    assert finding.startswith(f"ready at {shop.printers['till'].address}: ")
    assert "paper_mm 80" in finding


@pytest.mark.parametrize(("language", "todo"), [("en", "Put in a new roll"), ("pl", "Włóż")])
def test_a_printer_in_trouble_is_told_with_the_cure_in_the_language_of_the_house(
    check: Program, shop: Shop, language: str, todo: str
) -> None:
    change(shop, "[journal]", f'[log]\nlanguage = "{language}"\n[journal]')
    shop.printers["till"].device.paper_out = True

    finding = findings(check)["till"]

    assert "trouble" == finding["result"]
    assert todo in finding["todo"]
    assert 1 == check("check").code


def test_a_warning_is_no_trouble(check: Program, shop: Shop) -> None:
    shop.printers["till"].device.paper_near_end = True

    results = [one["result"] for one in check.json("check")["findings"] if one["what"] == "till"]

    assert ["warning", "ok"] == results
    assert 0 == check("check").code


def test_a_printer_that_is_away_is_trouble(check: Program, shop: Shop) -> None:
    change(shop, shop.printers["till"].address, "tcp://127.0.0.1:1")

    assert "trouble" == findings(check)["till"]["result"]


def test_a_printer_that_is_switched_off_in_the_configuration_is_not_touched(
    check: Program, shop: Shop
) -> None:
    change(shop, 'name = "till"', 'name = "till"\nenabled = false')

    assert ("warning", "is switched off in the configuration") == (
        findings(check)["till"]["result"],
        findings(check)["till"]["finding"],
    )


def test_a_link_that_cannot_do_what_the_driver_needs_is_trouble_with_its_cure(
    check: Program, shop: Shop
) -> None:
    change(shop, shop.printers["till"].address, "cups://queue")

    finding = findings(check)["till"]

    assert "trouble" == finding["result"]
    assert 'set proof = "none"' in finding["finding"]


def test_series_are_told_with_who_prints_them(check: Program, shop: Shop) -> None:
    shop.server._account.series[3] = Series(3, "Kiosk „Żółw”")
    change(shop, 'name = "till"', 'name = "till"\nseries = [1, 77]')

    found = findings(check)

    assert "'Paragony' is printed by till" == found["series 1"]["finding"]
    assert ("warning", "'Kiosk „Żółw”' is served by no printer") == (
        found["series 3"]["result"],
        found["series 3"]["finding"],
    )
    assert ("trouble", "Known receipt series: 1, 3") == (
        found["series 77"]["result"],
        found["series 77"]["todo"],
    )


@pytest.mark.parametrize("entry", [{"id": [1], "type": "RECEIPT"}, {"id": "x", "type": {}}, {}])
def test_a_series_that_cannot_be_read_is_passed_over(
    check: Program, shop: Shop, monkeypatch: pytest.MonkeyPatch, entry: dict[str, object]
) -> None:
    monkeypatch.setattr(
        shop.server._account, "_methods", {"getSeries": lambda _parameters: {"series": [entry]}}
    )

    assert 0 == check("check").code


def test_a_token_that_baselinker_does_not_accept_is_trouble(check: Program, shop: Shop) -> None:
    shop.server.token = "0000-ANOTHER-FAKE"

    finding = findings(check)["baselinker"]

    assert "trouble" == finding["result"]
    assert "Create a token in BaseLinker" in finding["todo"]


def test_baselinker_out_of_reach_is_trouble_and_the_printers_are_checked_all_the_same(
    check: Program, shop: Shop
) -> None:
    shop.server.faults.script("getSeries", Kind.BAD_GATEWAY, times=2)

    found = findings(check)

    assert ("trouble", "ok") == (found["baselinker"]["result"], found["till"]["result"])


def test_a_token_file_that_others_may_read_is_a_wrong_configuration(check: Program, shop: Shop) -> None:
    (shop.folder / "api-token").chmod(0o644)

    ended = check("check")

    assert (78, "") == (ended.code, ended.out)
    assert "chmod 600" in ended.err


def test_a_damaged_journal_is_trouble_and_left_as_it_is(check: Program, shop: Shop) -> None:
    path = shop.folder / "journal.sqlite"
    path.write_bytes(b"Dear diary, " * 1000)

    finding = findings(check)["journal"]

    assert "trouble" == finding["result"]
    assert b"Dear diary, " * 1000 == path.read_bytes()


def test_while_the_daemon_runs_its_own_view_is_told_and_no_printer_is_touched(
    check: Program, shop: Shop
) -> None:
    path = shop.folder / "journal.sqlite"
    before = shop.printers["till"].connections
    with DaemonLock(path), Journal.create(path, lambda: 1e9) as journal:
        assert "the daemon runs, but has not looked at it yet" == findings(check)["till"]["finding"]
        journal.beat("printer:till", "run-1", {"ready": True})
        assert findings(check)["till"]["finding"].startswith("ready, seen by the daemon ")
        beat: dict[str, Any] = {
            "ready": False,
            "code": "cover_open",
            "text": "The cover is open.",
            "cure": "Close it.",
        }
        journal.beat("printer:till", "run-1", beat)
        finding = findings(check)["till"]

    assert ("trouble", "Close it.") == (finding["result"], finding["todo"])
    assert before == shop.printers["till"].connections


def test_a_silent_printer_ends_the_waiting_by_itself(check: Program, shop: Shop) -> None:
    change(shop, 'name = "till"', 'name = "till"\nanswer_seconds = 0.5')
    shop.printers["till"].device.silent = True

    assert "trouble" == findings(check)["till"]["result"]


def test_a_technician_reads_it_at_a_terminal_of_80_columns(shop: Shop) -> None:
    change(shop, shop.printers["till"].address, "tcp://127.0.0.1:1")

    ended = run_at_terminal("check", config=shop.config_file, NO_COLOR="1")

    assert 1 == ended.code
    assert max(map(len, ended.out.splitlines())) <= 80
    assert ["what", "result", "finding"] == ended.out.splitlines()[0].split()
    assert "till           trouble  " in ended.out


def test_a_script_reads_it_in_a_pipe(shop: Shop) -> None:
    ended = run_command("check", config=shop.config_file)

    assert (0, "") == (ended.code, ended.err)
    assert 7 == len(ended.out.splitlines())


def test_two_checks_at_once_do_not_disturb_each_other(shop: Shop) -> None:
    codes: list[int] = []
    both = [
        threading.Thread(target=lambda: codes.append(run_command("check", config=shop.config_file).code))
        for _ in range(2)
    ]
    for one in both:
        one.start()
    for one in both:
        one.join(60)

    assert [0, 0] == codes


def test_a_usb_printer_that_is_not_there_is_trouble(check: Program, shop: Shop) -> None:
    change(shop, shop.printers["till"].address, "usb://ffff:0001")

    finding = findings(check)["till"]

    assert "trouble" == finding["result"]


def test_every_printer_is_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stanzas: dict[str, dict[str, Any]] = {"till": {"series": [1]}, "bar": {"series": [4]}}
    with quick_shop(tmp_path / "two", {"till": TcpPrinter(), "bar": TcpPrinter()}, stanzas=stanzas) as shop:
        shop.printers["bar"].device.cover_open = True
        found = findings(Program(TechniciansDesk(shop.folder, shop.config_file), capsys))

    assert ("ok", "trouble") == (found["till"]["result"], found["bar"]["result"])
