"""Proof, paper, errors, silence and power, with bytes and a clock of our own alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.escpos_bytes import CUT, answer, line_texts, lines, process_id

from simulators.escpos.device import Device


class Clock:
    """A clock that stands still until it is told."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def slow(buffer_bytes: int = 65536) -> tuple[Device, Clock]:
    """Return a printer that needs a tenth of a second for a line."""
    clock = Clock()
    device = Device(buffer_bytes=buffer_bytes, monotonic=clock)
    device.speed = 10.0
    return device, clock


# -- proof ---------------------------------


def test_a_process_id_comes_only_when_the_line_before_it_is_printed() -> None:
    device, clock = slow()

    device.receive(b"A\n" + process_id(b"0001") + b"B\n" + process_id(b"0002"))

    assert device.work() == pytest.approx(0.1)
    assert device.replies() == b""
    assert device.ledger.unfinished.texts == []
    clock.now += 0.1
    assert device.work() == pytest.approx(0.1)
    assert device.replies() == answer(b"0001")
    assert device.ledger.unfinished.texts == ["A"]
    clock.now += 0.1
    assert (device.work(), device.replies()) == (None, answer(b"0002"))
    assert device.ledger.unfinished.texts == ["A", "B"]


def test_gs_r_is_answered_while_the_last_line_still_moves() -> None:
    """escpos.md 3, evidence 4: the answer means reached in the buffer, no more."""
    device, clock = slow()

    device.receive(b"A\n\x1dr\x01")

    assert device.replies() == b"\x00"
    assert device.ledger.unfinished.rows == ()
    clock.now += 1
    assert device.work() is None


def test_gs_r_behind_a_cut_waits_for_the_cut() -> None:
    device, clock = slow()

    device.receive(b"A\n" + CUT + b"\x1dr\x01")

    for expected in (b"", b"\x00"):
        assert device.replies() == b""
        clock.now += 0.1
        device.work()
        assert device.replies() == expected
    assert [slip.texts for slip in device.ledger.slips] == [["A"]]


def test_a_host_that_does_not_read_finds_the_newest_id_only() -> None:
    device = Device()
    device.host_reading = False

    device.receive(process_id(b"0001") + b"\x1dr\x01" + process_id(b"0002"))

    assert device.replies() == b"\x00" + answer(b"0002")


@pytest.mark.parametrize("identity", [b"AB\x1f!", b"AB\x7f!"])
def test_an_id_outside_printable_ascii_is_ignored(identity: bytes) -> None:
    device = Device()

    device.receive(process_id(identity))

    assert device.replies() == b""
    assert [finding.kind for finding in device.findings] == ["ignored"]


@settings(deadline=None)
@given(st.integers(0, 12), st.integers(1, 12))
def test_an_id_is_never_sent_for_paper_that_does_not_exist(paper_lines: int, count: int) -> None:
    device = Device()
    device.paper_lines = max(1, paper_lines)

    for number in range(count):
        device.receive(b"line\n" + process_id(b"%04d" % number))
        if device.replies():
            assert len(device.ledger.unfinished.texts) == number + 1
    assert len(device.ledger.unfinished.texts) == min(count, max(1, paper_lines))


# -- paper, cover, errors ---------------------------------


def test_paper_that_runs_out_stops_the_job_and_a_new_roll_finishes_it() -> None:
    """escpos.md 3: a host that sends the job again because of "no paper" prints it twice."""
    device = Device()
    device.paper_lines = 3

    device.receive(lines(5) + CUT + process_id(b"0001"))

    assert device.paper_out
    assert device.ledger.unfinished.texts == ["line 1", "line 2", "line 3"]
    assert device.replies() == b""
    device.new_roll()
    (slip,) = device.ledger.slips
    assert slip.texts == line_texts(5)
    assert slip.to_text().splitlines()[3] == "~~~~ new roll ~~~~"
    assert device.replies() == answer(b"0001")


def test_a_line_that_moves_at_paper_end_is_finished_first() -> None:
    device, clock = slow()
    device.receive(lines(3))

    device.paper_out = True
    clock.now += 0.1
    assert device.work() is None

    assert device.ledger.unfinished.texts == ["line 1"]


def test_a_cover_opened_in_the_middle_of_a_line_restarts_the_line() -> None:
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


def test_a_cover_opened_while_printing_may_need_recovery() -> None:
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


def test_a_cover_opened_while_idle_needs_nothing() -> None:
    device = Device()
    device.cover_needs_recovery = True
    device.cover_open = True
    device.cover_open = False

    device.receive(lines(1))

    assert device.ledger.unfinished.texts == ["line 1"]


def test_recovery_goes_on_where_the_error_stopped_it() -> None:
    device = Device()
    device.cutter_jam = True
    device.receive(lines(2) + CUT)
    assert device.ledger.unfinished.rows == ()

    device.cutter_jam = False
    assert device.ledger.unfinished.rows == ()
    device.receive(b"\x10\x05\x01")

    assert [slip.texts for slip in device.ledger.slips] == [["line 1", "line 2"]]


# -- silence ---------------------------------


def test_a_one_way_printer_prints_and_never_answers() -> None:
    device = Device()
    device.one_way = True

    device.receive(b"\x1da\xff" + lines(1) + CUT + process_id(b"0001") + b"\x10\x04\x01\x1dr\x01")
    device.paper_out = True

    assert device.replies() == b""
    assert [slip.texts for slip in device.ledger.slips] == [["line 1"]]


def test_a_silent_printer_hangs_and_goes_on_later() -> None:
    device = Device()
    device.silent = True

    device.receive(lines(1) + CUT + process_id(b"0001") + b"\x10\x04\x01")
    assert (device.replies(), device.ledger.slips, device.work()) == (b"", (), None)
    assert device.silent
    device.silent = False

    assert device.replies() == answer(b"0001")  # the real-time request is lost
    assert [slip.texts for slip in device.ledger.slips] == [["line 1"]]


# -- power ---------------------------------


def test_a_power_cut_loses_what_was_buffered_and_every_setting() -> None:
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


def test_a_line_that_moves_at_a_power_cut_is_not_on_paper() -> None:
    device, clock = slow()
    device.receive(lines(2))

    device.power_cut()
    clock.now += 1
    device.power_on()

    assert device.work() is None
    assert device.ledger.unfinished.rows == ()


def test_power_on_forgets_errors_without_a_cause() -> None:
    device = Device()
    device.cutter_jam = True
    device.cutter_jam = False

    device.power_cut()
    device.power_on()
    device.receive(b"\x10\x04\x03")

    assert device.replies() == b"\x12"


def test_a_slow_printer_makes_room_line_by_line() -> None:
    device, clock = slow(buffer_bytes=16)
    device.receive(b"aaa\nbbb\n")
    device.receive(b"0123456789ABC")  # one line moves, one waits for it: the rest waits in the buffer

    assert device.room == 3
    clock.now += 0.1
    device.work()
    assert device.room == 16
