"""The TCP link against real sockets: counted writes, honest ends, and patience with a printer out of paper."""

import fcntl
import itertools
import socket
import struct
import termios
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from drivers.link import LinkLost, LinkTimeout, LinkUnavailable
from drivers.link.address import TcpAddress
from drivers.link.tcp import TcpLink

LONG = 20.0
FIN_WAIT2 = 5


def eventually(condition: Callable[[], bool]) -> None:
    """Wait for something the system does by itself and tells nobody."""
    deadline = time.monotonic() + LONG
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.002)


def receive_all(peer: socket.socket) -> bytes:
    return b"".join(iter(lambda: peer.recv(65536), b""))


def receive(peer: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (more := peer.recv(count - len(data))):
        data += more
    return data


def reset(peer: socket.socket) -> None:
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def delivered(peer: socket.socket) -> bool:
    """Whether all that the peer sent has arrived."""
    return fcntl.ioctl(peer, termios.TIOCOUTQ, bytes(4)) == bytes(4)


def end_is_known(peer: socket.socket) -> bool:
    """Whether the other side has acknowledged that this one will send no more."""
    return peer.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0] == FIN_WAIT2


class Printer:
    """A listening socket that takes connections when told."""

    def __init__(self, family: socket.AddressFamily, host: str) -> None:
        self._listener = socket.socket(family)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._listener.bind((host, 0))
        self._listener.listen(1)
        self._listener.settimeout(LONG)
        self._peers: list[socket.socket] = []
        self.where = TcpAddress(host, self._listener.getsockname()[1])

    def accept(self) -> socket.socket:
        peer, _ = self._listener.accept()
        peer.settimeout(LONG)
        self._peers.append(peer)
        return peer

    def stop_listening(self) -> None:
        self._listener.close()

    def close(self) -> None:
        for opened in (*self._peers, self._listener):
            opened.close()


@pytest.fixture
def printer() -> Iterator[Printer]:
    printer = Printer(socket.AF_INET, "127.0.0.1")
    yield printer
    printer.close()


@pytest.fixture
def link(printer: Printer) -> Iterator[TcpLink]:
    link = TcpLink(printer.where, monotonic=time.monotonic)
    yield link
    link.close()


def test_bytes_go_and_come(printer: Printer, link: TcpLink) -> None:
    link.open()
    peer = printer.accept()

    link.write(b"\x10\x04\x01", LONG)
    assert receive(peer, 3) == b"\x10\x04\x01"
    peer.sendall(b"\x16")
    assert link.read(LONG) == b"\x16"
    assert link.two_way


def test_opening_twice_keeps_the_connection(printer: Printer, link: TcpLink) -> None:
    link.open()
    peer = printer.accept()
    link.open()

    link.write(b"a", LONG)

    assert receive(peer, 1) == b"a"


def test_an_ipv6_printer_is_reached() -> None:
    try:
        printer = Printer(socket.AF_INET6, "::1")
    except OSError:
        pytest.skip("this machine has no IPv6")
    link = TcpLink(printer.where, monotonic=time.monotonic)
    link.open()
    peer = printer.accept()

    link.write(b"a", LONG)

    assert receive(peer, 1) == b"a"
    assert link.address == f"tcp://[::1]:{printer.where.port}"
    link.close()
    printer.close()


def test_a_name_with_a_dead_address_falls_back_to_the_next(
    printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refusing = socket.socket()  # bound, not listening
    refusing.bind(("127.0.0.1", 0))
    found = [
        (socket.AF_INET, socket.SOCK_STREAM, 0, "", refusing.getsockname()),
        (socket.AF_INET, socket.SOCK_STREAM, 0, "", ("127.0.0.1", printer.where.port)),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    link = TcpLink(TcpAddress("printer.example", 9100), monotonic=time.monotonic)

    link.open()

    assert link.is_open
    link.close()
    refusing.close()


def test_a_refused_connection_says_what_to_check(printer: Printer, link: TcpLink) -> None:
    printer.stop_listening()

    with pytest.raises(LinkUnavailable, match="refused") as caught:
        link.open()

    assert caught.value.address == f"tcp://127.0.0.1:{printer.where.port}"
    assert "another computer" in caught.value.cure
    assert caught.value.written == 0
    assert not link.is_open


def test_an_unknown_name_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)

    with pytest.raises(LinkUnavailable, match="no such host"):
        TcpLink(TcpAddress("printer.example", 9100), monotonic=time.monotonic).open()


def test_a_printer_that_does_not_answer_ends_the_attempt() -> None:
    deaf = socket.socket()
    deaf.bind(("127.0.0.1", 0))
    deaf.listen(0)
    where = TcpAddress("127.0.0.1", deaf.getsockname()[1])
    first = socket.create_connection(
        ("127.0.0.1", where.port)
    )  # fills the queue; further calls are not answered

    with pytest.raises(LinkUnavailable, match="not answered in time"):
        TcpLink(where, monotonic=time.monotonic, connect_timeout=0.2).open()

    first.close()
    deaf.close()


def test_a_stalled_printer_is_counted_to_the_byte(printer: Printer, link: TcpLink) -> None:
    link.open()
    peer = printer.accept()
    data = bytes(range(256)) * 8192

    with pytest.raises(LinkTimeout) as caught:
        link.write(data, 0.2)
    link.close()

    assert 0 < caught.value.written < len(data)
    assert receive_all(peer) == data[: caught.value.written]


def test_a_link_stays_open_after_a_timeout_and_goes_on(printer: Printer, link: TcpLink) -> None:
    link.open()
    peer = printer.accept()
    data = b"x" * 1_000_000
    with pytest.raises(LinkTimeout) as caught:
        link.write(data, 0.1)
    reader = threading.Thread(target=receive, args=(peer, caught.value.written))
    reader.start()

    link.write(b"rest", LONG)
    reader.join()

    assert receive(peer, 4) == b"rest"


def test_the_deadline_is_for_the_whole_write_however_it_goes_on(printer: Printer) -> None:
    seconds = itertools.count()
    link = TcpLink(printer.where, monotonic=lambda: float(next(seconds)))
    link.open()
    peer = printer.accept()
    reader = threading.Thread(target=receive_all, args=(peer,))
    reader.start()

    with pytest.raises(LinkTimeout) as caught:
        link.write(b"x" * 1_000_000, 20)

    assert 0 < caught.value.written < 1_000_000
    link.close()
    reader.join()


def test_reading_ends_without_a_byte_when_nothing_comes(printer: Printer, link: TcpLink) -> None:
    link.open()
    printer.accept()

    assert link.read(0) == b""
    assert link.read(0.05) == b""
    assert link.is_open


def test_an_answer_sent_before_the_end_is_read_before_the_loss(printer: Printer, link: TcpLink) -> None:
    link.open()
    peer = printer.accept()
    peer.sendall(b"proof")
    peer.close()

    assert link.read(LONG) == b"proof"
    with pytest.raises(LinkLost):
        link.read(LONG)
    assert not link.is_open


def test_an_answer_survives_a_question_to_a_printer_that_has_closed(printer: Printer, link: TcpLink) -> None:
    link.open()
    peer = printer.accept()
    peer.sendall(b"proof")
    peer.shutdown(socket.SHUT_WR)
    eventually(lambda: end_is_known(peer))

    link.write(b"\x10\x04\x01", LONG)

    assert link.read(LONG) == b"proof"


def test_nothing_is_sent_to_a_printer_that_has_closed(printer: Printer, link: TcpLink) -> None:
    link.open()
    peer = printer.accept()
    peer.shutdown(socket.SHUT_WR)
    eventually(lambda: end_is_known(peer))

    with pytest.raises(LinkLost, match="closed the connection") as caught:
        link.write(b"receipt", LONG)

    assert caught.value.written == 0
    assert receive_all(peer) == b""
    assert not link.is_open


def test_a_reset_while_writing_is_a_loss_with_a_count(printer: Printer, link: TcpLink) -> None:
    link.open()
    peer = printer.accept()
    with pytest.raises(LinkTimeout):
        link.write(b"x" * 1_000_000, 0.1)
    reset(peer)

    with pytest.raises(LinkLost) as caught:
        link.write(b"x" * 1_000_000, LONG)

    assert caught.value.written < 1_000_000
    assert not link.is_open


def test_a_lost_link_is_opened_again(printer: Printer, link: TcpLink) -> None:
    link.open()
    reset(printer.accept())
    with pytest.raises(LinkLost):
        link.read(LONG)

    link.open()
    peer = printer.accept()
    link.write(b"again", LONG)

    assert receive(peer, 5) == b"again"


def test_a_closed_link_neither_reads_nor_writes(link: TcpLink) -> None:
    with pytest.raises(LinkLost, match="not open") as caught:
        link.write(b"x", LONG)
    assert caught.value.written == 0
    with pytest.raises(LinkLost, match="not open"):
        link.read(LONG)
    link.close()


def test_closing_over_unread_answers_sends_an_end_and_no_reset(printer: Printer, link: TcpLink) -> None:
    link.open()
    peer = printer.accept()
    link.write(b"receipt", LONG)
    peer.sendall(b"\x16" * 1000)
    eventually(lambda: delivered(peer))
    received = []
    reader = threading.Thread(target=lambda: received.append(receive_all(peer)))
    reader.start()

    link.close()
    reader.join()

    assert received == [b"receipt"]
    assert peer.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR) == 0
    assert not link.is_open


def test_closing_does_not_wait_for_a_printer_that_holds_the_line(printer: Printer, link: TcpLink) -> None:
    link.open()
    peer = printer.accept()

    link.close()

    assert receive_all(peer) == b""


def test_a_printer_that_keeps_its_window_closed_is_not_given_up(printer: Printer) -> None:
    silence = 0.3
    link = TcpLink(printer.where, monotonic=time.monotonic, silence=silence)
    link.open()
    peer = printer.accept()
    link.write(b"\x10\x04\x01", LONG)
    assert link.read(0) == b""  # the limit stands
    with pytest.raises(LinkTimeout) as caught:
        link.write(b"x" * 1_000_000, 0.2)

    assert link.read(8 * silence) == b""  # no paper
    reader = threading.Thread(target=receive, args=(peer, 3 + caught.value.written))
    reader.start()
    reader.join()
    peer.sendall(b"done")

    assert link.read(LONG) == b"done"
    link.close()


def test_a_serial_server_is_as_fast_as_its_line(printer: Printer) -> None:
    direct = TcpLink(printer.where, monotonic=time.monotonic)
    server = TcpLink(TcpAddress("127.0.0.1", printer.where.port, baud=9600), monotonic=time.monotonic)

    assert server.bytes_per_second == 960
    assert direct.bytes_per_second > server.bytes_per_second
