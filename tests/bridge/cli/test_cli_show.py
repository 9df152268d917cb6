from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.cli.show import ago, show_facts, show_json, show_table, table_lines

COLUMNS = ("receipt", "state", "reason")
PROSE = (
    "the lines make 21.00 and BaseLinker's total is 20.99, so that nothing was printed until somebody looks"
)
ROWS = [("1001", "held", PROSE), ("1002", "waiting", "-")]


def test_a_short_table_has_its_columns_below_each_other() -> None:
    assert [
        "receipt  state    reason",
        "1001     held     no NIP",
        "1002     waiting  -",
    ] == table_lines(COLUMNS, [("1001", "held", "no NIP"), ("1002", "waiting", "-")], 80)


def test_in_a_pipe_every_row_is_one_line_with_all_its_words() -> None:
    rows = [("1001", "held", f"{PROSE}\nLook at the paper."), ("7" * 40, "waiting", "-")]

    lines = table_lines(COLUMNS, rows, None)

    assert 3 == len(lines)
    assert lines[1].endswith(f"{PROSE}  Look at the paper.")
    assert lines[2].startswith("7" * 40)


@pytest.mark.parametrize("width", [40, 60, 80, 132])
def test_at_a_terminal_no_line_is_wider_than_the_window(width: int) -> None:
    lines = table_lines(COLUMNS, [*ROWS, ("7" * 40, "waiting", PROSE)], width)

    assert max(map(len, lines)) <= max(width, 36)
    assert " ".join(PROSE.split()) in " ".join(" ".join(lines).split())


def test_prose_wraps_under_itself_while_there_is_room() -> None:
    lines = table_lines(COLUMNS, ROWS, 60)

    assert lines[1].startswith("1001     held     the lines make")
    assert all(line.startswith(" " * 18) and line[18] != " " for line in lines[2:4])


def test_prose_stands_below_its_row_where_there_is_none() -> None:
    lines = table_lines(COLUMNS, ROWS, 40)

    assert ["1001     held", "    the lines make 21.00 and"] == lines[1:3]


def test_a_line_break_in_the_last_cell_begins_a_paragraph() -> None:
    lines = table_lines(("printer", "ready"), [("till", "no paper\nPut in a roll")], 80)

    assert ["till     no paper", "         Put in a roll"] == lines[1:]


def test_facts_have_no_heading(capsys: pytest.CaptureFixture[str]) -> None:
    show_facts([("daemon", "running"), ("queue", "empty")])

    assert "daemon  running\nqueue   empty\n" == capsys.readouterr().out


def test_an_empty_table_is_its_heading_and_nothing_without_one() -> None:
    assert ["receipt  state  reason"] == table_lines(COLUMNS, [], 80)
    assert [] == table_lines((), [], 80)


def test_words_of_a_state_are_coloured_only_where_colours_are_wanted() -> None:
    plain = table_lines(COLUMNS, ROWS, 80)
    coloured = table_lines(COLUMNS, ROWS, 80, colours=True)

    assert "\x1b" not in "".join(plain)
    assert "\x1b[31mheld   \x1b[0m" in coloured[1]
    assert "\x1b[1mreceipt" in coloured[0]


@given(
    st.lists(st.tuples(st.text(max_size=40), st.text(max_size=12), st.text(max_size=90)), max_size=4),
    st.none() | st.integers(10, 200),
)
def test_no_text_from_outside_steers_a_terminal_or_adds_a_row(
    rows: list[tuple[str, str, str]], width: int | None
) -> None:
    lines = table_lines(COLUMNS, rows, width)

    assert all(line.isprintable() for line in lines)
    if width is None:
        assert 1 + len(rows) == len(lines)


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.none() | st.booleans()))
def test_json_is_exact_and_steers_no_terminal(value: dict[str, object]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        printed: list[str] = []
        patch.setattr("builtins.print", printed.append)
        show_json(value)

    assert value == json.loads(printed[0])
    assert all(char.isprintable() or char == "\n" for char in printed[0])


def test_json_keeps_letters_readable(capsys: pytest.CaptureFixture[str]) -> None:
    show_json({"text": "Żółw \x9b \u202e \U0001f422"})

    assert '"Żółw \\u009b \\u202e 🐢"' in capsys.readouterr().out


def test_a_table_in_a_pipe_is_plain_and_whole(capsys: pytest.CaptureFixture[str]) -> None:
    show_table(COLUMNS, ROWS)

    assert 3 == len(capsys.readouterr().out.splitlines())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "0 s ago"),
        (59.9, "59 s ago"),
        (60, "1 min ago"),
        (7300, "2 h ago"),
        (86400, "1 day ago"),
        (200000, "2 days ago"),
        (-5, "in the future (the clock was set back)"),
    ],
)
def test_spans_of_time_are_told_in_their_largest_unit(seconds: float, words: str) -> None:
    assert words == ago(seconds)
