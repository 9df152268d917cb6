"""`receipt-bridge test-print`: the technician's page on one printer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

SUMMARY = "print the technician's page on one printer"
DESCRIPTION = """\
Prints a ruler (is the width right?), the letters of the code page (are they right?), the cut, and asks the printer
for its proof. While the daemon runs, its own station prints the page, between two receipts. Exit code 0 when the page
was printed, 1 when it was not or nobody can tell.

examples:
  receipt-bridge test-print till-1"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the printer."""
    parser.add_argument("printer", help="the printer's name in the configuration")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the page and tell the proof. Raises ConfigError."""
    from bridge.cli.errands import do_errand  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.opening import config_of, no_such_printer  # noqa: PLC0415
    from bridge.cli.show import show_json  # noqa: PLC0415
    from drivers.sentences import sentences  # noqa: PLC0415

    config = config_of(arguments)
    printer = config.printer(arguments.printer)
    if printer is None:
        return no_such_printer(config, arguments.printer)
    answer = {"printer": printer.name, "proof": "", **do_errand(config, printer, "test", {})}
    if arguments.json:
        show_json({key: answer[key] for key in ("printer", "ok", "proof", "code", "what", "cure")})
    elif answer["ok"]:
        print(f"{printer.name}: printed, proof: {answer['proof']}")
    else:
        print(f"{printer.name}: {sentences(answer['what'], answer['cure'])}", file=sys.stderr)
    return Exit.OK if answer["ok"] else Exit.TROUBLE
