"""Lists fetched page by page: each entry once, lazily, to the end and no further."""

from __future__ import annotations

import warnings
from itertools import islice
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.calls import Answers

from bridge.baselinker.api import Api, MayBeIncomplete
from bridge.baselinker.errors import BadParameters, Transport
from bridge.baselinker.methods import methods

if TYPE_CHECKING:
    from collections.abc import Callable

PAGED = [name for name in methods() if methods()[name].paging and methods()[name].paging[0].style == "page"]
BY_ID = [
    name for name in methods() if methods()[name].paging and methods()[name].paging[0].style == "id_from"
]


def served(container: str, fetch: Callable[[dict[str, Any]], Any]) -> Answers:
    return Answers(lambda _method, parameters: {"status": "SUCCESS", container: fetch(parameters)})


def needed(name: str) -> dict[str, Any]:
    return dict.fromkeys(methods()[name].required, 1)


def orders(*pairs: tuple[int, int]) -> list[dict[str, Any]]:
    return [{"order_id": number, "date_confirmed": date} for number, date in pairs]


def shop(every: list[dict[str, Any]], size: int = 100) -> Answers:
    """Return BaseLinker with orders: from a date on by date, from an id on by id, a page at a time."""

    def fetch(parameters: dict[str, Any]) -> list[dict[str, Any]]:
        if "id_from" in parameters:
            return [one for one in every if one["order_id"] >= parameters["id_from"]][:size]
        by_date = sorted(every, key=lambda one: (one["date_confirmed"], one["order_id"]))
        return [one for one in by_date if one["date_confirmed"] >= parameters.get("date_confirmed_from", 0)][
            :size
        ]

    return served("orders", fetch)


# -- pages by number -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("extra", [0, 1])
@pytest.mark.parametrize("name", PAGED)
def test_pages_are_counted_from_the_documented_first_to_the_last(name: str, extra: int) -> None:
    (way,) = methods()[name].paging
    assert way.size is not None
    is_map = next(one for one in methods()[name].reply if one.name == way.container).type == "map"
    ids = [*range(1, way.size * 2 + extra + 1)]

    def fetch(parameters: dict[str, Any]) -> Any:
        first = (parameters["page"] - way.first) * (way.size or 0)
        page = ids[first : first + (way.size or 0)]
        if is_map:
            return {str(one): {"n": one} for one in page}
        return [{(way.ids or ("n",))[0]: str(one)} for one in page]

    client = served(way.container, fetch)
    entries = [*Api(client).iterate(name, **needed(name))]

    assert len(ids) == len(entries)
    assert [way.first, way.first + 1, way.first + 2] == [given["page"] for _, given in client.calls]
    if is_map:
        assert [str(one) for one in ids] == [key for key, _entry in entries]


def test_a_short_page_is_the_last_and_nothing_more_is_asked_for() -> None:
    client = served("clients", lambda _: [{"crm_client_id": 1}])

    assert [{"crm_client_id": 1}] == [*Api(client).iterate("getCrmClients")]
    assert [("getCrmClients", {"page": 1})] == client.calls


def test_a_walk_begins_where_the_caller_says() -> None:
    client = served("clients", lambda _: [])

    assert [] == [*Api(client).iterate("getCrmClients", page=5, filter_email="a")]
    assert [("getCrmClients", {"page": 5, "filter_email": "a"})] == client.calls


@pytest.mark.parametrize("name", PAGED)
def test_a_server_that_ignores_the_page_number_ends_the_walk(name: str) -> None:
    (way,) = methods()[name].paging
    page = [{(way.ids or ("n",))[0]: one} for one in range(way.size or 0)]
    client = served(way.container, lambda _: page)

    assert len(page) == len([*Api(client).iterate(name, **needed(name))])
    assert 2 == len(client.calls)


def test_entries_that_move_to_the_next_page_meanwhile_come_once() -> None:
    def fetch(parameters: dict[str, Any]) -> list[dict[str, Any]]:
        first = 1 if parameters["page"] == 1 else 96
        return [{"crm_client_id": one} for one in range(first, min(first + 100, 121))]

    found = [one["crm_client_id"] for one in Api(served("clients", fetch)).iterate("getCrmClients")]

    assert [*range(1, 121)] == found


# -- from the highest id on ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "inclusive"),
    # Where the documentation says "inclusive" the walk counts on it.
    [(name, said) for name in BY_ID for said in (True, False) if said or not methods()[name].paging[0].step],
)
def test_ids_go_on_from_the_highest_whether_the_limit_is_inclusive_or_not(name: str, inclusive: bool) -> None:
    (way,) = methods()[name].paging
    ids = [*range(3, 500, 2)]

    def fetch(parameters: dict[str, Any]) -> list[dict[str, Any]]:
        least = parameters.get(way.parameter, 0)
        return [{way.ids[-1]: str(one)} for one in ids if one > least or (inclusive and one == least)][:100]

    client = served(way.container, fetch)
    found = [one[way.ids[-1]] for one in Api(client).iterate(name)]

    assert ids == [int(one) for one in found]
    assert len(client.calls) <= 5
    assert way.parameter not in client.calls[0][1]


def test_receipts_go_on_after_the_last_id_and_end_with_a_short_page() -> None:
    ids = [*range(1, 151)]
    client = served(
        "receipts", lambda given: [{"receipt_id": one} for one in ids if one >= given.get("id_from", 0)][:100]
    )

    assert ids == [one["receipt_id"] for one in Api(client).iterate("getReceipts", series_id=7)]
    assert [{"series_id": 7}, {"series_id": 7, "id_from": 101}] == [given for _, given in client.calls]


@pytest.mark.parametrize("name", BY_ID)
def test_a_server_that_ignores_the_id_ends_the_walk(name: str) -> None:
    (way,) = methods()[name].paging
    page = [{way.ids[0]: one} for one in range(100)]
    client = served(way.container, lambda _: page)

    assert page == [*Api(client).iterate(name)]
    assert 2 == len(client.calls)


@pytest.mark.parametrize("page", [[{"receipt_id": one} for one in range(100, 0, -1)], [{"other": 1}] * 100])
def test_a_full_page_that_is_not_in_order_warns_that_entries_may_be_missing(
    page: list[dict[str, Any]],
) -> None:
    client = served("receipts", lambda given: [] if "id_from" in given else page)

    with pytest.warns(MayBeIncomplete, match="getReceipts: entries may be missing") as told:
        [*Api(client).iterate("getReceipts")]

    assert __file__ == told[0].filename


def test_entries_without_an_id_are_told_apart_by_what_they_hold() -> None:
    client = served("receipts", lambda _: [{"nip": 1}, {"nip": 2}, {"nip": "1"}, 5])

    assert [{"nip": "1"}, {"nip": "2"}, 5] == [*Api(client).iterate("getReceipts")]


# -- from the latest date on ---------------------------------------------------------------------------------------


def test_orders_go_on_from_the_latest_date_without_losing_those_of_the_same_second() -> None:
    every = orders(*((number, 1000 + number // 3) for number in range(1, 251)))
    client = shop(every)

    assert every == [*Api(client).iterate("getOrders", status_id=5)]
    assert 1000 + 100 // 3 == client.calls[1][1]["date_confirmed_from"]
    assert {5} == {given["status_id"] for _, given in client.calls}


def test_unconfirmed_orders_have_no_date_and_are_fetched_by_id() -> None:
    every = orders(*((number, 0) for number in range(1, 251)))
    client = shop(every)

    assert every == [*Api(client).iterate("getOrders", get_unconfirmed_orders=True)]
    assert "id_from" in client.calls[1][1]


def test_the_caller_s_own_beginning_says_how_to_go_on() -> None:
    client = shop(orders(*((number, 1000) for number in range(1, 151))))

    assert 141 == len([*Api(client).iterate("getOrders", id_from=10)])
    assert [10, 109] == [given["id_from"] for _, given in client.calls]


def test_more_orders_in_one_second_than_a_page_holds_warn_and_end() -> None:
    every = orders(*((number, 1000) for number in range(1, 151)), (200, 1001), (201, 1005))
    client = shop(every)

    with pytest.warns(MayBeIncomplete, match="more of them share one second"):
        found = [one["order_id"] for one in Api(client).iterate("getOrders")]

    assert [*range(1, 101), 200, 201] == found


def test_a_server_that_ignores_the_date_ends_the_walk() -> None:
    page = orders(*((number, 1000 + number) for number in range(100)))
    client = served("orders", lambda _: page)

    with pytest.warns(MayBeIncomplete):
        assert page == [*Api(client).iterate("getOrders")]
    assert 3 == len(client.calls)


# -- whatever the server does --------------------------------------------------------------------------------------

ENTRY = st.fixed_dictionaries(
    {}, optional={"order_id": st.integers(0, 20) | st.just("x"), "date_confirmed": st.integers(0, 20)}
)


@settings(max_examples=200)
@given(
    st.lists(
        st.lists(ENTRY, max_size=4) | st.dictionaries(st.sampled_from("015"), ENTRY), min_size=1, max_size=6
    ),
    st.sampled_from([{}, {"id_from": 3}, {"date_confirmed_from": 2}, {"get_unconfirmed_orders": True}]),
)
def test_every_walk_ends_and_brings_no_entry_twice(answers: list[Any], parameters: dict[str, Any]) -> None:
    asked = 0

    def fetch(_given: dict[str, Any]) -> Any:
        nonlocal asked
        asked += 1
        page = answers[(asked - 1) % len(answers)]
        return page * 25 if isinstance(page, list) else page

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MayBeIncomplete)
        found = [*islice(Api(served("orders", fetch)).iterate("getOrders", **parameters), 1000)]

    ids = [one["order_id"] for one in found if "order_id" in one]
    assert len(ids) == len({str(one) for one in ids})
    assert asked < 100


def test_a_page_is_fetched_when_its_first_entry_is_asked_for() -> None:
    client = shop(orders(*((number, number) for number in range(1, 301))))
    walk = Api(client).iterate("getOrders")

    assert [] == client.calls
    [*islice(walk, 100)]
    assert 1 == len(client.calls)
    next(walk)
    assert 2 == len(client.calls)


def test_pages_come_whole_and_hold_only_what_is_new() -> None:
    client = shop(orders(*((number, number) for number in range(1, 151))))

    assert [100, 50] == [len(page) for page in Api(client).pages("getOrders")]


def test_an_answer_without_the_list_is_an_error_and_never_an_empty_list() -> None:
    with pytest.raises(Transport, match="no list 'orders'"):
        [*Api(Answers()).iterate("getOrders")]


def test_errors_of_a_page_reach_the_caller() -> None:
    def answer(_method: str, _given: dict[str, Any]) -> dict[str, Any]:
        raise Transport("getOrders", "no answer")

    walk = Api(Answers(answer)).iterate("getOrders")
    with pytest.raises(Transport):
        next(walk)


def test_mistakes_are_told_at_the_call_before_anything_is_asked_for() -> None:
    client = Answers()

    with pytest.raises(BadParameters):
        Api(client).iterate("getOrders", order_id="x")
    with pytest.raises(ValueError, match="getSeries has no pages"):
        Api(client).iterate("getSeries")
    with pytest.raises(ValueError, match="getNothing has no pages"):
        Api(client).pages("getNothing")
    assert [] == client.calls
