"""Buffers, clearing them, the ledger, and threads."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from support.escpos_bytes import CLEAR, CLEARED, CUT, lines, process_id

from simulators.escpos.device import Device
from simulators.escpos.models import CHINESE_80, EPSON_80
from simulators.escpos.paper import Slip

# -- clearing ---------------------------------


@pytest.mark.parametrize("switch", ["paper_out", "cover_open", "cutter_jam"])
def test_clearing_buffers_loses_the_job_and_its_id(switch: str) -> None:
    device = Device()
    setattr(device, switch, True)
    device.receive(lines(2) + CUT + process_id(b"0001"))

    device.receive(CLEAR)
    assert device.replies() == CLEARED
    setattr(device, switch, False)
    device.receive(CLEAR)

    assert device.replies() == CLEARED
    assert device.ledger.slips == ()
    assert device.ledger.unfinished.rows == ()
    assert device.buffered == 0


def test_enquiry_2_clears_only_in_an_error_that_waits_for_it() -> None:
    device = Device()
    device.paper_out = True
    device.receive(lines(1) + b"\x10\x05\x02")
    device.new_roll()
    assert device.ledger.unfinished.texts == ["line 1"]

    device.cutter_jam = True
    device.receive(lines(1))
    device.cutter_jam = False
    device.receive(b"\x10\x05\x02")

    assert device.replies() == b""
    assert device.ledger.unfinished.texts == ["line 1"]
    assert device.buffered == 0


def test_some_clones_clear_on_enquiry_2_at_any_time() -> None:
    device = Device(CHINESE_80)
    device.paper_out = True

    device.receive(lines(1) + b"\x10\x05\x02")
    device.new_roll()

    assert device.ledger.unfinished.rows == ()


def test_clearing_ends_a_half_received_command() -> None:
    device = Device()
    device.receive(b"\x1d(k\xff\x001P0half")
    device.receive(CLEAR)

    device.receive(lines(1))

    assert device.ledger.unfinished.texts == ["line 1"]


def test_a_half_received_command_eats_the_start_of_the_next_job() -> None:
    device = Device()
    device.receive(b"\x1d(k\x0d\x001P0half")  # ten bytes of data announced, four came

    device.receive(b"\x1b@next job\n")

    assert device.ledger.unfinished.texts == [" job"]


# -- the buffer ---------------------------------


def test_a_printer_that_stands_still_fills_its_buffer_and_loses_the_rest() -> None:
    device = Device(buffer_bytes=16)
    device.paper_out = True

    device.receive(b"0123456789ABCDEFlost\n")
    assert (device.buffered, device.room) == (16, 0)
    assert [finding.kind for finding in device.findings] == ["overrun"]
    device.new_roll()
    device.receive(b"\n")

    assert device.ledger.unfinished.texts == ["0123456789ABCDEF"]
    assert device.room == 16


def test_real_time_requests_act_although_the_buffer_is_full() -> None:
    device = Device(buffer_bytes=4)
    device.paper_out = True
    device.receive(b"full")

    device.receive(b"\x10\x04\x01")
    assert device.replies() == b"\x1a"
    device.receive(CLEAR)

    assert device.replies() == CLEARED
    assert device.room == 4


def test_a_command_longer_than_the_buffer_is_taken_bit_by_bit() -> None:
    device = Device(buffer_bytes=64)

    device.receive(b"\x1dv0\x00\x48\x00\x64\x00" + b"\xaa" * 7200 + CUT)

    assert [len(image.bits) for image in device.ledger.slips[0].images] == [7200]
    assert device.findings == ()


def test_busy_when_offline_stops_the_link_at_once() -> None:
    """escpos.md 1: the default of many serial printers; DLE EOT cannot be asked then."""
    device = Device()
    device.busy_when_offline = True
    assert device.room > 0

    device.paper_out = True
    assert device.room == 0
    device.paper_out = False
    assert device.room > 0


# -- the ledger ---------------------------------


def test_slips_are_numbered_and_announced_in_order() -> None:
    device, seen = Device(), list[Slip]()
    device.ledger.on_slip(seen.append)

    device.receive(b"one\n" + CUT + b"two\n" + CUT + CUT + b"three")

    assert [(slip.number, slip.texts) for slip in seen] == [(1, ["one"]), (2, ["two"])]
    assert device.ledger.slips == tuple(seen)
    assert device.ledger.texts() == ["one\n", "two\n"]
    assert device.ledger.unfinished.number == 3


def test_a_listener_may_turn_switches() -> None:
    device = Device()

    def run_out(_slip: Slip) -> None:
        device.paper_out = True

    device.ledger.on_slip(run_out)
    device.receive(b"one\n" + CUT)
    device.receive(b"two\n")

    assert device.paper_out
    assert device.ledger.unfinished.rows == ()


def test_waiting_for_slips_ends_when_they_come_or_time_is_up() -> None:
    device = Device()
    with pytest.raises(TimeoutError, match="0 of 1 slips"):
        device.ledger.wait_for_slips(1, timeout=0)

    printing = threading.Thread(target=device.receive, args=(b"one\n" + CUT,))
    printing.start()
    slips = device.ledger.wait_for_slips(1, timeout=60)
    printing.join()

    assert [slip.texts for slip in slips] == [["one"]]


def test_waiting_for_the_printer_ends_when_it_is_so_or_time_is_up() -> None:
    device = Device()
    with pytest.raises(TimeoutError, match="0 bytes buffered"):
        device.wait_until(lambda printer: printer.bytes_received > 0, timeout=0)

    device.receive(b"A")
    device.wait_until(lambda printer: printer.bytes_received == 1, timeout=0)


def test_a_printer_without_a_cutter_leaves_tearing_to_people() -> None:
    device = Device(replace(EPSON_80, cutter=False))

    device.receive(b"\x1dI\x02one\n" + CUT)
    assert (device.replies(), device.ledger.slips) == (b"\x00", ())
    device.tear()

    assert [(slip.cut, slip.texts) for slip in device.ledger.slips] == [("torn", ["one"])]


def test_switches_may_be_turned_while_another_thread_prints() -> None:
    device = Device()
    stop = threading.Event()

    def turn() -> None:
        while not stop.is_set():
            device.paper_out = True
            device.paper_out = False

    turning = threading.Thread(target=turn)
    turning.start()
    try:
        for number in range(300):
            device.receive(b"line %d\n" % number)
    finally:
        stop.set()
        turning.join()

    assert device.ledger.unfinished.texts == [f"line {number}" for number in range(300)]
