"""Who listens to alerts: a web server and a mail server on this machine, both real enough to be talked to."""

from __future__ import annotations

import base64
import json
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping
    from email.message import EmailMessage
    from pathlib import Path


@dataclass
class WebListener:
    """Takes JSON by POST; `answers` are the statuses it gives first, then 204 for good. `paths` is what was asked."""

    answers: list[int] = field(default_factory=list)
    documents: list[dict[str, Any]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)

    def __enter__(self) -> Self:
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                listener.paths.append(self.path)
                status = listener.answers.pop(0) if listener.answers else 204
                if status == 204:
                    listener.documents.append(json.loads(body))
                self.send_response(status)
                if 300 <= status < 400:
                    self.send_header("Location", "/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}/hook/FAKE-SECRET-PATH"

    def told(self) -> list[tuple[str, str]]:
        """Return what was told: key and `new` or `over` of every alert, in order."""
        return [(alert["key"], alert["state"]) for one in self.documents for alert in one["alerts"]]


class MailListener:
    """An SMTP server for one mail after another.

    `certificate` (a folder with server.crt and server.key) makes it offer STARTTLS, or speak TLS from the first byte
    with `tls`; `users` makes it ask for a login; `hang` makes it never say a word; `refuse` answers RCPT with 550.
    """

    def __init__(
        self,
        *,
        certificate: Path | None = None,
        tls: bool = False,
        users: Mapping[str, str] | None = None,
        hang: bool = False,
        refuse: bool = False,
    ) -> None:
        self.mails: list[EmailMessage] = []
        self.readers: list[str] = []
        self.encrypted: list[bool] = []
        self.connections = 0
        self.over = threading.Event()
        self.users, self.hang, self.refuse, self.tls = users, hang, refuse, tls
        self.context: ssl.SSLContext | None = None
        if certificate is not None:
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(certificate / "server.crt", certificate / "server.key")

    def __enter__(self) -> Self:
        listener = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                dialogue = _Dialogue(listener, self.request)
                try:
                    dialogue.run()
                finally:
                    dialogue.close()

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

            def handle_error(self, request: object, client_address: object) -> None:
                """A client that breaks off has its reasons."""

        self._server = Server(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._server.server_close()

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])


class _Dialogue:
    def __init__(self, listener: MailListener, request: Any) -> None:
        self._listener = listener
        self._socket = request
        self._encrypted = False
        self._files: list[Any] = []

    def close(self) -> None:
        for file in self._files:
            file.close()
        self._socket.close()

    def run(self) -> None:
        listener = self._listener
        listener.connections += 1
        if listener.hang:
            listener.over.wait()
            return
        if listener.tls:
            self._encrypt()
        self._files = [self._socket.makefile("rb")]
        self._say("220 mail.example ESMTP")
        while line := self._files[-1].readline():
            word = line.decode().strip()
            if word.upper() == "QUIT":
                self._say("221 bye")
                return
            self._answer(word)

    def _answer(self, line: str) -> None:
        word = line.split(" ", maxsplit=1)[0].upper()
        if word == "EHLO":
            self._say("\r\n".join(["250-mail.example", *self._offers(), "250 OK"]))
        elif word == "STARTTLS":
            self._say("220 go ahead")
            self._encrypt()
            self._files.append(self._socket.makefile("rb"))
        elif word == "AUTH":
            self._say("235 welcome" if self._known(line) else f"535 who is {line}?")
        elif word == "RCPT" and self._listener.refuse:
            self._say("550 no such reader")
        elif word == "RCPT":
            self._listener.readers.append(line.partition(":")[2].strip("<> "))
            self._say("250 OK")
        elif word == "DATA":
            self._say("354 go on")
            self._take()
            self._say("250 taken")
        else:
            self._say("250 OK")

    def _offers(self) -> list[str]:
        offers = ["250-STARTTLS"] if self._listener.context is not None and not self._encrypted else []
        return offers + (["250-AUTH PLAIN"] if self._listener.users is not None else [])

    def _known(self, line: str) -> bool:
        _, user, password = base64.b64decode(line.split(" ")[2]).decode().split("\0")
        return (self._listener.users or {}).get(user) == password

    def _take(self) -> None:
        lines = []
        while (line := self._files[-1].readline()) not in (b".\r\n", b""):
            lines.append(line)
        self._listener.encrypted.append(self._encrypted)
        self._listener.mails.append(message_from_bytes(b"".join(lines), policy=policy.default))

    def _encrypt(self) -> None:
        assert self._listener.context is not None
        self._socket = self._listener.context.wrap_socket(self._socket, server_side=True)
        self._encrypted = True

    def _say(self, text: str) -> None:
        self._socket.sendall(f"{text}\r\n".encode())
