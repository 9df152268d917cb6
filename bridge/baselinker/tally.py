"""Counts the calls to BaseLinker by method and by what became of them; says nothing and keeps nothing on disk."""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING, Any

from bridge.baselinker.budget import Priority
from bridge.baselinker.errors import BadToken, BaseLinkerError, Blocked, RefusedCall, Stopped, Transport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.baselinker.budget import Budget, Stop
    from bridge.baselinker.receipts import Caller

OUTCOMES: Mapping[type[BaseLinkerError], str] = {
    Transport: "no_answer",
    Blocked: "blocked",
    BadToken: "bad_token",
    RefusedCall: "refused",
    Stopped: "stopped",
}
"""How each class of error is counted; a call without one is `ok`."""


class Tally:
    """The counters of one daemon; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: Counter[tuple[str, str]] = Counter()
        self._budget: Budget | None = None

    def counting(self, caller: Caller, budget: Budget) -> Caller:
        """Return a caller that does as `caller` does and is counted; `budget` is what its calls are paid from."""
        with self._lock:
            self._budget = budget
        return _Counting(caller, self)

    def count(self, method: str, outcome: str) -> None:
        """Count one call."""
        with self._lock:
            self._calls[method, outcome] += 1

    def calls(self) -> dict[tuple[str, str], int]:
        """Return how many calls there were, by method and outcome."""
        with self._lock:
            return dict(self._calls)

    def budget(self) -> tuple[int, int] | None:
        """Return the requests of the last minute and how many are allowed; None before the first caller."""
        with self._lock:
            budget = self._budget
        return None if budget is None else (budget.used(), budget.per_minute)


class _Counting:
    def __init__(self, caller: Caller, tally: Tally) -> None:
        self._caller = caller
        self._tally = tally

    def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.POLL,
        stop: Stop | None = None,
    ) -> dict[str, Any]:
        """Call a method and count what becomes of it. Raises BaseLinkerError."""
        try:
            reply = self._caller.call(method, parameters, priority=priority, stop=stop)
        except BaseLinkerError as error:
            kinds = (outcome for kind, outcome in OUTCOMES.items() if isinstance(error, kind))
            self._tally.count(method, next(kinds, "other"))
            raise
        self._tally.count(method, "ok")
        return reply
