"""What polls and starts cost with many finished receipts in the journal: the same as with none, is the aim."""

from __future__ import annotations

import os
import shutil
import sqlite3
import time
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any, BinaryIO, ParamSpec

from benchmarks.scene import NotDoneError, Scene
from benchmarks.start import AIM as START_AIM
from benchmarks.start import start_to_first_poll
from benchmarks.table import Table
from bridge.intake import read_listed
from bridge.journal import Journal, State
from bridge.polls import apply_poll
from simulators.baselinker.receipts import sample_receipts
from simulators.escpos.server import TcpPrinter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.effort import Effort
    from benchmarks.linux import Spent
    from bridge.intake import Listed

_Arguments = ParamSpec("_Arguments")
_START = (
    "finished receipts",
    "journal MiB",
    "fastest s",
    "median s",
    "x empty",
    "least CPU s",
    "aim (fastest)",
)
_POLL = (
    "finished receipts",
    "unchanged ms",
    "x empty",
    "one new ms",
    "x empty",
    "bare fsync ms",
    "idle look ms",
    "held list ms",
    "full check s",
)
_PRINTER = "till"
_PATTERNS = 10
_OPEN = 20
"""Receipts that wait while polls are measured."""

_MIB = 1024 * 1024
_BYTES_A_RECEIPT = 3000  # more than a receipt with its history needs


@dataclass(slots=True)
class _Sized:
    """A journal with so many finished receipts, and seconds measured on it."""

    size: int
    file: Path
    starts: list[Spent] = field(default_factory=list)
    unchanged: list[float] = field(default_factory=list)
    one_new: list[float] = field(default_factory=list)
    fsync: list[float] = field(default_factory=list)
    look: list[float] = field(default_factory=list)
    held: float = 0.0
    check: float = 0.0


def measure(effort: Effort, folder: Path) -> list[Table]:
    """Return the tables of starts and polls. The sizes take turns, so that a busy moment hits all of them alike."""
    pattern = _printed_journal(folder / "pattern", effort)
    sized = [_Sized(size, folder / f"{size}" / "journal.sqlite") for size in effort.journal_sizes]
    fitting = [one for one in sized if _fits(one, folder)]
    for one in fitting:
        one.file.parent.mkdir()
        multiply(pattern, one.file, one.size)
    megabytes = {one.size: one.file.stat().st_size / _MIB for one in fitting}
    _measure_starts(fitting, effort.journal_starts)
    _measure_polls(fitting, effort.polls)
    for one in fitting:
        _measure_reading(one)
    tables = [_start_table(fitting, megabytes, effort), _poll_table(fitting, effort)]
    for one in sized:
        if one not in fitting:
            tables[0].notes.append(
                f"{one.size:,} receipts were not measured: they need {_room(one) // _MIB:,} MiB."
            )
    return tables


def _room(one: _Sized) -> int:
    return one.size * _BYTES_A_RECEIPT


def _fits(one: _Sized, folder: Path) -> bool:
    return shutil.disk_usage(folder).free > _room(one)


def _printed_journal(folder: Path, effort: Effort) -> Path:
    """Return a journal in which the daemon itself has printed and confirmed receipts."""
    with Scene(folder, TcpPrinter(), poll_seconds=effort.poll_seconds) as scene:
        scene.start()
        scene.print_all(sample_receipts(_PATTERNS))
        scene.shop.stop_daemon()
        return scene.journal_file


def multiply(pattern: Path, file: Path, size: int) -> None:
    """Make a journal of `size` finished receipts, with their history, out of the few in `pattern`.

    Columns are taken as they are found, so a new one needs no change here. Raises NotDoneError.
    """
    Journal.create(file, time.time).close()
    with closing(sqlite3.connect(file, isolation_level=None)) as database:
        # Nothing is lost with a journal that was made only to be measured.
        database.execute("PRAGMA journal_mode = OFF")
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
        database.execute("DETACH DATABASE pattern")
        database.execute("PRAGMA journal_mode = WAL")
    if made != size:
        raise NotDoneError(f"{made} of {size} receipts were made")
    _write_back(file)


def _copy_rows(database: sqlite3.Connection, name: str, key: str, size: int) -> None:
    columns = [row[1] for row in database.execute(f"PRAGMA main.table_info({name})")]
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


def _measure_starts(sized: Sequence[_Sized], turns: int) -> None:
    with ExitStack() as scenes:
        opened = [(one, scenes.enter_context(Scene(one.file.parent, TcpPrinter()))) for one in sized]
        for _ in range(turns):
            for one, scene in opened:
                _write_back(one.file)
                one.starts.append(start_to_first_poll(scene))


def _measure_polls(sized: Sequence[_Sized], turns: int) -> None:
    listed = _waiting(_OPEN + turns)
    with ExitStack() as files:
        opened = [(one, files.enter_context(Journal(one.file, time.time))) for one in sized]
        blanks = [files.enter_context(one.file.with_name("blank").open("wb")) for one in sized]
        for _, journal in opened:
            _poll(journal, listed[:_OPEN])
        for turn in range(turns):
            before, after = listed[: _OPEN + turn], listed[: _OPEN + turn + 1]
            for (one, journal), blank in zip(opened, blanks, strict=True):
                one.unchanged.append(_seconds(_poll, journal, before))
                one.one_new.append(_seconds(_poll, journal, after))
                one.fsync.append(_seconds(_sync, blank))
                one.look.append(_seconds(_look, journal))


def _measure_reading(one: _Sized) -> None:
    _write_back(one.file)
    with Journal(one.file, time.time) as journal:
        one.held = _seconds(journal.receipts, [State.HELD], 50)
    _write_back(one.file)
    with Journal(one.file, time.time) as journal:
        one.check = _seconds(journal.full_check)


def _start_table(sized: Sequence[_Sized], megabytes: Mapping[int, float], effort: Effort) -> Table:
    table = Table("journal-start", "Start to the first poll, by finished receipts", _START)
    fastest = {one.size: min(spent.seconds for spent in one.starts) for one in sized}
    for one in sized:
        seconds = fastest[one.size]
        table.add(
            one.size,
            megabytes[one.size],
            seconds,
            median(spent.seconds for spent in one.starts),
            seconds / fastest[sized[0].size],
            min(spent.cpu for spent in one.starts),
            START_AIM.beside(seconds),
        )
    table.notes = [
        (
            f"Receipts with their history, multiplied from {_PATTERNS} that the daemon printed and confirmed. "
            f"{effort.journal_starts} starts each; before every start the system forgets the file."
        ),
        "Up to 16 MiB the whole file is checked before the start; a larger one is checked beside the work, once a day.",
    ]
    return table


def _poll_table(sized: Sequence[_Sized], effort: Effort) -> Table:
    table = Table("journal-poll", "Polls and looks, by finished receipts", _POLL)
    unchanged = {one.size: median(one.unchanged) for one in sized}
    one_new = {one.size: median(one.one_new) for one in sized}
    for one in sized:
        table.add(
            one.size,
            1000 * unchanged[one.size],
            unchanged[one.size] / unchanged[sized[0].size],
            1000 * one_new[one.size],
            one_new[one.size] / one_new[sized[0].size],
            1000 * median(one.fsync),
            1000 * median(one.look),
            1000 * one.held,
            one.check,
        )
    table.notes = [
        (
            f"What a poll does to the journal, median of {effort.polls}, at first with {_OPEN} receipts waiting. A new "
            "receipt is one fsync; a bare one of 4 KiB stands beside it."
        ),
        "Idle look: what a station asks the journal every 2 s. Held list and full check: once, from the disk.",
    ]
    return table


def _waiting(count: int) -> list[Listed]:
    """Return entries of a list, with ids beyond all finished receipts."""
    (sample,) = sample_receipts(1)
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


def _sync(file: BinaryIO) -> None:
    file.write(bytes(4096))
    file.flush()
    os.fsync(file.fileno())


def _seconds(
    do: Callable[_Arguments, object], *arguments: _Arguments.args, **named: _Arguments.kwargs
) -> float:
    """Return the seconds that `do` takes."""
    begin = time.perf_counter()
    do(*arguments, **named)
    return time.perf_counter() - begin
