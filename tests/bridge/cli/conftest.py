from __future__ import annotations

import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest
from support.commands import Ended
from support.desks import TechniciansDesk, fill, technicians_desk

from bridge.cli import main

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass
class Program:
    """The program in this process, as its commands would run on a desk."""

    desk: TechniciansDesk
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Ended:
        self.capture.readouterr()
        try:
            code = main([*words, "--config", str(self.desk.config)])
        except SystemExit as ended:
            code = int(str(ended.code))
        said = self.capture.readouterr()
        return Ended(int(code), said.out, said.err)

    def json(self, *words: str) -> Any:
        ended = self(*words, "--json")
        assert "" == ended.err
        return json.loads(ended.out)


@pytest.fixture
def in_utc(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "UTC")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.fixture
def desk(tmp_path: Path) -> TechniciansDesk:
    return technicians_desk(tmp_path / "desk")


@pytest.fixture
def filled(desk: TechniciansDesk) -> TechniciansDesk:
    fill(desk)
    return desk


@pytest.fixture
def program(desk: TechniciansDesk, capsys: pytest.CaptureFixture[str], in_utc: None) -> Program:
    return Program(desk, capsys)
