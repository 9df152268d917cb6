"""The ends of a wire: a connected socket, or a pseudo-terminal that a driver opens as its serial port."""

from __future__ import annotations

import os
import socket
import struct
import tty
from contextlib import suppress
from typing import Protocol

_RESET_AT_CLOSE = struct.pack("ii", 1, 0)  # struct linger: on, 0 seconds


class End(Protocol):
    """One end of a wire; nothing here waits."""

    def fileno(self) -> int:
        """Return the descriptor to poll."""
        ...

    def receive(self, size: int) -> bytes:
        """Return what has come, b'' when no more will. Raises OSError."""
        ...

    def send(self, data: bytes) -> int:
        """Return how many bytes went. Raises OSError."""
        ...

    def end(self) -> None:
        """Tell the other side that no more will come, where it can be told."""
        ...

    def close(self, *, reset: bool = False) -> None:
        """Let go; with `reset` the other side sees a broken connection instead of an end."""
        ...


class SocketEnd:
    """A connected socket."""

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        connection.settimeout(0)
        with suppress(OSError):  # a local socket pair knows no such option
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def fileno(self) -> int:
        """Return the descriptor to poll."""
        return self._socket.fileno()

    def receive(self, size: int) -> bytes:
        """Return what has come, b'' when no more will. Raises OSError."""
        return self._socket.recv(size)

    def send(self, data: bytes) -> int:
        """Return how many bytes went. Raises OSError."""
        return self._socket.send(data)

    def end(self) -> None:
        """Announce the end of the bytes."""
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)

    def close(self, *, reset: bool = False) -> None:
        """Close, with `reset` so that the peer sees a broken connection."""
        if reset:
            with suppress(OSError):
                self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_AT_CLOSE)
        self._socket.close()


class TerminalEnd:
    """The near side of a pseudo-terminal; `name` is the far side, the driver's serial port.

    The far side is held open here too: its last closing would otherwise look like an unplugged cable.
    """

    def __init__(self) -> None:
        self._near, self._far = os.openpty()
        tty.setraw(self._far)
        os.set_blocking(self._near, False)
        self.name = os.ttyname(self._far)

    def fileno(self) -> int:
        """Return the descriptor to poll."""
        return self._near

    def receive(self, size: int) -> bytes:
        """Return what the driver wrote. Raises OSError."""
        return os.read(self._near, size)

    def send(self, data: bytes) -> int:
        """Return how many bytes went. Raises OSError."""
        return os.write(self._near, data)

    def end(self) -> None:
        """Do nothing: a serial line has no end of bytes."""

    def close(self, *, reset: bool = False) -> None:  # noqa: ARG002  a line has one way to break
        """Hang up: whoever has the far side open finds it gone."""
        os.close(self._near)
        os.close(self._far)
