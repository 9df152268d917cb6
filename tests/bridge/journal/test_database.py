from __future__ import annotations

import multiprocessing
import sqlite3
import time
from typing import TYPE_CHECKING

import pytest
from support.journals import TurnableClock, enter

from bridge.journal import (
    DaemonLock,
    Event,
    Journal,
    JournalDamagedError,
    JournalError,
    JournalLockedError,
    JournalNewerError,
    State,
)
from bridge.journal import database as database_module
from bridge.journal.schema import MIGRATIONS

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


def filled(path: Path, count: int = 200) -> None:
    with Journal.create(path, time.time) as journal:
        for receipt_id in range(1, count):
            enter(journal, receipt_id, content="x" * 500)
        journal._database.run("PRAGMA wal_checkpoint(TRUNCATE)")


def test_a_new_journal_is_readable_by_nobody_else(path: Path) -> None:
    Journal.create(path, time.time).close()

    assert 0o600 == path.stat().st_mode & 0o777


def test_it_is_kept_in_wal_mode_with_full_synchronisation(path: Path) -> None:
    with Journal.create(path, time.time) as journal:
        assert {"journal_mode": "wal"} == journal._database.row("PRAGMA journal_mode")
        assert {"synchronous": 2} == journal._database.row("PRAGMA synchronous")


@pytest.mark.parametrize(
    "content",
    [b"no database at all, but long enough to look like one" * 30, b"SQLite format 3\0" + b"\xff" * 5000],
)
def test_a_file_that_is_no_journal_stops_the_start_and_stays_as_it_is(path: Path, content: bytes) -> None:
    path.write_bytes(content)

    with pytest.raises(JournalDamagedError, match="damaged.*was not touched"):
        Journal.create(path, time.time)

    assert content == path.read_bytes()


def test_another_program_s_database_is_never_used(path: Path) -> None:
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (a)")
    other.commit()
    other.close()
    before = path.read_bytes()

    with pytest.raises(JournalDamagedError, match="not a journal of the receipt bridge"):
        Journal.create(path, time.time)

    assert before == path.read_bytes()


def test_pages_damaged_in_the_middle_stop_the_start_and_stay_as_they_are(path: Path) -> None:
    filled(path)
    content = bytearray(path.read_bytes())
    middle = len(content) // 2
    content[middle : middle + 8192] = b"\xa5" * 8192
    path.write_bytes(content)

    with pytest.raises(JournalDamagedError, match="Nothing is printed"):
        Journal.create(path, time.time)

    assert bytes(content) == path.read_bytes()


def test_a_large_journal_is_checked_by_the_full_check(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path)
    content = bytearray(path.read_bytes())
    content[-8192:] = b"\xa5" * 8192
    path.write_bytes(content)
    monkeypatch.setattr(database_module, "CHECK_AT_OPEN_BYTES", 0)

    with Journal.create(path, time.time) as journal, pytest.raises(JournalDamagedError):
        journal.full_check()


def test_a_newer_journal_stops_the_start_and_stays_as_it_is(path: Path) -> None:
    Journal.create(path, time.time).close()
    newer = sqlite3.connect(path)
    newer.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
    newer.close()
    before = path.read_bytes()

    with pytest.raises(JournalNewerError, match=f"has version {len(MIGRATIONS) + 1}, this program knows"):
        Journal.create(path, time.time)

    assert before == path.read_bytes()


def test_an_empty_file_and_a_file_without_tables_are_a_first_start(path: Path) -> None:
    path.touch()
    Journal.create(path, time.time).close()
    path.unlink()
    # What a power cut leaves between the first page and the first table.
    bare = sqlite3.connect(path)
    bare.execute("PRAGMA journal_mode = WAL")
    bare.close()

    with Journal.create(path, time.time) as journal:
        assert [] == journal.open_receipts()


def test_a_migration_that_fails_leaves_the_older_journal_whole(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled(path, 3)
    broken = (
        *MIGRATIONS,
        MIGRATIONS[0].__class__("broken", ("CREATE TABLE more (a)", "CREATE TABLE receipts (a)")),
    )
    monkeypatch.setattr(database_module, "MIGRATIONS", broken)

    with pytest.raises(JournalError):
        Journal.create(path, time.time)

    monkeypatch.undo()
    with Journal.create(path, time.time) as journal:
        assert 2 == len(journal.open_receipts())
        assert [] == journal._database.rows("SELECT * FROM sqlite_master WHERE name = 'more'")


def test_a_migration_keeps_every_receipt(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    filled(path, 3)
    step = MIGRATIONS[0].__class__("a later step", ("ALTER TABLE receipts ADD COLUMN later TEXT",))
    monkeypatch.setattr(database_module, "MIGRATIONS", (*MIGRATIONS, step))

    with Journal.create(path, time.time) as journal:
        assert [1, 2] == [entry.receipt_id for entry in journal.in_state(State.WAITING)]
        version = journal._database.row("PRAGMA user_version")

    assert {"user_version": len(MIGRATIONS) + 1} == version


def test_a_journal_from_before_electronic_receipts_is_brought_forward(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_module, "MIGRATIONS", MIGRATIONS[:2])
    with Journal.create(path, time.time) as journal, journal.transaction():
        journal.enter(1, Event.LISTED, {"content": "{}", "digest": "a", "printer": "till"}, {})
    monkeypatch.undo()

    with Journal.create(path, time.time) as journal:
        assert [(1, "")] == [(entry.receipt_id, entry.edocument_id) for entry in journal.open_receipts()]


def test_a_folder_without_the_right_to_write_is_told(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")

    with pytest.raises(JournalError, match="cannot be created"):
        Journal.create(blocked / "journal.sqlite", time.time)


def _hold_lock(path: Path, ready: multiprocessing.connection.Connection) -> None:
    with DaemonLock(path):
        ready.send("locked")
        ready.recv()


def test_a_second_daemon_is_refused_and_the_first_is_named(path: Path) -> None:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_hold_lock, args=(path, theirs))
    process.start()
    assert ours.poll(60)
    ours.recv()

    assert process.pid == DaemonLock(path).owner()
    with pytest.raises(JournalLockedError, match=f"process {process.pid}"):
        DaemonLock(path).acquire()

    process.kill()
    process.join()
    assert DaemonLock(path).owner() is None
    with DaemonLock(path) as lock:
        assert lock.owner() is not None


def test_the_clock_only_stamps(path: Path) -> None:
    now = TurnableClock()
    with Journal.create(path, now) as journal:
        enter(journal, 1)
        now.seconds = 0
        assert journal.next_waiting("till", checked=False) is not None
