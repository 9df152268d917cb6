from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.timeout(120)
def test_the_demo_prints_twelve_receipts_once_and_confirms_them(tmp_path: Path) -> None:
    folder = tmp_path / "demo"

    done = subprocess.run(
        [sys.executable, "-m", "bridge", "demo", "--json", "--out", str(folder)],
        capture_output=True,
        check=False,
        text=True,
        timeout=100,
        env={**os.environ, "COLUMNS": "80"},
    )

    assert 0 == done.returncode, done.stderr
    answer = json.loads(done.stdout)
    assert answer["ok"]
    assert 12 == len(answer["receipts"])
    assert {(1, True)} == {(row["times_printed"], row["confirmed"]) for row in answer["receipts"]}
    assert "PAPER OUT in the middle of a receipt" in done.stderr
    assert "the answer is lost" in done.stderr
    for row in answer["receipts"]:
        assert (folder / f"{row['receipt_id']}.png").stat().st_size > 5000
        assert (row["file"] == "pdf") == (folder / f"{row['receipt_id']}.pdf").exists()


def test_the_demo_overwrites_nothing_but_an_earlier_demo(tmp_path: Path) -> None:
    (tmp_path / "precious.txt").write_text("mine")

    done = subprocess.run(
        [sys.executable, "-m", "bridge", "demo", "--out", str(tmp_path)],
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )

    assert 2 == done.returncode
    assert "not empty and not of an earlier demo" in done.stderr
    assert "mine" == (tmp_path / "precious.txt").read_text()
