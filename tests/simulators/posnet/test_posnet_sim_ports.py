"""The printer on a network port and on a serial line: real sockets, real terminals, cuts at every byte."""

from __future__ import annotations

import os
import socket
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import pytest
from support.fiscal_printers import as_bytes, payloads, used
from support.wires import connected, is_broken, opened, read, read_until_hang_up, receive, write_all

from drivers.posnet.frames import enclose
from simulators.posnet.behaviour import Fate
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.ports import PosnetPty, PosnetTcp, Second
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.escpos.paper import Slip

SALE = ("trinit␉@0001␉bm0␉", "trline␉@0002␉naX␉vt0␉pr100␉", "trend␉@0003␉to100␉")
REQUESTS = b"".join(enclose(as_bytes(command)) for command in SALE)
ANSWERS = b"".join(enclose(as_bytes("␉".join([*command.split("␉")[:2], ""]))) for command in SALE)
SCNT = enclose(b"scnt\t")


@pytest.fixture
def printer() -> Iterator[FiscalPrinter]:
    printer = FiscalPrinter(memory=used())
    yield printer
    printer.close()


def ask(connection: socket.socket, payload: str) -> str:
    connection.sendall(enclose(as_bytes(payload)))
    return answer(connection)


def answer(connection: socket.socket) -> str:
    """Return one whole answer."""
    data = b""
    while not data.endswith(b"\x03"):
        data += receive(connection, 1)
    return payloads(data)[0]


def sell(connection: socket.socket) -> None:
    for command in SALE:
        assert ask(connection, command).startswith(command.partition("␉")[0])


@contextmanager
def on_the_network(printer: FiscalPrinter, **options: object) -> Iterator[PosnetTcp]:
    with PosnetTcp(printer.pc1, **options) as port:  # type: ignore[arg-type]
        yield port


# -- network -----------------------------------------------------------------------------------------------------------


def test_a_receipt_is_sold_over_the_network(printer: FiscalPrinter) -> None:
    with on_the_network(printer) as port, connected(port.port) as connection:
        assert f"tcp://127.0.0.1:{port.port}" == port.address
        sell(connection)

        (receipt,) = printer.fiscal.wait_for_receipts(1)
        (slip,) = port.wait_for_slips(1)
    assert 100 == receipt.total
    assert "SUMA PLN" in slip.to_text()


@pytest.mark.parametrize("count", range(1, len(REQUESTS) + 1))
def test_the_connection_may_break_at_every_byte_of_the_requests(printer: FiscalPrinter, count: int) -> None:
    with on_the_network(printer) as port:
        port.disconnect_at(received=count)
        with connected(port.port) as connection, suppress(ConnectionError):
            connection.sendall(REQUESTS)
            while connection.recv(100):
                pass
        assert count == printer.pc1.bytes_received
        with connected(port.port) as connection:
            bought = ask(connection, "scnt␉").split("␉")[3]

    assert f"bn{int(count == len(REQUESTS))}" == bought


@pytest.mark.parametrize("count", range(1, len(ANSWERS) + 1, 4))
def test_the_connection_may_break_at_every_byte_of_the_answers(printer: FiscalPrinter, count: int) -> None:
    with on_the_network(printer) as port:
        port.disconnect_at(sent=count)
        with connected(port.port) as connection:
            connection.sendall(REQUESTS)
            assert ANSWERS[:count] == receive(connection, count)
            assert is_broken(connection)
        with connected(port.port) as connection:
            if count > 2 * len(ANSWERS) // 3 + 3:
                assert "trend␉@0003␉" == ask(connection, "rpt␉@0003␉")
            assert ask(connection, "scnt␉").startswith("scnt␉")


@pytest.mark.parametrize(("kind", "sold"), [(Kind.CLOSE_BEFORE, 0), (Kind.CLOSE_AFTER, 1)])
def test_a_fault_breaks_the_connection_before_or_behind_the_end(
    printer: FiscalPrinter, kind: Kind, sold: int
) -> None:
    printer.faults.script("trend", Fault(kind, at=7))
    with on_the_network(printer) as port:
        with connected(port.port) as connection:
            assert "trinit␉@0001␉" == ask(connection, SALE[0])
            assert "trline␉@0002␉" == ask(connection, SALE[1])
            connection.sendall(enclose(as_bytes(SALE[2])))
            if kind is Kind.CLOSE_AFTER:
                assert b"\x02trend\t" == receive(connection, 7)
            assert is_broken(connection)
        assert 1 == port.disconnects
        with connected(port.port) as connection:
            expected = "trend␉@0003␉" if sold else "ERR␉@0003␉?13␉"
            assert expected == ask(connection, "rpt␉@0003␉")
    assert sold == len(printer.fiscal.receipts)


@pytest.mark.parametrize(
    ("kind", "sold", "answered"),
    [(Kind.POWER_UNCOMMITTED, 0, False), (Kind.POWER_COMMITTED, 1, False), (Kind.POWER_ANSWERED, 1, True)],
)
def test_a_fault_cuts_the_power_around_the_commit_and_it_comes_back(
    printer: FiscalPrinter, kind: Kind, sold: int, answered: bool
) -> None:
    printer.behaviour.open_transaction = Fate.CANCEL
    printer.faults.script("trend", Fault(kind, seconds=0.05))
    with on_the_network(printer) as port:
        with connected(port.port) as connection:
            for command in SALE[:2]:
                ask(connection, command)
            connection.sendall(enclose(as_bytes(SALE[2])))
            if answered:
                assert "trend␉@0003␉" == answer(connection)
            assert is_broken(connection)
        printer.wait_until(lambda its: its.powered)
        with patient_connection(port) as connection:
            assert f"bn{sold}" in ask(connection, "scnt␉")
            assert f"bc{1 - sold}" in ask(connection, "scnt␉")


@contextmanager
def patient_connection(port: PosnetTcp) -> Iterator[socket.socket]:
    """Connect as soon as the printer's port is there again."""
    for _ in range(1000):
        try:
            with connected(port.port) as connection:
                yield connection
                return
        except ConnectionRefusedError:
            port.device.printer.wait_until(lambda its: its.powered)
    raise AssertionError("the port never came back")


def test_power_may_be_cut_the_moment_a_slip_is_cut(printer: FiscalPrinter) -> None:
    with on_the_network(printer) as port:

        def cut_power(_slip: Slip) -> None:
            port.power_cut()

        printer.ledger.on_slip(cut_power)
        with connected(port.port) as connection, suppress(ConnectionError):
            connection.sendall(REQUESTS)
            while connection.recv(100):
                pass
        assert not printer.powered
        port.power_on()
        with connected(port.port) as connection:
            assert "bn1" in ask(connection, "scnt␉")


@pytest.mark.parametrize("keeps", [False, True])
def test_an_answer_nobody_took_is_dropped_or_given_to_the_next(printer: FiscalPrinter, keeps: bool) -> None:
    printer.change(menu=True)
    with on_the_network(printer, keeps_replies=keeps) as port:
        with connected(port.port) as connection:
            connection.sendall(enclose(as_bytes("currget␉@0009␉")))
            connection.shutdown(socket.SHUT_WR)
            assert b"" == connection.recv(1)
        printer.change(menu=False)
        with connected(port.port) as connection:
            first = ask(connection, "scnt␉")

    assert first.startswith("currget" if keeps else "scnt")


@pytest.mark.parametrize("keeps", [False, True])
def test_what_was_asked_before_is_not_answered_to_the_next_or_is(printer: FiscalPrinter, keeps: bool) -> None:
    """posnet.md 11.4: a late answer may come on the new connection."""
    printer.change(menu=True)
    with on_the_network(printer, keeps_replies=keeps) as port:
        with connected(port.port) as connection:
            connection.sendall(enclose(as_bytes("currget␉@0009␉")))
            printer.wait_until(lambda its: its.worker.job is not None)
        with connected(port.port) as connection:
            assert ask(connection, "!sprn␉").startswith("!sprn")
            printer.change(menu=False)
            first = ask(connection, "scnt␉")

    assert first.startswith("currget" if keeps else "scnt")


@pytest.mark.parametrize("second", [Second.REFUSED, Second.REPLACES])
def test_what_a_second_connection_meets_is_a_switch(printer: FiscalPrinter, second: Second) -> None:
    with on_the_network(printer, second=second) as port, connected(port.port) as first:
        sell(first)
        with connected(port.port) as other:
            if second is Second.REFUSED:
                assert is_broken(other)
                assert ask(first, "scnt␉")
            else:
                assert ask(other, "scnt␉")
                assert is_broken(first)


def test_a_second_connection_waits_for_its_turn(printer: FiscalPrinter) -> None:
    with on_the_network(printer) as port:
        with connected(port.port) as first:
            sell(first)
            other = socket.create_connection(("127.0.0.1", port.port), timeout=30)
            other.sendall(SCNT)
            assert "bn1" in ask(first, "scnt␉")
            assert 1 == port.connections
        with other:
            assert "bn1" in answer(other)


def test_an_idle_connection_is_reset(printer: FiscalPrinter) -> None:
    with on_the_network(printer, idle_timeout=0.05) as port, connected(port.port) as connection:
        assert is_broken(connection)


def test_two_ports_serve_one_printer(printer: FiscalPrinter) -> None:
    with (
        on_the_network(printer) as one,
        PosnetTcp(printer.pc2) as two,
        connected(one.port) as first,
        connected(two.port) as second,
    ):
        ask(first, "windowtimecfgreset␉ty1␉")
        ask(first, "trinit␉")
        assert "trinit␉?41␉" == ask(second, "trinit␉")
        printer.change(menu=True)
        second.sendall(SCNT)
        printer.pc2.printer.wait_until(lambda its: its.worker.job is not None)
        first.sendall(enclose(b"prncancel\t"))
        printer.pc2.printer.wait_until(lambda its: bool(its.worker.queue))
        printer.change(menu=False)
        assert "bc0" in answer(second)
        assert "prncancel␉" == answer(first)


def test_a_slow_printer_answers_when_it_has_printed(printer: FiscalPrinter) -> None:
    printer.change(speed=400.0)
    printer.behaviour.command_seconds = 0.002
    with on_the_network(printer) as port, connected(port.port) as connection:
        sell(connection)
        assert 1 == len(port.wait_for_slips(1))


def test_answers_come_late_by_themselves(printer: FiscalPrinter) -> None:
    printer.faults.script("scnt", Fault(Kind.DELAY_ANSWER, seconds=0.05))
    with on_the_network(printer) as port, connected(port.port) as connection:
        assert ask(connection, "scnt␉")


def test_a_hanging_printer_takes_no_more_than_its_buffer(printer: FiscalPrinter) -> None:
    printer.change(silent=True)
    with on_the_network(printer) as port, connected(port.port) as connection:
        connection.sendall(REQUESTS)
        printer.wait_until(lambda its: its.pc1.bytes_received == len(REQUESTS))
        assert 0 == len(printer.fiscal.receipts)
        printer.change(silent=False)
        assert ANSWERS == receive(connection, len(ANSWERS))
    assert printer.pc1.room == printer.pc1.buffer_bytes


# -- serial line -------------------------------------------------------------------------------------------------------


def line_answer(descriptor: int) -> str:
    data = b""
    while not data.endswith(b"\x03"):
        data += read(descriptor, 1)
    return payloads(data)[0]


def test_a_receipt_is_sold_over_a_line(printer: FiscalPrinter) -> None:
    with PosnetPty(printer.pc1) as port, opened(port.path) as line:
        assert f"serial://{port.path}" == port.address
        for command in SALE:
            write_all(line, enclose(as_bytes(command)))
            assert line_answer(line).startswith(command.partition("␉")[0])

    assert 1 == len(printer.fiscal.receipts)


def test_a_line_has_its_speed(printer: FiscalPrinter) -> None:
    with PosnetPty(printer.pc1, baud=115_200) as port, opened(port.path) as line:
        write_all(line, REQUESTS)
        assert ANSWERS == read(line, len(ANSWERS))


def test_a_line_may_be_unplugged_behind_an_answer_and_plugged_in_again(printer: FiscalPrinter) -> None:
    printer.faults.script("trend", Fault(Kind.CLOSE_AFTER, at=0))
    with PosnetPty(printer.pc1) as port:
        with opened(port.path) as line:
            for command in SALE[:2]:
                write_all(line, enclose(as_bytes(command)))
                line_answer(line)
            os.write(line, enclose(as_bytes(SALE[2])))
            assert b"" == read_until_hang_up(line)
        assert not port.path.exists()
        port.reconnect()
        with opened(port.path) as line:
            write_all(line, enclose(as_bytes("rpt␉@0003␉")))
            assert "trend␉@0003␉" == line_answer(line)


def test_without_power_a_line_stays_and_swallows(printer: FiscalPrinter) -> None:
    printer.faults.script("trline", Kind.POWER_ANSWERED)
    with PosnetPty(printer.pc1) as port, opened(port.path) as line:
        write_all(line, enclose(as_bytes(SALE[0])))
        line_answer(line)
        write_all(line, enclose(as_bytes(SALE[1])))
        assert "trline␉@0002␉" == line_answer(line)
        printer.wait_until(lambda its: not its.powered)
        heard = printer.pc1.bytes_received + len(SCNT)
        write_all(line, SCNT)
        printer.wait_until(lambda its: its.pc1.bytes_received == heard)
        port.power_on()
        write_all(line, enclose(as_bytes("scnt␉@0009␉")))
        assert line_answer(line).startswith("scnt␉@0009␉")
