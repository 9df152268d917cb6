"""The client over a real loopback connection and over httpx's own double."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import threading
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.baselinker import client as client_module
from bridge.baselinker.budget import Budget, Priority
from bridge.baselinker.client import Client, Timeouts, encode
from bridge.baselinker.errors import BadToken, Blocked, RefusedCall, Stopped, Transport
from bridge.config.secret import Secret
from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.faults import Fault, Kind
from simulators.baselinker.limit import RequestLimit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOKEN = "0000-0000-FAKE-TOKEN"
SUCCESS = httpx.Response(200, json={"status": "SUCCESS"})


@pytest.fixture
def server() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer() as running:
        yield running


@pytest.fixture
def client(server: BaseLinkerServer) -> Iterator[Client]:
    with Client(Secret(TOKEN), Budget(10000), url=server.url) as ready:
        yield ready


def doubled(answer: Callable[[httpx.Request], httpx.Response], **settings: Any) -> Client:
    budget = settings.pop("budget", None) or Budget(10000)
    return Client(Secret(TOKEN), budget, transport=httpx.MockTransport(answer), **settings)


def parameters_of(request: httpx.Request) -> Any:
    return json.loads(parse_qs(request.content.decode(), strict_parsing=True)["parameters"][0])


def test_a_call_is_a_form_of_method_and_parameters_with_the_token_in_a_header() -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return SUCCESS

    with doubled(answer) as client:
        assert client.call("getSeries") == {"status": "SUCCESS"}
        client.call("getOrders", {"order_id": 7, "name": "żółw + 1"})
    first, second = seen
    assert str(first.url) == "https://api.baselinker.com/connector.php"
    assert first.headers["X-BLToken"] == TOKEN
    assert first.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
    assert first.content == b"method=getSeries&parameters=%7B%7D"
    assert parameters_of(second) == {"order_id": 7, "name": "żółw + 1"}
    assert TOKEN.encode() not in first.content


@given(st.dictionaries(st.text(), st.text() | st.integers() | st.booleans() | st.none()))
def test_parameters_arrive_as_they_were_given(parameters: dict[str, Any]) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return SUCCESS

    with doubled(answer) as client:
        client.call("anything", parameters)
    assert parameters_of(seen[0]) == parameters


@given(st.binary(max_size=300))
def test_no_plus_sign_travels_unescaped(data: bytes) -> None:
    seen: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        seen.append(request)
        return SUCCESS

    with doubled(answer) as client:
        client.call("addOrderReceiptFile", {"file": "data:" + base64.b64encode(data).decode()})
    assert b"+" not in seen[0].content
    assert base64.b64decode(parameters_of(seen[0])["file"][5:], validate=True) == data


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**9), max_value=10**9, places=5))
def test_decimals_travel_with_exactly_their_digits(amount: Decimal) -> None:
    assert json.loads(encode({"amount": amount}), parse_float=Decimal)["amount"] == amount


@pytest.mark.parametrize("amount", [Decimal("1.2345678901234567"), Decimal("NaN"), Decimal("Infinity")])
def test_a_decimal_that_cannot_travel_exactly_is_refused(amount: Decimal) -> None:
    with pytest.raises((ValueError, ArithmeticError)):
        encode({"amount": amount})


def test_what_json_does_not_know_is_refused_before_a_request_is_spent() -> None:
    budget = Budget(1)
    with doubled(lambda _: SUCCESS, budget=budget) as client:
        with pytest.raises(TypeError, match="bytes"):
            client.call("anything", {"file": b"%PDF-"})
        assert client.call("anything") == {"status": "SUCCESS"}


def test_replies_come_from_the_real_socket(server: BaseLinkerServer, client: Client) -> None:
    assert [one["type"] for one in client.call("getSeries")["series"]] == ["RECEIPT", "INVOICE"]
    assert [call.method for call in server.ledger.calls] == ["getSeries"]


def test_a_refusal_carries_code_and_message(client: Client) -> None:
    with pytest.raises(RefusedCall) as caught:
        client.call("getReceipt", {"receipt_id": 1})
    assert caught.value.error_code == "ERROR_RECEIPT_NOT_FOUND"
    assert caught.value.method == "getReceipt"


def test_an_unknown_method_is_refused(client: Client) -> None:
    with pytest.raises(RefusedCall, match="ERROR_UNKNOWN_METHOD"):
        client.call("printMoney")


def test_a_token_that_is_not_accepted(server: BaseLinkerServer) -> None:
    other = Client(Secret("1111-WRONG-TOKEN"), Budget(), url=server.url)
    with other, pytest.raises(BadToken) as caught:
        other.call("getSeries")
    assert caught.value.error_code == "ERROR_BAD_TOKEN"


@pytest.mark.parametrize("token", ["", "with blank", "line\nbreak", "żółw", "tab\t", "\x7f"])
def test_a_token_that_cannot_be_one_is_refused_at_the_start(token: str) -> None:
    with pytest.raises(BadToken) as caught:
        Client(Secret(token), Budget())
    assert not token or token not in str(caught.value)


@pytest.mark.parametrize(
    "kind",
    [
        Kind.RESET_BEFORE,
        Kind.RESET_AFTER,
        Kind.LOST_ANSWER,
        Kind.TRUNCATED,
        Kind.BAD_GATEWAY,
        Kind.BAD_GATEWAY_AFTER,
        Kind.BAD_JSON,
        Kind.NO_STATUS,
    ],
)
def test_whatever_breaks_on_the_way_the_outcome_is_unknown_and_the_next_call_works(
    server: BaseLinkerServer, client: Client, kind: Kind
) -> None:
    client.call("getSeries")
    server.faults.script("getSeries", kind)
    with pytest.raises(Transport) as caught:
        client.call("getSeries")
    assert caught.value.may_be_applied
    assert caught.value.cure
    assert client.call("getSeries")["status"] == "SUCCESS"
    assert len(server.ledger.requests) == 3, "the client must never repeat a call by itself"


def test_a_server_that_is_not_there_means_nothing_was_sent(server: BaseLinkerServer) -> None:
    url = server.url
    server.close()
    with Client(Secret(TOKEN), Budget(), url=url) as client, pytest.raises(Transport) as caught:
        client.call("getSeries")
    assert not caught.value.may_be_applied
    assert "no connection" in caught.value.what


def test_a_host_without_address_means_nothing_was_sent() -> None:
    url = "https://baselinker.invalid/connector.php"
    with Client(Secret(TOKEN), Budget(), url=url) as client, pytest.raises(Transport) as caught:
        client.call("getSeries")
    assert not caught.value.may_be_applied


def test_an_answer_that_does_not_come_in_time_leaves_the_outcome_unknown(server: BaseLinkerServer) -> None:
    release = server.faults.slow("setOrderReceipt")
    client = Client(Secret(TOKEN), Budget(), url=server.url, timeouts=Timeouts(read=0.2))
    with client, pytest.raises(Transport) as caught:
        client.call("setOrderReceipt", {"receipt_id": 1, "date": 1})
    release.set()
    assert caught.value.may_be_applied
    assert "no answer in time" in caught.value.what


class Drops(httpx.SyncByteStream):
    """A body that comes in many small pieces; `each` runs before every piece."""

    def __init__(self, piece: bytes, count: int, each: Callable[[], None]) -> None:
        self._piece, self._count, self._each = piece, count, each

    def __iter__(self) -> Iterator[bytes]:
        for _ in range(self._count):
            self._each()
            yield self._piece


def test_an_answer_that_drips_is_given_up_in_the_end() -> None:
    now = [0.0]

    def drip() -> None:
        now[0] += 1

    with (
        doubled(
            lambda _: httpx.Response(200, stream=Drops(b" ", 100, drip)), monotonic=lambda: now[0]
        ) as client,
        pytest.raises(Transport, match="not complete after 35 s"),
    ):
        client.call("getSeries")
    assert now[0] < 40


def test_an_endless_answer_is_given_up_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "LARGEST_ANSWER", 10_000)
    pieces = []
    stream = Drops(b"x" * 1000, 1000, lambda: pieces.append(1))
    client = doubled(lambda _: httpx.Response(200, stream=stream))
    with client, pytest.raises(Transport, match="larger than 10000 bytes"):
        client.call("getSeries")
    assert len(pieces) <= 12


def test_redirects_are_not_followed_with_the_token() -> None:
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(str(request.url))
        return httpx.Response(302, headers={"Location": "https://elsewhere.example/"}, text="moved")

    with doubled(answer) as client, pytest.raises(Transport):
        client.call("getSeries")
    assert asked == ["https://api.baselinker.com/connector.php"]


def test_proxies_of_the_environment_are_not_used(
    server: BaseLinkerServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    monkeypatch.setenv("no_proxy", "")
    with Client(Secret(TOKEN), Budget(), url=server.url) as client:
        assert client.call("getSeries")["status"] == "SUCCESS"


def test_one_connection_serves_many_calls(server: BaseLinkerServer, client: Client) -> None:
    before = threading.active_count()
    for _ in range(20):
        client.call("getSeries")
    # The simulator has one thread a connection.
    assert threading.active_count() <= before + 1


def test_a_block_of_the_server_blocks_the_budget_until_its_end() -> None:
    now, wall = [1000.0], [1777809934.0]
    budget = Budget(10000, monotonic=lambda: now[0])
    limit = RequestLimit(per_minute=2)
    times: dict[str, Any] = {"monotonic": lambda: now[0], "wall": lambda: wall[0]}
    with (
        BaseLinkerServer(limit=limit, **times) as server,
        Client(Secret(TOKEN), budget, url=server.url, patience=0, **times) as client,
    ):
        client.call("getSeries")
        client.call("getSeries")
        with pytest.raises(Blocked) as caught:
            client.call("getSeries")
        assert caught.value.until == 1601
        assert caught.value.until_text == "2026-05-03 12:15:35 UTC"
        with pytest.raises(Blocked, match="requests are blocked") as held:
            client.call("getSeries")
        assert held.value.until == 1601
        assert len(server.ledger.requests) == 3, "nothing may be sent while blocked"
        now[0] += 601
        wall[0] += 601
        assert client.call("getSeries")["status"] == "SUCCESS"
        assert budget.blocked_until is None


@pytest.mark.parametrize("kind", [Kind.TOO_MANY, Kind.UNAVAILABLE])
def test_servers_that_ask_to_wait_block_the_budget(server: BaseLinkerServer, kind: Kind) -> None:
    budget = Budget()
    server.faults.script("*", Fault(kind, seconds=77))
    with Client(Secret(TOKEN), budget, url=server.url) as client:
        before = time.monotonic()
        with pytest.raises(Blocked) as caught:
            client.call("getSeries")
    assert before + 77 <= caught.value.until <= time.monotonic() + 77
    assert budget.blocked_until == caught.value.until


def test_a_failed_probe_does_not_end_a_block_and_a_refusal_does(
    server: BaseLinkerServer,
) -> None:
    now = [1000.0]
    budget = Budget(monotonic=lambda: now[0])
    budget.block(1000.0)
    server.faults.script("getReceipt", Kind.LOST_ANSWER)
    with Client(Secret(TOKEN), budget, url=server.url) as client:
        with pytest.raises(Transport):
            client.call("getReceipt", {"receipt_id": 1})
        assert budget.blocked_until == 1000.0
        with pytest.raises(RefusedCall):
            client.call("getReceipt", {"receipt_id": 1})
    assert budget.blocked_until is None


def test_patience_ends_with_the_time_the_budget_opens() -> None:
    now = [1000.0]
    budget = Budget(1, monotonic=lambda: now[0])
    with doubled(
        lambda _: SUCCESS, budget=budget, patience=5, monotonic=lambda: now[0], wall=lambda: 0.0
    ) as client:
        client.call("getSeries")
        with pytest.raises(Blocked, match="budget is used up") as caught:
            client.call("getSeries", priority=Priority.CONFIRM)
    assert caught.value.until == 1060
    assert not caught.value.may_be_applied


def test_a_stop_ends_a_call_that_waits_for_its_turn() -> None:
    budget, stop = Budget(1), threading.Event()
    caught: list[Exception] = []

    def waits(client: Client) -> None:
        try:
            client.call("getSeries", stop=stop)
        except Stopped as error:
            caught.append(error)

    with doubled(lambda _: SUCCESS, budget=budget) as client:
        client.call("getSeries")
        thread = threading.Thread(target=waits, args=(client,))
        thread.start()
        stop.set()
        budget.wake()
        thread.join(20)
    assert [type(error) for error in caught] == [Stopped]


def test_a_permit_comes_back_even_when_a_call_ends_in_an_unforeseen_way() -> None:
    budget = Budget()
    budget.block(0.0)

    def answer(request: httpx.Request) -> httpx.Response:
        raise KeyboardInterrupt

    with doubled(answer, budget=budget) as client, pytest.raises(KeyboardInterrupt):
        client.call("getSeries")
    assert budget.take(Priority.POLL, patience=0) is not None, "the lost probe must not hold up the rest"


def test_the_client_serves_several_threads(server: BaseLinkerServer, client: Client) -> None:
    replies: list[int] = []

    def works(count: int) -> None:
        replies.extend(len(client.call("getSeries")["series"]) for _ in range(count))

    threads = [threading.Thread(target=works, args=(10,)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert replies == [2] * 80
    assert len(server.ledger.calls) == 80


def test_the_package_loads_neither_drivers_nor_the_http_library_until_needed() -> None:
    code = (
        "import sys, bridge.baselinker, bridge.baselinker.receipts, bridge.baselinker.replies\n"
        "heavy = {'httpx', 'drivers', 'simulators', 'pydantic', 'serial', 'usb', 'escpos', 'PIL'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
        "import bridge.baselinker.client\n"
        "heavy -= {'httpx'}\n"
        "heavy |= {'click', 'rich', 'http.server'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
