"""One printer at the other end of a wire: questions, commands, and what to do when an answer is lost (posnet.md 5).

    ask        one command, one answer; raises RefusedByPrinterError or AnswerLostError
    read       the same for a command that changes nothing: asked again when its answer is lost
    change     the same for one that does: `rpt` tells what became of it, then whatever can be read back
    repeat     `rpt`: what the printer answered to a token. It never carries anything out

A command that changes something is sent again only when the printer knows no answer to it and what can be read back
shows that it was not carried out. The end of a receipt is never sent again.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from drivers.posnet.commands import Command, Effect
from drivers.posnet.condition import Condition, condition_of
from drivers.posnet.errors import explain
from drivers.posnet.exchange import Ended, Exchange, Pace
from drivers.posnet.frames import Answer, CommandError, Frame, FrameError
from drivers.posnet.text import WINDOWS_1250

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.posnet.errors import DeviceError
    from drivers.posnet.frames import Reply
    from drivers.posnet.text import Page
    from drivers.posnet.tokens import Tokens
    from drivers.posnet.wire import Wire

UNKNOWN_COMMAND, UNKNOWN_TOKEN = 1, 13
"""Numbers of ERR frames."""

MOST_ATTEMPTS = 3
_LINES_PER_SECOND = 5.0


class RefusedByPrinterError(Exception):
    """The printer refused a command and carried nothing out, unless `error.uncertain`."""

    def __init__(self, command: Command, error: DeviceError) -> None:
        super().__init__(f"{command.mnemonic}: {error.text}")
        self.command = command
        self.error = error

    @property
    def unknown_command(self) -> bool:
        """Whether this firmware does not have the command at all."""
        return self.error.frame and self.error.code == UNKNOWN_COMMAND


class AnswerLostError(Exception):
    """A command has no answer. `code` is one of `troubles`; `sent` tells whether a byte of it has left."""

    def __init__(self, command: Command, code: str, what: str, *, sent: bool) -> None:
        super().__init__(what)
        self.command = command
        self.code = code
        self.what = what
        self.sent = sent


@dataclass(frozen=True, slots=True)
class Timing:
    """The deadlines of posnet.md 5.2, seconds; `apart` lies between the two readings of a verdict.

    `floor` is what the shortest answer may take: no wait for an answer is shorter.
    """

    soft: float = 5.0
    commit_soft: float = 10.0
    report_soft: float = 60.0
    question: float = 2.0
    settled: float = 5.0
    stalled: float = 30.0
    apart: float = 2.0
    again: float = 5.0
    floor: float = 0.0

    @property
    def read(self) -> Pace:
        """The pace of reads and of the lines of a receipt."""
        settled, question = max(self.settled, self.floor), max(self.question, self.floor)
        return Pace(max(self.soft, self.floor), settled, question=question, stalled=self.stalled)

    @property
    def commit(self) -> Pace:
        """The pace of what ends a document."""
        return replace(self.read, soft=max(self.commit_soft, self.floor))

    @property
    def report(self) -> Pace:
        """The pace of reports."""
        return replace(self.read, soft=max(self.report_soft, self.floor))

    @property
    def immediate(self) -> Pace:
        """The pace of what is answered past the queue."""
        return replace(self.read, soft=self.read.question, watched=False)


class Done(Enum):
    """What can be read back of a command whose answer is lost."""

    YES = "carried out"
    NO = "not carried out"
    UNCLEAR = "unclear"


def _not_done() -> Done:
    """Say that a command may simply be sent again: the last of its kind counts."""
    return Done.NO


@dataclass(slots=True)
class Session:
    """The conversation with one printer. `page` encodes text; `confirmed` is the last token that was answered."""

    wire: Wire
    tokens: Tokens
    timing: Timing = field(default_factory=Timing)
    page: Page = WINDOWS_1250
    confirmed: int | None = None
    missing: set[str] = field(default_factory=set)
    """Questions this firmware does not know; to be cleared when it may be another one."""
    answered: int = 0
    """How many commands were answered: after 32 of them the printer remembers no answer older than this session."""

    def ask(
        self, command: Command, *, token: int | None = None, pace: Pace | None = None, lines: int = 0
    ) -> Answer:
        """Send a command and return its answer; `lines` are what it may print before it answers.

        Raises RefusedByPrinterError or AnswerLostError.
        """
        token = self.tokens.take() if token is None else token
        chosen = self.timing.read if pace is None else pace
        chosen = replace(chosen, soft=chosen.soft + lines / _LINES_PER_SECOND)
        ended = self._converse(command.frame(self.page, token), chosen)
        return self._answer(command, ended, token)

    def read(self, mnemonic: str, *fields: tuple[str, str]) -> Answer:
        """Ask a question that changes nothing; a lost answer is asked for again. Raises as `ask` does."""
        command = Command(mnemonic, fields, Effect.READS)
        for _ in range(MOST_ATTEMPTS - 1):
            try:
                return self.ask(command)
            except AnswerLostError as lost:
                if lost.code != "lost_answer":
                    raise
        return self.ask(command)

    def optional(self, mnemonic: str, *fields: tuple[str, str]) -> Answer | None:
        """Return the answer to a question, None where the firmware refuses it. Raises AnswerLostError."""
        if mnemonic in self.missing:
            return None
        try:
            return self.read(mnemonic, *fields)
        except RefusedByPrinterError as refused:
            if refused.unknown_command:
                self.missing.add(mnemonic)
            return None

    def change(
        self,
        command: Command,
        *,
        token: int | None = None,
        pace: Pace | None = None,
        lines: int = 0,
        done: Callable[[], Done] = _not_done,
    ) -> Answer | None:
        """Send a command that changes something, and make sure of what became of it.

        Returns its answer, None when only what `done` reads back tells that it was carried out. Raises
        RefusedByPrinterError when it was not, AnswerLostError when nobody can tell.
        """
        for attempt in range(MOST_ATTEMPTS):
            own = self.tokens.take() if token is None or attempt else token
            try:
                return self.ask(command, token=own, pace=pace, lines=lines)
            except AnswerLostError as lost:
                if lost.code != "lost_answer":
                    raise
                repeated = self.repeat(command, own)
                if repeated is not None or self._carried_out(done, lost):
                    return repeated
        raise AnswerLostError(command, "lost_answer", f"no answer to {command.mnemonic}", sent=True)

    def _carried_out(self, done: Callable[[], Done], lost: AnswerLostError) -> bool:
        """Return whether a command was carried out. Raises the lost answer again when nobody can tell."""
        match done():
            case Done.YES:
                return True
            case Done.NO:
                return False
            case _:
                raise lost

    def repeat(self, command: Command, token: int) -> Answer | None:
        """Return what the printer answered to a token; None when it knows no answer to it.

        Raises RefusedByPrinterError when it refused, AnswerLostError when this has no answer either.
        """
        for attempt in range(MOST_ATTEMPTS):
            ended = self._converse(Frame("rpt", token=token), self.timing.read, _repeats(command, token))
            if isinstance(ended.reply, FrameError) and ended.reply.code == UNKNOWN_TOKEN:
                return None
            if isinstance(ended.reply, FrameError):
                continue
            if ended.reply is None and ended.code == "lost_answer" and attempt < MOST_ATTEMPTS - 1:
                continue
            return self._answer(command, ended, token)
        raise AnswerLostError(command, "lost_answer", "rpt has no answer", sent=True)

    def knows(self, token: int) -> bool:
        """Whether the printer has an answer to a token, whatever the command was. Raises AnswerLostError."""
        command = Command("rpt", (), Effect.READS)
        for _ in range(MOST_ATTEMPTS):
            ended = self._converse(Frame("rpt", token=token), self.timing.read, _bears(token))
            if isinstance(ended.reply, FrameError):
                return False
            if ended.reply is not None:
                return True
            if ended.code != "lost_answer":
                break
        raise AnswerLostError(command, ended.code, "rpt has no answer", sent=True)

    def look(self) -> Condition:
        """Return what the printer says of itself, answered past its queue. Raises as `ask` does."""
        condition = condition_of(self._immediate("!sdev"))
        return condition.with_mechanism(self._immediate("!sprn")) if condition.waits else condition

    def _immediate(self, mnemonic: str) -> Answer:
        command = Command(mnemonic, (), Effect.READS)
        for _ in range(MOST_ATTEMPTS - 1):
            try:
                return self.ask(command, pace=self.timing.immediate)
            except AnswerLostError as lost:
                if lost.code not in ("lost_answer", "no_answer"):
                    raise
        return self.ask(command, pace=self.timing.immediate)

    def _converse(self, frame: Frame, pace: Pace, accepts: Callable[[Reply], bool] | None = None) -> Ended:
        exchange = Exchange(
            frame,
            pace,
            self.tokens.take,
            bytes_per_second=self.wire.link.bytes_per_second,
            accepts=accepts,
        )
        return self.wire.converse(exchange)

    def _answer(self, command: Command, ended: Ended, token: int) -> Answer:
        reply = ended.reply
        if isinstance(reply, Answer):
            self.confirmed = token
            self.answered += 1
            return reply
        if isinstance(reply, CommandError):
            raise RefusedByPrinterError(command, explain(reply.code))
        if isinstance(reply, FrameError):
            raise RefusedByPrinterError(command, explain(reply.code, frame=True))
        what = (
            str(self.wire.error)
            if self.wire.error
            else f"{self.wire.link.address}: no answer to {command.mnemonic}"
        )
        raise AnswerLostError(command, ended.code, what, sent=ended.sent)


def _bears(token: int) -> Callable[[Reply], bool]:
    def accepts(reply: Reply) -> bool:
        return reply.token == token or (isinstance(reply, FrameError) and reply.token is None)

    return accepts


def _repeats(command: Command, token: int) -> Callable[[Reply], bool]:
    """Return what recognises the answer to `rpt`: the first answer once more, or that there is none."""

    def accepts(reply: Reply) -> bool:
        if isinstance(reply, FrameError):
            return reply.token in (None, token) and reply.command in ("", "rpt", command.mnemonic)
        return reply.token == token and reply.mnemonic == command.mnemonic

    return accepts
