"""What goes wrong between a client and BaseLinker: scripted per method, or at random from a seed.

                   carried out     what the client sees
RESET_BEFORE       no              connection reset
RESET_AFTER        yes             connection reset
LOST_ANSWER        yes             connection closed without a byte
SLOW               yes, at once    the answer late, or never
LATE               yes, late       the answer late, or never: it may happen after the client gave up
TRUNCATED          yes             half of the answer, then closed
BAD_GATEWAY        no              HTTP 502 with a page in HTML
BAD_GATEWAY_AFTER  yes             the same
BAD_JSON           yes             HTTP 200 with a PHP warning in front of half the JSON
NO_STATUS          yes             HTTP 200 with a JSON object without `status`
TOO_MANY           no              HTTP 429 with Retry-After
UNAVAILABLE        no              HTTP 503 with Retry-After
"""

from __future__ import annotations

import random
import threading
from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Kind(StrEnum):
    """The faults by name."""

    RESET_BEFORE = "reset before"
    RESET_AFTER = "reset after"
    LOST_ANSWER = "lost answer"
    SLOW = "slow"
    LATE = "late"
    TRUNCATED = "truncated"
    BAD_GATEWAY = "bad gateway"
    BAD_GATEWAY_AFTER = "bad gateway after"
    BAD_JSON = "bad JSON"
    NO_STATUS = "no status"
    TOO_MANY = "too many"
    UNAVAILABLE = "unavailable"


BEFORE = frozenset({Kind.RESET_BEFORE, Kind.BAD_GATEWAY, Kind.TOO_MANY, Kind.UNAVAILABLE})
"""Faults that keep a request from being carried out."""

PASSING = (
    Kind.RESET_BEFORE,
    Kind.RESET_AFTER,
    Kind.LOST_ANSWER,
    Kind.TRUNCATED,
    Kind.BAD_GATEWAY,
    Kind.BAD_GATEWAY_AFTER,
    Kind.BAD_JSON,
    Kind.NO_STATUS,
)
"""Faults that take no time; the default of RandomFaults."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with one request.

    SLOW and LATE last until `release` is set, at most `seconds`; the others use `seconds` for Retry-After.
    """

    kind: Kind
    seconds: float = 30.0
    release: threading.Event = field(default_factory=threading.Event)


class Faults:
    """The faults to come: one queue per method, and one for whatever method comes next."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._queues: dict[str, deque[Fault]] = {}

    def script(self, method: str, *faults: Kind | Fault, times: int = 1) -> None:
        """Queue faults for the next requests of a method, or of any method with '*'."""
        planned = [Fault(fault) if isinstance(fault, Kind) else fault for fault in faults]
        with self._lock:
            self._queues.setdefault(method, deque()).extend(planned * times)

    def slow(self, method: str, kind: Kind = Kind.SLOW, *, longest: float = 30.0) -> threading.Event:
        """Make the next request of a method wait; return the event that lets it go on."""
        fault = Fault(kind, seconds=longest)
        self.script(method, fault)
        return fault.release

    def clear(self) -> None:
        """Forget all faults to come."""
        with self._lock:
            self._queues.clear()

    def draw(self, method: str) -> Fault | None:
        """Return the fault of a request that has just arrived, if any."""
        with self._lock:
            for name in (method, "*"):
                if self._queues.get(name):
                    return self._queues[name].popleft()
        return self._unscripted(method)

    def _unscripted(self, method: str) -> Fault | None:  # noqa: ARG002 - RandomFaults looks at it
        return None


class RandomFaults(Faults):
    """Faults from a seed: each request fails with probability `rate`, in one of `kinds`. Scripted ones go first.

    Each method has a sequence of its own, so that the order in which threads call does not change it.
    """

    def __init__(
        self, seed: int, rate: float, kinds: Iterable[Kind] = PASSING, *, seconds: float = 0.05
    ) -> None:
        super().__init__()
        self._seed = seed
        self.rate = rate
        self._kinds = tuple(kinds)
        self._seconds = seconds
        self._chances: dict[str, random.Random] = {}

    def _unscripted(self, method: str) -> Fault | None:
        with self._lock:
            chance = self._chances.setdefault(method, random.Random(f"{self._seed} {method}"))
            fails = chance.random() < self.rate
            kind = chance.choice(self._kinds)
        return Fault(kind, seconds=self._seconds) if fails else None
