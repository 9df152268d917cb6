"""How a printer is, for `check` and `status`: troubles, and what it tells of clock, upkeep and memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drivers.contract import Fault, Status
from drivers.posnet.edocument import service_is_on
from drivers.posnet.troubles import TROUBLES, troubles_of
from drivers.posnet.upkeep import Upkeep, read_upkeep

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import date

    from drivers.posnet.printer import Printer

DRIFT_SECONDS = 120.0
"""Between the two clocks; older firmware tells minutes only."""


class Health:
    """Looks at one printer; what changes by the day is asked for once a day. `wall` gives unix seconds."""

    def __init__(self, printer: Printer, wall: Callable[[], float] | None) -> None:
        self._printer = printer
        self._wall = wall
        self._upkeep = Upkeep()
        self._edocument_service: bool | None = None
        self._asked: tuple[str, date] | None = None

    def status(self) -> Status:
        """Return how the printer is. Never raises."""
        try:
            with self._printer.faults():
                return self._status()
        except Fault as reason:
            trouble = TROUBLES.get(reason.code, TROUBLES["no_answer"])
            return Status((trouble,), facts={"link": reason.what})

    def _status(self) -> Status:
        printer = self._printer
        printer.connect()
        condition = printer.session.look()
        idle = condition.idle and not condition.owner
        if idle:
            printer.read_day()
            self._ask_upkeep()
        codes = [*condition.codes, *self._codes()]
        if condition.owner:
            codes.append("other_host")
        return Status(troubles_of(codes), device=printer.device.number, facts=self._facts)

    @property
    def _facts(self) -> dict[str, Any]:
        edocuments = self._edocument_service
        return {
            **self._printer.device.told,
            **self._upkeep.facts,
            **({} if edocuments is None else {"edocument_service": edocuments}),
            "clock": self._printer.clock.now.isoformat(sep=" "),
            **({} if self._drift is None else {"clock_ahead_seconds": round(self._drift)}),
        }

    def _ask_upkeep(self) -> None:
        asked = (self._printer.device.number, self._printer.clock.now.date())
        if self._asked != asked:
            self._upkeep = read_upkeep(self._printer.session)
            self._edocument_service = service_is_on(self._printer.session)
            self._asked = asked

    def _codes(self) -> Iterator[str]:
        printer = self._printer
        told = {
            "read_only": printer.device.read_only,
            "no_header": not printer.device.header,
            "training": not printer.device.fiscal,
            "report_due": printer.report_due,
            "clock_drift": abs(self._drift or 0.0) > DRIFT_SECONDS,
        }
        yield from (code for code, holds in told.items() if holds)
        yield from self._upkeep.codes(printer.clock.now.date(), fiscal=printer.device.fiscal)

    @property
    def _drift(self) -> float | None:
        """By how many seconds the printer's clock is ahead of this computer's; None where that is not known."""
        if self._wall is None:
            return None
        return self._printer.clock.drift(self._wall(), self._printer.now)
