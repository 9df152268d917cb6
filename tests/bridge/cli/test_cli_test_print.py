from __future__ import annotations

import json
import signal
import subprocess
import time
from typing import TYPE_CHECKING

import pytest
from support.commands import PROGRAM, run_at_terminal, run_command, surroundings
from support.desks import TechniciansDesk
from support.programs import Program
from support.shops import quick_shop, said
from support.waiting import LONGEST, wait_for

from bridge.cli import errands
from bridge.journal import DaemonLock, Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from simulators.shop import Shop

KEYS = ["printer", "ok", "proof", "code", "what", "cure"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with quick_shop(tmp_path / "shop") as opened:
        yield opened


@pytest.fixture
def technician(shop: Shop, capsys: pytest.CaptureFixture[str], in_utc: None) -> Program:
    return Program(TechniciansDesk(shop.folder, shop.config_file), capsys)


def change(shop: Shop, old: str, new: str) -> None:
    text = shop.config_file.read_text(encoding="utf-8")
    assert old in text
    shop.config_file.write_text(text.replace(old, new), encoding="utf-8")


def test_the_page_comes_out_and_its_proof_is_told(technician: Program, shop: Shop) -> None:
    ended = technician("test-print", "till")

    assert (0, "till: printed, proof: fence\n", "") == (ended.code, ended.out, ended.err)
    (slip,) = shop.printers["till"].device.ledger.slips
    assert "1234567890" in slip.to_text()
    assert not (shop.folder / "journal.sqlite").exists()


def test_the_answer_has_the_documented_keys(technician: Program, shop: Shop) -> None:
    printed = technician.json("test-print", "till")
    change(shop, shop.printers["till"].address, "tcp://127.0.0.1:1")
    failed = technician.json("test-print", "till")

    assert (KEYS, KEYS) == (list(printed), list(failed))
    assert (True, "fence", "") == (printed["ok"], printed["proof"], printed["code"])
    assert (False, "", "no_connection") == (failed["ok"], failed["proof"], failed["code"])


def test_a_printer_that_is_away_ends_with_1_and_the_cure(technician: Program, shop: Shop) -> None:
    change(shop, shop.printers["till"].address, "tcp://127.0.0.1:1")

    ended = technician("test-print", "till")

    assert (1, "") == (ended.code, ended.out)
    assert ended.err.startswith("till: tcp://127.0.0.1:1: the connection was refused. Check the port ")


def test_a_printer_nobody_configured_is_told_with_those_there_are(technician: Program) -> None:
    ended = technician("test-print", "kitchen")

    assert (66, "") == (ended.code, ended.out)
    assert "receipt-bridge: there is no printer 'kitchen'; there are: till\n" == ended.err


def test_while_the_daemon_runs_its_own_station_prints_the_page(technician: Program, shop: Shop) -> None:
    shop.start_daemon()
    wait_for(lambda: said(shop, "first poll done"))

    ended = technician("test-print", "till")

    assert (0, "till: printed, proof: fence\n") == (ended.code, ended.out)
    assert 1 == len(shop.printers["till"].device.ledger.slips)
    assert 0 == shop.stop_daemon()


def test_a_daemon_that_cannot_print_the_page_now_says_why(technician: Program, shop: Shop) -> None:
    shop.start_daemon()
    wait_for(lambda: said(shop, "first poll done"))
    shop.printers["till"].device.cover_open = True

    ended = technician("test-print", "till")

    assert (1, "") == (ended.code, ended.out)
    assert "cover is open" in ended.err
    assert 0 == shop.stop_daemon()


def test_a_daemon_that_does_not_get_to_it_leaves_nothing_behind(
    technician: Program, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(errands, "WAIT_SECONDS", 0.5)
    path = shop.folder / "journal.sqlite"
    with DaemonLock(path), Journal.create(path, time.time) as journal:
        ended = technician("test-print", "till", "--json")

        assert [] == journal.errands.open("till")
    assert (1, "not_begun") == (ended.code, json.loads(ended.out)["code"])
    assert 0 == shop.printers["till"].device.bytes_received


def test_a_link_that_cannot_do_what_the_driver_needs_is_a_wrong_configuration(
    technician: Program, shop: Shop
) -> None:
    change(shop, shop.printers["till"].address, "cups://queue")

    ended = technician("test-print", "till")

    assert (78, "") == (ended.code, ended.out)
    assert 'printer till: proof = "fence" needs answers' in ended.err


@pytest.mark.parametrize(("language", "words"), [("en", "waiting: "), ("pl", "papier")])
def test_while_it_waits_for_paper_it_says_so_and_goes_on_by_itself(
    shop: Shop, language: str, words: str
) -> None:
    device = shop.printers["till"].device
    device.paper_lines = 6
    change(shop, "[journal]", f'[log]\nlanguage = "{language}"\n[journal]')
    with subprocess.Popen(
        [*PROGRAM, "test-print", "till", "--config", str(shop.config_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=surroundings(),
    ) as process:
        assert process.stderr is not None
        told = process.stderr.readline()
        device.new_roll()
        out, _ = process.communicate(timeout=LONGEST)

    assert (0, "till: printed, proof: fence\n") == (process.returncode, out)
    assert told.startswith("waiting: ")
    assert words in told.lower()


def test_ctrl_c_ends_the_waiting(shop: Shop) -> None:
    shop.printers["till"].device.paper_lines = 6
    with subprocess.Popen(
        [*PROGRAM, "test-print", "till", "--config", str(shop.config_file)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env=surroundings(),
    ) as process:
        assert process.stderr is not None
        process.stderr.readline()
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=LONGEST)

    assert 130 == process.returncode
    assert "Traceback" not in err


def test_a_technician_prints_at_a_terminal(shop: Shop) -> None:
    ended = run_at_terminal("test-print", "till", config=shop.config_file)

    assert (0, "till: printed, proof: fence\n") == (ended.code, ended.out)


def test_a_script_prints_in_a_pipe(shop: Shop) -> None:
    ended = run_command("test-print", "till", "--json", config=shop.config_file)

    assert (0, "") == (ended.code, ended.err)
    assert '"ok": true' in ended.out
