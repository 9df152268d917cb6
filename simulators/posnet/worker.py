"""The queue of one printer and the command that is being carried out, step by step.

A command waits for pauses, paper and keys by yielding False; the printer asks again when something changed. A power
cut throws the steps away wherever they are.
"""

from __future__ import annotations

import math
from collections import deque
from functools import partial
from typing import TYPE_CHECKING

from simulators.escpos.paper import DrawerKick
from simulators.posnet import framing
from simulators.posnet.behaviour import Fate, KnownToken, Refusal, RefusedError
from simulators.posnet.command import Takes
from simulators.posnet.ending import left_alone
from simulators.posnet.faults import Kind
from simulators.posnet.fields import Values
from simulators.posnet.framing import FrameRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from simulators.posnet.command import Command, Outcome
    from simulators.posnet.interface import HostInterface
    from simulators.posnet.printer import FiscalPrinter
    from simulators.posnet.speaker import Job

    Steps = Iterator[bool]
    """True where something was done, False where the printer waits."""

_READY, _IN_MENU, _ASKS, _ERROR = 0, 1, 2, 3
_DRAWER = DrawerKick(2, 100, 100)
NO_VALUES = Values({}, {})


class PowerLostError(Exception):
    """The power failed in the middle of a command."""


class Worker:
    """Carries commands out one at a time, in the order they came. Used under the printer's lock."""

    def __init__(self, printer: FiscalPrinter) -> None:
        self._printer = printer
        self._core = printer.core
        self._behaviour = printer.behaviour
        self._press = printer.press
        self._steps = self._run()
        self.queue: deque[Job] = deque()
        self.job: Job | None = None
        self.menu = False
        self.asking = False
        self.executed: list[str] = []
        self._keys: list[bool] = []
        self._pause_until = 0.0
        self._window_until = 0.0
        self._touched = printer.monotonic()

    def forget(self) -> None:
        """Lose everything that was under way: the power is gone."""
        self.queue.clear()
        self.job = None
        self.asking = False
        self._window_until = self._pause_until = 0.0
        self._press.cancel()
        self._steps = self._run()

    def forget_host(self, interface: HostInterface) -> None:
        """Lose what an interface has waiting in the queue."""
        self.queue = deque(job for job in self.queue if job.interface is not interface)

    def advance(self) -> bool:
        """Do the next step; return whether anything was done."""
        moved = self._press.settle()
        try:
            return next(self._steps) or moved
        except PowerLostError:
            return False

    # -- what it waits for ----------------------------------------------------------------------------------------

    @property
    def display(self) -> int:
        """What the display shows, as `sdev ds` tells it."""
        if self.menu:
            return _IN_MENU
        if self.asking:
            return _ASKS
        return _ERROR if self._printer.sensors.interrupted or self.window_open else _READY

    @property
    def window_open(self) -> bool:
        """Whether an error stands on the display until a key is pressed."""
        return self._printer.monotonic() < self._window_until

    @property
    def idle(self) -> bool:
        """Whether `qe` says that nothing waits."""
        running = self.job is not None and not (self.job.command and self.job.command.immediate)
        return not self.queue and not (running and self._behaviour.busy_until_answered)

    def press_key(self, *, confirm: bool) -> None:
        """Take a key: it answers a question, or takes an error off the display."""
        if self.asking:
            self._keys.append(confirm)
        else:
            self._window_until = 0.0

    def delays(self, now: float) -> Iterator[float]:
        """Yield in how many seconds something happens by itself."""
        for moment in (self._pause_until, self._window_until, self._patience_ends):
            if now < moment < math.inf:
                yield moment - now
        if self._press.delay is not None:
            yield self._press.delay

    @property
    def _patience_ends(self) -> float:
        """When an open transaction has been left alone for too long."""
        limit = self._behaviour.inactivity_limit
        if (
            limit is None
            or self._core.memory.transaction is None
            or self._behaviour.inactivity_fate is Fate.RESUME
        ):
            return math.inf
        return self._touched + limit

    def close_what_was_left(self) -> None:
        """Close a transaction whose host has been silent for too long."""
        if self.job is None and not self.queue and self._printer.monotonic() >= self._patience_ends:
            call = self._core.call("", NO_VALUES, 3)
            outcome = left_alone(call, self._behaviour.inactivity_fate)
            self._core.commit(outcome)
            self._press.put(outcome.rows, ends=outcome.ends)

    # -- a command ------------------------------------------------------------------------------------------------

    def _run(self) -> Steps:
        while True:
            if not self.queue:
                yield False
                continue
            job = self.job = self.queue.popleft()
            yield from self._carry_out(job)
            job.interface.unanswered = max(0, job.interface.unanswered - 1)
            self.job = None
            self._touched = self._printer.monotonic()
            if not self._press.busy:
                self._press.no_trap()
            yield True

    def _carry_out(self, job: Job) -> Steps:
        yield from self._pause(self._behaviour.command_seconds)
        while self._held_up(job.command):
            yield False
        self._cut_power(job, Kind.POWER_BEFORE)
        self._let_others(job, Kind.CALL_BEFORE)
        if job.command is None:
            self._repeat(job)
        elif not self._is_known(job):
            self.executed.append(job.request.mnemonic)
            self._set_traps(job)
            try:
                yield from self._execute(job, job.command)
            except RefusedError as refused:
                yield from self._refuse(job, refused)

    def _execute(self, job: Job, command: Command) -> Steps:
        if (fault := job.troubles.of(Kind.REFUSE)) is not None:
            raise RefusedError(fault.code)
        outcome = self._decide(job, command)
        if outcome.asks:
            yield from self._ask()
            outcome = self._decide(job, command)
        if self._behaviour.commit_last:
            yield from self._print(outcome, waits=True)
            outcome = self._decide(job, command)
        self._cut_power(job, Kind.POWER_UNCOMMITTED)
        self._core.commit(outcome)
        self._cut_power(job, Kind.POWER_COMMITTED)
        yield from self._pause(outcome.lasts)
        answer_first = job.request.mnemonic == "trend" and self._behaviour.trend_answers_first
        if answer_first:
            self._answer(job, outcome)
        if not self._behaviour.commit_last:
            yield from self._print(outcome, waits=not answer_first)
        if outcome.kicks:
            self._printer.sensors.drawer_open = True
            self._printer.ledger.kick(_DRAWER)
        self._printer.beeps += outcome.beeps
        self._printer.customer_display.update(outcome.shows)
        if not answer_first:
            self._let_others(job, Kind.CALL_AFTER)
            self._answer(job, outcome)

    def _decide(self, job: Job, command: Command) -> Outcome:
        call = self._core.call(job.request.mnemonic, job.values, job.interface.number, self._printer.panel)
        return self._core.decide(command, call)

    def _answer(self, job: Job, outcome: Outcome) -> None:
        if outcome.complaint is not None:
            self._printer.speaker.refused(job, self._behaviour.code(RefusedError(outcome.complaint)))
        else:
            self._printer.speaker.done(job, outcome.fields, self._core.pages[job.interface.number - 1])

    def _refuse(self, job: Job, refused: RefusedError) -> Steps:
        """Answer a refusal, and show it: in standard mode until somebody presses a key."""
        code = self._behaviour.code(refused)
        if refused.reason is Refusal.INTERRUPTED:
            code = self._core.model.cancelled_code
        shown = job.command is not None and not (job.command.quiet or job.command.reads)
        if shown:
            self._show_error()
        while self.window_open and not self._behaviour.error_answer_first:
            yield False
        self._printer.speaker.refused(job, code)

    def _show_error(self) -> None:
        seconds = self._core.memory.settings.error_seconds
        if seconds is None:
            self._window_until = math.inf
        elif self._behaviour.error_window_blocks:
            self._window_until = self._printer.monotonic() + seconds

    def _repeat(self, job: Job) -> None:
        """Give the answer to a token again, or say that there is none."""
        kept = self._printer.speaker.find(job)
        if kept is not None:
            self._printer.speaker.repeat(job, kept)
            return
        error = FrameRefusedError(framing.TOKEN_NOT_FOUND, token=job.request.token)
        self._printer.speaker.unacceptable(job.interface, error, job.troubles, job.session)

    def _is_known(self, job: Job) -> bool:
        """Whether the token was answered before and that answer is all the host gets."""
        kept = self._printer.speaker.find(job) if job.request.token else None
        if kept is None or self._behaviour.known_token is KnownToken.EXECUTE:
            return False
        if self._behaviour.known_token is KnownToken.REPEAT_ANSWER:
            self._printer.speaker.repeat(job, kept)
        else:
            error = FrameRefusedError(framing.TOKEN, token=job.request.token)
            self._printer.speaker.unacceptable(job.interface, error, job.troubles, job.session)
        return True

    # -- waiting --------------------------------------------------------------------------------------------------

    def _pause(self, seconds: float) -> Steps:
        if seconds <= 0:
            return
        self._pause_until = self._printer.monotonic() + seconds
        while self._printer.monotonic() < self._pause_until:
            yield False

    def _held_up(self, command: Command | None) -> bool:
        if self.menu or self.window_open:
            return True
        prints = command is not None and command.takes is not Takes.NOTHING
        if prints and self._press.busy:
            return True
        waits = prints or self._behaviour.everything_waits_for_paper
        return waits and self._printer.sensors.interrupted

    def _print(self, outcome: Outcome, *, waits: bool) -> Steps:
        if not outcome.rows and not outcome.ends:
            return
        self._press.put(outcome.rows, ends=outcome.ends)
        yield True
        while waits and self._press.busy:
            yield False

    def _ask(self) -> Steps:
        """Wait for a key. Raises RefusedError when it was the one for no."""
        self.asking = True
        self._keys.clear()
        while not self._keys:
            yield False
        self.asking = False
        if not self._keys.pop():
            raise RefusedError(Refusal.INTERRUPTED)

    # -- faults ---------------------------------------------------------------------------------------------------

    def _cut_power(self, job: Job, kind: Kind) -> None:
        fault = job.troubles.of(kind)
        if fault is not None:
            self._printer.lose_power(fault.seconds)
            raise PowerLostError

    def _let_others(self, job: Job, kind: Kind) -> None:
        fault, steps = job.troubles.of(kind), self._steps
        if fault is not None and fault.action is not None:
            fault.action(self._printer)
        if self._steps is not steps:
            raise PowerLostError

    def _set_traps(self, job: Job) -> None:
        """Let the faults that wait for a line of paper wait for it."""
        sensors = self._printer.sensors
        traps = {
            Kind.POWER_PRINTING: self._printer.lose_power,
            Kind.PAPER_OUT: lambda _seconds: setattr(sensors, "paper_out", True),
            Kind.COVER_OPEN: lambda _seconds: setattr(sensors, "cover_open", True),
        }
        fault = job.troubles.of(*traps)
        if fault is not None:
            self._press.after(fault.at, partial(traps[fault.kind], fault.seconds))
