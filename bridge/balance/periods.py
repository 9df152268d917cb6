"""Which receipts of the journal belong to a day, where the printer has them, and what it says of them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bridge.balance.differences import CANNOT_TELL, Says, Word
from bridge.balance.sources import added, rate_label

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bridge.balance.sources import Sold, Till
    from drivers.sales_day import Period, SalesDay

_COARSE = 59
"""Older firmware tells moments to the minute only."""

_UNCOUNTED = "training"
"""The gap of a printer that counts no reports: the number of a report says nothing there."""


@dataclass(slots=True)
class Chosen:
    """The journal's receipts of one printer and day, and where the printer has them."""

    receipts: list[Sold] = field(default_factory=list)
    by_report: dict[int, list[Sold]] = field(default_factory=lambda: defaultdict(list))
    not_compared: list[Sold] = field(default_factory=list)
    nowhere: list[Sold] = field(default_factory=list)
    other_device: list[Sold] = field(default_factory=list)


def choose(till: Till, sold: Sequence[Sold]) -> Chosen:
    """Return the receipts of the day among those of one printer, oldest first."""
    chosen, day = Chosen(), till.day
    for one in sorted(sold, key=lambda one: (one.printed_at, one.receipt_id)):
        today = till.holds(one.printed_at)
        if day is None:
            if today:
                chosen.receipts.append(one)
            continue
        if one.device and day.device and one.device != day.device:
            if today:
                chosen.receipts.append(one)
                chosen.other_device.append(one)
            continue
        _place(one, day, chosen, today=today)
    return chosen


def _place(one: Sold, day: SalesDay, chosen: Chosen, *, today: bool) -> None:
    """Put a receipt where the printer has it; one proven late may be of a day before."""
    period = period_of(one, day, today=today)
    if period is not None:
        chosen.receipts.append(one)
        chosen.by_report[period.report].append(one)
    elif today and day.gap:
        chosen.receipts.append(one)
        chosen.not_compared.append(one)
    elif today and (one.report is None or one.timed):
        chosen.receipts.append(one)
        chosen.nowhere.append(one)


def period_of(one: Sold, day: SalesDay, *, today: bool) -> Period | None:
    """Return the period in which a receipt was sold, None where it is in none of this day.

    `today` tells whether its time lies on that day: where its proof names no report, its time decides, and where a day
    has one period alone, that.
    """
    if one.report is not None and day.gap != _UNCOUNTED:
        return next((period for period in day.periods if period.report == one.report), None)
    if not today:
        return None
    for slack in (0, _COARSE):
        for period in day.periods:
            if _holds(period, one.printed_at, slack):
                return period
    return day.periods[0] if len(day.periods) == 1 and not day.gap and day.periods[0].finished else None


def _holds(period: Period, moment: int, slack: int) -> bool:
    if period.first is None or period.last is None:
        return False
    return period.first - slack <= moment <= period.last + slack


def printer_rates(period: Period) -> dict[str, int]:
    """Return what a printer sold in a period by the label of the rate; what is not in use now by its letter."""
    return added(
        {(f"({total.letter})" if total.rate is None else rate_label(total.rate)): total.grosze}
        for total in period.totals
        if total.grosze
    )


def printer_says(one: Sold, day: SalesDay | None) -> Says:
    """Return what a printer says of one receipt: that it has given this number, where it is sure to have."""
    period = None if day is None else period_of(one, day, today=True)
    if day is None or period is None or not day.restarts or not one.number.isdecimal():
        return CANNOT_TELL
    given = period.finished + (period.cancelled or 0)
    return Says(Word.NUMBERED, one.number) if 1 <= int(one.number) <= given else CANNOT_TELL


def in_order(labels: Iterable[str]) -> list[str]:
    """Return labels of rates, the highest first, then those that are no percentage."""

    def place(label: str) -> tuple[bool, float, str]:
        percent = label.partition("%")[0]
        is_number = percent.replace(".", "", 1).isdecimal()
        return not is_number, -float(percent) if is_number else 0.0, label

    return sorted(labels, key=place)
