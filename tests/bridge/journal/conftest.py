from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.journals import TurnableClock

from bridge.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def now() -> TurnableClock:
    return TurnableClock()


@pytest.fixture
def journal(tmp_path: Path, now: TurnableClock) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", now) as opened:
        yield opened
