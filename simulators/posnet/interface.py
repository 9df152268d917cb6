"""One of the printer's two host interfaces: its bytes in, its answers out. A port serves it (`ports`).

Answers wait here until the port takes them: in order, except those that a fault made late. What a fault wants to
happen right behind an answer (the connection breaks, the power fails) the port does when the bytes are gone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulators.posnet.framing import Framer

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulators.escpos.paper import Ledger
    from simulators.posnet.printer import FiscalPrinter

BREAK, POWER = "break", "power"


@dataclass(slots=True)
class Outgoing:
    """Bytes for the host: when they may go, whether others may overtake them, and what happens behind them.

    `session` is the connection on which was asked, None for the present one.
    """

    data: bytes
    session: int | None = None
    due: float = 0.0
    overtaken: bool = False
    then: str = ""
    seconds: float | None = None


class HostInterface:
    """PC1 or PC2 (`number` 1 or 2) of a printer.

    What was asked on a connection that has ended is answered to nobody, or to the next one with `keeps_answers`, as
    boards do that are only a bridge to a serial line.
    """

    buffer_bytes = 8192

    def __init__(self, printer: FiscalPrinter, number: int) -> None:
        self.printer = printer
        self.number = number
        self.bytes_received = 0
        self.unanswered = 0
        self.session = 0
        self.keeps_answers = False
        self.wakers: list[Callable[[], None]] = []
        self._framer = Framer()
        self._waiting = b""
        self._outgoing: list[Outgoing] = []
        self._then: Outgoing | None = None

    # -- for the port -----------------------------------------------------------------------------------------------

    @property
    def powered(self) -> bool:
        """Whether the printer is on."""
        return self.printer.powered

    @property
    def room(self) -> int:
        """How many bytes it takes now."""
        return max(0, self.buffer_bytes - len(self._waiting))

    @property
    def ledger(self) -> Ledger:
        """What was printed, on whichever interface's behalf."""
        return self.printer.ledger

    def receive(self, data: bytes) -> None:
        """Take bytes from the host; what finds no room is lost."""
        with self.printer.condition:
            self.bytes_received += len(data)
            if self.printer.powered:
                self._waiting += data[: self.room]
            self.printer.settle()
        self.printer.announce(self)

    def replies(self) -> bytes:
        """Remove and return the answers that may go now, up to one behind which something is to happen."""
        with self.printer.condition:
            return b"" if self._then is not None else self._due()

    def take_then(self) -> Outgoing | None:
        """Remove and return the answer that has gone and behind which something is to happen."""
        with self.printer.condition:
            then, self._then = self._then, None
            return then

    def host_reads(self, *, reading: bool) -> None:
        """Note nothing: answers wait for a host that does not read."""

    def work(self) -> float | None:
        """Let the printer go on; return in how many seconds to call again, None if only events matter."""
        delay = self.printer.work()
        self.printer.announce(self)
        return delay

    def on_change(self, waker: Callable[[], None]) -> Callable[[], None]:
        """Call `waker`, in whatever thread, when there may be work or answers; returns what ends that."""
        with self.printer.condition:
            self.wakers.append(waker)
        return lambda: self.wakers.remove(waker)

    def power_cut(self) -> None:
        """Cut the printer's power."""
        self.printer.power_cut()

    def power_on(self) -> None:
        """Give the printer's power back."""
        self.printer.power_on()

    def connection_ended(self) -> None:
        """Feel the end of a connection; what that makes the printer forget is a switch."""
        with self.printer.condition:
            self.session += 1
            self.unanswered = 0
            if not self.keeps_answers:
                self._outgoing.clear()
                self._then = None
            self.printer.connection_ended(self)

    # -- for the printer, with its lock held ------------------------------------------------------------------------

    def hear(self) -> None:
        """Hand complete frames to the printer."""
        if not self._waiting:
            return
        data, self._waiting = self._waiting, b""
        for inside in self._framer.feed(data, self.printer.behaviour.frame_bytes):
            self.printer.arrive(self, inside)

    def send(self, outgoing: Outgoing) -> None:
        """Queue bytes for the host, if there is one to take them."""
        if outgoing.session in (None, self.session) or self.keeps_answers:
            self._outgoing.append(outgoing)

    def release(self, now: float) -> None:
        """Let every answer that was held back go now."""
        for outgoing in self._outgoing:
            outgoing.due = min(outgoing.due, now)

    def forget(self) -> None:
        """Lose everything under way: the power is gone."""
        self._framer = Framer()
        self._waiting = b""
        self._outgoing.clear()
        self._then = None
        self.unanswered = 0

    def delay(self, now: float) -> float | None:
        """Seconds until an answer that was held back may go."""
        dues = [outgoing.due - now for outgoing in self._outgoing if outgoing.due > now]
        return min(dues, default=None)

    def has_answers(self, now: float) -> bool:
        """Whether the port has something to do."""
        return self._then is not None or any(outgoing.due <= now for outgoing in self._outgoing)

    def _due(self) -> bytes:
        now, data, kept = self.printer.monotonic(), b"", []
        held = False
        for outgoing in self._outgoing:
            late = outgoing.due > now
            if held or late or self._then is not None:
                held = held or not (late and outgoing.overtaken)
                kept.append(outgoing)
                continue
            data += outgoing.data
            self._then = outgoing if outgoing.then else None
        self._outgoing = kept
        return data
