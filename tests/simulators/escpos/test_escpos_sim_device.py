"""Faults, time and power: what a printer does when things go wrong, with bytes and a clock of our own alone."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.escpos.device import Device
from simulators.escpos.models import CHINESE_80, EPSON_80
from simulators.escpos.paper import Slip

CLEAR = b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"
CLEARED = b"\x37\x25\x00"
CUT = b"\x1dVB\x00"


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def process_id(identity: bytes) -> bytes:
    """Return the request for a process id."""
    return b"\x1d(H\x06\x0000" + identity


def answer(identity: bytes) -> bytes:
    """Return the answer to it."""
    return b"\x37\x22" + identity + b"\x00"


def lines(count: int) -> bytes:
    """Return numbered lines."""
    return b"".join(b"line %d\n" % number for number in range(1, count + 1))


def slow(speed: float = 10.0, **options: int) -> tuple[Device, Clock]:
    """Return a printer that needs a tenth of a second for a line."""
    clock = Clock()
    device = Device(monotonic=clock, **options)
    device.speed = speed
    return device, clock


# -- proof ----------------------------------------------------------------------------------------------------------------


def test_a_process_id_comes_only_when_the_line_before_it_is_printed():
    device, clock = slow()

    device.receive(b"A\n" + process_id(b"0001") + b"B\n" + process_id(b"0002"))

    assert (device.work(), device.replies()) == (pytest.approx(0.1), b"")
    assert device.ledger.unfinished.texts == []
    clock.now += 0.1
    assert (device.work(), device.replies()) == (pytest.approx(0.1), answer(b"0001"))
    assert device.ledger.unfinished.texts == ["A"]
    clock.now += 0.1
    assert (device.work(), device.replies()) == (None, answer(b"0002"))
    assert device.ledger.unfinished.texts == ["A", "B"]


def test_gs_r_is_answered_while_the_last_line_still_moves():
    """escpos.md 3, evidence 4: the answer means reached in the buffer, no more."""
    device, clock = slow()

    device.receive(b"A\n\x1dr\x01")

    assert device.replies() == b"\x00"
    assert device.ledger.unfinished.rows == ()
    clock.now += 1
    assert device.work() is None


def test_gs_r_behind_a_cut_waits_for_the_cut():
    device, clock = slow()

    device.receive(b"A\n" + CUT + b"\x1dr\x01")

    for expected in (b"", b"\x00"):
        assert device.replies() == b""
        clock.now += 0.1
        device.work()
        assert device.replies() == expected
    assert [slip.texts for slip in device.ledger.slips] == [["A"]]


def test_a_host_that_does_not_read_finds_the_newest_id_only():
    device = Device()
    device.host_reading = False

    device.receive(process_id(b"0001") + b"\x1dr\x01" + process_id(b"0002"))

    assert device.replies() == b"\x00" + answer(b"0002")


@pytest.mark.parametrize("identity", [b"AB\x1f!", b"AB\x7f!"])
def test_an_id_outside_printable_ascii_is_ignored(identity: bytes):
    device = Device()

    device.receive(process_id(identity))

    assert device.replies() == b""
    assert [finding.kind for finding in device.findings] == ["ignored"]


@settings(deadline=None)
@given(st.integers(0, 12), st.integers(1, 12))
def test_an_id_is_never_sent_for_paper_that_does_not_exist(paper_lines: int, count: int):
    device = Device()
    device.paper_lines = max(1, paper_lines)

    for number in range(count):
        device.receive(b"line\n" + process_id(b"%04d" % number))
        if device.replies():
            assert len(device.ledger.unfinished.texts) == number + 1
    assert len(device.ledger.unfinished.texts) == min(count, max(1, paper_lines))


# -- paper, cover, errors ---------------------------------------------------------------------------------------------------


def test_paper_that_runs_out_stops_the_job_and_a_new_roll_finishes_it():
    """escpos.md 3: a host that sends the job again because of "no paper" prints it twice."""
    device = Device()
    device.paper_lines = 3

    device.receive(lines(5) + CUT + process_id(b"0001"))

    assert device.paper_out
    assert device.ledger.unfinished.texts == ["line 1", "line 2", "line 3"]
    assert device.replies() == b""
    device.new_roll()
    (slip,) = device.ledger.slips
    assert slip.texts == [f"line {number}" for number in range(1, 6)]
    assert slip.to_text().splitlines()[3] == "~~~~ new roll ~~~~"
    assert device.replies() == answer(b"0001")


def test_a_line_that_moves_at_paper_end_is_finished_first():
    device, clock = slow()
    device.receive(lines(3))

    device.paper_out = True
    clock.now += 0.1
    assert device.work() is None

    assert device.ledger.unfinished.texts == ["line 1"]


def test_a_cover_opened_in_the_middle_of_a_line_restarts_the_line():
    device, clock = slow()
    device.receive(lines(2))
    clock.now += 0.05
    device.cover_open = True
    clock.now += 10

    assert device.work() is None
    assert device.ledger.unfinished.texts == []
    device.cover_open = False
    assert device.work() == pytest.approx(0.1)
    clock.now += 0.1
    device.work()
    assert device.ledger.unfinished.texts == ["line 1"]


def test_a_cover_opened_while_printing_may_need_recovery():
    """A memory switch at Epson: then closing is not enough, DLE ENQ 1 has to come."""
    device, clock = slow()
    device.cover_needs_recovery = True
    device.receive(lines(1))
    device.cover_open = True
    device.cover_open = False

    clock.now += 1
    device.work()
    device.receive(b"\x10\x04\x01\x10\x04\x03")
    assert (device.replies(), device.ledger.unfinished.texts) == (b"\x3a\x16", [])
    device.receive(b"\x10\x05\x01")
    clock.now += 1
    device.work()
    assert device.ledger.unfinished.texts == ["line 1"]


def test_a_cover_opened_while_idle_needs_nothing():
    device = Device()
    device.cover_needs_recovery = True
    device.cover_open = True
    device.cover_open = False

    device.receive(lines(1))

    assert device.ledger.unfinished.texts == ["line 1"]


def test_recovery_goes_on_where_the_error_stopped_it():
    device = Device()
    device.cutter_jam = True
    device.receive(lines(2) + CUT)
    assert device.ledger.unfinished.rows == ()

    device.cutter_jam = False
    assert device.ledger.slips == ()
    device.receive(b"\x10\x05\x01")

    assert [slip.texts for slip in device.ledger.slips] == [["line 1", "line 2"]]


# -- clearing ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("switch", ["paper_out", "cover_open", "cutter_jam"])
def test_clearing_buffers_loses_the_job_and_its_id(switch: str):
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


def test_enquiry_2_clears_only_in_an_error_that_waits_for_it():
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


def test_some_clones_clear_on_enquiry_2_at_any_time():
    device = Device(CHINESE_80)
    device.paper_out = True

    device.receive(lines(1) + b"\x10\x05\x02")
    device.new_roll()

    assert device.ledger.unfinished.rows == ()


def test_clearing_ends_a_half_received_command():
    device = Device()
    device.receive(b"\x1d(k\xff\x001P0half")
    device.receive(CLEAR)

    device.receive(lines(1))

    assert device.ledger.unfinished.texts == ["line 1"]


def test_a_half_received_command_eats_the_start_of_the_next_job():
    device = Device()
    device.receive(b"\x1d(k\x0d\x001P0half")  # ten bytes of data announced, four came

    device.receive(b"\x1b@next job\n")

    assert device.ledger.unfinished.texts == [" job"]


# -- the buffer ---------------------------------------------------------------------------------------------------------------


def test_a_printer_that_stands_still_fills_its_buffer_and_loses_the_rest():
    device = Device(buffer_bytes=16)
    device.paper_out = True

    device.receive(b"0123456789ABCDEFlost\n")
    assert (device.buffered, device.room) == (16, 0)
    assert [finding.kind for finding in device.findings] == ["overrun"]
    device.new_roll()
    device.receive(b"\n")

    assert device.ledger.unfinished.texts == ["0123456789ABCDEF"]
    assert device.room == 16


def test_real_time_requests_act_although_the_buffer_is_full():
    device = Device(buffer_bytes=4)
    device.paper_out = True
    device.receive(b"full")

    device.receive(b"\x10\x04\x01")
    assert device.replies() == b"\x1a"
    device.receive(CLEAR)

    assert device.replies() == CLEARED
    assert device.room == 4


def test_a_command_longer_than_the_buffer_is_taken_bit_by_bit():
    device = Device(buffer_bytes=64)

    device.receive(b"\x1dv0\x00\x48\x00\x64\x00" + b"\xaa" * 7200 + CUT)

    assert [len(image.bits) for image in device.ledger.slips[0].images] == [7200]
    assert device.findings == ()


def test_a_slow_printer_makes_room_line_by_line():
    device, clock = slow(buffer_bytes=16)
    device.receive(b"aaa\nbbb\n")
    device.receive(b"0123456789ABC")  # one line moves, one waits for it: the rest waits in the buffer

    assert device.room == 3
    clock.now += 0.1
    device.work()
    assert device.room == 16


def test_busy_when_offline_stops_the_link_at_once():
    """escpos.md 1: the default of many serial printers; DLE EOT cannot be asked then."""
    device = Device()
    device.busy_when_offline = True
    assert device.room > 0

    device.paper_out = True
    assert device.room == 0
    device.paper_out = False
    assert device.room > 0


# -- silence ------------------------------------------------------------------------------------------------------------------


def test_a_one_way_printer_prints_and_never_answers():
    device = Device()
    device.one_way = True

    device.receive(b"\x1da\xff" + lines(1) + CUT + process_id(b"0001") + b"\x10\x04\x01\x1dr\x01")
    device.paper_out = True

    assert device.replies() == b""
    assert [slip.texts for slip in device.ledger.slips] == [["line 1"]]


def test_a_silent_printer_hangs_and_goes_on_later():
    device = Device()
    device.silent = True

    device.receive(lines(1) + CUT + process_id(b"0001") + b"\x10\x04\x01")
    assert (device.replies(), device.ledger.slips, device.work()) == (b"", (), None)
    assert device.silent
    device.silent = False

    assert device.replies() == answer(b"0001")  # the real-time request is lost
    assert [slip.texts for slip in device.ledger.slips] == [["line 1"]]


# -- power --------------------------------------------------------------------------------------------------------------------


def test_a_power_cut_loses_what_was_buffered_and_every_setting():
    device = Device()
    device.receive(b"\x1bt\x12\x1bE\x01" + lines(1) + b"in the print buffer")
    device.paper_out = True
    device.receive(b"waiting\n" + process_id(b"0001"))

    device.power_cut()
    device.paper_out = False
    device.receive(b"into the void\n\x10\x04\x01")
    assert (device.replies(), device.powered) == (b"", False)
    device.power_on()
    device.receive(b"\xa5\n")

    assert device.ledger.unfinished.texts == ["line 1", "Ñ"]
    assert device.replies() == b""


def test_a_line_that_moves_at_a_power_cut_is_not_on_paper():
    device, clock = slow()
    device.receive(lines(2))

    device.power_cut()
    clock.now += 1
    device.power_on()

    assert device.work() is None
    assert device.ledger.unfinished.rows == ()


def test_power_on_forgets_errors_without_a_cause():
    device = Device()
    device.cutter_jam = True
    device.cutter_jam = False

    device.power_cut()
    device.power_on()
    device.receive(b"\x10\x04\x03")

    assert device.replies() == b"\x12"


# -- the ledger ---------------------------------------------------------------------------------------------------------------


def test_slips_are_numbered_and_announced_in_order():
    device, seen = Device(), list[Slip]()
    device.ledger.on_slip(seen.append)

    device.receive(b"one\n" + CUT + b"two\n" + CUT + CUT + b"three")

    assert [(slip.number, slip.texts) for slip in seen] == [(1, ["one"]), (2, ["two"])]
    assert device.ledger.slips == tuple(seen)
    assert device.ledger.texts() == ["one\n", "two\n"]
    assert device.ledger.unfinished.number == 3


def test_a_listener_may_turn_switches():
    device = Device()

    def run_out(_slip: Slip) -> None:
        device.paper_out = True

    device.ledger.on_slip(run_out)
    device.receive(b"one\n" + CUT)
    device.receive(b"two\n")

    assert device.paper_out
    assert device.ledger.unfinished.rows == ()


def test_waiting_for_slips_ends_when_they_come_or_time_is_up():
    device = Device()
    with pytest.raises(TimeoutError, match="0 of 1 slips"):
        device.ledger.wait_for_slips(1, timeout=0)

    printing = threading.Thread(target=device.receive, args=(b"one\n" + CUT,))
    printing.start()
    slips = device.ledger.wait_for_slips(1, timeout=60)
    printing.join()

    assert [slip.texts for slip in slips] == [["one"]]


def test_waiting_for_the_printer_ends_when_it_is_so_or_time_is_up():
    device = Device()
    with pytest.raises(TimeoutError, match="0 bytes buffered"):
        device.wait_until(lambda printer: printer.bytes_received > 0, timeout=0)

    device.receive(b"A")
    device.wait_until(lambda printer: printer.bytes_received == 1, timeout=0)


def test_a_printer_without_a_cutter_leaves_tearing_to_people():
    device = Device(replace(EPSON_80, cutter=False))

    device.receive(b"\x1dI\x02one\n" + CUT)
    assert (device.replies(), device.ledger.slips) == (b"\x00", ())
    device.tear()

    assert [(slip.cut, slip.texts) for slip in device.ledger.slips] == [("torn", ["one"])]


def test_switches_may_be_turned_while_another_thread_prints():
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
