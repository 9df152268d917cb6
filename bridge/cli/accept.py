"""`receipt-bridge accept`: agree that another device is this printer from now on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

SUMMARY = "agree to another device on a printer's port"
DESCRIPTION = """\
A printer that tells its serial number is remembered. When another device answers in its place, nothing is printed
until you agree. Do so only after looking at the device: receipts that the old one may have printed are held.

examples:
  receipt-bridge accept till-1"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the printer."""
    parser.add_argument("printer", help="the printer's name in the configuration")


def run(arguments: argparse.Namespace) -> int:
    """Forget the device agreed so far: the one that answers next is remembered."""
    from bridge.cli.opening import (  # noqa: PLC0415 - argument errors cost nothing
        config_of,
        no_such_printer,
        open_journal,
    )

    config = config_of(arguments)
    if config.printer(arguments.printer) is None:
        return no_such_printer(config, arguments.printer)
    with open_journal(config) as journal:
        journal.forget_device(arguments.printer)
    print(f"the device that answers next as '{arguments.printer}' is agreed")
    return Exit.OK
