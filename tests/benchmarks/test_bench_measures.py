"""What the figures rest on: a process's own CPU and memory, the job in what a printer heard, a multiplied journal."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from support.journals import enter, found, intend

from benchmarks.fiscal import turns
from benchmarks.journal import multiply
from benchmarks.linux import cpu_seconds, machine, memory, memory_of_python, run_to_end, threads, wake_ups
from benchmarks.scene import Heard, passage
from bridge.journal import Journal, State
from drivers.contract import Proof

if TYPE_CHECKING:
    from pathlib import Path

QUESTION = b"\x10\x04\x01"


def test_cpu_is_counted_like_the_process_counts_it_itself() -> None:
    before = time.process_time()
    seen = cpu_seconds(os.getpid())
    assert before <= seen <= time.process_time()


def test_memory_is_counted_for_the_process_that_is_named() -> None:
    plain, large = memory_of_python("pass"), memory_of_python("kept = bytearray(b'x') * 50_000_000")
    assert large.resident - plain.resident > 40
    assert large.private <= large.resident <= large.peak


def test_threads_and_wake_ups_of_this_process_are_found() -> None:
    assert threads(os.getpid()) >= 1
    assert wake_ups(os.getpid()) >= 0
    assert memory(os.getpid()).resident > 0


def test_a_program_is_run_to_its_end_and_its_failure_is_told() -> None:
    spent = run_to_end([sys.executable, "-c", "sum(range(100_000))"])
    assert 0 < spent.cpu
    with pytest.raises(subprocess.CalledProcessError):
        run_to_end([sys.executable, "-c", "raise SystemExit(3)"])


def test_the_machine_is_described() -> None:
    assert {"date", "machine", "system", "load before"} == machine().keys()


def test_the_job_begins_with_its_initialization_and_ends_before_trailing_questions() -> None:
    job = passage(
        [
            Heard(1.0, QUESTION),
            Heard(2.0, b"\0\0\x1b@ab"),
            Heard(3.0, b"cd" + QUESTION + b"ef"),
            Heard(4.0, b"gh" + QUESTION),
            Heard(5.0, QUESTION),
        ]
    )
    assert (1.0, 2.0, 4.0) == (job.first, job.begin, job.end)
    assert len(b"\x1b@abcdefgh") == job.job_bytes
    assert len(QUESTION) == job.question_bytes
    assert len(b"cd" + QUESTION + b"ef" + b"gh") == job.timed_bytes
    assert 2.0 == job.seconds


def test_without_a_job_there_is_no_passage() -> None:
    with pytest.raises(ValueError, match="not found"):
        passage([Heard(1.0, QUESTION)])


def test_a_fiscal_receipt_lasts_from_its_opening_to_that_of_the_next_one() -> None:
    opening, line, end, question = (
        b"\x02%b\t@0001\t#0000\x03" % name for name in (b"trinit", b"trline", b"trend", b"!sdev")
    )
    heard = [
        Heard(0.0, b"\x02scnt\t#0000\x03" + opening[:2]),
        Heard(1.0, opening[2:] + line),
        Heard(2.0, end + question),
        Heard(3.0, opening[:4]),
        Heard(3.5, opening[4:]),
    ]
    said = [Heard(moment, b"12345") for moment in (-1.0, 1.5, 2.5, 3.0)]

    (turn,) = turns(heard, said)

    assert (opening, line, end, question) == turn.frames
    assert 3.0 == turn.seconds
    assert len(opening + line + end + question) + 2 * 5 == turn.size
    assert 1 == turn.to_prove


def test_a_journal_is_multiplied_with_its_history(tmp_path: Path) -> None:
    pattern, file = tmp_path / "pattern.sqlite", tmp_path / "many.sqlite"
    with Journal.create(pattern, time.time) as journal:
        for receipt_id in (7, 9):
            intend(journal, enter(journal, receipt_id, number=f"{receipt_id}/2026"))
            journal.printed(receipt_id, Proof("fence"))
            journal.confirmed(found(journal, receipt_id), "W-1")
        enter(journal, 11)

    multiply(pattern, file, 5)

    with Journal(file, time.time) as journal:
        journal.full_check()
        assert [] == journal.open_receipts()
        assert {State.CONFIRMED} == {entry.state for entry in journal.receipts()}
        assert ["9/2026", "7/2026", "9/2026", "7/2026", "9/2026"] == [
            found(journal, receipt_id).number for receipt_id in range(1, 6)
        ]
        assert 4 == len(journal.history(5))
    with closing(sqlite3.connect(file)) as database:
        assert ("wal",) == database.execute("PRAGMA journal_mode").fetchone()
        assert (20,) == database.execute("SELECT count(*) FROM history").fetchone()
