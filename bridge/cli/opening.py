"""What several commands begin with: the configuration, and the journal for reading or deciding."""

from __future__ import annotations

import os
import sys
import threading
import time
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from bridge.cli.exits import Exit
from bridge.config.reading import load_config
from bridge.journal import Journal

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Iterator, Mapping

    from bridge.baselinker.client import Client
    from bridge.config.model import Config, Printer
    from drivers.contract import Driver, Status

PATIENCE = 5.0
"""Seconds a person waits for the request budget rather than read that it is used up."""


def config_of(arguments: argparse.Namespace) -> Config:
    """Return the checked configuration. Raises ConfigError."""
    return load_config(arguments.config, os.environ)


def known_secrets(config: Config, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return the secrets this user may read, for blotting them out of what leaves the machine."""
    from bridge.config.alert_secrets import alert_texts  # noqa: PLC0415 - few commands need it
    from bridge.config.credentials import read_token  # noqa: PLC0415
    from bridge.config.mistakes import ConfigError  # noqa: PLC0415

    alerts = alert_texts(config, environ)
    try:
        return (read_token(config, environ).reveal(), *alerts)
    except ConfigError:
        return alerts  # what looks like a token is blotted out all the same


def open_journal(config: Config) -> Journal:
    """Open the journal that the daemon keeps, without creating one. Raises JournalError."""
    return Journal.existing(config.journal.path, time.time)


def open_client(config: Config, *, patience: float) -> Client:
    """Return a client on the request budget it shares with the daemon; close it afterwards. Raises ConfigError.

    `patience` is how many seconds a call waits for its turn.
    """
    from bridge.baselinker.client import Client  # noqa: PLC0415 - most commands do not speak to BaseLinker
    from bridge.baselinker.shared_budget import shared_budget  # noqa: PLC0415
    from bridge.config.credentials import read_token  # noqa: PLC0415

    token, settings = read_token(config, os.environ), config.baselinker
    budget = shared_budget(config.journal.path.parent, token, settings.requests_per_minute)
    return Client(token, budget, url=settings.url, patience=patience)


@contextmanager
def open_driver(config: Config, printer: Printer, tell: Callable[[Status], None]) -> Iterator[Driver]:
    """Lend a printer's driver to one command. Raises ConfigError when driver and link do not fit."""
    from bridge.assembly import make_driver  # noqa: PLC0415 - commands that touch no printer do not pay for it
    from drivers.contract import Surroundings  # noqa: PLC0415

    with ExitStack() as closing:
        surroundings = Surroundings(time.monotonic, threading.Event(), tell)
        driver = make_driver(config, printer, surroundings, closing)
        closing.callback(driver.close)
        yield driver


def simulator_note(config: Config, printer: Printer) -> tuple[str, str] | None:
    """Return what must be said of a simulated printer and where its paper lies, None for a device."""
    if not printer.simulated:
        return None
    from bridge.training import folder_of, warning_about  # noqa: PLC0415 - only where there is a simulator

    return warning_about(printer), f"Its paper lies in {folder_of(config, printer)}"


def no_such_printer(config: Config, name: str) -> Exit:
    """Say that the configuration has no such printer, and which it has; return the exit code."""
    names = ", ".join(printer.name for printer in config.printers)
    print(f"receipt-bridge: there is no printer '{name}'; there are: {names}", file=sys.stderr)
    return Exit.UNKNOWN_RECEIPT
