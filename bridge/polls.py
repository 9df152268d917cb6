"""What a poll means for the journal: one durable step that brings every receipt in line with the waiting list.

* Listed for the first time, or listed again: it waits, or is refused, or is held.
* Listed with another content, and surely not printed: judged anew; what a person approved is forgotten, but a hold
  after a restore or a pause stays until a person ends it.
* Not listed any more, and surely not printed: dropped.
* Everything that may be printed is left alone; BaseLinker's list says nothing about paper.
* Confirmed and still listed long after: to be confirmed again, never printed again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bridge.journal import Event, State
from bridge.reasons import STAYS_HELD
from drivers.contract import MayBePrinted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from bridge.intake import Listed
    from bridge.journal import Entry, Journal

# A list that was fetched before the confirmation arrived may still show the receipt for a moment.
STILL_LISTED_SECONDS = 600

_JUDGED_ANEW = (State.WAITING, State.HELD, State.REFUSED, State.REPORTED)


@dataclass(frozen=True, slots=True)
class Step:
    """One change a poll made: the receipt, its new state, and why."""

    receipt_id: int
    event: Event
    state: State
    printer: str
    code: str = ""
    reason: str = ""
    edited: bool = False


@dataclass(slots=True)
class PollResult:
    """What a poll changed, and how many listed receipts belong to series that no printer serves."""

    steps: list[Step] = field(default_factory=list)
    unserved: dict[int | None, int] = field(default_factory=dict)


def apply_poll(
    journal: Journal,
    listed: Iterable[Listed],
    printer_for: Callable[[int | None], str | None],
    now: float,
    *,
    complete: bool = True,
) -> PollResult:
    """Bring the journal in line with the waiting list, in one transaction.

    From a list that may not be `complete` nothing follows for receipts that are missing in it. Costs the length of
    the list and the number of open receipts; a poll that changes nothing writes nothing.
    """
    result = PollResult()
    seen: set[int] = set()
    open_receipts = {entry.receipt_id: entry for entry in journal.open_receipts()}
    with journal.transaction():
        for item in listed:
            if item.receipt_id in seen:
                continue  # a repeat in one list is harmless
            seen.add(item.receipt_id)
            printer = printer_for(item.series_id)
            if printer is None:
                result.unserved[item.series_id] = result.unserved.get(item.series_id, 0) + 1
                continue
            entry = open_receipts.get(item.receipt_id) or journal.get(item.receipt_id)
            step = _judge(journal, item, entry, printer, now)
            if step is not None:
                result.steps.append(step)
        for entry in open_receipts.values():
            if complete and entry.receipt_id not in seen and _may_be_dropped(entry):
                result.steps.append(_drop(journal, entry))
    return result


def _judge(journal: Journal, item: Listed, entry: Entry | None, printer: str, now: float) -> Step | None:
    if entry is None:
        return _enter(journal, item, printer)
    if entry.state is State.CONFIRMED:
        return _still_listed(journal, entry, now)
    if entry.state is State.DROPPED:
        return _judge_anew(journal, item, entry, printer)
    surely_not_printed = entry.may_be_printed is MayBePrinted.NO
    if entry.state in _JUDGED_ANEW and surely_not_printed and item.digest != entry.digest:
        return _judge_anew(journal, item, entry, printer)
    if entry.state is State.WAITING and entry.printer != printer:
        # The configuration gave the series to another printer, which may sell in another currency or ask for more.
        journal.note(entry.receipt_id, {"printer": printer, "checked": ""})
    return None


def _values(item: Listed, printer: str) -> dict[str, Any]:
    return {
        "series_id": item.series_id,
        "order_id": item.order_id,
        "number": item.number,
        "printer": printer,
        "content": item.content,
        "digest": item.digest,
        "checked": "",
        "edocument_id": "",
        "approved": "[]",
        "tries": 0,
        "next_try": 0,
    }


def _verdict(item: Listed) -> tuple[Event, str, str]:
    if item.refusal is not None:
        return Event.REFUSE, item.refusal.code, str(item.refusal)
    if item.holds:
        return Event.HOLD, item.holds[0].code, "; ".join(str(hold) for hold in item.holds)
    return Event.LISTED, "", ""


def _enter(journal: Journal, item: Listed, printer: str) -> Step:
    event, code, reason = _verdict(item)
    values = _values(item, printer) | {"reason_code": code, "reason": reason}
    detail = {"printer": printer, "number": item.number} | ({"code": code, "reason": reason} if code else {})
    state = journal.enter(item.receipt_id, event, values, detail)
    return Step(item.receipt_id, event, state, printer, code, reason)


def _judge_anew(journal: Journal, item: Listed, entry: Entry, printer: str) -> Step:
    event, code, reason = _verdict(item)
    if event is Event.LISTED and entry.reason_code in STAYS_HELD:
        event, code, reason = Event.HOLD, entry.reason_code, entry.reason
    edited = item.digest != entry.digest
    values = _values(item, printer) | {"reason_code": code, "reason": reason}
    detail = {"edited": edited} | ({"code": code, "reason": reason} if code else {})
    state = journal.move(entry, event, values, detail)
    return Step(entry.receipt_id, event, state, printer, code, reason, edited=edited)


def _still_listed(journal: Journal, entry: Entry, now: float) -> Step | None:
    # A clock that was set back makes the age negative: then ask again rather than never.
    if 0 <= now - entry.changed < STILL_LISTED_SECONDS:
        return None
    state = journal.move(entry, Event.STILL_LISTED, {"tries": 0, "next_try": 0}, {})
    return Step(entry.receipt_id, Event.STILL_LISTED, state, entry.printer)


def _may_be_dropped(entry: Entry) -> bool:
    waits = entry.state in (State.WAITING, State.HELD, State.REFUSED)
    return waits and entry.may_be_printed is MayBePrinted.NO


def _drop(journal: Journal, entry: Entry) -> Step:
    reason = "BaseLinker no longer lists it"
    state = journal.move(entry, Event.UNLISTED, {}, {"reason": reason})
    return Step(entry.receipt_id, Event.UNLISTED, state, entry.printer, reason=reason)
