"""What the main thread does every few seconds while the others work.

    silent     a thread that shows no progress is told once, with the stacks of all threads
    watchdog   systemd is told WATCHDOG=1 while no thread is silent; when it is not told, it ends the daemon by SIGABRT
    status     systemd is told how the daemon stands
    day        once a day the log tells how many receipts the day before had

The stacks are names of files, lines and functions: no values stand in them, so no secret does. Should this thread hang
itself, SIGABRT makes the interpreter write them (`faulthandler`, see bridge/cli/run.py).
"""

from __future__ import annotations

import sys
import threading
import time
import traceback
from typing import TYPE_CHECKING

from bridge import messages
from bridge.journal import JournalBusyError, JournalFullError
from bridge.log import say, say_at_length
from bridge.notify import notify, watchdog_seconds
from bridge.standing import standing

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bridge.clock import Clock
    from bridge.journal import Journal
    from bridge.pulse import Pulse

_LONGEST_PAUSE = 5.0
_STATUS_SECONDS = 2.0
# Each new status costs the service manager a message to everybody who listens to it: "s ago" may be that old.
_AGE_SECONDS = 10.0


class Rounds:
    """The rounds of one daemon. `pid` is its own."""

    def __init__(
        self,
        journal: Journal,
        pulse: Pulse,
        printers: Sequence[str],
        *,
        clock: Clock,
        run_id: str,
        environ: Mapping[str, str],
        pid: int,
    ) -> None:
        self._journal = journal
        self._pulse = pulse
        self._printers = printers
        self._clock = clock
        self._run_id = run_id
        self._environ = environ
        self._watched = bool(environ.get("NOTIFY_SOCKET"))
        watchdog = watchdog_seconds(environ, pid)
        self._feed_every = None if watchdog is None else watchdog / 3
        self._feed_at = self._status_at = clock.monotonic()
        self._told, self._told_at = "", clock.monotonic()
        self._silent: frozenset[str] = frozenset()
        self._day = ""

    @property
    def pause(self) -> float:
        """Seconds until the next round."""
        return min(_LONGEST_PAUSE, self._feed_every or _LONGEST_PAUSE)

    def begin(self) -> None:
        """Tell the service manager that the daemon is ready. Raises JournalError."""
        notify(self._environ, "READY=1", f"STATUS={self._status() or 'ready'}")

    def go(self) -> None:
        """Make one round. Raises JournalError for a journal that cannot be read any more."""
        self._look_for_silent()
        now = self._clock.monotonic()
        if self._feed_every is not None and not self._silent and now >= self._feed_at:
            self._feed_at = now + self._feed_every
            notify(self._environ, "WATCHDOG=1")
        try:
            if self._watched and now >= self._status_at:
                self._tell_status(now)
            self._tell_day()
        except (JournalBusyError, JournalFullError):
            return  # who needs the journal tells it; the next round looks again

    # -- the threads -------------------------------------------------------------------------------------------------

    def _look_for_silent(self) -> None:
        silent = {one.name: one.seconds for one in self._pulse.silent()}
        new = {name: seconds for name, seconds in silent.items() if name not in self._silent}
        if new:
            told = " and ".join(
                f"the {name} made no progress for {seconds:.0f} s" for name, seconds in new.items()
            )
            say_at_length(messages.THREAD_HANGS, f"{told}; the threads stand at", stacks())
        for name in sorted(self._silent - silent.keys()):
            say(messages.THREAD_GOES_ON, f"the {name} goes on")
        self._silent = frozenset(silent)

    # -- the status --------------------------------------------------------------------------------------------------

    def _tell_status(self, now: float) -> None:
        self._status_at = now + _STATUS_SECONDS
        before = self._told
        status = self._status()
        if self._told != before or now - self._told_at >= _AGE_SECONDS:
            self._told_at = now
            notify(self._environ, f"STATUS={status}")

    def _status(self) -> str:
        """Return the present status; what of it is news stands in `_told`."""
        if not self._watched:
            return ""
        found = standing(self._journal, self._printers, self._run_id)
        hanging = "".join(f"the {name} hangs, " for name in sorted(self._silent))
        self._told = f"{hanging}{found.text}, {found.polled is None}"
        return f"{hanging}{found.line(self._clock.monotonic())}"

    # -- the day -----------------------------------------------------------------------------------------------------

    def _tell_day(self) -> None:
        """Tell what became of yesterday's receipts, once a day; the heartbeat remembers it over a restart."""
        today = _date(self._clock.time())
        if today == self._day:
            return
        self._day = today
        beat = self._journal.beats().get("day")
        if beat is not None and str(beat.detail.get("day", "")) < today:
            self._tell_of_yesterday()
        if beat is None or beat.detail.get("day") != today:
            self._journal.beat("day", self._run_id, {"day": today})

    def _tell_of_yesterday(self) -> None:
        midnight = _midnight(self._clock.time())
        yesterday = _midnight(midnight - 12 * 3600)
        day = self._journal.tally.between(yesterday, midnight)
        text = (
            f"receipts of {_date(yesterday)}: {day.printed} printed, {day.held} held, {day.refused} refused"
        )
        say(messages.DAY_SUMMARY, text)


def stacks() -> list[str]:
    """Return where every thread stands now, the innermost call first: file, line and function, nothing else."""
    names = {thread.ident: thread.name for thread in threading.enumerate()}
    lines: list[str] = []
    for ident, frame in sys._current_frames().items():  # noqa: SLF001 - what the standard library offers for this
        lines.append(f"thread {names.get(ident, ident)}:")
        walk = traceback.StackSummary.extract(traceback.walk_stack(frame), lookup_lines=False)
        lines += [f"  {one.filename}:{one.lineno} in {one.name}" for one in walk]
    return lines


def _date(now: float) -> str:
    return time.strftime("%Y-%m-%d", time.localtime(now))


def _midnight(now: float) -> float:
    """Return the unix second at which the local day of a moment began."""
    local = time.localtime(now)
    return time.mktime((local.tm_year, local.tm_mon, local.tm_mday, 0, 0, 0, 0, 0, -1))
