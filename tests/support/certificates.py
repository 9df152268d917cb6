"""A server with a certificate of its own, as a firewall that looks into connections has one."""

from __future__ import annotations

import ssl
import subprocess
import threading
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_BODY = b'{"status":"SUCCESS","series":[]}'


class _Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", str(len(_BODY)))
        self.end_headers()
        self.wfile.write(_BODY)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server gives it
        pass


class _Quiet(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that refuses the certificate breaks the handshake; the client's error is what counts."""


def certificate(folder: Path, subject: str) -> Path:
    """Make a certificate for 127.0.0.1 that vouches for itself; `subject` such as `/O=Example/CN=Example CA`."""
    key, path = folder / "server.key", folder / "server.crt"
    command = [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", subject,
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(path),
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return path


def trusting_folder(folder: Path, path: Path) -> Path:
    """Return a folder as Debian has it, in which a certificate stands under its hash."""
    command = ["openssl", "x509", "-hash", "-noout", "-in", str(path)]
    digest = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    folder.mkdir()
    (folder / f"{digest}.0").write_text(path.read_text())
    return folder


@contextmanager
def https_server(path: Path) -> Iterator[str]:
    """Answer every call under this certificate; yield the address."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path, path.with_suffix(".key"))
    with _Quiet(("127.0.0.1", 0), _Answers) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield f"https://127.0.0.1:{server.server_address[1]}/connector.php"
        server.shutdown()
        thread.join(20)
