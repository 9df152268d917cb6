"""Alerts at the counter: a notice on a receipt printer about receipts that other printers hold.

The printer's own station prints it as an errand between two receipts. Asking for the errand and writing that the alert
is told are one step of the journal, so that not even a power cut prints a notice twice. A notice that surely was not
printed is asked for again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge import messages
from bridge.alerts.letter import Letter
from bridge.alerts.messenger import MOST_AT_ONCE, Pause
from bridge.log import say
from drivers.contract import MayBePrinted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bridge.alerts.standing import Alert, Standing
    from bridge.clock import Clock
    from bridge.journal import Journal
    from bridge.journal.errands import Errand

LOOK_SECONDS = 5.0
"""How often it is looked what became of an errand."""

TITLES = {"en": "RECEIPTS WAIT FOR A PERSON", "pl": "PARAGONY CZEKAJĄ NA DECYZJĘ"}
"""What stands above a notice."""


class Slips:
    """Asks one printer for notices. The end of an alert is not printed: nobody needs to act on it."""

    name = "slip"

    def __init__(self, printer: str, journal: Journal, clock: Clock, *, language: str, host: str) -> None:
        self.told_count = self.failed_count = 0
        self._printer = printer
        self._journal = journal
        self._clock = clock
        self._language = language
        self._host = host
        self._pause = Pause(clock)

    def step(self, standing: Standing) -> float | None:
        """Ask for a notice about what is new. Raises JournalError; on a full disk the notice has to wait."""
        keys = {alert.key for alert in standing.alerts}
        told = self._journal.alerts.told(self.name)
        self._journal.alerts.forget(self.name, told.keys() - keys)
        unprinted = self._unprinted({told[key].errand_id for key in told.keys() & keys})
        again = [key for key, alert in told.items() if alert.errand_id in unprinted]
        if again:
            self._journal.alerts.forget(self.name, again)
            self.failed_count += 1
            self._pause.longer()
        new = [alert for alert in standing.alerts if self._is_for_here(alert) and alert.key not in told]
        if not (new or again):
            return LOOK_SECONDS if told else None
        if is_quiet(standing) or self._pause.left() or self._printer not in standing.ready:
            return max(self._pause.left(), 1.0)
        self._ask(new[:MOST_AT_ONCE])
        return 0.0

    def _is_for_here(self, alert: Alert) -> bool:
        return alert.due and alert.code == "receipt_held" and alert.printer != self._printer

    def _unprinted(self, errands: set[int]) -> set[int]:
        """Return which of these errands failed and left nothing on paper."""
        found = [self._journal.errands.get(errand_id) for errand_id in errands]
        if any_done(found):
            self._pause.over()
        return surely_undone(found)

    def _ask(self, new: list[Alert]) -> None:
        letter = Letter(tuple(new), (), self._language, self._host, self._clock.time())
        detail = {"title": TITLES[self._language], "lines": letter.lines()}
        with self._journal.transaction():
            errand_id = self._journal.errands.ask(self._printer, "notice", detail)
            rows = [(alert.key, alert.code, alert.what) for alert in new]
            self._journal.alerts.tell(self.name, rows, errand_id)
        self.told_count += 1
        say(messages.NOTICE_SENT, "a notice was sent to the printer", printer=self._printer, alerts=len(new))


def is_quiet(standing: Standing) -> bool:
    """Whether printers are to be left alone: in safe mode nothing is printed, and one may still owe a verdict."""
    return any(alert.code == "safe_mode" for alert in standing.alerts)


def surely_undone(errands: Iterable[Errand | None]) -> set[int]:
    """Return which of these errands failed and left nothing behind."""
    return {
        errand.errand_id
        for errand in errands
        if errand is not None
        and errand.state == "failed"
        and errand.result.get("may_be_printed", MayBePrinted.NO) == MayBePrinted.NO
    }


def any_done(errands: Iterable[Errand | None]) -> bool:
    """Whether one of these errands was done."""
    return any(errand is not None and errand.state == "done" for errand in errands)
