"""Serial lines: how much of the line's rate a slip uses, beside python-escpos' own serial printer on the same line."""

from __future__ import annotations

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


def measure(effort: Effort, folder: Path) -> list[Table]:
    """Return the table of lines."""
    table = Table("wire", "Use of a serial line", _COLUMNS)
    for baud in effort.bauds:
        _line(table, f"{baud}", baud, 0.0, effort.slips, folder / f"{baud}")
    baud = effort.bauds[-1]
    _line(table, f"{baud}, answers {1000 * _LATE:g} ms late", baud, _LATE, effort.slips, folder / "late")
    table.notes = [
        "Of the line rate: the job's bytes / (seconds from its first to its last byte at the printer x baud / 10); "
        f"the median of {effort.slips}. Status questions are no part of the job, so they count as loss.",
        "Answers come late from USB adapters with a latency timer (FTDI: 16 ms unless set lower).",
    ]
    return [table]


def _line(table: Table, line: str, baud: int, late: float, slips: int, folder: Path) -> None:
    folder.mkdir(parents=True)
    printer = LinePrinter(ListeningDevice(), folder / "port", baud, late)
    kinds = {"short": short_receipt(), "40 lines": long_receipt()}
    with Scene(folder / "shop", printer) as scene:
        scene.start()
        # The first slip after a start is preceded by a pause, in case the one before it was interrupted.
        scene.print_all([short_receipt()])
        for kind, sample in kinds.items():
            _add(table, line, kind, "bridge", [_by_bridge(scene, sample) for _ in range(slips)], baud, AIM)
        scene.shop.stop_daemon()
        texts = [slip.to_text().splitlines() for slip in printer.device.ledger.slips]
        numbers = dict(zip(kinds, (1, len(texts) - 1), strict=True))
        with BarePrinting("serial", f"{printer.path}?{baud}", printer, texts, folder / "bare") as bare:
            for kind, number in numbers.items():
                printed = [bare.print(number).passage for _ in range(slips)]
                _add(table, line, kind, "bare python-escpos", printed, baud)


def _by_bridge(scene: Scene, sample: SampleReceipt) -> Passage:
    heard = len(scene.heard)
    scene.print_all([sample])
    return passage(scene.heard[heard:])


def _add(
    table: Table,
    line: str,
    kind: str,
    name: str,
    jobs: Sequence[Passage],
    baud: int,
    aim: Aim | None = None,
) -> None:
    used = median(_used(job, baud) for job in jobs)
    table.add(
        line,
        kind,
        name,
        round(median(job.job_bytes for job in jobs)),
        round(median(job.question_bytes for job in jobs)),
        median(job.seconds for job in jobs),
        used,
        aim.beside(used) if aim else "",
    )


def _used(job: Passage, baud: int) -> float:
    return (job.timed_bytes - job.question_bytes) / (job.seconds * baud / BITS_PER_BYTE)
