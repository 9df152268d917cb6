"""What several commands begin with: the configuration, and the journal for reading or deciding."""

from __future__ import annotations

import os
import sys
import threading
import time
from typing import TYPE_CHECKING

from bridge.cli.exits import Exit
from bridge.config.reading import load_config
from bridge.journal import Journal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Mapping

    from bridge.config.model import Config, Printer
    from drivers.contract import Driver, Status


def config_of(arguments: argparse.Namespace) -> Config:
    """Return the checked configuration. Raises ConfigError."""
    return load_config(arguments.config, os.environ)


def known_secrets(config: Config, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the secrets this user may read, for blotting them out of what leaves the machine."""
    from bridge.config.credentials import read_token  # noqa: PLC0415 - few commands need it
    from bridge.config.mistakes import ConfigError  # noqa: PLC0415

    try:
        return (read_token(config, environ).reveal(),)
    except ConfigError:
        return ()  # what looks like a token is blotted out all the same


def open_journal(config: Config) -> Journal:
    """Open the journal that the daemon keeps, without creating one. Raises JournalError."""
    return Journal.existing(config.journal.path, time.time)


def open_driver(config: Config, printer: Printer, tell: Callable[[Status], None]) -> Driver:
    """Return a printer's driver for one command; opens nothing. Raises ConfigError when driver and link do not fit."""
    from bridge.service import make_driver  # noqa: PLC0415 - commands that touch no printer do not pay for it
    from drivers.contract import Surroundings  # noqa: PLC0415

    return make_driver(config, printer, Surroundings(time.monotonic, threading.Event(), tell))


def no_such_printer(config: Config, name: str) -> Exit:
    """Say that the configuration has no such printer, and which it has; return the exit code."""
    names = ", ".join(printer.name for printer in config.printers)
    print(f"receipt-bridge: there is no printer '{name}'; there are: {names}", file=sys.stderr)
    return Exit.UNKNOWN_RECEIPT
