"""The table for the accountant, as a spreadsheet with Polish settings reads it."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.balances import DAY, receipt, world_of

from bridge.balance.differences import Balance, Note, NoteKind
from bridge.balance.sheet import ENCODING, HEADINGS, sheet

ONE, TWO = receipt(1, "00001"), receipt(2, "00002", total=123_456, rates={"8%": 123_456})


def rows(balance: Balance, language: str = "en") -> list[dict[str, str]]:
    data = sheet(balance, language).encode(ENCODING)
    text = io.StringIO(data.decode("utf-8-sig"), newline="")
    return [*csv.DictReader(text, delimiter=";")]


def of(*sold: object, **changes: object) -> Balance:
    world = world_of(ONE, TWO)
    return Balance(DAY, (world.changed_issued(1, **changes).balance(),))


def test_it_begins_with_the_mark_and_its_lines_end_as_on_windows() -> None:
    data = sheet(of(), "pl").encode(ENCODING)

    assert data.startswith(b"\xef\xbb\xbfwiersz;dzie\xc5\x84;drukarka;")
    assert data.count(b"\r\n") == data.count(b"\n")


def test_receipts_sums_and_differences_are_told_apart_by_the_first_cell() -> None:
    found = rows(of(number="00009"))

    assert ["receipt", "receipt", "sum", "sum", "sum", "difference"] == [row["row"] for row in found]
    assert {"2026-10-09"} == {row["day"] for row in found}
    assert {
        "receipt": "1",
        "order": "1001",
        "number": "00001",
        "daily report": "1",
        "journal": "1,00",
        "BaseLinker": "1,00",
        "difference": "another number in BaseLinker",
        "the journal says": "confirmed 00001, 1,00",
        "BaseLinker says": "issued 00009, 1,00",
    }.items() <= {
        **found[-1],
        "the journal says": found[-1]["the journal says"].replace("1.00", "1,00"),
        "BaseLinker says": found[-1]["BaseLinker says"].replace("1.00", "1,00"),
    }.items()
    assert "another number in BaseLinker" == found[0]["difference"]
    assert "" == found[1]["difference"]


def test_amounts_add_up_with_a_decimal_comma_in_either_language() -> None:
    for language in ("en", "pl"):
        heading = HEADINGS[language][8]
        amounts = [row[heading] for row in rows(of(), language)]
        assert ["1,00", "1234,56", "1,00", "1234,56", "1235,56"] == amounts
        assert Decimal("1235.56") == sum(Decimal(one.replace(",", ".")) for one in amounts[:2])


def test_notes_stand_in_it_too() -> None:
    balance = replace(of(), notes=(Note(NoteKind.BASELINKER_NOT_READ, text="no answer"),))

    (note,) = [row for row in rows(balance) if row["row"] == "note"]

    assert "BaseLinker could not be asked to the end: no answer" == note["difference"]


@pytest.mark.parametrize("hostile", ["=1+1", "+48", "-2+3", "@SUM(A1)", "\tx", '=HYPERLINK("x")'])
def test_no_text_from_outside_is_a_formula(hostile: str) -> None:
    world = world_of(replace(ONE, number=hostile))
    found = rows(Balance(DAY, (world.balance(),)))

    assert f"'{hostile}" == found[0]["number"]


@given(st.text(max_size=30))
def test_any_text_stays_in_its_cell(text: str) -> None:
    balance = Balance(DAY, (world_of(replace(ONE, number=text)).changed_issued(1, printer=text).balance(),))
    table = [*csv.reader(io.StringIO(sheet(balance, "en"), newline=""), delimiter=";")]

    assert {len(HEADINGS["en"])} == {len(row) for row in table}
    assert text == table[1][5].removeprefix("'") or text.startswith("'")


def test_both_languages_have_the_same_columns() -> None:
    assert len({len(headings) for headings in HEADINGS.values()}) == 1
    assert all(len(headings) == len(set(headings)) for headings in HEADINGS.values())
