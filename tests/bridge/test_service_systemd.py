"""The real daemon as systemd sees it: what it is told, what its journal gets, and what happens to one that hangs."""

from __future__ import annotations

import os
import re
import signal
import socket
import sys
import threading
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.journals import enter, found, intend
from support.shops import issue, quick_shop, said
from support.waiting import LONGEST, wait_for

from bridge import messages
from bridge.clock import SystemClock
from bridge.config.model import Config
from bridge.config.secret import Secret
from bridge.journal import Journal
from bridge.service import Service

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.shop import Shop

ROOT = Path(__file__).resolve().parents[2]
ILL = (sys.executable, "-m", "support.ill_daemon", "run")
PATHS = {"PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "tests")])}


class Manager:
    """The service manager's end of the daemon's messages."""

    def __init__(self, path: Path) -> None:
        self.address = str(path)
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(self.address)
        self.socket.settimeout(LONGEST)

    def wait_for(self, pattern: str) -> str:
        """Return the first line from now on that matches."""
        while True:
            for line in self.socket.recv(4096).decode().splitlines():
                if re.search(pattern, line):
                    return line

    def rest(self, quiet: float) -> list[str]:
        """Return what comes until nothing has come for so many seconds."""
        self.socket.settimeout(quiet)
        lines: list[str] = []
        try:
            while True:
                lines += self.socket.recv(4096).decode().splitlines()
        except TimeoutError:
            return lines


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(tmp_path / "notify")
    with made.socket:
        yield made


def watched_shop(folder: Path, manager: Manager, **environ: str) -> Shop:
    """Return a shop whose daemon has a watchdog of 0.6 s, and whose station may be silent for 5 s."""
    told = {"NOTIFY_SOCKET": manager.address, "WATCHDOG_USEC": "600000", "STATION_SECONDS": "4"}
    stanzas = {"till": {"patience_seconds": 1}}
    return quick_shop(folder / "shop", stanzas=stanzas, command=ILL, environ=PATHS | told | environ)


def test_systemd_is_told_ready_then_the_status_and_fed_while_all_goes_well(
    tmp_path: Path, manager: Manager
) -> None:
    with watched_shop(tmp_path, manager) as shop:
        shop.start_daemon()

        manager.wait_for("^READY=1$")
        manager.wait_for("^WATCHDOG=1$")
        status = manager.wait_for("^STATUS=1 printer ready")
        assert re.fullmatch(r"STATUS=1 printer ready, queue 0, (last poll \d+ s ago|not polled yet)", status)
        manager.wait_for("^WATCHDOG=1$")
        assert 0 == shop.stop_daemon()
        manager.wait_for("^STOPPING=1$")


def test_a_watchdog_of_another_process_is_not_fed(tmp_path: Path, manager: Manager) -> None:
    with watched_shop(tmp_path, manager, WATCHDOG_PID="1") as shop:
        shop.start_daemon()
        manager.wait_for("^STATUS=1 printer ready")

        assert 0 == shop.stop_daemon()

        assert "WATCHDOG=1" not in manager.rest(0.5)


def test_a_station_that_hangs_is_told_with_all_stacks_and_the_watchdog_starves(
    tmp_path: Path, manager: Manager
) -> None:
    with watched_shop(tmp_path, manager, HANG_AT="mark") as shop:
        daemon = shop.start_daemon()
        manager.wait_for("^WATCHDOG=1$")
        issue(shop)

        manager.wait_for("^STATUS=the station till hangs, ")
        assert "WATCHDOG=1" not in manager.rest(2.0)
        log = shop.log_file.read_text(encoding="utf-8")
        assert 1 == len(re.findall(r"critical the station till made no progress for \d+ s", log))
        assert re.search(r"thread station till:\n.*(\n.*)*ill_daemon\.py:\d+ in hang_for_ever", log)
        assert "thread courier:" in log
        assert "thread MainThread:" in log

        # What systemd does next.
        daemon.send_signal(signal.SIGABRT)
        assert -signal.SIGABRT == daemon.wait(LONGEST)
        assert said(shop, "Fatal Python error: Aborted")
        assert said(shop, "in hang_for_ever", times=2)
        assert shop.server.token not in shop.log_file.read_text(encoding="utf-8")


def test_a_station_that_waits_for_paper_longer_than_its_allowance_is_alive(
    tmp_path: Path, manager: Manager
) -> None:
    with watched_shop(tmp_path, manager) as shop:
        device = shop.printers["till"].device
        device.paper_lines = 12
        receipts = issue(shop)
        shop.start_daemon()
        device.wait_until(lambda printer: printer.paper_out, LONGEST)
        manager.wait_for(r"^STATUS=0 of 1 printers ready \(till: .*paper.*\), queue 1, ")

        for _ in range(40):  # 0.2 s apart each: 8 s
            manager.wait_for("^WATCHDOG=1$")

        device.new_roll()
        assert shop.wait_until_confirmed(receipts, LONGEST)
        assert not said(shop, "made no progress")
        assert 0 == shop.stop_daemon()


def test_systemd_s_journal_gets_the_life_of_a_receipt_as_fields(tmp_path: Path) -> None:
    path = tmp_path / "journald"
    log = tmp_path / "shop" / "daemon.log"
    log.parent.mkdir()
    log.touch()
    environ = {
        "JOURNAL_SOCKET": str(path),
        "JOURNAL_STREAM": f"{log.stat().st_dev}:{log.stat().st_ino}",
    }
    entries: list[bytes] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as journal:
        journal.bind(str(path))
        journal.settimeout(LONGEST)
        with quick_shop(tmp_path / "shop", command=ILL, environ=PATHS | environ) as shop:
            (receipt,) = issue(shop)
            shop.start_daemon()
            while not entries or b"EVENT=receipt_confirmed\n" not in entries[-1]:
                entries.append(journal.recv(2**20))
            assert 0 == shop.stop_daemon()
            token = shop.server.token

    assert "" == log.read_text(encoding="utf-8")
    about = [entry for entry in entries if f"\nRECEIPT_ID={receipt}\n".encode() in b"\n" + entry]
    events = [re.search(rb"^EVENT=(.*)$", entry, re.MULTILINE)[1].decode() for entry in about]  # type: ignore[index]
    assert ["receipt_waits", "receipt_printing", "receipt_printed", "receipt_confirmed"] == events
    assert all(b"\nPRINTER=till\n" in b"\n" + entry for entry in about)
    ids = {message.id.encode() for message in messages.catalog()}
    assert all(re.search(rb"^MESSAGE_ID=(.*)$", entry, re.MULTILINE)[1] in ids for entry in entries)  # type: ignore[index]
    assert all(token.encode() not in entry for entry in entries)


def test_a_receipt_in_a_fiscal_printer_s_hands_is_given_more_time_to_end(
    tmp_path: Path, manager: Manager
) -> None:
    class Fiscal:
        fiscal = True

    class Post:
        class printer:  # noqa: N801 - the post's own word
            name = "till"

        driver = Fiscal()
        thread = "station till"

    service = Service(
        Config(printers=()), Secret("0000-FAKE-TOKEN"), SystemClock(), {"NOTIFY_SOCKET": manager.address}
    )
    finished = threading.Event()
    station = threading.Thread(target=finished.wait, name="station till")
    station.start()
    with Journal.create(tmp_path / "journal.sqlite", SystemClock().time) as journal:
        enter(journal, 1)
        intend(journal, found(journal, 1))

        def end_when_asked() -> None:
            manager.wait_for("^EXTEND_TIMEOUT_USEC=30000000$")
            finished.set()

        other = threading.Thread(target=end_when_asked)
        other.start()
        service._join([station], [Post()], journal)  # type: ignore[list-item]
        other.join()

    assert wait_for(lambda: not station.is_alive())
