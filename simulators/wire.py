"""Wires between a driver and a simulated device, with faults that may be set while they carry bytes.

    driver ──tcp──> TcpWire ──┐  to_device lane  ┌──> the device's port,
    driver ──tty──> PtyWire ──┘  to_driver lane  └──> or any connected socket

    TcpWire   one connection at a time, as a printer has it; the next one waits until the first has ended.
              An end is passed on when everything before it has arrived. A cut ends both sides: the device
              sees an end behind the last byte carried, the driver a reset or an end.
    PtyWire   a cable that is always there: the device stays connected whoever opens the terminal, and what is
              sent while it is away goes nowhere. The path leads to the present terminal, as a name in
              /dev/serial/by-id does. A cut is the adapter falling off and coming back as another terminal.

Each wire runs one thread between `start` and `stop`. Its public methods may be called from any thread.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from simulators.lane import Cut, Faults
from simulators.wire_ends import End, SocketEnd, TerminalEnd
from simulators.wire_loop import Direction, Track, Wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

__all__ = ["Cut", "Direction", "Faults", "PtyWire", "TcpWire", "Wire", "device_at"]

_KNOCK_AGAIN = 0.02  # seconds between attempts to reach a device that is away
_WAITING_CONNECTIONS = 8


def device_at(host: str, port: int) -> Callable[[], socket.socket]:
    """Return what connects a wire to the device that listens there."""
    return lambda: socket.create_connection((host, port), timeout=5)


class TcpWire(Wire):
    """A network cable: a port on this machine that leads to the device."""

    def __init__(
        self,
        connect: Callable[[], socket.socket],
        *,
        port: int = 0,
        receive_buffer: int = 4096,
        seed: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(connect, seed=seed, monotonic=monotonic)
        self.port = port
        self._receive_buffer = receive_buffer
        self._reserved: socket.socket | None = None
        self._driver: End | None = None
        self._device: End | None = None

    @property
    def address(self) -> str:
        """The link address that leads a driver through this wire to the device."""
        return f"tcp://127.0.0.1:{self.port}"

    def _prepare(self) -> None:
        """Bind the port: until it listens, whoever connects is refused, and nobody else can take it."""
        reserved = socket.socket()
        try:
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            reserved.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
            reserved.settimeout(0)
            reserved.bind(("127.0.0.1", self.port))
        except OSError:
            reserved.close()
            raise
        self.port = reserved.getsockname()[1]
        self._reserved = reserved

    def _plug_in(self) -> None:
        if self._reserved is not None:
            self._reserved.listen(_WAITING_CONNECTIONS)

    def _pull_out(self) -> None:
        self._cut(Cut.RESET)
        self._release()
        self._prepare()

    def _release(self) -> None:
        if self._reserved is not None:
            self._reserved.close()
            self._reserved = None

    def _listener(self) -> int | None:
        return self._reserved.fileno() if self._plugged and self._reserved and not self._tracks else None

    def _arrange(self) -> None:
        if self._tracks or self._reserved is None:
            return
        try:
            self._driver = SocketEnd(self._reserved.accept()[0])
        except BlockingIOError:
            return
        try:
            self._device = SocketEnd(self._connect())
        except OSError:
            self._cut(Cut.RESET)
            return
        self._join(self._driver, self._device)

    def _cut(self, cut: Cut) -> None:
        driver, self._driver = self._driver, None
        device, self._device = self._device, None
        self._part()
        if driver is not None:
            driver.close(reset=cut is Cut.RESET)
        if device is not None:
            device.close()

    def _broken(self, end: End) -> None:
        self._cut(Cut.RESET if end is self._device else Cut.END)

    def _pass_end(self, track: Track) -> None:
        if track.sink is not None:
            track.sink.end()
        if all(each.end_passed for each in self._tracks):
            self._cut(Cut.END)


class PtyWire(Wire):
    """A serial cable: a terminal, reached by a path that always leads to the present one."""

    def __init__(
        self,
        connect: Callable[[], socket.socket],
        path: Path,
        *,
        seed: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(connect, seed=seed, monotonic=monotonic)
        self.path = path
        self._terminal: TerminalEnd | None = None
        self._device: End | None = None
        self._knock_at = float("-inf")

    @property
    def address(self) -> str:
        """The link address that leads a driver through this wire to the device, without line settings."""
        return f"serial://{self.path}"

    def _prepare(self) -> None:
        """Reach the device before the first byte can come, if it is there."""
        self._reach_device()

    def _plug_in(self) -> None:
        self._terminal = TerminalEnd()
        new = self.path.with_name(f"{self.path.name}.new")
        new.unlink(missing_ok=True)
        new.symlink_to(self._terminal.name)
        new.replace(self.path)
        self._join(self._terminal, self._device)

    def _pull_out(self) -> None:
        self._part()
        terminal, self._terminal = self._terminal, None
        if terminal is not None:
            self.path.unlink(missing_ok=True)
            terminal.close()

    def _release(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            device.close()

    def _next_attempt(self) -> float | None:
        return self._knock_at if self._plugged and self._device is None else None

    def _arrange(self) -> None:
        if self._device is None and self._terminal is not None and self._monotonic() >= self._knock_at:
            self._reach_device()
            self._join(self._terminal, self._device)

    def _reach_device(self) -> None:
        self._knock_at = self._monotonic() + _KNOCK_AGAIN
        with suppress(OSError):
            self._device = SocketEnd(self._connect())

    def _cut(self, cut: Cut) -> None:  # noqa: ARG002  a line has one way to break
        terminal = self._terminal
        self._part()
        self._plug_in()  # first the new terminal: the path leads somewhere at any moment
        if terminal is not None:
            terminal.close()

    def _broken(self, end: End) -> None:
        if end is not self._device or self._terminal is None:
            self._cut(Cut.RESET)
            return
        self._release()
        self._part()
        self._join(self._terminal, None)

    def _pass_end(self, track: Track) -> None:
        self._broken(track.source)
