"""What polls and starts cost with many finished receipts in the journal: the same as with none, is the aim."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.scene import ListeningDevice, NotDoneError, Scene
from benchmarks.start import AIM as START_AIM
from benchmarks.start import start_to_first_poll
from benchmarks.table import Cell, Table
from bridge.intake import read_listed
from bridge.journal import Journal, State
from bridge.polls import apply_poll
from simulators.baselinker.receipts import sample_receipts
from simulators.escpos.server import TcpPrinter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.effort import Effort
    from bridge.intake import Listed

_COLUMNS = (
    "finished receipts",
    "journal MiB",
    "start to first poll s",
    "x empty",
    "aim",
    "unchanged poll ms",
    "x empty",
    "poll with one new ms",
    "x empty",
    "idle look ms",
    "status s",
    "full check s",
)
_PRINTER = "till"
_OPEN = 20
_PATTERNS = 10
_MIB = 1024 * 1024
_BYTES_A_RECEIPT = 4096  # more than a receipt with its history needs
"""Receipts that wait while polls are measured."""


def measure(effort: Effort, folder: Path) -> list[Table]:
    """Return the table of journals by size."""
    table = Table("journal", "Cost by finished receipts in the journal", _COLUMNS)
    table.notes = [
        f"Receipts with their history, multiplied from {_PATTERNS} that the daemon printed. Start: fastest of "
        f"{effort.journal_starts}, the file not in memory beforehand. Polls: median of {effort.polls} with {_OPEN} "
        "receipts waiting; one with a new receipt is one fsync. Idle look: what a station asks every 2 s.",
        "Up to 16 MiB the whole file is checked at the start; a larger one once a day in the background, which is "
        "the full check (beside the work, not before it). Status: the whole command.",
    ]
    pattern = _printed_journal(folder / "pattern")
    empty: tuple[float, float, float] | None = None
    for size in effort.journal_sizes:
        place = folder / f"{size}"
        if shutil.disk_usage(folder).free < 2 * size * _BYTES_A_RECEIPT:
            table.add(size, *[None] * (len(_COLUMNS) - 1))
            table.notes.append(f"{size:,} receipts need {2 * size * _BYTES_A_RECEIPT // _MIB:,} MiB of disk.")
            continue
        row, timed = _row(effort, place, pattern, size, empty)
        empty = empty or timed
        table.add(*row)
        shutil.rmtree(place)
    return [table]


def _printed_journal(folder: Path) -> Path:
    """Return a journal in which the daemon itself has printed and confirmed receipts."""
    with Scene(folder, TcpPrinter(ListeningDevice())) as scene:
        scene.start()
        scene.print_all(sample_receipts(_PATTERNS))
        scene.shop.stop_daemon()
        return scene.journal_file


def _row(
    effort: Effort, folder: Path, pattern: Path, size: int, empty: tuple[float, float, float] | None
) -> tuple[tuple[Cell, ...], tuple[float, float, float]]:
    folder.mkdir(parents=True)
    file = folder / "shop" / "journal.sqlite"
    with Scene(folder / "shop", TcpPrinter()) as scene:
        multiply(pattern, file, size)
        mib = file.stat().st_size / _MIB
        start = min(_cold_start(scene) for _ in range(effort.journal_starts))
        begin = time.monotonic()
        scene.shop.ask("status")
        status = time.monotonic() - begin
    unchanged, one_new, look, check = _polls(file, effort.polls)
    timed = (start, unchanged, one_new)
    ratios = [value / base for value, base in zip(timed, empty or timed, strict=True)]
    row: tuple[Cell, ...] = (
        *(size, mib, start, ratios[0], START_AIM.beside(start)),
        *(1000 * unchanged, ratios[1], 1000 * one_new, ratios[2]),
        *(1000 * look, status, check),
    )
    return row, timed


def multiply(pattern: Path, file: Path, size: int) -> None:
    """Make a journal of `size` finished receipts, with their history, out of the few in `pattern`.

    Columns are taken as they are found, so a new one needs no change here. Raises NotDoneError.
    """
    Journal.create(file, time.time).close()
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = OFF")
        database.execute("ATTACH DATABASE ? AS pattern", (f"{pattern}",))
        database.execute("BEGIN")
        database.execute(
            "CREATE TEMP TABLE printed AS SELECT row_number() OVER (ORDER BY receipt_id) - 1 AS place, receipt_id "
            "FROM pattern.receipts WHERE state = 'confirmed'"
        )
        for name, key in (("receipts", "receipt_id"), ("history", "entry_id")):
            _copy_rows(database, name, key, size)
        database.execute("COMMIT")
        (made,) = database.execute("SELECT count(*) FROM receipts").fetchone()
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if made != size:
        raise NotDoneError(f"{made} of {size} receipts were made")
    _write_back(file)


def _copy_rows(database: sqlite3.Connection, name: str, key: str, size: int) -> None:
    columns = [row[1] for row in database.execute(f"PRAGMA main.table_info({name})")]  # noqa: S608 - our own names
    copied = [column for column in columns if column not in {key, "receipt_id"}]
    names, values = ", ".join(copied), ", ".join(f"found.{column}" for column in copied)
    database.execute(
        "WITH RECURSIVE turns (turn) AS (SELECT 1 UNION ALL SELECT turn + 1 FROM turns WHERE turn < :size) "  # noqa: S608 - as above
        f"INSERT INTO main.{name} (receipt_id, {names}) SELECT turns.turn, {values} FROM turns "
        "CROSS JOIN printed ON printed.place = turns.turn % (SELECT count(*) FROM printed) "
        f"CROSS JOIN pattern.{name} AS found ON found.receipt_id = printed.receipt_id WHERE :size > 0",
        {"size": size},
    )


def _write_back(file: Path) -> None:
    """Write a file to the disk and let the system forget it, so that it is read anew."""
    descriptor = os.open(file, os.O_RDONLY)
    try:
        os.fsync(descriptor)
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(descriptor)


def _cold_start(scene: Scene) -> float:
    _write_back(scene.journal_file)
    return start_to_first_poll(scene).seconds


def _polls(file: Path, count: int) -> tuple[float, float, float, float]:
    """Return seconds of an unchanged poll, of one with a new receipt, of an idle station's look, of a full check."""
    listed = _waiting(_OPEN + count + 1)
    with Journal(file, time.time) as journal:
        apply_poll(journal, listed[:_OPEN], _printer_for, time.time())
        unchanged = _timed(lambda _: _poll(journal, listed[:_OPEN]), count)
        one_new = _timed(lambda turn: _poll(journal, listed[: _OPEN + turn + 1]), count)
        look = _timed(lambda _: _look(journal), count)
        check = _timed(lambda _: journal.full_check(), 1)
    return unchanged, one_new, look, check


def _waiting(count: int) -> list[Listed]:
    """Return entries of a list, with ids beyond all finished receipts."""
    sample = replace(sample_receipts(1)[0])
    products: list[dict[str, Any]] = [
        {
            "name": product.name,
            "price_brutto": str(product.price_brutto),
            "tax_rate": str(product.tax_rate),
            "quantity": str(product.quantity),
            "sku": product.sku,
            "ean": product.ean,
        }
        for product in sample.products
    ]
    entry = {"series_id": 1, "payment_method": sample.payment_method, "nip": sample.nip, "products": products}
    return [
        read_listed({**entry, "receipt_id": 10**8 + number, "receipt_full_nr": f"{number}/11/2026/P"})
        for number in range(count)
    ]


def _printer_for(_series: int | None) -> str:
    return _PRINTER


def _poll(journal: Journal, listed: list[Listed]) -> None:
    apply_poll(journal, listed, _printer_for, time.time())


def _look(journal: Journal) -> None:
    journal.in_state(State.INTENT, printer=_PRINTER)
    journal.next_waiting(_PRINTER, checked=True)


def _timed(do: Callable[[int], object], count: int) -> float:
    """Return the median of seconds that `do` takes."""
    seconds: list[float] = []
    for turn in range(count):
        begin = time.perf_counter()
        do(turn)
        seconds.append(time.perf_counter() - begin)
    return median(seconds)
