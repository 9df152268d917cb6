"""The part of every conversation that counts bytes and watches the clock; no I/O.

    step     what is to be done now: Send these bytes, Listen that long, or Ended
    taken    how many of the last Send's bytes the system took; the rest is sent next, before anything else
    hear     what the printer said

    silence  an answer is overdue: bytes before the question travel first, so the line's rate is part of the deadline
    stall    the system takes no more bytes
    stop     the daemon ends; a conversation that cannot end soon gives up

The caller owns the link and calls `step`, does what it says, reports with `taken` or `hear`, and calls `step` again.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from drivers.escpos.condition import Condition
from drivers.escpos.frames import HEADER_FILLER, AutomaticStatus, Reply, ReplyParser, StatusByte, ask
from drivers.escpos.watch import Watch

if TYPE_CHECKING:
    from drivers.escpos.frames import Question

LISTEN_SECONDS = 0.5
"""The longest wait for one reply before the clocks and the stop signal are looked at again."""
_SHORTEST = 0.001
WRITE_SECONDS = 1.0
"""What a write may take beyond the time its bytes need; whatever is left then is offered again."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What deadlines are computed from."""

    bytes_per_second: float
    lines_per_second: float
    answer_seconds: float
    patience_seconds: float


@dataclass(frozen=True, slots=True)
class Send:
    """Hand these bytes to the link within `seconds`; fewer are no mistake."""

    data: bytes
    seconds: float


@dataclass(frozen=True, slots=True)
class Listen:
    """Wait up to `seconds` for bytes from the link."""

    seconds: float


class Ending(StrEnum):
    """How a conversation ended."""

    DONE = "done"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Ended:
    """The end: a code of `troubles` says why, unless it is DONE without a remark."""

    ending: Ending
    code: str = ""


Step = Send | Listen | Ended


class Event(StrEnum):
    """What may happen to a conversation."""

    READY = "ready"
    TROUBLE = "trouble"
    ANSWERED = "answered"
    TAKEN = "taken"
    ALL_TAKEN = "all taken"
    PRINT_PROVEN = "print proven"
    PROVEN = "proven"
    SILENT = "silent"
    STALLED = "stalled"
    LATE = "late"
    BROKEN = "broken"
    STOPPED = "stopped"


class Exchange(ABC):
    """Sends pieces whole and in order, asks status questions between them, and sorts the replies.

    `watched` is false for a printer that cannot answer: then nothing is asked and nobody is silent. `interrupted` says
    that the printer may stand in the middle of a command.
    """

    def __init__(
        self,
        timing: Timing,
        *,
        interrupted: bool,
        watched: bool = True,
        write_seconds: float = WRITE_SECONDS,
    ) -> None:
        self.timing = timing
        self.ended: Ended | None = None
        self.strays: list[Reply] = []
        """Replies that nothing asked for: to be logged, never interpreted."""
        self.touched = False
        """Whether anything but status questions has gone out."""
        self._parser = ReplyParser()
        self._watch = Watch() if watched else None
        self._write_seconds = write_seconds
        self._filler = HEADER_FILLER if interrupted and watched else b""
        self._rest = b""
        self._sent = False
        self._question_out: Question | None = None
        self._line_free_at = 0.0
        self._progress_at = 0.0

    @property
    def condition(self) -> Condition:
        """What the printer last said of itself."""
        return self._watch.condition if self._watch else Condition()

    def step(self, now: float) -> Step:
        """Return what is to be done now."""
        if self._sent and self._watch:
            # A slow write must not make a silent printer out of one whose answer nobody has read yet.
            self._sent = False
            return Listen(0.0)
        self._look_at_clocks(now)
        if self.ended:
            return self.ended
        if self._rest:
            return self._sending(self._rest)
        question = self._watch.due(now) if self._watch else None
        if question is not None:
            self._question_out = question
            filler, self._filler = self._filler, b""
            return self._new(filler + ask(question), now)
        piece = self._next_piece()
        if piece:
            return self._new(piece, now)
        # What was just done may have ended it, or made something else due.
        return self.ended or Listen(min(LISTEN_SECONDS, max(self._quiet_for(now), _SHORTEST)))

    def taken(self, count: int, now: float) -> None:
        """Note that `count` bytes of the last Send are with the system."""
        self._rest = self._rest[count:]
        self._sent = True
        if count:
            self._progress_at = now
            self._line_free_at = max(self._line_free_at, now) + count / self.timing.bytes_per_second
        if self._question_out is None:
            self.touched = self.touched or count > 0
            self._piece_taken(count, whole=not self._rest, now=now)
        elif self._watch and not self._rest:
            self._question_out = None
            self._watch.asked(self._answer_due())
            self._question_taken()

    def hear(self, data: bytes, now: float) -> None:
        """Take bytes from the printer."""
        for reply in self._parser.feed(data):
            if not self._status(reply, now) and not self._reply(reply, now):
                self.strays.append(reply)

    def broken(self, *, unsent: int | None, now: float) -> None:
        """Note that the link is lost; `unsent` bytes of the Send that failed were not taken, None for a Listen."""
        if unsent is not None:
            self.taken(len(self._rest) - unsent, now)
        self._happened(Event.BROKEN, now)

    def stop(self, now: float) -> None:
        """Give up if this could wait for a person; what ends by itself is left to end."""
        if self._may_stop():
            self._happened(Event.STOPPED, now)

    def _look_at_clocks(self, now: float) -> None:
        if self._watch and self._watch.silent(now):
            self._happened(Event.SILENT, now)
        elif self._rest and now - self._progress_at > self.timing.patience_seconds:
            self._happened(Event.STALLED, now)

    def _answer_due(self) -> float:
        return self._line_free_at + self.timing.answer_seconds

    def _new(self, data: bytes, now: float) -> Send:
        self._rest = data
        self._progress_at = now
        return self._sending(data)

    def _sending(self, data: bytes) -> Send:
        return Send(data, len(data) / self.timing.bytes_per_second + self._write_seconds)

    def _quiet_for(self, now: float) -> float:
        return self._watch.due_in(now) if self._watch else LISTEN_SECONDS

    def _status(self, reply: Reply, now: float) -> bool:
        if self._watch is None:
            return False
        if isinstance(reply, AutomaticStatus):
            self._watch.told(reply.value)
            return True
        if not isinstance(reply, StatusByte):
            return False
        rounds = self._watch.rounds
        wanted = self._watch.answered(reply.value, now)
        if self._watch.rounds > rounds:
            self._round_complete(now)
        return wanted

    @abstractmethod
    def _next_piece(self) -> bytes:
        """Return what goes out next, or b'' when nothing may."""

    @abstractmethod
    def _piece_taken(self, count: int, *, whole: bool, now: float) -> None:
        """Count what the system took of a piece."""

    def _question_taken(self) -> None:  # noqa: B027 - only a conversation that sends a slip counts questions
        """Note that a question has gone out whole."""

    @abstractmethod
    def _reply(self, reply: Reply, now: float) -> bool:
        """Take a reply that is no status; return whether it was expected."""

    @abstractmethod
    def _round_complete(self, now: float) -> None:
        """Look at the condition, which is fresh."""

    @abstractmethod
    def _happened(self, event: Event, now: float) -> None:
        """Follow the state table."""

    @abstractmethod
    def _may_stop(self) -> bool:
        """Whether this could wait for a person."""
