"""What Linux and the journal's files tell of the daemon at one moment."""

from __future__ import annotations

import re
import sqlite3
import time
from collections import Counter
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.linux import cpu_seconds, threads
from benchmarks.soak.judge import Phase, Sample
from simulators.shop import confirmed

if TYPE_CHECKING:
    from simulators.shop import Shop

_KIB_A_MIB = 1024.0


class Watch:
    """Takes samples of one daemon; seconds count from the watch's beginning."""

    def __init__(self, shop: Shop, pid: int) -> None:
        self._shop = shop
        self._pid = pid
        self._began = time.monotonic()
        self._read = 0
        self._confirmed: set[int] = set()
        self.samples: list[Sample] = []
        self.open_files: dict[Phase, Counter[str]] = {}

    def look(self, phase: Phase) -> Sample:
        """Take a sample. Raises OSError when the daemon is gone."""
        memory = _rollup(self._pid)
        journal = self._shop.folder / "journal.sqlite"
        files = open_files(self._pid)
        self.open_files[phase] = max(files, self.open_files.get(phase, files), key=Counter.total)
        sample = Sample(
            at=time.monotonic() - self._began,
            phase=phase,
            resident=memory["Rss"],
            shared_out=memory["Pss"],
            heap=memory["Anonymous"],
            handles=files.total(),
            threads=threads(self._pid),
            journal=_database_bytes(journal),
            wal=_size(journal.with_name(f"{journal.name}-wal")),
            cpu=cpu_seconds(self._pid),
            confirmed=self._count(),
        )
        self.samples.append(sample)
        return sample

    def _count(self) -> int:
        calls = self._shop.server.ledger.since(self._read)
        self._read += len(calls)
        self._confirmed |= confirmed(calls)
        return len(self._confirmed)


def open_files(pid: int) -> Counter[str]:
    """Return what a process has open, by name; numbers of sockets and pipes do not count as names."""
    found: Counter[str] = Counter()
    for handle in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # closed meanwhile
            found[re.sub(r":\[\d+\]$", "", str(handle.readlink()))] += 1
    return found


def _rollup(pid: int) -> dict[str, float]:
    text = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="ascii")
    return {
        name: int(size) / _KIB_A_MIB for name, size in re.findall(r"^(\w+):\s+(\d+) kB$", text, re.MULTILINE)
    }


def _database_bytes(path: Path) -> int:
    """Return the size of the database with what its WAL adds: the file alone grows only at checkpoints."""
    address = f"{path.absolute().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True, timeout=20.0)) as database:
        (pages,) = database.execute("PRAGMA page_count").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    return int(pages) * int(size)


def _size(path: Path) -> int:
    with suppress(FileNotFoundError):
        return path.stat().st_size
    return 0
