"""One command and its answer as a state table; bytes and times only, no I/O (posnet.md 5).

    phase      what is said                                     left by
    sending    the frame is offered                             taken: all of it is with the system
    waiting    nothing; the answer has time                     answered; overdue: the soft limit has passed
    watching   `!sdev`, and `!sprn` while somebody is awaited   answered; settled: idle, and still no answer

Answers come after execution, so a printer without paper is silent: the questions tell why, and while it is busy or
waits for somebody there is no limit. A damaged frame counts as a lost answer, and so does an ERR frame without a
token: it may speak of a question as well as of the command. What belongs to another command is a stray.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from drivers.posnet.condition import Condition, condition_of
from drivers.posnet.frames import Answer, CommandError, Damaged, Frame, FrameError, Noise, matches
from drivers.posnet.readings import UnreadableAnswerError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from drivers.posnet.frames import Reply

LISTEN_SECONDS = 0.5
"""The longest wait for bytes before the clocks and the stop signal are looked at again."""
WRITE_SECONDS = 1.0
"""What a write may take beyond the time its bytes need; whatever is left then is offered again."""
MOST_MISSES = 3
"""Questions without an answer after which the link counts as lost."""

_SHORTEST = 0.001
_LONGEST_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long one command may take. Seconds.

    `soft` counts from when its bytes have travelled; then questions begin, one every `pause`. `settled` is how long
    the printer may call itself idle without having answered. Not `watched`: there are no questions, `soft` is the end.
    """

    soft: float
    settled: float = 5.0
    pause: float = 1.0
    question: float = 2.0
    stalled: float = 30.0
    watched: bool = True


@dataclass(frozen=True, slots=True)
class Send:
    """Hand these bytes to the link within `seconds`; fewer are no mistake."""

    data: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait up to `seconds` for bytes from the link."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Ended:
    """The end: the reply, or None and a code of `troubles`; `sent` tells whether a byte of the command has left."""

    reply: Reply | None
    code: str = ""
    sent: bool = True


Step = Send | Listen | Ended
Part = Answer | CommandError | FrameError | Damaged | Noise


class Phase(StrEnum):
    """Where the exchange stands."""

    SENDING = "sending"
    WAITING = "waiting"
    WATCHING = "watching"
    ANSWERED = "answered"
    LOST = "lost"


class Event(StrEnum):
    """What may happen."""

    TAKEN = "taken"
    ANSWERED = "answered"
    OVERDUE = "overdue"
    DAMAGED = "damaged"
    SETTLED = "settled"
    SILENT = "silent"
    STALLED = "stalled"
    BROKEN = "broken"
    STOPPED = "stopped"


TRANSITIONS: Mapping[Phase, Mapping[Event, Phase]] = {
    Phase.SENDING: {
        Event.TAKEN: Phase.WAITING,
        Event.STALLED: Phase.LOST,
        Event.BROKEN: Phase.LOST,
    },
    Phase.WAITING: {
        Event.ANSWERED: Phase.ANSWERED,
        Event.OVERDUE: Phase.WATCHING,
        Event.DAMAGED: Phase.LOST,
        Event.SILENT: Phase.LOST,
        Event.BROKEN: Phase.LOST,
    },
    Phase.WATCHING: {
        Event.ANSWERED: Phase.ANSWERED,
        Event.DAMAGED: Phase.LOST,
        Event.SETTLED: Phase.LOST,
        Event.SILENT: Phase.LOST,
        Event.STALLED: Phase.LOST,
        Event.BROKEN: Phase.LOST,
        Event.STOPPED: Phase.LOST,
    },
}
"""What each event does in each phase; an event that does not stand there changes nothing."""

_CODES = {
    Event.DAMAGED: "lost_answer",
    Event.SETTLED: "lost_answer",
    Event.SILENT: "no_answer",
    Event.STALLED: "no_answer",
    Event.BROKEN: "no_connection",
    Event.STOPPED: "stopping",
}


class Exchange:
    """Sends one frame and waits for its answer; `accepts` tells which reply that is.

    `fresh_token` gives the questions theirs. The caller owns the link and calls `step`, does what it says, reports
    with `taken`, `hear` or `broken`, and calls `step` again.
    """

    def __init__(
        self,
        frame: Frame,
        pace: Pace,
        fresh_token: Callable[[], int],
        *,
        bytes_per_second: float,
        accepts: Callable[[Reply], bool] | None = None,
    ) -> None:
        self.frame = frame
        self.phase = Phase.SENDING
        self.condition = Condition()
        self.strays: list[Part] = []
        """What was no answer to anything asked here: to be logged, never interpreted."""
        self._pace = pace
        self._fresh_token = fresh_token
        self._rate = bytes_per_second
        self._accepts = accepts or (lambda reply: matches(frame, reply))
        self._rest = frame.encode()
        self._ended: Ended | None = None
        self._sent = False
        self._just_sent = False
        self._line_free_at = 0.0
        self._progress_at: float | None = None
        self._due_at = 0.0
        self._question: Frame | None = None
        self._question_due = 0.0
        self._next_question = 0.0
        self._pause = pace.pause
        self._misses = 0
        self._idle_since: float | None = None
        self._asks_mechanism = False

    @property
    def watching(self) -> bool:
        """Whether the answer is overdue and the printer is being asked why."""
        return self.phase is Phase.WATCHING

    def step(self, now: float) -> Step:
        """Return what is to be done now."""
        if self._just_sent:
            # A slow write must not make a silent printer out of one whose answer nobody has read yet.
            self._just_sent = False
            return Listen(0.0)
        self._look_at_clocks(now)
        if self._ended:
            return self._ended
        if not self._rest and self.watching and self._question is None and now >= self._next_question:
            self._ask()
        if self._rest:
            self._progress_at = now if self._progress_at is None else self._progress_at
            return Send(self._rest, len(self._rest) / self._rate + WRITE_SECONDS)
        return Listen(min(LISTEN_SECONDS, max(self._quiet_for(now), _SHORTEST)))

    def taken(self, count: int, now: float) -> None:
        """Note that `count` bytes of the last Send are with the system."""
        self._rest = self._rest[count:]
        self._just_sent = True
        if count:
            self._progress_at = now
            self._line_free_at = max(self._line_free_at, now) + count / self._rate
            self._sent = True
        if self._rest:
            return
        self._progress_at = None
        if self.phase is Phase.SENDING:
            self._due_at = self._line_free_at + self._pace.soft
            self._happened(Event.TAKEN)
        else:
            self._question_due = self._line_free_at + self._pace.question

    def hear(self, parts: Iterable[Part], now: float) -> None:
        """Take what came from the printer."""
        for part in parts:
            if self._ended or not self._heard(part, now):
                self.strays.append(part)

    def broken(self, *, written: int, now: float) -> None:
        """Note that the link is lost; `written` bytes of the last Send may have gone."""
        if written:
            self.taken(written, now)
        self._happened(Event.BROKEN)

    def stop(self) -> None:
        """Give up when the answer is overdue; what ends by itself is left to end."""
        self._happened(Event.STOPPED)

    # -- hearing -------------------------------------------------------------------------------------------------------

    def _heard(self, part: Part, now: float) -> bool:
        """Take one part; return whether it had been waited for."""
        if self.phase is Phase.SENDING or isinstance(part, Noise):
            return False
        if isinstance(part, Damaged):
            self._happened(Event.DAMAGED)
            return False
        if self._question is not None and matches(self._question, part) and not _nameless(part):
            self._take_condition(part, now)
            return True
        if not self._accepts(part):
            return False
        if _nameless(part) and self.frame.token is not None:
            self._happened(Event.DAMAGED)
            return False
        self._happened(Event.ANSWERED, part)
        return True

    def _take_condition(self, reply: Reply, now: float) -> None:
        question, self._question = self._question, None
        self._misses = 0
        if not isinstance(reply, Answer) or question is None:
            # Firmware that cannot tell is busy for all anybody knows; only its answer ends the wait.
            self._idle(now, idle=True)
            self._next_question = now + self._pause
            return
        try:
            self._look(question, reply, now)
        except UnreadableAnswerError:
            self.strays.append(reply)
            self._next_question = now + self._pause

    def _look(self, question: Frame, answer: Answer, now: float) -> None:
        before = self.condition
        if question.mnemonic == "!sprn":
            self.condition = before.with_mechanism(answer)
            self._pause_after(before, now)
            return
        self.condition = condition_of(answer, before)
        self._idle(now, idle=self.condition.idle)
        if self.condition.waits:
            self._next_question = now
            self._asks_mechanism = True
        else:
            self._pause_after(before, now)

    def _pause_after(self, before: Condition, now: float) -> None:
        unchanged = before == self.condition and self.condition.waits
        self._pause = min(2 * self._pause, _LONGEST_PAUSE) if unchanged else self._pace.pause
        self._next_question = now + self._pause

    def _idle(self, now: float, *, idle: bool) -> None:
        if not idle:
            self._idle_since = None
        elif self._idle_since is None:
            self._idle_since = now

    # -- asking --------------------------------------------------------------------------------------------------------

    def _ask(self) -> None:
        mnemonic = "!sprn" if self._asks_mechanism else "!sdev"
        self._asks_mechanism = False
        self._question = Frame(mnemonic, token=self._fresh_token())
        self._question_due = float("inf")
        self._rest = self._question.encode()

    # -- clocks --------------------------------------------------------------------------------------------------------

    def _look_at_clocks(self, now: float) -> None:
        if self._rest and self._progress_at is not None and now - self._progress_at > self._pace.stalled:
            self._happened(Event.STALLED)
        if self.phase is Phase.WAITING and now >= self._due_at:
            self._happened(Event.OVERDUE if self._pace.watched else Event.SILENT)
            self._next_question = now
        if self.phase is Phase.WATCHING:
            self._watch_clocks(now)

    def _watch_clocks(self, now: float) -> None:
        if self._question is not None and not self._rest and now >= self._question_due:
            self._question = None
            self._misses += 1
            self._next_question = now
            if self._misses >= MOST_MISSES:
                self._happened(Event.SILENT)
        if self._idle_since is not None and now - self._idle_since >= self._pace.settled:
            self._happened(Event.SETTLED)

    def _quiet_for(self, now: float) -> float:
        if self.phase is Phase.WAITING:
            return self._due_at - now
        moments = [self._next_question if self._question is None else self._question_due]
        if self._idle_since is not None:
            moments.append(self._idle_since + self._pace.settled)
        return min(moments) - now

    def _happened(self, event: Event, reply: Reply | None = None) -> None:
        self.phase = TRANSITIONS.get(self.phase, {}).get(event, self.phase)
        if self._ended is None and self.phase in (Phase.ANSWERED, Phase.LOST):
            self._ended = Ended(reply, _CODES.get(event, ""), self._sent)


def _nameless(reply: Reply) -> bool:
    """Whether this is an ERR frame that does not tell which frame it speaks of."""
    return isinstance(reply, FrameError) and reply.token is None
