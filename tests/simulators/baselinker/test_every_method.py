"""Each of the documented methods is answered: valid calls with a documented reply, invalid ones with an error."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from support.api_posts import reply_of
from support.valid_calls import example_of, furnish, parameters_for

from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.account import Account
from simulators.baselinker.behaviour import Behaviour
from simulators.baselinker.documentation import Value, documented
from simulators.baselinker.limit import RequestLimit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NOW = 1_772_000_000
PLAIN = Behaviour(looks_as_in_samples=False)
METHODS = documented()

LEFT_OUT = {
    "getOrders": {"custom_extra_fields", "commissions", "connect_data", "discounts"},
    "getCrmClientData": {"custom_extra_fields"},
    "getInventoryProductsData": {"ean_additional", "stock_erp_units", "stock_wms_units"},
    "getInventoryProductsStock": {"reservations", "variants"},
    "getInventoryProductsPrices": {"variants"},
}
"""Fields that are shown on request, or where there is something to show."""


def account_with_everything(behaviour: Behaviour = PLAIN) -> tuple[Account, dict[str, Any]]:
    account = Account(behaviour, lambda: float(NOW))
    return account, furnish(account)


def test_the_documentation_holds_141_methods() -> None:
    assert 141 == len(METHODS)


@pytest.mark.parametrize("every", [False, True], ids=["needed parameters", "every parameter"])
@pytest.mark.parametrize("name", METHODS)
def test_a_valid_call_gets_the_documented_reply(name: str, every: bool) -> None:
    account, known = account_with_everything()
    parameters = parameters_for(METHODS[name], known, every=every)

    reply = account.answer(name, parameters)

    assert "SUCCESS" == reply["status"], reply
    assert [] == list(strange_fields(METHODS[name].reply, reply, name))


@pytest.mark.parametrize("name", METHODS)
def test_a_call_without_a_needed_parameter_is_refused_and_changes_nothing(name: str) -> None:
    account, known = account_with_everything()
    whole = parameters_for(METHODS[name], known, every=True)
    needed = [(value.name,) for value in METHODS[name].parameters if value.required]
    before = repr(account.books)

    for names in (*needed, *METHODS[name].one_of):
        less = {key: value for key, value in whole.items() if key not in names}
        reply = account.answer(name, less)
        assert "ERROR_INVALID_PARAMETERS" == reply.get("error_code"), names
        assert any(one in reply["error_message"] for one in names)
        assert before == repr(account.books)


@pytest.mark.parametrize("name", METHODS)
def test_a_parameter_of_another_kind_is_refused(name: str) -> None:
    account, known = account_with_everything()
    whole = parameters_for(METHODS[name], known, every=True)

    for value in METHODS[name].parameters:
        wrong = wrong_kind(value)
        if wrong is not None:
            reply = account.answer(name, {**whole, value.name: wrong})
            assert "ERROR_INVALID_PARAMETERS" == reply.get("error_code"), (value.name, wrong, reply)


@pytest.mark.parametrize("name", [one for one in METHODS if METHODS[one].subgroup != "Receipts"])
def test_a_parameter_beyond_its_documented_limit_is_refused(name: str) -> None:
    account, known = account_with_everything()
    method = METHODS[name]
    whole = parameters_for(method, known, every=True)

    for value in method.parameters:
        for beyond in beyond_limits(value):
            reply = account.answer(name, {**whole, value.name: beyond})
            assert "ERROR_INVALID_PARAMETERS" == reply.get("error_code"), (value.name, beyond)


def test_every_method_is_served_over_http_and_counted_in_the_ledger() -> None:
    with BaseLinkerServer(limit=RequestLimit(per_minute=1000), wall=lambda: float(NOW)) as server:
        for name, method in METHODS.items():
            # What the call before deleted is there again.
            server._account = Account(PLAIN, lambda: float(NOW))
            known = furnish(server._account)
            assert "SUCCESS" == reply_of(server, name, parameters_for(method, known))["status"], name

        assert [*METHODS] == [call.method for call in server.ledger.requests]
        assert all(call.succeeded for call in server.ledger.requests)


def test_numbers_and_flags_may_be_text_and_blank_stands_for_nothing() -> None:
    account, known = account_with_everything()
    parameters = {"order_id": str(known["order_id"]), "get_unconfirmed_orders": "1", "status_id": ""}

    (order,) = account.answer("getOrders", parameters)["orders"]

    assert known["order_id"] == order["order_id"]


def test_strictness_can_be_switched_off() -> None:
    account, known = account_with_everything(Behaviour(refuses_missing=False, refuses_long_text=False))
    parameters = {"order_id": known["order_id"], "email": "x" * 200}

    assert "SUCCESS" == account.answer("setOrderFields", parameters)["status"]
    assert "SUCCESS" == account.answer("getInventoryDocumentItems", {})["status"]


def test_an_invented_reply_is_the_same_every_time_and_answers_for_what_was_asked() -> None:
    first, again = (account_with_everything()[0] for _ in range(2))
    parameters = {"courier_code": "dpd", "account_id": 4242, "document_type": "manifest"}

    assert first.answer("getCourierDocument", parameters) == again.answer("getCourierDocument", parameters)
    (item,) = first.answer("getInventoryDocumentItems", {"document_id": 4242})["items"]
    assert 4242 == item["document_id"]


@pytest.mark.parametrize(
    ("name", "container", "first"),
    [
        ("getInventoryDocuments", "documents", 1),
        ("getInventoryFulfillmentDeliveries", "deliveries", 0),
    ],
)
def test_the_page_after_the_last_of_an_invented_list_is_empty(name: str, container: str, first: int) -> None:
    account, _ = account_with_everything()

    sizes = [len(account.answer(name, {"page": page})[container]) for page in (first, first + 1)]

    assert [1, 0] == sizes


# -- what a reply and a parameter may look like --------------------------------------------------------------------


def strange_fields(values: Iterable[Value], reply: Mapping[str, Any], where: str) -> Iterable[str]:
    """Yield what is missing from a reply or of another kind than documented."""
    for value in values:
        if value.name not in reply:
            if value.name not in LEFT_OUT.get(where.partition(".")[0], ()):
                yield f"{where}: {value.name} is missing"
        else:
            yield from strange(value, reply[value.name], f"{where}.{value.name}")


def strange(value: Value, found: Any, where: str) -> Iterable[str]:
    if not any(is_of_kind(kind, found) for kind in value.kinds):
        yield f"{where}: {found!r} is not {'|'.join(value.kinds)}"
        return
    entries = found if isinstance(found, list) else found.values() if isinstance(found, dict) else ()
    for entry in entries if value.kinds[0] in ("list", "map") else ():
        if value.fields:
            yield from strange_fields(value.fields, entry, where)
        elif value.each is not None:
            yield from strange(value.each, entry, where)
    if value.kinds[0] == "object":
        yield from strange_fields(value.fields, found, where)


def is_of_kind(kind: str, found: Any) -> bool:
    if kind in ("int", "number"):
        # Blank is BaseLinker's way to say that there is no number.
        return found == "" or (isinstance(found, (int, Decimal)) and not isinstance(found, bool))
    kinds: dict[str, Any] = {
        "bool": bool,
        "text": str,
        "date": str,
        "list": list,
        "map": dict,
        "object": dict,
    }
    return kind == "any" or isinstance(found, kinds[kind])


def wrong_kind(value: Value) -> Any:
    """Return something a parameter cannot be; None where it may be anything."""
    if "any" in value.kinds:
        return None
    if "text" in value.kinds or "date" in value.kinds:
        return {"a": 1} if "map" not in value.kinds else None
    return {"list": 5, "map": 5}.get(value.kinds[0], "może")


def beyond_limits(value: Value) -> Iterable[Any]:
    if value.longest is not None and value.kinds == ("text",):
        yield "x" * (value.longest + 1)
    if value.entries is not None:
        one = example_of(value)
        entries = [next(iter(one.values() if isinstance(one, dict) else one))] * (value.entries + 1)
        yield {str(place): entry for place, entry in enumerate(entries)} if "map" in value.kinds else entries
    if value.least is not None and value.most is not None and "text" not in value.kinds:
        yield int(value.most) + 1
    elif value.allowed and value.least is None:
        yield 4711 if value.kinds[0] in ("int", "number") else "inne"
