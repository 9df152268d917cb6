"""How a printer is, for `check` and `status`: troubles, and what it tells of clock, inspections and memory."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from drivers.contract import Fault, Status
from drivers.posnet.reports import service_facts
from drivers.posnet.session import RefusedByPrinterError
from drivers.posnet.troubles import TROUBLES, troubles_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from drivers.posnet.printer import Printer

DRIFT_SECONDS = 120.0
"""Between the two clocks; older firmware tells minutes only."""
_SOON = timedelta(days=14)
_FEW_DAYS = 14


class Health:
    """Looks at one printer; what changes by the day is asked for once a day. `wall` gives unix seconds."""

    def __init__(self, printer: Printer, wall: Callable[[], float] | None) -> None:
        self._printer = printer
        self._wall = wall
        self._service: Mapping[str, Any] = {}
        self._asked_on: date | None = None

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
            self._ask_service()
        codes = [*condition.codes, *self._codes()]
        if condition.owner:
            codes.append("other_host")
        facts = {**printer.device.told, **self._service, "clock": printer.clock.now.isoformat(sep=" ")}
        return Status(troubles_of(codes), device=printer.device.number, facts={**facts, **self._drift_fact()})

    def _ask_service(self) -> None:
        today = self._printer.clock.now.date()
        if self._asked_on == today:
            return
        try:
            self._service = service_facts(self._printer.session)
        except RefusedByPrinterError:
            self._service = {}
        self._asked_on = today

    def _codes(self) -> Iterator[str]:
        printer = self._printer
        told = {
            "read_only": printer.device.read_only,
            "no_header": not printer.device.header,
            "training": not printer.device.fiscal,
            "report_due": printer.report_due,
            "clock_drift": abs(self._drift or 0.0) > DRIFT_SECONDS,
            "inspection_due": self._inspection_due,
            "authorisation_ends": self._authorisation_ends,
        }
        yield from (code for code, holds in told.items() if holds)

    @property
    def _drift(self) -> float | None:
        """By how many seconds the printer's clock is ahead of this computer's; None where that is not known."""
        if self._wall is None:
            return None
        return self._printer.clock.drift(self._wall(), self._printer.now)

    def _drift_fact(self) -> dict[str, int]:
        return {} if self._drift is None else {"clock_ahead_seconds": round(self._drift)}

    @property
    def _inspection_due(self) -> bool:
        told = self._service.get("inspection")
        try:
            return told is not None and date.fromisoformat(str(told)[:10]) <= self._today + _SOON
        except ValueError:
            return False

    @property
    def _authorisation_ends(self) -> bool:
        days = self._service.get("authorised_days")
        return days is not None and int(days) <= _FEW_DAYS

    @property
    def _today(self) -> date:
        return self._printer.clock.now.date()
