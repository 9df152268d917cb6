"""`receipt-bridge support`: what somebody who helps from afar needs to know."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.arguments import count
from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

SUMMARY = "gather logs, versions and the state of everything for support"
DESCRIPTION = """\
Writes one archive with versions, the configuration without secrets, printers, the course of the last receipts, the log
and what the doctor says. The API token is not in it, nor are names, goods, addresses or tax ids. Look into it before
you pass it on (tar -xzf FILE). Exit code 1 when a part is missing, which is told.

examples:
  receipt-bridge support receipt-bridge-support.tar.gz"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the archive and how much of the log goes into it."""
    parser.add_argument("file", type=Path, metavar="FILE", help="the archive to write")
    parser.add_argument(
        "--lines", type=count, default=5000, metavar="N", help="lines of the log (default %(default)s)"
    )
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Write the bundle. Raises ConfigError."""
    from bridge.cli.opening import config_of, known_secrets  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.show import show_json  # noqa: PLC0415
    from bridge.support import Bundler  # noqa: PLC0415

    config = config_of(arguments)
    bundler = Bundler(config, known_secrets(config, os.environ), arguments.lines, time.time)
    try:
        missing = bundler.write(arguments.file.absolute())
    except OSError as error:
        print(f"receipt-bridge: {arguments.file} cannot be written: {error.strerror}", file=sys.stderr)
        return Exit.TROUBLE
    if arguments.json:
        told = "; ".join(f"{part}: {why}" for part, why in missing.items())
        show_json({"file": str(arguments.file), "missing": told})
    else:
        print(f"{arguments.file} is written; look into it before you pass it on")
        for part, why in missing.items():
            print(f"  without {part}: {why}")
    return Exit.TROUBLE if missing else Exit.OK
