"""`receipt-bridge accept`: agree that another device is this printer, or that this journal may be believed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

    from bridge.config.model import Config

SUMMARY = "agree to another device on a printer's port, or to this journal"
DESCRIPTION = """\
A printer that tells its serial number is remembered. When another device answers in its place, nothing is printed
until you agree. Do so only after looking at the device: receipts that the old one may have printed are held.

A journal that came out of a backup, with the copy of a card, or from another BaseLinker does not say what was printed
since. The daemon is then in safe mode: it polls and shows, and nothing else. With --journal you end that. First make
sure that no other machine works for this account: two that do print everything twice. Receipts that wait now, and
those BaseLinker lists when it is next asked, are held, because they may be on paper already: look, then decide with
receipt-bridge resolve. Exit code 76 when there is no safe mode to end.

examples:
  receipt-bridge accept till-1
  receipt-bridge accept --journal"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the printer or the journal."""
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("printer", nargs="?", help="the printer's name in the configuration")
    what.add_argument("--journal", action="store_true", help="believe this journal: end safe mode")


def run(arguments: argparse.Namespace) -> int:
    """Forget the device agreed so far, or end safe mode. Raises NothingToAcceptError."""
    from bridge.cli.opening import config_of, no_such_printer  # noqa: PLC0415 - argument errors cost nothing

    config = config_of(arguments)
    if arguments.journal:
        return _accept_journal(config)
    if config.printer(arguments.printer) is None:
        return no_such_printer(config, arguments.printer)
    return _accept_device(config, arguments.printer)


def _accept_device(config: Config, printer: str) -> int:
    from bridge.cli.opening import open_journal  # noqa: PLC0415 - see `run`

    with open_journal(config) as journal:
        journal.forget_device(printer)
    print(f"the device that answers next as '{printer}' is agreed")
    return Exit.OK


def _accept_journal(config: Config) -> int:
    from bridge.cli.opening import open_journal  # noqa: PLC0415 - see `run`
    from bridge.guards.safe_mode import accept  # noqa: PLC0415

    with open_journal(config) as journal:
        held = accept(journal)
    print(
        f"safe mode is over; {len(held)} receipts that waited are held, and what the next poll finds is held too. "
        "Look whether they are on paper; then: receipt-bridge resolve ID printed, print or dismiss, or all at once: "
        "receipt-bridge resolve --all restored print"
    )
    return Exit.OK
