"""A point in time that a whole call must not pass, however many waits it takes."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Deadline:
    """The end of a call on the clock that made it."""

    monotonic: Callable[[], float]
    end: float

    @classmethod
    def after(cls, monotonic: Callable[[], float], seconds: float) -> Self:
        """Return the deadline that lies `seconds` from now."""
        return cls(monotonic, monotonic() + seconds)

    @property
    def left(self) -> float:
        """The seconds left, never negative."""
        return max(0.0, self.end - self.monotonic())

    @property
    def milliseconds(self) -> int:
        """The time left in whole milliseconds, rounded up so that a wait is never too short."""
        return math.ceil(self.left * 1000)
