from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.commands import run_at_terminal, run_command
from support.desks import (
    AT,
    DISMISSED,
    DROPPED,
    HOSTILE,
    INTERRUPTED,
    LONG_REASON,
    NIP,
    PRINTED,
    REFUSED,
    WAITING,
    TechniciansDesk,
    fill,
    technicians_desk,
)

from bridge.journal import State

if TYPE_CHECKING:
    from support.programs import Program

ENTRY_KEYS = [
    "receipt_id",
    "state",
    "may_be_printed",
    "printer",
    "series_id",
    "order_id",
    "number",
    "device_number",
    "proof",
    "printed_at",
    "copies",
    "reason_code",
    "reason",
    "first_seen",
    "changed",
]


def test_the_list_has_the_newest_first_and_the_documented_keys(program: Program, filled: object) -> None:
    answer = program.json("receipts")

    assert ["receipts"] == list(answer)
    assert list(range(HOSTILE, PRINTED - 1, -1)) == [one["receipt_id"] for one in answer["receipts"]]
    assert all(ENTRY_KEYS == list(one) for one in answer["receipts"])
    assert {
        "receipt_id": PRINTED,
        "state": "confirmed",
        "may_be_printed": "yes",
        "printer": "till",
        "series_id": 1,
        "order_id": 77,
        "number": "12/9/2026/P",
        "device_number": "W-17",
        "proof": "fence",
        "printed_at": AT,
        "copies": 0,
        "reason_code": "",
        "reason": "",
        "first_seen": AT,
        "changed": AT,
    } == answer["receipts"][-1]


@pytest.mark.parametrize(
    ("states", "receipts"),
    [
        ("held", [HOSTILE, INTERRUPTED, NIP]),
        ("refused,waiting", [WAITING, REFUSED]),
        (" dropped , dismissed ", [DISMISSED, DROPPED]),
        ("printed", []),
    ],
)
def test_the_list_can_be_of_some_states_only(
    program: Program, filled: object, states: str, receipts: list[int]
) -> None:
    answer = program.json("receipts", "--state", states)

    assert receipts == [one["receipt_id"] for one in answer["receipts"]]


def test_the_list_is_as_long_as_asked_for(program: Program, filled: object) -> None:
    assert 2 == len(program.json("receipts", "--limit", "2")["receipts"])


def test_a_word_that_is_no_state_is_named_with_those_there_are(program: Program, filled: object) -> None:
    ended = program("receipts", "--state", "held,lost")

    assert (2, "") == (ended.code, ended.out)
    assert f"'lost' is not a state; there are: {', '.join(State)}" in ended.err


@pytest.mark.parametrize("word", ["0", "-1", "abc", "1_000", "1.5", "9" * 30, "٣", ""])
@pytest.mark.parametrize("place", ["id", "limit"])
def test_an_argument_that_is_no_number_is_told_in_one_line(program: Program, word: str, place: str) -> None:
    ended = program("receipts", word) if place == "id" else program("receipts", "--limit", word)

    assert (2, "") == (ended.code, ended.out)
    assert "Traceback" not in ended.err


def test_an_empty_list_says_so(program: Program, desk: TechniciansDesk, filled: object) -> None:
    assert "no receipts in state printed\n" == program("receipts", "--state", "printed").out
    assert {"receipts": []} == program.json("receipts", "--state", "printed")


def test_one_receipt_is_shown_with_its_whole_history_and_files(program: Program, filled: object) -> None:
    answer = program.json("receipts", str(PRINTED))

    assert [*ENTRY_KEYS, "possible_decisions", "history", "files"] == list(answer)
    assert ["listed", "intend", "prove", "confirm"] == [change["event"] for change in answer["history"]]
    assert all(["at", "event", "state", "detail"] == list(change) for change in answer["history"])
    (file,) = answer["files"]
    assert ["kind", "name", "number", "state", "reason", "sha256"] == list(file)
    assert ("copy", "waiting", "W-17") == (file["kind"], file["state"], file["number"])
    assert [] == answer["possible_decisions"]


def test_one_receipt_reads_well(program: Program, filled: object) -> None:
    ended = program("receipts", str(PRINTED))

    assert 0 == ended.code
    assert (
        "receipt     1001\n"
        "state       confirmed\n"
        "printed     yes\n"
        "printer     till\n"
        "BaseLinker  number 12/9/2026/P, order 77, series 1\n"
        "proof       fence, the printer's number W-17, 2026-09-21 14:13\n"
        "file        1001.pdf (copy): waiting\n"
        "\n"
        "when              event    state      detail\n"
        "2026-09-21 14:13  listed   waiting    -\n"
        "2026-09-21 14:13  intend   intent     printer till, total 0.00, device device-1\n"
        "2026-09-21 14:13  prove    printed    kind fence, number W-17\n"
        "2026-09-21 14:13  confirm  confirmed  number W-17\n"
    ) == ended.out


@pytest.mark.parametrize(
    ("language", "who", "todo"),
    [
        ("en", "cashier: Look at the paper.", "receipt-bridge resolve 1003 printed"),
        ("pl", "cashier: Spójrz na papier.", "receipt-bridge resolve 1003 print"),
    ],
)
def test_a_held_receipt_says_why_who_acts_and_what_to_do_in_the_language_of_the_house(
    program: Program, language: str, who: str, todo: str
) -> None:
    fill(technicians_desk(program.desk.folder, language=language))

    told = program("receipts", str(INTERRUPTED)).out

    assert "printed     unknown: only the paper tells\n" in told
    assert "reason      the bridge stopped while it was printed\n" in told
    assert f"to do       {who}" in told
    assert todo in told


def test_a_receipt_the_journal_has_never_seen_has_an_exit_code_of_its_own(
    program: Program, filled: object
) -> None:
    ended = program("receipts", "4711")

    assert (66, "") == (ended.code, ended.out)
    assert "receipt-bridge: receipt 4711 is not in the journal: BaseLinker never listed it\n" == ended.err


def test_without_a_journal_the_cure_is_told(program: Program) -> None:
    ended = program("receipts")

    assert (74, "") == (ended.code, ended.out)
    assert "there is no journal at" in ended.err
    assert "systemctl start receipt-bridge" in ended.err
    assert not (program.desk.folder / "journal.sqlite").exists()


def test_text_from_outside_steers_no_terminal_and_forges_no_row(program: Program, filled: object) -> None:
    shown = (
        program("receipts").out,
        program("receipts", str(HOSTILE)).out,
        program("receipts", "--json").out,
    )

    for text in shown:
        assert all(char.isprintable() or char == "\n" for char in text)
        assert not [line for line in text.splitlines() if line.startswith("999 forged")]


def test_in_a_pipe_each_receipt_is_one_line(filled: TechniciansDesk) -> None:
    ended = run_command("receipts", config=filled.config, TZ="UTC")

    assert (0, "") == (ended.code, ended.err)
    heading, *rows = ended.out.splitlines()
    assert ["receipt", "number", "printer", "state", "printed", "changed", "reason"] == heading.split()
    assert list(range(HOSTILE, PRINTED - 1, -1)) == [int(row.split()[0]) for row in rows]
    assert "\x1b" not in ended.out
    assert LONG_REASON in ended.out


def test_at_a_terminal_of_80_columns_nothing_is_cut_and_nothing_wraps(filled: TechniciansDesk) -> None:
    for words in (("receipts",), ("receipts", str(NIP))):
        ended = run_at_terminal(*words, config=filled.config, NO_COLOR="1", TZ="UTC")

        assert 0 == ended.code
        assert max(map(len, ended.out.splitlines())) <= 80
        assert LONG_REASON in " ".join(ended.out.split())
        assert "\x1b" not in ended.out


def test_a_reader_who_has_seen_enough_is_no_error(filled: TechniciansDesk) -> None:
    import subprocess

    from support.commands import PROGRAM, surroundings

    with subprocess.Popen(
        [*PROGRAM, "receipts", "--json", "--config", str(filled.config)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=surroundings(),
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        assert b"" == process.stderr.read()
        assert 0 == process.wait(60)
