"""`python -m benchmarks`: measure, print tables, and keep them as JSON where asked."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks import client, fiscal, idle, journal, receipts, start, wire
from benchmarks.effort import FULL, QUICK
from benchmarks.linux import machine

if TYPE_CHECKING:
    from collections.abc import Sequence

    from benchmarks.table import Table

_MEASURED = {
    "idle": idle.measure,
    "start": start.measure,
    "client": client.measure,
    "receipts": receipts.measure,
    "wire": wire.measure,
    "fiscal": fiscal.measure,
    "journal": journal.measure,
}
_FOLDER = Path("build") / "benchmarks"


def main(argv: Sequence[str] | None = None) -> int:
    """Measure what was asked for and print it; figures never make it fail."""
    arguments = _parser().parse_args(argv)
    facts = machine()
    if arguments.quick:
        facts["quick"] = "small numbers: these figures are not for comparison with the aims"
    for name, value in facts.items():
        print(f"* {name}: {value}")
    print(flush=True)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    tables: list[Table] = []
    with tempfile.TemporaryDirectory(dir=arguments.folder.absolute()) as folder:
        for name in arguments.only or _MEASURED:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            found = _MEASURED[name](QUICK if arguments.quick else FULL, Path(folder, name))
            for table in found:
                print(table.to_text(), flush=True)
            tables += found
    if arguments.json is not None:
        answer = {**facts, "tables": [table.to_json() for table in tables]}
        arguments.json.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="small numbers: shows that it works, not how fast"
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=tuple(_MEASURED),
        metavar="NAME",
        help=f"one of {', '.join(_MEASURED)}",
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there too")
    parser.add_argument(
        "--folder",
        type=Path,
        default=_FOLDER,
        metavar="DIR",
        help="work here, on the disk that counts (default: build/benchmarks); emptied afterwards",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
