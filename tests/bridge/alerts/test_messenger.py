"""Each alert once and once again: over sequences of situations, failures of the way, restarts and full disks."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.journals import TurnableClock

from bridge.alerts.messenger import MOST_AT_ONCE, Messenger, Undelivered
from bridge.alerts.standing import Alert, Standing
from bridge.journal import Journal, JournalFullError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from bridge.alerts.letter import Letter
    from bridge.journal.alerts import AlertRecords

KEYS = ("a", "b", "c")


@dataclass
class RecordingWay:
    """A way that takes messages, or does not; `taken` has key and `new` or `over` of each alert."""

    name: str = "recording"
    works: bool = True
    tries: int = 0
    taken: list[tuple[str, str]] = field(default_factory=list)

    def send(self, letter: Letter) -> None:
        self.tries += 1
        if not self.works:
            raise Undelivered("the way is closed")
        self.taken += [(alert.key, "new") for alert in letter.new]
        self.taken += [(told.key, "over") for told in letter.over]


def stand(*keys: str, waiting: tuple[str, ...] = ()) -> Standing:
    return Standing(
        (
            *(Alert(key, "receipt_held", f"what {key}", "todo") for key in keys),
            *(Alert(key, "receipt_held", f"what {key}", "todo", due=False) for key in waiting),
        )
    )


@dataclass
class Office:
    """A journal, a way and a clock; `restart` is what a new daemon would begin with."""

    journal: Journal
    clock: TurnableClock
    way: RecordingWay = field(default_factory=RecordingWay)

    def __post_init__(self) -> None:
        self.restart()

    def restart(self, records: AlertRecords | None = None) -> None:
        self.messenger = Messenger(
            self.way, records or self.journal.alerts, self.clock, language="en", host="shop"
        )

    def show(self, standing: Standing) -> None:
        """Let the messenger work until it has nothing to do or has to wait."""
        while self.messenger.step(standing) == 0.0:
            pass


@contextmanager
def an_office(path: Path) -> Iterator[Office]:
    clock = TurnableClock()
    with Journal.create(path, clock.time) as journal:
        yield Office(journal, clock)


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with an_office(tmp_path / "journal.sqlite") as made:
        yield made


def test_an_alert_is_told_once_and_once_more_when_it_is_over(office: Office) -> None:
    for standing in (stand("a"), stand("a"), stand("a", "b"), stand("b"), stand()):
        office.show(standing)

    assert [("a", "new"), ("b", "new"), ("a", "over"), ("b", "over")] == office.way.taken


def test_what_is_not_due_is_not_told_and_what_was_told_does_not_end_by_not_being_due(office: Office) -> None:
    office.show(stand(waiting=("a",)))
    assert [] == office.way.taken
    office.show(stand("a"))
    office.show(stand(waiting=("a",)))

    assert [("a", "new")] == office.way.taken


def test_a_restart_tells_nothing_twice_and_forgets_no_end(office: Office) -> None:
    office.show(stand("a", "b"))
    office.restart()
    office.show(stand("a", "b"))
    office.restart()
    office.show(stand("b"))

    assert [("a", "new"), ("b", "new"), ("a", "over")] == office.way.taken


def test_failures_are_repeated_with_longer_pauses_until_the_way_takes_it(office: Office) -> None:
    office.way.works = False
    pauses = []
    for _ in range(9):
        pauses.append(office.messenger.step(stand("a")))
        office.clock.advance((pauses[-1] or 0.0) - 0.5)
        assert 0.5 == office.messenger.step(stand("a"))
        office.clock.advance(0.5)
    assert [5, 10, 20, 40, 80, 160, 320, 600, 600] == pauses
    assert 9 == office.way.tries
    office.way.works = True
    office.show(stand("a"))

    assert [("a", "new")] == office.way.taken
    assert (1, 9) == (office.messenger.told_count, office.messenger.failed_count)


def test_what_is_over_before_it_could_be_told_is_not_told(office: Office) -> None:
    office.way.works = False
    office.show(stand("a"))
    office.show(stand())
    office.way.works = True
    office.clock.advance(600)
    office.show(stand())

    assert [] == office.way.taken


def test_an_end_that_could_not_be_told_is_no_end_when_the_thing_comes_back(office: Office) -> None:
    office.show(stand("a"))
    office.way.works = False
    office.show(stand())
    office.way.works = True
    office.clock.advance(600)
    office.show(stand("a"))

    assert [("a", "new")] == office.way.taken


def test_many_at_once_are_few_messages(office: Office) -> None:
    keys = [f"k{number}" for number in range(2 * MOST_AT_ONCE + 1)]
    office.show(stand(*keys))

    assert [(key, "new") for key in keys] == office.way.taken
    assert 3 == office.way.tries


class FullRecords:
    """Records on a full disk, until `room` is made."""

    def __init__(self, records: AlertRecords) -> None:
        self.room = False
        self._records = records
        self.told = records.told

    def tell(self, way: str, alerts: Collection[tuple[str, str, str]]) -> None:
        if not self.room:
            raise JournalFullError("the disk is full")
        self._records.tell(way, alerts)

    def forget(self, way: str, keys: Collection[str]) -> None:
        if not self.room:
            raise JournalFullError("the disk is full")
        self._records.forget(way, keys)


def test_on_a_full_disk_it_is_told_once_and_written_when_there_is_room(office: Office) -> None:
    full = FullRecords(office.journal.alerts)
    office.restart(full)  # type: ignore[arg-type]
    office.show(stand("disk_full"))
    office.show(stand("disk_full"))
    assert [("disk_full", "new")] == office.way.taken
    assert {} == office.journal.alerts.told("recording")
    full.room = True
    office.show(stand("disk_full"))
    office.restart()
    office.show(stand())

    assert [("disk_full", "new"), ("disk_full", "over")] == office.way.taken


STEPS = st.lists(
    st.tuples(
        st.sets(st.sampled_from(KEYS)),
        st.sets(st.sampled_from(KEYS)),
        st.booleans(),
        st.booleans(),
    ),
    max_size=20,
)


@settings(max_examples=40)  # each one has a journal on disk
@given(steps=STEPS)
def test_told_and_over_take_turns_and_in_the_end_everybody_knows_what_stands(
    steps: list[tuple[set[str], set[str], bool, bool]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Due, not yet due, does the way work, does the daemon restart: whatever comes in whatever order."""
    with an_office(tmp_path_factory.mktemp("office") / "journal.sqlite") as office:
        for due, waiting, works, restarts in steps:
            office.way.works = works
            office.clock.advance(700)
            if restarts:
                office.restart()
            office.show(stand(*due, waiting=tuple(waiting - due)))
        office.way.works = True
        office.clock.advance(700)
        last = steps[-1][0] if steps else set()
        office.show(stand(*last))

        for key in KEYS:
            turns = [state for told, state in office.way.taken if told == key]
            assert ["new", "over"] * (len(turns) // 2) + ["new"] * (len(turns) % 2) == turns
            assert (key in last) == (len(turns) % 2 == 1)
