"""The host's end of real sockets and pseudo-terminals: everything with a deadline."""

from __future__ import annotations

import os
import select
import socket
import time
import tty
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

STALLED = 0.3  # seconds without a byte moving that count as a wire that stands still
_DEADLINE = 30.0  # seconds; no wire of a test is that slow


@contextmanager
def connected(port: int) -> Iterator[socket.socket]:
    """Connect with a small send buffer, so that a full peer is felt early."""
    with socket.socket() as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        connection.settimeout(_DEADLINE)
        connection.connect(("127.0.0.1", port))
        yield connection


@contextmanager
def opened(path: Path) -> Iterator[int]:
    """Open a line raw, without any flow control of the system, not blocking."""
    descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
    try:
        tty.setraw(descriptor)
        os.set_blocking(descriptor, False)
        yield descriptor
    finally:
        os.close(descriptor)


def receive(connection: socket.socket, count: int) -> bytes:
    """Return exactly `count` bytes of a connection."""
    data = b""
    while len(data) < count:
        piece = connection.recv(count - len(data))
        assert piece, f"closed after {data!r}"
        data += piece
    return data


def read(descriptor: int, count: int) -> bytes:
    """Return exactly `count` bytes of a line."""
    data = b""
    while len(data) < count:
        assert select.select([descriptor], [], [], _DEADLINE)[0], f"nothing after {data!r}"
        data += os.read(descriptor, count - len(data))
    return data


def read_until_hang_up(descriptor: int) -> bytes:
    """Return what comes until the line is gone; what is under way then may be lost."""
    data = b""
    while select.select([descriptor], [], [], _DEADLINE)[0]:
        try:
            piece = os.read(descriptor, 10)
        except OSError:
            return data
        if not piece:
            return data
        data += piece
    raise AssertionError(f"the line still lives after {data!r}")


def send_until_stalled(connection: socket.socket, data: bytes) -> int:
    """Send as far as the peer takes it; return how many bytes that were."""
    sent = 0
    while sent < len(data) and select.select([], [connection], [], STALLED)[1]:
        sent += connection.send(data[sent : sent + 1024])
    return sent


def write_all(descriptor: int, data: bytes) -> None:
    """Write everything, however often the wire stands still."""
    deadline = time.monotonic() + 2 * _DEADLINE
    while data:
        assert time.monotonic() < deadline, f"{len(data)} bytes left"
        select.select([], [descriptor], [], 1)
        try:
            data = data[os.write(descriptor, data[:1024]) :]
        except BlockingIOError:
            time.sleep(0.005)  # a stopped terminal says it is writable


def is_broken(connection: socket.socket) -> bool:
    """Whether the connection ends without another byte."""
    try:
        return connection.recv(1) == b""
    except ConnectionError:
        return True
