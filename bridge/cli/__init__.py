"""The command line: one module a command, two outputs of the same data (a table for people, JSON for machines)."""

from bridge.cli.main import main

__all__ = ["main"]
