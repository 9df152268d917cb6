"""The two clocks: monotonic for every duration, the system's for what people read."""

from __future__ import annotations

import time
from typing import Protocol


class Clock(Protocol):
    """Both clocks in seconds; an argument everywhere, so that tests can turn it."""

    def monotonic(self) -> float:
        """Return seconds that only ever grow."""
        ...

    def time(self) -> float:
        """Return unix seconds of the system clock, which may be wrong and may jump (a Pi has no clock chip)."""
        ...


class SystemClock:
    """The machine's own clocks."""

    def monotonic(self) -> float:
        """Return CLOCK_MONOTONIC in seconds."""
        return time.monotonic()

    def time(self) -> float:
        """Return the system clock in unix seconds."""
        return time.time()
