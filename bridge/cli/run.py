"""`receipt-bridge run`: the daemon."""

from __future__ import annotations

import faulthandler
import os
import sys
from typing import TYPE_CHECKING

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

SUMMARY = "run the daemon: poll, print, prove, confirm, upload"
DESCRIPTION = """\
Runs until SIGTERM or SIGINT. One line a state change goes to standard error, which systemd's journal keeps.

examples:
  receipt-bridge run --config /etc/receipt-bridge/config.toml
  journalctl -u receipt-bridge -f"""


def add_arguments(_parser: argparse.ArgumentParser) -> None:
    """The daemon takes everything from its configuration."""


def run(arguments: argparse.Namespace) -> int:
    """Run the daemon until it is told to stop."""
    from bridge.cli.opening import config_of  # noqa: PLC0415 - other commands do not pay for the daemon's parts
    from bridge.clock import SystemClock  # noqa: PLC0415
    from bridge.config.credentials import read_token  # noqa: PLC0415
    from bridge.journal import JournalError  # noqa: PLC0415
    from bridge.log import last_resort, start_logging  # noqa: PLC0415
    from bridge.service import Service  # noqa: PLC0415

    # A fatal signal (a watchdog's SIGABRT too) leaves every thread's stack in the log; frames only, no values.
    faulthandler.enable()
    config = config_of(arguments)
    token = read_token(config, os.environ)
    start_logging(config.log.level, os.environ, sys.stderr, secrets=(token.reveal(),))
    service = Service(config, token, SystemClock(), os.environ)
    try:
        service.serve()
    except JournalError:
        raise
    except Exception as error:  # noqa: BLE001 - the last line of defence: tell it, and let systemd start again
        last_resort(error)
        return Exit.FAILED
    return Exit.OK
