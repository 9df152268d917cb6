from __future__ import annotations

import fcntl
import threading
from typing import TYPE_CHECKING

from bridge.journal import DaemonLock

if TYPE_CHECKING:
    from pathlib import Path


def test_a_command_that_looks_whether_a_daemon_runs_keeps_none_from_starting(tmp_path: Path) -> None:
    with (tmp_path / "journal.sqlite.lock").open("a") as looked_at:
        fcntl.flock(looked_at, fcntl.LOCK_SH)
        look = threading.Timer(0.2, fcntl.flock, (looked_at, fcntl.LOCK_UN))
        look.start()
        try:
            with DaemonLock(tmp_path / "journal.sqlite") as held:
                assert held.owner() is not None
        finally:
            look.join()
