"""Alerts at the counter: the beeper and the customer display of a fiscal printer, for what concerns that printer.

The printer's own station does it as an errand between two receipts: once for each alert, and the display is cleared
when none stands any more. Asking for the errand and writing that the alert is told are one step of the journal.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge import messages
from bridge.alerts.messenger import MOST_AT_ONCE, Pause
from bridge.alerts.slip import LOOK_SECONDS, any_done, is_quiet, surely_undone
from bridge.log import say
from drivers.contract import ATTENTION

if TYPE_CHECKING:
    from bridge.alerts.standing import Alert, Standing
    from bridge.clock import Clock
    from bridge.journal import Journal

TEXTS = {
    "receipt_held": ("RECEIPT WAITS", "PARAGON CZEKA"),
    "report_overdue": ("DAILY REPORT DUE", "BRAK RAPORTU DOB."),
}
"""The alerts that are told at the counter, and what the display shows; customers may read it. 20 letters at most."""


class Calls:
    """Calls people to one printer."""

    def __init__(self, printer: str, journal: Journal, clock: Clock, *, language: str) -> None:
        self.name = f"counter {printer}"
        self.told_count = self.failed_count = 0
        self._printer = printer
        self._journal = journal
        self._polish = language == "pl"
        self._pause = Pause(clock)

    def step(self, standing: Standing) -> float | None:
        """Call for what is new, clear the display behind what is over. Raises JournalError."""
        here = [alert for alert in standing.alerts if alert.due and self._is_for_here(alert)]
        keys = {alert.key for alert in standing.alerts}
        told = self._journal.alerts.told(self.name)
        again = self._failed([told[key].errand_id for key in told.keys() & keys])
        told = {key: alert for key, alert in told.items() if alert.errand_id not in again}
        new = [alert for alert in here if alert.key not in told]
        over = told.keys() - keys
        if not new and not over:
            return LOOK_SECONDS if told else None
        if is_quiet(standing) or self._pause.left() or self._printer not in standing.ready:
            return max(self._pause.left(), 1.0)
        if new:
            self._call(new[:MOST_AT_ONCE])
            return 0.0
        self._end(over, clear=over == told.keys())
        return 0.0

    def _is_for_here(self, alert: Alert) -> bool:
        return alert.code in TEXTS and alert.printer == self._printer

    def _failed(self, errands: list[int]) -> set[int]:
        """Return which errands surely were not done; their alerts are told again after a pause."""
        found = [self._journal.errands.get(errand_id) for errand_id in {*errands}]
        undone = surely_undone(found)
        if any_done(found):
            self._pause.over()
        if undone:
            gone = [
                key for key, one in self._journal.alerts.told(self.name).items() if one.errand_id in undone
            ]
            self._journal.alerts.forget(self.name, gone)
            self.failed_count += 1
            self._pause.longer()
        return undone

    def _call(self, new: list[Alert]) -> None:
        detail = {"text": TEXTS[new[0].code][self._polish], "beep": True}
        with self._journal.transaction():
            errand_id = self._journal.errands.ask(self._printer, ATTENTION, detail)
            self._journal.alerts.tell(self.name, [(one.key, one.code, one.what) for one in new], errand_id)
        self.told_count += 1
        say(
            messages.COUNTER_CALLED,
            "somebody is called to the printer",
            printer=self._printer,
            alerts=len(new),
        )

    def _end(self, over: set[str], *, clear: bool) -> None:
        """Forget what is over; what the display shows stays as long as anything else told of stands."""
        with self._journal.transaction():
            if clear:
                self._journal.errands.ask(self._printer, ATTENTION, {"text": "", "beep": False})
            self._journal.alerts.forget(self.name, over)
