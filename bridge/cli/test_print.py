"""`receipt-bridge test-print`: the technician's page on one printer."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

    from drivers.contract import Status

SUMMARY = "print the technician's page on one printer"
DESCRIPTION = """\
Prints a ruler (is the width right?), the letters of the code page (are they right?), the cut, and asks the printer
for its proof. Nothing is written to the journal. The daemon must not be using the printer at the same time.

examples:
  receipt-bridge test-print till-1"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the printer."""
    parser.add_argument("printer", help="the printer's name in the configuration")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Print the page and tell the proof."""
    from bridge.cli.opening import config_of  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.show import show_json  # noqa: PLC0415
    from bridge.journal import DaemonLock  # noqa: PLC0415
    from bridge.service import make_driver  # noqa: PLC0415
    from drivers.contract import DriverError, Surroundings  # noqa: PLC0415

    config = config_of(arguments)
    printer = config.printer(arguments.printer)
    if printer is None:
        names = ", ".join(printer.name for printer in config.printers)
        print(
            f"receipt-bridge: there is no printer '{arguments.printer}'; there are: {names}", file=sys.stderr
        )
        return Exit.UNKNOWN_RECEIPT
    if DaemonLock(config.journal.path).owner() is not None:
        print(
            "receipt-bridge: the daemon is using the printers; stop it first: systemctl stop receipt-bridge",
            file=sys.stderr,
        )
        return Exit.RUNNING
    driver = make_driver(printer, Surroundings(time.monotonic, threading.Event(), _tell))
    try:
        proof = driver.test_print()
    except DriverError as error:
        if arguments.json:
            show_json(
                {
                    "printer": printer.name,
                    "ok": False,
                    "code": error.code,
                    "what": error.what,
                    "cure": error.cure,
                }
            )
        else:
            print(f"{printer.name}: {error}", file=sys.stderr)
        return Exit.TROUBLE
    finally:
        driver.close()
    if arguments.json:
        show_json({"printer": printer.name, "ok": True, "proof": proof.kind})
    else:
        print(f"{printer.name}: printed, proof: {proof.kind}")
    return Exit.OK


def _tell(status: Status) -> None:
    for trouble in status.troubles:
        print(f"waiting: {trouble.text}. {trouble.cure}", file=sys.stderr)
