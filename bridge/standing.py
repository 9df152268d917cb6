"""How the daemon stands, as one line for the service manager: its printers, its queue, the last poll.

2 printers ready, queue 0, last poll 3 s ago
1 of 2 printers ready (till: the printer is out of paper), queue 3, 1 held, last poll 3 s ago
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge.journal import State

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bridge.journal import Beat, Journal

_LONGEST_TROUBLE = 60


@dataclass(frozen=True, slots=True)
class Standing:
    """A moment of the daemon. `polled` is the monotonic second of its last poll, None when there was none."""

    text: str
    polled: float | None

    def line(self, now: float) -> str:
        """Return the whole line; `now` in monotonic seconds."""
        ago = (
            "not polled yet" if self.polled is None else f"last poll {max(0, round(now - self.polled))} s ago"
        )
        return f"{self.text}, {ago}"


def standing(journal: Journal, printers: Sequence[str], run_id: str) -> Standing:
    """Return how the daemon of this run stands, as its journal tells. Raises JournalError."""
    beats = {name: beat for name, beat in journal.beats().items() if beat.run == run_id}
    counts = journal.tally.open()
    parts = [
        _printers(beats, printers),
        f"queue {counts.get(State.WAITING, 0) + counts.get(State.INTENT, 0)}",
    ]
    if counts.get(State.HELD):
        parts.append(f"{counts[State.HELD]} held")
    api, poll = beats.get("api"), beats.get("poll")
    if api is not None and api.detail.get("state") != "ok":
        parts.append(str(api.detail.get("brief") or "BaseLinker cannot be used"))
    return Standing(", ".join(parts), None if poll is None else float(poll.detail["monotonic"]))


def _printers(beats: Mapping[str, Beat], printers: Sequence[str]) -> str:
    troubles = {name: _trouble(beats.get(f"printer:{name}")) for name in printers}
    told = "; ".join(f"{name}: {trouble}" for name, trouble in troubles.items() if trouble)
    if not told:
        return f"{len(printers)} {'printer' if len(printers) == 1 else 'printers'} ready"
    ready = sum(not trouble for trouble in troubles.values())
    return f"{ready} of {len(printers)} printers ready ({told})"


def _trouble(beat: Beat | None) -> str:
    """Return why a printer is not ready, '' when it is."""
    if beat is None:
        return "not seen yet"
    if beat.detail.get("ready"):
        return ""
    text = " ".join(str(beat.detail.get("text", "")).split()).rstrip(".") or "not ready"
    return text if len(text) <= _LONGEST_TROUBLE else f"{text[: _LONGEST_TROUBLE - 3]}..."
