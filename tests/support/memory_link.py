"""A link without a wire, on a clock without time: a simulated printer, and every way a line can fail between them.

Reading moves the clock, so a conversation of minutes takes milliseconds, and every run of a test is the same.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from drivers.contract import Surroundings
from drivers.link import LinkLost, LinkTimeout, LinkUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.contract import Status
    from simulators.escpos.device import Device


@dataclass
class ManualClock:
    """Monotonic seconds that pass only when somebody waits; what was scheduled happens then."""

    now: float = 1000.0
    agenda: list[tuple[float, Callable[[], None]]] = field(default_factory=list)

    def __call__(self) -> float:
        return self.now

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do `action` when so many seconds from now have passed."""
        self.agenda.append((self.now + seconds, action))

    def pass_by(self, seconds: float) -> None:
        end = self.now + seconds
        while due := [entry for entry in self.agenda if entry[0] <= end]:
            first = min(due, key=lambda entry: entry[0])
            self.agenda.remove(first)
            self.now = max(self.now, first[0])
            first[1]()
        self.now = end


@dataclass
class MemoryLink:
    """A link to `device`, or to nothing at all.

    `breaks_at`: the connection is lost, once, when so many bytes were taken. `takes`: bytes one write takes at most
    before it times out, None for all. `deaf`: answers do not come back. `closed`: cannot be opened. A device takes only
    what its receive buffer has room for.
    """

    clock: ManualClock
    device: Device | None = None
    two_way: bool = True
    bytes_per_second: float = 11_520.0
    address: str = "memory://printer"
    breaks_at: int | None = None
    takes: int | None = None
    deaf: bool = False
    closed: bool = False
    is_open: bool = False
    sent: bytearray = field(default_factory=bytearray)
    writes: list[bytes] = field(default_factory=list)
    opened: int = 0

    def open(self) -> None:
        if self.is_open:
            return
        if self.closed:
            raise LinkUnavailable("connection refused", address=self.address, cure="switch it on")
        self.is_open = True
        self.opened += 1

    def write(self, data: bytes, timeout: float) -> None:
        if not self.is_open:
            raise LinkLost("the link is not open", address=self.address)
        taken = self._taken(data, timeout)
        if self.breaks_at is not None and len(self.sent) + len(taken) >= self.breaks_at:
            taken = taken[: self.breaks_at - len(self.sent)]
            self._carry(taken)
            self.is_open, self.breaks_at = False, None
            raise LinkLost("connection reset", address=self.address, written=len(taken))
        self._carry(taken)
        self.clock.pass_by(len(taken) / self.bytes_per_second)
        if len(taken) < len(data):
            raise LinkTimeout("takes no more", address=self.address, written=len(taken))

    def _taken(self, data: bytes, timeout: float) -> bytes:
        end = self.clock.now + timeout
        while self.device is not None and self.device.room == 0 and self.clock.now < end:
            self._wait(end)
        room = len(data) if self.device is None else self.device.room
        most = min(room, len(data) if self.takes is None else self.takes)
        if most < len(data):
            self.clock.pass_by(max(0.0, end - self.clock.now))
        return data[:most]

    def read(self, timeout: float) -> bytes:
        if not self.is_open:
            raise LinkLost("connection reset", address=self.address)
        end = self.clock.now + timeout
        while True:
            data = self._replies()
            if data or self.clock.now >= end:
                return data
            self._wait(end)
            if not self.is_open:
                raise LinkLost("connection reset", address=self.address)

    def _wait(self, end: float) -> None:
        """Let time pass until something may have happened."""
        delay = self.device.work() if self.device else None
        soon = [end, *(when for when, _ in self.clock.agenda)]
        if delay is not None:
            soon.append(self.clock.now + max(delay, 0.001))
        self.clock.pass_by(max(0.0, min(soon) - self.clock.now))

    def close(self) -> None:
        self.is_open = False

    def _carry(self, data: bytes) -> None:
        self.sent += data
        self.writes.append(data)
        if self.device is not None:
            self.device.receive(data)

    def _replies(self) -> bytes:
        if self.device is None:
            return b""
        replies = self.device.replies()
        return b"" if self.deaf else replies


@dataclass
class Bench:
    """What a driver is given, for a test to look into."""

    clock: ManualClock = field(default_factory=ManualClock)
    stop: threading.Event = field(default_factory=threading.Event)
    told: list[Status] = field(default_factory=list)

    @property
    def surroundings(self) -> Surroundings:
        return Surroundings(monotonic=self.clock, stop=self.stop, tell=self.told.append)

    @property
    def told_codes(self) -> list[tuple[str, ...]]:
        return [tuple(trouble.code for trouble in status.troubles) for status in self.told]
