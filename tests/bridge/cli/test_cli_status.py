from __future__ import annotations

import os
import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import run_at_terminal, run_command
from support.desks import HOSTILE, INTERRUPTED, LONG_REASON, NIP, REFUSED, fill, technicians_desk
from support.journals import enter

from bridge.cli.status import gather
from bridge.config.reading import load_config
from bridge.journal import DaemonLock, Journal
from bridge.journal.schema import APPLICATION_ID, MIGRATIONS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.desks import TechniciansDesk
    from support.programs import Program

READY: dict[str, Any] = {"ready": True, "receipt": None, "warnings": []}


@pytest.fixture
def running(desk: TechniciansDesk) -> Iterator[TechniciansDesk]:
    """A desk whose journal is held by a daemon: this process, that is."""
    now = time.time()
    path = desk.folder / "journal.sqlite"
    with DaemonLock(path), Journal.create(path, lambda: now) as journal:
        for printer in ("till", "bar"):
            journal.beat(f"printer:{printer}", "run-1", READY)
        journal.beat("api", "run-1", {"state": "ok", "what": ""})
        journal.beat("poll", "run-1", {"monotonic": 1.0, "listed": 0})
        yield desk


def report_of(desk: TechniciansDesk, now: float) -> dict[str, Any]:
    with desk.journal() as journal:
        return gather(load_config(desk.config, {}), journal, now)


def test_the_answer_has_the_documented_keys(program: Program, filled: object) -> None:
    answer = program.json("status")

    parts = ["ok", "safe_mode", "numbered_elsewhere", "daemon", "baselinker", "queue", "printers", "held"]
    assert parts == list(answer)
    assert ["running", "pid"] == list(answer["daemon"])
    assert ["state", "what", "last_poll", "last_poll_seconds_ago"] == list(answer["baselinker"])
    assert ["waiting", "printing", "to_confirm"] == list(answer["queue"])
    assert all(
        [
            "name",
            "address",
            "simulator",
            "ready",
            "code",
            "text",
            "cure",
            "warnings",
            "seen_seconds_ago",
            "waiting",
            "in_hand",
        ]
        == list(printer)
        for printer in answer["printers"]
    )
    assert all(
        [
            "receipt_id",
            "state",
            "printer",
            "may_be_printed",
            "reason_code",
            "reason",
            "who",
            "possible_decisions",
            "since",
        ]
        == list(held)
        for held in answer["held"]
    )


def test_held_and_refused_receipts_are_there_with_who_acts_and_what_may_be_decided(
    program: Program, filled: object
) -> None:
    answer = program.json("status")

    assert [NIP, INTERRUPTED, REFUSED, HOSTILE] == [held["receipt_id"] for held in answer["held"]]
    assert ["accountant", "cashier", "accountant", "accountant"] == [held["who"] for held in answer["held"]]
    assert ["printed", "print", "dismiss"] == answer["held"][1]["possible_decisions"]


def test_all_is_well_when_everything_runs_and_nothing_is_held(program: Program, running: object) -> None:
    ended = program("status")

    assert (0, "") == (ended.code, ended.err)
    assert f"daemon      running (process {os.getpid()})\nBaseLinker  ok, last poll " in ended.out
    assert [True, True] == [printer["ready"] for printer in program.json("status")["printers"]]


@pytest.mark.parametrize(
    ("name", "detail", "words"),
    [
        (
            "printer:bar",
            {"ready": False, "code": "paper_end", "text": "There is no paper.", "cure": "Put in a roll."},
            ["no", "There is no paper.", "Put in a roll."],
        ),
        (
            "api",
            {"state": "bad_token", "what": "getNewReceipts: Invalid user token. Replace it"},
            ["BaseLinker  bad token, last poll", "getNewReceipts: Invalid user token. Replace it"],
        ),
    ],
)
def test_what_is_wrong_and_what_to_do_is_told_and_ends_with_1(
    program: Program, running: TechniciansDesk, name: str, detail: dict[str, object], words: list[str]
) -> None:
    with running.journal() as journal:
        journal.beat(name, "run-1", detail)

    ended = program("status")

    assert 1 == ended.code
    assert all(word in ended.out for word in words)
    assert not program.json("status")["ok"]


def test_warnings_are_told_and_are_no_trouble(program: Program, running: TechniciansDesk) -> None:
    with running.journal() as journal:
        journal.beat("printer:till", "run-1", READY | {"warnings": ["paper_near_end"]})

    ended = program("status")

    assert (0, True) == (ended.code, ": paper near end" in ended.out)


def test_the_queue_is_counted_per_printer(program: Program, running: TechniciansDesk) -> None:
    with running.journal() as journal:
        enter(journal, 1, printer="till")
        enter(journal, 2, printer="till")
        enter(journal, 3, printer="bar")
        journal.beat("printer:till", "run-1", READY | {"receipt": 1})

    answer = program.json("status")

    assert {"waiting": 3, "printing": 0, "to_confirm": 0} == answer["queue"]
    assert [(2, 1), (1, None)] == [(one["waiting"], one["in_hand"]) for one in answer["printers"]]


def test_a_daemon_that_is_down_is_told_with_the_command_that_starts_it(
    program: Program, filled: object
) -> None:
    ended = program("status")

    assert 1 == ended.code
    assert "daemon      NOT RUNNING: systemctl start receipt-bridge\n" in ended.out
    assert "BaseLinker  was ok, last poll " in ended.out


def test_what_a_daemon_saw_that_is_down_is_not_told_as_if_it_were_so_now(
    program: Program, filled: object
) -> None:
    row = next(line for line in program("status").out.splitlines() if line.startswith("till "))

    assert row.split()[:4] == ["till", "unknown", "1", "-"]
    assert row.endswith(("days ago: paper near end", "future (the clock was set back): paper near end"))


def test_a_printer_that_nobody_has_looked_at_yet_says_so(program: Program, filled: object) -> None:
    (_till, bar) = program.json("status")["printers"]

    assert (False, "not_seen", None) == (bar["ready"], bar["code"], bar["seen_seconds_ago"])
    assert "never: the daemon has not looked at it yet" in program("status").out


def test_before_the_first_start_there_is_no_journal_and_the_cure_is_told(program: Program) -> None:
    ended = program("status")

    assert (74, "") == (ended.code, ended.out)
    assert "The daemon makes it at its first start: systemctl start receipt-bridge" in ended.err


def test_a_clock_that_was_set_back_is_told(running: TechniciansDesk) -> None:
    report = report_of(running, time.time() - 86400)

    assert report["baselinker"]["last_poll_seconds_ago"] < -80000


@pytest.mark.parametrize(
    ("language", "todo"),
    [("en", "Look at the paper. Is the receipt there?"), ("pl", "Spójrz na papier. Jest paragon?")],
)
def test_what_to_do_is_told_in_the_language_of_the_house(program: Program, language: str, todo: str) -> None:
    fill(technicians_desk(program.desk.folder, language=language))

    assert todo in program("status").out


def test_at_a_terminal_of_80_columns_everything_is_there_and_nothing_wraps(filled: TechniciansDesk) -> None:
    ended = run_at_terminal("status", config=filled.config, NO_COLOR="1")

    assert 1 == ended.code
    assert max(map(len, ended.out.splitlines())) <= 80
    assert LONG_REASON in " ".join(ended.out.split())
    assert "receipt-bridge resolve 1003 printed" in " ".join(ended.out.split())
    assert "\x1b" not in ended.out


def test_colours_are_for_terminals_that_want_them(filled: TechniciansDesk) -> None:
    assert "\x1b[" in run_at_terminal("status", config=filled.config).out
    assert "\x1b[" not in run_at_terminal("status", config=filled.config, TERM="dumb").out
    assert "\x1b[" not in run_command("status", config=filled.config).out


def test_a_pipe_gets_one_line_a_printer_and_a_held_receipt(filled: TechniciansDesk) -> None:
    ended = run_command("status", config=filled.config)

    lines = ended.out.splitlines()
    assert 1 == ended.code
    assert 2 == sum(line.startswith(("till ", "bar ")) for line in lines)
    assert 1 == sum(line.startswith("1003 ") and "resolve 1003 print" in line for line in lines)


def test_reading_changes_nothing(program: Program, filled: TechniciansDesk) -> None:
    path = filled.folder / "journal.sqlite"
    before = path.read_bytes()

    program("status")
    program("receipts")

    assert before == path.read_bytes()


@pytest.mark.parametrize(
    "content", [b"not a database at all " * 300, b"SQLite format 3\x00" + b"\xff" * 5000]
)
@pytest.mark.parametrize("command", [("status",), ("receipts",), ("resolve", "1", "print")])
def test_a_damaged_journal_is_told_and_left_as_it_is(
    program: Program, content: bytes, command: tuple[str, ...]
) -> None:
    path = program.desk.folder / "journal.sqlite"
    path.write_bytes(content)

    ended = program(*command)

    assert (74, "") == (ended.code, ended.out)
    assert "is damaged" in ended.err
    assert "Traceback" not in ended.err
    assert content == path.read_bytes()


@pytest.mark.parametrize(
    "command", [("status",), ("receipts",), ("resolve", "1", "print"), ("accept", "till")]
)
@pytest.mark.parametrize("kind", ["newer", "foreign"])
def test_a_newer_or_foreign_database_is_told_and_left_as_it_is(
    program: Program, kind: str, command: tuple[str, ...]
) -> None:
    path = program.desk.folder / "journal.sqlite"
    with closing(sqlite3.connect(path)) as database:
        if kind == "newer":
            database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            database.execute(f"PRAGMA user_version = {len(MIGRATIONS) + 1}")
        database.execute("CREATE TABLE holidays (day TEXT)")
    before = path.read_bytes()

    ended = program(*command)

    assert (74, "") == (ended.code, ended.out)
    assert ("this program knows" if kind == "newer" else "not a journal of the receipt bridge") in ended.err
    assert before == path.read_bytes()
