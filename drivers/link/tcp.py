"""A printer on the network, or behind a serial server.

connect   every address of the name is tried, IPv6 and IPv4, all within `connect_timeout`
silence   a peer that acknowledges nothing for `silence` seconds is given up: by keep-alive when idle, by
          TCP_USER_TIMEOUT when bytes are on their way. Linux takes a closed window for silence although
          the peer answers (seen on 6.18), and a printer without paper keeps its window closed until
          somebody brings paper, so the limit stands only while nothing waits behind the window.
write     a peer that has closed is noticed before the first byte; the system alone would take a short
          receipt and lose it without an error (escpos.md 4)
close     what is left is read, then the end is announced and awaited: closing over unread bytes sends a
          reset, which can cost the tail of a job on small TCP stacks (escpos.md 4)
"""

from __future__ import annotations

import errno
import fcntl
import select
import socket
import struct
from contextlib import suppress
from typing import TYPE_CHECKING

from drivers.link import LinkUnavailable
from drivers.link.channel import READ_SIZE, Channel, ChannelLink
from drivers.link.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.link.address import TcpAddress

CONNECT_TIMEOUT = 4.0
SILENCE = 20.0
NETWORK_BYTES_PER_SECOND = 10_000.0
"""What a receipt printer with a network board surely takes; the paper is slower than the network."""

_CHUNK = 1024
_SEND_BUFFER = 16 * 1024  # the default took 2.8 MB from a peer that read nothing, and told nobody
_FAREWELL = 0.5  # seconds for the peer to close its side
_SIOCOUTQNSD = 0x894B  # linux/sockios.h: bytes that wait to be sent


class TcpLink(ChannelLink):
    """A TCP connection to a printer."""

    two_way = True

    def __init__(
        self,
        where: TcpAddress,
        *,
        monotonic: Callable[[], float],
        connect_timeout: float = CONNECT_TIMEOUT,
        silence: float = SILENCE,
    ) -> None:
        super().__init__(str(where), monotonic=monotonic)
        self.bytes_per_second = where.baud / 10 if where.baud else NETWORK_BYTES_PER_SECOND
        self._where = where
        self._connect_timeout = connect_timeout
        self._silence = silence
        self._socket: socket.socket | None = None

    def _connect(self) -> Channel:
        deadline = Deadline.after(self._monotonic, self._connect_timeout)
        try:
            connection = _connected(self._where, deadline, self._silence)
        except OSError as error:
            raise _unavailable(self.address, error) from error
        self._socket = connection
        return Channel(
            address=self.address,
            descriptor=connection.fileno(),
            send=lambda data: _send(connection, data),
            receive=connection.recv,
            chunk=_CHUNK,
            before_wait=lambda: self._limit_silence(connection),
        )

    def _limit_silence(self, connection: socket.socket) -> None:
        waiting = fcntl.ioctl(connection.fileno(), _SIOCOUTQNSD, struct.pack("i", 0))
        limit = 0 if struct.unpack("i", waiting)[0] else int(self._silence * 1000)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, limit)

    def _disconnect(self, *, broken: bool) -> None:
        connection, self._socket = self._socket, None
        if connection is None:
            return
        with connection, suppress(OSError):
            if not broken:
                self._say_farewell(connection)

    def _say_farewell(self, connection: socket.socket) -> None:
        deadline = Deadline.after(self._monotonic, _FAREWELL)
        connection.shutdown(socket.SHUT_WR)
        watch = select.poll()
        watch.register(connection, select.POLLIN)
        while watch.poll(deadline.milliseconds) and connection.recv(READ_SIZE) and deadline.left:
            pass


def _connected(where: TcpAddress, deadline: Deadline, silence: float) -> socket.socket:
    """Return a connection to the first address that answers; each gets its share of the time."""
    found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    failed: OSError = TimeoutError(errno.ETIMEDOUT, "no answer")
    for tried, (family, kind, protocol, _, target) in enumerate(found):
        connection = socket.socket(family, kind, protocol)
        try:
            _prepare(connection, silence)
            connection.settimeout(max(0.001, deadline.left / (len(found) - tried)))
            connection.connect(target)
            connection.settimeout(0)
        except OSError as error:
            connection.close()
            failed = error
        else:
            return connection
    raise failed


def _prepare(connection: socket.socket, silence: float) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, max(1, int(silence / 2)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, max(1, int(silence / 8)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPCNT, 4)


def _send(connection: socket.socket, data: bytes) -> int:
    with suppress(BlockingIOError):
        if connection.recv(1, socket.MSG_PEEK) == b"":
            raise ConnectionResetError(errno.ECONNRESET, "the printer has closed the connection")
    return connection.send(data)


def _unavailable(address: str, error: OSError) -> LinkUnavailable:
    if isinstance(error, socket.gaierror):
        what, cure = "no such host", "check the name, or write the printer's number from its self-test page"
    elif isinstance(error, ConnectionRefusedError):
        what = "the connection was refused"
        cure = "check the port and that the printer is on; some refuse while another computer prints"
    elif isinstance(error, TimeoutError):
        what = "the connection was not answered in time"
        cure = "check the cable, the printer's address and that it is on"
    else:
        what = f"cannot connect: {error.strerror or error}"
        cure = "check the network of this machine and the printer's address"
    return LinkUnavailable(what, address=address, cure=cure)
