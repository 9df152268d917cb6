"""Which alerts stand: from a Situation and the limits of the configuration, without I/O and without a memory.

An alert that stands is `due` once it has lasted as long as its limit asks. One that is not due is not told yet, and one
that was told before does not end while it stands: a restart begins all durations anew and must not end what lasts.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge import reasons
from bridge.alerts import words
from bridge.alerts.words import ALERTS
from bridge.guards.safe_mode import Cause, SafeMode
from bridge.journal.overview import LEAST_ROOM

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bridge.journal.overview import Held
    from bridge.observer import PrinterView, Situation

_DAY_SECONDS = 24 * 3600

# A pause of the bridge's own budget is called blocked too, but ends within a minute.
_API_ALERTS = {"blocked": ("token_blocked", 60.0), "bad_token": ("token_refused", 0.0)}


@dataclass(frozen=True, slots=True)
class Limits:
    """After how many seconds a trouble is told."""

    printer_seconds: float
    poll_seconds: float
    report_seconds: float


@dataclass(frozen=True, slots=True)
class Alert:
    """One thing that needs a person. `key` is the same for as long as it is the same thing."""

    key: str
    code: str
    what: str
    todo: str
    due: bool = True
    printer: str = ""
    receipt_id: int | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """All alerts that stand at a moment, and the printers that could print a notice then."""

    alerts: tuple[Alert, ...] = ()
    ready: frozenset[str] = frozenset()


def standing(now: Situation, limits: Limits, language: str) -> Standing:
    """Return which alerts stand."""
    found = [
        *(_held(held, language) for held in now.held),
        *(alert for view in now.printers for alert in _printer(view, now, limits, language)),
        *_api(now, limits, language),
        *_disk(now.free_bytes, language),
        *_safe_mode(now.safe_mode, language),
        *_shared(now, language),
    ]
    return Standing(tuple(found), frozenset(view.name for view in now.printers if view.ready))


def _held(held: Held, language: str) -> Alert:
    receipt = f"{held.receipt_id} ({held.number})" if held.number else str(held.receipt_id)
    what = ALERTS["receipt_held"].what_in(language)
    return Alert(
        key=f"receipt_held:{held.receipt_id}:{held.reason_code}",
        code="receipt_held",
        what=what.format(receipt=receipt, printer=held.printer or "-", reason=held.reason),
        todo=reasons.what_to_do(held.reason_code, held.receipt_id, language),
        printer=held.printer,
        receipt_id=held.receipt_id,
    )


def _printer(view: PrinterView, now: Situation, limits: Limits, language: str) -> Iterator[Alert]:
    if view.out_since is not None:
        seconds = now.seconds_since(view.out_since)
        told = ALERTS["printer_out"]
        unseen = words.NOT_SEEN_PL if language == "pl" else words.NOT_SEEN
        what = told.what_in(language).format(
            printer=view.name, minutes=int(seconds // 60), text=view.text or unseen
        )
        yield Alert(
            key=f"printer_out:{view.name}",
            code="printer_out",
            what=what,
            todo=view.cure or told.todo_in(language),
            due=seconds >= limits.printer_seconds,
            printer=view.name,
        )
    if view.report_due_since is not None:
        seconds = now.seconds_since(view.report_due_since)
        told = ALERTS["report_overdue"]
        yield Alert(
            key=f"report_overdue:{view.name}",
            code="report_overdue",
            what=told.what_in(language).format(printer=view.name, hours=int(seconds // 3600)),
            todo=told.todo_in(language).format(printer=view.name),
            due=seconds >= limits.report_seconds,
            printer=view.name,
        )


def _api(now: Situation, limits: Limits, language: str) -> Iterator[Alert]:
    api = now.api
    nothing = words.NO_ANSWER_PL if language == "pl" else words.NO_ANSWER
    text = (api.what if api.state != "ok" else "") or nothing
    seconds = now.seconds_since(api.no_poll_since)
    if not api.polled or seconds >= limits.poll_seconds:
        yield _of_api(
            "no_poll", text, language, minutes=int(seconds // 60), due=seconds >= limits.poll_seconds
        )
    if api.state in _API_ALERTS:
        code, least = _API_ALERTS[api.state]
        # What an earlier daemon found has not ended by its end, and is no news either.
        lasts = api.current and now.seconds_since(api.state_since) >= least
        yield _of_api(code, text, language, minutes=0, due=lasts)


def _of_api(code: str, text: str, language: str, *, minutes: int, due: bool) -> Alert:
    told = ALERTS[code]
    what = told.what_in(language).format(text=text, minutes=minutes)
    return Alert(key=code, code=code, what=what, todo=told.todo_in(language), due=due)


def _disk(free_bytes: int, language: str) -> Iterator[Alert]:
    # Over only with twice the room, so that it does not come and go with every line written.
    if free_bytes < 2 * LEAST_ROOM:
        told = ALERTS["disk_full"]
        what = told.what_in(language).format(mebibytes=free_bytes // 1024**2)
        yield Alert("disk_full", "disk_full", what, told.todo_in(language), due=free_bytes < LEAST_ROOM)


def _safe_mode(causes: tuple[str, ...], language: str) -> Iterator[Alert]:
    if causes:
        told = ALERTS["safe_mode"]
        why, _ = SafeMode(tuple(Cause(cause) for cause in causes)).words(language)
        what = told.what_in(language).format(text=why)
        yield Alert(f"safe_mode:{'+'.join(causes)}", "safe_mode", what, told.todo_in(language))


def _shared(now: Situation, language: str) -> Iterator[Alert]:
    """Yield the series that another program prints too. The journal never forgets them, an alert has to end."""
    told = ALERTS["series_shared"]
    for other in now.others:
        # Either way: a clock that was set back must not keep it standing for years.
        if abs(now.moment.wall - other["at"]) >= _DAY_SECONDS:
            continue
        name = f" ('{other['name']}')" if other["name"] else ""
        what = told.what_in(language).format(
            name=name, series=other["series_id"], count=other["count"], number=other["number"]
        )
        yield Alert(f"series_shared:{other['series_id']}", "series_shared", what, told.todo_in(language))
