"""Figures as people read them."""

from __future__ import annotations

import pytest

from benchmarks.table import Aim, Cell, Table, cell_text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (1_000_000, "1,000,000"),
        (1234.56, "1,235"),
        (51.44, "51.4"),
        (7.256, "7.26"),
        (0.0514, "0.051"),
        (0.0, "0.000"),
        (None, "-"),
        ("bridge", "bridge"),
    ],
)
def test_a_cell_shows_the_digits_that_count(cell: Cell, text: str) -> None:
    assert text == cell_text(cell)


@pytest.mark.parametrize(
    ("aim", "value", "words"),
    [
        (Aim(0.7), 0.7, "<= 0.7: met"),
        (Aim(0.7), 0.71, "<= 0.7: MISSED"),
        (Aim(0.95, at_least=True), 0.95, ">= 0.95: met"),
        (Aim(0.95, at_least=True), 0.94, ">= 0.95: MISSED"),
    ],
)
def test_an_aim_says_whether_it_is_met(aim: Aim, value: float, words: str) -> None:
    assert words == aim.beside(value)


def test_columns_are_lined_up_numbers_to_the_right() -> None:
    table = Table("idle", "At rest", ("what", "measured"), notes=["A note."])
    table.add("threads", 3)
    table.add("CPU", 12.345)

    assert (
        "### At rest\n"
        "\n"
        "| what    | measured |\n"
        "|---------|---------:|\n"
        "| threads |        3 |\n"
        "| CPU     |     12.3 |\n"
        "\n"
        "* A note.\n"
    ) == table.to_text()
    assert [["threads", 3], ["CPU", 12.345]] == table.to_json()["rows"]


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells for 2 columns of idle"):
        Table("idle", "At rest", ("what", "measured")).add("threads")
