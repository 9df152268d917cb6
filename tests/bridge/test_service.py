"""The real daemon as a process of its own, in a simulated shop; what happened is read from the simulators' ledgers."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import sqlite3
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import run_command
from support.shops import entry_of, issue, papers, quick_shop, said, start, times_printed, wait_for_state
from support.waiting import LONGEST, wait_for

from bridge.baselinker.budget import Priority
from bridge.baselinker.shared_budget import shared_budget
from bridge.config.secret import Secret
from bridge.journal.schema import MIGRATIONS
from simulators.baselinker.faults import Fault, Kind
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.server import BaseLinkerServer
from simulators.escpos.device import Device
from simulators.escpos.server import TcpPrinter

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.shop import Shop


def nobody_listens() -> socket.socket:
    """Return a socket that keeps a port taken and refuses every connection."""
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    taken.bind(("127.0.0.1", 0))
    return taken


def open_server(port: int = 0) -> BaseLinkerServer:
    return BaseLinkerServer(limit=RequestLimit(per_minute=10**6), port=port)


def exit_of(shop: Shop) -> int:
    """Start the daemon and return how it ended by itself."""
    return shop.start_daemon().wait(LONGEST)


@pytest.mark.parametrize("kind", ["path", "abstract"])
def test_the_service_manager_is_told_of_the_start_and_of_the_end(tmp_path: Path, kind: str) -> None:
    address = str(tmp_path / "notify") if kind == "path" else f"@receipt-bridge-{tmp_path.name}"
    with (
        socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager,
        quick_shop(tmp_path / "shop", environ={"NOTIFY_SOCKET": address}) as shop,
    ):
        manager.bind(address.replace("@", "\0", 1) if kind == "abstract" else address)
        manager.settimeout(LONGEST)
        shop.start_daemon()
        ready, status = manager.recv(4096).decode().splitlines()
        assert "READY=1" == ready
        assert re.fullmatch(r"STATUS=[01].* printers? ready.*, queue 0, .*", status)

        assert 0 == shop.stop_daemon(signal.SIGTERM)

        while b"STOPPING=1\nSTATUS=stopping" != manager.recv(4096):
            pass
        assert said(shop, "told to stop (SIGTERM)")
        assert said(shop, "info     stopped")


def test_ctrl_c_stops_it_as_cleanly(tmp_path: Path) -> None:
    with quick_shop(tmp_path) as shop:
        start(shop)

        assert 0 == shop.stop_daemon(signal.SIGINT)


def test_under_systemd_every_line_has_a_priority(tmp_path: Path) -> None:
    log = tmp_path / "daemon.log"
    log.touch()
    environ = {
        "JOURNAL_STREAM": f"{log.stat().st_dev}:{log.stat().st_ino}",
        "JOURNAL_SOCKET": str(tmp_path / "nobody"),
        "PYTHONPATH": os.pathsep.join(sys.path),
    }
    command = (sys.executable, "-m", "support.ill_daemon", "run")
    with quick_shop(tmp_path, environ=environ, command=command) as shop:
        start(shop)
        shop.stop_daemon()

        lines = shop.log_file.read_text(encoding="utf-8").splitlines()
    assert lines
    assert all(re.match(r"<[2-7]>[a-zA-Z]", line) for line in lines)


def test_a_stop_in_the_middle_of_a_slip_loses_no_receipt_and_repeats_none_unmarked(tmp_path: Path) -> None:
    with quick_shop(tmp_path, stanzas={"till": {"after_interruption": "reprint-marked"}}) as shop:
        device = shop.printers["till"].device
        device.paper_lines = 12
        receipts = issue(shop, 3)
        start(shop, until="printing")
        device.wait_until(lambda printer: printer.paper_out, LONGEST)

        assert 0 == shop.stop_daemon(signal.SIGTERM)
        device.new_roll()
        shop.start_daemon()

        assert shop.wait_until_confirmed(receipts, LONGEST)
        assert 0 == shop.stop_daemon()
        assert [] == shop.audit().twice
        assert [] == shop.audit().lost(receipts)


def test_a_second_daemon_on_the_same_journal_ends_and_the_first_goes_on(tmp_path: Path) -> None:
    with quick_shop(tmp_path) as shop:
        first = start(shop)

        second = shop.start_daemon()

        assert 75 == second.wait(LONGEST)
        assert said(shop, f"another daemon (process {first.pid}) already works on this journal")
        receipts = issue(shop)
        assert shop.wait_until_confirmed(receipts, LONGEST)
        first.send_signal(signal.SIGTERM)
        assert 0 == first.wait(LONGEST)


def newer_journal(path: Path, version: int = len(MIGRATIONS) + 1) -> None:
    with closing(sqlite3.connect(path)) as database:
        database.execute(f"PRAGMA application_id = {0x52435054}")
        database.execute(f"PRAGMA user_version = {version}")
        database.execute("CREATE TABLE receipts (receipt_id INTEGER PRIMARY KEY, what_no_one_knows TEXT)")


def damaged_journal(path: Path) -> None:
    newer_journal(path, len(MIGRATIONS))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)


def something_else(path: Path) -> None:
    path.write_text("Dear diary, today nothing was printed.\n" * 50, encoding="utf-8")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (newer_journal, f"has version {len(MIGRATIONS) + 1}, this program knows {len(MIGRATIONS)}"),
        (damaged_journal, "journal.sqlite is damaged"),
        (something_else, "journal.sqlite is damaged"),
    ],
)
def test_a_journal_that_cannot_be_trusted_stops_the_start_and_stays_as_it_is(
    tmp_path: Path, make: object, words: str
) -> None:
    with quick_shop(tmp_path) as shop:
        path = tmp_path / "journal.sqlite"
        make(path)  # type: ignore[operator]
        before = path.read_bytes()
        issue(shop)

        assert 74 == exit_of(shop)

        assert before == path.read_bytes()
        assert said(shop, words)
        assert said(shop, "the file was not touched")
        assert "" == papers(shop)


def test_a_wrong_configuration_names_every_mistake_with_its_line(tmp_path: Path) -> None:
    with quick_shop(tmp_path, baselinker={"poll_seconds": -1, "requests": 7}) as shop:
        text = shop.config_file.read_text(encoding="utf-8").replace('"escpos"', '"epson"')
        shop.config_file.write_text(text, encoding="utf-8")
        lines = text.splitlines()

        assert 78 == exit_of(shop)

        told = shop.log_file.read_text(encoding="utf-8")
        for key in ("poll_seconds", "requests", "driver"):
            number = 1 + next(place for place, line in enumerate(lines) if line.startswith(f"{key} "))
            assert re.search(rf" critical .*config\.toml:{number}: .*{key}: ", told), key
        assert not (tmp_path / "journal.sqlite").exists()


def test_a_token_that_others_may_read_is_refused(tmp_path: Path) -> None:
    with quick_shop(tmp_path) as shop:
        (tmp_path / "api-token").chmod(0o640)

        assert 78 == exit_of(shop)

        assert said(shop, "may be used by others than its owner (mode 640)")


def test_a_printer_whose_link_cannot_do_what_its_driver_needs_is_a_wrong_configuration(
    tmp_path: Path,
) -> None:
    stanzas = {"till": {"address": "cups://queue"}, "bar": {"address": "cups://other", "proof": "process-id"}}
    with quick_shop(tmp_path, {"till": TcpPrinter(), "bar": TcpPrinter()}, stanzas=stanzas) as shop:
        text = shop.config_file.read_text(encoding="utf-8").replace(
            'name = "bar"', 'name = "bar"\nseries = [1]'
        )
        shop.config_file.write_text(text, encoding="utf-8")

        assert 78 == exit_of(shop)

        assert said(shop, "printer till: ")
        assert said(shop, "printer bar: ")
        assert not said(shop, "Traceback")


def test_a_dead_printer_delays_no_other_and_prints_when_it_is_back(tmp_path: Path) -> None:
    with nobody_listens() as taken:
        port = taken.getsockname()[1]
        stanzas: dict[str, Any] = {
            "till": {"series": [1]},
            "bar": {"series": [4], "address": f"tcp://127.0.0.1:{port}"},
        }
        with quick_shop(tmp_path, {"till": TcpPrinter(), "bar": TcpPrinter()}, stanzas=stanzas) as shop:
            (waits,) = issue(shop, series_id=4)
            receipts = issue(shop, 3)
            shop.start_daemon()

            assert shop.wait_until_confirmed(receipts, LONGEST)

            status = wait_for(lambda: _once_seen(shop, "bar"))
            assert ("no_connection", 1) == (status["code"], status["waiting"])
            assert "waiting" == entry_of(shop, waits).state  # type: ignore[union-attr]
            taken.close()
            with TcpPrinter(port=port) as bar:
                assert shop.wait_until_confirmed([waits], LONGEST)
                assert 1 == len(bar.device.ledger.slips)
            assert 0 == shop.stop_daemon()


def _once_seen(shop: Shop, printer: str) -> dict[str, Any]:
    (found,) = (one for one in shop.ask("status")["printers"] if one["name"] == printer)
    return found if found["code"] not in ("", "not_seen") else {}


def test_a_daemon_killed_between_paper_and_confirmation_confirms_and_prints_nothing_twice(
    tmp_path: Path,
) -> None:
    with quick_shop(tmp_path) as shop:
        receipts = issue(shop)
        held_up = shop.server.faults.slow("setOrderReceipt", Kind.LATE)
        start(shop, until="receipt printed")

        shop.stop_daemon(signal.SIGKILL)
        held_up.set()
        receipts += issue(shop, 2)
        shop.start_daemon()

        assert shop.wait_until_confirmed(receipts, LONGEST)
        assert 0 == shop.stop_daemon()
        assert [1, 1, 1] == [times_printed(shop, receipt) for receipt in receipts]


def test_a_daemon_killed_in_the_middle_of_a_slip_holds_it_and_prints_the_others(tmp_path: Path) -> None:
    with quick_shop(tmp_path) as shop:
        device = shop.printers["till"].device
        device.paper_lines = 12
        first, second = issue(shop, 2)
        shop.start_daemon()
        device.wait_until(lambda printer: printer.paper_out, LONGEST)

        shop.stop_daemon(signal.SIGKILL)
        device.power_cut()
        device.new_roll()
        device.power_on()
        shop.start_daemon()

        entry = wait_for_state(shop, first, "held")
        assert ("interrupted", "unknown") == (entry.reason_code, entry.may_be_printed)
        assert shop.wait_until_confirmed([second], LONGEST)
        assert 1 == times_printed(shop, first)
        assert 0 == shop.stop_daemon()


def test_a_daemon_without_network_keeps_trying(tmp_path: Path) -> None:
    with nobody_listens() as taken:
        port = taken.getsockname()[1]
        url = f"http://127.0.0.1:{port}/connector.php"
        with quick_shop(tmp_path, baselinker={"url": url}) as shop:
            daemon = start(shop, until="BaseLinker cannot be used now")
            assert daemon.poll() is None
            assert "unreachable" == shop.ask("status")["baselinker"]["state"]
            taken.close()
            with open_server(port) as server:
                shop.server = server
                receipts = issue(shop)

                assert shop.wait_until_confirmed(receipts, LONGEST)
                assert said(shop, "BaseLinker answers again")
                assert 0 == shop.stop_daemon()


def test_receipts_of_a_series_that_nobody_serves_wait_and_are_told_once(tmp_path: Path) -> None:
    with quick_shop(tmp_path, stanzas={"till": {"series": [1]}}) as shop:
        (unserved,) = issue(shop, series_id=3)
        receipts = issue(shop)
        shop.start_daemon()
        assert shop.wait_until_confirmed(receipts, LONGEST)
        polls = len(shop.server.ledger.of("getNewReceipts"))
        assert shop.server.ledger.wait_for(
            lambda ledger: len(ledger.of("getNewReceipts")) > polls + 4, LONGEST
        )

        assert 0 == shop.stop_daemon()

        log = shop.log_file.read_text(encoding="utf-8")
        assert 1 == log.count("receipts wait in a series that no printer serves")
        assert "series=3 receipts=1" in log
        assert 0 == times_printed(shop, unserved)
        assert shop.server.receipts[unserved].listed


def test_a_pdf_copy_is_uploaded_once_over_restarts(tmp_path: Path) -> None:
    with quick_shop(tmp_path, tables=[{"id": 1, "copy": "pdf"}]) as shop:
        first, second = issue(shop, 2)
        busy = Fault(Kind.UNAVAILABLE, seconds=600)
        shop.server.faults.script("addOrderReceiptFile", busy)
        start(shop, until="BaseLinker cannot be used now")
        shop.stop_daemon(signal.SIGKILL)
        for _ in range(2):
            start(shop)
            shop.server.ledger.wait_for(
                lambda ledger: bool(ledger.files(first)) and bool(ledger.files(second)), LONGEST
            )
            polls = len(shop.server.ledger.of("getNewReceipts"))
            shop.server.ledger.wait_for(
                lambda ledger, polls=polls: len(ledger.of("getNewReceipts")) > polls + 2,  # type: ignore[misc]
                LONGEST,
            )
            assert 0 == shop.stop_daemon()

        assert [1, 1] == [len(shop.server.ledger.files(receipt)) for receipt in (first, second)]
        assert [1, 1] == [times_printed(shop, receipt) for receipt in (first, second)]
        assert (shop.server.receipts[first].file or b"").startswith(b"%PDF-")


def test_files_of_the_outbox_are_uploaded_once_over_restarts_and_filed_away(tmp_path: Path) -> None:
    outbox = tmp_path / "outbox"
    outbox.mkdir()
    with quick_shop(tmp_path, outbox={"path": str(outbox), "settle_seconds": 0}) as shop:
        (receipt,) = issue(shop)
        good = b"%PDF-1.4\nreceipt\n%%EOF\n"
        (outbox / f"{receipt}_FP%2F17.pdf").write_bytes(good)
        (outbox / "receipt.pdf").write_bytes(good)
        (outbox / f"{receipt}.pdf").write_bytes(b"not a pdf at all")
        start(shop)
        wait_for(lambda: 3 == len([*outbox.glob("*/*.pdf")]))
        assert 0 == shop.stop_daemon()
        again = outbox / f"{receipt}_FP%2F17.pdf"
        again.write_bytes(good)
        start(shop)
        wait_for(lambda: not again.exists())
        assert 0 == shop.stop_daemon()

        (upload,) = shop.server.ledger.files(receipt)
        assert "FP/17" == upload.parameters["external_receipt_number"]
        assert good == shop.server.receipts[receipt].file
        assert {f"{receipt}_FP%2F17.pdf", f"{receipt}-1_FP%2F17.pdf"} == _names(outbox / "sent")
        failed = {f"{receipt}.pdf", f"{receipt}.pdf.reason.txt", "receipt.pdf", "receipt.pdf.reason.txt"}
        assert failed == _names(outbox / "failed")
        assert "it is not a PDF file" in (outbox / "failed" / f"{receipt}.pdf.reason.txt").read_text()


def _names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_receipt_in_work_on_a_printer_that_left_the_configuration_is_held(tmp_path: Path) -> None:
    device = Device()
    device.paper_lines = 12
    with quick_shop(tmp_path, {"till": TcpPrinter(device)}) as shop:
        (receipt,) = issue(shop)
        shop.start_daemon()
        device.wait_until(lambda printer: printer.paper_out, LONGEST)
        shop.stop_daemon(signal.SIGKILL)
        text = shop.config_file.read_text(encoding="utf-8").replace('name = "till"', 'name = "counter"')
        shop.config_file.write_text(text, encoding="utf-8")

        start(shop, until="receipt held")

        entry = entry_of(shop, receipt)
        assert entry is not None
        assert ("held", "interrupted") == (entry.state, entry.reason_code)
        assert "'till', which is not configured any more" in entry.reason
        assert 0 == shop.stop_daemon()


def test_the_daemon_and_a_command_share_the_request_budget_and_a_block(tmp_path: Path) -> None:
    few = {"poll_seconds": 2.0, "requests_per_minute": 30}
    with quick_shop(tmp_path / "shop", baselinker=few) as shop:
        start(shop)
        command = shared_budget(shop.folder, Secret(shop.server.token), 30)
        free = sum(command.take(Priority.CONFIRM, patience=0) is not None for _ in range(31))
        wait_for(lambda: len(shop.server.ledger.requests) + free == 30)
        sent = len(shop.server.ledger.requests)

        command.block(time.monotonic() + 600)
        checked = run_command("check", "--json", config=shop.config_file)
        (found,) = [one for one in json.loads(checked.out)["findings"] if one["what"] == "baselinker"]

        assert "requests are blocked until" in found["finding"]
        wait_for(lambda: said(shop, "requests are blocked until"))
        assert "blocked" == shop.ask("status")["baselinker"]["state"]
        assert sent == len(shop.server.ledger.requests)
