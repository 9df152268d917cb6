"""What several commands begin with: the configuration, and the journal for reading or deciding."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING

from bridge.config.reading import load_config
from bridge.journal import Journal, JournalError

if TYPE_CHECKING:
    import argparse

    from bridge.config.model import Config


def config_of(arguments: argparse.Namespace) -> Config:
    """Return the checked configuration. Raises ConfigError."""
    return load_config(arguments.config, os.environ)


def open_journal(config: Config) -> Journal:
    """Open the journal that the daemon keeps, without creating one. Raises JournalError."""
    path = config.journal.path
    if not path.exists():
        raise JournalError(
            f"there is no journal at {path} yet",
            cure="The daemon makes it at its first start: systemctl start receipt-bridge",
        )
    return Journal(path, time.time)
