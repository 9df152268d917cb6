"""Whether every thread goes on: what the watchdog of systemd is fed by.

A thread shows that it goes on whenever it asks whether it should stop, and it does so wherever it waits: for paper, for
a busy printer, for work, for the request budget (`bridge.wake.StopSign`). A thread that does not ask any more would not
stop either: it hangs. What cannot ask lies between two questions, so it must fit into the thread's allowance:

    courier   a host name is looked up: 2 tries of 5 s with each of 3 name servers, and as much with a search
              domain (resolv.conf(5))                                                                          60 s
              a connection: 10 s for each address of the host; it has four                                     40 s
              TLS, then the request leaves                                                                10 + 15 s
              its answer: 20 s until it begins, 35 s at most in all, and one piece more                   35 + 20 s
              the journal is in use: 20 s a transaction, two of them                                           40 s
              the first PDF copy, on a slow card: fonts are loaded                                             30 s
              a receipt file leaves over a slow line, at 8 KiB/s                                   its size / 8 KiB
    station   a host name, as above                                                                            60 s
              a connection or its farewell; CUPS that does not answer                                          10 s
              a line full of noise is read until it is quiet                                                   60 s
              the journal is in use: 20 s a transaction, four of them                                          80 s
              the first slip, on a slow card: python-escpos and Pillow are loaded                              30 s
              a slip leaves as one piece to a printer that never answers: its bytes at 9600 baud, 40 s,
              and the printer's `patience_seconds`                                                     40 s + those
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

COURIER_SECONDS = 60.0 + 40.0 + 25.0 + 55.0 + 40.0 + 30.0
"""What the courier may need between two signs of life, receipt files apart."""
STATION_SECONDS = 60.0 + 10.0 + 60.0 + 80.0 + 30.0 + 40.0
"""What a station may need between two signs of life, its printer's own patience apart."""
UPLOAD_KIB_PER_SECOND = 8.0
"""The slowest line over which a receipt file is still sent."""


@dataclass(slots=True)
class _Watched:
    name: str
    allowance: float
    last: float


@dataclass(frozen=True, slots=True)
class Silent:
    """A thread that has shown no progress for longer than it may."""

    name: str
    seconds: float


class Pulse:
    """When each watched thread last showed that it goes on. `monotonic` gives seconds."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._watched: dict[int, _Watched] = {}

    def watch(self, name: str, allowance: float) -> None:
        """Watch the calling thread from now on: `allowance` is how many seconds it may show nothing."""
        self._watched[threading.get_ident()] = _Watched(name, allowance, self._monotonic())

    def leave(self) -> None:
        """Watch the calling thread no longer."""
        self._watched.pop(threading.get_ident(), None)

    def tick(self) -> None:
        """Take note that the calling thread goes on."""
        watched = self._watched.get(threading.get_ident())
        if watched is not None:
            watched.last = self._monotonic()

    def silent(self) -> list[Silent]:
        """Return the threads that seem to hang."""
        now = self._monotonic()
        return [
            Silent(one.name, now - one.last)
            for one in list(self._watched.values())
            if now - one.last > one.allowance
        ]
