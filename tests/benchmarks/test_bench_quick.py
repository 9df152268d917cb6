"""The benchmarks run from end to end with small numbers; what they measure is for people and never asserted."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

ROWS = {
    "idle": {
        "memory": [
            "daemon after its first poll",
            "daemon after two receipts",
            "daemon 0.5 s later",
            "daemon after two receipts with PDF copies",
            "bare python-escpos after two receipts",
            "python, nothing imported",
            "python, import httpx",
        ],
        "idle": [
            "CPU, % of a core",
            "CPU seconds an hour",
            "wake-ups a second",
            "threads",
            "polls meanwhile",
            "seconds measured",
        ],
    },
    "start": {
        "start": [
            "python -c pass, to its end",
            "python -c 'import httpx', to its end",
            "receipt-bridge --version, to its end",
            "receipt-bridge run, to the first poll",
        ]
    },
    "client": {
        "client": [
            "python, nothing imported",
            "import httpx",
            "import bridge.baselinker.api",
            "import it and read what is known of every method",
            "import it and connect(), which loads httpx",
        ]
    },
    "receipts": {
        "receipts": [
            "bridge, one after the other",
            "bridge without check_totals",
            "bridge, 3 in one list",
            "bare python-escpos, Network",
            "bare python-escpos, one send",
        ],
        "stages": [
            "getReceipt asked (total and currency)",
            "first byte at the printer (a status question)",
            "first byte of the slip, its intent being on disk",
            "last byte of the slip",
            "confirmation, the proof being on disk",
        ],
    },
    "wire": {
        "wire": ["115200 baud"] * 4 + ["115200 baud, answers 16 ms late"] * 4,
    },
    "fiscal": {
        "fiscal": ["115200 baud"] * 4 + ["TCP"] * 4,
        "fiscal-turns": ["115200 baud"] * 4 + ["TCP"] * 4,
    },
    "journal": {"journal-start": [0, 300], "journal-poll": [0, 300]},
}
FOR_PEOPLE = {
    "idle": "<= 60: ",
    "start": "<= 0.7: ",
    "client": "import bridge.baselinker.api",
    "receipts": "bare python-escpos, one send",
    "wire": ">= 0.95: ",
    "fiscal": ">= 0.9: ",
    "journal": "<= 0.7: ",
}


@pytest.mark.parametrize("name", ROWS)
def test_a_quick_benchmark_prints_all_its_rows(name: str, tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    command = [sys.executable, "-m", "benchmarks", "--quick", "--only", name]
    done = subprocess.run(
        [*command, "--json", str(file), "--folder", str(tmp_path / "work")],
        cwd=ROOT,
        capture_output=True,
        check=False,
        text=True,
        timeout=110,
    )
    assert 0 == done.returncode, done.stderr
    assert FOR_PEOPLE[name] in done.stdout
    answer = json.loads(file.read_text(encoding="utf-8"))
    tables = {table["name"]: table for table in answer["tables"]}
    assert ROWS[name] == {key: [row[0] for row in table["rows"]] for key, table in tables.items()}
    for table in tables.values():
        assert f"### {table['title']}\n" in done.stdout
        assert all(len(table["columns"]) == len(row) for row in table["rows"])
    assert [] == list((tmp_path / "work").iterdir())
