"""The journal's receipts against a printer's own totals and numbers, period by period."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from bridge.balance.against_baselinker import about, issued_says
from bridge.balance.differences import CANNOT_TELL, NOT_ASKED, NOTHING, Difference, Kind, Says, Word
from bridge.balance.periods import in_order, printer_rates
from bridge.balance.sequence import gaps
from bridge.balance.sources import added

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bridge.balance.periods import Chosen
    from bridge.balance.sources import Office, Sold, Till
    from drivers.sales_day import Period


def against_printer(till: Till, chosen: Chosen, office: Office) -> Iterator[Difference]:
    """Yield what the printer has differently; nothing where it has no totals."""
    if till.day is None:
        return
    for period in till.day.periods:
        receipts = chosen.by_report.get(period.report, [])
        yield from _numbers(till, period, receipts)
        yield from _vat(till, period, receipts, office)
    for kind, found in ((Kind.NOT_AT_PRINTER, chosen.nowhere), (Kind.OTHER_DEVICE, chosen.other_device)):
        for one in found:
            issued = office.issued.get(one.receipt_id)
            yield about(one, kind, till, NOT_ASKED if issued is None else issued_says(issued))


def _numbers(till: Till, period: Period, receipts: Sequence[Sold]) -> Iterator[Difference]:
    by_number: dict[int, list[Sold]] = defaultdict(list)
    for one in receipts:
        if one.number.isdecimal():
            by_number[int(one.number)].append(one)
    numbered = [number for number, ones in by_number.items() for _ in ones]
    restarts = till.day.restarts if till.day is not None else None
    found = gaps(period, numbered, len(receipts) - len(numbered), restarts=restarts)
    for number in found.missing:
        yield _of_period(Kind.NUMBER_GAP, till, period, Says(Word.NUMBERED, f"{number:05d}"))
    for kind, numbers in ((Kind.NUMBER_TWICE, found.twice), (Kind.NUMBER_BEYOND, found.beyond)):
        for number in numbers:
            for one in by_number[number]:
                yield about(one, kind, till, CANNOT_TELL)
    if found.more or found.fewer:
        counted = Says(Word.COUNT, str(period.finished))
        yield _of_period(Kind.COUNT, till, period, counted, journal=Says(Word.COUNT, str(len(receipts))))


def _vat(till: Till, period: Period, receipts: Sequence[Sold], office: Office) -> Iterator[Difference]:
    ours, theirs = added(one.rates for one in receipts), printer_rates(period)
    issued = added(
        found.rates or {} for one in receipts if (found := office.issued.get(one.receipt_id)) is not None
    )
    for rate in in_order({*ours, *theirs}):
        if ours.get(rate, 0) != theirs.get(rate, 0):
            yield _of_period(
                Kind.VAT_TOTALS,
                till,
                period,
                Says(Word.SUM, grosze=theirs.get(rate, 0)),
                journal=Says(Word.SUM, grosze=ours.get(rate, 0)),
                baselinker=Says(Word.SUM, grosze=issued.get(rate, 0)) if office.issued else NOT_ASKED,
                rate=rate,
            )


def _of_period(
    kind: Kind,
    till: Till,
    period: Period,
    device: Says,
    *,
    journal: Says = NOTHING,
    baselinker: Says = CANNOT_TELL,
    rate: str = "",
) -> Difference:
    number = device.number if kind is Kind.NUMBER_GAP else ""
    return Difference(
        kind, till.name, journal, device, baselinker, number=number, report=period.report, rate=rate
    )
