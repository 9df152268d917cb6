"""What became of a receipt, decided from what the printer counted: the table of posnet.md 11.4 as data.

    signs_of    the mark and two equal readings -> the signs that hold
    TABLE       the first rule all of whose signs hold decides; a case nobody foresaw goes to a person
    decide      both together

Pure: no I/O, no clock. A receipt is printed again only by NOT_PRINTED, so each rule that says so rests on counters
which no finished receipt leaves unchanged: finished receipts, day totals, and the document number of the protected
memory where the firmware tells it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from drivers.posnet.readings import NOTHING

if TYPE_CHECKING:
    from drivers.posnet.readings import Counters, Readings, ReportRecord, Totals


class Action(StrEnum):
    """What is to be done."""

    PRINTED = "printed"
    NOT_PRINTED = "not printed"
    CLOSE_FOOTER = "close the footer"
    CANCEL = "cancel"
    WAIT = "wait"
    READ_AGAIN = "read again"
    PERSON = "person"


class Row(StrEnum):
    """The rows of the table of posnet.md 11.4, and the contradictions it sends to a person."""

    FISCALISED = "fiscalised"
    FISCALISED_BEFORE_REPORT = "fiscalised, then a daily report"
    FOOTER_OPEN = "fiscalised, footer not closed"
    OPEN = "not fiscalised, still open"
    OTHER_HOST = "another host is selling"
    CANCELLED = "cancelled"
    NEVER_FISCAL = "never fiscal"
    VANISHED = "disappeared without a trace"
    REPORT_WITHOUT = "a daily report without it"
    FOREIGN = "somebody else printed"
    TWIN = "the same amounts, but its end was never sent"
    NUMBER_UNKNOWN = "fiscal, number unknown"
    CONTRADICTORY = "contradictory"
    OPEN_AND_COUNTED = "open, although others were printed"
    RAM_CLEARED = "memory was cleared"
    OTHER_DEVICE = "another printer"


class Sign(StrEnum):
    """What may be seen."""

    OTHER_DEVICE = "another device number"
    RAM_CLEARED = "the memory was cleared since"
    OPEN = "a transaction is open"
    CLOSED = "no transaction is open"
    FOOTER_OPEN = "it is fiscal and lacks its footer"
    OURS = "the open transaction is ours: our interface, and amounts our plan passes through"
    SAME_DAY = "no daily report since the mark"
    REPORTED = "one daily report since the mark"
    COUNTED_PLAN = "counters and totals moved by exactly the plan"
    COUNTED_CANCEL = "only cancelled receipts were counted"
    COUNTED_NOTHING = "nothing was counted"
    DOCUMENT_SAME = "the last receipt of the protected memory is the one of the mark"
    DOCUMENT_NEW = "the protected memory has a new receipt, or does not tell"
    RECORD_PLAN = "the report closed what the mark had, and the plan"
    RECORD_ALONE = "the report closed what the mark had, without the plan"
    SOLD_NOTHING_SINCE = "nothing was sold since the report"
    TREND_SENT = "the end of the receipt may have been sent"
    TREND_DONE = "the printer repeats that it carried out the end of the receipt"
    TREND_REFUSED = "the printer repeats that it refused the end of the receipt"
    EXPLAINED = "why no transaction is open has a reason"


@dataclass(frozen=True, slots=True)
class Rule:
    """One row: it decides when all its signs hold."""

    row: Row
    action: Action
    signs: frozenset[Sign]


def _rule(row: Row, action: Action, *signs: Sign) -> Rule:
    return Rule(row, action, frozenset(signs))


TABLE: tuple[Rule, ...] = (
    _rule(Row.OTHER_DEVICE, Action.PERSON, Sign.OTHER_DEVICE),
    _rule(Row.RAM_CLEARED, Action.PERSON, Sign.RAM_CLEARED),
    # One daily report in between. A receipt sold since then has used up a new document number.
    _rule(
        Row.FISCALISED_BEFORE_REPORT,
        Action.PRINTED,
        *(Sign.REPORTED, Sign.RECORD_PLAN, Sign.DOCUMENT_NEW, Sign.TREND_SENT),
    ),
    _rule(Row.CONTRADICTORY, Action.READ_AGAIN, Sign.REPORTED, Sign.TREND_DONE, Sign.DOCUMENT_SAME),
    _rule(Row.REPORT_WITHOUT, Action.NOT_PRINTED, Sign.REPORTED, Sign.CLOSED, Sign.DOCUMENT_SAME),
    _rule(
        Row.REPORT_WITHOUT,
        Action.NOT_PRINTED,
        *(Sign.REPORTED, Sign.CLOSED, Sign.RECORD_ALONE, Sign.SOLD_NOTHING_SINCE, Sign.COUNTED_NOTHING),
    ),
    # A transaction is open.
    _rule(
        Row.FOOTER_OPEN,
        Action.CLOSE_FOOTER,
        *(Sign.OPEN, Sign.OURS, Sign.FOOTER_OPEN, Sign.TREND_SENT),
    ),
    _rule(Row.OTHER_HOST, Action.WAIT, Sign.OPEN, Sign.FOOTER_OPEN),
    _rule(Row.OPEN, Action.CANCEL, Sign.OPEN, Sign.OURS, Sign.COUNTED_NOTHING),
    _rule(Row.OPEN_AND_COUNTED, Action.PERSON, Sign.OPEN, Sign.OURS),
    _rule(Row.OTHER_HOST, Action.WAIT, Sign.OPEN),
    # None is open.
    _rule(Row.CONTRADICTORY, Action.READ_AGAIN, Sign.COUNTED_PLAN, Sign.TREND_REFUSED),
    _rule(Row.FISCALISED, Action.PRINTED, Sign.COUNTED_PLAN, Sign.TREND_SENT),
    _rule(Row.TWIN, Action.PERSON, Sign.COUNTED_PLAN),
    _rule(Row.CONTRADICTORY, Action.READ_AGAIN, Sign.COUNTED_CANCEL, Sign.TREND_DONE),
    _rule(Row.CANCELLED, Action.NOT_PRINTED, Sign.COUNTED_CANCEL),
    _rule(Row.CONTRADICTORY, Action.READ_AGAIN, Sign.COUNTED_NOTHING, Sign.TREND_DONE),
    _rule(Row.NEVER_FISCAL, Action.NOT_PRINTED, Sign.COUNTED_NOTHING, Sign.EXPLAINED),
    _rule(Row.VANISHED, Action.READ_AGAIN, Sign.COUNTED_NOTHING),
    _rule(Row.NUMBER_UNKNOWN, Action.PERSON, Sign.TREND_DONE),
    _rule(Row.FOREIGN, Action.PERSON),
)


@dataclass(frozen=True, slots=True)
class Sale:
    """What a plan does to a printer's totals: in the end, and after each of its lines (`steps`, zero included)."""

    totals: Totals
    steps: frozenset[Totals]

    @classmethod
    def of(cls, lines: tuple[tuple[int, int], ...]) -> Sale:
        """Return the sale of lines, each a slot and what is paid for it."""
        running = list(NOTHING)
        steps = {NOTHING}
        for slot, paid in lines:
            running[slot] += paid
            steps.add(tuple(running))
        return cls(tuple(running), frozenset(steps))


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the device stood at the mark: which one, its counters, the interface the receipt went to (1 or 2).

    `restarts` tells that the receipt counters begin anew with each daily report; None when the printer does not tell.
    """

    device: str
    counters: Counters
    interface: int
    restarts: bool | None = None


class TrendAnswer(StrEnum):
    """What `rpt` said of the end of the receipt."""

    DONE = "done"
    REFUSED = "refused"
    NOT_KNOWN = "not known"
    """The printer has no answer to it: it did not arrive, or the printer was restarted since, or was not asked."""


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the conversation had come. `explained` tells that a receipt may be gone from the printer for a reason.

    Reasons are: `trinit` was never confirmed, the printer was restarted, or it was left alone longer than a
    transaction lasts.
    """

    trend_sent: bool
    trend_answer: TrendAnswer = TrendAnswer.NOT_KNOWN
    explained: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do, by which row; `number` is the receipt's with PRINTED."""

    row: Row
    action: Action
    number: int | None = None


def decide(origin: Origin, readings: Readings, sale: Sale, progress: Progress) -> Decision:
    """Return the decision of the first row that holds."""
    signs = signs_of(origin, readings, sale, progress)
    rule = next(rule for rule in TABLE if rule.signs <= signs)
    if rule.action is not Action.PRINTED:
        return Decision(rule.row, rule.action)
    if rule.row is Row.FISCALISED_BEFORE_REPORT:
        return Decision(rule.row, rule.action, origin.counters.number + 1)
    return Decision(rule.row, rule.action, readings.counters.number)


def signs_of(origin: Origin, readings: Readings, sale: Sale, progress: Progress) -> frozenset[Sign]:
    """Return every sign that holds."""
    now = readings.counters
    base = _base(origin, readings)
    seen = {
        Sign.OTHER_DEVICE: readings.device != origin.device,
        Sign.RAM_CLEARED: now.ram_clears != origin.counters.ram_clears,
        Sign.OPEN: readings.transaction.is_open,
        Sign.CLOSED: not readings.transaction.is_open,
        Sign.FOOTER_OPEN: readings.transaction.is_open and readings.transaction.footer_open,
        Sign.OURS: _is_ours(readings, origin.interface, sale),
        Sign.SAME_DAY: now.reports == origin.counters.reports,
        Sign.REPORTED: now.reports == origin.counters.reports + 1,
        Sign.COUNTED_PLAN: base is not None and counted_plan(base, now, sale.totals),
        Sign.COUNTED_CANCEL: base is not None and _counted_cancel(base, now),
        Sign.COUNTED_NOTHING: base is not None and _counted_nothing(base, now),
        Sign.DOCUMENT_SAME: now.receipt_document is not None
        and now.receipt_document == origin.counters.receipt_document,
        Sign.DOCUMENT_NEW: _grew(origin.counters.receipt_document, now.receipt_document),
        Sign.RECORD_PLAN: _closed(readings.record, origin.counters, sale.totals, 1),
        Sign.RECORD_ALONE: _closed(readings.record, origin.counters, NOTHING, 0),
        Sign.SOLD_NOTHING_SINCE: now.day_finished == 0 and now.day_totals == NOTHING,
        Sign.TREND_SENT: progress.trend_sent,
        Sign.TREND_DONE: progress.trend_answer is TrendAnswer.DONE,
        Sign.TREND_REFUSED: progress.trend_answer is TrendAnswer.REFUSED,
        Sign.EXPLAINED: progress.explained,
    }
    return frozenset(sign for sign, holds in seen.items() if holds)


def _base(origin: Origin, readings: Readings) -> Counters | None:
    """Return the counters to compare with; None when nothing is comparable.

    After a daily report which closed exactly what the mark had, counting began anew, from zero where it restarts.
    """
    before, now = origin.counters, readings.counters
    if now.reports == before.reports:
        return before
    if now.reports != before.reports + 1 or not origin.restarts:
        return None
    if not _closed(readings.record, before, NOTHING, 0):
        return None
    return replace(
        before,
        finished=0,
        cancelled=None if before.cancelled is None else 0,
        receipts=None if before.receipts is None else 0,
        day_totals=NOTHING,
        day_finished=0,
        day_cancelled=None if before.day_cancelled is None else 0,
    )


def _closed(record: ReportRecord | None, before: Counters, sold: Totals, receipts: int) -> bool:
    """Whether the report closed the totals of the mark and what was `sold`, without a further cancelled receipt."""
    return (
        record is not None
        and record.number == before.reports + 1
        and record.totals == _sum(before.day_totals, sold)
        and record.finished == before.day_finished + receipts
        and (record.cancelled is None or record.cancelled == (before.day_cancelled or 0))
    )


def _is_ours(readings: Readings, interface: int, sale: Sale) -> bool:
    return (
        readings.transaction.is_open
        and readings.owner in (None, 0, interface)
        and readings.transaction.totals in sale.steps
    )


def counted_plan(before: Counters, now: Counters, planned: Totals) -> bool:
    """Whether counters and totals moved by one receipt with these totals, and by nothing else."""
    return (
        now.finished == before.finished + 1
        and now.day_finished == before.day_finished + 1
        and now.day_totals == _sum(before.day_totals, planned)
        and _moved(before.receipts, now.receipts) in (None, 1)
        and not _cancels(before, now)
        and _grew(before.receipt_document, now.receipt_document)
    )


def _counted_cancel(before: Counters, now: Counters) -> bool:
    cancels = _cancels(before, now)
    return (
        cancels >= 1
        and _moved(before.receipts, now.receipts) in (None, cancels)
        and _finished_nothing(before, now)
    )


def _counted_nothing(before: Counters, now: Counters) -> bool:
    return (
        not _cancels(before, now)
        and _moved(before.receipts, now.receipts) in (None, 0)
        and _finished_nothing(before, now)
    )


def _finished_nothing(before: Counters, now: Counters) -> bool:
    return (
        now.finished == before.finished
        and now.day_finished == before.day_finished
        and now.day_totals == before.day_totals
        and _moved(before.receipt_document, now.receipt_document) in (None, 0)
    )


def _cancels(before: Counters, now: Counters) -> int:
    """Return how many receipts were cancelled, by `scnt` or, where that does not tell, by `stot`."""
    by_counter = _moved(before.cancelled, now.cancelled)
    if by_counter is not None:
        return by_counter
    return _moved(before.day_cancelled, now.day_cancelled) or 0


def _moved(before: int | None, now: int | None) -> int | None:
    return None if before is None or now is None else now - before


def _grew(before: int | None, now: int | None) -> bool:
    """Whether a document number is a new one; true where it is not told."""
    return before is None or now is None or now > before


def _sum(one: Totals, other: Totals) -> Totals:
    return tuple(a + b for a, b in zip(one, other, strict=True))
