"""What a station does beside receipts: what a person asked of the printer, and what the printer's calendar asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge import messages
from bridge.log import Repeated, say
from drivers.contract import SILENT_ERRANDS, DriverError, MayBePrinted
from drivers.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bridge.journal import Journal
    from bridge.journal.errands import Errand
    from drivers.contract import Driver

# A calendar's work that fails is tried again after a minute, two, four, up to a quarter of an hour.
_FIRST_REST, _LONGEST_REST = 60.0, 900.0


class Errands:
    """The errands of one printer, done between two receipts. `monotonic` gives seconds."""

    def __init__(
        self, printer: str, driver: Driver, journal: Journal, monotonic: Callable[[], float], language: str
    ) -> None:
        self._printer = printer
        self._driver = driver
        self._journal = journal
        self._monotonic = monotonic
        self._language = language
        self._repeated = Repeated(monotonic)
        self._rest = 0.0
        self._rests_until = monotonic()

    def run_asked(self) -> None:
        """Do what people asked for. What was begun before this daemon was is never begun again."""
        for errand in self._journal.errands.open(self._printer):
            self._run(errand)

    def _run(self, errand: Errand) -> None:
        errands = self._journal.errands
        if errand.state == "begun":
            what = "the bridge stopped while it was at it; look at the paper before asking again"
            errands.end(errand.errand_id, "failed", {"what": what, "may_be_printed": MayBePrinted.UNKNOWN})
        elif errands.begin(errand.errand_id):
            state, result = self._done(errand)
            errands.end(errand.errand_id, state, result)
            text = f"errand {errand.kind} {state}"
            say(messages.ERRAND_ENDED, text, printer=self._printer, errand=errand.errand_id)

    def _done(self, errand: Errand) -> tuple[str, Mapping[str, Any]]:
        try:
            if errand.kind not in SILENT_ERRANDS:
                self._driver.prepare(self._journal.device(self._printer))
            return "done", self._driver.errand(errand.kind, errand.detail)
        except DriverError as error:
            facts = {"code": error.code, "what": error.what, "cure": error.cure}
            return "failed", facts | {"may_be_printed": error.may_be_printed}

    def tend(self) -> bool:
        """Let the driver do what is due by the printer's own calendar; return whether it did or tried anything.

        A failure is said once and tried again later; no receipt waits for that.
        """
        if self._monotonic() < self._rests_until:
            return False
        try:
            done = self._driver.tend()
        except DriverError as error:
            self._put_off(error)
            return True
        self._rest = 0.0
        if done:
            self._repeated.forget("tend")
            say(messages.CALENDAR_DONE, done, printer=self._printer)
        return bool(done)

    def hurry(self) -> None:
        """Try again at once what failed: the printer was not able, and now it is."""
        self._rest = 0.0
        self._rests_until = self._monotonic()

    def _put_off(self, error: DriverError) -> None:
        self._rest = min(_LONGEST_REST, self._rest * 2 or _FIRST_REST)
        self._rests_until = self._monotonic() + self._rest
        text, cure = error.words(self._language)
        what = f"work of the printer's calendar is put off: {sentences(text, cure)}"
        self._repeated.trouble("tend", messages.CALENDAR_PUT_OFF, what, printer=self._printer)
