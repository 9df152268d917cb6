"""What a person may decide about a receipt, and what becomes of it.

    held, surely not printed     printed · print · dismiss
    held, may be printed         printed · print (under a COPY banner) · dismiss
    held, printed                printed (send the number again) · dismiss
    refused, reported            print (judge it again) · dismiss
    waiting                      dismiss
    dismissed                    print

The same decision twice is harmless.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from bridge.baselinker.receipts import LONGEST_NUMBER
from bridge.journal import Entry, Event, Journal, State
from bridge.reasons import Decision
from drivers.contract import MayBePrinted, Proof

if TYPE_CHECKING:
    from collections.abc import Callable

_SETTLED = {
    Decision.PRINTED: (State.PRINTED, State.CONFIRMED),
    Decision.PRINT: (State.WAITING, State.INTENT),
    Decision.DISMISS: (State.DISMISSED,),
}


class DecisionError(Exception):
    """The decision is not possible for this receipt; nothing was changed. The message says what is possible."""


class UnknownReceiptError(DecisionError):
    """The journal has never seen this receipt."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a decision led to; `changed` is False when it had been taken before."""

    receipt_id: int
    state: State
    changed: bool


def possible(entry: Entry) -> tuple[Decision, ...]:
    """Return what a person may decide about this receipt now."""
    if entry.state is State.HELD:
        if entry.may_be_printed is MayBePrinted.YES:
            return (Decision.PRINTED, Decision.DISMISS)
        return (Decision.PRINTED, Decision.PRINT, Decision.DISMISS)
    if entry.state in (State.REFUSED, State.REPORTED):
        return (Decision.PRINT, Decision.DISMISS)
    if entry.state is State.WAITING:
        return (Decision.DISMISS,)
    if entry.state is State.DISMISSED and entry.may_be_printed is not MayBePrinted.YES:
        return (Decision.PRINT,)
    return ()


def decide(
    journal: Journal, receipt_id: int, decision: Decision, *, number: str = "", note: str = ""
) -> Outcome:
    """Carry out a person's decision, durably. Raises DecisionError."""
    if len(number) > LONGEST_NUMBER or not number.isprintable():
        raise DecisionError(
            f"the number {number!r} is not possible: at most {LONGEST_NUMBER} printable characters"
        )
    if number and decision is not Decision.PRINTED:
        raise DecisionError("a number goes only with the decision 'printed'")
    with journal.transaction():
        entry = journal.get(receipt_id)
        if entry is None:
            raise UnknownReceiptError(f"receipt {receipt_id} is not in the journal")
        if entry.state in _SETTLED[decision]:
            return Outcome(receipt_id, entry.state, changed=False)
        if decision not in possible(entry):
            raise DecisionError(_not_possible(entry, decision))
        detail: dict[str, Any] = {"note": note, "reason_code": entry.reason_code}
        state = _MOVES[decision](journal, entry, detail, number)
        return Outcome(receipt_id, state, changed=True)


def decide_all(journal: Journal, code: str, decision: Decision, *, note: str = "") -> list[Outcome]:
    """Carry out one decision for every receipt held with this reason code; return those it was possible for.

    Each is a durable step of its own: what was decided before a power cut stays decided, asking again does the rest.
    """
    return [
        decide(journal, entry.receipt_id, decision, note=note)
        for entry in journal.in_state(State.HELD)
        if entry.reason_code == code and decision in possible(entry)
    ]


def _not_possible(entry: Entry, decision: Decision) -> str:
    choices = ", ".join(possible(entry)) or "nothing is left to decide"
    return (
        f"receipt {entry.receipt_id} is {entry.state} (printed: {entry.may_be_printed}); "
        f"'{decision}' is not possible, possible: {choices}"
    )


def _printed(journal: Journal, entry: Entry, detail: dict[str, Any], number: str) -> State:
    known = entry.proof.number if entry.proof is not None else ""
    proof = Proof(kind="person", number=number or known)
    values = journal.proven(proof) | {"reason_code": "", "reason": ""}
    if entry.printed_at is not None:
        values["printed_at"] = entry.printed_at
    return journal.move(entry, Event.DECIDED_PRINTED, values, detail | {"number": proof.number})


def _print(journal: Journal, entry: Entry, detail: dict[str, Any], _number: str) -> State:
    approved = entry.approved | (
        {entry.reason_code} if entry.state is State.HELD and entry.reason_code else set()
    )
    values = {
        "approved": json.dumps(sorted(approved)),
        "reason_code": "",
        "reason": "",
        "tries": 0,
        "next_try": 0,
    }
    return journal.move(entry, Event.DECIDED_PRINT, values, detail)


def _dismiss(journal: Journal, entry: Entry, detail: dict[str, Any], _number: str) -> State:
    return journal.move(entry, Event.DECIDED_DISMISS, {}, detail)


_MOVES: dict[Decision, Callable[[Journal, Entry, dict[str, Any], str], State]] = {
    Decision.PRINTED: _printed,
    Decision.PRINT: _print,
    Decision.DISMISS: _dismiss,
}
