from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.journals import TurnableClock, enter, found, intend

from bridge.journal import Event, Journal
from bridge.standing import standing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", TurnableClock()) as opened:
        yield opened


def beat(journal: Journal, name: str, run_id: str = "run-1", **detail: Any) -> None:
    journal.beat(name, run_id, detail)


def line(journal: Journal, *printers: str) -> str:
    return standing(journal, printers, "run-1").line(1003.4)


def test_a_daemon_where_all_is_well(journal: Journal) -> None:
    beat(journal, "printer:till", ready=True)
    beat(journal, "printer:bar", ready=True)
    beat(journal, "poll", monotonic=1000.0)
    beat(journal, "api", state="ok")

    assert "2 printers ready, queue 0, last poll 3 s ago" == line(journal, "till", "bar")
    assert "1 printer ready, queue 0, last poll 3 s ago" == line(journal, "till")


def test_printers_that_wait_and_receipts_that_are_held_are_told(journal: Journal) -> None:
    beat(journal, "printer:till", ready=False, text="The printer is out of paper.")
    beat(journal, "printer:bar", ready=True)
    beat(journal, "poll", monotonic=1000.0)
    for number in range(1, 4):
        enter(journal, number)
    intend(journal, found(journal, 1))
    enter(journal, 4, Event.HOLD)

    assert (
        "1 of 2 printers ready (till: The printer is out of paper), queue 3, 1 held, last poll 3 s ago"
    ) == line(journal, "till", "bar")


def test_what_another_run_saw_tells_nothing_of_now(journal: Journal) -> None:
    beat(journal, "printer:till", "run-0", ready=True)
    beat(journal, "poll", "run-0", monotonic=1000.0)
    beat(journal, "api", "run-0", state="unreachable", brief="no network")

    assert "0 of 1 printers ready (till: not seen yet), queue 0, not polled yet" == line(journal, "till")


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        ({"state": "unreachable", "brief": "no network"}, "no network"),
        ({"state": "unreachable"}, "BaseLinker cannot be used"),
    ],
)
def test_what_keeps_the_bridge_from_baselinker_is_told(
    journal: Journal, detail: dict[str, Any], words: str
) -> None:
    beat(journal, "printer:till", ready=True)
    beat(journal, "api", **detail)

    assert f"1 printer ready, queue 0, {words}, not polled yet" == line(journal, "till")


def test_text_from_outside_stays_short_and_on_one_line(journal: Journal) -> None:
    beat(journal, "printer:till", ready=False, text="a\nREADY=0 " + "b" * 1000)

    told = line(journal, "till")

    assert "\n" not in told
    assert len(told) < 150
