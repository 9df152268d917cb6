"""`receipt-bridge test-print`: the technician's page on one printer."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from bridge.config.model import Config, Printer
    from drivers.contract import Status

SUMMARY = "print the technician's page on one printer"
DESCRIPTION = """\
Prints a ruler (is the width right?), the letters of the code page (are they right?), the cut, and asks the printer
for its proof. Nothing is written to the journal. The daemon must not be using the printer at the same time. Exit
code 0 when the page was printed, 1 when it was not or nobody can tell.

examples:
  receipt-bridge test-print till-1"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the printer."""
    parser.add_argument("printer", help="the printer's name in the configuration")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the page and tell the proof. Raises ConfigError."""
    from bridge.cli.opening import config_of, no_such_printer  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.show import show_json  # noqa: PLC0415
    from bridge.journal import DaemonLock  # noqa: PLC0415
    from drivers.sentences import sentences  # noqa: PLC0415

    config = config_of(arguments)
    printer = config.printer(arguments.printer)
    if printer is None:
        return no_such_printer(config, arguments.printer)
    if DaemonLock(config.journal.path).owner() is not None:
        stop = "the daemon is using the printers; stop it first: systemctl stop receipt-bridge"
        print(f"receipt-bridge: {stop}", file=sys.stderr)
        return Exit.RUNNING
    answer = _print(config, printer)
    if arguments.json:
        show_json(answer)
    elif answer["ok"]:
        print(f"{printer.name}: printed, proof: {answer['proof']}")
    else:
        print(f"{printer.name}: {sentences(answer['what'], answer['cure'])}", file=sys.stderr)
    return Exit.OK if answer["ok"] else Exit.TROUBLE


def _print(config: Config, printer: Printer) -> dict[str, Any]:
    """Print the page; return the documented JSON object."""
    from bridge.cli.opening import open_driver  # noqa: PLC0415 - see `run`
    from drivers.contract import DriverError  # noqa: PLC0415

    answer = {"printer": printer.name, "ok": False, "proof": "", "code": "", "what": "", "cure": ""}
    driver = open_driver(config, printer, _teller(config.log.language))
    try:
        proof = driver.test_print()
    except DriverError as error:
        return answer | {"code": error.code, "what": error.what, "cure": error.cure}
    finally:
        driver.close()
    return answer | {"ok": True, "proof": proof.kind}


def _teller(language: str) -> Callable[[Status], None]:
    from drivers.sentences import sentences  # noqa: PLC0415 - see `run`

    def tell(status: Status) -> None:
        for trouble in status.troubles:
            print(f"waiting: {sentences(*trouble.words(language))}", file=sys.stderr)

    return tell
