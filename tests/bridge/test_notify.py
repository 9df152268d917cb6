from __future__ import annotations

import os
import socket
from typing import TYPE_CHECKING

import pytest

from bridge.notify import notify, watchdog_seconds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=["path", "abstract"])
def address(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    return str(tmp_path / "notify") if request.param == "path" else f"@receipt-bridge-test-{os.getpid()}"


@pytest.fixture
def manager(address: str) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.bind(address.replace("@", "\0", 1) if address.startswith("@") else address)
        listening.settimeout(20)
        yield listening


def test_messages_arrive_as_the_lines_of_one_datagram(manager: socket.socket, address: str) -> None:
    assert notify({"NOTIFY_SOCKET": address}, "READY=1", "STATUS=Żółw, 2 printers")

    assert "READY=1\nSTATUS=Żółw, 2 printers".encode() == manager.recv(4096)


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": ""}])
def test_without_a_service_manager_nothing_is_sent(environ: dict[str, str]) -> None:
    assert not notify(environ, "READY=1")


@pytest.mark.parametrize("gone", ["no-such-socket", "@no-such-abstract-socket", "x" * 300])
def test_a_service_manager_that_is_gone_is_no_error(tmp_path: Path, gone: str) -> None:
    where = gone if gone.startswith("@") else str(tmp_path / gone)

    assert not notify({"NOTIFY_SOCKET": where}, "READY=1")


@pytest.mark.parametrize(
    ("environ", "seconds"),
    [
        ({}, None),
        ({"WATCHDOG_USEC": ""}, None),
        ({"WATCHDOG_USEC": "0"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({"WATCHDOG_USEC": "-5"}, None),
        ({"WATCHDOG_USEC": "٣"}, None),
        ({"WATCHDOG_USEC": "60000000"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "77"}, 60.0),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "78"}, None),
    ],
)
def test_the_watchdog_is_ours_only_when_it_is_meant_for_this_process(
    environ: dict[str, str], seconds: float | None
) -> None:
    assert seconds == watchdog_seconds(environ, 77)
