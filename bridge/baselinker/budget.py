"""How many requests leave this machine, and whose turn it is: one budget for a process, or for all that share it.

BaseLinker allows 100 requests a minute for the whole account and blocks everybody for minutes above it, the user's
panel included (baselinker-api.md, section 3). The bridge keeps to a part of it, counted over the last 60 seconds:

    confirmations   may use all of it             nothing else may use up the last eighth
    polls, checks   may use 7/8                   nor uploads the last half
    uploads         may use 1/2

Whoever waits longest in the highest class goes first. After a block nothing passes until its end; then one single
request asks whether it is over, and only its answer lets the others through.

What was sent and what is blocked stands in a `Ledger`: in memory here, in a file that several processes share in
`shared_budget`. Between processes there is no queue: the shares alone keep a command from using up what the daemon
needs to confirm.
"""

from __future__ import annotations

import os
import threading
import time
from bisect import bisect_right, insort
from contextlib import nullcontext
from dataclasses import dataclass, field
from enum import IntEnum
from itertools import count
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

PER_MINUTE = 40
"""Requests a minute the bridge allows itself unless told otherwise."""

WINDOW = 60.0
"""Seconds the requests are counted over."""

# How often a waiting call looks whether it should stop (`wake` makes it look at once), and whether another process
# has had the answer to its probe, which nobody tells.
_LOOK = 0.5
# A probe that did not come back by then was lost with its process: a call takes less (`client.Timeouts`).
_LONGEST_PROBE = 60.0


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
    number: int = 0
    """What the ledger knows the probe by."""


@dataclass(slots=True)
class Record:
    """What is known of the requests: when the last ones were sent, and what is blocked. Monotonic seconds."""

    sent: list[float] = field(default_factory=list)
    """When requests were sent, the oldest first."""
    blocked_until: float | None = None
    probe: int = 0
    """The number of the probe that is under way; 0 for none."""
    probe_until: float = 0.0
    """When the probe counts as lost."""

    def forget(self, before: float) -> None:
        """Drop the requests that were sent at this second or before."""
        del self.sent[: bisect_right(self.sent, before)]

    def probed(self, now: float) -> bool:
        """Whether a probe is under way, so that nothing else may pass."""
        return self.probe != 0 and now < self.probe_until

    def opens(self, share: int, window: float, now: float) -> float:
        """Return when one more request fits into a share of the window and no block stands against it."""
        over = len(self.sent) - share
        room = now if over < 0 else self.sent[over] + window
        return room if self.blocked_until is None else max(room, self.blocked_until)


class Ledger(Protocol):
    """Where the record stands."""

    def held(self) -> AbstractContextManager[Record]:
        """Hold the record: nobody else reads or changes it meanwhile, and what was changed in it is kept."""
        ...


class _Memory:
    """The record of one process; the budget's own lock keeps its threads apart."""

    def __init__(self) -> None:
        self._record = Record()

    def held(self) -> AbstractContextManager[Record]:
        return nullcontext(self._record)


def _wait(condition: threading.Condition, seconds: float | None) -> None:
    condition.wait(seconds)


class Budget:
    """The request budget; safe to use from every thread.

    `ledger` is where the record stands (memory unless given), `window` the seconds `per_minute` counts for, `monotonic`
    the clock in seconds, `wait` how a condition is waited for.
    """

    def __init__(
        self,
        per_minute: int = PER_MINUTE,
        *,
        ledger: Ledger | None = None,
        window: float = WINDOW,
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
        self._ledger = ledger or _Memory()
        self._window = window
        self._monotonic = monotonic
        self._wait = wait
        self._condition = threading.Condition()
        self._turns = count()
        self._waiting: list[tuple[Priority, int]] = []

    @property
    def blocked_until(self) -> float | None:
        """The monotonic second a block ends, in the past while its probe is awaited; None when free."""
        with self._condition, self._ledger.held() as record:
            return record.blocked_until

    def used(self) -> int:
        """Return how many requests were sent in the window that ends now."""
        with self._condition, self._ledger.held() as record:
            record.forget(self._monotonic() - self._window)
            return len(record.sent)

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
        if not permit.probe:
            return
        with self._condition:
            with self._ledger.held() as record:
                if record.probe == permit.number:
                    record.probe = 0
                    if answered:
                        record.blocked_until = None
            self._condition.notify_all()

    def block(self, until: float) -> None:
        """Let nothing pass until this monotonic second, then one probe. The later of two blocks counts."""
        with self._condition:
            with self._ledger.held() as record:
                known = record.blocked_until
                record.blocked_until = until if known is None else max(known, until)
            self._condition.notify_all()

    def opens(self, priority: Priority) -> float:
        """Return the monotonic second before which no request of this priority can pass, as things stand."""
        with self._condition, self._ledger.held() as record:
            now = self._monotonic()
            opens = self._opens(record, priority, now)
            return max(opens, record.probe_until) if record.probed(now) else opens

    def wake(self) -> None:
        """Make every waiting call look again at its `stop` and at the clock."""
        with self._condition:
            self._condition.notify_all()

    def _await_turn(
        self, turn: tuple[Priority, int], stop: Stop | None, deadline: float | None
    ) -> Permit | None:
        while not (stop is not None and stop.is_set()):
            with self._ledger.held() as record:
                # Read while the record is held, so that the times in it never run backwards.
                now = self._monotonic()
                opens = self._opens(record, turn[0], now)
                probed = record.probed(now)
                first = self._waiting[0] == turn and not probed
                if first and opens <= now:
                    return _passed(record, now)
            if deadline is not None and (deadline <= now or deadline < opens):
                return None
            looks = (
                opens - now if first else None,
                _LOOK if stop is not None or probed else None,
                None if deadline is None else deadline - now,
            )
            self._wait(self._condition, min((look for look in looks if look is not None), default=None))
        return None

    def _opens(self, record: Record, priority: Priority, now: float) -> float:
        record.forget(now - self._window)
        return record.opens(self._shares[priority], self._window, now)


def _passed(record: Record, now: float) -> Permit:
    """Write down a request that is about to be sent; return its permit."""
    record.sent.append(now)
    if record.blocked_until is None:
        return Permit(probe=False)
    # Not `secrets`, which loads OpenSSL.
    record.probe = (int.from_bytes(os.urandom(8)) >> 1) + 1
    record.probe_until = now + _LONGEST_PROBE
    return Permit(probe=True, number=record.probe)
