"""The paper feed: one motion at a time, each taking its time, each on paper only when it is done."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulators.escpos.paper import Ledger


class Sensors(Protocol):
    """What the feed asks of the printer's sensors; it sets `paper_out` when the paper ends."""

    paper_out: bool

    @property
    def interrupted(self) -> bool:
        """Whether nothing may move."""
        ...


@dataclass(frozen=True, slots=True)
class _Motion:
    """Something that moves: how many lines it takes, how many of them are paper, what is true once it is done."""

    lines: int
    paper: int
    done: Callable[[], None]


class Mechanism:
    """Prints at `speed` lines a second (None: at once); after `paper_lines` more lines (None: never) paper ends.

    A motion that is interrupted (cover, error) starts again from its beginning; one that is lost to a power cut has
    left nothing on the paper.
    """

    def __init__(self, ledger: Ledger, condition: Sensors, monotonic: Callable[[], float]) -> None:
        self.speed: float | None = None
        self.paper_lines: int | None = None
        self._ledger = ledger
        self._condition = condition
        self._monotonic = monotonic
        self._motion: _Motion | None = None
        self._done_at: float | None = None

    @property
    def busy(self) -> bool:
        """Whether the paper is moving, or waits in the middle of a motion."""
        return self._motion is not None

    def start(self, lines: int, done: Callable[[], None], *, feeds: bool = True) -> None:
        """Begin a motion as long as `lines` lines; `done` puts its outcome on paper. Never while busy."""
        self._motion = _Motion(lines, lines if feeds else 0, done)
        self.settle()

    def settle(self) -> bool:
        """Finish the motion if its time has come; return whether one was finished."""
        if self._motion is None:
            return False
        if self._condition.interrupted:
            self._done_at = None
            return False
        now = self._monotonic()
        if self._done_at is None:
            self._done_at = now + (self._motion.lines / self.speed if self.speed else 0.0)
        if now < self._done_at:
            return False
        self._finish(self._motion)
        return True

    def cancel(self) -> None:
        """Forget the motion."""
        self._motion = self._done_at = None

    @property
    def delay(self) -> float | None:
        """Seconds until the motion is done, or None when nothing moves."""
        return None if self._done_at is None else max(0.0, self._done_at - self._monotonic())

    def _finish(self, motion: _Motion) -> None:
        self.cancel()
        motion.done()
        self._ledger.counts.lines += motion.paper
        if self.paper_lines is None:
            return
        self.paper_lines = max(0, self.paper_lines - motion.paper)
        if self.paper_lines == 0:
            self.paper_lines = None
            self._condition.paper_out = True
