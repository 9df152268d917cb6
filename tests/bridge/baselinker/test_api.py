"""Every method as a function: called, documented, checked, mended."""

from __future__ import annotations

import ast
import inspect
import json
import os
import subprocess
import sys
import warnings
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from support.calls import Answers, plain_call

from bridge.baselinker import stubs
from bridge.baselinker.api import Api, UnknownParameter, connect
from bridge.baselinker.budget import Priority
from bridge.baselinker.errors import BadParameters, BadToken, RefusedCall
from bridge.baselinker.methods import methods
from bridge.config.secret import Secret
from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.model import Product

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).resolve().parents[3]
TOKEN = "0000-0000-FAKE-TOKEN"


@pytest.fixture
def server() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer() as running:
        yield running


# -- the functions -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*methods()])
def test_every_method_is_called_by_its_name_and_by_its_group(name: str) -> None:
    client = Answers()
    api = Api(client)
    given = plain_call(methods()[name])

    assert {"status": "SUCCESS"} == getattr(api, name)(**given)
    getattr(getattr(api, methods()[name].group), name)(**given)

    assert [(name, given), (name, given)] == client.calls


@pytest.mark.parametrize("name", [*methods()])
def test_every_function_has_name_signature_and_documentation(name: str) -> None:
    method = methods()[name]
    function = getattr(Api(Answers()), name)
    arguments = inspect.signature(function).parameters

    assert name == function.__name__
    assert f"Api.{name}" == function.__qualname__
    assert {parameter.name for parameter in method.parameters} | {"others"} == {*arguments}
    assert [*method.required] == [
        one for one in arguments if arguments[one].default is inspect.Parameter.empty
    ][:-1]
    assert function.__doc__.startswith(method.does)
    text = " ".join(function.__doc__.split())
    assert method.reference in text
    for parameter in method.parameters:
        assert f"    {parameter.name}{'*' if parameter.required else ''}: " in function.__doc__
        assert parameter.length is None or parameter.length == 1 or f"{parameter.length} char" in text
        for value in parameter.values:
            assert str(value) in text


def test_help_tells_limits_allowed_values_costs_and_pages() -> None:
    api = Api(Answers())
    text = inspect.getdoc(api.addInventoryProduct) or ""

    assert "tax_rate: number, 0 to 100 or one of -1, -0.02, -0.03" in text
    assert "Careful: it overwrites" in text
    assert "One of receipt_id and order_id is required." in (api.getReceipt.__doc__ or "")
    assert 'iterate("getOrders", ...)' in (api.getOrders.__doc__ or "")
    assert "getReceipts: Returns issued receipts" in (api.orders.__doc__ or "")


def test_an_editor_sees_all_methods_and_groups() -> None:
    api = Api(Answers())

    assert {*methods(), *methods().groups, "call", "iterate"} <= {*dir(api)}
    assert {*methods().of("catalog")} <= {*dir(api.catalog)}
    assert "getOrders" not in dir(api.catalog)
    assert api.getOrders is api.getOrders
    assert api.orders is api.orders


def test_a_misspelt_method_names_the_one_that_was_meant() -> None:
    api = Api(Answers())

    with pytest.raises(AttributeError, match="did you mean getOrders"):
        getattr(api, "getOrder")  # noqa: B009
    with pytest.raises(AttributeError, match=r"api\.call"):
        getattr(api.catalog, "getOrders")  # noqa: B009
    assert not hasattr(api, "__wrapped__")


def test_none_stands_for_not_given_and_falsehoods_are_sent() -> None:
    client = Answers()

    Api(client).getOrders(order_id=0, status_id=None, get_unconfirmed_orders=False)

    assert [("getOrders", {"order_id": 0, "get_unconfirmed_orders": False})] == client.calls


def test_calls_carry_the_priority_they_were_given() -> None:
    client = Answers()
    Api(client, priority=Priority.UPLOAD).getSeries()

    assert [Priority.UPLOAD] == client.priorities


# -- checking and mending ------------------------------------------------------------------------------------------


def test_mistakes_are_told_and_nothing_is_sent() -> None:
    client = Answers()
    api = Api(client)

    with pytest.raises(BadParameters, match="receipt_id is required"):
        api.orders.setOrderReceipt(receipt_nr="1" * 21, date=1)  # type: ignore[call-arg]
    with pytest.raises(BadParameters):
        api.call("setOrderReceipt", {"receipt_id": None, "date": 1})
    assert [] == client.calls


@pytest.mark.parametrize(
    "use",
    [
        lambda api: api.getReceipts(new=1),
        lambda api: api.orders.getReceipts(new=1),
        lambda api: api.call("getReceipts", {"new": 1}),
        lambda api: [*api.iterate("getReceipts", new=1)],
        lambda api: [*api.pages("getReceipts", new=1)],
    ],
)
def test_an_unknown_parameter_is_sent_with_a_warning_that_points_at_the_caller(
    use: Callable[[Api], object],
) -> None:
    client = Answers(lambda *_: {"receipts": []})

    with pytest.warns(UnknownParameter, match="sent although the client does not know it: new") as told:
        use(Api(client))

    assert [("getReceipts", {"new": 1})] == client.calls
    assert [__file__] == [one.filename for one in told]


def test_a_method_that_nobody_documented_goes_through_as_it_is() -> None:
    client = Answers(lambda _method, given: {"status": "SUCCESS", "id": "7", **given})

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert {"status": "SUCCESS", "id": "7", "x": None} == Api(client).call("getNovelty", {"x": None})


def test_checking_can_be_left_out_for_one_call() -> None:
    client = Answers(lambda _method, _given: {"series": [{"id": "7"}]})

    assert {"series": [{"id": 7}]} == Api(client).call("getSeries", {"order_id": object}, check=False)


# -- connected -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("token", [TOKEN, Secret(TOKEN)])
def test_a_connected_api_calls_baselinker(server: BaseLinkerServer, token: str | Secret) -> None:
    receipt = server.add_receipt([Product("Kawa", Decimal("12.50"), quantity=Decimal(2))])

    with connect(token, url=server.url, per_minute=90) as api:
        found = api.getReceipt(receipt_id=receipt.receipt_id)
        (waiting,) = api.iterate("getNewReceipts")

    assert Decimal(25) == found["total_price_brutto"]
    assert receipt.receipt_id == waiting["receipt_id"]
    assert TOKEN not in repr(api)


def test_errors_of_baselinker_are_errors_of_the_call(server: BaseLinkerServer) -> None:
    with connect(TOKEN, url=server.url) as api, pytest.raises(RefusedCall):
        api.getReceipt(receipt_id=999_999)
    with connect("0000-OTHER-FAKE", url=server.url) as api, pytest.raises(BadToken):
        api.getSeries()


def test_an_address_the_token_may_not_go_to_is_refused() -> None:
    with pytest.raises(ValueError, match="https"):
        connect(TOKEN, url="http://example.org/connector.php")


def test_a_client_without_connections_is_closed_too() -> None:
    with Api(Answers()) as api:
        api.getSeries()


# -- what editors know ---------------------------------------------------------------------------------------------


def test_the_stub_is_the_one_the_data_file_makes() -> None:
    assert stubs.text() == stubs.STUB.read_text(encoding="utf-8"), "type: make methods"


def test_the_stub_has_every_method_with_the_arguments_of_the_real_one() -> None:
    functions = {
        node.name: [one.arg for one in node.args.kwonlyargs]
        for node in ast.walk(ast.parse(stubs.text()))
        if isinstance(node, ast.FunctionDef)
    }
    real = {name: [*inspect.signature(getattr(Api(Answers()), name)).parameters][:-1] for name in methods()}

    assert real == {name: functions[name] for name in real}


def test_the_stub_has_the_arguments_of_what_is_written_by_hand() -> None:
    (written,) = [
        node for node in ast.parse(stubs.text()).body if isinstance(node, ast.ClassDef) and node.name == "Api"
    ]
    for node in written.body:
        if isinstance(node, ast.FunctionDef):
            arguments = [
                one.arg for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
            ] + [one.arg for one in (node.args.vararg, node.args.kwarg) if one]
            assert [*inspect.signature(getattr(Api, node.name)).parameters] == arguments, node.name


# -- what it costs -------------------------------------------------------------------------------------------------

FOREIGN = (
    "PIL",
    "barcode",
    "drivers",
    "escpos",
    "pydantic",
    "reportlab",
    "serial",
    "simulators",
    "sqlite3",
    "usb",
)


@pytest.mark.parametrize(
    "program",
    [
        "import bridge.baselinker.client",
        "import bridge.baselinker.api",
        "from bridge.baselinker.api import connect; connect('0000-FAKE-TOKEN').getOrders.__doc__",
    ],
)
def test_the_client_alone_loads_nothing_that_prints_or_configures(program: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            "-W",
            "error",
            "-c",
            f"{program}\nimport json, sys; print(json.dumps([*sys.modules]))",
        ],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=60,
    )
    modules = json.loads(done.stdout)

    assert [] == [name for name in modules if name.split(".")[0] in FOREIGN]
    assert {"bridge", "bridge.baselinker", "bridge.config"} >= {
        name for name in modules if name.startswith("bridge") and name.count(".") < 2
    }


def test_a_client_of_one_s_own_does_not_pay_for_the_http_library(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", "import bridge.baselinker.api, sys; print('httpx' in sys.modules)"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        check=True,
        encoding="utf-8",
        timeout=60,
    )

    assert "False\n" == done.stdout


def test_nothing_that_was_looked_up_is_shared_between_two_accounts() -> None:
    first, second = Answers(), Answers()
    one, other = Api(first), Api(second)
    one.getSeries()
    other.orders.getSeries()

    assert (1, 1) == (len(first.calls), len(second.calls))


def test_what_a_reply_holds_is_what_the_caller_gets() -> None:
    replies: Any = {"status": "SUCCESS", "orders": {"0": {"order_id": "7"}}}

    assert [{"order_id": 7}] == Api(Answers(lambda *_: replies)).getOrders()["orders"]
