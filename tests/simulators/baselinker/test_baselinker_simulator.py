"""The simulated BaseLinker over plain HTTP, without the bridge's client: protocol, codes, limit."""

from __future__ import annotations

import http.client
import json
import threading
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

import pytest

from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.behaviour import Behaviour, ListOrder, LongNumber
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.model import Product

if TYPE_CHECKING:
    from collections.abc import Iterator

GOODS = (Product("Kubek/zielony „Łąka”", Decimal("416.625"), Decimal(8), Decimal(2)),)


@pytest.fixture
def server() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer() as running:
        yield running


def post(
    server: BaseLinkerServer,
    method: str,
    parameters: Any = None,
    *,
    raw: str | None = None,
    token: str | None = "",
    field: str | None = None,
    kind: str = "application/x-www-form-urlencoded",
    path: str = "/connector.php",
) -> tuple[int, bytes]:
    """Send one request as any client would; `token` None leaves the header out, '' takes the right one.

    `field` is a token in the form, as older programs send it.
    """
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    headers = {"Content-Type": kind}
    if token is not None:
        headers["X-BLToken"] = token or server.token
    fields = {"method": method, "parameters": json.dumps(parameters or {}) if raw is None else raw}
    form = urlencode(fields if field is None else {"token": field, **fields})
    try:
        connection.request("POST", path, form.encode(), headers)
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def ask(server: BaseLinkerServer, method: str, parameters: Any = None, **sent: Any) -> dict[str, Any]:
    status, body = post(server, method, parameters, **sent)
    assert status == 200
    reply = json.loads(body, parse_float=Decimal)
    assert isinstance(reply, dict)
    return reply


def code(server: BaseLinkerServer, method: str, parameters: Any = None, **sent: Any) -> str:
    reply = ask(server, method, parameters, **sent)
    assert reply["status"] == "ERROR"
    return str(reply["error_code"])


def listed(server: BaseLinkerServer, parameters: Any = None) -> list[int]:
    return [entry["receipt_id"] for entry in ask(server, "getNewReceipts", parameters)["orders"]]


def test_a_waiting_receipt_has_the_documented_fields(server: BaseLinkerServer) -> None:
    receipt = server.add_receipt(
        GOODS, receipt_id=77, series_id=3, payment_method="BLIK", nip="527-010-33-91"
    )
    [entry] = ask(server, "getNewReceipts")["orders"]
    assert entry == {
        "receipt_id": 77,
        "series_id": 3,
        "receipt_full_nr": receipt.receipt_full_nr,
        "order_id": receipt.order_id,
        "date_add": receipt.date_add,
        "payment_method": "BLIK",
        "nip": "527-010-33-91",
        "products": [
            {
                "name": "Kubek/zielony „Łąka”",
                "price_brutto": Decimal("416.625"),
                "tax_rate": 8,
                "quantity": 2,
                "sku": "",
                "ean": "",
            }
        ],
    }


def test_the_json_is_written_as_php_writes_it(server: BaseLinkerServer) -> None:
    server.add_receipt(GOODS)
    _, body = post(server, "getNewReceipts")
    assert b'"Kubek\\/zielony \\u201e\\u0141\\u0105ka\\u201d"' in body
    assert b'"price_brutto":416.625' in body
    server.behaviour = Behaviour(escapes_unicode=False)
    assert "Łąka".encode() in post(server, "getNewReceipts")[1]


def test_a_receipt_shows_total_currency_and_items(server: BaseLinkerServer) -> None:
    receipt = server.add_receipt(GOODS, currency="EUR")
    details = ask(server, "getReceipt", {"receipt_id": str(receipt.receipt_id)})
    assert (details["total_price_brutto"], details["currency"]) == (Decimal("833.25"), "EUR")
    assert [item["name"] for item in details["items"]] == ["Kubek/zielony „Łąka”"]
    assert details["exchange_rate"] == ""
    assert ask(server, "getReceipt", {"order_id": receipt.order_id})["receipt_id"] == details["receipt_id"]


def test_entry_and_details_can_hold_anything(server: BaseLinkerServer) -> None:
    receipt = server.add_receipt(
        GOODS, entry={"nip": None, "new": [1]}, details={"total_price_brutto": "1.00"}
    )
    [entry] = ask(server, "getNewReceipts")["orders"]
    assert (entry["nip"], entry["new"]) == (None, [1])
    assert ask(server, "getReceipt", {"receipt_id": receipt.receipt_id})["total_price_brutto"] == "1.00"


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"token": None}, "ERROR_EMPTY_TOKEN"),
        ({"token": "wrong"}, "ERROR_BAD_TOKEN"),
        ({"token": None, "field": ""}, "ERROR_EMPTY_TOKEN"),
        ({"token": None, "field": "wrong"}, "ERROR_BAD_TOKEN"),
        ({"raw": "{not json"}, "ERROR_PARSE_JSON_PARAMETERS"),
        ({"kind": "application/json"}, "ERROR_UNKNOWN_METHOD"),
    ],
)
def test_codes_of_the_protocol(server: BaseLinkerServer, sent: dict[str, Any], expected: str) -> None:
    assert code(server, "getSeries", **sent) == expected


def test_the_token_may_come_in_the_form_as_older_programs_send_it(server: BaseLinkerServer) -> None:
    assert ask(server, "getSeries", token=None, field=server.token)["status"] == "SUCCESS"


def test_empty_parameters_may_be_written_in_every_way(server: BaseLinkerServer) -> None:
    for raw in ("{}", "[]", ""):
        assert ask(server, "getSeries", raw=raw)["status"] == "SUCCESS"


def test_other_paths_are_not_the_api(server: BaseLinkerServer) -> None:
    assert post(server, "getSeries", path="/other.php")[0] == 404
    assert server.ledger.requests == ()


@pytest.mark.parametrize(
    ("method", "parameters", "expected"),
    [
        ("noSuchMethod", {}, "ERROR_UNKNOWN_METHOD"),
        ("setOrderReceipt", {"receipt_id": 1, "date": 1}, "ERROR_RECEIPT_NOT_FOUND"),
        ("setOrderReceipt", {"receipt_id": 1}, "ERROR_INVALID_PARAMETERS"),
        ("setOrderReceipt", {"date": 1}, "ERROR_INVALID_PARAMETERS"),
        ("getReceipt", {}, "ERROR_INVALID_PARAMETERS"),
        ("getReceipt", {"order_id": 1}, "ERROR_RECEIPT_NOT_FOUND"),
        ("addReceipt", {"order_id": 1}, "ERROR_ORDER_NOT_FOUND"),
        ("addOrderReceiptFile", {"receipt_id": 1, "file": "data:"}, "ERROR_RECEIPT_NOT_FOUND"),
    ],
)
def test_codes_of_the_methods(
    server: BaseLinkerServer, method: str, parameters: dict[str, Any], expected: str
) -> None:
    assert code(server, method, parameters) == expected


@pytest.mark.parametrize(
    "file", ["", "JVBERi0x", "data:application/pdf;base64,JVBERi0x", "data:JVBERi0x IA==", "data:aGVsbG8="]
)
def test_a_file_that_is_no_pdf_in_base64_is_refused(server: BaseLinkerServer, file: str) -> None:
    receipt = server.add_receipt(GOODS)
    parameters = {"receipt_id": receipt.receipt_id, "file": file}
    assert code(server, "addOrderReceiptFile", parameters) == "ERROR_FILE"
    assert server.ledger.files(receipt.receipt_id) == ()


def test_add_receipt_issues_one_for_an_order(server: BaseLinkerServer) -> None:
    first = server.add_receipt(GOODS, currency="EUR")
    added = ask(server, "addReceipt", {"order_id": first.order_id, "series_id": 4})
    receipt = server.receipts[added["receipt_id"]]
    assert (receipt.order_id, receipt.series_id, receipt.products) == (first.order_id, 4, GOODS)
    assert len(listed(server)) == 2


def test_issued_receipts_can_include_waiting_ones_or_not(server: BaseLinkerServer) -> None:
    receipts = [server.add_receipt(GOODS).receipt_id for _ in range(3)]
    ask(server, "setOrderReceipt", {"receipt_id": receipts[1], "date": 1})
    assert len(ask(server, "getReceipts")["receipts"]) == 3
    server.behaviour = Behaviour(getreceipts_shows_waiting=False)
    found = ask(server, "getReceipts", {"id_from": receipts[0]})["receipts"]
    assert [entry["receipt_id"] for entry in found] == [receipts[1]]


def test_edited_and_removed_receipts(server: BaseLinkerServer) -> None:
    receipt = server.add_receipt(GOODS)
    server.edit_receipt(receipt.receipt_id, nip="5270103391")
    server.edit_order(receipt.order_id, email="a@example.com")
    assert ask(server, "getNewReceipts")["orders"][0]["nip"] == "5270103391"
    assert ask(server, "getOrders", {"order_id": receipt.order_id})["orders"][0]["email"] == "a@example.com"
    server.remove_receipt(receipt.receipt_id)
    assert listed(server) == []


def test_two_receipts_never_share_an_id(server: BaseLinkerServer) -> None:
    server.add_receipt(GOODS, receipt_id=5)
    with pytest.raises(ValueError, match="is there already"):
        server.add_receipt(GOODS, receipt_id=5)


def test_series_zero(server: BaseLinkerServer) -> None:
    receipt = server.add_receipt(GOODS, series_id=3)
    assert listed(server, {"series_id": 0}) == [receipt.receipt_id]
    server.behaviour = Behaviour(series_zero_is_all=False)
    assert listed(server, {"series_id": 0}) == []


def test_id_from_order_and_size_of_the_list(server: BaseLinkerServer) -> None:
    ids = [server.add_receipt(GOODS).receipt_id for _ in range(6)]
    assert listed(server, {"id_from": ids[4]}) == ids[4:]
    server.behaviour = Behaviour(knows_id_from=False)
    assert listed(server, {"id_from": ids[4]}) == ids
    server.behaviour = Behaviour(list_order=ListOrder.NEWEST_FIRST, list_size=4)
    assert listed(server) == ids[:1:-1]
    server.behaviour = Behaviour(list_order=ListOrder.MIXED)
    assert listed(server) != ids
    assert sorted(listed(server)) == ids


@pytest.mark.parametrize(
    ("long_number", "kept"),
    [(LongNumber.CUT, "x" * 20), (LongNumber.KEEP, "x" * 25), (LongNumber.REFUSE, None)],
)
def test_long_numbers(server: BaseLinkerServer, long_number: LongNumber, kept: str | None) -> None:
    server.behaviour = Behaviour(long_number=long_number)
    receipt = server.add_receipt(GOODS)
    parameters = {"receipt_id": receipt.receipt_id, "receipt_nr": "x" * 25, "date": 1}
    reply = ask(server, "setOrderReceipt", parameters)
    assert reply["status"] == ("ERROR" if kept is None else "SUCCESS")
    assert server.receipts[receipt.receipt_id].external_receipt_number == (kept or "")


def test_a_late_report_of_failure_does_not_list_a_printed_receipt_again(server: BaseLinkerServer) -> None:
    server.behaviour = Behaviour(printer_error_leaves_list=False)
    receipt = server.add_receipt(GOODS)
    ask(server, "setOrderReceipt", {"receipt_id": receipt.receipt_id, "date": 1})
    ask(server, "setOrderReceipt", {"receipt_id": receipt.receipt_id, "date": 1, "printer_error": True})
    assert listed(server) == []


@pytest.mark.parametrize(
    ("zone", "stated"),
    [
        (UTC, "2026-05-03 12:15:34"),
        (timezone(timedelta(hours=2)), "2026-05-03 14:15:34"),
    ],
)
def test_above_the_limit_the_token_is_blocked_for_a_while(zone: timezone, stated: str) -> None:
    now = [5000.0]
    wall = datetime(2026, 5, 3, 12, 5, 34, tzinfo=UTC).timestamp()
    limit = RequestLimit(per_minute=3, zone=zone)
    with BaseLinkerServer(limit=limit, monotonic=lambda: now[0], wall=lambda: wall + now[0] - 5000) as server:
        for _ in range(3):
            assert ask(server, "getSeries")["status"] == "SUCCESS"
        refused = ask(server, "getSeries")
        assert refused == {
            "status": "ERROR",
            "error_code": "ERROR_BLOCKED_TOKEN",
            "error_message": f"Query limit exceeded, token blocked until {stated}",
        }
        now[0] += 599
        assert ask(server, "getSeries") == refused
        now[0] += 1
        assert ask(server, "getSeries")["status"] == "SUCCESS"


def test_the_limit_counts_sliding_minutes() -> None:
    now = [5000.0]
    with BaseLinkerServer(limit=RequestLimit(per_minute=2), monotonic=lambda: now[0]) as server:
        for _ in range(6):
            assert ask(server, "getSeries")["status"] == "SUCCESS"
            now[0] += 30


def test_a_block_can_be_ordered_and_worded_otherwise() -> None:
    limit = RequestLimit(code="ERROR_USER_ACCOUNT_BLOCKED", tells_time=False)
    with BaseLinkerServer(limit=limit) as server:
        server.block()
        refused = ask(server, "getSeries")
        assert (refused["error_code"], refused["error_message"]) == (
            "ERROR_USER_ACCOUNT_BLOCKED",
            "Account blocked",
        )


def test_many_clients_at_once_leave_an_unbroken_ledger(server: BaseLinkerServer) -> None:
    receipts = [server.add_receipt(GOODS).receipt_id for _ in range(8)]

    def confirms(receipt_id: int) -> None:
        for _ in range(5):
            ask(server, "setOrderReceipt", {"receipt_id": receipt_id, "date": 1})

    threads = [threading.Thread(target=confirms, args=(one,)) for one in receipts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert [call.number for call in server.ledger.requests] == list(range(1, 41))
    assert all(len(server.ledger.confirmations(one)) == 5 for one in receipts)
    assert server.ledger.wait_for(lambda now: all(call.delivered for call in now.requests), 20)
    times = [call.monotonic for call in server.ledger.requests]
    assert times == sorted(times)


def test_closing_drops_idle_connections_and_frees_the_port() -> None:
    with BaseLinkerServer() as server:
        address = urlsplit(server.url)
        idle = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
        idle.request("POST", "/connector.php", b"", {"Content-Length": "0"})
        idle.getresponse().read()
    idle.close()
    with BaseLinkerServer(port=address.port or 0) as again:
        assert again.url == server.url
