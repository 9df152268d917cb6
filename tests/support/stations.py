"""A station with a scripted driver on a real journal."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.drivers import ScriptedDriver
from support.journals import TurnableClock, found
from support.listings import listed

from bridge.intake import read_listed
from bridge.journal import Journal, State
from bridge.polls import apply_poll
from bridge.station import Station, StationSettings
from bridge.wake import Wake

if TYPE_CHECKING:
    from pathlib import Path


class Bench:
    """One printer, `till`, and everything its station works with."""

    def __init__(self, path: Path) -> None:
        self.clock = TurnableClock()
        self.journal = Journal.create(path / "journal.sqlite", self.clock)
        self.wake = Wake(("till",))
        self.driver = ScriptedDriver()
        self.run_id = "run-1"

    def station(self) -> Station:
        settings = StationSettings("till", poll_max_age=30.0, check_totals=False)
        return Station(
            settings, self.driver, self.journal, clock=self.clock, wake=self.wake, run_id=self.run_id
        )

    def poll(self, *receipt_ids: int, **changes: object) -> None:
        items = [read_listed(listed(receipt_id, **changes)) for receipt_id in receipt_ids]
        apply_poll(self.journal, items, lambda _series: "till", self.clock.time())
        self.journal.beat("poll", self.run_id, {"monotonic": self.clock.monotonic(), "listed": len(items)})

    def state(self, receipt_id: int) -> State:
        return found(self.journal, receipt_id).state


def raising(error: Exception) -> Any:
    """Return what raises `error` whenever it is called."""

    def fail(*_: object) -> None:
        raise error

    return fail
