"""Asks the printer how it is, and who: one round of status, then what GS I tells. Prints nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.escpos.exchange import Ended, Ending, Event, Exchange, Timing
from drivers.escpos.frames import Block, Identity, ask_identity

if TYPE_CHECKING:
    from drivers.escpos.frames import Reply

_CODES = {
    Event.SILENT: "no_answer",
    Event.STALLED: "stalled",
    Event.BROKEN: "no_connection",
    Event.STOPPED: "stopping",
}
_IDENTITY_START = b"\x5f"


class Inquiry(Exchange):
    """Ends DONE with `condition` and `identities` filled, or REFUSED with the code of what went wrong.

    A printer that cannot print now is no failure of an inquiry. It is not asked who it is: GS I waits behind what
    holds the printer up. One that does not tell is not asked further.
    """

    def __init__(
        self, timing: Timing, identities: tuple[Identity, ...] = (), *, interrupted: bool = False
    ) -> None:
        super().__init__(timing, interrupted=interrupted)
        self.identities: dict[Identity, str] = {}
        self._wanted = list(identities)
        self._asked: Identity | None = None
        self._deadline = 0.0
        self._may_ask = False

    def _next_piece(self) -> bytes:
        if not self._may_ask or self._asked is not None:
            return b""
        if not self._wanted:
            self.ended = Ended(Ending.DONE)
            return b""
        self._asked = self._wanted.pop(0)
        return ask_identity(self._asked)

    def _piece_taken(self, count: int, *, whole: bool, now: float) -> None:
        del count, now
        if whole:
            self._deadline = self._answer_due()

    def _reply(self, reply: Reply, now: float) -> bool:
        del now
        if self._asked is None or not isinstance(reply, Block) or not reply.value.startswith(_IDENTITY_START):
            return False
        self.identities[self._asked] = reply.value[1:].decode("ascii", "replace").strip()
        self._asked = None
        return True

    def _round_complete(self, now: float) -> None:
        del now
        self._may_ask = True
        if self.condition.stopped:
            self.ended = Ended(Ending.DONE)

    def _look_at_clocks(self, now: float) -> None:
        super()._look_at_clocks(now)
        if not self.ended and self._asked is not None and not self._rest and now > self._deadline:
            # It has not this command. Whatever it says later could not be told from the next answer.
            self.ended = Ended(Ending.DONE)

    def _happened(self, event: Event, now: float) -> None:
        del now
        self.ended = self.ended or Ended(Ending.REFUSED, _CODES[event])

    def _may_stop(self) -> bool:
        return True
