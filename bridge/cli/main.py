"""Reads the command line, runs one command, turns what went wrong into one line and an exit code."""

from __future__ import annotations

import argparse
import os
import sys
import textwrap
from importlib import import_module
from io import TextIOWrapper
from itertools import groupby
from pathlib import Path
from traceback import print_exception
from typing import TYPE_CHECKING, Protocol, cast

from bridge import __version__
from bridge.cli.exits import Exit, exit_for

if TYPE_CHECKING:
    from collections.abc import Sequence

# The order of `--help`: what a technician needs first.
COMMANDS = (
    "setup",
    "run",
    "check",
    "doctor",
    "status",
    "receipts",
    "resolve",
    "balance",
    "report",
    "copy",
    "test-print",
    "alert-test",
    "accept",
    "api",
    "backup",
    "restore",
    "support",
    "demo",
)


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


class _Formatter(argparse.HelpFormatter):
    """Wraps the prose of a description to the window, and leaves its indented lines as they are."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        lines: list[str] = []
        for tabular, group in groupby(text.splitlines(), _is_tabular):
            block = list(group)
            lines += block if tabular else textwrap.wrap(" ".join(block), width)
        return "".join(f"{indent}{line}\n" for line in lines)


def _is_tabular(line: str) -> bool:
    return line.startswith("  ") or not line.strip()


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
            description=f"{command.SUMMARY[0].upper()}{command.SUMMARY[1:]}.\n\n{command.DESCRIPTION}",
            formatter_class=_Formatter,
            # It has a help of its own, which tells of the API's methods too.
            add_help=name != "api",
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
    for stream in (sys.stdout, sys.stderr):
        # A letter the terminal's encoding lacks is written as its number, never answered with a traceback.
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    arguments = build_parser().parse_args(argv)
    try:
        code = load(arguments.command).run(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader of the pipe (head, less) has seen enough.
        _let_go_of_output()
        return Exit.OK
    except Exception as error:  # noqa: BLE001 - whatever it is, it becomes one line or a traceback, and an exit code
        _let_go_of_output()
        return _failed(error)
    return code


def _let_go_of_output() -> None:
    """Write what still can be written; the rest goes nowhere, or Python would complain of it at its end."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(error: Exception) -> Exit:
    """Tell what went wrong; return the exit code."""
    code = exit_for(error)
    if code is None:
        print_exception(error, file=sys.stderr)
        return Exit.FAILED
    print(f"receipt-bridge: {error}", file=sys.stderr)
    return code
