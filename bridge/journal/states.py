"""The life of a receipt: which event may lead from which state to which.

This table is the whole theory; the journal refuses every move that is not in it, and the drawing in
docs/architecture.md is generated from it (`python -m bridge.journal.states`).

Two rules live here and nowhere else:

* Only `waiting` leads to `intent`, and only through the event `intend`, which the journal writes durably before
  the first byte goes to a printer.
* From `intent` there is no way back to `waiting` without the device's own word (`not_printed`), or a policy or a
  person that accepts a marked copy (`reprint`, `decided_print`).

Beside its state a receipt carries `may_be_printed` (no, unknown, yes). It only ever grows by printing and shrinks
by the device's word; a receipt that may be printed is never dropped by itself.
"""

from __future__ import annotations

from enum import StrEnum


class State(StrEnum):
    """Where a receipt stands."""

    WAITING = "waiting"
    INTENT = "intent"
    PRINTED = "printed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"
    REPORTED = "reported"
    HELD = "held"
    DROPPED = "dropped"
    DISMISSED = "dismissed"


class Event(StrEnum):
    """What happened to a receipt."""

    LISTED = "listed"
    """BaseLinker lists it, and it can be printed as it is."""
    REFUSE = "refuse"
    """It can never be printed as it is: bad data."""
    HOLD = "hold"
    """It waits for a person."""
    UNLISTED = "unlisted"
    """BaseLinker does not list it any more, and nothing of it was printed."""
    INTEND = "intend"
    """The plan and the mark are on disk; printing may begin."""
    PROVE = "prove"
    """The device's proof is on disk."""
    NOT_PRINTED = "not_printed"
    """The device's own word: nothing of it was printed."""
    REPRINT = "reprint"
    """Nobody can tell, and the printer's policy is a marked copy."""
    CONFIRM = "confirm"
    """BaseLinker has accepted the number."""
    REPORT = "report"
    """BaseLinker has accepted the report that it cannot be printed."""
    STILL_LISTED = "still_listed"
    """BaseLinker lists it long after it was confirmed: confirm again, never print again."""
    DECIDED_PRINTED = "decided_printed"
    """A person found it on paper."""
    DECIDED_PRINT = "decided_print"
    """A person wants it printed."""
    DECIDED_DISMISS = "decided_dismiss"
    """A person settled it outside the bridge."""


TRANSITIONS: dict[State | None, dict[Event, State]] = {
    None: {
        Event.LISTED: State.WAITING,
        Event.REFUSE: State.REFUSED,
        Event.HOLD: State.HELD,
    },
    State.WAITING: {
        Event.LISTED: State.WAITING,
        Event.REFUSE: State.REFUSED,
        Event.HOLD: State.HELD,
        Event.UNLISTED: State.DROPPED,
        Event.INTEND: State.INTENT,
        Event.DECIDED_DISMISS: State.DISMISSED,
    },
    State.INTENT: {
        Event.PROVE: State.PRINTED,
        Event.NOT_PRINTED: State.WAITING,
        Event.REPRINT: State.WAITING,
        Event.HOLD: State.HELD,
    },
    State.PRINTED: {
        Event.CONFIRM: State.CONFIRMED,
        Event.HOLD: State.HELD,
    },
    State.CONFIRMED: {
        Event.STILL_LISTED: State.PRINTED,
    },
    State.REFUSED: {
        Event.LISTED: State.WAITING,
        Event.REFUSE: State.REFUSED,
        Event.HOLD: State.HELD,
        Event.UNLISTED: State.DROPPED,
        Event.REPORT: State.REPORTED,
        Event.DECIDED_PRINT: State.WAITING,
        Event.DECIDED_DISMISS: State.DISMISSED,
    },
    State.REPORTED: {
        Event.LISTED: State.WAITING,
        Event.REFUSE: State.REFUSED,
        Event.HOLD: State.HELD,
        Event.DECIDED_PRINT: State.WAITING,
        Event.DECIDED_DISMISS: State.DISMISSED,
    },
    State.HELD: {
        Event.LISTED: State.WAITING,
        Event.REFUSE: State.REFUSED,
        Event.HOLD: State.HELD,
        Event.UNLISTED: State.DROPPED,
        Event.CONFIRM: State.CONFIRMED,
        Event.DECIDED_PRINTED: State.PRINTED,
        Event.DECIDED_PRINT: State.WAITING,
        Event.DECIDED_DISMISS: State.DISMISSED,
    },
    State.DROPPED: {
        Event.LISTED: State.WAITING,
        Event.REFUSE: State.REFUSED,
        Event.HOLD: State.HELD,
    },
    State.DISMISSED: {
        Event.DECIDED_PRINT: State.WAITING,
    },
}

# States in which the bridge itself still owes something. The index over them keeps the cost of a poll and of a
# start independent of the number of finished receipts.
OPEN_STATES = (State.WAITING, State.INTENT, State.PRINTED, State.REFUSED, State.HELD)

# SQLite uses a partial index only where the query repeats the index's own condition, to the letter.
IS_OPEN = "state IN ({})".format(", ".join(f"'{state}'" for state in OPEN_STATES))


class IllegalMoveError(Exception):
    """An event that the table does not know in that state; nothing was changed."""

    def __init__(self, receipt_id: int, state: State | None, event: Event) -> None:
        super().__init__(f"receipt {receipt_id}: '{event}' is not possible in state '{state or 'unknown'}'")
        self.receipt_id = receipt_id
        self.state = state
        self.event = event


def next_state(receipt_id: int, state: State | None, event: Event) -> State:
    """Return the state an event leads to. Raises IllegalMoveError."""
    try:
        return TRANSITIONS[state][event]
    except KeyError:
        raise IllegalMoveError(receipt_id, state, event) from None


def diagram() -> str:
    """Return the table as a Mermaid state diagram for docs/architecture.md."""
    lines = ["stateDiagram-v2"]
    for state, moves in TRANSITIONS.items():
        arrows: dict[State, list[str]] = {}
        for event, target in moves.items():
            arrows.setdefault(target, []).append(event.value)
        source = "[*]" if state is None else state.value
        lines += [
            f"    {source} --> {target.value}: {', '.join(events)}" for target, events in arrows.items()
        ]
    return "\n".join(lines)


if __name__ == "__main__":
    print(diagram())
