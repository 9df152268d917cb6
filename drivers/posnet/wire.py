"""Carries exchanges over a link: the one loop that waits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.contract import Fault, Status
from drivers.link import LinkError, LinkTimeout
from drivers.posnet.exchange import Ended, Listen, Send
from drivers.posnet.frames import Answer, FrameParser, read_answer
from drivers.posnet.troubles import TROUBLES, troubles_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from drivers.contract import Surroundings
    from drivers.link import Link
    from drivers.posnet.exchange import Exchange, Part, Step
    from drivers.posnet.frames import Reply

QUIET_SECONDS = 0.3
"""A line on which nothing came for so long carries no late answers any more (posnet.md 11.4)."""
_MOST_READS = 200
_MOST_STRAYS = 50


class Wire:
    """A link, a clock, a stop signal, and whom to tell while a command waits."""

    def __init__(
        self, link: Link, surroundings: Surroundings, *, quiet_seconds: float = QUIET_SECONDS
    ) -> None:
        self.link = link
        self.surroundings = surroundings
        self.error: LinkError | None = None
        """What broke the last exchange."""
        self._quiet_seconds = quiet_seconds
        self._parser: FrameParser[Reply] = FrameParser(read_answer)
        self._told: tuple[str, ...] = ()
        self._aside: list[Part] = []

    def connect(self) -> bool:
        """Open the link; return whether it was open before. Raises Fault.

        What an earlier conversation left unread is read until the line is quiet: it could be taken for an answer.
        """
        if self.link.is_open:
            return True
        try:
            self.link.open()
            self._parser = FrameParser(read_answer)
            self.drain()
        except LinkError as error:
            self.close()
            cure = error.cure or TROUBLES["no_connection"].cure
            raise Fault(str(error), cure=cure, code="no_connection") from error
        return False

    def drain(self) -> None:
        """Read and put aside what comes, until nothing does. Raises LinkError."""
        for _ in range(_MOST_READS):
            data = self.link.read(self._quiet_seconds)
            if not data:
                return
            self._put_aside(self._parser.feed(data))

    def late(self, mnemonic: str, token: int) -> bool:
        """Whether an answer that came too late says that this command was carried out."""
        return any(
            isinstance(part, Answer) and part.mnemonic == mnemonic and part.token == token
            for part in self._aside
        )

    def close(self) -> None:
        """Close the link and forget half an answer."""
        self.link.close()
        self._parser = FrameParser(read_answer)

    def converse(self, exchange: Exchange) -> Ended:
        """Carry an exchange to its end, however long a printer makes it wait; stop ends it sooner.

        While the answer is overdue every change of the printer's condition is told.
        """
        self.error = None
        while True:
            if self.surroundings.stop.is_set():
                exchange.stop()
            step = exchange.step(self.surroundings.monotonic())
            if isinstance(step, Ended):
                self._put_aside(exchange.strays)
                self._tell_end(step)
                return step
            self._do(exchange, step)
            if exchange.watching:
                self.tell(exchange.condition.codes)

    def _do(self, exchange: Exchange, step: Step) -> None:
        try:
            if isinstance(step, Send):
                self._send(exchange, step)
            elif isinstance(step, Listen):
                data = self.link.read(step.seconds)
                exchange.hear(self._parser.feed(data), self.surroundings.monotonic())
        except LinkError as error:
            self.error = error
            written = error.written if isinstance(step, Send) else 0
            exchange.broken(written=written, now=self.surroundings.monotonic())
            self.close()

    def _send(self, exchange: Exchange, step: Send) -> None:
        try:
            self.link.write(step.data, step.seconds)
        except LinkTimeout as error:
            exchange.taken(error.written, self.surroundings.monotonic())
            return
        exchange.taken(len(step.data), self.surroundings.monotonic())

    @property
    def strays(self) -> tuple[str, ...]:
        """What came and belonged to nothing asked, the latest of it: to be logged."""
        return tuple(str(part) for part in self._aside)

    def _put_aside(self, parts: Iterable[Part]) -> None:
        self._aside = [*self._aside, *parts][-_MOST_STRAYS:]

    def _tell_end(self, ended: Ended) -> None:
        """Tell that a wait is over: the answer came, so what stopped the printer does not any more."""
        if ended.reply is not None and self._told:
            self.tell(tuple(code for code in self._told if TROUBLES[code].warning))

    def tell(self, codes: tuple[str, ...]) -> None:
        """Tell the printer's condition when it is another than before."""
        if codes != self._told:
            self._told = codes
            self.surroundings.tell(Status(troubles_of(codes)))
