"""The file for Prometheus' text file collector: a reader finds the old text or the new one, never a half."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

_READABLE = 0o644


def write_textfile(path: Path, text: str) -> None:
    """Put `text` in the file's place. Raises OSError.

    Not synced: after a power cut the next text is there in seconds.
    """
    # The collector reads *.prom only, so it never meets this name.
    beside = path.with_name(f".{path.name}.new")
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, _READABLE)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        # The service's umask keeps everybody out; the collector is another user.
        os.fchmod(file.fileno(), _READABLE)
        file.write(text)
    beside.replace(path)
