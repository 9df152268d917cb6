from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.posnet.names import SHORTEST_LIMIT, Item, comparable, name_items, shorten
from drivers.posnet.text import MAZOVIA, PAGES, fit_text

if TYPE_CHECKING:
    import random

LONG = "Koszulka męska bawełniana z długim rękawem"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Coca-Cola", "COCACOLA"),
        ("COCA COLA", "COCACOLA"),
        ("coca:cola", "COCACOLA"),
        ("żółć 1,5 %", "ŻÓŁĆ1,5%"),
        (r"a.b\c/d", r"A.B\C/D"),
        ("!?-+*", ""),
        ("éü", ""),
    ],
)
def test_names_compared_as_the_printer_does(name: str, expected: str) -> None:
    assert expected == comparable(name)


@pytest.mark.parametrize(
    ("name", "longest", "short"),
    [
        ("Kubek", 40, "Kubek"),
        (f"{LONG} czarna XL", 40, "Koszulka męska bawełn..rękawem czarna XL"),
        (f"{LONG} czarna XL", 80, f"{LONG} czarna XL"),
        ("x" * 50, 40, "x" * 18 + ".." + "x" * 20),
        ("Kabel " + "y" * 60, 40, "Kabel " + "y" * 12 + ".." + "y" * 20),
    ],
)
def test_long_names_keep_their_beginning_and_their_last_words(name: str, longest: int, short: str) -> None:
    assert short == shorten(name, longest)
    assert len(shorten(name, longest)) <= longest


def test_sizes_and_colours_at_the_end_survive() -> None:
    endings = ["czarna S", "czarna M", "biała S", "biała M", "rozm. 40/42"]
    names = name_items([Item(0, f"{LONG} {ending}") for ending in endings], 40)
    assert len({comparable(name) for name in names}) == len(endings)
    for name, ending in zip(names, endings, strict=True):
        assert name.endswith(ending)


def test_a_difference_in_the_middle_is_kept_where_names_would_be_one() -> None:
    ending = "z kapturem i kieszenią, rozmiar uniwersalny"
    items = [
        Item(0, f"Koszulka męska bawełniana {colour} {ending}") for colour in ("czarna", "biała", "zielona")
    ]
    names = name_items(items, 40)
    for name, colour in zip(names, ("czarna", "biała", "zielona"), strict=True):
        assert colour in name
        assert name.startswith("Koszulka")
        assert name.endswith("uniwersalny")
    assert name_items(items[:1], 40)[0] == shorten(items[0].name, 40)


def test_names_that_differ_nowhere_the_words_show_get_a_sign() -> None:
    first, second = name_items([Item(0, "a" * 30 + "b" + "a" * 40), Item(0, "a" * 31 + "b" + "a" * 39)], 40)
    assert comparable(first) != comparable(second)
    assert max(len(first), len(second)) <= 40


def test_one_name_in_two_rates_gets_the_letter_of_the_rate() -> None:
    assert ("Kubek", "kubek! B") == name_items([Item(0, "Kubek"), Item(1, "kubek!")], 40)


def test_a_name_that_is_already_somebodys_is_not_taken() -> None:
    taken, first, second = name_items([Item(1, "Kubek B"), Item(0, "Kubek"), Item(1, "Kubek")], 40)
    assert ("Kubek B", "Kubek") == (taken, first)
    assert second.startswith("Kubek ")
    assert comparable(second) not in {comparable(taken), comparable(first)}


def test_spellings_of_one_item_stay_one_item() -> None:
    assert ("Coca-Cola", "COCA COLA") == name_items([Item(0, "Coca-Cola"), Item(0, "COCA COLA")], 40)
    long = "x" * 40
    one, other = name_items([Item(0, f"{long[:20]}-{long[20:]}"), Item(0, long)], 40)
    assert comparable(one) == comparable(other)


def test_names_without_anything_to_compare_are_refused() -> None:
    with pytest.raises(ValueError, match="empty"):
        name_items([Item(0, "!!!")], 40)
    with pytest.raises(ValueError, match="too short"):
        name_items([Item(0, "Kubek")], SHORTEST_LIMIT - 1)


SIGNED = re.compile(r" [0-9A-F]{4}$")

heads = st.sampled_from(
    [LONG, "Koszulka", "Kabel USB-C 2m", "x" * 60, "A B C D E F G H I J K L M N O P R S T U W Z"]
)
pieces = st.sampled_from(
    ["czarna", "Czarna", "biała", "XL", "XXL", "-", "1", "1,5", "50%", "!", "é", "y" * 30]
)
shop_names = st.builds(lambda head, tail: " ".join([head, *tail]), heads, st.lists(pieces, max_size=8))
names = (shop_names | st.text(max_size=120)).map(lambda name: fit_text(name, MAZOVIA)).filter(comparable)
items = st.lists(st.builds(Item, st.integers(0, 6), names), min_size=1, max_size=30)
limits = st.sampled_from([SHORTEST_LIMIT, 40, 80])


@given(items, limits)
def test_no_two_goods_are_one_to_the_printer(goods: list[Item], longest: int) -> None:
    given_names = name_items(goods, longest)
    owners: dict[str, tuple[int, str]] = {}
    of_item: dict[tuple[int, str], str] = {}
    for item, name in zip(goods, given_names, strict=True):
        assert comparable(name)
        assert len(name) <= longest
        assert owners.setdefault(comparable(name), item.identity) == item.identity
        assert of_item.setdefault(item.identity, comparable(name)) == comparable(name)


@given(items, limits, st.randoms(use_true_random=False))
def test_names_do_not_depend_on_the_order_of_the_lines(
    goods: list[Item], longest: int, chance: random.Random
) -> None:
    before = dict(zip(goods, name_items(goods, longest), strict=True))
    shuffled = chance.sample(goods, len(goods))
    assert before == dict(zip(shuffled, name_items(shuffled, longest), strict=True))


@given(names, limits)
def test_a_name_alone_keeps_its_tail_and_stays_what_it_is_when_it_fits(name: str, longest: int) -> None:
    (given_name,) = name_items([Item(0, name)], longest)
    last = name.rsplit(maxsplit=1)[-1]
    if len(name) <= longest:
        assert name == given_name
    elif len(last) <= longest // 2 and comparable(given_name) == comparable(shorten(name, longest)):
        assert given_name.endswith(last)


@given(
    st.lists(names, min_size=2, max_size=6, unique_by=comparable), st.sampled_from(["S", "XL", "42", "biała"])
)
def test_a_common_tail_of_different_goods_is_kept(heads_of: list[str], tail: str) -> None:
    goods = [Item(0, f"{head} {tail}") for head in heads_of]
    for item, name in zip(goods, name_items(goods, 80), strict=True):
        if len(item.name) > 80 and not SIGNED.search(name):
            assert name.endswith(tail)


def test_every_page_gives_names_the_printer_can_compare() -> None:
    for page in PAGES.values():
        assert "ZAŻÓŁĆGĘŚLĄJAŹŃ" == comparable(fit_text("Zażółć gęślą jaźń", page))
