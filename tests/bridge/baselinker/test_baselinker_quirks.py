"""Values of BaseLinker's JSON are read exactly or refused, never guessed."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.baselinker.quirks import Unreadable, boolean, integer, listing, mapping, number, text

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.decimals() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
amounts = st.decimals(min_value=-(10**12), max_value=10**12, places=4)


@given(amounts)
def test_a_number_means_the_same_as_number_and_as_text(amount: Decimal) -> None:
    assert number(amount) == number(str(amount)) == amount


@given(st.integers(min_value=-(10**20), max_value=10**20))
def test_whole_numbers_survive_in_every_shape(whole: int) -> None:
    assert integer(whole) == integer(str(whole)) == integer(Decimal(whole)) == whole


@given(json_values)
def test_whatever_comes_a_number_is_finite_and_of_sensible_size_or_refused(value: Any) -> None:
    try:
        found = number(value)
    except Unreadable:
        return
    assert found is None or (found.is_finite() and abs(found) < Decimal(10) ** 31)


@given(json_values)
def test_every_reader_returns_its_type_or_refuses(value: Any) -> None:
    for reader, kinds in (
        (number, (Decimal, type(None))),
        (integer, (int, type(None))),
        (boolean, (bool, type(None))),
        (text, str),
        (listing, list),
        (mapping, dict),
    ):
        try:
            assert isinstance(reader(value), kinds)
        except Unreadable as error:
            said = str(error)
            assert len(said) < 150


@given(st.text())
def test_only_ascii_numerals_are_numbers(value: str) -> None:
    try:
        found = number(value)
    except Unreadable:
        return
    assert found is None or (value.isascii() and not set(value) - set("0123456789+-.eE"))


@pytest.mark.parametrize("none", [None, ""])
def test_empty_means_no_value(none: Any) -> None:
    assert [number(none), integer(none), boolean(none), text(none)] == [None, None, None, ""]
    assert listing(none) == []
    assert mapping(none) == {}


@pytest.mark.parametrize(
    "value",
    [
        True, False, 1.5, "abc", "1 2", "1_000", "١٢", "12,50", "NaN", "Infinity", " 1", "0x10", "--1", ".", "1e999",
        Decimal("NaN"), Decimal("-Infinity"), Decimal("1e31"), Decimal("1e-31"), Decimal("0e999999"), 10**40,
        [], {}, [1], pytest.param(10**5000, id="5000 digits"),
    ],
)  # fmt: skip
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(Unreadable):
        number(value)


@pytest.mark.parametrize("value", ["1.5", Decimal("0.1"), "1e-1"])
def test_a_fraction_is_no_whole_number(value: Any) -> None:
    with pytest.raises(Unreadable, match="whole"):
        integer(value)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (True, True),
        (1, True),
        ("1", True),
        ("TRUE", True),
        (False, False),
        (0, False),
        ("0", False),
        ("false", False),
    ],
)
def test_truth_in_all_its_shapes(value: Any, expected: bool) -> None:
    assert boolean(value) is expected


@pytest.mark.parametrize("value", [2, "yes", "tak", Decimal(1), [], {}])
def test_what_is_neither_true_nor_false_is_refused(value: Any) -> None:
    with pytest.raises(Unreadable):
        boolean(value)


def test_text_is_composed_and_loses_half_characters() -> None:
    assert text("z\u0307o\u0301\u0142w") == "żółw"
    assert text(json.loads('"a\\ud83db"')) == "a\ufffdb"
    assert text(json.loads('"\\ud83d\\ude00"')) == "😀"


@given(st.text(st.characters(min_codepoint=0, max_codepoint=0x10FFFF)))
def test_every_text_can_be_written_to_a_file(value: str) -> None:
    assert text(value).encode().decode() == text(value)


def test_a_number_may_stand_for_its_text() -> None:
    assert text(5901234123457) == "5901234123457"
    assert text(Decimal("1E+3")) == "1000"


@pytest.mark.parametrize("value", [True, ["a"], {"a": "b"}, 1.5])
def test_what_is_no_text_is_refused(value: Any) -> None:
    with pytest.raises(Unreadable):
        text(value)


@given(st.lists(st.integers(), max_size=20))
def test_a_list_and_php_s_object_of_it_are_the_same(entries: list[int]) -> None:
    assert listing(entries) == listing({str(index): entry for index, entry in enumerate(entries)}) == entries


def test_an_object_of_ids_keeps_the_order_it_came_in() -> None:
    assert listing({"7": "a", "3": "b"}) == ["a", "b"]


@pytest.mark.parametrize("value", [{"receipt_id": 1}, "abc", 0, True])
def test_what_is_no_list_is_refused(value: Any) -> None:
    with pytest.raises(Unreadable):
        listing(value)


def test_the_list_php_makes_of_a_map_is_a_map_again() -> None:
    assert mapping(["a", "b"]) == {"0": "a", "1": "b"}
    assert mapping([]) == {}
    assert mapping({"7": "a"}) == {"7": "a"}


@pytest.mark.parametrize("value", ["abc", 0, False])
def test_what_is_no_map_is_refused(value: Any) -> None:
    with pytest.raises(Unreadable):
        mapping(value)
