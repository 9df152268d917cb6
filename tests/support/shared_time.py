"""One clock for several processes, in a file: it stands still while any of them works, and moves to the next moment
one waits for once all of them wait. So 60 seconds cost nothing, and what two processes do at once really meets.
"""

from __future__ import annotations

import mmap
import struct
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import threading
    from collections.abc import Callable
    from pathlib import Path

_DOUBLE = struct.Struct("<d")
_WORKING, _GONE = 0.0, -1.0
BEGINNING = 1000.0


class SharedTime:
    """The clock as the test and every worker see it. A worker has a place, numbered from 0."""

    def __init__(self, path: Path, places: int, *, create: bool = False) -> None:
        self._places = places
        if create:
            path.write_bytes(_DOUBLE.pack(BEGINNING) + _DOUBLE.pack(_WORKING) * places)
        with path.open("r+b") as file:
            self._map = mmap.mmap(file.fileno(), 0)

    def monotonic(self) -> float:
        return self._get(0)

    def wall(self) -> float:
        return 1_790_000_000.0 + self._get(0)

    def waiter(self, place: int) -> Callable[[threading.Condition, float | None], None]:
        """Return how a budget of this worker waits."""

        def wait(_condition: threading.Condition, seconds: float | None) -> None:
            assert seconds is not None, "a single thread would wait for ever"
            due = self.monotonic() + seconds
            self._set(place + 1, due)
            while self.monotonic() < due:
                time.sleep(0.0005)
            self._set(place + 1, _WORKING)

        return wait

    def leave(self, place: int) -> None:
        """Take no further part: the worker has ended."""
        self._set(place + 1, _GONE)

    def move_on(self) -> bool:
        """Move to the next moment if every worker waits for one that is to come; return whether any is left."""
        left = [due for due in map(self._get, range(1, self._places + 1)) if due != _GONE]
        if left and min(left) > self.monotonic():
            self._set(0, min(left))
        return bool(left)

    def _get(self, index: int) -> float:
        found: float = _DOUBLE.unpack_from(self._map, 8 * index)[0]
        return found

    def _set(self, index: int, value: float) -> None:
        _DOUBLE.pack_into(self._map, 8 * index, value)
