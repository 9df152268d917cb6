from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from support.journals import TurnableClock, enter, found, intend

from bridge.journal import (
    ChangedMeanwhileError,
    Event,
    IllegalMoveError,
    Journal,
    JournalFullError,
    State,
)
from bridge.journal import database as database_module
from bridge.journal.journal import _IS_OPEN
from drivers.contract import Mark, MayBePrinted, Plan, Proof
from drivers.receipt import Receipt

if TYPE_CHECKING:
    from pathlib import Path


def test_an_intent_keeps_plan_and_mark_for_the_next_start(journal: Journal) -> None:
    entry = enter(journal, 1)
    plan = Plan(Receipt(1, (), number="1/2026"), copy=True, details={"letters": "A"})
    mark = Mark("device-1", {"cuts": 7})

    journal.intend(entry, plan, mark)

    kept = found(journal, 1)
    assert (State.INTENT, MayBePrinted.UNKNOWN) == (kept.state, kept.may_be_printed)
    assert (plan, mark, 1) == (kept.plan, kept.mark, kept.copies)


@pytest.mark.parametrize("change", [{"digest": "b"}, {"printer": "other"}])
def test_a_receipt_changed_since_it_was_planned_gets_no_intent(
    journal: Journal, change: dict[str, str]
) -> None:
    entry = enter(journal, 1)
    journal.note(1, change)

    with pytest.raises(ChangedMeanwhileError):
        intend(journal, entry)

    kept = found(journal, 1)
    assert State.WAITING is kept.state


def test_what_the_driver_must_not_forget_is_kept_with_the_mark(journal: Journal) -> None:
    entry = enter(journal, 1)
    with pytest.raises(ChangedMeanwhileError):
        journal.remember(1, {"end_sent": True})
    intend(journal, entry)

    journal.remember(1, {"end_sent": True})

    mark = found(journal, 1).mark
    assert mark is not None
    assert {"cuts": 7, "end_sent": True} == mark.values


def test_the_same_receipt_never_gets_two_intents(journal: Journal) -> None:
    entry = enter(journal, 1)
    intend(journal, entry)

    with pytest.raises(ChangedMeanwhileError):
        intend(journal, entry)


def test_every_move_leaves_a_line_of_history(journal: Journal) -> None:
    intend(journal, enter(journal, 1))
    journal.printed(1, Proof("fence", number="17", printed_at=5))
    entry = found(journal, 1)
    journal.confirmed(entry, "17")

    events = [change.event for change in journal.history(1)]

    assert [Event.LISTED, Event.INTEND, Event.PROVE, Event.CONFIRM] == events


def test_history_can_neither_be_edited_nor_erased(journal: Journal, tmp_path: Path) -> None:
    enter(journal, 1)
    outside = sqlite3.connect(tmp_path / "journal.sqlite")

    for statement in ("DELETE FROM history", "UPDATE history SET event = 'x'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            outside.execute(statement)
    outside.close()


def test_a_move_that_fails_half_way_changes_nothing(journal: Journal) -> None:
    entry = enter(journal, 1)

    with pytest.raises(IllegalMoveError), journal.transaction():
        journal.move(entry, Event.UNLISTED)
        journal.move(found(journal, 1), Event.CONFIRM)

    kept = found(journal, 1)
    assert State.WAITING is kept.state
    assert 1 == len(journal.history(1))


def test_the_device_s_word_not_printed_makes_a_receipt_wait_again_unsuspected(journal: Journal) -> None:
    intend(journal, enter(journal, 1))

    journal.not_printed(1, "no paper")

    kept = found(journal, 1)
    assert (State.WAITING, MayBePrinted.NO) == (kept.state, kept.may_be_printed)


def test_a_refusal_by_the_device_is_one_step_with_its_word_that_nothing_was_printed(journal: Journal) -> None:
    intend(journal, enter(journal, 1))
    journal._database.run(
        "CREATE TEMP TRIGGER power_cut BEFORE INSERT ON history WHEN NEW.event = 'refuse' "
        "BEGIN SELECT RAISE(ABORT, 'power cut'); END"
    )
    with pytest.raises(sqlite3.IntegrityError, match="power cut"):
        journal.refused_by_device(1, "posnet-1950", "a line")
    assert (State.INTENT, ["listed", "intend"]) == (
        found(journal, 1).state,
        [change.event for change in journal.history(1)],
    )

    journal._database.run("DROP TRIGGER power_cut")
    journal.refused_by_device(1, "posnet-1950", "a line")

    entry = found(journal, 1)
    assert (State.REFUSED, MayBePrinted.NO) == (entry.state, entry.may_be_printed)
    assert ("posnet-1950", "a line", 0) == (entry.reason_code, entry.reason, entry.tries)
    assert ["not_printed", "refuse"] == [change.event for change in journal.history(1)[2:]]


def test_a_copy_that_was_not_printed_leaves_the_first_try_suspect(journal: Journal) -> None:
    intend(journal, enter(journal, 1))
    journal.reprint(1, "power cut")
    again = found(journal, 1)
    intend(journal, again, copy=True)

    journal.not_printed(1, "no paper")

    kept = found(journal, 1)
    assert MayBePrinted.UNKNOWN is kept.may_be_printed


def test_a_full_disk_stops_a_receipt_before_its_intent(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = enter(journal, 1)
    monkeypatch.setattr(database_module, "ROOM_BYTES", 2**62)

    with pytest.raises(JournalFullError, match="disk of the journal"):
        intend(journal, entry)

    kept = found(journal, 1)
    assert State.WAITING is kept.state


def test_sqlite_s_own_full_disk_error_is_told_in_our_words(journal: Journal) -> None:
    pages = journal._database.row("PRAGMA page_count")
    assert pages is not None
    journal._database.run(f"PRAGMA max_page_count = {pages['page_count']}")

    with pytest.raises(JournalFullError, match="full"):
        for receipt_id in range(1, 500):
            enter(journal, receipt_id, content="x" * 4000)


def test_only_due_receipts_are_tried(journal: Journal, now: TurnableClock) -> None:
    entry = enter(journal, 1, Event.REFUSE)
    journal.try_later(entry, 30)
    assert [] == journal.due(State.REFUSED)

    now.seconds += 31

    assert [1] == [due.receipt_id for due in journal.due(State.REFUSED)]


def test_a_clock_that_was_set_back_does_not_put_a_try_off_for_ever(
    journal: Journal, now: TurnableClock
) -> None:
    journal.try_later(enter(journal, 1, Event.REFUSE), 30)

    now.seconds -= 10 * 365 * 24 * 3600

    assert [1] == [due.receipt_id for due in journal.due(State.REFUSED)]


def test_what_the_buyer_asked_for_is_kept_with_the_content_it_was_asked_about(journal: Journal) -> None:
    entry = enter(journal, 1)
    journal.compared(entry, "PLN", "IDZ-1")
    assert "IDZ-1" == found(journal, 1).edocument_id

    journal.note(1, {"digest": "b"})
    journal.compared(entry, "PLN", "IDZ-2")

    kept = found(journal, 1)
    assert ("IDZ-1", "a") == (kept.edocument_id, kept.checked)


def test_waiting_receipts_are_taken_oldest_first_and_only_when_compared(journal: Journal) -> None:
    second, first = enter(journal, 2), enter(journal, 1)
    enter(journal, 0, printer="other")

    oldest = journal.next_waiting("till", checked=False)
    assert oldest is not None
    assert 1 == oldest.receipt_id
    assert journal.next_waiting("till", checked=True) is None

    journal.compared(second, "PLN")
    compared = journal.next_waiting("till", checked=True)
    assert compared is not None
    assert (2, "PLN") == (compared.receipt_id, compared.currency)
    assert 1 == first.receipt_id


def test_a_comparison_of_an_older_content_counts_for_nothing(journal: Journal) -> None:
    entry = enter(journal, 1)
    journal.note(1, {"digest": "b"})

    journal.compared(entry, "PLN")

    assert journal.next_waiting("till", checked=True) is None


def test_a_file_is_remembered_once_and_stays_sent(journal: Journal) -> None:
    file = journal.add_file(1, "outbox", "1.pdf", "", "hash")
    journal.file_settled(file.file_id, "sent")

    again = journal.add_file(1, "outbox", "1.pdf", "", "hash")

    assert (file.file_id, "sent") == (again.file_id, again.state)
    assert [] == journal.files_due()


def test_beats_of_one_connection_are_seen_by_another(journal: Journal, now: TurnableClock) -> None:
    with Journal(journal.path, now) as other:
        journal.beat("poll", "run-1", {"listed": 3})

        beat = other.beats()["poll"]

    assert ("run-1", 3) == (beat.run, beat.detail["listed"])


def test_the_open_receipts_are_found_through_their_index_alone(journal: Journal) -> None:
    for query in (
        f"SELECT * FROM receipts WHERE {_IS_OPEN} ORDER BY receipt_id",
        f"SELECT * FROM receipts WHERE {_IS_OPEN} AND state = 'waiting' AND printer = 'till' ORDER BY receipt_id",
        f"SELECT * FROM receipts WHERE {_IS_OPEN} AND state = 'printed' ORDER BY receipt_id",
        "SELECT * FROM files WHERE state = 'waiting' AND (next_try <= 1 OR next_try > 2) ORDER BY file_id",
    ):
        plan = " ".join(row["detail"] for row in journal._database.rows(f"EXPLAIN QUERY PLAN {query}"))

        assert "USING INDEX open_receipts" in plan or "USING INDEX waiting_files" in plan, plan


def test_a_poll_that_changes_nothing_writes_nothing(journal: Journal) -> None:
    enter(journal, 1)
    before = journal.path.with_name("journal.sqlite-wal").stat().st_size

    with journal.transaction():
        journal.open_receipts()

    assert before == journal.path.with_name("journal.sqlite-wal").stat().st_size
