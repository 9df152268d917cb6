from __future__ import annotations

from typing import TYPE_CHECKING

from support.journals import enter, found, intend

from bridge.journal import Event, Journal, State
from bridge.journal.tally import COUNT_OPEN, Day
from drivers.contract import Proof

if TYPE_CHECKING:
    from support.journals import TurnableClock


def test_open_receipts_are_counted_by_state(journal: Journal) -> None:
    assert {} == journal.tally.open()

    for number in range(1, 4):
        enter(journal, number)
    enter(journal, 4, Event.HOLD)
    intend(journal, found(journal, 1))
    journal.printed(1, Proof("fence"))
    journal.confirmed(found(journal, 1), "W-1")

    assert {State.WAITING: 2, State.HELD: 1} == journal.tally.open()


def test_a_span_of_time_has_the_receipts_that_were_printed_held_and_refused_in_it(
    journal: Journal, now: TurnableClock
) -> None:
    enter(journal, 1, Event.HOLD)
    now.advance(100)
    begun = now.time()
    for number in range(2, 1500):
        enter(journal, number, Event.REFUSE)
    enter(journal, 2000)
    intend(journal, found(journal, 2000))
    journal.printed(2000, Proof("fence"))
    enter(journal, 2001, Event.HOLD)
    now.advance(100)
    ended = now.time()
    enter(journal, 2002, Event.HOLD)

    assert Day(printed=1, held=1, refused=1498) == journal.tally.between(begun, ended)
    assert Day(printed=0, held=1, refused=0) == journal.tally.between(ended, ended + 1)
    assert Day(printed=0, held=0, refused=0) == journal.tally.between(ended + 1, ended + 2)


def test_only_the_index_of_open_receipts_is_read_to_count_them(journal: Journal) -> None:
    rows = journal._database.rows(f"EXPLAIN QUERY PLAN {COUNT_OPEN}")

    assert rows
    assert all("COVERING INDEX open_receipts" in row["detail"] for row in rows)
