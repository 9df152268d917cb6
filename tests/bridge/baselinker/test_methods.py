"""The data file of the API: whole, readable, and true to what is known."""

from __future__ import annotations

import keyword
import re
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bridge.baselinker.methods import Field, Method, Parameter, methods

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

TYPES = {"int", "number", "text", "bool", "date", "list", "map", "object", "any"}


def all_of(fields: Iterable[Field]) -> Iterator[Field]:
    """Yield every field with those inside it."""
    for field in fields:
        yield field
        yield from all_of(field.fields)
        if field.each is not None:
            yield from all_of([field.each])


def found(method: Method, *path: str) -> Parameter:
    """Return a parameter by its path."""
    fields = method.parameters
    for name in path[:-1]:
        fields = next(one for one in fields if one.name == name).fields
    return next(one for one in fields if one.name == path[-1])


def test_all_documented_methods_are_there_by_group() -> None:
    counts = {group: len(methods().of(group)) for group in methods().groups}

    assert 141 == len(methods()) == len({*methods()})
    assert {
        "orders": 37,
        "returns": 16,
        "couriers": 15,
        "clients": 7,
        "catalog": 54,
        "connect": 5,
        "storages": 7,
    } == counts


def test_what_is_not_there_is_no_method() -> None:
    assert "getNothing" not in methods()
    with pytest.raises(KeyError):
        methods()["getNothing"]


@pytest.mark.parametrize("name", [*methods()])
def test_every_method_tells_what_it_does_and_where_it_is_documented(name: str) -> None:
    method = methods()[name]

    assert re.fullmatch(r"[a-z]+[A-Za-z]+", name)
    assert method.does.endswith(".")
    assert f"{methods().groups[method.group]} > {method.subgroup} > {name}" == method.reference
    assert method is methods()[name]


@pytest.mark.parametrize("name", [*methods()])
def test_every_field_of_every_method_is_well_formed(name: str) -> None:
    method = methods()[name]

    for fields in (method.parameters, method.reply):
        assert len(fields) == len({field.name for field in fields})
        for field in all_of(fields):
            assert {*field.kinds} <= TYPES
            assert not keyword.iskeyword(field.name)
            assert not (field.each and field.fields)
            assert {*field.kinds} & {"list", "map", "object"} or not (field.each or field.fields)
    for parameter in all_of(method.parameters):
        assert isinstance(parameter, Parameter)
        assert (parameter.least is None) == (parameter.most is None)
        assert parameter.needs in {"", *(one.name for one in method.parameters)}
    assert {one for group in method.one_of for one in group} <= {one.name for one in method.parameters}


@pytest.mark.parametrize("name", [name for name in methods() if methods()[name].paging])
def test_every_way_to_page_names_a_parameter_and_a_list_of_the_reply(name: str) -> None:
    method = methods()[name]

    for way in method.paging:
        container = next(field for field in method.reply if field.name == way.container)
        assert way.style in {"page", "id_from", "date_from"}
        assert "int" == found(method, way.parameter).type
        assert {*container.kinds} & {"list", "map"}
        assert "map" in container.kinds or {*way.ids} & {field.name for field in container.fields}
        assert not way.unless or "bool" == found(method, way.unless).type
        assert (way.style == "date_from") == bool(way.date)


def test_every_list_with_pages_says_how() -> None:
    paged = {"page", "id_from", "last_log_id"}
    lists = {name for name in methods() if paged & {one.name for one in methods()[name].parameters}}

    assert lists == {name for name in methods() if methods()[name].paging}


def test_only_fulfillment_deliveries_count_pages_from_0() -> None:
    ways = {name: way for name in methods() for way in methods()[name].paging if way.style == "page"}

    assert {"getInventoryFulfillmentDeliveries", "getInventoryFulfillmentDeliveryItems"} == {
        name for name, way in ways.items() if way.first == 0
    }


def test_what_deletes_or_overwrites_says_so() -> None:
    costs = {name: methods()[name].destroys for name in methods()}

    assert all("deletes" == costs[name] for name in costs if name.startswith("delete"))
    assert all("" == costs[name] for name in costs if name.startswith(("get", "create")))
    assert all(costs[name] for name in costs if name.startswith(("set", "update")))
    assert "overwrites" == costs["addOrderReceiptFile"]
    assert "" == costs["addReceipt"]


def test_facts_of_the_receipts_group() -> None:
    confirm = methods()["setOrderReceipt"]

    assert ("receipt_id", "date") == confirm.required
    assert 20 == found(confirm, "receipt_nr").length
    assert 50 == found(confirm, "printer_name").length
    assert (("receipt_id", "order_id"),) == methods()["getReceipt"].one_of
    assert "orders" == methods()["getNewReceipts"].paging[0].container
    assert "receipts" == methods()["getReceipts"].paging[0].container
    assert 100 == methods()["getReceipts"].paging[0].size


def test_facts_inside_of_entries_and_unknown_requirements() -> None:
    tax = found(methods()["addOrder"], "products", "tax_rate")

    assert (0, 100, (-1, Decimal("-0.02"), Decimal("-0.03"))) == (tax.least, tax.most, tax.values)
    assert "0 to 100 or one of -1, -0.02, -0.03" == tax.allowed
    assert found(methods()["addInventoryFulfillmentDeliveryItems"], "items", "quantity").required
    assert found(methods()["getJournalList"], "last_log_id").required is None
    assert (10, 2) == found(methods()["addInventoryProduct"], "weight").digits
    assert 1000 == found(methods()["deleteOrders"], "order_ids").entries
