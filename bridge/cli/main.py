"""Reads the command line, runs one command, turns what went wrong into one line and an exit code."""

from __future__ import annotations

import argparse
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, cast

from bridge import __version__
from bridge.cli.exits import Exit

if TYPE_CHECKING:
    from collections.abc import Sequence

# The order of `--help`: what a technician needs first.
COMMANDS = ("run", "check", "status", "receipts", "resolve", "test-print", "accept", "demo")


class Command(Protocol):
    """What every command's module offers."""

    SUMMARY: str
    """One line for the list of commands."""
    DESCRIPTION: str
    """What it does, what its columns mean, and examples."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add the command's own arguments."""
        ...

    def run(self, arguments: argparse.Namespace) -> int:
        """Do it; return an exit code."""
        ...


def load(name: str) -> Command:
    """Import the module of a command."""
    return cast("Command", import_module(f"bridge.cli.{name.replace('-', '_')}"))


def build_parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    parser = argparse.ArgumentParser(
        prog="receipt-bridge",
        description="Prints the receipts BaseLinker wants issued, each exactly once, and reports back.",
        epilog="receipt-bridge COMMAND --help tells more about one command.",
    )
    parser.add_argument("--version", action="version", version=f"receipt-bridge {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name in COMMANDS:
        command = load(name)
        sub = commands.add_parser(
            name,
            help=command.SUMMARY,
            description=f"{command.SUMMARY}\n\n{command.DESCRIPTION}",
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        if name != "demo":
            sub.add_argument(
                "--config",
                type=Path,
                metavar="FILE",
                help="the configuration (default: $RECEIPT_BRIDGE_CONFIG or /etc/receipt-bridge/config.toml)",
            )
        command.add_arguments(sub)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = build_parser().parse_args(argv)
    try:
        return load(arguments.command).run(arguments)
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:
        # The reader of the pipe (head, less) has seen enough.
        sys.stderr.close()
        return Exit.OK
    except Exception as error:
        code = _exit_for(error)
        if code is None:
            raise
        print(f"receipt-bridge: {error}", file=sys.stderr)
        return code


def _exit_for(error: Exception) -> Exit | None:
    """Return the exit code of an error that a command lets through; None for a bug."""
    from bridge.config.mistakes import ConfigError  # noqa: PLC0415 - only when something went wrong
    from bridge.decisions import DecisionError, UnknownReceiptError  # noqa: PLC0415
    from bridge.journal import JournalError, JournalLockedError  # noqa: PLC0415

    kinds: tuple[tuple[type[Exception], Exit], ...] = (
        (ConfigError, Exit.CONFIG),
        (JournalLockedError, Exit.RUNNING),
        (JournalError, Exit.JOURNAL),
        (UnknownReceiptError, Exit.UNKNOWN_RECEIPT),
        (DecisionError, Exit.NOT_POSSIBLE),
    )
    return next((code for kind, code in kinds if isinstance(error, kind)), None)
