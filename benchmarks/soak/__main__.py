"""`make soak MINUTES=30`: the real daemon at a shop's pace for a long time, and whether it stays as it was."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.linux import machine
from benchmarks.scene import NotDoneError
from benchmarks.soak.judge import Phase, bytes_a_receipt, smallest_leak
from benchmarks.soak.run import Plan, Result, Soak
from benchmarks.soak.shop import Pace
from benchmarks.table import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.soak.judge import Counts

_FOLDER = Path("build") / "soak"


def main(argv: Sequence[str] | None = None) -> int:
    """Run a soak and print what came of it; 0 when everything is flat, nothing was lost and nothing came twice."""
    arguments = _parser().parse_args(argv)
    facts = machine()
    for name, value in facts.items():
        print(f"* {name}: {value}")
    print(flush=True)
    plan = Plan(arguments.minutes, Pace(arguments.pace), arguments.seed)
    arguments.folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=arguments.folder.absolute()) as folder:
        try:
            result = Soak(Path(folder, "shop"), plan, sys.stdout).run()
        except NotDoneError as error:
            print(f"FAILED: {error}", file=sys.stderr)
            return 1
    for table in (growth_table(result), receipts_table(result.counts)):
        print(f"\n{table.to_text()}", end="")
    print(f"\n{'flat, nothing lost, nothing twice' if result.good else 'FAILED'}")
    if arguments.json is not None:
        answer = {**facts, **result.to_json()}
        arguments.json.write_text(json.dumps(answer, indent=2) + "\n", encoding="utf-8")
    return 0 if result.good else 1


def growth_table(result: Result) -> Table:
    """Return what should be flat, and whether it is."""
    minutes, pace = result.plan.minutes, result.plan.pace.a_minute
    table = Table(
        "soak",
        f"Soak, {minutes:g} minutes, {pace:g} receipts a minute at each of three printers",
        ("what", "first", "last", "growth", "an hour", "limit", "verdict"),
    )
    for found in result.findings:
        verdict = "flat" if found.flat else "GROWS"
        figures = (float(found.first), float(found.last), float(found.growth), found.an_hour)
        table.add(found.name, *figures, found.limit, verdict)
    table.notes += list(_notes(result))
    return table


def receipts_table(counts: Counts) -> Table:
    """Return what became of the receipts, and what went wrong meanwhile."""
    table = Table("soak-receipts", "What became of the receipts", ("what", "count"))
    table.add("issued", counts.issued)
    table.add("printed without a banner", counts.printed)
    table.add("printed under a COPY banner", counts.copies)
    table.add("decided by a person", counts.decided)
    table.add("commands run beside the daemon", counts.commands)
    for name, times in counts.troubles.items():
        table.add(f"trouble: {name}", times)
    bad: dict[str, Sequence[object]] = {
        "lost": counts.lost,
        "twice": counts.twice,
        "confirmed and not printed": counts.confirmed_unprinted,
        "unsettled in the journal": counts.unsettled,
        "commands that failed": counts.failed_commands,
    }
    for name, found in bad.items():
        table.add(name, len(found))
        table.notes += [f"{name}: {str(found)[:500]}"] if found else []
    if counts.exit_code != 0:
        table.notes.append(f"the daemon ended with {counts.exit_code}")
    return table


def _notes(result: Result) -> Iterator[str]:
    fitted = [sample for sample in result.samples if sample.phase is not Phase.WARM_UP]
    seconds = fitted[-1].at - fitted[0].at
    leak = smallest_leak(seconds, result.plan.bounds)
    yield (
        f"Fitted to {len(fitted)} samples of {seconds / 60:.1f} minutes behind the warm-up. A steady leak of memory "
        f"is found from {leak:.1f} MiB an hour on."
    )
    a_receipt = bytes_a_receipt(fitted)
    receipts = fitted[-1].confirmed - fitted[0].confirmed
    cpu = fitted[-1].cpu - fitted[0].cpu
    if a_receipt is not None:
        yield (
            f"Journal: {a_receipt:,.0f} bytes a receipt, which are its history and stay. CPU, polls and looks "
            f"included: {cpu / receipts * 1000:.1f} ms a receipt, {100 * cpu / seconds:.2f} % of a core."
        )
    if result.more_open:
        yield f"Open in the last calm beyond the first: {result.more_open}"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=30.0, help="how long receipts come in (default: 30)")
    parser.add_argument(
        "--pace", type=float, default=6.0, metavar="N", help="receipts a minute at each printer (default: 6)"
    )
    parser.add_argument("--seed", type=int, default=1, help="of receipts and troubles")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write figures and all samples there too")
    parser.add_argument(
        "--folder", type=Path, default=_FOLDER, metavar="DIR", help="work here; emptied afterwards"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
