"""A backup: journal and configuration in one archive, checked; and the way back, into safe mode.

A backup is a gzipped tar archive with

    backup.json      format, version of the program, when it was made, and the SHA-256 of each other part
    journal.sqlite   a consistent copy, made while the daemon may run
    config.toml      the configuration, as it stands in its file

The token is never in it: where its text stands in the configuration, in a comment for instance, it is blotted out.
A restored journal does not know what was printed since: it wakes up in safe mode (bridge/guards/safe_mode.py).
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import os
import shutil
import tarfile
import tempfile
import time
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, count
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from bridge import __version__
from bridge.guards.safe_mode import mark_restored
from bridge.journal import DaemonLock, Journal, JournalDamagedError, JournalError
from bridge.journal.database import check_copy, copy_to, put_into_one_file
from bridge.whole_file import make_durable, whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FORMAT = 1
_MANIFEST, _JOURNAL, _CONFIG = "backup.json", "journal.sqlite", "config.toml"
_PARTS = (_JOURNAL, _CONFIG)
_MOST_MANIFEST = 100_000
_MOST_CONFIG = 1_000_000
_CHUNK = 1 << 16
_BESIDE = ("-wal", "-shm")


class BackupError(JournalError):
    """The archive cannot be written, or is not a whole backup; no journal was touched."""


@dataclass(frozen=True, slots=True)
class Backup:
    """What an archive says of itself; `made_at` in unix seconds, `size` of the journal in bytes."""

    made_at: int
    version: str
    size: int
    config: str


def make_backup(journal: Path, config: str, archive: Path, now: float) -> Backup:
    """Write a backup in the place of `archive`, whole or not at all, mode 0600, and read it again.

    Raises JournalError (BackupError when it is the archive that fails).
    """
    with _own_words(archive), _folder_beside(archive) as folder:
        copy = folder / _JOURNAL
        copy_to(journal, copy)
        check_copy(copy)
        parts = {_JOURNAL: copy, _CONFIG: folder / _CONFIG}
        parts[_CONFIG].write_text(config, encoding="utf-8")
        with whole_file(archive) as file:
            _write(file, parts, int(now))
            file.flush()
            file.seek(0)
            return _checked(file, archive, folder / "again")


def read_backup(archive: Path) -> Backup:
    """Read a whole archive and its journal. Raises BackupError when anything in it is not as it was written."""
    with _own_words(archive), tempfile.TemporaryDirectory() as folder, archive.open("rb") as file:
        return _checked(file, archive, Path(folder) / _JOURNAL)


def restore_backup(archive: Path, journal: Path, wall: Callable[[], float] = time.time) -> Path | None:
    """Put the journal of an archive in the place of `journal`, in safe mode; return where the present one is kept.

    At every moment, also when the process dies, there is either the present journal or the restored one in safe mode.
    Raises JournalLockedError while a daemon runs, BackupError, JournalNewerError; then nothing was changed.
    """
    with _own_words(archive), DaemonLock(journal), _folder_beside(journal) as folder:
        _give_to_owner(journal.with_name(f"{journal.name}.lock"), journal)
        restored = folder / _JOURNAL
        with archive.open("rb") as file:
            backup = _checked(file, archive, restored)
        with Journal.create(restored, wall) as opened:
            mark_restored(opened, backup.made_at)
        put_into_one_file(restored)
        _give_to_owner(restored, journal)
        aside = _keep_aside(journal, wall()) if journal.exists() else None
        with restored.open("rb") as file:
            os.fsync(file.fileno())
        restored.replace(journal)
        make_durable(journal.parent)
        return aside


def _keep_aside(journal: Path, now: float) -> Path:
    """Give the present journal a second name; one that is damaged takes the files beside it along."""
    stamp = time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(now))
    endings = chain([""], (f"-{number}" for number in count(2)))
    names = (f"{journal.name}.before-restore-{stamp}{ending}" for ending in endings)
    aside = next(path for path in map(journal.with_name, names) if not path.exists())
    try:
        put_into_one_file(journal)
    except JournalDamagedError:
        for ending in _BESIDE:
            beside = journal.with_name(journal.name + ending)
            if beside.exists():
                beside.rename(aside.with_name(aside.name + ending))
    os.link(journal, aside)
    make_durable(journal.parent)
    return aside


def _give_to_owner(file: Path, journal: Path) -> None:
    """Let a file belong to whom the journal belongs: root restores what the daemon's user works with."""
    owner = (journal if journal.exists() else journal.parent).stat()
    if os.geteuid() == 0:
        os.chown(file, owner.st_uid, owner.st_gid)
    file.chmod(0o600)


def _write(file: IO[bytes], parts: dict[str, Path], now: int) -> None:
    manifest = {
        "format": FORMAT,
        "version": __version__,
        "made_at": now,
        "sha256": {name: _digest(path) for name, path in parts.items()},
    }
    text = json.dumps(manifest, indent=2).encode()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        archive.addfile(_member(_MANIFEST, len(text), now), io.BytesIO(text))
        for name, path in parts.items():
            with path.open("rb") as content:
                archive.addfile(_member(name, path.stat().st_size, now), content)


def _member(name: str, size: int, now: int) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, now, 0o600
    return member


def _checked(file: IO[bytes], path: Path, journal: Path) -> Backup:
    """Read an archive to its end, put its journal at `journal` and check it. Raises BackupError."""
    with gzip.GzipFile(fileobj=file) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
        manifest = _manifest(_part(archive, _MANIFEST, path).read(_MOST_MANIFEST), path)
        with journal.open("xb") as copy:
            shutil.copyfileobj(_part(archive, _JOURNAL, path), copy)
        config = _part(archive, _CONFIG, path).read(_MOST_CONFIG)
        while stream.read(_CHUNK):
            pass  # to the end, where the archive's own checksum stands
    found = {_JOURNAL: _digest(journal), _CONFIG: hashlib.sha256(config).hexdigest()}
    for name in _PARTS:
        if manifest["sha256"][name] != found[name]:
            raise _no_backup(path, f"{name} is not what was put into it")
    check_copy(journal)
    return Backup(
        manifest["made_at"], manifest["version"], journal.stat().st_size, config.decode("utf-8", "replace")
    )


def _part(archive: tarfile.TarFile, name: str, path: Path) -> IO[bytes]:
    """Return a part by its name; nothing is ever unpacked to a path the archive names."""
    try:
        content = archive.extractfile(name)
    except KeyError:
        content = None
    if content is None:
        raise _no_backup(path, f"it has no {name}")
    return content


def _manifest(text: bytes, path: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads(text)
        if manifest["format"] != FORMAT:
            raise _no_backup(path, f"its format is {manifest['format']}, this program knows {FORMAT}")
        hashes = {name: str(manifest["sha256"][name]) for name in _PARTS}
        return {"sha256": hashes} | {"made_at": int(manifest["made_at"]), "version": str(manifest["version"])}
    except (ValueError, TypeError, KeyError):
        raise _no_backup(path, f"its {_MANIFEST} cannot be read") from None


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def _folder_beside(path: Path) -> Iterator[Path]:
    """Lend a folder on the same disk that nobody else may read."""
    with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.parent) as folder:
        yield Path(folder)


def _no_backup(path: Path, what: str) -> BackupError:
    return BackupError(f"{path} is no whole backup: {what}", cure="Take another one. No journal was touched.")


@contextmanager
def _own_words(archive: Path) -> Iterator[None]:
    try:
        yield
    except (tarfile.TarError, gzip.BadGzipFile, EOFError, zlib.error, OverflowError) as error:
        raise _no_backup(archive, str(error) or type(error).__name__) from error
    except OSError as error:
        where = error.filename or archive
        raise BackupError(
            f"{where}: {error.strerror or error}",
            cure="Check that the folder exists, has room and may be written. The journal was not changed.",
        ) from error
