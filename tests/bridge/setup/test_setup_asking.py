from __future__ import annotations

import re
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.setup.asking import InputEndedError, SetupError, Terminal, Unattended, _visible
from bridge.setup.given import printer_table, series_ids
from bridge.setup.words import TEXTS, Words, language_of


def person(*lines: str) -> tuple[Terminal, StringIO]:
    screen = StringIO()
    return Terminal(
        StringIO("".join(f"{line}\n" for line in lines)), screen, yes="tak", no="nie", wrong="liczba"
    ), screen


def whole(text: str) -> int:
    if not text.isdecimal():
        raise ValueError("not a number")
    return int(text)


def test_an_answer_is_asked_for_until_it_is_good() -> None:
    terminal, screen = person("x", "", "7")

    assert 7 == terminal.ask("How many", whole, default=None, option="")
    assert 2 == screen.getvalue().count("not a number")


def test_enter_takes_the_default() -> None:
    assert 5 == person("")[0].ask("How many", whole, default="5", option="")


@pytest.mark.parametrize(
    ("typed", "default", "expected"),
    [("", True, True), ("", False, False), ("t", False, True), ("TAK", False, True), ("nie", True, False)],
)
def test_yes_and_no_are_taken_by_word_or_letter(typed: str, default: bool, expected: bool) -> None:
    assert expected is person(typed)[0].confirm("Sure?", default=default)


def test_a_choice_is_a_number_of_the_list() -> None:
    terminal, screen = person("0", "4", "x", "2")

    assert 1 == terminal.choose("Which?", ["a", "b", "c"])
    assert "  3  c\n" in screen.getvalue()


def test_the_end_of_input_ends_it() -> None:
    with pytest.raises(InputEndedError):
        person()[0].confirm("Sure?")


def test_nobody_takes_defaults_and_says_which_option_is_missing() -> None:
    nobody = Unattended(StringIO())

    assert nobody.confirm("Sure?")
    assert 0 == nobody.choose("Which?", ["a", "b"])
    assert 5 == nobody.ask("How many", whole, default="5", option="--count")
    with pytest.raises(SetupError, match=r"No answer to: How many. It is given by --count"):
        nobody.ask("How many", whole, default=None, option="--count")
    with pytest.raises(SetupError, match="not a number"):
        nobody.ask("How many", whole, default="x", option="--count")


@given(st.text())
def test_nothing_from_outside_steers_a_terminal(text: str) -> None:
    assert all(letter.isprintable() or letter == "\n" for letter in _visible(text))


@pytest.mark.parametrize("language", ["en", "pl"])
def test_every_text_says_the_same_fields_in_both_languages(language: str) -> None:
    fields: dict[str, object] = {
        name: 1 if form else "X"
        for pair in TEXTS.values()
        for name, form in re.findall(r"{(\w+)(:g)?}", pair[0])
    }

    for key in TEXTS:
        assert Words(language)(key, **fields)
        assert set(re.findall(r"{[\w:]+}", TEXTS[key][0])) == set(re.findall(r"{[\w:]+}", TEXTS[key][1]))


@pytest.mark.parametrize(
    ("environ", "language"),
    [
        ({"LANG": "pl_PL.UTF-8"}, "pl"),
        ({"LANG": "pl_PL.UTF-8", "LC_ALL": "C"}, "en"),
        ({"LC_MESSAGES": "pl"}, "pl"),
        ({}, "en"),
    ],
)
def test_the_terminal_s_language_is_spoken(environ: dict[str, str], language: str) -> None:
    assert language == language_of(environ)


def test_a_printer_s_words_become_its_table() -> None:
    text = "name=kasa,address=serial:///dev/x?baud=9600&flow=none,series=1+2,paper_mm=58,cut=none,header=['a,b', 'c']"

    assert {
        "name": "kasa",
        "address": "serial:///dev/x?baud=9600&flow=none",
        "series": [1, 2],
        "paper_mm": 58,
        "cut": "none",
        "header": ["a,b", "c"],
    } == printer_table(text)


def test_all_series_is_no_key() -> None:
    assert {"name": "till", "address": "h"} == printer_table("address=h,series=all")


@given(st.text(max_size=30))
def test_any_text_is_series_or_a_mistake(text: str) -> None:
    try:
        ids = series_ids(text)
    except ValueError:
        return
    assert ids is None or all(number > 0 for number in ids)
