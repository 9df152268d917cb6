"""Carries a conversation over a link: the one loop that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.contract import Fault, Status
from drivers.escpos.exchange import Ended, Ending, Listen, Send
from drivers.escpos.troubles import TROUBLES, troubles_of, with_link
from drivers.link import LinkError, LinkTimeout

if TYPE_CHECKING:
    from drivers.contract import Surroundings
    from drivers.escpos.exchange import Exchange
    from drivers.link import Link

_MOST_STALE_READS = 100


class Wire:
    """A link, a clock, a stop signal, and whom to tell while a slip waits."""

    def __init__(self, link: Link, surroundings: Surroundings) -> None:
        self.link = link
        self.error: LinkError | None = None
        """What broke the last conversation."""
        self._surroundings = surroundings
        self._told: tuple[str, ...] = ()

    def connect(self) -> bool:
        """Open the link; return whether it was open before. Raises Fault.

        What an earlier conversation left unread is thrown away: it could be taken for an answer.
        """
        if self.link.is_open:
            return True
        try:
            self.link.open()
            if self.link.two_way:
                self._drain()
        except LinkError as error:
            self.link.close()
            cure = error.cure or TROUBLES["no_connection"].cure
            fault = Fault(str(error), cure=cure, code="no_connection")
            fault.trouble = with_link(TROUBLES["no_connection"], fault)
            raise fault from error
        return False

    def _drain(self) -> None:
        for _ in range(_MOST_STALE_READS):
            if not self.link.read(0):
                return

    def converse(self, exchange: Exchange, *, tell: bool = False) -> Ended:
        """Carry an exchange to its end, however long a printer without paper makes it wait; stop ends it sooner.

        With `tell` every change of the printer's condition is told.
        """
        self.error = None
        self._told = ()
        while True:
            now = self._surroundings.monotonic()
            if self._surroundings.stop.is_set():
                exchange.stop(now)
            step = exchange.step(now)
            if isinstance(step, Ended):
                if tell and step == Ended(Ending.DONE):
                    # A slip may be finished before the printer has said that its trouble is over.
                    self._tell(tuple(filter(_is_warning, self._told)))
                return step
            stalled = not self._do(exchange, step)
            if tell:
                self._tell((*exchange.condition.codes, *(("stalled",) if stalled else ())))

    def _do(self, exchange: Exchange, step: Send | Listen) -> bool:
        """Do what an exchange asks; return whether the link was willing."""
        try:
            if isinstance(step, Send):
                return self._send(exchange, step)
            data = self.link.read(step.seconds)
        except LinkError as error:
            self.error = error
            unsent = len(step.data) - error.written if isinstance(step, Send) else None
            exchange.broken(unsent=unsent, now=self._surroundings.monotonic())
            return True
        exchange.hear(data, self._surroundings.monotonic())
        return True

    def _send(self, exchange: Exchange, step: Send) -> bool:
        try:
            self.link.write(step.data, step.seconds)
        except LinkTimeout as error:
            exchange.taken(error.written, self._surroundings.monotonic())
            return error.written > 0
        exchange.taken(len(step.data), self._surroundings.monotonic())
        return True

    def _tell(self, codes: tuple[str, ...]) -> None:
        if codes != self._told:
            self._told = codes
            self._surroundings.tell(Status(troubles_of(codes)))


def _is_warning(code: str) -> bool:
    return TROUBLES[code].warning
