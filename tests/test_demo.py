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


@pytest.mark.timeout(120)
def test_the_fiscal_demo_sells_twelve_receipts_once_through_a_power_cut(tmp_path: Path) -> None:
    folder = tmp_path / "demo"

    done = subprocess.run(
        [sys.executable, "-m", "bridge", "demo", "--printer", "posnet", "--json", "--out", str(folder)],
        capture_output=True,
        check=False,
        text=True,
        timeout=100,
    )

    assert 0 == done.returncode, done.stderr
    rows = json.loads(done.stdout)["receipts"]
    assert [f"{number:05d}" for number in range(1, 13)] == [row["number"] for row in rows]
    assert {(1, True, "fiscal")} == {(row["times_printed"], row["confirmed"], row["proof"]) for row in rows}
    assert "POWER CUT before the printer could answer" in done.stderr
    assert "PAPER OUT in the middle of a receipt" in done.stderr
    assert (folder / "slip-01.png").stat().st_size > 5000


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
