from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.commands import run_at_terminal, run_command
from support.desks import DISMISSED, DROPPED, INTERRUPTED, NIP, PRINTED, REFUSED, WAITING

if TYPE_CHECKING:
    from support.desks import TechniciansDesk
    from support.programs import Program

pytestmark = pytest.mark.usefixtures("filled")


@pytest.mark.parametrize(
    ("receipt", "decision", "state"),
    [
        (INTERRUPTED, "printed", "printed"),
        (INTERRUPTED, "print", "waiting"),
        (INTERRUPTED, "dismiss", "dismissed"),
        (NIP, "print", "waiting"),
        (REFUSED, "print", "waiting"),
        (REFUSED, "dismiss", "dismissed"),
        (WAITING, "dismiss", "dismissed"),
        (DISMISSED, "print", "waiting"),
    ],
)
def test_a_possible_decision_is_carried_out_and_kept(
    program: Program, receipt: int, decision: str, state: str
) -> None:
    ended = program("resolve", str(receipt), decision, "--note", "seen by the manager")

    assert (0, f"receipt {receipt} is now {state}\n", "") == (ended.code, ended.out, ended.err)
    shown = program.json("receipts", str(receipt))
    assert state == shown["state"]
    assert "seen by the manager" == shown["history"][-1]["detail"]["note"]


def test_the_number_on_the_paper_is_kept(program: Program) -> None:
    program("resolve", str(INTERRUPTED), "printed", "--number", " W001234 ")

    shown = program.json("receipts", str(INTERRUPTED))
    assert ("W001234", "person", "yes") == (shown["device_number"], shown["proof"], shown["may_be_printed"])


def test_the_same_decision_twice_is_harmless_and_says_so(program: Program) -> None:
    keys = ["receipt_id", "state", "changed"]
    first = program.json("resolve", str(INTERRUPTED), "printed")
    second = program.json("resolve", str(INTERRUPTED), "printed")

    assert (keys, keys) == (list(first), list(second))
    assert (True, False) == (first["changed"], second["changed"])
    ended = program("resolve", str(INTERRUPTED), "printed")
    assert (0, "receipt 1003 is printed already; nothing was changed\n") == (ended.code, ended.out)


@pytest.mark.parametrize(
    ("receipt", "words", "says"),
    [
        (PRINTED, ("print",), "nothing is left to decide"),
        (DROPPED, ("printed",), "nothing is left to decide"),
        (REFUSED, ("printed",), "possible: print, dismiss"),
        (WAITING, ("printed",), "possible: dismiss"),
        (NIP, ("print", "--number", "7"), "a number goes only with the decision 'printed'"),
        (NIP, ("printed", "--number", "x" * 21), "at most 20 printable characters"),
        (NIP, ("printed", "--number", "a\x1b[31m"), "at most 20 printable characters"),
    ],
)
def test_a_decision_that_is_not_possible_changes_nothing_and_says_what_is(
    program: Program, receipt: int, words: tuple[str, ...], says: str
) -> None:
    before = program.json("receipts", str(receipt))

    ended = program("resolve", str(receipt), *words)

    assert (76, "") == (ended.code, ended.out)
    assert says in ended.err
    assert before == program.json("receipts", str(receipt))


def test_an_unknown_receipt_has_an_exit_code_of_its_own(program: Program) -> None:
    ended = program("resolve", "4711", "print")

    assert (66, "receipt-bridge: receipt 4711 is not in the journal\n") == (ended.code, ended.err)


@pytest.mark.parametrize(
    "words", [("1003",), ("1003", "reprint"), ("abc", "print"), ("1003", "print", "now")]
)
def test_a_wrong_command_line_does_nothing(program: Program, words: tuple[str, ...]) -> None:
    ended = program("resolve", *words)

    assert (2, "") == (ended.code, ended.out)
    assert ended.err.startswith("usage: receipt-bridge ")


def test_a_cashier_resolves_at_a_terminal(filled: TechniciansDesk) -> None:
    ended = run_at_terminal("resolve", str(INTERRUPTED), "printed", config=filled.config)

    assert (0, "receipt 1003 is now printed\n") == (ended.code, ended.out)


def test_a_script_resolves_in_a_pipe(filled: TechniciansDesk) -> None:
    ended = run_command("resolve", str(REFUSED), "dismiss", "--json", config=filled.config)

    assert (0, "") == (ended.code, ended.err)
    assert '{\n  "receipt_id": 1004,\n  "state": "dismissed",\n  "changed": true\n}\n' == ended.out
