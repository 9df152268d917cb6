"""The daily report and its keeper, and reports by hand (posnet.md 10).

A daily report is due before the first sale of a new day, or, where the hour is set, once that hour has come behind a
sale. It is sent with the printer's own date, so that no key is awaited, and proven by its counter: `scnt rd`
goes up by one. In training mode that counter stands still, and the totals are zero afterwards instead. With totals of
zero none is made: a second zero report in a row is refused by the printer.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING

from drivers.contract import Fault
from drivers.posnet.clock import clock_of, sold_at
from drivers.posnet.commands import Command
from drivers.posnet.readings import (
    NOTHING,
    totals_of,
    truth_of,
    whole_of,
)
from drivers.posnet.session import Done, RefusedByPrinterError
from drivers.posnet.values import YES, day

if TYPE_CHECKING:
    from datetime import date

    from drivers.posnet.clock import DeviceClock
    from drivers.posnet.frames import Answer
    from drivers.posnet.session import Session

Fields = tuple[tuple[str, str], ...]

ZERO_REPORT, WRONG_DATE = 382, 723
DEMANDS = frozenset({383, 1957, 2010, 2020, 2035, 3051, 3084})
"""Errors that a daily report solves (posnet.md 10)."""
MIDNIGHT_SECONDS = 60.0
"""Before midnight no receipt is begun while its day has sales: it might end on a day whose report is due first."""

_CURE = "Look at the printer, then: receipt-bridge report daily"


@dataclass(frozen=True, slots=True)
class Day:
    """The sales since the last daily report: `first` is the time of the first one by the printer, None without any."""

    first: datetime | None = None

    @property
    def sold(self) -> bool:
        """Whether anything was sold."""
        return self.first is not None

    def report_due(self, today: date) -> bool:
        """Whether sales of an earlier day have no report."""
        return self.first is not None and self.first.date() < today

    def passed(self, hour: time, now: datetime) -> bool:
        """Whether that hour, of this day or an earlier one, has come behind a sale without a report."""
        last = datetime.combine(now.date(), hour)
        if last > now:
            last -= timedelta(days=1)
        return self.first is not None and self.first < last

    def midnight_near(self, clock: DeviceClock, monotonic: float) -> bool:
        """Whether the day with these sales ends in a moment."""
        return self.sold and clock.seconds_to_midnight(monotonic) < MIDNIGHT_SECONDS


def day_of(stot: Answer, today: date) -> Day:
    """Return the sales of `stot`; such without a date count as of this morning. Raises UnreadableAnswerError."""
    if not whole_of(stot, "pn") and totals_of(stot, "p") == NOTHING:
        return Day()
    first = sold_at(stot, "s") or sold_at(stot, "e")
    return Day(first or datetime.combine(today, time.min))


@dataclass(frozen=True, slots=True)
class DailyReport:
    """What came of a daily report: `made` is false when nothing had been sold; `number` is that of the last one."""

    made: bool
    number: int


def make_daily_report(session: Session, *, even_zero: bool = False) -> DailyReport:
    """Make the daily report, once, and prove it. With `even_zero` the printer itself demanded it.

    Raises Fault when it cannot be proven, RefusedByPrinterError, AnswerLostError, UnreadableAnswerError.
    """
    before = whole_of(session.read("scnt"), "rd")
    if not even_zero and not _something_to_report(session):
        return DailyReport(made=False, number=before)
    try:
        _send(session, before)
    except RefusedByPrinterError as refused:
        if refused.error.code != ZERO_REPORT or refused.error.frame:
            raise
        return DailyReport(made=False, number=before)
    return DailyReport(made=True, number=_proven(session, before))


def _something_to_report(session: Session) -> bool:
    """Whether totals are not zero, or a receipt was cancelled or finished since the last report."""
    if not truth_of(session.read("scomm"), "tz"):
        return True
    stot = session.read("stot")
    return bool(whole_of(stot, "pn")) or totals_of(stot, "p") != NOTHING


def _send(session: Session, before: int) -> None:
    """Send it with today's date; a date that ended meanwhile is replaced, once."""
    for attempt in (1, 2):
        today = clock_of(session.read("rtcget"), 0.0).now.date()
        try:
            session.change(
                Command("dailyrep", (("da", day(today)),)),
                pace=session.timing.report,
                done=lambda: Done.YES if _counted(session, before) else Done.NO,
            )
        except RefusedByPrinterError as refused:
            if refused.error.code != WRONG_DATE or refused.error.frame or attempt > 1:
                raise
        else:
            return


def _counted(session: Session, before: int) -> bool:
    """Whether the report has been made: one more is counted, or, in training, nothing is left to report."""
    if whole_of(session.read("scnt"), "rd") == before + 1:
        return True
    fiscal = truth_of(session.read("scomm"), "fs")
    return not fiscal and not _something_to_report(session)


def _proven(session: Session, before: int) -> int:
    """Return the number of the report that was made. Raises Fault when the printer does not count it."""
    if not _counted(session, before):
        raise Fault(
            "The printer does not count the daily report it confirmed", cure=_CURE, code="report_failed"
        )
    return whole_of(session.read("scnt"), "rd")


def print_monthly(session: Session, month: date, *, summary: bool) -> bool:
    """Print the report of the month in which `month` lies; return whether it is a summary.

    Raises RefusedByPrinterError, AnswerLostError.
    """
    return _print_sums(session, "monthlyrep", (("da", day(month.replace(day=1))),), summary=summary)


def print_period(session: Session, first: date, last: date, *, summary: bool) -> bool:
    """Print the report of a period, both days included; returns and raises as `print_monthly` does."""
    return _print_sums(
        session, "periodicrepbydates", (("fd", day(first)), ("td", day(last))), summary=summary
    )


def _print_sums(session: Session, mnemonic: str, span: Fields, *, summary: bool) -> bool:
    # The maker's specification for ONLINE models (POT-I-DEV-37, pages 215 and 216) has these fields, `su` as the one
    # that may be missing: then the report is a full one. No document at hand tells it of older models, so `su` is
    # sent only for a summary, and a printer that does not take it there prints the full report.
    if summary:
        try:
            _print(session, Command(mnemonic, (*span, ("su", YES))))
        except RefusedByPrinterError as refused:
            if not refused.error.frame or refused.unknown_command:
                raise
        else:
            return True
    _print(session, Command(mnemonic, span))
    return False


def print_copy(session: Session, number: int | None, on: date | None) -> None:
    """Print a copy of the receipt of that footer number, or of the last printout. Raises as `print_monthly` does."""
    if number is None:
        _print(session, Command("eclastprintouts", (("no", "1"),)))
        return
    fields = [("ty", "0"), ("fn", str(number)), ("tn", str(number))]
    if on is not None:
        fields += [("fd", day(on)), ("td", day(on))]
    _print(session, Command("ecprndoc", tuple(fields)))


def _print(session: Session, command: Command) -> None:
    """Have something printed that changes no total; how many printouts there were tells whether it was."""
    before = whole_of(session.read("scnt"), "hn")

    def printed() -> Done:
        return Done.YES if whole_of(session.read("scnt"), "hn") > before else Done.NO

    session.change(command, pace=session.timing.report, done=printed)
