"""The printer on the network: connections, flow control, faults, power."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from support.escpos_bytes import CUT, answer, line_texts, lines, process_id
from support.wires import connected, is_broken, receive, send_until_stalled, write_all

from simulators.escpos.device import Device
from simulators.escpos.server import TcpPrinter

if TYPE_CHECKING:
    from simulators.escpos.paper import Slip


def test_a_job_is_printed_and_answered_on_its_connection() -> None:
    with TcpPrinter() as printer, connected(printer.port) as connection:
        assert printer.address == f"tcp://127.0.0.1:{printer.port}"
        connection.sendall(b"\x10\x04\x01")
        assert receive(connection, 1) == b"\x12"
        connection.sendall(b"Receipt\n" + process_id(b"0001"))
        assert receive(connection, 7) == answer(b"0001")
        connection.sendall(CUT + process_id(b"0002"))
        assert receive(connection, 7) == answer(b"0002")

        (slip,) = printer.wait_for_slips(1)
    assert slip.texts == ["Receipt"]


def test_one_connection_is_served_at_a_time() -> None:
    """escpos.md 4: a connect that succeeds does not mean it is your turn."""
    with TcpPrinter() as printer:
        with connected(printer.port) as first:
            first.sendall(b"\x10\x04\x01")
            assert receive(first, 1) == b"\x12"
            second = socket.create_connection((printer.host, printer.port), timeout=30)
            second.sendall(b"second\n" + CUT + b"\x10\x04\x01")
            first.sendall(b"first\n" + CUT + process_id(b"0001"))
            assert receive(first, 7) == answer(b"0001")
            assert printer.connections == 1
        with second:
            assert receive(second, 1) == b"\x12"
        slips = printer.wait_for_slips(2)
    assert [slip.texts for slip in slips] == [["first"], ["second"]]


def test_reports_come_by_themselves() -> None:
    with TcpPrinter() as printer, connected(printer.port) as connection:
        connection.sendall(b"\x1da\xff")
        assert receive(connection, 4) == b"\x10\x00\x00\x0f"
        printer.device.paper_out = True
        assert receive(connection, 4) == b"\x18\x00\x0f\x0f"


def test_a_full_buffer_closes_the_window_until_there_is_paper_again() -> None:
    device = Device(buffer_bytes=512)
    device.paper_out = True
    job = lines(8_000) + CUT + process_id(b"0001")
    with TcpPrinter(device) as printer, connected(printer.port) as connection:
        connection.settimeout(0)
        written = send_until_stalled(connection, job)
        assert written < len(job)
        assert device.buffered == 512

        device.new_roll()
        write_all(connection.fileno(), job[written:])
        connection.settimeout(60)
        assert receive(connection, 7) == answer(b"0001")
    (slip,) = device.ledger.slips
    assert slip.texts == line_texts(8_000)
    assert device.findings == ()


def test_a_slow_printer_takes_a_job_at_its_own_speed() -> None:
    device = Device(buffer_bytes=64)
    device.speed = 2000
    with TcpPrinter(device) as printer, connected(printer.port) as connection:
        connection.sendall(lines(200) + CUT + process_id(b"0001"))
        assert receive(connection, 7) == answer(b"0001")
    assert len(device.ledger.slips[0].texts) == 200


def test_paper_out_in_the_middle_of_a_job_then_resume() -> None:
    device = Device()
    device.paper_lines = 5
    with TcpPrinter(device) as printer, connected(printer.port) as connection:
        connection.sendall(lines(9) + CUT + process_id(b"0001"))
        device.wait_until(lambda its: its.paper_out, 30)
        connection.sendall(b"\x10\x04\x01\x10\x04\x02\x10\x04\x04")
        assert receive(connection, 3) == b"\x1a\x32\x7e"
        assert len(device.ledger.unfinished.texts) == 5

        device.new_roll()
        assert receive(connection, 7) == answer(b"0001")
    assert len(device.ledger.slips[0].texts) == 9


def test_what_was_sent_before_closing_is_still_printed() -> None:
    """escpos.md 3: the end of a connection says nothing about the paper."""
    device = Device()
    device.paper_out = True
    with TcpPrinter(device) as printer:
        with connected(printer.port) as connection:
            connection.sendall(b"late\n" + CUT)
        device.wait_until(lambda its: its.bytes_received == 9, 30)
        device.new_roll()
        assert [slip.texts for slip in printer.wait_for_slips(1)] == [["late"]]


@pytest.mark.parametrize("keeps", [False, True])
def test_replies_nobody_read_are_dropped_or_kept_for_the_next(keeps: bool) -> None:
    device = Device()
    device.paper_out = True
    with TcpPrinter(device, keeps_replies=keeps) as printer:
        with connected(printer.port) as connection:
            connection.sendall(process_id(b"0001"))
            connection.shutdown(socket.SHUT_WR)
            assert connection.recv(1) == b""
        device.new_roll()
        with connected(printer.port) as connection:
            connection.sendall(b"\x10\x04\x01")
            assert receive(connection, 8 if keeps else 1) == (answer(b"0001") if keeps else b"") + b"\x12"


@pytest.mark.parametrize("count", [1, 5, 9])
def test_the_connection_breaks_after_n_bytes_from_the_host(count: int) -> None:
    device = Device()
    with TcpPrinter(device) as printer:
        printer.disconnect_at(received=count)
        with connected(printer.port) as connection:
            connection.sendall(b"012345678\n" + CUT)
            assert is_broken(connection)
        assert device.bytes_received == count
        assert printer.disconnects == 1
        with connected(printer.port) as connection:  # once only
            connection.sendall(b"rest\n" + CUT + process_id(b"0001"))
            assert receive(connection, 7) == answer(b"0001")
    assert device.ledger.slips[0].texts == ["012345678"[:count] + "rest"]


def test_a_connection_that_breaks_before_its_first_byte_may_never_seem_open() -> None:
    with TcpPrinter() as printer:
        printer.disconnect_at(received=0)
        with suppress(ConnectionError), connected(printer.port) as connection:
            assert is_broken(connection)
        with connected(printer.port) as connection:
            connection.sendall(process_id(b"0001"))
            assert receive(connection, 7) == answer(b"0001")
        assert printer.disconnects == 1


@pytest.mark.parametrize("count", [1, 3, 6])
def test_the_connection_breaks_after_n_bytes_to_the_host(count: int) -> None:
    with TcpPrinter() as printer:
        printer.disconnect_at(sent=count)
        with connected(printer.port) as connection:
            connection.sendall(b"A\n" + CUT + process_id(b"0001"))
            assert receive(connection, count) == answer(b"0001")[:count]
            assert is_broken(connection)
        assert len(printer.wait_for_slips(1)) == 1


def test_disconnecting_now_resets_the_connection_and_loses_nothing_that_arrived() -> None:
    with TcpPrinter() as printer, connected(printer.port) as connection:
        connection.sendall(b"A\n" + process_id(b"0001"))
        receive(connection, 7)
        printer.disconnect()

        with pytest.raises(ConnectionResetError):
            connection.recv(1)
        assert printer.device.ledger.unfinished.texts == ["A"]


def test_a_power_cut_drops_the_connection_and_the_port_until_power_is_back() -> None:
    device = Device()
    with TcpPrinter(device) as printer:
        with connected(printer.port) as connection:
            connection.sendall(b"on paper\n" + process_id(b"0001"))
            receive(connection, 7)
            device.paper_out = True
            connection.sendall(b"in the buffer\n")
            device.wait_until(lambda its: its.buffered > 0, 30)
            printer.power_cut()
            assert is_broken(connection)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((printer.host, printer.port), timeout=30)

        device.new_roll()
        printer.power_on()
        with connected(printer.port) as connection:
            connection.sendall(b"again\n" + CUT + process_id(b"0002"))
            assert receive(connection, 7) == answer(b"0002")
    assert device.ledger.slips[0].texts == ["on paper", "again"]


def test_power_may_be_cut_the_moment_a_slip_is_cut() -> None:
    """Proof lost, paper there: the case a bridge must never print again by itself."""
    with TcpPrinter() as printer:

        def cut_power(_slip: Slip) -> None:
            printer.power_cut()

        printer.device.ledger.on_slip(cut_power)
        with connected(printer.port) as connection:
            connection.sendall(b"A\n" + CUT + process_id(b"0001"))
            assert is_broken(connection)
        assert len(printer.device.ledger.slips) == 1


def test_power_off_by_request_closes_the_port_too() -> None:
    with TcpPrinter() as printer, connected(printer.port) as connection:
        connection.sendall(b"\x10\x14\x02\x01\x08")
        assert is_broken(connection)
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection((printer.host, printer.port), timeout=30)


def test_an_idle_connection_is_reset() -> None:
    with TcpPrinter(idle_timeout=0.05) as printer, connected(printer.port) as connection:
        with pytest.raises(ConnectionResetError):
            connection.recv(1)
        assert printer.disconnects == 1


def test_a_one_way_board_prints_and_never_answers() -> None:
    device = Device()
    device.one_way = True
    with TcpPrinter(device) as printer, connected(printer.port) as connection:
        connection.sendall(b"A\n" + CUT + process_id(b"0001") + b"\x10\x04\x01")
        printer.wait_for_slips(1)
        connection.shutdown(socket.SHUT_WR)
        assert connection.recv(10) == b""


def test_a_host_that_does_not_read_misses_ids_but_never_the_newest() -> None:
    """escpos.md 3: so ids must increase, and one confirms all before it."""
    count = 5000
    with TcpPrinter() as printer, socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.settimeout(60)
        connection.connect((printer.host, printer.port))
        requests = b"".join(process_id(b"%04d" % number) for number in range(count))
        connection.sendall(requests)
        printer.device.wait_until(lambda its: its.bytes_received == len(requests), 60)
        assert not printer.device.host_reading

        seen = [receive(connection, 7)]
        while seen[-1] != answer(b"%04d" % (count - 1)):
            seen.append(receive(connection, 7))

        assert seen == sorted(seen)
        assert len(seen) < count
        connection.sendall(b"\x10\x04\x01")
        assert receive(connection, 1) == b"\x12"


def test_a_silent_printer_answers_again_once_it_goes_on() -> None:
    with TcpPrinter() as printer, connected(printer.port) as connection:
        printer.device.silent = True
        connection.sendall(b"A\n" + process_id(b"0001"))
        printer.device.wait_until(lambda its: its.buffered > 0, 30)
        printer.device.silent = False
        assert receive(connection, 7) == answer(b"0001")


def test_a_host_that_resets_does_not_harm_the_next() -> None:
    with TcpPrinter() as printer:
        for _ in range(2):
            with connected(printer.port) as connection:
                connection.setsockopt(
                    socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\x00\x00\x00\x00\x00\x00\x00"
                )
                connection.sendall(b"\x10\x04\x01" * 10)
        with connected(printer.port) as connection:
            connection.sendall(process_id(b"0001"))
            assert receive(connection, 7) == answer(b"0001")


def test_a_port_in_use_is_refused_at_start() -> None:
    with TcpPrinter() as printer:
        other = TcpPrinter(port=printer.port)
        with pytest.raises(OSError, match="in use"):
            other.start()
        other.stop()


def test_stopping_twice_and_faults_before_starting_do_no_harm() -> None:
    printer = TcpPrinter()
    printer.power_cut()
    printer.power_on()
    printer.start()
    printer.stop()
    printer.stop()

    assert not any(thread.name.startswith("printer tcp") for thread in threading.enumerate())


def test_a_stopped_printer_can_be_started_again_on_its_port() -> None:
    printer = TcpPrinter()
    for identity in (b"0001", b"0002"):
        with printer, connected(printer.port) as connection:
            connection.sendall(process_id(identity))
            assert receive(connection, 7) == answer(identity)


def test_what_kills_the_printer_is_raised_where_it_is_stopped() -> None:
    printer = TcpPrinter().start()

    def burst(_slip: Slip) -> None:
        raise ZeroDivisionError

    printer.device.ledger.on_slip(burst)
    with connected(printer.port) as connection:
        connection.sendall(b"A\n" + CUT)
        assert is_broken(connection)

    with pytest.raises(ZeroDivisionError):
        printer.stop()
