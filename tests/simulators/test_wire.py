"""Wires with faults between real sockets, terminals and links."""

import os
import select
import socket
import struct
import termios
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from drivers.link import Link, LinkLost, LinkTimeout, LinkUnavailable
from drivers.link.opening import open_link
from simulators.wire import Cut, Direction, Faults, PtyWire, TcpWire, Wire, device_at

LONG = 20.0
TO_DEVICE, TO_DRIVER = Direction.TO_DEVICE, Direction.TO_DRIVER


class Device:
    """A listening socket that stands for the simulated device."""

    def __init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(LONG)
        self.port = self._listener.getsockname()[1]
        self._peers: list[socket.socket] = []

    def accept(self) -> socket.socket:
        peer, _ = self._listener.accept()
        peer.settimeout(LONG)
        self._peers.append(peer)
        return peer

    def go_away(self) -> None:
        for opened in (*self._peers, self._listener):
            opened.close()


def receive(peer: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count and (more := peer.recv(count - len(data))):
        data += more
    return data


def receive_all(peer: socket.socket) -> bytes:
    return b"".join(iter(lambda: peer.recv(65536), b""))


def read(link: Link, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = link.read(LONG)
        assert more
        data += more
    return data


@pytest.fixture
def device() -> Iterator[Device]:
    device = Device()
    yield device
    device.go_away()


@pytest.fixture(params=["tcp", "pty"])
def wire(request: pytest.FixtureRequest, device: Device, tmp_path: Path) -> Iterator[Wire]:
    connect = device_at("127.0.0.1", device.port)
    with TcpWire(connect) if request.param == "tcp" else PtyWire(connect, tmp_path / "port") as wire:
        yield wire


@pytest.fixture
def tcp_wire(device: Device) -> Iterator[TcpWire]:
    with TcpWire(device_at("127.0.0.1", device.port)) as wire:
        yield wire


@pytest.fixture
def pty_wire(device: Device, tmp_path: Path) -> Iterator[PtyWire]:
    with PtyWire(device_at("127.0.0.1", device.port), tmp_path / "port") as wire:
        yield wire


def opened(wire: Wire, options: str = "") -> Link:
    link = open_link(wire.address + options, monotonic=time.monotonic)
    link.open()
    return link


def test_a_wire_without_faults_carries_every_byte_both_ways(wire: Wire, device: Device) -> None:
    link = opened(wire)
    peer = device.accept()
    every_byte = bytes(range(256)) * 40

    link.write(every_byte, LONG)
    assert receive(peer, len(every_byte)) == every_byte
    peer.sendall(b"answer")
    assert read(link, 6) == b"answer"

    assert wire.wait_carried(TO_DEVICE, len(every_byte), LONG)
    assert wire.wait_carried(TO_DRIVER, 6, LONG)
    assert (wire.entered(TO_DEVICE), wire.carried(TO_DEVICE)) == (len(every_byte), len(every_byte))
    link.close()


def test_bytes_can_travel_alone(wire: Wire, device: Device) -> None:
    link = opened(wire)
    peer = device.accept()
    wire.set_faults(to_device=Faults(one_byte=True), to_driver=Faults(one_byte=True))

    link.write(b"receipt", LONG)
    assert receive(peer, 7) == b"receipt"
    peer.sendall(b"answer")

    assert read(link, 6) == b"answer"
    link.close()


def test_answers_are_lost_corrupted_and_doubled_where_it_was_asked_for(wire: Wire, device: Device) -> None:
    link = opened(wire)
    peer = device.accept()
    wire.set_faults(to_driver=Faults(lost=frozenset({1}), duplicated=frozenset({2})))

    peer.sendall(b"abcd")

    assert read(link, 4) == b"accd"
    assert wire.entered(TO_DRIVER) == 4
    link.close()


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_seed_loses_the_same_bytes(device: Device, seed: int) -> None:
    arrived = []
    for _ in range(2):
        with TcpWire(device_at("127.0.0.1", device.port), seed=seed) as wire:
            wire.set_faults(to_device=Faults(loss=0.3, corruption=0.1))
            link = opened(wire)
            peer = device.accept()
            link.write(bytes(200), LONG)
            link.close()
            arrived.append(receive_all(peer))

    assert arrived[0] == arrived[1]
    assert 0 < len(arrived[0]) < 200


def test_an_echo_comes_back_to_the_driver(wire: Wire, device: Device) -> None:
    link = opened(wire)
    peer = device.accept()
    wire.set_faults(to_device=Faults(echo=True))

    link.write(b"question", LONG)

    assert receive(peer, 8) == b"question"
    assert read(link, 8) == b"question"
    link.close()


@pytest.mark.parametrize("position", [0, 1, 5])
def test_a_connection_is_cut_behind_its_bytes_and_the_next_one_is_whole(
    tcp_wire: TcpWire, device: Device, position: int
) -> None:
    tcp_wire.set_faults(to_device=Faults(cut_after=position))
    link = opened(tcp_wire)
    peer = device.accept()

    link.write(b"receipt", LONG)
    assert receive_all(peer) == b"receipt"[:position]
    with pytest.raises(LinkLost):
        link.read(LONG)
    link.open()
    peer = device.accept()
    link.write(b"again", LONG)

    assert receive(peer, 5) == b"again"
    link.close()


def test_a_cut_by_an_answer_delivers_its_bytes_first(tcp_wire: TcpWire, device: Device) -> None:
    tcp_wire.set_faults(to_driver=Faults(cut_after=3, cut=Cut.END))
    link = opened(tcp_wire)
    peer = device.accept()

    peer.sendall(b"answer")

    assert read(link, 3) == b"ans"
    with pytest.raises(LinkLost, match="closed"):
        link.read(LONG)


def test_a_reset_is_a_reset_to_the_driver(tcp_wire: TcpWire, device: Device) -> None:
    tcp_wire.set_faults(to_device=Faults(cut_after=1, cut=Cut.RESET))
    driver = socket.create_connection(("127.0.0.1", tcp_wire.port), timeout=LONG)
    device.accept()
    driver.sendall(b"ab")

    with pytest.raises(ConnectionResetError):
        driver.recv(1)
    driver.close()


def test_a_cut_serial_line_comes_back_at_the_same_path(pty_wire: PtyWire, device: Device) -> None:
    pty_wire.set_faults(to_device=Faults(cut_after=3))
    link = opened(pty_wire)
    peer = device.accept()

    link.write(b"receipt", LONG)
    assert receive(peer, 3) == b"rec"
    with pytest.raises(LinkLost):
        link.read(LONG)
    link.open()
    link.write(b"again", LONG)

    assert receive(peer, 5) == b"again"
    link.close()


def test_a_stuck_wire_takes_no_more_and_goes_on_when_freed(wire: Wire, device: Device) -> None:
    wire.set_faults(to_device=Faults(stuck=True))
    link = opened(wire)
    peer = device.accept()

    with pytest.raises(LinkTimeout) as caught:
        link.write(b"x" * 300_000, 0.2)
    assert wire.carried(TO_DEVICE) == 0
    wire.set_faults(to_device=Faults())

    assert receive(peer, caught.value.written) == b"x" * caught.value.written
    link.write(b"rest", LONG)
    assert receive(peer, 4) == b"rest"
    link.close()


def test_what_was_stuck_arrives_after_the_driver_has_gone(tcp_wire: TcpWire, device: Device) -> None:
    tcp_wire.set_faults(to_device=Faults(stuck=True))
    link = opened(tcp_wire)
    peer = device.accept()
    link.write(b"receipt", LONG)
    link.close()

    tcp_wire.set_faults(to_device=Faults())

    assert receive_all(peer) == b"receipt"


def test_a_slow_line_takes_its_time_on_average(wire: Wire, device: Device) -> None:
    rate, count = 2000.0, 1000
    wire.set_faults(to_device=Faults(bytes_per_second=rate))
    link = opened(wire)
    peer = device.accept()
    begun = time.monotonic()

    link.write(b"x" * count, LONG)
    assert len(receive(peer, count)) == count

    assert time.monotonic() - begun >= count / rate - 0.002  # never faster; slower only on a slow machine
    link.close()


def test_an_end_passes_behind_the_last_byte(tcp_wire: TcpWire, device: Device) -> None:
    tcp_wire.set_faults(to_device=Faults(delay=0.05))
    driver = socket.create_connection(("127.0.0.1", tcp_wire.port), timeout=LONG)
    peer = device.accept()
    driver.sendall(b"receipt")
    driver.shutdown(socket.SHUT_WR)

    assert receive_all(peer) == b"receipt"
    peer.sendall(b"proof")
    peer.close()
    assert receive_all(driver) == b"proof"
    driver.close()


def test_the_next_connection_waits_for_the_end_of_the_first(tcp_wire: TcpWire, device: Device) -> None:
    first, second = opened(tcp_wire), opened(tcp_wire)
    peer = device.accept()
    second.write(b"second", LONG)
    first.write(b"first", LONG)
    assert receive(peer, 5) == b"first"
    peer.close()
    with pytest.raises(LinkLost):
        first.read(LONG)

    peer = device.accept()

    assert receive(peer, 6) == b"second"
    first.close()
    second.close()


def test_a_device_that_is_away_breaks_a_network_connection(tcp_wire: TcpWire, device: Device) -> None:
    device.go_away()
    link = open_link(tcp_wire.address, monotonic=time.monotonic)

    with pytest.raises((LinkUnavailable, LinkLost)):  # the reset may come before connecting is over
        link.open()
        link.read(LONG)


def test_a_device_that_resets_is_a_reset_to_the_driver(tcp_wire: TcpWire, device: Device) -> None:
    driver = socket.create_connection(("127.0.0.1", tcp_wire.port), timeout=LONG)
    peer = device.accept()
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()

    with pytest.raises(ConnectionResetError):
        driver.recv(1)
    driver.close()


def test_bytes_to_an_absent_device_are_lost_and_it_is_found_again(tmp_path: Path) -> None:
    places = [Device()]

    def connect() -> socket.socket:
        return socket.create_connection(("127.0.0.1", places[-1].port))

    with PtyWire(connect, tmp_path / "port") as wire:
        places[0].accept()
        link = opened(wire)
        places[0].go_away()
        places.append(Device())
        peer = places[-1].accept()

        link.write(b"again", LONG)

        assert receive(peer, 5) == b"again"
        link.close()
        places[-1].go_away()


def test_a_serial_wire_without_a_device_swallows_bytes(tmp_path: Path, device: Device) -> None:
    device.go_away()
    with PtyWire(device_at("127.0.0.1", device.port), tmp_path / "port") as wire:
        link = opened(wire)

        link.write(b"x" * 100_000, LONG)

        assert link.read(0.05) == b""
        assert wire.carried(TO_DEVICE) == 0
        link.close()


def test_an_unplugged_wire_is_away_until_it_is_plugged_in(wire: Wire, device: Device) -> None:
    link = opened(wire)
    device.accept()

    wire.unplug()
    with pytest.raises(LinkLost):
        link.read(LONG)
    with pytest.raises(LinkUnavailable):
        link.open()
    wire.plug()
    link.open()
    link.write(b"again", LONG)

    assert wire.wait_carried(TO_DEVICE, 5, LONG)
    link.close()


def test_a_device_can_hold_a_serial_line_with_xoff(pty_wire: PtyWire, device: Device) -> None:
    link = opened(pty_wire, "?flow=xonxoff")
    peer = device.accept()
    peer.sendall(b"\x13")
    assert pty_wire.wait_carried(TO_DRIVER, 1, LONG)
    with pytest.raises(LinkTimeout):
        while True:  # the kernel obeys a moment later
            link.write(b"x", 0.05)

    held = pty_wire.entered(TO_DEVICE)
    peer.sendall(b"\x11")
    link.write(b"receipt", LONG)

    assert receive(peer, held + 7)[-7:] == b"receipt"
    link.close()


def test_a_stopped_wire_leaves_no_thread_no_descriptor_and_no_path(wire: Wire, device: Device) -> None:
    link = opened(wire)
    device.accept()

    wire.stop()
    wire.stop()

    assert not [thread for thread in threading.enumerate() if thread.name.startswith("wire ")]
    with pytest.raises(LinkLost):
        link.read(LONG)
    with pytest.raises(LinkUnavailable):
        link.open()


def test_a_stopped_wire_starts_again_at_the_same_address(wire: Wire, device: Device) -> None:
    address = wire.address
    wire.stop()
    wire.start()
    link = opened(wire)

    link.write(b"again", LONG)

    assert wire.address == address
    assert wire.wait_carried(TO_DEVICE, 5, LONG)
    link.close()


def test_descriptors_are_given_back(device: Device, tmp_path: Path) -> None:
    def count() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    before = count()
    for attempt in range(3):
        with (
            PtyWire(device_at("127.0.0.1", device.port), tmp_path / f"port{attempt}") as serial,
            TcpWire(device_at("127.0.0.1", device.port)) as tcp,
        ):
            serial.unplug()
            tcp.unplug()
            serial.plug()
            tcp.plug()

    assert count() == before


def test_a_wire_can_lead_to_any_connected_socket(tmp_path: Path) -> None:
    near, far = socket.socketpair()
    near.settimeout(LONG)
    with PtyWire(lambda: far, tmp_path / "port") as wire:
        link = opened(wire)
        link.write(b"receipt", LONG)
        assert receive(near, 7) == b"receipt"
        link.close()
    near.close()


def test_the_terminal_neither_echoes_nor_edits_before_the_driver_opens_it(
    pty_wire: PtyWire, device: Device
) -> None:
    peer = device.accept()
    peer.sendall(b"\r\n\x03\x04")
    assert pty_wire.wait_carried(TO_DRIVER, 4, LONG)

    ready, _, _ = select.select([peer], [], [], 0.1)

    assert not ready
    descriptor = os.open(pty_wire.path, os.O_RDWR | os.O_NOCTTY)
    assert not termios.tcgetattr(descriptor)[3] & (termios.ECHO | termios.ICANON)
    os.close(descriptor)
