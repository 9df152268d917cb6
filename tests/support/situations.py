"""Situations for tests, made of few words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge.journal import Beat
from bridge.journal.overview import Held
from bridge.observer import Moment, Reading, Situation, situation

if TYPE_CHECKING:
    from collections.abc import Mapping

RUN = "run-1"
START = Moment(1000.0, 1_790_000_000.0)


def beat(name: str, detail: Mapping[str, Any], *, run: str = RUN, at: int = 1_790_000_000) -> Beat:
    return Beat(name, run, at, detail)


def beats(*some: Beat) -> dict[str, Beat]:
    return {one.name: one for one in some}


def printer_beat(name: str = "till", *, run: str = RUN, **detail: Any) -> Beat:
    return beat(f"printer:{name}", {"ready": True, "receipt": None, "warnings": [], **detail}, run=run)


def poll_beat(monotonic: float = START.monotonic, *, run: str = RUN) -> Beat:
    return beat("poll", {"monotonic": monotonic, "listed": 0}, run=run)


def api_beat(state: str = "ok", what: str = "", *, run: str = RUN) -> Beat:
    return beat("api", {"state": state, "what": what}, run=run)


def held(
    receipt_id: int = 123, printer: str = "till", code: str = "interrupted", reason: str = "torn"
) -> Held:
    return Held(receipt_id, f"{receipt_id}/2026", printer, code, reason, 1_790_000_000)


def seen(
    *some: Beat,
    at: float = 0.0,
    before: Situation | None = None,
    printers: tuple[str, ...] = ("till",),
    **more: Any,
) -> Situation:
    """Return the situation `at` seconds after START: all is well but for what is named."""
    moment = Moment(START.monotonic + at, START.wall + at)
    fine = beats(*(printer_beat(name) for name in printers), poll_beat(moment.monotonic), api_beat())
    reading = Reading(RUN, printers, **{"beats": {**fine, **beats(*some)}, **more})
    return situation(reading, moment, before)
