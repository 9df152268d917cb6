"""The webhook, against a real web server."""

from __future__ import annotations

import socket
import threading

import pytest
from support.listeners import WebListener

from bridge.alerts.messenger import Undelivered
from bridge.alerts.ways import trial_letter
from bridge.alerts.webhook import Webhook
from bridge.config.secret import Secret

LETTER = trial_letter("en", 1_790_000_000.0)


def test_a_message_is_one_json_document() -> None:
    with WebListener() as listener:
        Webhook(Secret(listener.url)).send(LETTER)

    (document,) = listener.documents
    assert {"text", "host", "at", "alerts"} == document.keys()
    assert 1_790_000_000 == document["at"]
    assert [
        {
            "key": "test",
            "code": "test",
            "state": "new",
            "what": "This is a test alert of the receipt bridge.",
            "todo": "Nothing: alerts arrive.",
            "printer": "",
            "receipt_id": None,
        }
    ] == document["alerts"]
    assert "This is a test alert" in document["text"]


@pytest.mark.parametrize("status", [302, 404, 500])
def test_any_answer_but_success_is_no_delivery_and_nothing_is_followed(status: int) -> None:
    with (
        WebListener(answers=[status]) as listener,
        pytest.raises(Undelivered, match=f"answered with status {status}"),
    ):
        Webhook(Secret(listener.url)).send(LETTER)

    assert 1 == len(listener.paths)


def test_nobody_listens() -> None:
    with WebListener() as listener:
        url = listener.url
    with pytest.raises(Undelivered, match="no connection") as caught:
        Webhook(Secret(url)).send(LETTER)

    assert caught.value.__cause__ is caught.value.__context__ is None
    assert "FAKE-SECRET-PATH" not in str(caught.value)


def test_a_server_that_never_answers_is_given_up() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/FAKE-SECRET-PATH"
        with pytest.raises(Undelivered, match="no answer in time"):
            Webhook(Secret(url), seconds=0.2).send(LETTER)


def test_an_endless_answer_is_not_read() -> None:
    def drip(server: socket.socket) -> None:
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\nand so on")
            connection.recv(1)

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=drip, args=(server,))
        thread.start()
        Webhook(Secret(f"http://127.0.0.1:{server.getsockname()[1]}/")).send(LETTER)
        thread.join()
