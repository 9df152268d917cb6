"""`GET /metrics` on an address of this machine. Loaded only where `[metrics] listen` names one."""

from __future__ import annotations

import threading
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

_CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_SLOWEST = 5.0


class MetricsServer:
    """Serves what `text` returns. Raises OSError when the address is taken. Close it."""

    def __init__(self, address: str, text: Callable[[], str]) -> None:
        host, _, port = address.rpartition(":")
        server = _ServerV6 if host.startswith("[") else _Server
        self._server = server((host.strip("[]"), int(port)), partial(_Handler, text))
        self._thread = threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True)
        self._thread.start()

    @property
    def port(self) -> int:
        """The port it listens at."""
        return int(self._server.server_address[1])

    def close(self) -> None:
        """Stop serving; an answer under way may be cut off."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing: a client that went away is none of our troubles."""


class _ServerV6(_Server):
    address_family = 10  # AF_INET6 on Linux; `socket` itself is for drivers/link and notify


class _Handler(BaseHTTPRequestHandler):
    timeout = _SLOWEST
    server_version = "receipt-bridge"
    sys_version = ""

    def __init__(self, text: Callable[[], str], *arguments: Any) -> None:
        self._text = text
        super().__init__(*arguments)

    def do_GET(self) -> None:
        """Answer with the numbers."""
        if self.path.split("?")[0] != "/metrics":
            self.send_error(404, "Only /metrics is here")
            return
        body = self._text().encode()
        self.send_response(200)
        self.send_header("Content-Type", _CONTENT_TYPE)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's own name
        """Say nothing: a scrape is no state change."""
