"""Sources -> sums, differences and notes. Pure: nobody is asked, no clock is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.balance.against_baselinker import against_baselinker, numbers_told, of_elsewhere, of_pending
from bridge.balance.against_printer import against_printer
from bridge.balance.differences import Note, NoteKind, Row, Sum, TillBalance
from bridge.balance.periods import choose, in_order, printer_rates
from bridge.balance.sources import added

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from bridge.balance.periods import Chosen
    from bridge.balance.sources import Office, Pending, Sold, Till
    from drivers.sales_day import SalesDay

_GAPS = {
    "no_records": NoteKind.NO_RECORDS,
    "training": NoteKind.TRAINING,
    "record_missing": NoteKind.RECORD_MISSING,
}


def compare(till: Till, sold: Iterable[Sold], pending: Iterable[Pending], office: Office) -> TillBalance:
    """Return the balance of one printer.

    `sold` may hold receipts of other printers and of the days around: those of this day are chosen by the printer's
    own word, or by their time where it cannot tell.
    """
    chosen = choose(till, [one for one in sold if one.printer == till.name])
    ours = [one for one in pending if one.printer == till.name]
    differences = [
        *against_baselinker(chosen.receipts, till, office),
        *(of_pending(one, office) for one in ours),
        *(of_elsewhere(one) for one in office.elsewhere if one.printer == till.name),
        *against_printer(till, chosen, office),
    ]
    return TillBalance(
        printer=till.name,
        rows=tuple(_row(one, office) for one in chosen.receipts),
        sums=tuple(_sums(till, chosen.receipts, office)),
        differences=tuple(differences),
        notes=tuple(_notes(till, chosen, office)),
    )


def _sums(till: Till, sold: Sequence[Sold], office: Office) -> Iterator[Sum]:
    ours = added(one.rates for one in sold)
    theirs = _printer_sums(till.day)
    issued: Mapping[str, int] | None = None
    if office.issued or (office.asked and not sold):
        issued = added(
            found.rates or {} for one in sold if (found := office.issued.get(one.receipt_id)) is not None
        )
    for rate in in_order({*ours, *(theirs or {}), *(issued or {})}):
        yield Sum(
            till.name,
            rate,
            journal=ours.get(rate, 0),
            device=None if theirs is None else theirs.get(rate, 0),
            baselinker=None if issued is None else issued.get(rate, 0),
        )


def _printer_sums(day: SalesDay | None) -> dict[str, int] | None:
    """Return what the printer sold all day, None where it cannot tell."""
    return None if day is None or day.gap else added(printer_rates(period) for period in day.periods)


def _row(one: Sold, office: Office) -> Row:
    issued = office.issued.get(one.receipt_id)
    return Row(
        one.receipt_id,
        one.order_id,
        one.number,
        one.report,
        one.printed_at,
        journal=one.total,
        baselinker=None if issued is None else issued.total,
    )


def _notes(till: Till, chosen: Chosen, office: Office) -> Iterator[Note]:
    if till.trouble:
        yield Note(NoteKind.NOT_READ, till.name, text=till.trouble)
    elif till.day is None:
        yield Note(NoteKind.NO_TOTALS, till.name)
    else:
        yield from _notes_of_day(till, till.day)
    if chosen.not_compared:
        left = chosen.not_compared
        total = sum(one.total or 0 for one in left)
        yield Note(NoteKind.NOT_COMPARED, till.name, len(left), total)
    confirmed = [one for one in chosen.receipts if one.confirmed and one.receipt_id in office.issued]
    if confirmed and not office.numbers_asked and not numbers_told(confirmed, office):
        yield Note(NoteKind.NUMBERS_NOT_ASKED, till.name)
    elif office.asked and any(one.number for one in confirmed) and not numbers_told(confirmed, office):
        yield Note(NoteKind.NUMBERS_NOT_TOLD, till.name)


def _notes_of_day(till: Till, day: SalesDay) -> Iterator[Note]:
    if day.gap:
        yield Note(_GAPS.get(day.gap, NoteKind.RECORD_MISSING), till.name)
    if any(period.closed_at is None and period.finished for period in day.periods):
        yield Note(NoteKind.RUNNING, till.name)
    cancelled = sum(period.cancelled or 0 for period in day.periods)
    if cancelled:
        yield Note(NoteKind.CANCELLED, till.name, cancelled)
    invoices = sum(period.invoices for period in day.periods)
    if invoices:
        yield Note(NoteKind.INVOICES, till.name, invoices, sum(period.invoiced for period in day.periods))
    for period in day.periods:
        moments = [moment for moment in (period.first, period.last) if moment is not None]
        if not all(till.holds(moment) for moment in moments):
            yield Note(NoteKind.SPANS, till.name, period.report)
