"""A host interface behind a TCP port or a pseudo-terminal.

    with PosnetTcp(printer.pc1) as port:      port.address is tcp://127.0.0.1:...
    with PosnetPty(printer.pc2) as port:      port.address is serial:///.../printer

Two ports may serve the two interfaces of one printer. Everything else about the wires: `escpos.server`.
"""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from typing import TYPE_CHECKING

from simulators.escpos.server import Flow, PtyPort, TcpPort
from simulators.posnet.interface import BREAK, HostInterface

if TYPE_CHECKING:
    import socket
    from pathlib import Path

__all__ = ["Flow", "PosnetPty", "PosnetTcp", "Second"]


class Second(StrEnum):
    """What a second connection meets while one is open (posnet.md 18.7): it waits, is reset, or ends the first."""

    WAITS = "waits"
    REFUSED = "refused"
    REPLACES = "replaces"


class PosnetTcp(TcpPort[HostInterface]):
    """An interface on the network. `second` may be changed while it runs.

    With `keeps_replies` the next connection gets the answers to what was asked on the one before.
    """

    def __init__(
        self,
        device: HostInterface,
        *,
        host: str = "127.0.0.1",
        port: int = 0,
        keeps_replies: bool = False,
        idle_timeout: float | None = None,
        second: Second = Second.WAITS,
    ) -> None:
        super().__init__(device, host=host, port=port, keeps_replies=keeps_replies, idle_timeout=idle_timeout)
        self.second = second
        device.keeps_answers = keeps_replies

    def _send(self, client: socket.socket) -> None:
        super()._send(client)
        if self._client is client and not self._outgoing:
            self._do_behind_answer()

    def _do_behind_answer(self) -> None:
        """Do what a fault wants behind the answer that has just gone."""
        behind = self.device.take_then()
        if behind is None:
            return
        if behind.then == BREAK:
            self._break()
        else:
            self.device.printer.power_cut(behind.seconds)

    def _follow_power(self) -> None:
        super()._follow_power()
        if self._client is None:
            self._do_behind_answer()

    def _end_connection(self) -> None:
        if self._client is not None:
            super()._end_connection()
            self.device.connection_ended()

    def _attend(self, client: socket.socket, delay: float | None) -> None:
        if self.second is Second.WAITS or self._listener is None:
            super()._attend(client, delay)
            return
        listener, descriptor = self._listener, client.fileno()
        writers = [descriptor] if self._outgoing else []
        readable, _ = self._wait([descriptor, listener.fileno()], writers, delay)
        if listener.fileno() in readable:
            self._meet_second(listener)
        elif descriptor in readable:
            self._read(client)
        elif self._idle_left() == 0:
            self._break()

    def _meet_second(self, listener: socket.socket) -> None:
        if self.second is Second.REPLACES:
            self._break()
            self._admit(listener)
            return
        with suppress(BlockingIOError, ConnectionAbortedError):  # the host may be gone again
            listener.accept()[0].close()


class PosnetPty(PtyPort[HostInterface]):
    """An interface on a serial line or USB, played by a pseudo-terminal; `baud` slows it down."""

    def __init__(
        self,
        device: HostInterface,
        *,
        flow: Flow = Flow.NONE,
        baud: int | None = None,
        path: Path | None = None,
    ) -> None:
        super().__init__(device, flow=flow, baud=baud, path=path)

    def _send(self) -> None:
        super()._send()
        if not self._outgoing:
            self._do_behind_answer()

    def _do_behind_answer(self) -> None:
        behind = self.device.take_then()
        if behind is None:
            return
        if behind.then == BREAK:
            self._break()
        else:
            self.device.printer.power_cut(behind.seconds)

    def _unplug(self) -> None:
        if self._line is not None:
            super()._unplug()
            self.device.connection_ended()
