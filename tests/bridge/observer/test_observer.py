"""The observer on a real journal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.journals import TurnableClock, enter, found, intend

from bridge.journal import Event, Journal, State
from bridge.journal.guard import OTHER, SAFE_MODE
from bridge.observer import Observer
from drivers.contract import Proof

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def clock() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def journal(tmp_path: Path, clock: TurnableClock) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", clock.time) as journal:
        yield journal


@pytest.fixture
def watched(journal: Journal, tmp_path: Path, clock: TurnableClock) -> Iterator[Observer]:
    """An observer with a connection of its own, as in the daemon."""
    with Journal(tmp_path / "journal.sqlite", clock.time) as own:
        yield Observer(own, clock, "run-1", ("till",))


def life(journal: Journal, clock: TurnableClock, receipt_id: int) -> None:
    """Lead a receipt from its first sight to its confirmation: 2 s of waiting, 3 s of printing, 4 s to confirm."""
    entry = enter(journal, receipt_id)
    clock.advance(2)
    intend(journal, entry)
    clock.advance(3)
    journal.printed(receipt_id, Proof("fence"))
    clock.advance(4)
    journal.confirmed(found(journal, receipt_id), "W-1")


def test_it_sees_what_other_connections_wrote(journal: Journal, watched: Observer) -> None:
    assert {} == watched.look().counts
    enter(journal, 1)
    enter(journal, 2, Event.HOLD, reason_code="nip_invalid", reason="nip")
    journal.beat("printer:till", "run-1", {"ready": True})

    now = watched.look()

    assert {("till", State.WAITING): 1, ("till", State.HELD): 1} == now.counts
    assert [(2, "nip_invalid", "nip", "till")] == [
        (one.receipt_id, one.reason_code, one.reason, one.printer) for one in now.held
    ]
    assert now.printers[0].ready
    assert now.free_bytes > 0


def test_it_sees_safe_mode_and_who_else_numbers_a_series(journal: Journal, watched: Observer) -> None:
    assert ((), ()) == (watched.look().safe_mode, watched.look().others)

    journal.guard.write(SAFE_MODE, {"causes": ["older_copy"]})
    journal.guard.write(f"{OTHER}7", {"series_id": 7, "count": 1})
    now = watched.look()
    assert (("older_copy",), [7]) == (now.safe_mode, [other["series_id"] for other in now.others])

    journal.guard.forget(SAFE_MODE)
    assert () == watched.look().safe_mode


def test_every_line_of_the_history_is_counted_once_and_old_ones_never(
    journal: Journal, clock: TurnableClock, tmp_path: Path
) -> None:
    life(journal, clock, 1)
    with Journal(tmp_path / "journal.sqlite", clock.time) as own:
        observer = Observer(own, clock, "run-1", ("till",))
        observer.look()
        assert {} == observer.progress.moves
        life(journal, clock, 2)
        for _ in range(3):
            observer.look()

    moves = observer.progress.moves
    assert {State.WAITING: 1, State.INTENT: 1, State.PRINTED: 1, State.CONFIRMED: 1} == {
        state: count for (_, state), count in moves.items()
    }


def test_durations_are_those_of_the_history(
    journal: Journal, clock: TurnableClock, watched: Observer
) -> None:
    life(journal, clock, 1)
    watched.look()

    progress = watched.progress
    assert 5.0 == progress.seen_to_printed["till"].total
    assert 3.0 == progress.printing["till"].total
    assert 4.0 == progress.confirming["till"].total
    assert [0, 0, 0, 1] == progress.seen_to_printed["till"].cumulative()[:4]


def test_a_second_confirmation_and_a_clock_turned_back_measure_nothing(
    journal: Journal, clock: TurnableClock, watched: Observer
) -> None:
    life(journal, clock, 1)
    with journal.transaction():
        journal.move(found(journal, 1), Event.STILL_LISTED)
    journal.confirmed(found(journal, 1), "W-1")
    entry = enter(journal, 2)
    clock.seconds -= 100
    intend(journal, entry)
    journal.printed(2, Proof("fence"))
    watched.look()

    assert 1 == watched.progress.confirming["till"].cumulative()[-1]
    assert 1 == watched.progress.seen_to_printed["till"].cumulative()[-1]


def test_nothing_is_read_while_nothing_changes(
    journal: Journal, watched: Observer, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(journal, 1)
    before = watched.look()
    monkeypatch.setattr("bridge.journal.overview.Overview.open_counts", None)

    assert before.counts == watched.look().counts


def test_the_cost_does_not_grow_with_the_number_of_finished_receipts(
    journal: Journal, clock: TurnableClock, watched: Observer
) -> None:
    """Both queries that run at every change go through an index that finished receipts are not in."""
    life(journal, clock, 1)
    overview = journal.overview
    plans = [
        " ".join(str(row["detail"]) for row in overview._database.rows(f"EXPLAIN QUERY PLAN {query}", values))
        for query, values in queries()
    ]

    for plan in plans:
        assert "SCAN receipts" not in plan.replace("SCAN receipts USING COVERING INDEX open_receipts", "")
        assert "SCAN line" not in plan
        assert "SCAN earlier" not in plan


def queries() -> list[tuple[str, tuple[int, ...]]]:
    from bridge.journal import overview
    from bridge.journal.states import IS_OPEN

    return [
        (
            f"SELECT state, printer, count(*) AS count FROM receipts WHERE {IS_OPEN} GROUP BY state, printer",
            (),
        ),
        (f"SELECT receipt_id FROM receipts WHERE {IS_OPEN} AND state = 'held' ORDER BY receipt_id", ()),
        (overview._CHANGES, (0, 10)),
    ]
