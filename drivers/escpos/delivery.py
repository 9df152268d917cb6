"""Hands a slip over to something that never answers: a one-way printer, a CUPS queue, a file.

Everything goes out as one piece, because a CUPS queue makes a job of its own out of each write.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.escpos.exchange import Ended, Ending, Event, Exchange, Timing

if TYPE_CHECKING:
    from drivers.escpos.frames import Reply
    from drivers.escpos.job import Job

_CODES = {Event.STALLED: "stalled", Event.BROKEN: "no_connection", Event.STOPPED: "stopping"}


class Delivery(Exchange):
    """Ends DONE when the system took every byte, REFUSED when it took none, UNKNOWN otherwise.

    After an interruption the job itself begins with the filler.
    """

    def __init__(self, job: Job, timing: Timing) -> None:
        super().__init__(timing, interrupted=False, watched=False, write_seconds=timing.patience_seconds)
        self._slip = b"".join((job.opening, *job.body, *job.tail))

    def _next_piece(self) -> bytes:
        slip, self._slip = self._slip, b""
        return slip

    def _piece_taken(self, count: int, *, whole: bool, now: float) -> None:
        del count, now
        if whole:
            self.ended = Ended(Ending.DONE)

    def _reply(self, reply: Reply, now: float) -> bool:
        del reply, now
        return False

    def _round_complete(self, now: float) -> None:
        """Nothing is asked, so no round is ever complete."""

    def _happened(self, event: Event, now: float) -> None:
        del now
        ending = Ending.UNKNOWN if self.touched else Ending.REFUSED
        self.ended = self.ended or Ended(ending, _CODES[event])

    def _may_stop(self) -> bool:
        return not self.touched
