"""The courier: everything that is said to BaseLinker, in one thread.

It does one job at a time and then looks again, most urgent first:

    confirm    a printed receipt to setOrderReceipt, until accepted
    poll       getNewReceipts, every `poll_seconds`, or at once when a station asks for a fresh list
    compare    total and currency of a receipt before it may be printed (getReceipt), and for printers that make
               electronic receipts whether the buyer asked for one (getOrders)
    report     a refused receipt to setOrderReceipt with printer_error, until accepted
    upload     receipt files
    vanished   who has numbered a receipt that left the list unprinted (getReceipt)

In safe mode (bridge/guards/safe_mode.py) it polls and does nothing else.

A job whose share of the request budget is used up is passed over, so it never keeps a more urgent one waiting. A block
stops them all, also one that another process met. A failed call changes nothing that is printed; what is owed stands in
the journal, so a restart forgets nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bridge import messages
from bridge.baselinker.errors import BadToken, Blocked, OverBudget, Stopped, Transport
from bridge.courier.briefly import briefly, clock_is_behind
from bridge.courier.compare import CompareJob
from bridge.courier.confirm import ConfirmJob, ReportJob
from bridge.courier.others import OthersJob
from bridge.courier.poll import PollJob
from bridge.guards.safe_mode import safe_mode_of
from bridge.journal import JournalBusyError, JournalFullError

if TYPE_CHECKING:
    from bridge.baselinker.budget import Budget, Priority
    from bridge.baselinker.errors import BaseLinkerError
    from bridge.courier.desk import Desk
    from bridge.messages import Message

_LONGEST_WAIT = 2.0
_TOKEN_PAUSE = 60.0
_LONGEST_PAUSE = 60.0
_DISK_PAUSE = 10.0
# One lost answer is no news: a shaky line loses one now and then. It is counted and summed up.
_FAILURES_TO_TELL = 2


class Job(Protocol):
    """One kind of work the courier does."""

    priority: Priority

    def step(self) -> bool:
        """Do one piece of work that is due; return whether there was one. Raises BaseLinkerError."""
        ...

    def seconds_to_next(self) -> float | None:
        """Return when work is next due by itself, None when only an event can bring some."""
        ...


class Courier:
    """One per daemon. `step` does the most urgent job; `run` does so until told to stop."""

    def __init__(self, desk: Desk, budget: Budget, uploads: Job | None = None) -> None:
        self._desk = desk
        self._budget = budget
        jobs: list[Job] = [ConfirmJob(desk), PollJob(desk), CompareJob(desk), ReportJob(desk)]
        if uploads is not None:
            jobs.append(uploads)
        jobs.append(OthersJob(desk))
        self._jobs = tuple(jobs)
        self._pause_until = float("-inf")
        self._failures = 0

    def run(self) -> None:
        """Work until the daemon stops. Raises JournalError, which nobody here can answer."""
        while not self._desk.wake.stopping:
            if not self.step():
                self._desk.wake.courier_waits(self._seconds_to_next())

    def step(self) -> bool:
        """Do the most urgent job that is due; return whether there was one."""
        now = self._desk.clock.monotonic()
        if now < self._pause_until:
            return False
        try:
            return self._do_one_job()
        except (Stopped, OverBudget):
            return False
        except Transport as error:
            self._no_answer(error)
        except Blocked as error:
            self._pause(error.until - now, "blocked", error, messages.BASELINKER_BLOCKED)
        except BadToken as error:
            self._pause(_TOKEN_PAUSE, "bad_token", error, messages.TOKEN_REFUSED)
        except (JournalFullError, JournalBusyError) as error:
            # What BaseLinker accepted meanwhile is sent once more: that is harmless, a lost line of the journal is not.
            self._pause_until = now + _DISK_PAUSE
            text = f"nothing is polled or confirmed: {error}"
            self._desk.repeated.trouble("disk", messages.JOURNAL_FULL, text)
        return True

    def _do_one_job(self) -> bool:
        safe_mode = self._is_safe_mode()
        for job in self._jobs:
            if safe_mode and not isinstance(job, PollJob):
                continue
            if self._may_try(job) and job.step():
                self._answered()
                return True
        return False

    def _may_try(self, job: Job) -> bool:
        # The clock is read second: a budget that is open answers with the present moment.
        if self._budget.opens(job.priority) <= self._desk.clock.monotonic():
            return True
        # A call that a block forbids is tried all the same: its error tells people why nothing moves.
        until = self._budget.blocked_until
        return until is not None and until > self._desk.clock.monotonic()

    def _is_safe_mode(self) -> bool:
        desk = self._desk
        safe_mode = safe_mode_of(desk.journal)
        if safe_mode is None:
            desk.repeated.over("safe mode", messages.SAFE_MODE_OVER, "safe mode is over")
            return False
        why, todo = safe_mode.words(desk.settings.language)
        text = f"safe mode, nothing is printed: {why}. {todo}"
        desk.repeated.trouble("safe mode", messages.SAFE_MODE, text)
        return True

    def _answered(self) -> None:
        self._failures = 0
        self._desk.repeated.over("disk", messages.JOURNAL_WRITABLE, "the journal can be written again")
        if self._desk.repeated.over("api", messages.BASELINKER_AGAIN, "BaseLinker answers again"):
            self._desk.journal.beat("api", self._desk.run_id, {"state": "ok", "what": ""})

    def _no_answer(self, error: Transport) -> None:
        self._failures += 1
        seconds = min(_LONGEST_PAUSE, 2.0 ** min(self._failures, 6) / 2)
        behind = clock_is_behind(error, self._desk.clock.time())
        message = messages.CLOCK_BEHIND if behind else messages.BASELINKER_UNUSABLE
        self._pause(seconds, "unreachable", error, message, patience=_FAILURES_TO_TELL)

    def _pause(
        self, seconds: float, state: str, error: BaseLinkerError, message: Message, patience: int = 1
    ) -> None:
        desk = self._desk
        self._pause_until = desk.clock.monotonic() + max(0.0, seconds)
        text = f"BaseLinker cannot be used now: {error}"
        brief = briefly(error, desk.clock.time())
        if message is messages.CLOCK_BEHIND:
            text = f"{brief}: no certificate is valid yet, and {text}"
        desk.repeated.trouble("api", message, text, patience=patience, api=state)
        desk.journal.beat("api", desk.run_id, {"state": state, "what": str(error), "brief": brief})

    def _seconds_to_next(self) -> float:
        now = self._desk.clock.monotonic()
        if now < self._pause_until:
            return min(_LONGEST_WAIT, self._pause_until - now)
        due = [seconds for job in self._jobs if (seconds := job.seconds_to_next()) is not None]
        # Work that is due but over the budget would otherwise be looked at without a pause.
        return max(0.05, min([_LONGEST_WAIT, *due]))
