"""`receipt-bridge demo`: the whole job on a machine with nothing attached."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from simulators.demo import Demo, Row

SUMMARY = "run the whole job on simulated printers and a simulated BaseLinker"
DESCRIPTION = """\
Needs no printer, no account and no network. The real daemon prints twelve receipts on two simulated printers; one
runs out of paper in the middle of a receipt, one answer of BaseLinker is lost. Ends by itself in under a minute;
exit code 0 when every receipt was printed once and confirmed.

columns:
  receipt    its id in BaseLinker
  number     what BaseLinker was told
  printer    where it was printed
  proof      what the printer said to prove it
  printed    how often it lies on paper
  confirmed  BaseLinker and the journal agree
  file       the PDF copy that BaseLinker has

examples:
  receipt-bridge demo
  receipt-bridge demo --printer posnet
  receipt-bridge demo --keep --out /tmp/demo"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take where the pictures go."""
    parser.add_argument(
        "--out", type=Path, default=Path("demo-output"), help="folder for pictures and journal"
    )
    parser.add_argument(
        "--printer",
        choices=("escpos", "posnet"),
        default="escpos",
        help="two receipt printers (default), or a fiscal printer that loses power at the worst moment",
    )
    parser.add_argument("--keep", action="store_true", help="keep the shop open until Enter or Ctrl-C")
    parser.add_argument("--json", action="store_true", help="answer in JSON, progress on standard error")


def run(arguments: argparse.Namespace) -> int:
    """Run the demo and show its table."""
    from bridge.cli.show import show_json  # noqa: PLC0415 - argument errors cost nothing

    folder = arguments.out.absolute()
    if folder.exists() and any(folder.iterdir()) and not (folder / "journal.sqlite").exists():
        print(
            f"receipt-bridge: {folder} is not empty and not of an earlier demo; name another --out",
            file=sys.stderr,
        )
        return Exit.USAGE
    shutil.rmtree(folder, ignore_errors=True)
    demo = _demo(arguments.printer)(folder, sys.stderr if arguments.json else sys.stdout)
    rows = demo.run(keep=_hold_open(folder) if arguments.keep else None)
    good = [row for row in rows if row.times_printed == 1 and row.confirmed]
    if arguments.json:
        show_json({"ok": len(good) == len(rows), "receipts": [_row_json(row) for row in rows]})
    else:
        _print(rows, len(good), folder)
    return Exit.OK if len(good) == len(rows) else Exit.TROUBLE


def _demo(printer: str) -> type[Demo]:
    from simulators.demo import Demo  # noqa: PLC0415 - simulators never load with the daemon
    from simulators.fiscal_demo import FiscalDemo  # noqa: PLC0415

    return FiscalDemo if printer == "posnet" else Demo


def _hold_open(folder: Path) -> Callable[[], None]:
    def wait() -> None:
        print(
            f"\nThe shop stays open; look at it with: receipt-bridge status --config {folder / 'config.toml'}"
        )
        try:
            input("Enter ends it. ")
        except (EOFError, KeyboardInterrupt):
            print()

    return wait


def _row_json(row: Row) -> dict[str, object]:
    return {
        "receipt_id": row.receipt_id,
        "number": row.number,
        "printer": row.printer,
        "proof": row.proof,
        "times_printed": row.times_printed,
        "confirmed": row.confirmed,
        "file": row.file,
    }


def _print(rows: list[Row], good: int, folder: Path) -> None:
    from bridge.cli.show import show_table  # noqa: PLC0415 - see `run`

    show_table(
        ("receipt", "number", "printer", "proof", "printed", "confirmed", "file"),
        [
            (
                str(row.receipt_id),
                row.number,
                row.printer,
                row.proof,
                "once" if row.times_printed == 1 else f"{row.times_printed} times",
                "yes" if row.confirmed else "NO",
                row.file or "-",
            )
            for row in rows
        ],
    )
    print(f"{good} of {len(rows)} receipts printed once and confirmed")
    copies = " and the PDF copies" if any(row.file for row in rows) else ""
    print(f"Pictures of the slips (PNG){copies}: {folder}")
