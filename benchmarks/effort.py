"""How much is measured."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Effort:
    """Numbers of one run: seconds at rest and between polls, repetitions, receipts, baud rates, journal sizes.

    `paper_speed` is that of fiscal printers in lines a second.
    """

    idle_seconds: float
    idle_poll_seconds: float
    poll_seconds: float
    starts: int
    single_receipts: int
    burst_receipts: int
    bauds: tuple[int, ...]
    slips: int
    paper_speed: float
    journal_sizes: tuple[int, ...]
    journal_starts: int
    polls: int


FULL = Effort(
    # One look at the idle printer (once a minute) and six polls.
    idle_seconds=60.0,
    idle_poll_seconds=10.0,
    poll_seconds=1.0,
    starts=11,
    # The request budget (at most 100 a minute) is enough for so many without waiting.
    single_receipts=20,
    burst_receipts=30,
    bauds=(9600, 115200),
    slips=3,
    # Fiscal printers print ten to fifteen; the fastest leave the least time beside the paper.
    paper_speed=15.0,
    # 5,000 make about the largest file that is checked whole at the start.
    journal_sizes=(0, 5_000, 10_000, 1_000_000),
    journal_starts=5,
    polls=50,
)

QUICK = Effort(
    idle_seconds=0.5,
    idle_poll_seconds=0.2,
    poll_seconds=0.2,
    starts=1,
    single_receipts=2,
    burst_receipts=3,
    bauds=(115200,),
    slips=1,
    paper_speed=1500.0,
    journal_sizes=(0, 300),
    journal_starts=1,
    polls=3,
)
"""Small numbers that show that everything works, and nothing else."""
