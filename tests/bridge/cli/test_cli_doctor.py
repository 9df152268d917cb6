"""The doctor as a technician and a script meet it; what it can find is tested beside `bridge/doctor`."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import run_at_terminal, run_command
from support.desks import TechniciansDesk
from support.machines import holding
from support.programs import Program
from support.shops import quick_shop, start

from bridge.doctor import examination, memory, network, power
from bridge.doctor.finding import catalogue
from bridge.journal import DaemonLock, Journal
from simulators.baselinker.model import Series
from simulators.escpos.server import PtyPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulators.shop import Shop

# What this machine may have of its own, whoever runs the tests wherever.
OF_THE_MACHINE = {
    "clock_unsynchronised",
    "disk_errors",
    "disk_nearly_full",
    "journal_not_lasting",
    "journal_rights",
    "not_root",
    "throttled",
    "throttled_was",
    "token_owner",
    "under_voltage",
    "under_voltage_was",
}


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with quick_shop(tmp_path / "shop") as opened:
        yield opened


@pytest.fixture
def doctor(shop: Shop, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(TechniciansDesk(shop.folder, shop.config_file), capsys)


@pytest.fixture
def of_the_shop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Leave out what is a matter of the machine that runs the tests."""
    checks = {"journal": memory.journal, "baselinker": network.baselinker}
    monkeypatch.setattr(examination, "checks", lambda: checks)


def change(shop: Shop, old: str, new: str) -> None:
    text = shop.config_file.read_text(encoding="utf-8")
    assert old in text
    shop.config_file.write_text(text.replace(old, new), encoding="utf-8")


def findings(shop: Shop, *words: str) -> list[dict[str, Any]]:
    """Return what a real process finds, without what belongs to this machine."""
    ended = run_command("doctor", "--json", *words, config=shop.config_file)
    assert "" == ended.err
    answer = json.loads(ended.out)
    assert ended.code == (not answer["ok"])
    return [one for one in answer["findings"] if one["code"] not in OF_THE_MACHINE]


def codes(found: list[dict[str, Any]]) -> list[tuple[str, str]]:
    return [(one["code"], one["subject"]) for one in found]


def test_a_shop_that_is_complete_has_nothing(shop: Shop) -> None:
    assert [] == findings(shop)


def test_it_prints_nothing_changes_nothing_and_asks_baselinker_once(shop: Shop) -> None:
    before = sorted(path.name for path in shop.folder.iterdir())

    findings(shop)

    assert before == sorted(path.name for path in shop.folder.iterdir())
    assert () == shop.printers["till"].device.ledger.slips
    assert "" == shop.printers["till"].device.ledger.unfinished.to_text()
    assert ["getSeries"] == [call.method for call in shop.server.ledger.requests]


def test_everything_that_is_wrong_is_told_at_once_the_worst_first(shop: Shop) -> None:
    shop.server._account.series[3] = Series(3, "Kiosk")
    change(shop, 'name = "till"', 'name = "till"\nseries = [1, 77]')
    shop.printers["till"].device.cover_open = True
    (shop.folder / "journal.sqlite").write_bytes(b"Dear diary, " * 1000)

    found = findings(shop)

    assert [
        ("journal_damaged", str(shop.folder / "journal.sqlite")),
        ("series_unknown", "till"),
        ("printer_not_ready", "till"),
        ("series_unserved", "series 3"),
    ] == codes(found)
    assert ["trouble", "trouble", "trouble", "advice"] == [one["severity"] for one in found]


def test_an_answer_in_json_has_both_languages(shop: Shop) -> None:
    shop.printers["till"].device.cover_open = True

    (finding,) = findings(shop)

    keys = ["code", "severity", "subject", "what", "cure", "what_pl", "cure_pl"]
    assert keys == list(finding)
    assert "open" in finding["what"]
    assert "otwarta" in finding["what_pl"]


def test_a_token_file_that_others_may_read_is_told_and_the_rest_is_looked_at_all_the_same(shop: Shop) -> None:
    (shop.folder / "api-token").chmod(0o644)
    shop.printers["till"].device.cover_open = True

    assert [("token_open", "token"), ("printer_not_ready", "till")] == codes(findings(shop))
    assert () == tuple(shop.server.ledger.requests)


def test_offline_neither_baselinker_nor_a_printer_is_asked(shop: Shop) -> None:
    shop.server.token = "0000-ANOTHER-FAKE"
    shop.printers["till"].device.cover_open = True

    assert [] == findings(shop, "--offline")
    assert () == tuple(shop.server.ledger.requests)
    assert 0 == shop.printers["till"].connections


def test_who_holds_a_port_is_found_by_a_process_of_its_own(tmp_path: Path) -> None:
    with (
        quick_shop(tmp_path / "shop", {"till": PtyPrinter()}) as shop,
        holding(str(shop.printers["till"].path)) as process,
    ):
        found = findings(shop, "--offline")

    assert any(one["code"] == "port_held" and f"(process {process.pid})" in one["what"] for one in found), (
        found
    )


def test_a_daemon_beside_another_one_for_the_same_account_is_told(shop: Shop, tmp_path: Path) -> None:
    start(shop)
    alone = findings(shop)
    with quick_shop(tmp_path / "other", {}) as other:
        shutil.copy(shop.config_file, other.config_file)
        shutil.copy(shop.folder / "api-token", other.folder)
        start(other)
        together = findings(shop)

    assert [] == alone
    assert [("two_daemons", "daemon")] == codes(together)


def test_while_the_daemon_runs_no_printer_is_touched(doctor: Program, shop: Shop, of_the_shop: None) -> None:
    path = shop.folder / "journal.sqlite"
    beat = {"ready": False, "code": "cover_open", "text": "The cover is open.", "cure": "Close it."}
    with DaemonLock(path), Journal.create(path, lambda: 1e9) as journal:
        journal.beat("printer:till", "run-1", beat)
        (finding,) = doctor.json("doctor")["findings"]

    assert ("printer_not_ready", "The cover is open.") == (finding["code"], finding["what"])
    assert 0 == shop.printers["till"].connections


@pytest.mark.parametrize(("language", "said"), [("en", "Nothing is wrong"), ("pl", "Nie widać")])
def test_where_nothing_is_wrong_it_says_so_and_ends_with_0(
    doctor: Program, shop: Shop, of_the_shop: None, language: str, said: str
) -> None:
    change(shop, "[journal]", f'[log]\nlanguage = "{language}"\n[journal]')

    ended = doctor("doctor")

    assert (0, "") == (ended.code, ended.err)
    assert ended.out.startswith(said)


def test_advice_alone_ends_with_0(doctor: Program, shop: Shop, of_the_shop: None) -> None:
    shop.server._account.series[3] = Series(3, "Kiosk")
    change(shop, 'name = "till"', 'name = "till"\nseries = [1]')

    answer = doctor.json("doctor")

    assert (True, ["advice"]) == (answer["ok"], [one["severity"] for one in answer["findings"]])
    assert 0 == doctor("doctor").code


def test_a_warning_alone_ends_with_1(doctor: Program, shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(power, "_throttled", lambda _machine: 0x10000)
    monkeypatch.setattr(examination, "checks", lambda: {"power": power.power})

    assert (False, 1) == (doctor.json("doctor")["ok"], doctor("doctor").code)


def test_a_wrong_configuration_is_told_with_its_line(doctor: Program, shop: Shop) -> None:
    change(shop, 'driver = "escpos"', 'driver = "escpso"')

    ended = doctor("doctor")

    assert (78, "") == (ended.code, ended.out)
    assert 'did you mean "escpos"' in ended.err


@pytest.mark.parametrize(("language", "cure"), [("en", "Put in a new roll"), ("pl", "Włóż")])
def test_a_technician_reads_problem_place_and_cure_at_a_terminal(
    shop: Shop, language: str, cure: str
) -> None:
    change(shop, "[journal]", f'[log]\nlanguage = "{language}"\n[journal]')
    shop.printers["till"].device.paper_out = True

    ended = run_at_terminal("doctor", config=shop.config_file, NO_COLOR="1")

    assert 1 == ended.code
    assert max(map(len, ended.out.splitlines())) <= 80
    assert ["severity", "where", "finding"] == ended.out.splitlines()[0].split()
    words = " ".join(ended.out.split())
    assert "[printer_not_ready]" in words
    assert cure in words


def test_no_finding_holds_the_token(shop: Shop) -> None:
    token = (shop.folder / "api-token").read_text().strip()
    shop.server.token = "0000-ANOTHER-FAKE"

    ended = run_command("doctor", "--json", config=shop.config_file)

    assert "token_refused" in ended.out
    assert token not in ended.out + ended.err


def test_what_belongs_to_the_machine_is_in_the_table() -> None:
    assert catalogue().keys() >= OF_THE_MACHINE
