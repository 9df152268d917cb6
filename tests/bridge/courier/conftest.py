from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.offices import Office, open_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path) as opened:
        yield opened
