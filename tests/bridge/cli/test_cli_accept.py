from __future__ import annotations

from typing import TYPE_CHECKING

from support.commands import run_at_terminal

if TYPE_CHECKING:
    from support.desks import TechniciansDesk
    from support.programs import Program


def test_the_device_agreed_so_far_is_forgotten_and_no_other(
    program: Program, filled: TechniciansDesk
) -> None:
    with filled.journal() as journal:
        journal.agree_device("till", "SN-1")
        journal.agree_device("bar", "SN-2")

    ended = program("accept", "till")

    assert (0, "the device that answers next as 'till' is agreed\n", "") == (ended.code, ended.out, ended.err)
    with filled.journal() as journal:
        assert (None, "SN-2") == (journal.device("till"), journal.device("bar"))


def test_a_printer_nobody_configured_is_told_with_those_there_are(program: Program, filled: object) -> None:
    ended = program("accept", "kitchen")

    assert (66, "") == (ended.code, ended.out)
    assert "there is no printer 'kitchen'; there are: till, bar" in ended.err


def test_without_a_journal_there_is_nothing_to_forget(program: Program) -> None:
    assert 74 == program("accept", "till").code


def test_a_technician_accepts_at_a_terminal(filled: TechniciansDesk) -> None:
    ended = run_at_terminal("accept", "till", config=filled.config)

    assert (0, "the device that answers next as 'till' is agreed\n") == (ended.code, ended.out)
