"""The API token is nowhere to be seen: no error, chain, traceback, log line or repr shows it."""

from __future__ import annotations

import gc
import logging
import pickle
import socket
import threading
import traceback
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from bridge.baselinker.budget import Budget
from bridge.baselinker.client import Client, Timeouts
from bridge.baselinker.errors import BadToken, BaseLinkerError
from bridge.config.secret import Secret
from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.faults import Fault, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

TOKEN = "0000-0000-FAKE-TOKEN"


def everything_said(error: BaseException) -> str:
    """All that a careless program could write of an error: text, repr, attributes, traceback with local values."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True, compact=False)
    parts = [str(error), repr(error), repr(error.args), repr(vars(error)), "".join(shown.format())]
    return "\n".join(parts)


def caught(client: Client, method: str = "getSeries") -> BaseLinkerError:
    with pytest.raises(BaseLinkerError) as found:
        client.call(method)
    return found.value


@pytest.fixture
def server() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer() as running:
        yield running


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.LATE])
def test_no_error_of_a_broken_call_holds_the_token(server: BaseLinkerServer, kind: Kind) -> None:
    fault = Fault(kind)
    server.faults.script("*", fault)
    with Client(Secret(TOKEN), Budget(), url=server.url, timeouts=Timeouts(read=0.2)) as client:
        error = caught(client)
    fault.release.set()
    assert TOKEN not in everything_said(error)
    assert error.__context__ is None
    assert error.__cause__ is None


def test_no_error_of_a_missing_server_holds_the_token(server: BaseLinkerServer) -> None:
    url = server.url
    server.close()
    with Client(Secret(TOKEN), Budget(), url=url) as client:
        error = caught(client)
    assert TOKEN not in everything_said(error)
    assert error.__context__ is None


def test_the_server_s_own_words_are_cleaned_of_the_token() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        said = f"Invalid user token {request.headers['X-BLToken']}"
        return httpx.Response(
            200, json={"status": "ERROR", "error_code": "ERROR_BAD_TOKEN", "error_message": said}
        )

    with Client(Secret(TOKEN), Budget(), transport=httpx.MockTransport(answer)) as client:
        error = caught(client)
    assert isinstance(error, BadToken)
    assert "Invalid user token (token)" in str(error)
    assert TOKEN not in everything_said(error)


def test_an_error_of_the_http_library_that_quotes_the_token_is_cleaned() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.LocalProtocolError(f"Illegal header value {request.headers['X-BLToken']!r}")

    with Client(Secret(TOKEN), Budget(), transport=httpx.MockTransport(answer)) as client:
        error = caught(client)
    assert "Illegal header value" in str(error)
    assert TOKEN not in everything_said(error)


def test_an_impossible_token_is_not_shown_by_its_refusal() -> None:
    impossible = Secret(f"{TOKEN} and more\n")
    with pytest.raises(BadToken) as found:
        Client(impossible, Budget())
    assert TOKEN not in everything_said(found.value)


def test_nothing_reachable_from_an_error_holds_the_token(server: BaseLinkerServer) -> None:
    server.faults.script("*", Kind.RESET_AFTER)
    with Client(Secret(TOKEN), Budget(), url=server.url) as client:
        error = caught(client)
    error.__traceback__ = None
    seen: dict[int, Any] = {}
    pending: list[Any] = [error.args, vars(error), error.__context__, error.__cause__]
    while pending:
        one = pending.pop()
        if id(one) in seen or isinstance(one, type):
            continue
        seen[id(one)] = one
        pending += gc.get_referents(one)
    assert not [one for one in seen.values() if isinstance(one, (str, bytes)) and TOKEN in str(one)]


def test_logging_at_its_loudest_never_shows_the_token(
    server: BaseLinkerServer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(1)
    for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "hpack"):
        logging.getLogger(name).setLevel(1)
    server.faults.script("getOrders", Kind.RESET_AFTER)
    try:
        with Client(Secret(TOKEN), Budget(), url=server.url) as client:
            client.call("getSeries")
            caught(client, "getOrders")
            caught(client, "unknown")
    finally:
        for name in ("httpx", "httpcore", "httpcore.http11", "httpcore.connection", "hpack"):
            logging.getLogger(name).setLevel(logging.NOTSET)
    said = [f"{record.getMessage()} {record.args!r} {record.exc_info!r}" for record in caplog.records]
    assert any("send_request_headers" in line for line in said), "the loud log must really be on"
    assert not [line for line in said if TOKEN in line]


def test_client_and_its_parts_do_not_show_the_token() -> None:
    with Client(Secret(TOKEN), Budget()) as client:
        assert TOKEN not in f"{client} {client!r} {vars(client)!r}"
        with pytest.raises(TypeError):
            pickle.dumps(client)


def test_the_token_goes_out_in_the_header_alone() -> None:
    heard = bytearray()
    listener = socket.create_server(("127.0.0.1", 0))

    def listen() -> None:
        connection, _ = listener.accept()
        with connection:
            while b"parameters=%7B%7D" not in heard:
                heard.extend(connection.recv(65536))
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n{"status":"SUCCESS"}')

    thread = threading.Thread(target=listen)
    thread.start()
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/connector.php"
    with listener, Client(Secret(TOKEN), Budget(), url=url) as client:
        client.call("getSeries")
    thread.join(20)
    head, _, body = bytes(heard).partition(b"\r\n\r\n")
    assert head.count(TOKEN.encode()) == 1
    assert head.lower().count(b"x-bltoken: ") == 1
    assert TOKEN.encode() not in head.split(b"\r\n")[0]
    assert TOKEN.encode() not in body
