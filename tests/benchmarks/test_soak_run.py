"""A soak runs from end to end with the real daemon, only shorter: too short for memory, long enough for the rest."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from benchmarks.soak.__main__ import growth_table, receipts_table
from benchmarks.soak.judge import Counts, Phase, Sample
from benchmarks.soak.run import Plan, Result
from benchmarks.soak.shop import Pace
from benchmarks.soak.watch import open_files

ROOT = Path(__file__).parents[2]
_MEMORY = ("resident MiB", "heap MiB")


@pytest.mark.timeout(240)
def test_a_short_soak_loses_nothing_and_leaves_nothing_open(tmp_path: Path) -> None:
    file = tmp_path / "soak.json"
    command = [sys.executable, "-m", "benchmarks.soak", "--minutes", "0.2", "--pace", "150"]
    done = subprocess.run(
        [*command, "--json", str(file), "--folder", str(tmp_path / "work")],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=220,
    )
    assert file.exists(), f"{done.stdout}\n{done.stderr}"
    answer = json.loads(file.read_text(encoding="utf-8"))
    flat = {finding["name"]: finding["flat"] for finding in answer["findings"]}
    counts = answer["counts"]

    assert counts["good"], counts
    assert counts["issued"] > 30
    assert counts["issued"] <= counts["printed"] + counts["copies"]
    assert counts["commands"] > 3
    assert sum(counts["troubles"].values()) > 0
    assert [*Phase] == list(dict.fromkeys(sample["phase"] for sample in answer["samples"]))
    assert len(flat) > len(_MEMORY)
    assert [] == [name for name in flat if name not in _MEMORY and not flat[name]], answer["more_open"]
    assert (0 if answer["good"] else 1) == done.returncode
    assert answer["good"] == ("flat, nothing lost, nothing twice" in done.stdout)
    assert "### What became of the receipts" in done.stdout
    assert [] == list((tmp_path / "work").iterdir())


def test_at_a_shop_s_pace_the_real_request_limit_is_kept_and_at_a_faster_one_there_is_none() -> None:
    assert 100 == Pace(6).requests_a_minute
    assert 10.0 == Pace(6).seconds
    assert 480 < Pace(60).requests_a_minute


def test_what_is_open_is_counted_by_name(tmp_path: Path) -> None:
    before = open_files(os.getpid())
    with (tmp_path / "kept").open("w"), (tmp_path / "kept").open():
        found = open_files(os.getpid())

    assert 2 == found[str(tmp_path / "kept")]
    assert 0 == before[str(tmp_path / "kept")]


def result_of(*, handles: int, counts: Counts) -> Result:
    """Return a run of a minute in which so many files were open in the end, 27 in the beginning."""
    phases = [Phase.WARM_UP, *[Phase.FIRST_CALM] * 5, *[Phase.WORK] * 5, *[Phase.LAST_CALM] * 5]
    samples = [
        Sample(
            at=4.0 * place,
            phase=phase,
            resident=50.0,
            shared_out=40.0,
            heap=30.0,
            handles=handles if phase is Phase.LAST_CALM else 27,
            threads=5,
            journal=409_600,
            wal=4_000_000,
            cpu=place / 100,
            confirmed=place,
        )
        for place, phase in enumerate(phases)
    ]
    opened = {Phase.FIRST_CALM: Counter(socket=4), Phase.LAST_CALM: Counter(socket=4 + handles - 27)}
    return Result(Plan(1.0, Pace(6)), samples, counts, opened)


def test_a_run_with_a_file_left_open_fails_and_tells_which() -> None:
    good = Counts(issued=15, printed=15, exit_code=0)
    text = growth_table(result_of(handles=29, counts=good)).to_text()

    assert result_of(handles=27, counts=good).good
    assert not result_of(handles=29, counts=good).good
    assert "GROWS" in text
    assert "Open in the last calm beyond the first: {'socket': 2}" in text


def test_a_run_that_lost_a_receipt_fails_and_tells_which() -> None:
    bad = Counts(issued=15, printed=14, lost=[1007], exit_code=0)

    assert not result_of(handles=27, counts=bad).good
    assert "lost: [1007]" in receipts_table(bad).to_text()
