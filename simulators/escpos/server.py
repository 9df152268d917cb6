"""The printer on a network port and on a serial line.

    TcpPort   a TCP listener on 127.0.0.1, one connection served at a time, the next ones wait (escpos.md 4)
    PtyPort   a pseudo-terminal; its path goes into serial://

`TcpPrinter` and `PtyPrinter` are the two with an ESC/POS printer; other languages bring their own.

Flow control is real: a full receive buffer closes the TCP window, or stops the line with XOFF or by not reading.
"""

from __future__ import annotations

import os
import pty
import socket
import struct
import tempfile
import time
import tty
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING

from simulators.escpos.device import Device
from simulators.escpos.serving import D, Pace, PrinterServer

if TYPE_CHECKING:
    from collections.abc import Callable

_CHUNK = 4096
_XON, _XOFF = b"\x11", b"\x13"
_RESET_ON_CLOSE = struct.pack("ii", 1, 0)
_WAITING_CONNECTIONS = 2  # UB-E02: three connections, two of them wait
_WINDOW_BYTES = 8192  # network boards are small; the system's default would swallow whole jobs
_ETHERNET_SEGMENT = 1460


class TcpPort(PrinterServer[D]):
    """A printer's network board.

    `port` 0 takes a free one, known once started. `keeps_replies` hands replies nobody read to the next connection,
    as boards do that are only a bridge to a serial line; others drop them. `idle_timeout` resets a connection on
    which nothing moved for so many seconds.
    """

    def __init__(
        self,
        device: D,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        keeps_replies: bool = False,
        idle_timeout: float | None = None,
    ) -> None:
        super().__init__(device)
        self.host = host
        self.port = port
        self.connections = 0
        self._keeps_replies = keeps_replies
        self._idle_timeout = idle_timeout
        self._listener: socket.socket | None = None
        self._client: socket.socket | None = None
        self._outgoing = b""
        self._moved_at = 0.0

    @property
    def address(self) -> str:
        """The printer's address, such as tcp://127.0.0.1:9100."""
        return f"tcp://{self.host}:{self.port}"

    def _open(self) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _WINDOW_BYTES)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _WINDOW_BYTES)
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG, _ETHERNET_SEGMENT)
            listener.bind((self.host, self.port))
            listener.listen(_WAITING_CONNECTIONS)
        except OSError:
            listener.close()
            raise
        listener.settimeout(0)
        self.port = listener.getsockname()[1]
        self._listener = listener

    def _close(self) -> None:
        self._end_connection()
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _break(self) -> None:
        """Reset the connection, as a pulled plug or a rebooting board does."""
        if self._client is not None:
            self.disconnects += 1
            self._client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
            self._end_connection()
            self._received.set(None)
            self._sent.set(None)

    def _follow_power(self) -> None:
        if self.device.powered and self._listener is None and not self._stopping:
            self._open()
        elif not self.device.powered and self._listener is not None:
            self._listener.close()
            self._listener = None
            self._break()

    def _serve(self, delay: float | None) -> None:
        if self._client is not None:
            self._send(self._client)
        if self._client is not None:
            self._attend(self._client, _sooner(delay, self._idle_left()))
        elif self._listener is None:
            self._wait([], [], delay)
        elif self._wait([self._listener.fileno()], [], delay)[0]:
            self._admit(self._listener)

    def _attend(self, client: socket.socket, delay: float | None) -> None:
        """Wait for the one connection that is served; nobody else is listened to meanwhile."""
        descriptor = client.fileno()
        readers = [descriptor] if self.device.room else []
        writers = [descriptor] if self._outgoing else []
        readable, _ = self._wait(readers, writers, delay)
        if descriptor in readable:
            self._read(client)
        elif self._idle_left() == 0:
            self._break()

    def _admit(self, listener: socket.socket) -> None:
        if not self._keeps_replies:
            self.device.replies()
        with suppress(BlockingIOError, ConnectionAbortedError):  # the host may be gone again
            self._client, _ = listener.accept()
            self._client.settimeout(0)
            self.connections += 1
            self._moved_at = time.monotonic()
            self._received.restart()
            self._sent.restart()
            self._break_if_due()

    def _read(self, client: socket.socket) -> None:
        count = self._received.cap(min(_CHUNK, self.device.room))
        if count <= 0:
            return
        try:
            data = client.recv(count)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._moved_at = time.monotonic()
        self.device.receive(data)
        self._send(client)
        if not data:
            self._end_connection()
            return
        self._received.passed(len(data))
        self._break_if_due()

    def _send(self, client: socket.socket) -> None:
        """Send what the printer says, as far as the host takes it."""
        while self._client is client and (outgoing := self._outgoing or self.device.replies()):
            self._outgoing = outgoing
            try:
                sent = client.send(outgoing[: self._sent.cap(len(outgoing))])
            except BlockingIOError:
                self.device.host_reads(reading=False)
                return
            except OSError:  # reset by the host: reading finds out as well
                self._end_connection()
                return
            self._outgoing = outgoing[sent:]
            self._moved_at = time.monotonic()
            self._sent.passed(sent)
            self._break_if_due()
        self.device.host_reads(reading=True)

    def _break_if_due(self) -> None:
        if self._received.reached or self._sent.reached:
            self._break()

    def _end_connection(self) -> None:
        if self._client is not None:
            self._client.close()
            self._client = None
            self._outgoing = b""

    def _idle_left(self) -> float | None:
        if self._idle_timeout is None:
            return None
        return max(0.0, self._moved_at + self._idle_timeout - time.monotonic())


class Flow(StrEnum):
    """How a serial printer stops the host: XOFF, the busy line (here: it stops reading), or not at all."""

    XONXOFF = "xonxoff"
    BUSY_LINE = "busy-line"
    NONE = "none"


class PtyPort(PrinterServer[D]):
    """A printer on a serial line, played by a pseudo-terminal.

    `path` (once started; in a new temporary folder unless given) is a symbolic link to the current terminal, so it
    stays the same when the printer is unplugged (`disconnect`) and plugged in again (`reconnect`). `baud` slows the
    line down to its speed (10 bits a byte). Power cuts leave the line in place, as real ones do: bytes go nowhere.
    """

    def __init__(
        self,
        device: D,
        *,
        flow: Flow = Flow.XONXOFF,
        baud: int | None = None,
        path: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(device)
        self._given_path = path
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        self.path = path or Path()
        self._flow = flow
        self._pace = Pace(baud, monotonic)
        self._host: int | None = None
        self._line: int | None = None
        self._held = False
        self._powered = True
        self._outgoing = b""

    @property
    def address(self) -> str:
        """The printer's address, such as serial:///tmp/escpos-printer-x/printer."""
        return f"serial://{self.path}"

    def reconnect(self) -> None:
        """Plug the line in again after `disconnect`; `path` leads to the new terminal."""
        self._hand_over(self._open)

    def _open(self) -> None:
        if self._given_path is None and self._folder is None:
            self._folder = tempfile.TemporaryDirectory(prefix="escpos-printer-")
            self.path = Path(self._folder.name, "printer")
        self._line, self._host = pty.openpty()
        tty.setraw(self._host)
        os.set_blocking(self._line, False)
        self.path.unlink(missing_ok=True)
        self.path.symlink_to(os.ttyname(self._host))
        self._held = False

    def _close(self) -> None:
        self._unplug()
        if self._folder is not None:
            self._folder.cleanup()
            self._folder = None

    def _break(self) -> None:
        if self._line is not None:
            self.disconnects += 1
            self._unplug()
            self._received.set(None)
            self._sent.set(None)

    def _unplug(self) -> None:
        """Let the terminal hang up, and its path go."""
        if self._line is None or self._host is None:
            return
        self.path.unlink(missing_ok=True)
        os.close(self._line)
        os.close(self._host)
        self._line = self._host = None
        self._outgoing = b""

    def _follow_power(self) -> None:
        if self._powered != self.device.powered:
            self._powered = self.device.powered
            self._held = False
            self._outgoing = b""
            if self._powered and self._flow is Flow.XONXOFF and self._line is not None:
                self._outgoing = _XON  # escpos.md 10: XON at power-on

    def _serve(self, delay: float | None) -> None:
        self._send()
        line = self._line
        if line is None:
            self._wait([], [], delay)
            return
        allowed = self._pace.allowed()
        wanted = self._wants_bytes()
        if wanted and not allowed:
            delay = _sooner(delay, self._pace.delay)
        readable, _ = self._wait(
            [line] if wanted and allowed else [], [line] if self._outgoing else [], delay
        )
        if line in readable and line == self._line:
            self._read(line, allowed)

    def _wants_bytes(self) -> bool:
        # Without power the busy line holds the host; otherwise bytes run into the void.
        if not self._powered:
            return self._flow is not Flow.BUSY_LINE
        return self._flow is Flow.NONE or self.device.room > 0

    def _read(self, line: int, allowed: int) -> None:
        room = self.device.room if self._powered and self._flow is not Flow.NONE else _CHUNK
        count = self._received.cap(min(room, allowed))
        if count <= 0:
            return
        try:
            data = os.read(line, count)
        except BlockingIOError:
            return
        self._pace.used(len(data))
        self.device.receive(data)
        self._send()
        self._received.passed(len(data))
        self._break_if_due()

    def _send(self) -> None:
        """Send what the printer says; flow control goes in front."""
        self._control_flow()
        self._outgoing += self.device.replies()
        while self._line is not None and self._outgoing:
            try:
                sent = os.write(self._line, self._outgoing[: self._sent.cap(len(self._outgoing))])
            except BlockingIOError:
                return
            self._outgoing = self._outgoing[sent:]
            self._sent.passed(sent)
            self._break_if_due()

    def _control_flow(self) -> None:
        if self._flow is not Flow.XONXOFF or not self._powered:
            return
        room, size = self.device.room, self.device.buffer_bytes
        if not self._held and room <= size // 4:
            self._held = True
            self._outgoing = _XOFF + self._outgoing
        elif self._held and room >= size // 2:
            self._held = False
            self._outgoing = _XON + self._outgoing

    def _break_if_due(self) -> None:
        if self._received.reached or self._sent.reached:
            self._break()


def _sooner(one: float | None, other: float | None) -> float | None:
    delays = [delay for delay in (one, other) if delay is not None]
    return min(delays, default=None)


class TcpPrinter(TcpPort[Device]):
    """An ESC/POS printer with a network board."""

    def __init__(
        self,
        device: Device | None = None,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        keeps_replies: bool = False,
        idle_timeout: float | None = None,
    ) -> None:
        device = Device() if device is None else device
        super().__init__(device, host=host, port=port, keeps_replies=keeps_replies, idle_timeout=idle_timeout)


class PtyPrinter(PtyPort[Device]):
    """An ESC/POS printer on a serial line."""

    def __init__(
        self,
        device: Device | None = None,
        *,
        flow: Flow = Flow.XONXOFF,
        baud: int | None = None,
        path: Path | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        device = Device() if device is None else device
        super().__init__(device, flow=flow, baud=baud, path=path, monotonic=monotonic)
