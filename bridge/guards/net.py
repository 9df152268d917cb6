"""What a poll finds after a pause or after safe mode is held before a station may take it.

    after safe mode            everything that is listed for the first time: a former life may have printed it
    after a pause of polls     what is old, or everything when there is much of it: people may have helped themselves

In normal work nothing is held, however much comes at once and however old an order is: the net is drawn only by the
first complete list after a pause. The age is that of BaseLinker's `date_add`, which is the order's
(baselinker-api.md 5.1); the pause within one life is measured by the monotonic clock, before it by BaseLinker's.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bridge import messages, reasons
from bridge.baselinker import quirks
from bridge.intake import Objection
from bridge.journal import ChangedMeanwhileError, State
from bridge.journal.guard import CATCHING_UP, UNPOLLED
from bridge.log import say

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from bridge.intake import Listed
    from bridge.journal import Entry, Journal

BACKLOG = "backlog"
"""The reason of a receipt that is held because it was found after a pause."""

_RESTORED = Objection(
    "restored", "", "it may have been printed by the machine or the journal that was here before"
)


@dataclass(frozen=True, slots=True)
class BacklogLimits:
    """After a pause of polls longer than `pause` seconds, receipts older than `age` seconds or more than `count`."""

    pause: float = 3600.0
    age: float = 48 * 3600.0
    count: int = 30


class Net:
    """One for a daemon's polls; `printer_for` tells which series are served at all."""

    def __init__(
        self,
        journal: Journal,
        limits: BacklogLimits,
        printer_for: Callable[[int | None], str | None],
        language: str,
    ) -> None:
        self._journal = journal
        self._limits = limits
        self._printer_for = printer_for
        self._language = language
        self._polled_at: float | None = None
        self._drawn = self._too_many = False

    def hold_back(
        self, listed: list[Listed], entries: Iterable[Mapping[str, Any]], *, now: float, monotonic: float
    ) -> list[Listed]:
        """Return the list with an objection to what must wait for a person; what is known and waits is held at once.

        `entries` are the same receipts as BaseLinker wrote them; `now` is BaseLinker's clock in unix seconds.
        To be called before the list is applied, and while no station may print from the list before it.
        """
        if self._journal.guard.read(CATCHING_UP) is not None:
            return self._held(listed, _RESTORED)
        if not self._is_after_pause(now, monotonic):
            return listed
        self._drawn = True
        caught = self._backlog(listed, _dates(entries), now)
        if not caught:
            return listed
        text = f"it was found after a pause, one of {len(caught)} receipts that are old or too many"
        held = {item.receipt_id: item for item in self._held(caught, Objection(BACKLOG, "", text))}
        return [held.get(item.receipt_id, item) for item in listed]

    def applied(self, *, complete: bool, monotonic: float) -> None:
        """Say that the list is in the journal; from now on stations may print what the net let through."""
        self._polled_at = monotonic
        guard = self._journal.guard
        if complete:
            self._drawn = self._too_many = False
        if guard.read(CATCHING_UP) is not None:
            if complete:
                guard.forget(CATCHING_UP)
            guard.forget(UNPOLLED)

    def _is_after_pause(self, now: float, monotonic: float) -> bool:
        """Whether the last list lies too far back, or there was none, or none since then was complete."""
        if self._drawn:
            return True
        if self._polled_at is not None:
            return monotonic - self._polled_at > self._limits.pause
        last = self._journal.beats().get("poll")
        # A poll in the future was stamped by a clock that was wrong: how long the pause was cannot be told.
        return last is None or not -self._limits.pause <= now - last.at <= self._limits.pause

    def _backlog(self, listed: Sequence[Listed], dates: Mapping[int, int], now: float) -> list[Listed]:
        """Return what would be printed by itself and is old; all of it when it is more than the limit."""
        ready = [item for item in listed if self._would_be_printed(item)]
        self._too_many = self._too_many or len(ready) > self._limits.count
        if self._too_many:
            return ready
        return [item for item in ready if now - dates.get(item.receipt_id, now) > self._limits.age]

    def _would_be_printed(self, item: Listed) -> bool:
        if item.refusal is not None or item.holds or self._printer_for(item.series_id) is None:
            return False
        entry = self._journal.get(item.receipt_id)
        if entry is None or entry.state in (State.WAITING, State.DROPPED):
            # What a person has already let through is not asked about again.
            return entry is None or not reasons.STAYS_HELD & entry.approved
        judged_anew = entry.state in (State.REFUSED, State.REPORTED, State.HELD)
        return judged_anew and entry.digest != item.digest

    def _held(self, items: Sequence[Listed], why: Objection) -> list[Listed]:
        """Hold those that wait in the journal; return all with the objection, where nothing else holds them."""
        for item in items:
            entry = self._journal.get(item.receipt_id)
            if entry is not None and entry.state is State.WAITING and not entry.approved & {why.code}:
                self._hold(entry, why)
        return [item if item.holds else replace(item, holds=(why,)) for item in items]

    def _hold(self, entry: Entry, why: Objection) -> None:
        try:
            self._journal.hold_waiting(entry, why.code, why.text)
        except ChangedMeanwhileError:
            return  # decided meanwhile: what a person said counts
        todo = reasons.what_to_do(why.code, entry.receipt_id, self._language)
        say(
            messages.RECEIPT_HELD,
            f"receipt held, not printed: {why.text}. {todo}",
            receipt=entry.receipt_id,
            printer=entry.printer,
            state=State.HELD,
        )


def _dates(entries: Iterable[Mapping[str, Any]]) -> dict[int, int]:
    """Return the `date_add` of each receipt, in unix seconds, where it can be read."""
    found: dict[int, int] = {}
    for entry in entries:
        try:
            receipt_id, date = quirks.integer(entry.get("receipt_id")), quirks.integer(entry.get("date_add"))
        except quirks.Unreadable:
            continue
        if receipt_id is not None and date:
            found[receipt_id] = date
    return found
