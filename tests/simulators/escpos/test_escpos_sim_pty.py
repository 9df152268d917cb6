"""The printer on a serial line: flow control, speed, faults, power."""

from __future__ import annotations

import os
import select
import time
from typing import TYPE_CHECKING

import pytest
import serial
from support.escpos_bytes import CUT, answer, line_texts, lines, process_id
from support.wires import STALLED, opened, read, read_until_hang_up, write_all

from simulators.escpos.device import Device
from simulators.escpos.server import Flow, PtyPrinter

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("flow", list(Flow))
def test_a_job_is_printed_and_answered_on_the_line(flow: Flow) -> None:
    with PtyPrinter(flow=flow) as printer, serial.Serial(str(printer.path), timeout=30) as line:
        assert printer.address == f"serial://{printer.path}"
        line.write(b"\x10\x04\x01")
        assert line.read(1) == b"\x12"
        line.write(b"Receipt\n" + CUT + process_id(b"0001"))
        assert line.read(7) == answer(b"0001")
        assert [slip.texts for slip in printer.wait_for_slips(1)] == [["Receipt"]]


def test_a_full_buffer_says_xoff_and_a_free_one_xon() -> None:
    device = Device(buffer_bytes=64)
    device.paper_out = True
    with PtyPrinter(device) as printer, opened(printer.path) as line:
        os.write(line, lines(8))
        assert read(line, 1) == b"\x13"
        os.write(line, b"\x10\x04\x01")  # a host that takes no notice: there is a little room left
        assert read(line, 1) == b"\x1a"

        device.new_roll()
        assert read(line, 1) == b"\x11"
        assert device.ledger.unfinished.texts == line_texts(8)
        assert device.findings == ()


def test_xoff_stops_a_host_that_honours_it() -> None:
    device = Device(buffer_bytes=256)
    device.paper_out = True
    job = lines(20_000)
    with (
        PtyPrinter(device) as printer,
        serial.Serial(str(printer.path), timeout=30, xonxoff=True, write_timeout=STALLED) as line,
    ):
        with pytest.raises(serial.SerialTimeoutException):
            line.write(job)
        assert device.buffered == 256
        line.reset_output_buffer()

        device.new_roll()
        device.wait_until(lambda its: its.buffered == 0, 30)
        line.write_timeout = 30
        line.write(b"\n" + CUT)
        (slip,) = printer.wait_for_slips(1)
    assert slip.texts[:20] == line_texts(20)
    assert len(slip.texts) < 20_000


@pytest.mark.parametrize("flow", [Flow.XONXOFF, Flow.BUSY_LINE])
def test_no_byte_is_lost_on_a_line_with_flow_control(flow: Flow) -> None:
    device = Device(buffer_bytes=128)
    device.speed = 20_000
    with PtyPrinter(device, flow=flow) as printer, opened(printer.path) as line:
        write_all(line, lines(2000) + CUT)
        (slip,) = printer.wait_for_slips(1)
    assert slip.texts == line_texts(2000)
    assert device.findings == ()


def test_a_line_without_flow_control_loses_what_does_not_fit() -> None:
    device = Device(buffer_bytes=128)
    device.paper_out = True
    with PtyPrinter(device, flow=Flow.NONE) as printer, opened(printer.path) as line:
        write_all(line, b"x" * 1000)
        device.wait_until(lambda its: its.bytes_received == 1000, 30)
        os.write(line, b"\x10\x04\x01")
        assert read(line, 1) == b"\x1a"  # heard although the buffer is full

    assert device.buffered == 128
    assert {finding.kind for finding in device.findings} == {"overrun"}


def test_a_busy_line_stops_the_host_while_offline() -> None:
    """escpos.md 1: with the default DIP switch DLE EOT cannot be asked at paper end."""
    device = Device()
    device.busy_when_offline = True
    device.paper_out = True
    with PtyPrinter(device, flow=Flow.BUSY_LINE) as printer, opened(printer.path) as line:
        os.write(line, b"\x10\x04\x01")
        assert select.select([line], [], [], STALLED)[0] == []
        assert device.bytes_received == 0

        device.new_roll()
        assert read(line, 1) == b"\x12"


def test_a_line_carries_no_more_than_its_baud() -> None:
    device = Device()
    with PtyPrinter(device, baud=9600) as printer, opened(printer.path) as line:
        before = time.monotonic()
        os.write(line, b"x" * 480)
        device.wait_until(lambda its: its.bytes_received == 480, 30)

    assert time.monotonic() - before > 0.4  # half a second at 960 bytes a second


def test_unplugging_hangs_up_and_plugging_in_gives_the_same_path() -> None:
    with PtyPrinter() as printer:
        with serial.Serial(str(printer.path), timeout=30) as line:
            printer.disconnect()
            with pytest.raises(serial.SerialException):
                line.read(1)
        assert not printer.path.exists()
        assert printer.disconnects == 1

        printer.reconnect()
        with serial.Serial(str(printer.path), timeout=30) as line:
            line.write(b"\x10\x04\x01")
            assert line.read(1) == b"\x12"


def test_the_line_breaks_after_n_bytes_from_the_host() -> None:
    device = Device()
    with PtyPrinter(device) as printer, opened(printer.path) as line:
        printer.disconnect_at(received=4)
        os.write(line, b"0123456789\n")
        device.wait_until(lambda its: its.bytes_received >= 4, 30)
        printer.reconnect()
        with opened(printer.path) as again:
            os.write(again, b"\n\x1dr\x01")
            assert read(again, 1) == b"\x00"

    assert device.ledger.unfinished.texts == ["0123"]


def test_the_line_breaks_after_n_bytes_to_the_host() -> None:
    with PtyPrinter() as printer, opened(printer.path) as line:
        printer.disconnect_at(sent=3)
        os.write(line, process_id(b"0001"))
        printer.device.wait_until(lambda its: its.bytes_received == 11, 30)
        assert answer(b"0001")[:3].startswith(read_until_hang_up(line))
        assert printer.disconnects == 1


def test_a_line_outlives_a_power_cut_and_hears_xon_after_it() -> None:
    """escpos.md 3: a fresh XON is how a power cycle shows on a serial line."""
    device = Device()
    with PtyPrinter(device) as printer, opened(printer.path) as line:
        printer.power_cut()
        os.write(line, b"lost\n\x10\x04\x01")
        printer.power_cut()  # a second call has nothing to do; what was written before it is gone by then
        deadline = time.monotonic() + 30
        while _waits_to_be_read(printer) and time.monotonic() < deadline:
            time.sleep(0.005)
        printer.power_on()
        assert read(line, 1) == b"\x11"
        os.write(line, b"new\n" + process_id(b"0001"))
        assert read(line, 7) == answer(b"0001")

    assert device.ledger.unfinished.texts == ["new"]


def _waits_to_be_read(printer: PtyPrinter) -> bool:
    line = printer._line
    return line is not None and bool(select.select([line], [], [], 0)[0])


def test_a_given_path_is_used_and_removed(tmp_path: Path) -> None:
    path = tmp_path / "printer"

    with PtyPrinter(path=path):
        assert path.is_symlink()

    assert not path.is_symlink()
