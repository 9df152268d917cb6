"""What every wire shares: two lanes, one thread that moves bytes along them, and the switches for faults."""

from __future__ import annotations

import math
import os
import select
import threading
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from enum import StrEnum
from random import Random
from typing import TYPE_CHECKING, Self

from simulators.lane import Cut, Faults, Lane

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Mapping

    from simulators.wire_ends import End

_READ_SIZE = 4096
_PATIENCE = 10.0  # seconds for the thread to do what it was told
_BROKEN = select.POLLERR | select.POLLHUP | select.POLLNVAL


class Direction(StrEnum):
    """Which way bytes go."""

    TO_DEVICE = "to_device"
    TO_DRIVER = "to_driver"


@dataclass(slots=True, eq=False)
class Track:
    """A lane between two ends. `sink` is None where no device is; `back` is the lane of the other direction."""

    lane: Lane
    back: Lane
    source: End
    sink: End | None
    pending: bytes = b""
    ended: bool = False
    end_passed: bool = False

    @property
    def wants_bytes(self) -> bool:
        """Whether the source may be read now."""
        return not self.ended and self.lane.room > 0

    @property
    def delivered(self) -> bool:
        """Whether all that entered has come out."""
        return not self.pending and self.lane.empty

    def send_pending(self) -> bool:
        """Send what has come out of the lane, return whether all of it went. Raises OSError."""
        while self.pending and self.sink is not None:
            try:
                sent = self.sink.send(self.pending)
            except BlockingIOError:
                return False
            self.lane.carried += sent
            self.pending = self.pending[sent:]
        self.pending = b""
        return True


class Wire(ABC):
    """A wire between a driver and a device; `connect` reaches the device and may raise OSError while it is away.

    The same `seed` gives the same fate to the same bytes.
    """

    def __init__(
        self,
        connect: Callable[[], socket.socket],
        *,
        seed: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._connect = connect
        self._monotonic = monotonic
        self._lanes = {direction: Lane(Random(f"{seed}/{direction}")) for direction in Direction}
        self._tracks: list[Track] = []
        self._changed = threading.Condition()
        self._waker = -1
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._wanted = False  # plugged in, as the caller wants it
        self._plugged = False

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    @abstractmethod
    def address(self) -> str:
        """The link address that leads a driver through this wire to the device."""

    def start(self) -> None:
        """Plug the wire in; the address can be opened when this returns. Raises OSError."""
        self._prepare()
        self._plug_in()
        self._plugged = self._wanted = True
        self._stopping = False
        self._waker = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._thread = threading.Thread(target=self._run, name=f"wire {self.address}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Unplug the wire and end its thread; does nothing when that is done."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopping = True
        self._wake()
        thread.join(_PATIENCE)
        if thread.is_alive():
            raise RuntimeError(f"the thread of {self.address} does not end")
        os.close(self._waker)
        self._waker = -1

    def set_faults(self, *, to_device: Faults | None = None, to_driver: Faults | None = None) -> None:
        """Set what goes wrong from now on; a direction left out keeps its faults. `Faults()` ends them."""
        with self._changed:
            if to_device is not None:
                self._lanes[Direction.TO_DEVICE].faults = to_device
            if to_driver is not None:
                self._lanes[Direction.TO_DRIVER].faults = to_driver
        self._wake()

    def entered(self, direction: Direction) -> int:
        """Return how many bytes have come into the wire since it was made."""
        with self._changed:
            return self._lanes[direction].entered

    def carried(self, direction: Direction) -> int:
        """Return how many bytes have left the wire at its other end since it was made."""
        with self._changed:
            return self._lanes[direction].carried

    def wait_carried(self, direction: Direction, count: int, timeout: float) -> bool:
        """Wait until so many bytes have been carried since the wire was made; return whether they were."""
        lane = self._lanes[direction]
        with self._changed:
            return self._changed.wait_for(lambda: lane.carried >= count, timeout)

    def unplug(self) -> None:
        """Pull the cable: whoever uses the wire is cut off, and the address cannot be opened."""
        self._want(plugged=False)

    def plug(self) -> None:
        """Put the cable back: the same address can be opened again."""
        self._want(plugged=True)

    @abstractmethod
    def _prepare(self) -> None:
        """Reserve the address. Raises OSError."""

    @abstractmethod
    def _plug_in(self) -> None:
        """Make the address one that can be opened."""

    @abstractmethod
    def _pull_out(self) -> None:
        """Cut off whoever is there; the address cannot be opened any more."""

    @abstractmethod
    def _release(self) -> None:
        """Give the address back; the wire has been pulled out."""

    @abstractmethod
    def _arrange(self) -> None:
        """Join ends that wait for it."""

    @abstractmethod
    def _cut(self, cut: Cut) -> None:
        """Break the present connection."""

    @abstractmethod
    def _broken(self, end: End) -> None:
        """Clean up after an end that broke by itself."""

    @abstractmethod
    def _pass_end(self, track: Track) -> None:
        """Pass on that a source has ended, everything before it having arrived."""

    def _listener(self) -> int | None:
        """Return a descriptor to wait for besides the ends."""
        return None

    def _next_attempt(self) -> float | None:
        """Return when `_arrange` should be called again at the latest."""
        return None

    def _join(self, driver: End, device: End | None) -> None:
        there, back = self._lanes[Direction.TO_DEVICE], self._lanes[Direction.TO_DRIVER]
        self._tracks = [Track(there, back, driver, device)]
        if device is not None:
            self._tracks.append(Track(back, there, device, driver))

    def _part(self) -> None:
        self._tracks = []
        for lane in self._lanes.values():
            lane.clear()

    def _want(self, *, plugged: bool) -> None:
        if self._thread is None:
            raise RuntimeError(f"{self.address} has not been started")
        with self._changed:
            self._wanted = plugged
            self._wake()
            if not self._changed.wait_for(lambda: self._plugged is plugged, _PATIENCE):
                raise RuntimeError(f"the thread of {self.address} does not answer")

    def _wake(self) -> None:
        if self._waker >= 0:
            os.eventfd_write(self._waker, 1)

    def _run(self) -> None:
        try:
            while not self._stopping:
                with self._changed:
                    self._step()
                    watch, wait = self._watch()
                    self._changed.notify_all()
                happened = dict(watch.poll(wait))
                with self._changed:
                    self._serve(happened)
        finally:
            with self._changed:
                self._pull_out()
                self._release()
                self._plugged = False

    def _step(self) -> None:
        if self._wanted is not self._plugged:
            (self._plug_in if self._wanted else self._pull_out)()
            self._plugged = self._wanted
        if self._plugged:
            self._arrange()
        for track in tuple(self._tracks):
            if track in self._tracks:  # the one before may have parted both
                self._push(track)

    def _push(self, track: Track) -> None:
        """Move what is due to the sink."""
        if track.lane.faults.stuck:
            return
        try:
            while track.send_pending() and (piece := track.lane.give(self._monotonic())) is not None:
                if isinstance(piece, Cut):
                    self._cut(piece)
                    return
                track.pending = piece
        except OSError:
            self._broken(track.sink or track.source)
            return
        if track.ended and track.delivered and not track.end_passed:
            track.end_passed = True
            self._pass_end(track)

    def _watch(self) -> tuple[select.poll, float | None]:
        """Return what to wait for, and for how many milliseconds."""
        masks: dict[int, int] = {self._waker: select.POLLIN}
        for track in self._tracks:
            if not track.ended:  # an end without interest still tells when it breaks
                masks.setdefault(track.source.fileno(), 0)
            if track.wants_bytes:
                masks[track.source.fileno()] |= select.POLLIN
            if track.pending and track.sink is not None and not track.lane.faults.stuck:
                masks[track.sink.fileno()] = masks.get(track.sink.fileno(), 0) | select.POLLOUT
        if (listener := self._listener()) is not None:
            masks[listener] = select.POLLIN
        watch = select.poll()
        for descriptor, mask in masks.items():
            watch.register(descriptor, mask)
        return watch, self._milliseconds()

    def _milliseconds(self) -> float | None:
        moments = [self._next_attempt()]
        moments += [track.lane.next_due for track in self._tracks if not track.pending]
        known = [moment for moment in moments if moment is not None]
        return max(0, math.ceil((min(known) - self._monotonic()) * 1000)) if known else None

    def _serve(self, happened: Mapping[int, int]) -> None:
        """Read what has come."""
        if self._waker in happened:
            os.eventfd_read(self._waker)
        for track in tuple(self._tracks):
            mask = happened.get(track.source.fileno(), 0) if track in self._tracks else 0
            if mask & select.POLLIN and track.wants_bytes:
                self._take(track)
            elif mask & _BROKEN and not track.ended:
                self._broken(track.source)

    def _take(self, track: Track) -> None:
        try:
            data = track.source.receive(min(_READ_SIZE, track.lane.room))
        except BlockingIOError:
            return
        except OSError:
            self._broken(track.source)
            return
        if not data:
            track.ended = True
            return
        now = self._monotonic()
        track.lane.take(data, now)
        if track.lane.faults.echo:
            track.back.take(data, now)
