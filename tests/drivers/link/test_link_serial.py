"""The serial link on real pseudo-terminals: exact counts, flow control, vanished adapters, ports in use."""

import errno
import itertools
import os
import select
import termios
import time
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest
import serial

from drivers.link import LinkLost, LinkTimeout, LinkUnavailable
from drivers.link.address import SerialAddress
from drivers.link.serial import SerialLink

LONG = 20.0


class Terminal:
    """A pseudo-terminal pair: the printer's side is read and written here."""

    def __init__(self) -> None:
        self.near, self.far = os.openpty()
        tty.setraw(self.far)
        self.path = os.ttyname(self.far)
        self._open = True

    def send(self, data: bytes) -> None:
        assert os.write(self.near, data) == len(data)

    def receive(self, count: int) -> bytes:
        """Return exactly so many bytes."""
        data = b""
        while len(data) < count:
            data += os.read(self.near, count - len(data))
        return data

    def receives_more(self) -> bool:
        ready, _, _ = select.select([self.near], [], [], 0.2)
        return bool(ready)

    def vanish(self) -> None:
        if self._open:
            os.close(self.near)
            os.close(self.far)
            self._open = False


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.vanish()


def link_to(terminal: Terminal, *, flow: str = "none", spy: bool = False) -> SerialLink:
    return SerialLink(SerialAddress(terminal.path, flow=flow, spy=spy), monotonic=time.monotonic)


@pytest.fixture
def link(terminal: Terminal) -> Iterator[SerialLink]:
    link = link_to(terminal)
    link.open()
    yield link
    link.close()


def refusal(number: int) -> object:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    return refuse


def test_bytes_go_and_come(terminal: Terminal, link: SerialLink) -> None:
    every_byte = bytes(range(256))

    link.write(every_byte, LONG)
    assert terminal.receive(256) == every_byte
    terminal.send(every_byte)
    answer = b""
    while len(answer) < 256:
        answer += link.read(LONG)
    assert answer == every_byte
    assert link.two_way


@pytest.mark.parametrize(
    ("address", "rate"),
    [
        (SerialAddress("/dev/ttyS0"), 960),
        (SerialAddress("/dev/ttyS0", baud=115200), 11520),
        (SerialAddress("/dev/ttyS0", parity="even"), 9600 / 11),
        (SerialAddress("/dev/ttyS0", parity="even", bytesize=7), 960),
        (SerialAddress("/dev/ttyS0", stopbits=2), 9600 / 11),
    ],
)
def test_the_rate_follows_the_line_settings(address: SerialAddress, rate: float) -> None:
    assert SerialLink(address, monotonic=time.monotonic).bytes_per_second == rate


def test_a_stalled_printer_is_counted_to_the_byte(terminal: Terminal, link: SerialLink) -> None:
    data = bytes(range(256)) * 800

    with pytest.raises(LinkTimeout) as caught:
        link.write(data, 0.3)

    assert 0 < caught.value.written < len(data)
    assert terminal.receive(caught.value.written) == data[: caught.value.written]
    assert not terminal.receives_more()
    assert link.is_open


def test_a_link_goes_on_after_a_timeout(terminal: Terminal, link: SerialLink) -> None:
    with pytest.raises(LinkTimeout) as caught:
        link.write(b"x" * 200_000, 0.1)
    terminal.receive(caught.value.written)

    link.write(b"rest", LONG)

    assert terminal.receive(4) == b"rest"


def write_until_held(link: SerialLink) -> int:
    """Write single bytes until the kernel has obeyed an XOFF; return how many went."""
    count = 0
    with pytest.raises(LinkTimeout) as held:
        while True:
            link.write(b"x", 0)
            count += 1
            time.sleep(0.002)
    assert held.value.written == 0
    return count


def test_a_printer_that_sends_xoff_gets_no_more_until_xon(terminal: Terminal) -> None:
    link = link_to(terminal, flow="xonxoff")
    link.open()
    terminal.send(b"\x13")
    before = write_until_held(link)
    assert terminal.receive(before) == b"x" * before

    with pytest.raises(LinkTimeout) as caught:
        link.write(b"receipt", 0.1)
    assert caught.value.written == 0
    assert not terminal.receives_more()
    terminal.send(b"\x11")
    link.write(b"receipt", LONG)

    assert terminal.receive(7) == b"receipt"
    link.close()


def test_flow_control_bytes_are_no_answer(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    link = link_to(terminal, flow="xonxoff")
    link.open()
    attributes = termios.tcgetattr(terminal.far)
    attributes[0] &= ~termios.IXON  # an adapter or server that lets them through
    termios.tcsetattr(terminal.far, termios.TCSANOW, attributes)

    terminal.send(b"\x11\x13")
    assert link.read(0.05) == b""
    terminal.send(b"\x13\x16\x11\x12")

    assert link.read(LONG) == b"\x16\x12"
    link.close()


def test_without_flow_control_these_bytes_are_data(terminal: Terminal, link: SerialLink) -> None:
    terminal.send(b"\x11\x13")

    assert link.read(LONG) == b"\x11\x13"


def test_reading_ends_without_a_byte_when_nothing_comes(link: SerialLink) -> None:
    assert link.read(0) == b""
    assert link.read(0.05) == b""


def test_a_vanished_adapter_is_a_loss_when_reading(terminal: Terminal, link: SerialLink) -> None:
    terminal.vanish()

    with pytest.raises(LinkLost):
        link.read(LONG)
    assert not link.is_open


def test_a_vanished_adapter_is_a_loss_when_writing(terminal: Terminal, link: SerialLink) -> None:
    terminal.vanish()

    with pytest.raises(LinkLost) as caught:
        link.write(b"receipt", LONG)
    assert caught.value.written == 0
    assert not link.is_open


def test_a_port_that_came_back_is_opened_again(terminal: Terminal, tmp_path: Path) -> None:
    path = tmp_path / "by-id"
    path.symlink_to(terminal.path)
    link = SerialLink(SerialAddress(str(path)), monotonic=time.monotonic)
    link.open()
    terminal.vanish()
    with pytest.raises(LinkLost):
        link.read(LONG)
    path.unlink()
    with pytest.raises(LinkUnavailable, match="no such port"):
        link.open()
    replugged = Terminal()
    path.symlink_to(replugged.path)

    link.open()
    link.write(b"again", LONG)

    assert replugged.receive(5) == b"again"
    link.close()
    replugged.vanish()


def test_a_port_in_use_is_refused_and_free_after_close(terminal: Terminal, link: SerialLink) -> None:
    second = link_to(terminal)

    with pytest.raises(LinkUnavailable, match="another program holds the port") as caught:
        second.open()
    assert "brltty" in caught.value.cure
    link.close()
    second.open()

    assert second.is_open
    second.close()


def test_opening_twice_keeps_the_port(terminal: Terminal, link: SerialLink) -> None:
    terminal.send(b"answer")
    assert link.read(LONG) == b"answer"

    link.open()

    assert link.is_open


@pytest.mark.parametrize(
    ("number", "what", "cure"),
    [
        (errno.ENOENT, "no such port", "/dev/serial/by-id/"),
        (errno.ENXIO, "no such port", "/dev/serial/by-id/"),
        (errno.EACCES, "may not be opened by this user", "usermod -aG dialout"),
        (errno.EACCES, "may not be opened by this user", "sudo receipt-bridge setup"),
        (errno.EBUSY, "another program", "fuser"),
    ],
)
def test_a_port_that_does_not_open_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, number: int, what: str, cure: str
) -> None:
    link = SerialLink(SerialAddress("/dev/ttyUSB7"), monotonic=time.monotonic)
    monkeypatch.setattr("os.open", refusal(number))

    with pytest.raises(LinkUnavailable, match=what) as caught:
        link.open()

    assert cure in caught.value.cure
    assert caught.value.address == "serial:///dev/ttyUSB7?baud=9600"


def test_a_port_without_hardware_is_no_port(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_hardware(_: int) -> None:
        raise termios.error(errno.EIO, "Input/output error")  # /dev/ttyS0 without a UART

    monkeypatch.setattr("termios.tcgetattr", no_hardware)

    with pytest.raises(LinkUnavailable, match="no such port"):
        link_to(terminal).open()


def test_a_plain_file_is_no_serial_port(tmp_path: Path) -> None:
    path = tmp_path / "port"
    path.touch()

    with pytest.raises(LinkUnavailable, match="cannot be used as a serial port"):
        SerialLink(SerialAddress(str(path)), monotonic=time.monotonic).open()


def test_a_closed_link_neither_reads_nor_writes(terminal: Terminal) -> None:
    link = link_to(terminal)

    with pytest.raises(LinkLost, match="not open"):
        link.write(b"x", LONG)
    with pytest.raises(LinkLost, match="not open"):
        link.read(LONG)
    link.close()


def test_closing_leaves_the_terminal_ready_line_standing(terminal: Terminal) -> None:
    attributes = termios.tcgetattr(terminal.far)
    attributes[2] |= termios.HUPCL
    termios.tcsetattr(terminal.far, termios.TCSANOW, attributes)
    link = link_to(terminal)

    link.open()

    assert not termios.tcgetattr(terminal.far)[2] & termios.HUPCL
    link.close()


def test_line_settings_reach_the_port(terminal: Terminal) -> None:
    where = SerialAddress(terminal.path, baud=19200, parity="even", stopbits=2, bytesize=7, flow="xonxoff")
    link = SerialLink(where, monotonic=time.monotonic)

    link.open()

    flags, _, control, _, speed, *_ = termios.tcgetattr(terminal.far)
    assert speed == termios.B19200
    assert flags & termios.IXON
    assert control & termios.CSTOPB
    link.close()


def test_a_spied_port_works_and_shows_every_byte(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    link = link_to(terminal, spy=True)
    link.open()

    link.write(b"receipt", LONG)
    assert terminal.receive(7) == b"receipt"
    terminal.send(b"\x16")
    assert link.read(LONG) == b"\x16"
    link.close()

    shown = capsys.readouterr().err
    assert "72 65 63 65 69 70 74" in shown
    assert "16" in shown


def test_a_spied_port_counts_what_a_stalled_printer_took(
    terminal: Terminal, capsys: pytest.CaptureFixture[str]
) -> None:
    link = link_to(terminal, spy=True)
    link.open()

    with pytest.raises(LinkTimeout) as caught:
        link.write(b"x" * 50_000, 0.2)

    assert terminal.receive(caught.value.written) == b"x" * caught.value.written
    assert not terminal.receives_more()
    link.close()


def test_a_spied_port_that_vanished_is_a_loss(terminal: Terminal, capsys: pytest.CaptureFixture[str]) -> None:
    link = link_to(terminal, spy=True)
    link.open()
    terminal.vanish()

    with pytest.raises(LinkLost):
        link.read(LONG)


def test_closing_waits_for_the_line_to_carry_what_was_taken(
    terminal: Terminal, link: SerialLink, monkeypatch: pytest.MonkeyPatch
) -> None:
    left = iter([20, 20, 10, 0])
    dropped: list[bool] = []
    monkeypatch.setattr(serial.Serial, "out_waiting", property(lambda _: next(left)))
    monkeypatch.setattr(serial.Serial, "reset_output_buffer", lambda _: dropped.append(True))

    link.close()

    assert list(left) == []
    assert not dropped


def test_closing_drops_what_a_printer_that_holds_the_line_will_not_take(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    seconds = itertools.count()
    dropped: list[bool] = []
    link = SerialLink(SerialAddress(terminal.path), monotonic=lambda: float(next(seconds)))
    link.open()
    monkeypatch.setattr(serial.Serial, "out_waiting", property(lambda _: 4096))
    monkeypatch.setattr(serial.Serial, "reset_output_buffer", lambda _: dropped.append(True))

    link.close()

    assert dropped == [True]
    assert not link.is_open
