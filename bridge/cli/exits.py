"""Exit codes: a contract with scripts (documented in docs/commands.md; from 64 on as in sysexits.h)."""

from __future__ import annotations

from enum import IntEnum


class Exit(IntEnum):
    """How a command ended."""

    OK = 0
    """Done; nothing is wrong."""
    TROUBLE = 1
    """Done; something needs attention (`check` found trouble, `balance` a difference, `status` no daemon, ...)."""
    USAGE = 2
    """The command line is wrong; nothing was done."""
    UNKNOWN_RECEIPT = 66
    """The journal has never seen this receipt, or the configuration does not know this printer."""
    FAILED = 70
    """The program failed: a bug; the log has the traceback."""
    JOURNAL = 74
    """The journal cannot be used: damaged, newer than the program, disk full, no right to write."""
    RUNNING = 75
    """Another daemon already works on this journal."""
    NOT_POSSIBLE = 76
    """The decision is not possible for this receipt; nothing was changed."""
    CONFIG = 78
    """The configuration or the token is wrong; every mistake was named."""
    INTERRUPTED = 130
    """Ended with Ctrl-C at the terminal."""


def exit_for(error: Exception) -> Exit | None:
    """Return the exit code of an error that a command lets through; None for a bug."""
    from bridge.config.mistakes import ConfigError  # noqa: PLC0415 - only when something went wrong
    from bridge.decisions import DecisionError, UnknownReceiptError  # noqa: PLC0415
    from bridge.guards.safe_mode import NothingToAcceptError  # noqa: PLC0415
    from bridge.journal import JournalError, JournalLockedError  # noqa: PLC0415

    kinds: tuple[tuple[type[Exception], Exit], ...] = (
        (ConfigError, Exit.CONFIG),
        (JournalLockedError, Exit.RUNNING),
        (JournalError, Exit.JOURNAL),
        (UnknownReceiptError, Exit.UNKNOWN_RECEIPT),
        (DecisionError, Exit.NOT_POSSIBLE),
        (NothingToAcceptError, Exit.NOT_POSSIBLE),
    )
    return next((code for kind, code in kinds if isinstance(error, kind)), None)
