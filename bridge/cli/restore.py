"""`receipt-bridge restore`: the journal of a backup in the place of the present one, in safe mode."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

SUMMARY = "put the journal of a backup in place, in safe mode"
DESCRIPTION = """\
Stop the daemon first. The archive is checked before anything is changed, and the present journal is kept beside the new
one. The restored journal does not know what was printed after the backup, so the daemon then starts in safe mode: it
polls and shows, and prints and confirms nothing, until you type: receipt-bridge accept --journal

The configuration of the backup is written only where there is none; the token is never part of a backup.

examples:
  systemctl stop receipt-bridge
  receipt-bridge restore /mnt/usb/receipt-bridge.backup
  systemctl start receipt-bridge"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the archive."""
    parser.add_argument("file", type=Path, metavar="FILE", help="an archive that backup has written")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Restore the journal. Raises JournalError, ConfigError."""
    from bridge.backup import read_backup, restore_backup  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.opening import config_of  # noqa: PLC0415
    from bridge.cli.show import show_json, when  # noqa: PLC0415
    from bridge.config.reading import config_file  # noqa: PLC0415

    backup = read_backup(arguments.file)
    file = config_file(arguments.config, os.environ)
    if not file.exists():
        _write_config(file, backup.config)
        print(f"{file} is written as it was in the backup", file=sys.stderr)
    config = config_of(arguments)
    aside = restore_backup(arguments.file, config.journal.path)
    kept = "" if aside is None else str(aside)
    if arguments.json:
        answer = {"journal": str(config.journal.path), "made_at": backup.made_at, "kept": kept}
        show_json({**answer, "config_differs": _differs(file, backup.config)})
        return Exit.OK
    print(f"{config.journal.path} is the journal of {when(backup.made_at)} now, in safe mode")
    if kept:
        print(f"the journal that was there is kept as {kept}")
    if _differs(file, backup.config):
        print(f"the configuration in the backup is another one than {file}, which was left as it is")
    print("next: systemctl start receipt-bridge, receipt-bridge status, receipt-bridge accept --journal")
    return Exit.OK


def _write_config(file: Path, text: str) -> None:
    from bridge.backup import BackupError  # noqa: PLC0415 - see `run`
    from bridge.whole_file import whole_file  # noqa: PLC0415

    try:
        with whole_file(file) as written:
            written.write(text.encode())
        file.chmod(0o644)
    except OSError as error:
        raise BackupError(
            f"the configuration {file} cannot be written: {error.strerror}",
            cure="Make its folder, or name another file with --config. No journal was touched.",
        ) from error


def _differs(file: Path, text: str) -> bool:
    return file.read_text(encoding="utf-8-sig").replace("\r\n", "\n") != text.replace("\r\n", "\n")
