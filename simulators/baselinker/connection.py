"""HTTP on a loopback port for the simulator: whole requests in, bytes or a broken connection out."""

from __future__ import annotations

import socket
import struct
import sys
import threading
from contextlib import suppress
from dataclasses import dataclass
from email.utils import formatdate
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Callable
    from email.message import Message

_LARGEST_BODY = 64 * 1024 * 1024
# Close at once and tell the peer by a reset (SO_LINGER on, zero seconds).
_RESET = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What goes back: bytes or nothing, then the connection stays, is closed, or is reset.

    `call` is the request's number in the ledger, if it has one; `whole` tells that the answer is undamaged.
    """

    data: bytes | None
    reset: bool = False
    keep: bool = False
    whole: bool = False
    call: int | None = None

    @classmethod
    def json(cls, data: bytes, *, call: int, wall: float) -> Self:
        """An undamaged answer, with the server's time in unix seconds."""
        date = f"Date: {formatdate(wall, usegmt=True)}\r\n"
        return cls(_http(200, "application/json", data, date), keep=True, whole=True, call=call)

    @classmethod
    def page(cls, code: int, page: bytes, *, call: int | None = None, retry_after: int | None = None) -> Self:
        """A page in HTML, as servers in front of an API send it."""
        extra = "" if retry_after is None else f"Retry-After: {retry_after}\r\n"
        return cls(_http(code, "text/html", page, extra), keep=True, call=call)


class Port:
    """A listening port on 127.0.0.1 that answers every POST with what `respond` returns.

    `deliver` is told for each numbered request whether its answer got through.
    """

    def __init__(
        self,
        respond: Callable[[str, Message, bytes], Outgoing],
        deliver: Callable[..., None],
        number: int = 0,
    ) -> None:
        self.respond = respond
        self.deliver = deliver
        self.number = number
        self._listener: _Listener | None = None
        self._thread: threading.Thread | None = None

    def open(self) -> None:
        """Listen, and answer from a thread of its own."""
        self._listener = _Listener(self, self.number)
        self.number = self._listener.server_address[1]
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(0.05,), name="baselinker-simulator", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Stop listening, drop every connection and wait for its thread."""
        if self._listener is None or self._thread is None:
            return
        self._listener.shutdown()
        self._thread.join()
        self._listener.drop_all()
        self._listener.server_close()
        self._listener = self._thread = None


class _Listener(ThreadingHTTPServer):
    daemon_threads = False
    block_on_close = True

    def __init__(self, port: Port, number: int) -> None:
        self.port = port
        self._open: set[socket.socket] = set()
        self._dropped = False
        self._open_lock = threading.Lock()
        super().__init__(("127.0.0.1", number), _Handler)

    def keep(self, connection: socket.socket) -> None:
        """Remember a connection; drop it where its thread started after the others were dropped."""
        with self._open_lock:
            self._open.add(connection)
            if self._dropped:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def forget(self, connection: socket.socket) -> None:
        """Forget a connection that ends by itself."""
        with self._open_lock:
            self._open.discard(connection)

    def drop_all(self) -> None:
        """Wake every thread that waits for a next request on a kept connection."""
        with self._open_lock:
            self._dropped = True
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that went away is no error of the simulator; everything else is."""
        del request, client_address
        error = sys.exc_info()[1]
        if not isinstance(error, ConnectionError):
            raise error if error is not None else RuntimeError("no error to handle")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Listener

    def setup(self) -> None:
        super().setup()
        self.server.keep(self.connection)

    def finish(self) -> None:
        self.server.forget(self.connection)
        super().finish()

    def do_POST(self) -> None:
        """Read a whole request, then let the port answer it."""
        length = int(self.headers.get("Content-Length", "0"))
        body = self.rfile.read(min(length, _LARGEST_BODY))
        outgoing = self.server.port.respond(self.path, self.headers, body)
        sent = self._sent(outgoing)
        if outgoing.call is not None:
            self.server.port.deliver(outgoing.call, delivered=sent and outgoing.whole)
        self.close_connection = not (outgoing.keep and sent) or self.close_connection

    def _sent(self, outgoing: Outgoing) -> bool:
        """Send what there is; return whether the system took all of it."""
        if outgoing.reset:
            self._reset()
            return False
        try:
            # In one piece: headers and body apart would wait for each other's acknowledgement.
            self.wfile.write(outgoing.data or b"")
        except OSError:
            return False
        return outgoing.data is not None

    def _reset(self) -> None:
        """Break the connection so that the peer sees a reset and not an orderly end."""
        self.server.forget(self.connection)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        # Closing the descriptor itself: the usual way shuts the connection down in order first.
        socket.close(self.connection.detach())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name http.server gives it
        """Say nothing: the ledger holds it."""


def _http(code: int, kind: str, body: bytes, extra: str = "") -> bytes:
    head = (
        f"HTTP/1.1 {code} {HTTPStatus(code).phrase}\r\nContent-Type: {kind}; charset=utf-8\r\n"
        f"{extra}Content-Length: {len(body)}\r\n\r\n"
    )
    return head.encode("ascii") + body
