"""Writing a file so that it is there whole or not at all, with a copy of what it replaces."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from bridge.whole_file import make_durable

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
Owner = tuple[int, int]
"""User and group, as numbers."""


def save(path: Path, text: str, *, mode: int, stamp: str, owner: Owner | None = None) -> Path | None:
    """Put `text` in the place of a file; return the copy of the old one, None where nothing had to be replaced.

    The copy is FILE.STAMP. A file that holds `text` already is left alone but for its mode and owner. Raises OSError,
    and then the old file still stands.
    """
    data = text.encode()
    if path.is_file() and path.read_bytes() == data:
        _give(path, mode, owner)
        return None
    new = draft(path, data, mode=mode, owner=owner)
    try:
        copy = _keep(path, stamp)
        new.replace(path)
    except BaseException:
        new.unlink(missing_ok=True)
        raise
    _settle(path.parent)
    return copy


def draft(path: Path, data: bytes, *, mode: int, owner: Owner | None = None) -> Path:
    """Write a hidden file beside `path`, safe on the disk, and return it. Raises OSError."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        _give(Path(name), mode, owner)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def try_out(path: Path, text: str, look: Callable[[Path], T]) -> T:
    """Return what `look` says of the text in a file beside `path`, which is gone afterwards. Raises OSError."""
    trial = draft(path, text.encode(), mode=0o600)
    try:
        return look(trial)
    finally:
        trial.unlink(missing_ok=True)


def _keep(path: Path, stamp: str) -> Path | None:
    """Give the old file a second name; return it. A stamp that was taken in this second gets a number."""
    for number in range(100):
        copy = path.with_name(f"{path.name}.{stamp}{f'-{number}' if number else ''}")
        try:
            os.link(path, copy)
        except FileExistsError:
            continue
        except FileNotFoundError:
            return None
        return copy
    raise FileExistsError(f"there are too many copies {path}.{stamp}")


def _give(path: Path, mode: int, owner: Owner | None) -> None:
    path.chmod(mode)
    if owner is not None:
        os.chown(path, *owner)


def _settle(folder: Path) -> None:
    """Make the new names durable; a file system that cannot sync a folder needs no telling."""
    with suppress(OSError):
        make_durable(folder)
