"""Reads the journal for who watches: cheap while nothing changes, and never dearer than what changed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bridge.journal.guard import SAFE_MODE
from bridge.observer.progress import Progress
from bridge.observer.situation import Moment, Reading, Situation, situation

if TYPE_CHECKING:
    from bridge.clock import Clock
    from bridge.journal import Journal


class Observer:
    """Looks at one journal on behalf of one daemon (`run_id`); counts what happens from its making on."""

    def __init__(self, journal: Journal, clock: Clock, run_id: str, printers: tuple[str, ...]) -> None:
        self._journal = journal
        self._clock = clock
        self._reading = Reading(run_id, printers)
        self._version: int | None = None
        self._before: Situation | None = None
        self.progress = Progress(last=journal.overview.last_change())

    def look(self) -> Situation:
        """Return how the bridge stands now. Raises JournalError."""
        overview = self._journal.overview
        version = overview.version()
        if version != self._version:
            self._count()
            self._reading = replace(
                self._reading,
                counts=overview.open_counts(),
                held=overview.held(),
                beats=self._journal.beats(),
                safe_mode=self._safe_mode(),
                others=tuple(self._journal.guard.others()),
            )
            self._version = version
        reading = replace(self._reading, free_bytes=overview.free_bytes())
        moment = Moment(self._clock.monotonic(), self._clock.time())
        self._before = situation(reading, moment, self._before)
        return self._before

    def _safe_mode(self) -> tuple[str, ...]:
        found = self._journal.guard.read(SAFE_MODE)
        return () if found is None else tuple(found["causes"])

    def _count(self) -> None:
        while lines := self._journal.overview.changes_after(self.progress.last):
            self.progress.count(lines)
