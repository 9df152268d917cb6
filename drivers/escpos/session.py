"""The conversation that prints one slip, as a state table; bytes and times only, no I/O.

    phase     what is said                                     left by
    asking    DLE EOT 1, 2, 4 (3)                              ready: the printer can print
    opening   ESC @ ... and the first question of the witness  answered: it can testify
    armed     the first piece of the slip is offered           taken: from here on it may be printed
    sending   pieces, status questions between them            all taken
    proving   status questions once a second                   print proven, proven
    cutting   the same; the print itself is proven             proven, or whatever else

An offline printer (no paper, cover open) gets no more pieces and is waited for without end; its clock stands still.
If pieces are left, a question of the witness goes out instead, to be answered before they do: a printer that was
switched off and on has forgotten it, and would print the rest of a slip whose beginning it has forgotten too.

An online printer has the time its bytes and lines need, and some patience. A printer that falls silent is given up.
"""

from __future__ import annotations

from collections import deque
from enum import StrEnum
from typing import TYPE_CHECKING

from drivers.escpos.exchange import Ended, Ending, Event, Exchange, Timing
from drivers.escpos.witness import CUT, HOLD, OPENING, PRINT, Witness

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivers.escpos.frames import Reply
    from drivers.escpos.job import Job

WINDOW_BYTES = 1024
"""Behind a question without an answer the printer gets at most so many bytes. Three answers make a round, so one
without paper is noticed before it got twice as many, long before its receive buffer (4 kB in the smallest) is full
and shuts the questions out."""

_ASK_EVERY = WINDOW_BYTES // 4
"""Bytes after which a question follows; the piece behind it keeps the line busy while its answer travels."""

SETTLE_SECONDS = 1.0
"""After an interruption the opening counts as answered when nothing more came for so long: an interrupted slip's
answers come just before it, and a fence bears no name."""


class Phase(StrEnum):
    """Where the conversation stands."""

    ASKING = "asking"
    OPENING = "opening"
    ARMED = "armed"
    SENDING = "sending"
    PROVING = "proving"
    CUTTING = "cutting"
    PRINTED = "printed"
    REFUSED = "refused"
    UNKNOWN = "unknown"


def _whenever_it_fails(end: Phase) -> dict[Event, Phase]:
    return dict.fromkeys((Event.SILENT, Event.STALLED, Event.LATE, Event.BROKEN, Event.STOPPED), end)


TRANSITIONS: Mapping[Phase, Mapping[Event, Phase]] = {
    Phase.ASKING: {
        Event.READY: Phase.OPENING,
        Event.TROUBLE: Phase.REFUSED,
        **_whenever_it_fails(Phase.REFUSED),
    },
    Phase.OPENING: {
        Event.ANSWERED: Phase.ARMED,
        Event.TROUBLE: Phase.REFUSED,
        **_whenever_it_fails(Phase.REFUSED),
    },
    Phase.ARMED: {
        Event.TAKEN: Phase.SENDING,
        Event.TROUBLE: Phase.REFUSED,
        **_whenever_it_fails(Phase.REFUSED),
    },
    Phase.SENDING: {
        Event.ALL_TAKEN: Phase.PROVING,
        **_whenever_it_fails(Phase.UNKNOWN),
    },
    Phase.PROVING: {
        Event.PRINT_PROVEN: Phase.CUTTING,
        Event.PROVEN: Phase.PRINTED,
        **_whenever_it_fails(Phase.UNKNOWN),
    },
    Phase.CUTTING: {
        Event.PROVEN: Phase.PRINTED,
        Event.TROUBLE: Phase.PRINTED,
        **_whenever_it_fails(Phase.PRINTED),
    },
}
"""What each event does in each phase; an event that does not stand there changes nothing."""

_ENDINGS = {Phase.PRINTED: Ending.DONE, Phase.REFUSED: Ending.REFUSED, Phase.UNKNOWN: Ending.UNKNOWN}
_CODES = {
    Event.SILENT: "no_answer",
    Event.STALLED: "stalled",
    Event.BROKEN: "no_connection",
    Event.STOPPED: "stopping",
}


class Conversation(Exchange):
    """Prints one job and has it proven by `witness`. `interrupted` says how the slip before it ended.

    Ends DONE (with a code when the cut is not proven), REFUSED when no byte of the slip was taken, or UNKNOWN.
    """

    def __init__(self, job: Job, witness: Witness, timing: Timing, *, interrupted: bool = False) -> None:
        super().__init__(timing, interrupted=interrupted)
        self.phase = Phase.ASKING
        self._witness = witness
        self._settle = SETTLE_SECONDS if interrupted else 0.0
        self._confirmed = 0
        self._confirmed_at = 0.0
        self._asked = 0
        self._ahead = 0
        self._clock = 0.0
        self._clock_at: float | None = None
        self._job_seconds = job.seconds(timing.bytes_per_second, timing.lines_per_second)
        self._opening_seconds = len(job.opening) / timing.bytes_per_second + self._settle
        self._opening = deque([(job.opening + witness.request(OPENING), OPENING)])
        self._pieces = deque(_with_requests(job, witness))
        self._holding = False
        self._resuming = False
        self._hold = (witness.request(HOLD), HOLD)
        self._place = 0
        self.waited_for: dict[str, None] = {}
        """What the printer was waited for while the slip went out, in that order: codes of `troubles`."""

    @property
    def may_be_printed(self) -> bool:
        """Whether a byte of the slip has left."""
        return self.phase not in (Phase.ASKING, Phase.OPENING, Phase.ARMED, Phase.REFUSED)

    def _next_piece(self) -> bytes:
        if self.phase is Phase.OPENING:
            return self._from(self._opening)
        if self.phase not in (Phase.ARMED, Phase.SENDING) or self._holding:
            return b""
        if self.condition.stopped:
            return self._begin_hold()
        if self._watch and self._ahead >= _ASK_EVERY:
            if not self._watch.waiting:
                self._watch.hurry()
            return b""
        return self._from(self._pieces)

    def _begin_hold(self) -> bytes:
        if self.phase is Phase.ARMED or self._resuming:
            return b""
        self._holding = True
        self._clock = 0.0
        piece, self._place = self._hold
        return piece

    def _from(self, queue: deque[tuple[bytes, int]]) -> bytes:
        if not queue:
            return b""
        piece, self._place = queue.popleft()
        return piece

    def _piece_taken(self, count: int, *, whole: bool, now: float) -> None:
        self._ahead += count
        if count and self.phase is Phase.ARMED:
            self._happened(Event.TAKEN, now)
        if not whole:
            return
        if self._place != HOLD:
            self._asked = self._place
        if self.phase is Phase.SENDING and not self._pieces:
            self._happened(Event.ALL_TAKEN, now)
        self._weigh(now)

    def _question_taken(self) -> None:
        self._ahead = 0

    def _reply(self, reply: Reply, now: float) -> bool:
        place = self._witness.confirms(reply, self._asked, holding=self._holding)
        if place == HOLD:
            return self._end_hold()
        if place:
            self._confirmed = max(self._confirmed, place)
            self._confirmed_at = now
            self._weigh(now)
        return place > OPENING or (place == OPENING and self.phase in (Phase.OPENING, Phase.ARMED))

    def _end_hold(self) -> bool:
        """Note that the printer goes on; how it is, is asked before it gets more."""
        self._holding = False
        self._resuming = True
        if self._watch:
            self._watch.hurry()
        return True

    def _weigh(self, now: float) -> None:
        """Turn what is confirmed into events."""
        if self._confirmed >= OPENING and now - self._confirmed_at >= self._settle:
            self._happened(Event.ANSWERED, now)
        if self._confirmed >= PRINT:
            self._happened(Event.PRINT_PROVEN, now)
        if self._confirmed >= CUT:
            self._happened(Event.PROVEN, now)

    def _round_complete(self, now: float) -> None:
        self._resuming = False
        if self.condition.stopped and self.phase in (Phase.SENDING, Phase.PROVING):
            self.waited_for.update(dict.fromkeys(self.condition.codes))
        self._happened(Event.TROUBLE if self.condition.stopped else Event.READY, now)

    def _look_at_clocks(self, now: float) -> None:
        super()._look_at_clocks(now)
        if self.phase is Phase.OPENING and self._confirmed:
            self._weigh(now)
        if self._clock_at is not None and not self._rest and not self.condition.stopped:
            self._clock += now - self._clock_at
        self._clock_at = now
        limit = self._limit()
        if limit is not None and self._clock > limit:
            self._happened(Event.LATE, now)

    def _limit(self) -> float | None:
        match self.phase:
            case Phase.OPENING:
                return self._opening_seconds + self.timing.patience_seconds
            case Phase.CUTTING:
                return self.timing.patience_seconds
            case Phase.SENDING if self._holding:
                return self._job_seconds + self.timing.patience_seconds
            case Phase.PROVING:
                return self._job_seconds + self.timing.patience_seconds
            case _:
                return None

    def _quiet_for(self, now: float) -> float:
        settling = self.phase is Phase.OPENING and self._confirmed
        return min(super()._quiet_for(now), self._settle / 4 if settling else 1.0)

    def _happened(self, event: Event, now: float) -> None:
        new = TRANSITIONS.get(self.phase, {}).get(event, self.phase)
        if new is self.phase:
            return
        before, self.phase = self.phase, new
        self._clock = 0.0
        if new in _ENDINGS:
            self.ended = Ended(_ENDINGS[new], self._code(event, before))
        else:
            self._weigh(now)

    def _code(self, event: Event, before: Phase) -> str:
        if event is Event.PROVEN:
            return ""
        if event is Event.TROUBLE:
            return self.condition.codes[0]
        if event is Event.LATE:
            return "no_proof" if before is Phase.OPENING else "interrupted"
        return _CODES[event]

    def _may_stop(self) -> bool:
        return self.condition.stopped or not self.may_be_printed


def _with_requests(job: Job, witness: Witness) -> list[tuple[bytes, int]]:
    """Return the pieces of print and tail, each with the place that is asked about once it has gone out."""
    body, last_of_body = job.body[:-1], job.body[-1]
    parts = [
        *((piece, OPENING) for piece in body),
        # Directly behind it, so that no status question comes between a line feed and its process id.
        (last_of_body + witness.request(PRINT), PRINT),
        *((piece, PRINT) for piece in job.tail),
    ]
    last, _ = parts.pop()
    return [*parts, (last + witness.request(CUT), CUT)]
