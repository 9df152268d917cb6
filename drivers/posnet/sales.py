"""What the printer itself sold on one day, read without printing (posnet.md 7.1 and 10).

records    `fmrecrd` of the daily reports, found by halving their numbers: a later report has a later date
running    `stot`, what no report has closed yet

A report counts for the days of its sales, whenever it was made: one made after midnight for the day before belongs to
that day. A report without sales counts for the day it was made on. Rates are those of the present table: `fmrecrd`
tells letters only.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from drivers.contract import Refusal
from drivers.posnet.clock import unix_seconds
from drivers.posnet.readings import (
    UnreadableAnswerError,
    field_of,
    optional_whole,
    totals_of,
    whole_of,
)
from drivers.posnet.values import EXEMPT, INACTIVE, read_instant, read_minute, slot_letter
from drivers.receipt import VatRate
from drivers.sales_day import LetterTotal, Period, SalesDay

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date
    from decimal import Decimal

    from drivers.posnet.frames import Answer
    from drivers.posnet.printer import Printer
    from drivers.posnet.session import Session

_LONG_AGO = 2000
"""The year of a moment that never was: 2000-01-01;01:00."""


@dataclass(frozen=True, slots=True)
class _Moment:
    """A moment by the printer's wall clock, and in unix seconds where its zone is known."""

    wall: datetime
    unix: int | None


@dataclass(frozen=True, slots=True)
class _Record:
    """A period with the moments that tell which days it belongs to."""

    period: Period
    made: _Moment | None
    first: _Moment | None
    last: _Moment | None

    def touches(self, on: date) -> bool:
        """Whether it has sales of that day, or, without sales, was closed on it."""
        if self.first is not None and self.last is not None:
            return self.first.wall.date() <= on <= self.last.wall.date()
        return self.made is not None and self.made.wall.date() == on


def read_sales(printer: Printer, on: date) -> SalesDay:
    """Return what was sold on a day.

    Raises Refusal for a day that has not come, RefusedByPrinterError, AnswerLostError, UnreadableAnswerError.
    """
    session, device = printer.session, printer.device
    today = printer.read_clock().now.date()
    if on > today:
        raise Refusal(f"{on} has not come yet", field="day", cure=f"The printer's clock says {today}")
    vat = device.facts.vat
    running = _running(session, vat)
    reports = whole_of(session.read("scnt"), "rd")
    records, gap = _Records(session, vat, reports).of(on) if device.fiscal else ([], "training")
    if gap == "no_records" and _reported_before(session, on):
        gap = ""
    if running.touches(on) or (on == today and running.first is None):
        records = [*records, running]
    return SalesDay(
        day=on,
        device=device.number,
        begins=unix_seconds(datetime.combine(on, time.min)),
        ends=unix_seconds(datetime.combine(on + timedelta(days=1), time.min)),
        restarts=device.restarts,
        periods=tuple(record.period for record in records),
        gap=gap,
    )


class _Records:
    """The stored daily reports of one printer, numbered from 1 to `last`."""

    def __init__(self, session: Session, vat: tuple[Decimal, ...], last: int) -> None:
        self._session = session
        self._vat = vat
        self._last = last

    def of(self, on: date) -> tuple[list[_Record], str]:
        """Return the records of a day, oldest first, and why some may be missing, '' when none is."""
        if self._last and self._record(self._last) is None:
            return [], "no_records" if "fmrecrd" in self._session.missing else "record_missing"
        start = self._first_made_since(on)
        found = list(self._until(on, start))
        before_is_lost = start > 1 and self._record(start - 1) is None
        return [record for record in found if record.touches(on)], "record_missing" if before_is_lost else ""

    def _first_made_since(self, on: date) -> int:
        """Return the number of the first report made on that day or later, the next one where there is none."""
        low, high = 1, self._last + 1
        while low < high:
            middle = (low + high) // 2
            record = self._record(middle)
            if record is not None and record.made is not None and record.made.wall.date() >= on:
                high = middle
            else:
                low = middle + 1
        return low

    def _until(self, on: date, start: int) -> Iterator[_Record]:
        """Yield the records that may have sales of that day: up to the first one made after it."""
        for number in range(start, self._last + 1):
            record = self._record(number)
            if record is None:
                return
            yield record
            if record.made is not None and record.made.wall.date() > on:
                return

    def _record(self, number: int) -> _Record | None:
        answer = self._session.optional("fmrecrd", ("no", str(number)))
        return None if answer is None else _closed(answer, self._vat)


def _closed(fmrecrd: Answer, vat: tuple[Decimal, ...]) -> _Record:
    """Return a stored report. Raises UnreadableAnswerError."""
    made = _moment(fmrecrd, "da", "tm")
    if made is None:
        raise UnreadableAnswerError("fmrecrd: the report has no date")
    first, last = _moment(fmrecrd, "ss", "is"), _moment(fmrecrd, "se", "ie")
    return _Record(_period(fmrecrd, vat, first, last, closed_at=made.unix), made, first, last)


def _running(session: Session, vat: tuple[Decimal, ...]) -> _Record:
    """Return what no report has closed yet. Raises UnreadableAnswerError."""
    stot = session.read("stot")
    first, last = _moment(stot, "ds", "is"), _moment(stot, "de", "ie")
    period = _period(stot, vat, first, last, closed_at=None)
    number = optional_whole(session.read("scnt"), "bt")
    return _Record(replace(period, last_number=number), None, first, last)


def _period(
    answer: Answer,
    vat: tuple[Decimal, ...],
    first: _Moment | None,
    last: _Moment | None,
    *,
    closed_at: int | None,
) -> Period:
    """Return the period of `fmrecrd` or `stot`: the two name their counters alike."""
    return Period(
        report=whole_of(answer, "no"),
        closed_at=closed_at,
        first=None if first is None else first.unix,
        last=None if last is None else last.unix,
        finished=whole_of(answer, "pn"),
        cancelled=optional_whole(answer, "cn"),
        totals=_letters(totals_of(answer, "p"), vat),
        invoices=optional_whole(answer, "fn") or 0,
        invoiced=sum(optional_whole(answer, f"f{slot}") or 0 for slot in "abcdefg"),
    )


def _letters(totals: tuple[int, ...], vat: tuple[Decimal, ...]) -> tuple[LetterTotal, ...]:
    """Return the totals of the letters that are in use or were."""
    return tuple(
        LetterTotal(slot_letter(slot), _rate(percent), grosze)
        for slot, (grosze, percent) in enumerate(zip(totals, vat, strict=True))
        if grosze or percent != INACTIVE
    )


def _rate(percent: Decimal) -> VatRate | None:
    if percent == INACTIVE:
        return None
    return VatRate(None if percent == EXEMPT else percent)


def _moment(answer: Answer, minute: str, instant: str) -> _Moment | None:
    """Return a moment: to the second where the firmware tells it, None for what never was."""
    try:
        told = answer.get(instant)
        if told:
            exact = read_instant(told)
            return _real(_Moment(exact.replace(tzinfo=None), int(exact.timestamp())))
        if not answer.get(minute):
            return None
        wall = read_minute(field_of(answer, minute))
    except ValueError as error:
        raise UnreadableAnswerError(f"{answer.mnemonic} {minute}: {error}") from None
    return _real(_Moment(wall, unix_seconds(wall)))


def _real(moment: _Moment) -> _Moment | None:
    return moment if moment.wall.year > _LONG_AGO else None


def _reported_before(session: Session, on: date) -> bool:
    """Whether the last daily report was made before a day, so that the running totals have all of its sales."""
    sfsk = session.optional("sfsk")
    if sfsk is None or not sfsk.get("rw"):
        return False
    last = _moment(sfsk, "rw", "tm")
    return last is None or last.wall.date() < on
