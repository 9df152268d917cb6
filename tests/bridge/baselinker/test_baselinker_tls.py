"""A server is trusted only when an authority of the system's folder vouches for its name."""

from __future__ import annotations

import shutil
import ssl
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import TYPE_CHECKING

import pytest

from bridge.baselinker import tls
from bridge.baselinker.budget import Budget
from bridge.baselinker.client import Client
from bridge.baselinker.errors import Transport
from bridge.config.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

needs_openssl = pytest.mark.skipif(shutil.which("openssl") is None, reason="needs the openssl command")
asked: list[str] = []


class Answers(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        asked.append(self.path)
        self.rfile.read(int(self.headers["Content-Length"]))
        body = b'{"status":"SUCCESS"}'
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name http.server gives it
        pass


class Quiet(HTTPServer):
    def handle_error(self, request: object, client_address: object) -> None:
        """A client that refuses the certificate breaks the handshake; the client's error is what counts."""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1, made for this run, with its key in the same file."""
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=simulator",
        "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(path), "-out", f"{path}.crt",
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    with path.open("a") as both:
        both.write((path.parent / "server.pem.crt").read_text())
    return path


@pytest.fixture
def https(certificate: Path) -> Iterator[int]:
    asked.clear()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with Quiet(("127.0.0.1", 0), Answers) as server:
        server.socket = context.wrap_socket(server.socket, server_side=True)
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        yield server.server_address[1]
        server.shutdown()
        thread.join(20)


@pytest.fixture
def trusted(certificate: Path, tmp_path: Path) -> Path:
    """A folder as Debian has it, in which the certificate stands under its hash."""
    command = ["openssl", "x509", "-hash", "-noout", "-in", f"{certificate}.crt"]
    digest = subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()
    shutil.copy(f"{certificate}.crt", tmp_path / f"{digest}.0")
    return tmp_path


@pytest.fixture
def connect(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path, str], Client]:
    def connected(folder: Path, url: str) -> Client:
        context = tls.trusting(folder)
        monkeypatch.setattr(tls, "trusting", lambda: context)
        return Client(Secret("0000-FAKE-TOKEN"), Budget(), url=url)

    return connected


@needs_openssl
def test_a_certificate_of_the_hashed_folder_is_trusted(
    https: int, trusted: Path, connect: Callable[[Path, str], Client]
) -> None:
    with connect(trusted, f"https://127.0.0.1:{https}/connector.php") as client:
        assert client.call("getSeries") == {"status": "SUCCESS"}
    assert asked == ["/connector.php"]


@needs_openssl
def test_a_certificate_nobody_vouches_for_ends_the_call_before_anything_is_sent(
    https: int, connect: Callable[[Path, str], Client], tmp_path: Path
) -> None:
    (tmp_path / "0a775a30.0").write_text("another authority")
    with (
        connect(tmp_path, f"https://127.0.0.1:{https}/connector.php") as client,
        pytest.raises(Transport) as caught,
    ):
        client.call("getSeries")
    assert not caught.value.may_be_applied
    assert "clock" in caught.value.cure
    assert asked == []


@needs_openssl
def test_a_certificate_for_another_name_is_not_trusted(
    https: int, trusted: Path, connect: Callable[[Path, str], Client]
) -> None:
    with (
        connect(trusted, f"https://localhost:{https}/connector.php") as client,
        pytest.raises(Transport) as caught,
    ):
        client.call("getSeries")
    assert "CERTIFICATE_VERIFY_FAILED" in caught.value.what
    assert asked == []


@pytest.mark.parametrize("folder", ["hashed", "plain", "missing"])
def test_every_context_verifies_certificate_and_name(folder: str, tmp_path: Path) -> None:
    (tmp_path / "hashed").mkdir()
    (tmp_path / "hashed" / "0a775a30.0").write_text("")
    (tmp_path / "plain").mkdir()
    context = tls.trusting(tmp_path / folder)
    assert context.verify_mode is ssl.CERT_REQUIRED
    assert context.check_hostname
    assert context.minimum_version >= ssl.TLSVersion.TLSv1_2
