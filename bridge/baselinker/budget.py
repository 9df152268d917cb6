"""How many requests leave this machine, and whose turn it is: one budget for the whole process.

BaseLinker allows 100 requests a minute for the whole account and blocks everybody for minutes above it, the user's
panel included (baselinker-api.md, section 3). The bridge keeps to a part of it, counted over the last 60 seconds:

    confirmations   may use all of it             nothing else may use up the last eighth
    polls, checks   may use 7/8                   nor uploads the last half
    uploads         may use 1/2

Whoever waits longest in the highest class goes first. After a block nothing passes until its end; then one single
request asks whether it is over, and only its answer lets the others through.
"""

from __future__ import annotations

import threading
import time
from bisect import insort
from collections import deque
from dataclasses import dataclass
from enum import IntEnum
from itertools import count
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

PER_MINUTE = 40
"""Requests a minute the bridge allows itself unless told otherwise."""

_WINDOW = 60.0
# How often a waiting call looks whether it should stop; `wake` makes it look at once.
_LOOK = 0.5


class Priority(IntEnum):
    """Who goes first: what was printed is confirmed before more is fetched, files come last."""

    CONFIRM = 0
    POLL = 1
    UPLOAD = 2


class Stop(Protocol):
    """What ends the waiting; a threading.Event will do."""

    def is_set(self) -> bool:
        """Whether waiting should end now."""
        ...


@dataclass(frozen=True, slots=True, eq=False)
class Permit:
    """The right to send one request; give it back with `Budget.settle`."""

    probe: bool
    """Whether this request asks, alone, if a block is over."""


def _wait(condition: threading.Condition, seconds: float | None) -> None:
    condition.wait(seconds)


class Budget:
    """The request budget of the process; safe to use from every thread.

    `monotonic` is the clock in seconds, `wait` how a condition is waited for.
    """

    def __init__(
        self,
        per_minute: int = PER_MINUTE,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        wait: Callable[[threading.Condition, float | None], None] = _wait,
    ) -> None:
        if per_minute < 1:
            raise ValueError(f"a budget of {per_minute} requests a minute lets nothing through")
        self.per_minute = per_minute
        self._shares = {
            Priority.CONFIRM: per_minute,
            Priority.POLL: max(1, per_minute * 7 // 8),
            Priority.UPLOAD: max(1, per_minute // 2),
        }
        self._monotonic = monotonic
        self._wait = wait
        self._condition = threading.Condition()
        self._sent: deque[float] = deque()
        self._turns = count()
        self._waiting: list[tuple[Priority, int]] = []
        self._blocked_until: float | None = None
        self._probe: Permit | None = None

    @property
    def blocked_until(self) -> float | None:
        """The monotonic second a block ends, in the past while its probe is awaited; None when free."""
        with self._condition:
            return self._blocked_until

    def used(self) -> int:
        """Return how many requests were sent in the last 60 seconds."""
        with self._condition:
            since = self._monotonic() - _WINDOW
            return sum(sent > since for sent in self._sent)

    def take(
        self, priority: Priority, stop: Stop | None = None, *, patience: float | None = None
    ) -> Permit | None:
        """Wait for the right to send one request; None when `stop` is set or `patience` (seconds) cannot do.

        Every permit must come back through `settle`.
        """
        with self._condition:
            turn = (priority, next(self._turns))
            insort(self._waiting, turn)
            deadline = None if patience is None else self._monotonic() + patience
            try:
                return self._await_turn(turn, stop, deadline)
            finally:
                self._waiting.remove(turn)
                self._condition.notify_all()

    def settle(self, permit: Permit, *, answered: bool) -> None:
        """Give a permit back; `answered` when BaseLinker replied and did not block.

        The answer to a block's probe ends the block.
        """
        with self._condition:
            if permit is self._probe:
                self._probe = None
                if answered:
                    self._blocked_until = None
                self._condition.notify_all()

    def block(self, until: float) -> None:
        """Let nothing pass until this monotonic second, then one probe. The later of two blocks counts."""
        with self._condition:
            self._blocked_until = until if self._blocked_until is None else max(self._blocked_until, until)
            self._condition.notify_all()

    def opens(self, priority: Priority) -> float:
        """Return the monotonic second before which no request of this priority can pass, as things stand."""
        with self._condition:
            return self._opens(priority, self._monotonic())

    def wake(self) -> None:
        """Make every waiting call look again at its `stop` and at the clock."""
        with self._condition:
            self._condition.notify_all()

    def _await_turn(
        self, turn: tuple[Priority, int], stop: Stop | None, deadline: float | None
    ) -> Permit | None:
        while not (stop is not None and stop.is_set()):
            now = self._monotonic()
            opens = self._opens(turn[0], now)
            first = self._waiting[0] == turn and self._probe is None
            if first and opens <= now:
                return self._pass(now)
            if deadline is not None and (deadline <= now or deadline < opens):
                return None
            looks = (
                opens - now if first else None,
                _LOOK if stop is not None else None,
                None if deadline is None else deadline - now,
            )
            self._wait(self._condition, min((look for look in looks if look is not None), default=None))
        return None

    def _pass(self, now: float) -> Permit:
        permit = Permit(probe=self._blocked_until is not None)
        if permit.probe:
            self._probe = permit
        self._sent.append(now)
        return permit

    def _opens(self, priority: Priority, now: float) -> float:
        while self._sent and self._sent[0] <= now - _WINDOW:
            self._sent.popleft()
        over = len(self._sent) - self._shares[priority]
        window = now if over < 0 else self._sent[over] + _WINDOW
        return window if self._blocked_until is None else max(window, self._blocked_until)
