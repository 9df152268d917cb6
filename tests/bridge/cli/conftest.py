from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from support.desks import TechniciansDesk, fill, technicians_desk
from support.programs import Program

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


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
