"""`receipt-bridge copy`: a copy of a fiscal receipt, by the printer's own command."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING

from bridge.cli.arguments import receipt_id
from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

    from bridge.journal import Entry

SUMMARY = "print a copy of a fiscal receipt"
DESCRIPTION = """\
Only the printer itself may copy a fiscal receipt: it prints what its protected memory holds, marked as a copy. The
receipt must have been printed by a fiscal printer of this bridge. While the daemon runs, its own station does it.

examples:
  receipt-bridge copy 1001"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the receipt."""
    parser.add_argument("receipt_id", type=receipt_id, metavar="ID", help="the receipt's id in BaseLinker")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Have the copy printed. Raises UnknownReceiptError, DecisionError, ConfigError."""
    from bridge.cli.errands import do_errand  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.opening import config_of, no_such_printer, open_journal  # noqa: PLC0415
    from bridge.cli.show import show_json  # noqa: PLC0415
    from bridge.decisions import UnknownReceiptError  # noqa: PLC0415
    from drivers.sentences import sentences  # noqa: PLC0415

    config = config_of(arguments)
    with open_journal(config) as journal:
        entry = journal.get(arguments.receipt_id)
    if entry is None:
        raise UnknownReceiptError(f"receipt {arguments.receipt_id} is not in the journal")
    printer = config.printer(entry.printer)
    if printer is None:
        return no_such_printer(config, entry.printer)
    answer = do_errand(config, printer, "copy", _detail(entry))
    if arguments.json:
        told = {key: answer[key] for key in ("ok", "code", "what", "cure")}
        show_json({"receipt_id": entry.receipt_id, "printer": printer.name, **told})
    elif answer["ok"]:
        print(f"{printer.name}: a copy of receipt {entry.receipt_id} is printed")
    else:
        print(f"{printer.name}: {sentences(answer['what'], answer['cure'])}", file=sys.stderr)
    return Exit.OK if answer["ok"] else Exit.TROUBLE


def _detail(entry: Entry) -> dict[str, str]:
    """Return the number and day under which the printer keeps the receipt. Raises DecisionError when it has none."""
    from bridge.decisions import DecisionError  # noqa: PLC0415 - see `run`

    if entry.proof is None or entry.proof.kind not in ("fiscal", "person") or not entry.proof.number:
        raise DecisionError(
            f"receipt {entry.receipt_id} has no number of a fiscal printer, so none can copy it"
        )
    day = time.strftime("%Y-%m-%d", time.localtime(entry.printed_at or 0))
    return {"number": entry.proof.number, "on": day}
