"""One printer as it is known now: connection, identity, clock, sales of the day, and whether it can sell."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING

from drivers.contract import Fault
from drivers.link import LinkError
from drivers.posnet.clock import DeviceClock, clock_of, last_sale_seconds
from drivers.posnet.probe import Device, probe
from drivers.posnet.readings import Counters, UnreadableAnswerError, counters_of, transaction_of
from drivers.posnet.reconcile import fault, read_counters
from drivers.posnet.reports import DEMANDS, DailyReport, Day, day_of, make_daily_report
from drivers.posnet.sale import cancel
from drivers.posnet.session import AnswerLostError, RefusedByPrinterError, Session
from drivers.posnet.text import PAGES
from drivers.posnet.troubles import TROUBLES
from drivers.posnet.verdict import counted_plan

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.posnet.condition import Condition
    from drivers.posnet.frames import Answer, Fields
    from drivers.posnet.options import PosnetOptions
    from drivers.posnet.readings import Totals
    from drivers.posnet.verdict import Sale

CLOCK_SECONDS = 600.0
"""The printer's clock is asked again after so long; in between its time is computed."""


class Demand(Enum):
    """Whether the printer asked for a daily report; it gets one, and not another before something was sold."""

    NONE = "none"
    MADE_KNOWN = "made known"
    MET = "met"


@dataclass(frozen=True, slots=True)
class _Standing:
    """Counters, and the answer to `scnt` they go with.

    As long as `scnt` answers the same, they stand: every receipt, cancelled receipt, report and form moves a number
    in it (posnet.md 11.1), where the firmware counts cancelled receipts.
    """

    scnt: Fields
    counters: Counters


class Printer:
    """What outlives a single conversation."""

    def __init__(self, options: PosnetOptions, session: Session) -> None:
        self.session = session
        self.day = Day()
        self.stale: Sale | None = None
        """A receipt that was judged not printed: should a command of it come through late, it is cancelled."""
        self._options = options
        self._device: Device | None = None
        self._clock: DeviceClock | None = None
        self._demand = Demand.NONE
        self._standing: _Standing | None = None
        self._made: DailyReport | None = None

    @property
    def device(self) -> Device:
        """The printer as it described itself. Raises Fault before it was connected."""
        if self._device is None:
            raise fault("no_connection")
        return self._device

    @property
    def clock(self) -> DeviceClock:
        """Its clock. Raises Fault before it was connected."""
        if self._clock is None:
            raise fault("no_connection")
        return self._clock

    @property
    def now(self) -> float:
        """Monotonic seconds."""
        return self.session.wire.surroundings.monotonic()

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn whatever goes wrong in a conversation that sells nothing into a Fault."""
        try:
            yield
        except AnswerLostError as lost:
            self.close()
            raise Fault(lost.what, cure=TROUBLES[lost.code].cure, code=lost.code) from lost
        except RefusedByPrinterError as refused:
            raise self.refused(refused) from refused
        except UnreadableAnswerError as error:
            self.close()
            raise Fault(str(error), cure=TROUBLES["lost_answer"].cure, code="unreadable") from error
        except LinkError as error:
            self.close()
            cure = error.cure or TROUBLES["no_connection"].cure
            raise Fault(str(error), cure=cure, code="no_connection") from error

    def refused(self, refused: RefusedByPrinterError) -> Fault:
        """Return the Fault of an error number; one that a daily report solves is remembered for `prepare`."""
        error = refused.error
        if error.code in DEMANDS and not error.frame:
            if self._demand is Demand.MET:
                return fault("report_failed")
            self._demand = Demand.MADE_KNOWN
        return Fault(error.text.rstrip("."), cure=error.cure, code=error.name)

    def close(self) -> None:
        """Release the link; the next connection begins with getting to know the printer."""
        self.session.wire.close()
        self.forget()

    def forget(self) -> None:
        """Get to know the printer again before it is used: it may have been restarted or exchanged."""
        self._device = None
        self._clock = None
        self._standing = None
        self.session.missing.clear()

    # -- connecting ----------------------------------------------------------------------------------------------------

    def connect(self) -> None:
        """Connect, and get to know the printer unless that is done. Raises Fault, or what `faults` turns into one."""
        if not self.session.wire.connect():
            self.forget()
        if self._device is not None:
            return
        self._able(self.session.look())
        device = probe(self.session, self._options)
        self.session.page = PAGES[device.facts.code_page]
        self._device = device
        self.read_day()

    def able(self) -> Condition:
        """Return the printer's condition if it can sell now. Raises Fault."""
        condition = self.session.look()
        self._able(condition)
        for code, wrong in (("read_only", self.device.read_only), ("no_header", not self.device.header)):
            if wrong:
                raise fault(code)
        return condition

    def _able(self, condition: Condition) -> None:
        if condition.waits:
            raise fault(condition.codes[0])
        if condition.owner == self._options.interface:
            self._clear_own()
        elif condition.owner:
            raise fault("other_host")

    def _clear_own(self) -> None:
        """Cancel what a late command of ours has opened. Raises Fault for a receipt that is not known to be ours."""
        transaction = transaction_of(self.session.read("strns"))
        if not transaction.is_open:
            return
        if self.stale is None or transaction.footer_open or transaction.totals not in self.stale.steps:
            raise fault("transaction_open")
        cancel(self.session)

    def counters(self) -> Counters:
        """Return the counters of this moment, and note the sales of the day.

        Behind a receipt of ours one question shows that all of them still stand. Raises Fault when another printer
        answers than described itself.
        """
        scnt = self.session.read("scnt")
        shown = (scnt.get("nu") or b"").decode("ascii", "replace").strip()
        known = self.device.shown
        if shown and shown != known:
            self.close()
            raise Fault(
                f"Another printer answers: {shown}, until now it was {known}",
                cure=TROUBLES["no_connection"].cure,
                code="other_device",
            )
        if self._standing is not None and self._standing.scnt == scnt.fields:
            return self._standing.counters
        stot = self.session.read("stot")
        self.day = day_of(stot, self.clock.today(self.now))
        return read_counters(self.session, scnt, stot, self.device.ram_clears)

    def sale_seconds(
        self, scnt: Answer, document: int | None, before: Counters, totals: Totals
    ) -> int | None:
        """Return the unix time of a sale just proven by `scnt` and `document`; its counters are kept for the next mark.

        Where the firmware does not count cancelled receipts, or the totals moved by anything else, it is the time of
        the printer's clock, and nothing is kept. None where neither tells.
        """
        self._standing = None
        if scnt.get("bc") is None or scnt.get("bt") is None:
            return self.read_clock().instant
        stot = self.session.read("stot")
        now = counters_of(scnt, stot, (document, before.cancelled_document), self.device.ram_clears)
        if not counted_plan(before, now, totals):
            return self.read_clock().instant
        self._standing = _Standing(scnt.fields, now)
        self.day = day_of(stot, self.clock.today(self.now))
        return last_sale_seconds(stot)

    # -- the day -------------------------------------------------------------------------------------------------------

    def read_clock(self) -> DeviceClock:
        """Return the printer's clock, asked now."""
        self._clock = clock_of(self.session.read("rtcget"), self.now)
        return self._clock

    def read_day(self) -> None:
        """Ask for clock and sales of the day."""
        today = self.read_clock().now.date()
        self.day = day_of(self.session.read("stot"), today)

    def sold(self) -> None:
        """Note that a receipt was sold: its day needs a report, and an error that demands one is a new one."""
        self._demand = Demand.NONE
        self.stale = None
        if not self.day.sold:
            self.day = Day(self.clock.at(self.now))

    @property
    def report_due(self) -> bool:
        """Whether a daily report has to be made before the next sale, by what is known without asking."""
        return self._demand is Demand.MADE_KNOWN or self.day.report_due(self.clock.today(self.now))

    def keep_day(self) -> DailyReport | None:
        """Make the daily report if one is due before the next sale; return it, or None."""
        if self.now - self.clock.read_at > CLOCK_SECONDS:
            self.read_clock()
        if not self.report_due:
            return None
        self.read_day()
        return self.daily_report() if self.report_due else None

    @property
    def hour_has_come(self) -> bool:
        """Whether the hour set for the daily report has come since something was sold, as far as is known."""
        hour = self._options.report_hour
        return (
            hour is not None and self._clock is not None and self.day.passed(hour, self._clock.at(self.now))
        )

    def keep_hour(self) -> None:
        """Make the daily report of that hour, unless the printer itself says otherwise. Raises Fault."""
        self.read_day()
        if self.hour_has_come and not self.daily_report().made:
            raise fault("report_failed")

    def take_made(self) -> DailyReport | None:
        """Return the last daily report that was made, once."""
        made, self._made = self._made, None
        return made

    def daily_report(self) -> DailyReport:
        """Make the daily report unless nothing was sold, and learn the table of rates anew."""
        demanded = self._demand is Demand.MADE_KNOWN
        report = make_daily_report(self.session, even_zero=demanded)
        if report.made:
            self._made = report
        if demanded:
            self._demand = Demand.MET
        self._device = probe(self.session, self._options)
        self.read_day()
        return report

    def check_day(self) -> None:
        """Make sure that a receipt begun now ends before a report is due. Raises Fault."""
        if self.day.report_due(self.clock.today(self.now)):
            raise fault("report_due")
        if self.day.midnight_near(self.clock, self.now):
            raise fault("midnight")

    def day_ended(self) -> bool:
        """Whether the day with sales ended meanwhile."""
        return self.day.report_due(self.clock.today(self.now))
