"""Every method's parameters: right ones pass, every single kind of mistake is told, all of them at once."""

from __future__ import annotations

from copy import deepcopy
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.calls import plain_call, right_calls

from bridge.baselinker.checking import check
from bridge.baselinker.client import encode
from bridge.baselinker.errors import BadParameters, BaseLinkerError
from bridge.baselinker.methods import Parameter, methods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Path = tuple[str | int, ...]


def mistakes(name: str, parameters: dict[str, Any]) -> tuple[str, ...]:
    try:
        check(methods()[name], parameters)
    except BadParameters as error:
        return error.mistakes
    return ()


def places(known: Iterable[Parameter], path: Path = ()) -> Iterator[tuple[Path, Parameter]]:
    """Yield every parameter, also inside of entries, with the way to it in `plain_call`."""
    for parameter in known:
        here = (*path, parameter.name) if parameter.name else path
        yield here, parameter
        steps: dict[str, Path] = {"list": (0,), "map": ("1",)}
        step = steps.get(parameter.kinds[0], ())
        if parameter.each is not None:
            yield from places([parameter.each], (*here, *step))
        yield from places(parameter.fields, (*here, *step))


def shown(path: Path) -> str:
    """Return a path as a message writes it."""
    text = ""
    for before, step in zip((None, *path), path, strict=False):
        is_entry = isinstance(step, int) or (step == "1" and before is not None)
        text += f"[{step}]" if is_entry else f".{step}" if text else str(step)
    return text


def changed(parameters: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """Return parameters with another value in one place."""
    whole = deepcopy(parameters)
    inner: Any = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return whole


EVERY_PLACE = [(name, path, one) for name in methods() for path, one in places(methods()[name].parameters)]


def where(choose: Callable[[Parameter], Any]) -> list[Any]:
    """Return the places of all methods whose parameter is chosen, for parametrize."""
    return [
        pytest.param(name, path, one, id=f"{name}-{shown(path)}")
        for name, path, one in EVERY_PLACE
        if choose(one)
    ]


# -- what passes ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*methods()])
@settings(max_examples=8, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
@given(st.data())
def test_right_parameters_of_every_method_pass_and_can_be_sent(name: str, data: st.DataObject) -> None:
    parameters = data.draw(right_calls(methods()[name]))

    assert [] == check(methods()[name], parameters)
    encode(parameters)


@pytest.mark.parametrize("name", [*methods()])
def test_a_call_with_every_known_parameter_passes(name: str) -> None:
    assert [] == check(methods()[name], plain_call(methods()[name]))


# -- what is missing -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "path", "parameter"), where(lambda one: one.required))
def test_each_required_parameter_is_missed_by_its_name(name: str, path: Path, parameter: Parameter) -> None:
    parameters = plain_call(methods()[name])
    inner: Any = parameters
    for step in path[:-1]:
        inner = inner[step]
    del inner[path[-1]]

    assert (f"{shown(path)} is required, but missing",) == mistakes(name, parameters)


@pytest.mark.parametrize("name", [name for name in methods() if methods()[name].required])
def test_all_that_is_missing_is_told_at_once(name: str) -> None:
    told = mistakes(name, {})

    assert [one.split()[0] for one in told] == [*methods()[name].required]


def test_one_of_two_parameters_is_enough_and_none_is_told() -> None:
    assert () == mistakes("getReceipt", {"receipt_id": 1}) == mistakes("getReceipt", {"order_id": 1})
    assert ("receipt_id or order_id is required",) == mistakes("getReceipt", {})


def test_a_parameter_that_needs_another_says_which() -> None:
    assert ("filter_order_source is required together with filter_order_source_id",) == mistakes(
        "getOrders", {"filter_order_source_id": 5}
    )


def test_what_the_sources_do_not_call_required_may_be_left_out() -> None:
    assert (
        ()
        == mistakes("getJournalList", {})
        == mistakes("addOrderReceiptFile", {"receipt_id": 1, "file": "data:"})
    )


# -- what is wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "path", "parameter"), where(lambda one: one.type != "any"))
def test_a_value_of_a_wrong_type_is_refused_wherever_it_stands(
    name: str, path: Path, parameter: Parameter
) -> None:
    (told,) = mistakes(name, changed(plain_call(methods()[name]), path, object()))

    assert told.startswith(f"{shown(path)} must be ")


@pytest.mark.parametrize(("name", "path", "parameter"), where(lambda one: one.length and one.type == "text"))
def test_a_text_over_its_length_is_refused_and_one_at_its_length_passes(
    name: str, path: Path, parameter: Parameter
) -> None:
    assert parameter.length is not None
    plain = plain_call(methods()[name])
    longest = "ż" * parameter.length

    if not parameter.values:
        assert () == mistakes(name, changed(plain, path, longest))
    assert (
        f"{shown(path)} has {parameter.length + 1} characters, at most {parameter.length} are allowed"
        in mistakes(name, changed(plain, path, longest + "x"))
    )


@pytest.mark.parametrize(("name", "path", "parameter"), where(lambda one: one.entries))
def test_too_many_entries_are_refused(name: str, path: Path, parameter: Parameter) -> None:
    assert parameter.entries is not None
    plain = plain_call(methods()[name])
    (entry,) = plain[parameter.name] if parameter.type == "list" else plain[parameter.name].values()
    most = dict.fromkeys(range(parameter.entries), entry)
    many = {**most, parameter.entries: entry}
    is_list = parameter.type == "list"

    assert () == mistakes(name, changed(plain, path, [*most.values()] if is_list else most))
    assert (
        f"{shown(path)} has {parameter.entries + 1} entries, at most {parameter.entries} are allowed",
    ) == mistakes(name, changed(plain, path, [*many.values()] if is_list else many))


@pytest.mark.parametrize(("name", "path", "parameter"), where(lambda one: one.digits))
@pytest.mark.parametrize("value", [Decimal(100000000), "1.005", 0.125, -100000000])
def test_a_number_of_too_many_digits_is_refused(
    name: str, path: Path, parameter: Parameter, value: Any
) -> None:
    (told,) = mistakes(name, changed(plain_call(methods()[name]), path, value))

    assert told.startswith(f"{shown(path)} may have 8 digits before and 2 after the point")


@pytest.mark.parametrize(("name", "path", "parameter"), where(lambda one: one.least is not None))
def test_a_number_out_of_its_bounds_is_refused(name: str, path: Path, parameter: Parameter) -> None:
    assert parameter.least is not None
    assert parameter.most is not None
    plain = plain_call(methods()[name])

    for outside in (parameter.most + 1, str(parameter.most + 1), parameter.least - 2):
        (told,) = mistakes(name, changed(plain, path, outside))
        assert told == f"{shown(path)} must be {parameter.allowed}, not {outside!r}"


@pytest.mark.parametrize(("name", "path", "parameter"), where(lambda one: one.values))
def test_a_value_that_is_not_listed_is_refused_and_each_that_is_passes(
    name: str, path: Path, parameter: Parameter
) -> None:
    plain = plain_call(methods()[name])
    wrong = 99999 if isinstance(parameter.values[0], int) else "WRONG"

    for value in parameter.values:
        assert () == mistakes(name, changed(plain, path, value))
    assert f"{shown(path)} must be {parameter.allowed}, not {wrong!r}" in mistakes(
        name, changed(plain, path, wrong)
    )


@pytest.mark.parametrize(
    ("kind", "name", "path", "good", "bad"),
    [
        (
            "int",
            "getOrders",
            ("order_id",),
            [7, "7", Decimal("7.0")],
            [True, 7.0, "7.5", "", None, [7], "seven", "７"],
        ),
        (
            "number",
            "setOrderPayment",
            ("payment_done",),
            [7, 7.5, "7.50", Decimal("7.50")],
            [True, "", "7,50", float("nan"), float("inf"), Decimal("NaN"), None, 10**5000],
        ),
        ("text", "getOrdersByEmail", ("email",), ["", "a@b.pl", 7], [True, 7.5, None, b"x", ["x"]]),
        ("bool", "addOrder", ("paid",), [True, False, 0, 1, "0", "1"], ["true", "", 2, None, 1.0]),
        (
            "date",
            "addInventoryDocumentItems",
            ("items", 0, "expiry_date"),
            ["2026-02-28"],
            ["2026-02-30", "28.02.2026", 20260228, ""],
        ),
        ("list", "deleteOrders", ("order_ids",), [[], [1], (1, "2")], [{}, "1,2", 1, {1, 2}]),
        ("map", "addInventoryProduct", ("stock",), [{}, {"bl_1": 5}, {7: "5"}], [[], [5], "bl_1"]),
    ],
)
def test_what_each_type_takes(kind: str, name: str, path: Path, good: list[Any], bad: list[Any]) -> None:
    plain = plain_call(methods()[name])

    for value in good:
        assert () == mistakes(name, changed(plain, path, value)), value
    for value in bad:
        assert 1 == len(mistakes(name, changed(plain, path, value))), value


def test_an_empty_text_stands_for_none_where_the_documentation_says_so() -> None:
    order = {"order_id": 1, "storage": "db", "storage_id": "0"}

    assert () == mistakes("addOrderProduct", {**order, "product_id": "", "variant_id": ""})
    assert () == mistakes("addInventoryManufacturer", {"manufacturer_id": ""})
    assert 1 == len(mistakes("addOrderProduct", {**order, "warehouse_id": ""}))


def test_where_sources_disagree_about_a_type_both_pass() -> None:
    for value in (5, [5, 6]):
        assert () == mistakes("setOrderReturnStatus", {"return_id": value, "status_id": 1})
    for rate in ("DEFAULT", 23, "23", Decimal("5.5")):
        assert () == mistakes("addInvoice", {"order_id": 1, "series_id": 1, "vat_rate": rate})
    assert 2 == len(mistakes("addInvoice", {"order_id": 1, "series_id": [], "vat_rate": "101"}))


def test_every_mistake_is_told_at_once_with_the_way_to_it() -> None:
    with pytest.raises(BadParameters) as caught:
        check(
            methods()["addInventoryFulfillmentDeliveryItems"],
            {"delivery_id": "x", "items": [{"product_id": 1, "quantity": 2}, {"quantity": "two"}, 5]},
        )

    assert caught.value.mistakes == (
        "delivery_id must be a whole number, not 'x'",
        "items[1].product_id is required, but missing",
        "items[1].quantity must be a whole number, not 'two'",
        "items[2] must be a dict of fields, not 5",
    )
    assert isinstance(caught.value, BaseLinkerError)
    assert not caught.value.may_be_applied
    assert "addInventoryFulfillmentDeliveryItems: delivery_id must be" in str(caught.value)
    assert "Product catalog > Fulfillment deliveries" in str(caught.value)


def test_maps_by_id_name_the_key_of_the_mistake() -> None:
    told = mistakes(
        "updateInventoryProductsStock",
        {"inventory_id": 1, "products": {"2685": {"bl_206": "many"}, 7: 5, None: {}}},
    )

    assert told == (
        "products has the key None, not an id",
        "products[2685][bl_206] must be a number, not 'many'",
        "products[7] must be a dict by id, not 5",
    )


def test_a_huge_value_does_not_fill_the_message() -> None:
    (told,) = mistakes("getOrders", {"order_id": "x" * 100_000})

    assert len(told) < 150


# -- what is unknown -----------------------------------------------------------------------------------------------


def test_unknown_parameters_pass_and_are_reported_nested_ones_too() -> None:
    unknown = check(
        methods()["addOrderBySplit"],
        {"order_id": 1, "new": True, "items_to_split": [{"order_product_id": 1, "newer": {"a": [1, None]}}]},
    )

    assert {"new", "items_to_split[0].newer"} == {*unknown}


@pytest.mark.parametrize(
    "value", [object(), {1, 2}, float("nan"), {"a": b"x"}, [Decimal("1.0000000000000001")]]
)
def test_an_unknown_parameter_that_json_cannot_carry_is_a_mistake(value: Any) -> None:
    (told,) = mistakes("getOrders", {"new": value})

    assert told.startswith("new")


@given(
    st.recursive(
        st.none() | st.text() | st.integers() | st.floats() | st.decimals(),
        lambda one: st.lists(one) | st.dictionaries(st.text() | st.integers() | st.none(), one),
    )
)
def test_whatever_passes_can_be_sent(value: Any) -> None:
    parameters = {"new": value}

    if not mistakes("getSeries", parameters):
        encode(parameters)
