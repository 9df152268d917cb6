from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from support.machines import Box

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def box(tmp_path: Path) -> Box:
    root = tmp_path / "root"
    root.mkdir()
    return Box(root)
