"""The poll: the waiting list of BaseLinker, brought into the journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge import messages, reasons
from bridge.baselinker.budget import Priority
from bridge.baselinker.errors import RefusedCall
from bridge.guards.net import Net
from bridge.guards.safe_mode import safe_mode_of
from bridge.intake import Listed, UnreadableError, read_listed
from bridge.journal import Event, State
from bridge.log import say
from bridge.polls import PollResult, apply_poll

if TYPE_CHECKING:
    from bridge.baselinker.receipts import Waiting
    from bridge.courier.desk import Desk
    from bridge.polls import Step


_REFUSED_PAUSE = 30.0


class PollJob:
    """Asks for the list every `poll_seconds`, or at once when a station wants it fresh."""

    priority = Priority.POLL

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._due = self._not_before = desk.clock.monotonic()
        self._unserved: frozenset[int | None] = frozenset()
        self._first = True
        settings = desk.settings
        self._net = Net(desk.journal, settings.backlog, settings.printer_for, settings.language)

    def step(self) -> bool:
        """Poll if it is time; return whether it was."""
        desk = self._desk
        now = desk.clock.monotonic()
        wanted = desk.wake.poll_wanted() and now >= self._not_before
        if now < self._due and not wanted:
            return False
        try:
            waiting = desk.calls.waiting_receipts()
        except RefusedCall as error:
            self._refused(error, now)
            return True
        self._due = now + desk.settings.poll_seconds
        self._tell(self._take(waiting, now))
        desk.journal.beat("poll", desk.run_id, {"monotonic": now, "listed": len(waiting.entries)})
        if desk.repeated.over("poll", messages.LIST_AGAIN, "BaseLinker lists receipts again") or self._first:
            desk.journal.beat("api", desk.run_id, {"state": "ok", "what": ""})
        if self._first:
            self._first = False
            say(messages.FIRST_POLL, "first poll done", listed=len(waiting.entries))
        desk.wake.poll_done()
        return True

    def _take(self, waiting: Waiting, now: float) -> PollResult:
        """Bring the list into the journal; return what it changed. In safe mode it changes nothing."""
        desk = self._desk
        if safe_mode_of(desk.journal) is not None:
            return PollResult()
        listed = self._read(waiting.entries)
        listed = self._net.hold_back(listed, waiting.entries, now=desk.client.time(), monotonic=now)
        result = apply_poll(
            desk.journal, listed, desk.settings.printer_for, desk.clock.time(), complete=waiting.complete
        )
        self._net.applied(complete=waiting.complete, monotonic=now)
        if waiting.complete:
            desk.listed, desk.listed_at = frozenset(item.receipt_id for item in listed), now
        desk.vanished.extend(step.receipt_id for step in result.steps if step.event is Event.UNLISTED)
        return result

    def _refused(self, error: RefusedCall, now: float) -> None:
        """Ask again later; what was printed is confirmed meanwhile, and nothing new is printed."""
        self._due = self._not_before = now + max(_REFUSED_PAUSE, self._desk.settings.poll_seconds)
        self._desk.repeated.trouble(
            "poll", messages.LIST_REFUSED, f"BaseLinker lists no receipts: {error}", api="refused"
        )
        self._desk.journal.beat(
            "api",
            self._desk.run_id,
            {"state": "refused", "what": str(error), "brief": "BaseLinker lists no receipts"},
        )

    def seconds_to_next(self) -> float:
        """Return the seconds until the next poll."""
        return self._due - self._desk.clock.monotonic()

    def _read(self, entries: list[dict[str, Any]]) -> list[Listed]:
        listed: list[Listed] = []
        for entry in entries:
            try:
                listed.append(read_listed(entry))
            except UnreadableError as error:
                self._desk.repeated.trouble(
                    f"unreadable {error}",
                    messages.ENTRY_UNREADABLE,
                    f"BaseLinker lists an entry that cannot be read, it is left alone: {error}",
                )
        return listed

    def _tell(self, result: PollResult) -> None:
        for step in result.steps:
            self._tell_step(step)
        for series, count in result.unserved.items():
            self._desk.repeated.trouble(
                f"unserved {series}",
                messages.SERIES_UNSERVED,
                "receipts wait in a series that no printer serves; give it to one with the key 'series'",
                series="none" if series is None else series,
                receipts=count,
            )
        for series in self._unserved - result.unserved.keys():
            text = "no receipts wait unserved in this series"
            self._desk.repeated.over(f"unserved {series}", messages.SERIES_SERVED, text, series=series)
        self._unserved = frozenset(result.unserved)

    def _tell_step(self, step: Step) -> None:
        message, text = messages.RECEIPT_WAITS, "receipt waits"
        if step.event is Event.LISTED and step.edited:
            message, text = messages.RECEIPT_EDITED, "receipt was edited in BaseLinker, it waits anew"
        elif step.event is Event.UNLISTED:
            message, text = messages.RECEIPT_DROPPED, f"receipt dropped, not printed: {step.reason}"
        elif step.event is Event.STILL_LISTED:
            message = messages.RECEIPT_STILL_LISTED
            text = "BaseLinker still lists a confirmed receipt: confirmed again, not printed"
        elif step.code:
            message = messages.RECEIPT_HELD if step.state is State.HELD else messages.RECEIPT_REFUSED
            todo = reasons.what_to_do(step.code, step.receipt_id, self._desk.settings.language)
            text = f"receipt {step.state}, not printed: {step.reason}. {todo}"
        say(message, text, receipt=step.receipt_id, printer=step.printer, state=step.state)
