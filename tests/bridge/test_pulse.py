from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from support.journals import TurnableClock

from bridge import pulse
from bridge.assembly import courier_allowance, station_allowance
from bridge.baselinker.client import Timeouts
from bridge.config.model import Config, Outbox, Printer
from bridge.pulse import Pulse, Silent
from bridge.wake import Wake
from drivers.escpos.options import EscposOptions
from drivers.link.cups import ASK_TIMEOUT
from drivers.link.tcp import CONNECT_TIMEOUT

if TYPE_CHECKING:
    from pathlib import Path


def test_a_thread_that_shows_nothing_for_longer_than_it_may_is_silent_until_it_goes_on() -> None:
    clock = TurnableClock()
    watch = Pulse(clock.monotonic)
    watch.watch("courier", 30.0)

    clock.advance(30)
    assert [] == watch.silent()
    clock.advance(1)
    assert [Silent("courier", 31.0)] == watch.silent()
    watch.tick()
    assert [] == watch.silent()


def test_a_thread_that_has_left_is_not_watched() -> None:
    clock = TurnableClock()
    watch = Pulse(clock.monotonic)
    watch.watch("courier", 30.0)
    watch.leave()
    watch.leave()

    clock.advance(1000)

    assert [] == watch.silent()


def test_a_sign_of_life_counts_for_the_thread_that_gives_it_alone() -> None:
    clock = TurnableClock()
    watch = Pulse(clock.monotonic)
    watch.watch("station till", 30.0)
    clock.advance(31)

    other = threading.Thread(target=watch.tick)
    other.start()
    other.join()

    assert [Silent("station till", 31.0)] == watch.silent()


def test_whoever_asks_whether_to_stop_goes_on_and_so_does_who_waits_for_it() -> None:
    asked: list[None] = []
    wake = Wake(("till",), lambda: asked.append(None))

    assert not wake.stopping
    assert not wake.stop.is_set()
    assert not wake.stop.wait(0)
    assert 4 == len(asked)
    wake.stop_all()
    assert wake.stop.wait()
    assert wake.stopping


def test_the_courier_s_allowance_covers_what_the_client_may_wait() -> None:
    most = Timeouts()
    lookup = 2 * 5 * 3 * 2
    four_addresses = 4 * most.connect
    answer = most.whole + most.read
    journal = 2 * 20

    needed = lookup + four_addresses + most.connect + most.write + answer + journal
    assert needed < pulse.COURIER_SECONDS < 2 * needed


def test_large_receipt_files_may_take_longer(tmp_path: Path) -> None:
    plain = Config(printers=())
    filled = plain.model_copy(update={"outbox": Outbox(path=tmp_path, max_file_kib=6000)})

    assert pulse.COURIER_SECONDS == courier_allowance(plain)
    assert pulse.COURIER_SECONDS + 1000 == courier_allowance(filled)


def test_a_station_s_allowance_covers_its_link_and_its_printer_s_own_patience() -> None:
    printer = Printer(
        name="till",
        driver="escpos",
        address="tcp://192.0.2.10:9100",
        options=EscposOptions(patience_seconds=600.0),
    )

    assert station_allowance(printer) > 60 + CONNECT_TIMEOUT + ASK_TIMEOUT + 4 * 20 + 600
    assert station_allowance(printer) == pulse.STATION_SECONDS + 600
