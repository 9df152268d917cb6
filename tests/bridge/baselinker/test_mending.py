"""Replies mended by what the documentation says, with nothing lost."""

from __future__ import annotations

import json
from copy import deepcopy
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bridge.baselinker.mending import mend
from bridge.baselinker.methods import Field, methods

HUGE = "9" * 200


def mended(name: str, **reply: Any) -> dict[str, Any]:
    return mend(methods()[name], reply)


def same(expected: Any, found: Any) -> bool:
    """Whether two values are equal and of the same type."""
    return expected == found and type(expected) is type(found)


@pytest.mark.parametrize(
    ("came", "becomes"),
    [
        ("7", 7),
        (7, 7),
        (Decimal("7.0"), 7),
        ("", None),
        (None, None),
        ("7.5", "7.5"),
        (Decimal("7.5"), Decimal("7.5")),
        ("seven", "seven"),
        (True, True),
        ([], []),
        (HUGE, HUGE),
    ],
)
def test_a_whole_number(came: Any, becomes: Any) -> None:
    (series,) = mended("getSeries", series=[{"id": came}])["series"]

    assert same(becomes, series["id"])


@pytest.mark.parametrize(
    ("came", "becomes"),
    [
        ("12.50", Decimal("12.50")),
        (12, Decimal(12)),
        (Decimal("416.625"), Decimal("416.625")),
        ("", None),
        ("12,50", "12,50"),
        (False, False),
        ({"a": 1}, {"a": 1}),
    ],
)
def test_a_fraction(came: Any, becomes: Any) -> None:
    found = mended("getReceipt", total_price_brutto=came, exchange_rate="")

    assert same(becomes, found["total_price_brutto"])
    assert found["exchange_rate"] is None


@pytest.mark.parametrize(
    ("came", "becomes"),
    [(1, True), ("0", False), ("true", True), (False, False), ("", None), ("2", "2"), (2, 2)],
)
def test_a_truth_value(came: Any, becomes: Any) -> None:
    (order,) = mended("getOrders", orders=[{"confirmed": came}])["orders"]

    assert same(becomes, order["confirmed"])


@pytest.mark.parametrize(
    ("came", "becomes"),
    [
        (5901234, "5901234"),
        ("a", "a"),
        ("", ""),
        (None, None),
        (True, True),
        (Decimal("1.50"), "1.50"),
        ([1], [1]),
    ],
)
def test_a_text(came: Any, becomes: Any) -> None:
    (order,) = mended("getOrders", orders=[{"products": [{"ean": came}]}])["orders"]

    assert same(becomes, order["products"][0]["ean"])


@pytest.mark.parametrize(
    ("came", "becomes"),
    [
        ([], {}),
        ("", {}),
        (None, {}),
        ([{"sku": 1}], {"0": {"sku": "1"}}),
        ({"2685": {"sku": 1}}, {"2685": {"sku": "1"}}),
        ("none", "none"),
    ],
)
def test_a_map_by_id(came: Any, becomes: Any) -> None:
    assert {"products": becomes} == mended("getInventoryProductsData", products=came)


@pytest.mark.parametrize(
    ("came", "becomes"),
    [
        ({}, []),
        ("", []),
        (None, []),
        ({"0": {"order_id": "1"}, "1": {"order_id": 2}}, [{"order_id": 1}, {"order_id": 2}]),
        ({"7": {"order_id": "1"}}, {"7": {"order_id": 1}}),
        ({"1": {}, "0": {}}, {"1": {}, "0": {}}),
        ([{"order_id": "1"}, 5, None], [{"order_id": 1}, 5, None]),
    ],
)
def test_a_list(came: Any, becomes: Any) -> None:
    assert {"orders": becomes} == mended("getOrders", orders=came)


def test_maps_of_numbers_deep_inside() -> None:
    product = {
        "prices": {"105": "20.99", "106": 30},
        "stock": [],
        "variants": {"17": {"prices": {"105": "1"}}},
        "stock_erp_units": {"bl_1": [{"quantity": "2", "purchase_cost": "3.10"}]},
    }

    (found,) = mended("getInventoryProductsData", products={"7": product})["products"].values()

    assert {"105": Decimal("20.99"), "106": Decimal(30)} == found["prices"]
    assert {} == found["stock"]
    assert {"17": {"prices": {"105": Decimal(1)}}} == found["variants"]
    assert {"bl_1": [{"quantity": Decimal(2), "purchase_cost": Decimal("3.10")}]} == found["stock_erp_units"]


def test_sources_by_type_and_id() -> None:
    assert {"sources": {"shop": {"1": "5"}, "personal": {}}} == mended(
        "getOrderSources", sources={"shop": {"1": 5}, "personal": []}
    )


def test_fields_that_nobody_documented_and_those_in_dispute_stay_as_they_came() -> None:
    reply = {
        "status": "SUCCESS",
        "new": {"id": "7"},
        "orders": [{"order_id": "7", "newer": "8", "products": [{"variant_id": "5"}], "connect_data": []}],
        "warnings": {"2685": "x"},
    }

    found = mended("getOrders", **reply)

    assert {"status": "SUCCESS", "new": {"id": "7"}, "warnings": {"2685": "x"}} == {
        key: found[key] for key in found if key != "orders"
    }
    assert [{"order_id": 7, "newer": "8", "products": [{"variant_id": "5"}], "connect_data": {}}] == found[
        "orders"
    ]
    assert {"warnings": {"2685": "x"}} == mended("updateInventoryProductsStock", warnings={"2685": "x"})


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=4)
    | st.sampled_from(["7", "7.5", "", "true"]),
    lambda one: (
        st.lists(one, max_size=3) | st.dictionaries(st.sampled_from(["0", "1", "a", "id"]), one, max_size=3)
    ),
    max_leaves=6,
)


def shaped(field: Field) -> st.SearchStrategy[Any]:
    """Return what may come for a field: as documented, or anything."""
    inner = shaped(field.each) if field.each else records(field.fields)
    return (
        JSON | st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=2), inner, max_size=2) | inner
    )


def records(fields: tuple[Field, ...]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional={one.name: shaped(one) for one in fields})


def plain(value: Any) -> Any:
    """Return what a value says, apart from how it is written."""
    if isinstance(value, dict):
        return sorted((str(key), plain(one)) for key, one in value.items()) if value else None
    if isinstance(value, list):
        return sorted((str(index), plain(one)) for index, one in enumerate(value)) if value else None
    if value in ("", None):
        return None
    if isinstance(value, str) and value in ("true", "false"):
        return str(int(value == "true"))
    try:
        return str(Decimal(str(int(value) if isinstance(value, bool) else value)).normalize())
    except ArithmeticError:
        return value


@settings(max_examples=25)
@given(st.data())
@pytest.mark.parametrize(
    "name",
    ["getOrders", "getInventoryProductsData", "getReceipt", "getOrderSources", "getInventoryProductLogs"],
)
def test_mending_changes_how_a_reply_is_written_never_what_it_says(name: str, data: st.DataObject) -> None:
    reply = data.draw(records(methods()[name].reply))
    before = deepcopy(reply)

    found = mend(methods()[name], reply)

    assert before == reply
    assert json.dumps(plain(before)) == json.dumps(plain(found))
    assert found == mend(methods()[name], found)
