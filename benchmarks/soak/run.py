"""One soak from start to end."""

from __future__ import annotations

import threading
import time
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from typing import TYPE_CHECKING, Any, TextIO

from benchmarks.scene import NotDoneError
from benchmarks.soak.judge import Bounds, Counts, Finding, Phase, Sample, bytes_a_receipt, judge
from benchmarks.soak.people import People
from benchmarks.soak.shop import SERIES, Pace, SoakShop
from benchmarks.soak.troubles import Troubles
from benchmarks.soak.watch import Watch
from bridge.journal import Journal, State

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable
    from pathlib import Path

_WARM_UP_SHARE = 0.2
_OPEN = (State.WAITING, State.INTENT, State.PRINTED, State.HELD, State.REFUSED)
_LONGEST_WAIT = 300.0


@dataclass(frozen=True, slots=True)
class Plan:
    """How long, how busy, and from which seed; `bounds` say what is still flat."""

    minutes: float
    pace: Pace
    seed: int = 1
    bounds: Bounds = field(default_factory=Bounds)

    @property
    def look_seconds(self) -> float:
        """Between two samples."""
        return min(3.0, self.pace.seconds / 2)

    @property
    def calm_seconds(self) -> float:
        """How long a calm lasts: two polls, and the look of an idle station."""
        return max(2 * self.pace.seconds, 2.0) + 1.0

    @property
    def people_seconds(self) -> float:
        """Between two visits of people: a minute, or less at a fast pace."""
        return min(60.0, max(2.0, 6 * self.pace.seconds))


@dataclass(slots=True)
class Result:
    """What came of a run."""

    plan: Plan
    samples: list[Sample]
    counts: Counts
    open_files: dict[Phase, Counter[str]] = field(default_factory=dict)

    @property
    def findings(self) -> list[Finding]:
        """What was to be flat, and whether it is."""
        return judge(self.samples, self.plan.bounds)

    @property
    def good(self) -> bool:
        """Whether everything is flat and every receipt came out once."""
        return self.counts.good and all(finding.flat for finding in self.findings)

    @property
    def more_open(self) -> dict[str, int]:
        """What is open in the last calm beyond what was open in the first one."""
        return dict(self.open_files[Phase.LAST_CALM] - self.open_files[Phase.FIRST_CALM])

    def to_json(self) -> dict[str, Any]:
        """Return everything for machines."""
        return {
            "good": self.good,
            "plan": asdict(self.plan),
            "findings": [{**asdict(finding), "growth": finding.growth} for finding in self.findings],
            "journal_bytes_a_receipt": bytes_a_receipt(self.samples),
            "more_open": self.more_open,
            "counts": {**asdict(self.counts), "good": self.counts.good},
            "samples": [asdict(sample) for sample in self.samples],
        }


@dataclass(slots=True)
class _Chore:
    """Something that is done every so many seconds."""

    every: float
    do: Callable[[], object]
    due: float


class Soak:
    """One run; `tell` gets a line a minute."""

    def __init__(self, folder: Path, plan: Plan, tell: TextIO) -> None:
        self._plan = plan
        self._tell = tell
        self._place = SoakShop(folder, plan.pace, plan.seed)
        self._phase = Phase.WARM_UP
        self._pause = threading.Event()

    def run(self) -> Result:
        """Run it. Raises NotDoneError when the daemon dies or receipts wait for minutes with nothing wrong."""
        plan, pace = self._plan, self._plan.pace
        with ExitStack() as stack:
            stack.enter_context(self._place)
            shop = self._place.shop
            self._watch = Watch(shop, shop.start_daemon().pid)
            self._troubles = Troubles(
                self._place, plan.seed, pause=3.0 * pace.seconds, lasts=max(0.3, 0.8 * pace.seconds)
            )
            self._people = People(self._place, plan.people_seconds)
            with self._people, self._troubles:
                self._work(plan.minutes * 60 * _WARM_UP_SHARE)
                self._calm(Phase.FIRST_CALM)
                self._phase = Phase.WORK
                self._work(plan.minutes * 60 * (1 - _WARM_UP_SHARE))
                self._calm(Phase.LAST_CALM)
            counts = self._count()
            counts.exit_code = shop.stop_daemon()
        return Result(plan, self._watch.samples, counts, self._watch.open_files)

    # -- what happens when -----------------------------------------------------------------------------------------

    def _work(self, seconds: float) -> None:
        """Issue receipts, look at the daemon and tell of it."""
        now, every = time.monotonic(), self._plan.pace.seconds
        chores = [
            _Chore(every, lambda name=name: self._place.issue(name), now + place * every / len(SERIES))  # type: ignore[misc]
            for place, name in enumerate(SERIES)
        ]
        chores += self._looking(now)
        self._do(chores, now + seconds)

    def _looking(self, now: float) -> list[_Chore]:
        return [
            _Chore(self._plan.look_seconds, self._look, now + self._plan.look_seconds),
            _Chore(60.0, self._tell_line, now + 60.0),
        ]

    def _do(self, chores: list[_Chore], until: float) -> None:
        while (now := time.monotonic()) < until:
            for chore in chores:
                if chore.due <= now:
                    chore.do()
                    chore.due = max(chore.due + chore.every, now)
            self._pause.wait(max(0.0, min([until, *(chore.due for chore in chores)]) - time.monotonic()))

    def _calm(self, phase: Phase) -> None:
        """Let everything be printed and confirmed, a last receipt at each printer too; then look for a while."""
        with self._troubles.peace():
            self._settle()
            for name in SERIES:
                self._place.issue(name)
            self._settle()
            self._phase = phase
            now = time.monotonic()
            self._do(self._looking(now), now + self._plan.calm_seconds)
            self._tell_line()

    def _settle(self) -> None:
        due = time.monotonic() + _LONGEST_WAIT
        everything = set(self._place.shop.server.receipts)
        while not self._settled(everything):
            if time.monotonic() > due:
                raise self._not_done(f"receipts still wait after {_LONGEST_WAIT:g} s: {self._unsettled()}")
            self._look()
            self._people.look_after()

    def _settled(self, receipts: set[int]) -> bool:
        return (
            self._place.shop.wait_until_confirmed(receipts, self._plan.look_seconds) and not self._unsettled()
        )

    def _unsettled(self) -> list[int]:
        with Journal(self._place.shop.folder / "journal.sqlite", time.time) as journal:
            return [entry.receipt_id for entry in journal.in_state(*_OPEN)]

    # -- what is seen ----------------------------------------------------------------------------------------------

    def _look(self) -> None:
        daemon = self._place.shop.daemon
        if daemon is None or daemon.poll() is not None:
            raise self._not_done(f"the daemon ended with {daemon and daemon.returncode}")
        if (self._place.shop.folder / "journal.sqlite").exists():
            self._watch.look(self._phase)

    def _not_done(self, what: str) -> NotDoneError:
        log = self._place.shop.log_file.read_text(encoding="utf-8", errors="replace").splitlines()
        return NotDoneError("\n".join([f"{what}; its log ends with:", *log[-20:]]))

    def _tell_line(self) -> None:
        if not self._watch.samples:
            return
        seen = self._watch.samples[-1]
        self._tell.write(
            f"{seen.at / 60:5.1f} min  {seen.phase:<10}  resident {seen.resident:5.1f} (Pss {seen.shared_out:5.1f}, "
            f"heap {seen.heap:5.1f}) MiB  files {seen.handles:3}  threads {seen.threads:2}  "
            f"journal {seen.journal / 1024:6,.0f} + WAL {seen.wal / 1024:6,.0f} KiB  CPU {seen.cpu:6.2f} s  "
            f"{seen.confirmed} of {len(self._place.shop.server.receipts)} confirmed, "
            f"{self._troubles.done.total()} troubles\n"
        )
        self._tell.flush()

    def _count(self) -> Counts:
        audit = self._place.audit()
        issued = self._place.shop.server.receipts
        return Counts(
            issued=len(issued),
            printed=audit.printed.total(),
            copies=audit.copies.total(),
            decided=self._people.decided,
            troubles=dict(sorted(self._troubles.done.items())),
            commands=self._people.commands,
            lost=audit.lost(issued),
            twice=audit.twice,
            confirmed_unprinted=audit.confirmed_unprinted,
            unsettled=self._unsettled(),
            failed_commands=list(self._people.failed),
        )
