"""The CUPS link against stand-ins for lp and lpstat: one raw job a write, and who knows what after a time-out."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from drivers.link import LinkLost, LinkUnavailable
from drivers.link.address import CupsAddress
from drivers.link.cups import CupsLink

LONG = 20.0
ACCEPTS = "echo counter accepting requests since today"
Install = Callable[[str, str], None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Put shell scripts on PATH; each notes its arguments and its input."""
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.chdir(tmp_path)

    def put(name: str, script: str) -> None:
        path = tmp_path / name
        path.write_text(f'#!/bin/sh\necho "$LC_ALL $@" >> {name}.called\ncat >> {name}.input\n{script}\n')
        path.chmod(0o755)

    return put


@pytest.fixture
def link(install: Install) -> CupsLink:
    install("lpstat", ACCEPTS)
    install("lp", "echo request id is counter-7")
    return CupsLink(CupsAddress("counter"))


def test_each_write_is_one_raw_job(link: CupsLink, tmp_path: Path) -> None:
    link.open()

    link.write(b"\x1b@receipt", LONG)
    link.write(b"\x00\xff", LONG)

    assert (tmp_path / "lp.called").read_text() == "C -d counter -o raw\n" * 2
    assert (tmp_path / "lp.input").read_bytes() == b"\x1b@receipt\x00\xff"
    assert link.is_open


def test_a_queue_of_another_machine_is_asked_there(install: Install, tmp_path: Path) -> None:
    install("lpstat", ACCEPTS)
    install("lp", "true")
    link = CupsLink(CupsAddress("counter", "printserver:631"))
    link.open()

    link.write(b"a", LONG)

    assert (tmp_path / "lpstat.called").read_text() == "C -h printserver:631 -a counter\n"
    assert (tmp_path / "lp.called").read_text() == "C -h printserver:631 -d counter -o raw\n"


def test_a_queue_never_answers(link: CupsLink) -> None:
    link.open()

    assert link.read(LONG) == b""
    assert not link.two_way


def test_opening_twice_asks_once(link: CupsLink, tmp_path: Path) -> None:
    link.open()
    link.open()

    assert (tmp_path / "lpstat.called").read_text().count("\n") == 1


def test_an_unknown_queue_is_unavailable(install: Install) -> None:
    install("lpstat", "echo 'lpstat: Invalid destination name in list \"counter\".' >&2; exit 1")
    link = CupsLink(CupsAddress("counter"))

    with pytest.raises(LinkUnavailable, match="Invalid destination name") as caught:
        link.open()

    assert "lpstat -e" in caught.value.cure
    assert not link.is_open


def test_a_queue_that_takes_no_jobs_is_unavailable(install: Install) -> None:
    install("lpstat", "echo counter not accepting requests since today - out of order")

    with pytest.raises(LinkUnavailable, match="takes no jobs") as caught:
        CupsLink(CupsAddress("counter")).open()

    assert caught.value.cure == "sudo cupsaccept counter"


def test_a_server_that_does_not_answer_is_unavailable(install: Install) -> None:
    install("lpstat", "exec sleep 60")

    with pytest.raises(LinkUnavailable, match="does not answer"):
        CupsLink(CupsAddress("counter"), ask_timeout=0.2).open()


def test_a_job_that_was_refused_left_nothing_behind(link: CupsLink, install: Install) -> None:
    link.open()
    install("lp", "echo 'lp: Error - The printer or class does not exist.' >&2; exit 1")

    with pytest.raises(LinkLost, match="does not exist") as caught:
        link.write(b"receipt", LONG)

    assert caught.value.written == 0
    assert not link.is_open


@pytest.mark.parametrize(("script", "timeout"), [("exec sleep 60", 0.3), ("kill -9 $$", LONG)])
def test_a_job_without_an_answer_may_print(
    link: CupsLink, install: Install, script: str, timeout: float
) -> None:
    link.open()
    install("lp", script)

    with pytest.raises(LinkLost, match="may print") as caught:
        link.write(b"receipt", timeout)

    assert caught.value.written == len(b"receipt")
    assert not link.is_open


def test_a_machine_without_cups_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LinkUnavailable, match="not installed") as caught:
        CupsLink(CupsAddress("counter")).open()

    assert "cups-client" in caught.value.cure


def test_a_machine_that_lost_its_lp_sends_nothing(
    link: CupsLink, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    link.open()
    (tmp_path / "lp").unlink()
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(LinkLost, match="not installed") as caught:
        link.write(b"receipt", LONG)

    assert caught.value.written == 0


def test_a_closed_link_sends_nothing_and_opens_again(link: CupsLink) -> None:
    link.open()
    link.close()
    link.close()
    with pytest.raises(LinkLost, match="not open"):
        link.write(b"x", LONG)

    link.open()

    assert link.is_open
