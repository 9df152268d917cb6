"""Samples and counts in, verdict out. Pure: no clock, no files.

memory       fitted to a straight line behind the warm-up: at most so much an hour, or, as that is noise in a short
             run, less than so much from the first fifth of what is fitted to the last (medians)
open files   the most in the last calm: no more than the most in the first one; so with threads
journal      grows with the receipts, whose history it never forgets: at most so many bytes each
WAL          never larger than so much
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from statistics import fmean, median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MIB = 1024 * 1024
_HOUR = 3600.0
_FEWEST = 5


class Phase(StrEnum):
    """What a sample was taken in."""

    WARM_UP = "warm-up"
    FIRST_CALM = "first calm"
    WORK = "work"
    LAST_CALM = "last calm"


@dataclass(frozen=True, slots=True)
class Sample:
    """The daemon at one moment: seconds since the start, MiB of memory, bytes of files, seconds of CPU.

    `resident` counts all its pages, `shared_out` each page by its share (Pss), `heap` only those that belong to no
    file (Anonymous). `journal` is the database with what stands in the WAL of it, `wal` the size of that file.
    """

    at: float
    phase: Phase
    resident: float
    shared_out: float
    heap: float
    handles: int
    threads: int
    journal: int
    wal: int
    cpu: float
    confirmed: int


@dataclass(frozen=True, slots=True)
class Bounds:
    """What is still flat."""

    mib_an_hour: float = 0.5
    mib: float = 1.0
    journal_bytes_a_receipt: int = 6144
    # Tables and indexes grow by whole pages of 4 KiB, each on its own.
    journal_slack_bytes: int = 64 * 1024
    # SQLite begins anew at 1,000 pages, unless somebody is just reading.
    wal_bytes: int = 8 * MIB


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that should be flat: where it began, where it ended, and whether it is."""

    name: str
    first: float
    last: float
    an_hour: float | None
    limit: str
    flat: bool

    @property
    def growth(self) -> float:
        """From the first to the last."""
        return self.last - self.first


@dataclass(slots=True)
class Counts:
    """What became of the receipts, by the simulators' ledgers, and of the processes beside the daemon."""

    issued: int = 0
    printed: int = 0
    copies: int = 0
    decided: int = 0
    troubles: dict[str, int] = field(default_factory=dict)
    commands: int = 0
    lost: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    confirmed_unprinted: list[int] = field(default_factory=list)
    unsettled: list[int] = field(default_factory=list)
    failed_commands: list[str] = field(default_factory=list)
    exit_code: int | None = None

    @property
    def good(self) -> bool:
        """Whether nothing happened that must never happen."""
        bad = self.lost or self.twice or self.confirmed_unprinted or self.unsettled or self.failed_commands
        return not bad and self.exit_code == 0


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Return the slope of the straight line with the least squares; 0 when all points stand above one another."""
    middle, height = fmean(x for x, _ in points), fmean(y for _, y in points)
    spread = sum((x - middle) ** 2 for x, _ in points)
    return sum((x - middle) * (y - height) for x, y in points) / spread if spread else 0.0


def ends(values: Sequence[float]) -> tuple[float, float]:
    """Return the medians of the first fifth and of the last."""
    size = max(1, len(values) // 5)
    return median(values[:size]), median(values[-size:])


def judge(samples: Iterable[Sample], bounds: Bounds = Bounds()) -> list[Finding]:
    """Return a finding for everything that should be flat. Raises ValueError when too little was seen to tell."""
    seen = [sample for sample in samples if sample.phase is not Phase.WARM_UP]
    phases = {sample.phase for sample in seen}
    if len(seen) < _FEWEST or not {Phase.FIRST_CALM, Phase.LAST_CALM} <= phases:
        raise ValueError(f"{len(seen)} samples behind the warm-up, of {sorted(phases)}: too little to judge")
    return [
        _memory("resident MiB", [(sample.at, sample.resident) for sample in seen], bounds),
        _memory("heap MiB", [(sample.at, sample.heap) for sample in seen], bounds),
        _equal("open files", [(sample.phase, sample.handles) for sample in seen]),
        _equal("threads", [(sample.phase, sample.threads) for sample in seen]),
        _journal(seen, bounds),
        _wal(seen, bounds),
    ]


def _memory(name: str, points: Sequence[tuple[float, float]], bounds: Bounds) -> Finding:
    an_hour = slope(points) * _HOUR
    first, last = ends([value for _, value in points])
    limit = f"<= {bounds.mib_an_hour:g} an hour, or < {bounds.mib:g} in all"
    flat = an_hour <= bounds.mib_an_hour or last - first < bounds.mib
    return Finding(name, first, last, an_hour, limit, flat)


def _equal(name: str, counted: Sequence[tuple[Phase, int]]) -> Finding:
    first, last = (
        max(count for phase, count in counted if phase is calm)
        for calm in (Phase.FIRST_CALM, Phase.LAST_CALM)
    )
    return Finding(name, first, last, None, "no more", last <= first)


def _journal(seen: Sequence[Sample], bounds: Bounds) -> Finding:
    first, last = seen[0], seen[-1]
    most = bounds.journal_bytes_a_receipt * (last.confirmed - first.confirmed) + bounds.journal_slack_bytes
    limit = f"<= {bounds.journal_bytes_a_receipt:,} bytes a receipt"
    an_hour = slope([(sample.at, sample.journal / MIB) for sample in seen]) * _HOUR
    flat = last.journal - first.journal <= most
    return Finding("journal MiB", first.journal / MIB, last.journal / MIB, an_hour, limit, flat)


def _wal(seen: Sequence[Sample], bounds: Bounds) -> Finding:
    largest = max(sample.wal for sample in seen)
    limit = f"<= {bounds.wal_bytes / MIB:g} at any time"
    return Finding(
        "WAL MiB, largest", seen[0].wal / MIB, largest / MIB, None, limit, largest <= bounds.wal_bytes
    )


def bytes_a_receipt(samples: Sequence[Sample]) -> float | None:
    """Return by how many bytes the journal grew for a confirmed receipt, None when there was none."""
    receipts = samples[-1].confirmed - samples[0].confirmed
    return (samples[-1].journal - samples[0].journal) / receipts if receipts else None


def smallest_leak(seconds: float, bounds: Bounds = Bounds()) -> float:
    """Return the MiB an hour that a steady leak needs to be found in so many fitted seconds.

    Between the middles of the first fifth and of the last one lie four fifths of the time.
    """
    return max(bounds.mib_an_hour, bounds.mib * _HOUR / (0.8 * seconds))
