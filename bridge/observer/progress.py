"""What happened since the daemon began: counters and durations out of new lines of the history, each counted once.

The history's times are whole seconds of the system clock, so a duration is right to a second; one that a turned-back
clock makes negative is left out.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bridge.journal import Event, State

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bridge.journal.overview import Moved

LIMITS = (1, 2, 3, 5, 10, 20, 30, 60, 120, 300, 900, 3600)
"""Upper limits of the buckets of every histogram, in seconds."""


@dataclass(slots=True)
class Histogram:
    """How many durations (seconds) were not longer than each of LIMITS; `counts` has one more, for the longer ones."""

    counts: list[int] = field(default_factory=lambda: [0] * (len(LIMITS) + 1))
    total: float = 0.0

    def add(self, seconds: float) -> None:
        """Count one duration."""
        self.counts[sum(seconds > limit for limit in LIMITS)] += 1
        self.total += seconds

    def cumulative(self) -> list[int]:
        """Return how many were not longer than each limit, and how many there are."""
        sums: list[int] = []
        for count in self.counts:
            sums.append((sums[-1] if sums else 0) + count)
        return sums


@dataclass(slots=True)
class Progress:
    """Counters by printer. `moves` counts how often receipts came into a state; `last` is the last line counted."""

    last: int = 0
    moves: Counter[tuple[str, State]] = field(default_factory=Counter)
    seen_to_printed: dict[str, Histogram] = field(default_factory=dict)
    printing: dict[str, Histogram] = field(default_factory=dict)
    confirming: dict[str, Histogram] = field(default_factory=dict)

    def count(self, lines: Iterable[Moved]) -> None:
        """Count lines of the history that lie behind the last one counted."""
        for line in lines:
            if line.entry_id > self.last:
                self._count(line)
                self.last = line.entry_id

    def _count(self, line: Moved) -> None:
        self.moves[line.printer, line.state] += 1
        if line.event is Event.PROVE:
            _add(self.seen_to_printed, line.printer, line.at - line.first_seen)
            if line.before is Event.INTEND and line.before_at is not None:
                _add(self.printing, line.printer, line.at - line.before_at)
        # Only the first confirmation is one: a repeated one was put off by BaseLinker, not by the way there.
        elif line.event is Event.CONFIRM and line.before is Event.PROVE and line.before_at is not None:
            _add(self.confirming, line.printer, line.at - line.before_at)


def _add(histograms: dict[str, Histogram], printer: str, seconds: int) -> None:
    if seconds >= 0:
        histograms.setdefault(printer, Histogram()).add(seconds)
