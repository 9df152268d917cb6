"""`receipt-bridge run`: the daemon."""

from __future__ import annotations

import faulthandler
import os
import resource
import sys
from typing import TYPE_CHECKING

from bridge.cli.exits import Exit, exit_for

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
    """Run the daemon until it is told to stop. Whatever ends it is one line of the log, and an exit code."""
    from bridge import messages  # noqa: PLC0415 - other commands do not pay for the daemon's parts
    from bridge.config.mistakes import ConfigError  # noqa: PLC0415
    from bridge.journal import JournalError  # noqa: PLC0415
    from bridge.log import last_resort, say, start_logging  # noqa: PLC0415

    # A fatal signal (a watchdog's SIGABRT too) leaves every thread's stack in the log: frames only, no values. A core
    # file would hold the token.
    faulthandler.enable()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    start_logging("info", os.environ, sys.stderr)
    try:
        _serve(arguments)
    except ConfigError as error:
        for mistake in error.mistakes:
            say(messages.CONFIGURATION_WRONG, str(mistake))
        return Exit.CONFIG
    except JournalError as error:
        say(messages.JOURNAL_UNUSABLE, str(error))
        return exit_for(error) or Exit.JOURNAL
    except Exception as error:  # noqa: BLE001 - the last line of defence: tell it, and let systemd start again
        last_resort(error)
        return Exit.FAILED
    return Exit.OK


def _serve(arguments: argparse.Namespace) -> None:
    from bridge.cli.opening import config_of  # noqa: PLC0415 - see `run`
    from bridge.clock import SystemClock  # noqa: PLC0415
    from bridge.config.alert_secrets import read_alert_secrets  # noqa: PLC0415
    from bridge.config.credentials import VARIABLE, read_token  # noqa: PLC0415
    from bridge.log import start_logging  # noqa: PLC0415
    from bridge.service import Service  # noqa: PLC0415

    config = config_of(arguments)
    token = read_token(config, os.environ)
    secrets = read_alert_secrets(config, os.environ)
    # Programs the daemon starts (lp) have no business with it.
    os.environ.pop(VARIABLE, None)
    start_logging(config.log.level, os.environ, sys.stderr, secrets=(token.reveal(), *secrets.texts()))
    Service(config, token, SystemClock(), os.environ, alert_secrets=secrets).serve()
