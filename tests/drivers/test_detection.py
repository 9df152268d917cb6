"""Who answers at a port: real ports, the simulated printers behind them, and nothing on paper afterwards."""

from __future__ import annotations

import os
import threading
import time
import tty
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers import registry
from drivers.contract import Surroundings
from drivers.detection import Search, detect
from drivers.escpos.detect import is_answer
from drivers.escpos.frames import ReplyParser
from drivers.link import Link
from simulators.escpos.device import Device
from simulators.escpos.models import MODELS
from simulators.escpos.server import PtyPrinter, TcpPrinter
from simulators.posnet.models import OLD_HS
from simulators.posnet.ports import PosnetPty, PosnetTcp
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def ask(text: str, **wishes: Any) -> Search:
    return detect(text, Surroundings(time.monotonic, threading.Event(), lambda _status: None), **wishes)


def bare(address: str) -> str:
    return address.partition("?")[0]


def assert_untouched(device: Device) -> None:
    assert [] == list(device.ledger.slips)
    assert "" == device.ledger.unfinished.to_text().strip()


@pytest.fixture
def fiscal() -> Iterator[FiscalPrinter]:
    printer = FiscalPrinter()
    yield printer
    printer.close()


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("port", [TcpPrinter, PtyPrinter])
def test_a_receipt_printer_of_any_make_is_found_and_prints_nothing(
    model: str, port: type[TcpPrinter | PtyPrinter]
) -> None:
    with port(Device(MODELS[model])) as printer:
        found = ask(bare(printer.address)).detected

        assert found is not None
        assert ("escpos", {}) == (found.driver, dict(found.introduction.settings))
        assert_untouched(printer.device)


@pytest.mark.parametrize("trouble", ["paper_out", "cover_open"])
def test_a_receipt_printer_that_cannot_print_now_is_found_all_the_same(trouble: str) -> None:
    with TcpPrinter() as printer:
        setattr(printer.device, trouble, True)
        found = ask(printer.address).detected

    assert found is not None
    assert "escpos" == found.driver


@pytest.mark.parametrize("port", [PosnetTcp, PosnetPty])
def test_a_fiscal_printer_is_found_and_prints_nothing(
    fiscal: FiscalPrinter, port: type[PosnetTcp | PosnetPty]
) -> None:
    before = fiscal.memory.counters
    with port(fiscal.pc1) as printer:
        found = ask(bare(printer.address)).detected

    assert found is not None
    assert "posnet" == found.driver
    assert "POSNET THERMAL XL2 ONLINE" == found.introduction.model
    assert found.introduction.serial_number
    assert before == fiscal.memory.counters
    assert [] == list(fiscal.ledger.slips)


def test_an_older_fiscal_printer_tells_its_name(fiscal: FiscalPrinter) -> None:
    older = FiscalPrinter(OLD_HS)
    with PosnetTcp(older.pc1) as printer:
        found = ask(printer.address).detected
    older.close()

    assert found is not None
    assert "POSNET THERMAL HS FV" == found.introduction.model


def test_a_fiscal_printer_in_its_menu_is_found(fiscal: FiscalPrinter) -> None:
    fiscal.change(menu=True)
    with PosnetTcp(fiscal.pc1) as printer:
        found = ask(printer.address).detected

    assert found is not None
    assert "posnet" == found.driver


def test_a_printer_that_never_answers_is_not_found() -> None:
    with TcpPrinter() as printer:
        printer.device.one_way = True
        assert Search() == ask(printer.address)


class _RealTimeOnly(Link):
    """A printer that answers real-time questions alone, as boards do that answer in the printer's place."""

    address, bytes_per_second, two_way, is_open = "tcp://board", 10_000.0, True, True

    def __init__(self) -> None:
        self._replies = b""

    def open(self) -> None:
        """Do nothing."""

    def write(self, data: bytes, timeout: float) -> None:
        self._replies = b"\x12" if data.startswith(b"\x10\x04") else b""

    def read(self, timeout: float) -> bytes:
        replies, self._replies = self._replies, b""
        return replies

    def close(self) -> None:
        """Do nothing."""


def test_a_printer_that_leaves_the_fence_unanswered_cannot_prove_by_it() -> None:
    surroundings = Surroundings(time.monotonic, threading.Event(), lambda _status: None)
    introduction = registry.detection("escpos").introduce(_RealTimeOnly(), surroundings)

    assert introduction is not None
    assert {"proof": "none"} == introduction.settings


def test_the_settings_in_an_address_are_the_only_ones_that_are_tried() -> None:
    with PtyPrinter() as printer:
        found = ask(f"{bare(printer.address)}?baud=19200&flow=none").detected

    assert found is not None
    assert found.address.endswith("?baud=19200&flow=none")


def test_a_driver_that_is_named_is_the_only_one_that_asks() -> None:
    with TcpPrinter() as printer:
        assert ask(printer.address, driver="posnet").detected is None


def test_the_maker_of_fiscal_printers_is_asked_in_their_language_alone() -> None:
    with PtyPrinter() as printer:
        assert ask(bare(printer.address), vendor=0x1424).detected is None


def test_a_silent_port_is_told_from_one_that_cannot_be_opened(tmp_path: Path) -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    silent = ask(f"serial://{os.ttyname(theirs)}?baud=9600")
    os.close(ours)
    os.close(theirs)
    missing = ask(f"serial://{tmp_path}/ttyUSB0")

    assert Search() == silent
    assert missing.detected is None
    assert missing.error is not None
    assert "there is no such port now" == missing.error.what


def test_a_line_that_repeats_what_is_sent_is_no_printer() -> None:
    ours, theirs = os.openpty()
    tty.setraw(theirs)
    stop = threading.Event()

    def echo() -> None:
        while not stop.is_set():
            os.write(ours, os.read(ours, 100))

    repeating = threading.Thread(target=echo, daemon=True)
    repeating.start()
    found = ask(f"serial://{os.ttyname(theirs)}?baud=9600")
    stop.set()
    os.write(theirs, b"\n")
    repeating.join(10)
    os.close(ours)
    os.close(theirs)

    assert found.detected is None


def test_a_file_is_taken_at_its_word(tmp_path: Path) -> None:
    found = ask(f"file://{tmp_path}/slips.bin").detected

    assert found is not None
    assert ("escpos", {"proof": "none"}) == (found.driver, dict(found.introduction.settings))


def test_what_is_no_address_is_said() -> None:
    with pytest.raises(ValueError, match="not an address"):
        ask("ftp://printer")


def test_every_driver_can_be_detected() -> None:
    assert set(registry.names()) == set(registry.DETECTABLE)


@given(st.binary(max_size=8))
def test_whatever_comes_back_is_an_answer_only_by_its_fixed_bits(data: bytes) -> None:
    if is_answer(ReplyParser().feed(data)):
        assert any(byte & 0b10010011 == 0b00010010 and byte < 0x70 for byte in data)


def test_a_thermal_printer_without_paper_is_not_taken_for_a_receipt_printer() -> None:
    assert not is_answer(ReplyParser().feed(b"\x76"))
    assert is_answer(ReplyParser().feed(b"\x12"))
