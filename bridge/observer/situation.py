"""How the bridge stands at one moment, out of what the journal says: pure, so it is tested with values alone.

Durations are monotonic and count from when this daemon first saw the thing: a trouble's beginning is carried over from
the situation before. A beat of an earlier daemon tells nothing of now, so a printer without a beat of this one counts
as out, and a printer that an earlier daemon found out stays out until this one has found it ready.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.journal import Beat, State
    from bridge.journal.overview import Held

REPORT_DUE = "report_due"
"""The warning of a fiscal printer that the daily report of an earlier day is missing (drivers/posnet/troubles.py)."""

NOT_SEEN = "not_seen"
"""The trouble of a printer that this daemon has not looked at yet."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One moment on both clocks: `monotonic` for durations, `wall` (unix seconds) for people."""

    monotonic: float
    wall: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read of the journal. `run` is the daemon that reads; `printers` are those it serves.

    `safe_mode` are the causes why the journal is not believed, `others` what somebody else has numbered.
    """

    run: str
    printers: tuple[str, ...]
    counts: Mapping[tuple[str, State], int] = field(default_factory=dict)
    held: tuple[Held, ...] = ()
    beats: Mapping[str, Beat] = field(default_factory=dict)
    free_bytes: int = 1 << 40
    safe_mode: tuple[str, ...] = ()
    others: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True, slots=True)
class PrinterView:
    """A printer. `out_since` and `report_due_since` are monotonic seconds, None while it is ready, or none is due."""

    name: str
    code: str = ""
    text: str = ""
    cure: str = ""
    warnings: tuple[str, ...] = ()
    out_since: float | None = None
    report_due_since: float | None = None

    @property
    def ready(self) -> bool:
        """Whether it could print when the daemon last looked."""
        return self.out_since is None


@dataclass(frozen=True, slots=True)
class ApiState:
    """BaseLinker: `state` is ok, unreachable, blocked, bad_token, refused or unknown.

    `current` tells whether this daemon found it so; `polled_at` is the system clock's second of the last good poll of
    any daemon; `no_poll_since` the monotonic second since which this daemon has had none, `polled` whether it ever had;
    `state_since` the monotonic second since which it has known the state.
    """

    state: str
    what: str
    current: bool
    polled: bool
    polled_at: int | None
    no_poll_since: float
    state_since: float


@dataclass(frozen=True, slots=True)
class Situation:
    """Everything that alerts and numbers are made of; `safe_mode` and `others` are those of the reading."""

    moment: Moment
    began: float
    counts: Mapping[tuple[str, State], int]
    held: tuple[Held, ...]
    printers: tuple[PrinterView, ...]
    api: ApiState
    free_bytes: int
    safe_mode: tuple[str, ...] = ()
    others: tuple[Mapping[str, Any], ...] = ()

    def seconds_since(self, monotonic: float) -> float:
        """Return the seconds from a monotonic moment to this one."""
        return max(0.0, self.moment.monotonic - monotonic)


def situation(reading: Reading, moment: Moment, before: Situation | None = None) -> Situation:
    """Return how the bridge stands now; `before` is what it was when this daemon last looked."""
    began = moment.monotonic if before is None else before.began
    known = {} if before is None else {view.name: view for view in before.printers}
    return Situation(
        moment=moment,
        began=began,
        counts=reading.counts,
        held=reading.held,
        printers=tuple(_printer(reading, moment, name, known.get(name)) for name in reading.printers),
        api=_api(reading, moment, began, None if before is None else before.api),
        free_bytes=reading.free_bytes,
        safe_mode=reading.safe_mode,
        others=reading.others,
    )


def _printer(reading: Reading, moment: Moment, name: str, before: PrinterView | None) -> PrinterView:
    beat = reading.beats.get(f"printer:{name}")
    if beat is None or beat.run != reading.run:
        return PrinterView(
            name, code=NOT_SEEN, out_since=_since(None if before is None else before.out_since, moment)
        )
    # A beat while a receipt is in hand tells of the receipt alone: the warnings before it still stand.
    told = beat.detail.get("warnings")
    warnings = tuple(told) if told is not None else () if before is None else before.warnings
    due = (
        _since(None if before is None else before.report_due_since, moment)
        if REPORT_DUE in warnings
        else None
    )
    if beat.detail.get("ready"):
        return PrinterView(name, warnings=warnings, report_due_since=due)
    return PrinterView(
        name,
        code=str(beat.detail.get("code", "")),
        text=str(beat.detail.get("text", "")),
        cure=str(beat.detail.get("cure", "")),
        warnings=warnings,
        out_since=_since(None if before is None else before.out_since, moment),
        report_due_since=due,
    )


def _since(before: float | None, moment: Moment) -> float:
    return moment.monotonic if before is None else before


def _api(reading: Reading, moment: Moment, began: float, before: ApiState | None) -> ApiState:
    beat, poll = reading.beats.get("api"), reading.beats.get("poll")
    polled = poll is not None and poll.run == reading.run
    state = "unknown" if beat is None else str(beat.detail.get("state", "unknown"))
    current = beat is not None and beat.run == reading.run
    lasts = before is not None and (before.state, before.current) == (state, current)
    return ApiState(
        state=state,
        what="" if beat is None else str(beat.detail.get("what", "")),
        current=current,
        polled=polled,
        polled_at=None if poll is None else poll.at,
        no_poll_since=float(poll.detail["monotonic"]) if poll is not None and polled else began,
        state_since=before.state_since if before is not None and lasts else moment.monotonic,
    )
