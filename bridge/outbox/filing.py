"""Moves files out of the outbox folder: into `sent` when uploaded, into `failed` with the reason beside them.

    outbox/123_FP.pdf  ->  outbox/sent/123_FP.pdf
    outbox/124.pdf     ->  outbox/failed/124.pdf  and  outbox/failed/124.pdf.reason.txt

Nothing is ever overwritten: a second file of the same name becomes `123-1_FP.pdf`, a third `123-2_FP.pdf`. The
count stands behind the receipt id because such a name is no receipt's: moved back into the outbox by mistake it
fails, while `123_FP-1.pdf` would send the number FP-1.

A name is reserved by creating it empty and only then replaced by the file, in one step, so that a power cut
leaves the file whole in one of the two places (and at worst an empty file or a reason without its file).
"""

from __future__ import annotations

import itertools
import os
from typing import TYPE_CHECKING

from bridge.outbox.folder import OutboxError
from bridge.outbox.names import shown_name

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_REASON_ENDING = ".reason.txt"
# The longest file name Linux takes, less the ending of the reason and room for a count.
_NAME_BYTES = 255 - len(_REASON_ENDING) - len("-1000000")


def move_to_sent(path: Path) -> Path:
    """Move an uploaded file into the folder `sent` beside it; return where it is now. Raises OutboxError."""
    try:
        return _move(path, _subfolder(path, "sent"))
    except OSError as error:
        raise _not_moved(path, error) from error


def move_to_failed(path: Path, reason: str) -> Path:
    """Move a file into the folder `failed` beside it and write `reason` there; return where it is now.

    Raises OutboxError.
    """
    cure = f"Put it right and drop it into {shown_name(str(path.parent))} again."
    text = f"{shown_name(path.name)} was not uploaded: {reason}\n\n{cure}\n"
    try:
        return _move(path, _subfolder(path, "failed"), text)
    except OSError as error:
        raise _not_moved(path, error) from error


def _subfolder(path: Path, name: str) -> Path:
    folder = path.parent / name
    if not folder.is_dir():
        folder.mkdir()
        _sync_folder(path.parent)
    return folder


def _move(path: Path, folder: Path, reason: str | None = None) -> Path:
    """Move the file and make the move last. Raises OSError, and then nothing of it is left in `folder`."""
    target = next(name for name in _names(folder, path.name) if _reserved(name, reason))
    try:
        path.rename(target)
    except OSError:
        target.unlink()
        _reason_file(target).unlink(missing_ok=True)
        raise
    _sync_folder(folder)
    _sync_folder(path.parent)
    return target


def _names(folder: Path, name: str) -> Iterator[Path]:
    """Yield the names a file may get, best first: 123_FP.pdf, 123-1_FP.pdf, 123-2_FP.pdf ..."""
    stem, ending = os.path.splitext(_shortened(name))  # noqa: PTH122 - a name, not a path
    receipt, mark, number = stem.partition("_")
    yield folder / f"{stem}{ending}"
    for count in itertools.count(1):
        yield folder / f"{receipt}-{count}{mark}{number}{ending}"


def _shortened(name: str) -> str:
    """Return `name` cut at its end to what leaves room for a count and the ending of the reason."""
    written = os.fsencode(name)
    if len(written) <= _NAME_BYTES:
        return name
    return written[:_NAME_BYTES].decode("utf-8", "ignore")


def _reserved(target: Path, reason: str | None) -> bool:
    """Create `target` empty, and its reason; return False when either name is taken."""
    reason_file = _reason_file(target)
    if reason is None:
        return not os.path.lexists(reason_file) and _created(target, b"")
    if not _created(reason_file, reason.encode("utf-8", "backslashreplace")):
        return False
    if _created(target, b""):
        return True
    reason_file.unlink()
    return False


def _created(path: Path, content: bytes) -> bool:
    """Create a file with this content, on disk when this returns; return False when the name is taken."""
    try:
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
    except FileExistsError:
        return False
    return True


def _reason_file(target: Path) -> Path:
    return target.with_name(target.name + _REASON_ENDING)


def _sync_folder(folder: Path) -> None:
    """Make the folder's names last over a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _not_moved(path: Path, error: OSError) -> OutboxError:
    return OutboxError(
        f"{shown_name(str(path))} cannot be moved ({error.strerror})",
        cure=f"Let the user the bridge runs as write in {path.parent} and the folders sent and failed in it",
    )
