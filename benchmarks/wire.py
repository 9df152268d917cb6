"""Serial lines: how much of the line's rate a slip uses, beside python-escpos' own serial printer on the same line."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.bare import BarePrinting
from benchmarks.scene import (
    BITS_PER_BYTE,
    LinePrinter,
    ListeningDevice,
    Passage,
    Scene,
    long_receipt,
    passage,
    short_receipt,
)
from benchmarks.table import Aim, Table

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.effort import Effort
    from simulators.baselinker.receipts import SampleReceipt

AIM = Aim(0.95, at_least=True)
_COLUMNS = ("line", "slip", "printed by", "job bytes", "questions", "seconds", "of the line rate", "aim")
_LATE = 0.016  # seconds an FTDI adapter collects answers unless its latency timer is set lower


@dataclass(frozen=True, slots=True)
class _Line:
    """A serial line: its rate, and by how many seconds answers are late."""

    baud: int
    late: float = 0.0

    @property
    def name(self) -> str:
        """Its name in the table."""
        return f"{self.baud} baud" + (f", answers {1000 * self.late:g} ms late" if self.late else "")


def measure(effort: Effort, folder: Path) -> list[Table]:
    """Return the table of lines."""
    table = Table("wire", "Use of a serial line", _COLUMNS)
    lines = [*(_Line(baud) for baud in effort.bauds), _Line(effort.bauds[-1], _LATE)]
    for number, line in enumerate(lines):
        _print_on(line, table, effort, folder / f"{number}")
    table.notes = [
        (
            "Of the line rate: the job's bytes / (seconds from its first to its last byte at the printer x baud / 10); "
            f"the median of {effort.slips}. Status questions are no part of the job, so they count as loss."
        ),
        "Answers come late from USB adapters with a latency timer (FTDI: 16 ms unless set lower).",
    ]
    return [table]


def _print_on(line: _Line, table: Table, effort: Effort, folder: Path) -> None:
    folder.mkdir(parents=True)
    printer = LinePrinter(ListeningDevice(), folder / "port", line.baud, line.late)
    kinds = {"short": short_receipt(), "40 lines": long_receipt()}
    with Scene(folder / "shop", printer, poll_seconds=effort.poll_seconds) as scene:
        scene.start()
        # The first slip after a start is preceded by a pause, in case the one before it was interrupted.
        scene.print_all([short_receipt()])
        for kind, sample in kinds.items():
            jobs = [_by_bridge(scene, sample) for _ in range(effort.slips)]
            used = median(_used(job, line) for job in jobs)
            table.add(line.name, kind, "bridge", *_measured(jobs), used, AIM.beside(used))
        scene.shop.stop_daemon()
        texts = [slip.to_text().splitlines() for slip in printer.device.ledger.slips]
        numbers = dict(zip(kinds, (1, len(texts) - 1), strict=True))
        with BarePrinting("serial", f"{printer.path}?{line.baud}", printer, texts, folder / "bare") as bare:
            for kind, number in numbers.items():
                jobs = [bare.print(number).passage for _ in range(effort.slips)]
                used = median(_used(job, line) for job in jobs)
                table.add(line.name, kind, "bare python-escpos", *_measured(jobs), used, "")


def _by_bridge(scene: Scene, sample: SampleReceipt) -> Passage:
    heard = len(scene.heard)
    scene.print_all([sample])
    return passage(scene.heard[heard:])


def _measured(jobs: Sequence[Passage]) -> tuple[int, int, float]:
    """Return bytes of the job, bytes of questions in it, and seconds."""
    return (
        round(median(job.job_bytes for job in jobs)),
        round(median(job.question_bytes for job in jobs)),
        median(job.seconds for job in jobs),
    )


def _used(job: Passage, line: _Line) -> float:
    return (job.timed_bytes - job.question_bytes) / (job.seconds * line.baud / BITS_PER_BYTE)
