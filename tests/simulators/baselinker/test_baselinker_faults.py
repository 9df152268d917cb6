"""Every fault does what its table says: to the account, to the ledger, and to the client."""

from __future__ import annotations

import http.client
import json
import socket
import threading
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.faults import BEFORE, PASSING, Fault, Faults, Kind, RandomFaults
from simulators.baselinker.model import Product

if TYPE_CHECKING:
    from collections.abc import Iterator

GOODS = (Product("Kubek", Decimal("39.90")),)


@pytest.fixture
def server() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer() as running:
        running.limit.per_minute = 10**6
        yield running


def confirm(server: BaseLinkerServer, receipt_id: int) -> tuple[int, bytes, str | None]:
    """Confirm a receipt over plain HTTP; return status, body, Retry-After."""
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    form = urlencode(
        {"method": "setOrderReceipt", "parameters": json.dumps({"receipt_id": receipt_id, "date": 1})}
    )
    headers = {"X-BLToken": server.token, "Content-Type": "application/x-www-form-urlencoded"}
    try:
        connection.request("POST", "/connector.php", form.encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.read(), answer.headers["Retry-After"]
    finally:
        connection.close()


def outcome(server: BaseLinkerServer, receipt_id: int) -> str:
    """Return in a word what a client sees of a confirmation."""
    try:
        status, body, retry_after = confirm(server, receipt_id)
    except http.client.RemoteDisconnected:
        return "closed"
    except ConnectionResetError:
        return "reset"
    except http.client.IncompleteRead:
        return "incomplete"
    if status != 200:
        return f"HTTP {status} {retry_after or ''}".strip()
    try:
        return str(json.loads(body).get("status"))
    except ValueError:
        return "no JSON"


@pytest.mark.parametrize(
    ("kind", "seen"),
    [
        (Kind.RESET_BEFORE, "reset"),
        (Kind.RESET_AFTER, "reset"),
        (Kind.LOST_ANSWER, "closed"),
        (Kind.TRUNCATED, "incomplete"),
        (Kind.BAD_GATEWAY, "HTTP 502"),
        (Kind.BAD_GATEWAY_AFTER, "HTTP 502"),
        (Kind.BAD_JSON, "no JSON"),
        (Kind.NO_STATUS, "None"),
        (Kind.TOO_MANY, "HTTP 429 30"),
        (Kind.UNAVAILABLE, "HTTP 503 30"),
    ],
)
def test_a_fault_is_seen_by_the_client_and_told_truly_by_the_ledger(
    server: BaseLinkerServer, kind: Kind, seen: str
) -> None:
    receipt_id = server.add_receipt(GOODS).receipt_id
    server.faults.script("setOrderReceipt", kind)
    assert outcome(server, receipt_id) == seen
    applied = kind not in BEFORE
    assert server.receipts[receipt_id].printed == applied
    assert len(server.ledger.confirmations(receipt_id)) == applied
    assert server.ledger.wait_for(lambda now: now.requests[0].delivered is not None, 20)
    [call] = server.ledger.requests
    assert (call.fault, call.applied, call.delivered) == (kind, applied, False)
    assert len(server.ledger.calls) == applied
    assert outcome(server, receipt_id) == "SUCCESS"
    assert server.ledger.wait_for(lambda now: now.requests[-1].delivered is True, 20)


def test_every_kind_has_a_test_or_takes_time() -> None:
    assert set(Kind) == set(PASSING) | {Kind.SLOW, Kind.LATE, Kind.TOO_MANY, Kind.UNAVAILABLE}


@pytest.mark.parametrize(("kind", "at_once"), [(Kind.SLOW, True), (Kind.LATE, False)])
def test_slow_applies_at_once_and_late_applies_late(
    server: BaseLinkerServer, kind: Kind, at_once: bool
) -> None:
    receipt_id = server.add_receipt(GOODS).receipt_id
    release = server.faults.slow("setOrderReceipt", kind)
    seen: list[str] = []
    thread = threading.Thread(target=lambda: seen.append(outcome(server, receipt_id)))
    thread.start()
    if at_once:
        assert server.ledger.wait_for(lambda now: len(now.confirmations(receipt_id)) == 1, 20)
        assert server.ledger.requests[0].delivered is None
    assert server.receipts[receipt_id].printed == at_once
    assert seen == []
    release.set()
    thread.join(20)
    assert seen == ["SUCCESS"]
    assert server.receipts[receipt_id].printed


def test_a_late_request_is_carried_out_although_the_client_has_gone(server: BaseLinkerServer) -> None:
    receipt_id = server.add_receipt(GOODS).receipt_id
    release = server.faults.slow("setOrderReceipt", Kind.LATE)
    address = urlsplit(server.url)
    form = urlencode(
        {"method": "setOrderReceipt", "parameters": json.dumps({"receipt_id": receipt_id, "date": 1})}
    )
    with socket.create_connection((address.hostname, address.port or 0), timeout=20) as connection:
        connection.sendall(
            f"POST /connector.php HTTP/1.1\r\nHost: x\r\nX-BLToken: {server.token}\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n{form}".encode()
        )
    release.set()
    assert server.ledger.wait_for(lambda now: len(now.confirmations(receipt_id)) == 1, 20)


def test_closing_lets_go_of_slow_requests() -> None:
    with BaseLinkerServer() as server:
        receipt_id = server.add_receipt(GOODS).receipt_id
        server.faults.slow("setOrderReceipt", longest=300)
        thread = threading.Thread(target=outcome, args=(server, receipt_id))
        thread.start()
        assert server.ledger.wait_for(lambda now: len(now.requests) == 1, 20)
    thread.join(20)
    assert not thread.is_alive()


def test_faults_come_in_order_per_method_and_then_for_any() -> None:
    faults = Faults()
    faults.script("a", Kind.TRUNCATED, Fault(Kind.SLOW, seconds=1), times=2)
    faults.script("*", Kind.BAD_JSON)
    drawn = [faults.draw(name) for name in ("a", "b", "b", "a", "a", "a", "a")]
    assert [fault.kind if fault else None for fault in drawn] == [
        Kind.TRUNCATED, Kind.BAD_JSON, None, Kind.SLOW, Kind.TRUNCATED, Kind.SLOW, None,
    ]  # fmt: skip


def test_faults_can_be_cleared() -> None:
    faults = Faults()
    faults.script("a", Kind.TRUNCATED)
    faults.clear()
    assert faults.draw("a") is None


@given(seed=st.integers(), rate=st.floats(min_value=0, max_value=1))
def test_random_faults_are_the_same_for_the_same_seed_whatever_the_order_of_methods(
    seed: int, rate: float
) -> None:
    one, two = RandomFaults(seed, rate), RandomFaults(seed, rate)
    alternating = [(name, one.draw(name)) for _ in range(20) for name in ("a", "b")]
    apart = [(name, two.draw(name)) for name in ("a", "b") for _ in range(20)]
    for name in ("a", "b"):
        first = [fault.kind if fault else None for called, fault in alternating if called == name]
        second = [fault.kind if fault else None for called, fault in apart if called == name]
        assert first == second


def test_the_rate_is_kept_and_every_kind_comes() -> None:
    faults = RandomFaults(seed=3, rate=0.25)
    kinds = Counter(fault.kind for fault in (faults.draw("a") for _ in range(4000)) if fault)
    assert 850 < kinds.total() < 1150
    assert set(kinds) == set(PASSING)


def test_a_rate_of_nothing_is_no_fault_and_of_one_always_one() -> None:
    assert not any(RandomFaults(1, 0.0).draw("a") for _ in range(100))
    assert all(RandomFaults(1, 1.0).draw("a") for _ in range(100))


def test_scripted_faults_go_before_random_ones() -> None:
    faults = RandomFaults(1, 0.0)
    faults.script("a", Kind.SLOW)
    drawn = faults.draw("a")
    assert drawn is not None
    assert drawn.kind is Kind.SLOW


def test_under_random_faults_repeating_ends_in_one_state_and_a_true_ledger() -> None:
    with BaseLinkerServer(faults=RandomFaults(seed=11, rate=0.6)) as server:
        server.limit.per_minute = 10**6
        for _ in range(15):
            receipt_id = server.add_receipt(GOODS).receipt_id
            seen = [outcome(server, receipt_id)]
            while seen[-1] != "SUCCESS":
                seen.append(outcome(server, receipt_id))
            mine = [
                call for call in server.ledger.requests if call.parameters.get("receipt_id") == receipt_id
            ]
            assert len(mine) == len(seen)
            assert len(server.ledger.confirmations(receipt_id)) == sum(call.applied for call in mine)
            assert server.receipts[receipt_id].printed
        assert any(call.fault for call in server.ledger.requests)


def test_waiting_for_what_never_comes_ends(server: BaseLinkerServer) -> None:
    assert not server.ledger.wait_for(lambda now: bool(now.requests), 0.01)
