from __future__ import annotations

import pytest

from bridge.journal import Event, IllegalMoveError, State
from bridge.journal.states import OPEN_STATES, TRANSITIONS, diagram, next_state


def test_only_waiting_leads_to_an_intent() -> None:
    sources = [state for state, moves in TRANSITIONS.items() if State.INTENT in moves.values()]

    assert [State.WAITING] == sources


def test_from_an_intent_only_the_device_a_policy_or_a_person_leads_back_to_waiting() -> None:
    back = {event for event, target in TRANSITIONS[State.INTENT].items() if target is State.WAITING}

    assert {Event.NOT_PRINTED, Event.REPRINT} == back


def test_a_printed_receipt_can_never_wait_again() -> None:
    reachable = {State.PRINTED}
    while True:
        more = {
            target
            for state in reachable
            for event, target in TRANSITIONS[state].items()
            if event is not Event.DECIDED_PRINT and event is not Event.LISTED
        } - reachable
        if not more:
            break
        reachable |= more

    assert State.WAITING not in reachable
    assert State.INTENT not in reachable


def test_every_state_can_be_reached_and_every_open_state_can_be_left() -> None:
    reached = {target for moves in TRANSITIONS.values() for target in moves.values()}

    assert set(State) == reached
    assert all(TRANSITIONS[state] for state in OPEN_STATES)


def test_an_event_the_table_does_not_know_is_refused_by_name() -> None:
    with pytest.raises(IllegalMoveError, match="receipt 7: 'intend' is not possible in state 'confirmed'"):
        next_state(7, State.CONFIRMED, Event.INTEND)


def test_the_diagram_draws_every_state() -> None:
    drawn = diagram()

    assert all(state in drawn for state in State)
    assert "    waiting --> intent: intend" in drawn.splitlines()
