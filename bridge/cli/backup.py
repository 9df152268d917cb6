"""`receipt-bridge backup`: journal and configuration in one archive."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

SUMMARY = "save journal and configuration in one archive"
DESCRIPTION = """\
Works while the daemon runs, and reads the archive again before it counts. An older FILE is replaced when the new one
is whole. The archive holds receipts, so keep it where nobody else reads it; the API token is never in it. A backup
lets you see again what was printed; what was printed after it, it does not know: see docs/backup.md.

examples:
  receipt-bridge backup /mnt/usb/receipt-bridge.backup"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the archive."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the archive to write")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the archive. Raises JournalError."""
    from bridge.backup import make_backup  # noqa: PLC0415 - argument errors cost nothing
    from bridge.blotting import without_tokens  # noqa: PLC0415
    from bridge.cli.opening import config_of, known_secrets  # noqa: PLC0415
    from bridge.cli.show import show_json  # noqa: PLC0415

    config = config_of(arguments)
    text = without_tokens(config.file.read_text(encoding="utf-8-sig"), known_secrets(config, os.environ))
    backup = make_backup(config.journal.path, text, arguments.file.absolute(), time.time())
    if arguments.json:
        show_json({"file": str(arguments.file), "made_at": backup.made_at, "journal_bytes": backup.size})
    else:
        print(
            f"{arguments.file} is written and was read again; the journal in it has {backup.size // 1024} KiB"
        )
    return Exit.OK
