"""The watch: whatever fails in it, it goes on, says so once, and ends when told to."""

from __future__ import annotations

import logging
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
from support.desks import fill, technicians_desk
from support.listeners import WebListener
from support.waiting import LONGEST, wait_for

from bridge import watch as watching
from bridge.baselinker.tally import Tally
from bridge.clock import SystemClock
from bridge.config.alert_secrets import AlertSecrets
from bridge.config.reading import load_config
from bridge.config.secret import Secret
from bridge.journal import Journal
from bridge.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.desks import TechniciansDesk


@pytest.fixture
def desk(tmp_path: Path) -> TechniciansDesk:
    return technicians_desk(tmp_path / "desk")


@contextmanager
def running(desk: TechniciansDesk, listener: WebListener) -> Iterator[threading.Thread]:
    """Run a watch until the end of the block; it must end then by itself."""
    stop = threading.Event()
    secrets = AlertSecrets(webhook=Secret(listener.url))
    watch = Watch(load_config(desk.config, {}), secrets, SystemClock(), "run-1", Tally())
    thread = threading.Thread(target=watch.run, args=(stop,))
    thread.start()
    try:
        yield thread
    finally:
        stop.set()
        thread.join(LONGEST)
        assert not thread.is_alive()


def test_it_tells_what_stands_in_the_journal(desk: TechniciansDesk) -> None:
    fill(desk)
    with WebListener() as listener, running(desk, listener):
        wait_for(listener.told)

        assert ("receipt_held:1003:interrupted", "new") in listener.told()


def test_a_journal_that_cannot_be_read_yet_is_no_reason_to_end(
    desk: TechniciansDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(watching, "_AFTER_FAILURE", 0.05)
    with WebListener() as listener, running(desk, listener):
        wait_for(lambda: "printing goes on" in caplog.text)
        fill(desk)
        wait_for(listener.told)


def test_a_bug_is_said_once_and_tried_again(
    desk: TechniciansDesk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    tries: list[object] = []

    def fails(*arguments: object) -> None:
        tries.append(arguments)
        raise ZeroDivisionError("a bug")

    fill(desk)
    monkeypatch.setattr(watching, "_AFTER_FAILURE", 0.01)
    monkeypatch.setattr(watching, "standing", fails)
    caplog.set_level(logging.INFO)
    with WebListener() as listener, running(desk, listener) as thread:
        wait_for(lambda: len(tries) > 3)
        assert thread.is_alive()

    assert 1 == caplog.text.count("watching failed, printing goes on: ZeroDivisionError: a bug")


def test_numbers_that_cannot_be_written_are_said_and_change_nothing_else(
    desk: TechniciansDesk, caplog: pytest.LogCaptureFixture
) -> None:
    text = desk.config.read_text(encoding="utf-8")
    desk.write("config.toml", f'{text}[metrics]\ntextfile = "no/such/folder/numbers.prom"\n')
    fill(desk)
    with WebListener() as listener, running(desk, listener):
        wait_for(listener.told)
        wait_for(lambda: "the numbers cannot be published" in caplog.text)


def test_it_changes_no_receipt(desk: TechniciansDesk) -> None:
    fill(desk)
    with Journal(desk.folder / "journal.sqlite", lambda: 0.0) as journal:
        before = journal.receipts()
        with WebListener() as listener, running(desk, listener):
            wait_for(listener.told)
        assert before == journal.receipts()
