from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.journals import TurnableClock, enter, found, intend

from bridge.decisions import DecisionError, UnknownReceiptError, decide, possible
from bridge.journal import Event, Journal, State
from bridge.reasons import Decision
from drivers.contract import MayBePrinted, Proof

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", TurnableClock()) as opened:
        yield opened


def interrupted(journal: Journal) -> None:
    intend(journal, enter(journal, 1))
    journal.hold(1, "interrupted", "power cut")


def test_a_receipt_found_on_paper_is_to_be_confirmed_with_its_number(journal: Journal) -> None:
    interrupted(journal)

    outcome = decide(journal, 1, Decision.PRINTED, number="W-17", note="seen")

    entry = found(journal, 1)
    assert (State.PRINTED, True) == (outcome.state, outcome.changed)
    assert entry.proof is not None
    assert ("person", "W-17", MayBePrinted.YES) == (
        entry.proof.kind,
        entry.proof.number,
        entry.may_be_printed,
    )
    assert "seen" == journal.history(1)[-1].detail["note"]


def test_a_receipt_printed_again_after_an_interruption_stays_suspect(journal: Journal) -> None:
    interrupted(journal)

    decide(journal, 1, Decision.PRINT)

    assert (State.WAITING, MayBePrinted.UNKNOWN) == (
        found(journal, 1).state,
        found(journal, 1).may_be_printed,
    )


def test_what_a_person_approves_is_remembered_for_this_content(journal: Journal) -> None:
    enter(journal, 1, Event.HOLD, reason_code="nip_invalid")

    decide(journal, 1, Decision.PRINT)

    assert frozenset({"nip_invalid"}) == found(journal, 1).approved


def test_a_receipt_proven_on_paper_can_never_be_printed_again_by_decision(journal: Journal) -> None:
    intend(journal, enter(journal, 1))
    journal.printed(1, Proof("fence", number="9"))
    with pytest.raises(DecisionError, match="is printed"):
        decide(journal, 1, Decision.PRINT)

    journal.hold(1, "confirm_refused", "no")

    with pytest.raises(DecisionError, match="possible: printed, dismiss"):
        decide(journal, 1, Decision.PRINT)
    decide(journal, 1, Decision.PRINTED)
    entry = found(journal, 1)
    assert entry.proof is not None
    assert "9" == entry.proof.number


def test_the_same_decision_twice_is_harmless(journal: Journal) -> None:
    interrupted(journal)
    decide(journal, 1, Decision.DISMISS)

    again = decide(journal, 1, Decision.DISMISS)

    assert (State.DISMISSED, False) == (again.state, again.changed)


def test_an_unknown_receipt_is_told(journal: Journal) -> None:
    with pytest.raises(UnknownReceiptError, match="receipt 9 is not in the journal"):
        decide(journal, 9, Decision.PRINT)


@pytest.mark.parametrize("number", ["x" * 21, "a\nb", "\x1b"])
def test_a_number_baselinker_cannot_take_is_refused_before_anything_changes(
    journal: Journal, number: str
) -> None:
    interrupted(journal)

    with pytest.raises(DecisionError, match="20 printable"):
        decide(journal, 1, Decision.PRINTED, number=number)

    assert State.HELD is found(journal, 1).state


def test_a_number_goes_with_printed_only(journal: Journal) -> None:
    interrupted(journal)

    with pytest.raises(DecisionError, match="only with"):
        decide(journal, 1, Decision.PRINT, number="1")


@pytest.mark.parametrize(
    ("event", "choices"),
    [
        (Event.LISTED, (Decision.DISMISS,)),
        (Event.REFUSE, (Decision.PRINT, Decision.DISMISS)),
        (Event.HOLD, (Decision.PRINTED, Decision.PRINT, Decision.DISMISS)),
    ],
)
def test_every_state_tells_what_is_possible(
    journal: Journal, event: Event, choices: tuple[Decision, ...]
) -> None:
    entry = enter(journal, 1, event)

    assert choices == possible(entry)
    for decision in choices:
        other = found(journal, enter(journal, 10 + list(Decision).index(decision), event).receipt_id)
        assert decide(journal, other.receipt_id, decision).changed
