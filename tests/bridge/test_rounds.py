from __future__ import annotations

import logging
import os
import socket
import threading
import time
from datetime import datetime
from typing import TYPE_CHECKING

import pytest
from support.journals import TurnableClock, enter, found, intend

from bridge.journal import Event, Journal
from bridge.pulse import Pulse
from bridge.rounds import Rounds, stacks
from drivers.contract import Proof

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class Bench:
    """One main thread at its rounds, and the service manager it speaks to."""

    def __init__(self, folder: Path) -> None:
        self.clock = TurnableClock()
        self.journal = Journal.create(folder / "journal.sqlite", self.clock)
        self.pulse = Pulse(self.clock.monotonic)
        self.manager = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.manager.bind(str(folder / "notify"))
        self.manager.settimeout(0)
        self.environ = {"NOTIFY_SOCKET": str(folder / "notify"), "WATCHDOG_USEC": "30000000"}

    def rounds(self) -> Rounds:
        return Rounds(
            self.journal,
            self.pulse,
            ("till",),
            clock=self.clock,
            run_id="run-1",
            environ=self.environ,
            pid=os.getpid(),
        )

    def told(self) -> list[str]:
        found: list[str] = []
        while True:
            try:
                found += self.manager.recv(4096).decode().splitlines()
            except BlockingIOError:
                return found


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    with made.manager, made.journal:
        yield made


def test_it_begins_ready_with_its_status(bench: Bench) -> None:
    bench.rounds().begin()

    assert [
        "READY=1",
        "STATUS=0 of 1 printers ready (till: not seen yet), queue 0, not polled yet",
    ] == bench.told()


def test_the_watchdog_is_fed_three_times_as_often_as_it_asks(bench: Bench) -> None:
    rounds = bench.rounds()

    for _ in range(60):
        rounds.go()
        bench.clock.advance(1)

    assert 6 == bench.told().count("WATCHDOG=1")


@pytest.mark.parametrize("pid", ["1", None])
def test_nobody_s_watchdog_is_not_fed(bench: Bench, pid: str | None) -> None:
    if pid is None:
        del bench.environ["WATCHDOG_USEC"]
    else:
        bench.environ["WATCHDOG_PID"] = pid
    rounds = bench.rounds()

    rounds.go()

    assert "WATCHDOG=1" not in bench.told()
    assert 5.0 == rounds.pause


def test_a_quick_watchdog_makes_quick_rounds(bench: Bench) -> None:
    bench.environ["WATCHDOG_USEC"] = "600000"

    assert pytest.approx(0.2) == bench.rounds().pause


def test_while_a_thread_hangs_the_watchdog_starves_and_the_stacks_are_told_once(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    rounds = bench.rounds()
    ready, release = threading.Event(), threading.Event()

    def hanging_on_purpose() -> None:
        bench.pulse.watch("station till", 100.0)
        ready.set()
        release.wait()
        bench.pulse.tick()
        ready.set()
        again.wait()

    again = threading.Event()
    thread = threading.Thread(target=hanging_on_purpose, name="station till")
    thread.start()
    ready.wait()
    ready.clear()
    with caplog.at_level(logging.INFO, "receipt-bridge"):
        bench.clock.advance(101)
        for _ in range(5):
            rounds.go()
            bench.clock.advance(20)
        starving = bench.told()
        release.set()
        ready.wait()
        rounds.go()
    again.set()
    thread.join()

    assert "WATCHDOG=1" not in starving
    assert any("the station till hangs, " in one for one in starving)
    assert ["WATCHDOG=1"] == [one for one in bench.told() if one.startswith("WATCHDOG")]
    assert [
        "the station till made no progress for 101 s; the threads stand at",
        "the station till goes on",
    ] == caplog.messages
    further = getattr(caplog.records[0], "further", [])
    place = further.index("thread station till:")
    assert any("in hanging_on_purpose" in line for line in further[place:])
    assert "thread MainThread:" in further


def test_stacks_hold_no_values() -> None:
    secret = "0000-0000-FAKE-TOKEN"

    def holds(value: str) -> list[str]:
        kept = f"{value}!"
        return stacks() if kept else []

    assert secret not in "\n".join(holds(secret))


def test_a_status_is_sent_when_it_changes_and_else_every_ten_seconds(bench: Bench) -> None:
    rounds = bench.rounds()
    rounds.begin()
    bench.told()

    sent = []
    for second in range(40):
        if second == 5:
            enter(bench.journal, 1, Event.HOLD)
        rounds.go()
        sent += [second for one in bench.told() if one.startswith("STATUS=")]
        bench.clock.advance(1)

    assert [6, 16, 26, 36] == sent


def test_without_a_service_manager_the_journal_is_left_alone(bench: Bench) -> None:
    bench.environ.clear()
    rounds = bench.rounds()
    rounds.begin()
    rounds.go()
    asked: list[str] = []
    bench.journal._database._connection.set_trace_callback(asked.append)

    for _ in range(100):
        bench.clock.advance(5)
        rounds.go()

    assert [] == asked


def to_noon(bench: Bench) -> None:
    """Turn the clock to the noon of its day."""
    noon = datetime.fromtimestamp(bench.clock.seconds).astimezone().replace(hour=12, minute=0, second=0)
    bench.clock.seconds = noon.timestamp()


def test_once_a_day_the_log_tells_what_became_of_yesterday_s_receipts_also_over_a_restart(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    to_noon(bench)
    rounds = bench.rounds()
    rounds.go()
    enter(bench.journal, 1)
    intend(bench.journal, found(bench.journal, 1))
    bench.journal.printed(1, Proof("fence"))
    enter(bench.journal, 2, Event.HOLD)
    date = time.strftime("%Y-%m-%d", time.localtime(bench.clock.seconds))

    with caplog.at_level(logging.INFO, "receipt-bridge"):
        rounds.go()
        bench.clock.advance(24 * 3600)
        for one in (bench.rounds(), bench.rounds()):
            one.go()
            one.go()

    assert [f"receipts of {date}: 1 printed, 1 held, 0 refused"] == caplog.messages


def test_the_first_day_has_no_yesterday_and_a_clock_set_back_tells_nothing(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, "receipt-bridge"):
        bench.rounds().go()
        bench.clock.seconds -= 5 * 24 * 3600
        bench.rounds().go()

    assert [] == caplog.messages
