"""docs/balance.md against the program: its example, its table and its words."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from support.balances import DAY, receipt, world_of

from bridge.balance.differences import Balance, Kind
from bridge.balance.sheet import sheet
from bridge.cli import balance_pages, show
from bridge.cli.balance_pages import show_balance

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "balance.md").read_text(encoding="utf-8")
EARTHENWARE, BREAD, TEA = (
    receipt(700001, "00001", total=4519, rates={"23%": 4519}, order_id=1700001),
    receipt(700002, "00002", total=6194, rates={"23%": 1700, "8%": 4494}, order_id=1700002),
    receipt(700003, "00004", total=1250, rates={"8%": 1250}, order_id=1700003),
)


@pytest.fixture
def balance() -> Balance:
    """A day on which somebody else sold number 3, and somebody typed a wrong number into BaseLinker."""
    world = world_of(EARTHENWARE, BREAD, TEA)
    totals = tuple(
        replace(total, grosze=total.grosze + 1234 * (total.letter == "A"))
        for total in world.periods[0].totals
    )
    world = world.changed_period(0, report=112, finished=4, totals=totals)
    world = world.changed_issued(700002, number="00020")
    world = world.with_sold(*(replace(one, report=112) for one in world.sold))
    return Balance(DAY, (world.balance(),))


def test_the_example_is_what_the_program_shows_in_80_columns(
    balance: Balance, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def at_terminal(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> None:
        print("\n".join(show.table_lines(columns, rows, 80)))

    monkeypatch.setattr(balance_pages, "show_table", at_terminal)
    show_balance(balance, "en")

    example = re.search(r"\$ receipt-bridge balance --day 2026-10-09\n(.*?)```", PAGE, re.DOTALL)
    assert example is not None
    assert example[1] == capsys.readouterr().out


def test_the_lines_of_the_table_are_the_program_s(balance: Balance) -> None:
    block = re.search(r"```text\n(row;.*?)```", PAGE, re.DOTALL)
    assert block is not None
    shown = block[1].splitlines()

    lines = sheet(balance, "en").splitlines()
    assert lines[:2] == shown[:2]
    assert shown[2] in lines


def test_every_kind_of_difference_is_explained() -> None:
    table = PAGE.partition("## The differences")[2].partition("##")[0]

    assert [] == [kind for kind in Kind if f"`{kind}`" not in table]
