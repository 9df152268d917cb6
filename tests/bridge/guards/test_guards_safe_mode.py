from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from support.journals import TurnableClock, enter, found, intend

from bridge.decisions import decide, decide_all
from bridge.guards.epoch import EpochKeeper, EpochRounds, epoch_file, read_epoch
from bridge.guards.machine import Identity
from bridge.guards.safe_mode import (
    WORDS,
    Cause,
    NothingToAcceptError,
    SafeMode,
    accept,
    examine,
    mark_restored,
    safe_mode_of,
)
from bridge.journal import Event, Journal, State
from bridge.journal.guard import CATCHING_UP, UNPOLLED
from bridge.reasons import Decision
from drivers.contract import MayBePrinted, Proof

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HERE = Identity("here", "board-1")
THERE = Identity("here", "board-2")
URL = "https://api.baselinker.com/connector.php"
TRAINING = "http://127.0.0.1:8080/"


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def journal(tmp_path: Path, clock: TurnableClock) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", clock) as opened:
        yield opened


def begin(journal: Journal, machine: Identity = HERE, url: str = URL) -> tuple[str, ...]:
    """Start as the daemon does; return why it is in safe mode."""
    safe_mode = examine(journal, machine, url)
    assert safe_mode == safe_mode_of(journal)
    assert journal.guard.may_print() is (safe_mode is None)
    return () if safe_mode is None else safe_mode.causes


def copied(journal: Journal, folder: Path, clock: TurnableClock) -> Journal:
    """Return a copy of the journal's file alone, at another place."""
    journal._database.run("PRAGMA wal_checkpoint(TRUNCATE)")
    folder.mkdir()
    shutil.copy(journal.path, folder / "journal.sqlite")
    return Journal(folder / "journal.sqlite", clock)


def test_a_new_journal_is_bound_and_believed_at_every_start_after(journal: Journal) -> None:
    assert () == begin(journal)
    enter(journal, 1)

    assert () == begin(journal)
    assert 1 == read_epoch(epoch_file(journal.path))


def test_a_start_that_changes_nothing_writes_nothing(journal: Journal) -> None:
    begin(journal)
    before = journal._database._connection.total_changes

    begin(journal)

    assert before == journal._database._connection.total_changes


def test_a_journal_on_another_machine_prints_nothing_and_back_on_its_own_it_does(journal: Journal) -> None:
    begin(journal)

    assert (Cause.OTHER_MACHINE,) == begin(journal, THERE)
    assert (Cause.OTHER_MACHINE,) == begin(journal, THERE)
    assert () == begin(journal)


def test_a_journal_of_the_training_s_baselinker_is_not_believed_before_the_real_one(journal: Journal) -> None:
    begin(journal, url=TRAINING)

    assert (Cause.OTHER_BASELINKER,) == begin(journal)
    assert () == begin(journal, url="http://127.0.0.1:9999/other")


def test_a_journal_that_is_older_than_what_was_here_stays_in_safe_mode(
    journal: Journal, tmp_path: Path, clock: TurnableClock
) -> None:
    begin(journal)
    enter(journal, 1)
    with copied(journal, tmp_path / "old", clock) as old:
        enter(journal, 2)
        EpochKeeper(journal).keep()
        shutil.copy(epoch_file(journal.path), epoch_file(old.path))

        assert (Cause.OLDER_COPY,) == begin(old)
        for receipt_id in range(10, 20):
            enter(old, receipt_id)
        assert (Cause.OLDER_COPY,) == begin(old)


def test_a_journal_whose_file_was_copied_alone_is_not_believed(
    journal: Journal, tmp_path: Path, clock: TurnableClock
) -> None:
    begin(journal)
    with copied(journal, tmp_path / "copy", clock) as copy:
        assert (Cause.OLDER_COPY,) == begin(copy)


def test_an_empty_journal_in_the_place_of_one_that_is_gone_is_not_believed(
    journal: Journal, tmp_path: Path, clock: TurnableClock
) -> None:
    begin(journal)
    enter(journal, 1)
    EpochKeeper(journal).keep()
    other = tmp_path / "new" / "journal.sqlite"
    with Journal.create(other, clock) as new:
        shutil.copy(epoch_file(journal.path), epoch_file(other))

        assert (Cause.OLDER_COPY,) == begin(new)


def test_a_power_cut_before_the_epoch_is_written_makes_no_false_alarm(journal: Journal) -> None:
    begin(journal)
    enter(journal, 1)
    enter(journal, 2)

    assert 0 == read_epoch(epoch_file(journal.path))
    assert () == begin(journal)


def test_an_epoch_that_cannot_be_written_stops_nothing(
    journal: Journal, caplog: pytest.LogCaptureFixture
) -> None:
    epoch_file(journal.path).mkdir()

    assert () == begin(journal)
    assert () == begin(journal)
    assert "an old copy of the journal may go unnoticed" in caplog.text


def test_rounds_keep_the_epoch_once_a_minute_and_at_the_end_but_never_in_safe_mode(
    journal: Journal, clock: TurnableClock
) -> None:
    begin(journal)
    rounds = EpochRounds(journal, clock.monotonic)
    rounds.go()
    enter(journal, 1)

    rounds.go()
    assert 0 == read_epoch(epoch_file(journal.path))
    clock.advance(61)
    rounds.go()
    assert 1 == read_epoch(epoch_file(journal.path))
    enter(journal, 2)
    rounds.go(last=True)
    assert 2 == read_epoch(epoch_file(journal.path))
    mark_restored(journal, 0)
    enter(journal, 3)
    rounds.go(last=True)
    assert 2 == read_epoch(epoch_file(journal.path))


def test_accepting_holds_what_waits_and_opens_the_gate_only_after_a_poll(journal: Journal) -> None:
    begin(journal)
    enter(journal, 1)
    enter(journal, 2, Event.HOLD, reason_code="nip_invalid", reason="nip: not valid")
    intend(journal, enter(journal, 3))
    intend(journal, enter(journal, 4))
    journal.hold(4, "interrupted", "power cut")
    intend(journal, enter(journal, 5))
    journal.printed(5, Proof("fence"))
    mark_restored(journal, 1_789_000_000)
    assert (Cause.RESTORED,) == begin(journal)

    assert [1, 2] == accept(journal)

    codes = {entry.receipt_id: (entry.state, entry.reason_code) for entry in journal.open_receipts()}
    assert {
        1: (State.HELD, "restored"),
        2: (State.HELD, "restored"),
        3: (State.INTENT, ""),
        4: (State.HELD, "interrupted"),
        5: (State.PRINTED, ""),
    } == codes
    assert "nip: not valid" in found(journal, 2).reason
    assert MayBePrinted.UNKNOWN is found(journal, 4).may_be_printed
    assert safe_mode_of(journal) is None
    assert not journal.guard.may_print()
    assert journal.guard.read(UNPOLLED) == journal.guard.read(CATCHING_UP)


def test_an_accepted_journal_belongs_to_the_machine_it_was_accepted_on(
    journal: Journal, tmp_path: Path, clock: TurnableClock
) -> None:
    begin(journal)
    with copied(journal, tmp_path / "copy", clock) as copy:
        assert (Cause.OLDER_COPY, Cause.OTHER_MACHINE) == begin(copy, THERE)
        accept(copy)
        for key in (UNPOLLED, CATCHING_UP):
            copy.guard.forget(key)
        EpochKeeper(copy).keep()

        assert () == begin(copy, THERE)
        assert (Cause.OTHER_MACHINE,) == begin(copy)


def test_an_accepted_older_copy_is_not_doubted_again_before_its_first_poll(journal: Journal) -> None:
    epoch_file(journal.path).write_text("500\n", encoding="ascii")
    assert (Cause.OLDER_COPY,) == tuple(examine(journal, HERE, URL).causes)  # type: ignore[union-attr]

    accept(journal)

    assert examine(journal, HERE, URL) is None
    assert 0 == read_epoch(epoch_file(journal.path))


def test_what_one_baselinker_is_owed_is_not_told_to_another(journal: Journal) -> None:
    begin(journal, url=TRAINING)
    intend(journal, enter(journal, 1))
    journal.printed(1, Proof("fence"))
    begin(journal)

    assert [1] == accept(journal)

    entry = found(journal, 1)
    assert (State.HELD, MayBePrinted.YES) == (entry.state, entry.may_be_printed)


def test_without_safe_mode_there_is_nothing_to_accept(journal: Journal) -> None:
    begin(journal)

    with pytest.raises(NothingToAcceptError, match="not in safe mode"):
        accept(journal)


def test_accepting_twice_holds_nothing_twice(journal: Journal) -> None:
    begin(journal)
    enter(journal, 1)
    for _ in range(2):
        mark_restored(journal, 0)
        accept(journal)

    assert ["listed", "hold"] == [change.event for change in journal.history(1)]


def test_all_that_is_held_for_one_reason_is_decided_at_once(journal: Journal) -> None:
    enter(journal, 1, Event.HOLD, reason_code="backlog")
    enter(journal, 2, Event.HOLD, reason_code="nip_invalid")
    enter(journal, 3, Event.HOLD, reason_code="backlog")
    enter(journal, 4, Event.HOLD, reason_code="backlog")
    decide(journal, 4, Decision.DISMISS)

    outcomes = decide_all(journal, "backlog", Decision.PRINT, note="seen")

    assert [(1, State.WAITING), (3, State.WAITING)] == [(one.receipt_id, one.state) for one in outcomes]
    assert State.HELD is found(journal, 2).state
    assert frozenset({"backlog"}) == found(journal, 1).approved


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_cause_is_told_with_what_to_do(language: str) -> None:
    why, todo = SafeMode(tuple(Cause)).words(language)

    assert set(Cause) == set(WORDS)
    assert len(Cause) == len(why.split("; "))
    assert "receipt-bridge accept --journal" in todo
