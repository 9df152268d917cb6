"""Counted writes and timed reads on a non-blocking descriptor: what tcp, serial and device links have in common."""

from __future__ import annotations

import select
import time
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.link import LinkLost, LinkTimeout
from drivers.link.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable

READ_SIZE = 4096
_UNTRUE_READY = 0.01  # seconds to pause when poll promised what the call then refused


def _nothing() -> None:
    """Wait without preparation."""


@dataclass(frozen=True, slots=True)
class Channel:
    """An open descriptor and how to use it.

    `send` takes at most `chunk` bytes and returns how many the system took; both `send` and `receive` raise
    BlockingIOError instead of waiting. `empty_is_end` tells whether reading nothing alone means the peer is gone;
    `before_wait` is called ahead of each wait.
    """

    address: str
    descriptor: int
    send: Callable[[bytes], int]
    receive: Callable[[int], bytes]
    chunk: int
    empty_is_end: bool = True
    before_wait: Callable[[], None] = _nothing

    def write(self, data: bytes, deadline: Deadline) -> None:
        """Hand over all bytes before the deadline; raises LinkLost or LinkTimeout with the exact count."""
        written = 0
        first = True
        while written < len(data):
            if not self._ready(select.POLLOUT, deadline) or not (first or deadline.left):
                raise _stalled(self.address, written, len(data))
            first = False
            try:
                written += self.send(data[written : written + self.chunk])
            except BlockingIOError:
                # usblp says 'writable' without paper and then refuses
                time.sleep(min(_UNTRUE_READY, deadline.left))
            except OSError as error:
                raise lost(self.address, error, written, len(data)) from error

    def read(self, deadline: Deadline) -> bytes:
        """Return what has arrived, or b'' at the deadline; raises LinkLost."""
        first = True
        while (events := self._ready(select.POLLIN, deadline)) and (first or deadline.left):
            first = False
            try:
                data = self.receive(READ_SIZE)
            except BlockingIOError:
                data = None
            except OSError as error:
                raise lost(self.address, error) from error
            if data:
                return data
            if data is not None and (self.empty_is_end or events & select.POLLHUP):
                raise LinkLost("the other end closed the connection", address=self.address)
            time.sleep(min(_UNTRUE_READY, deadline.left))
        return b""

    def _ready(self, event: int, deadline: Deadline) -> int:
        """Return the event or an error, 0 at the deadline. An error counts as ready: the call then names it."""
        self.before_wait()
        watch = select.poll()
        watch.register(self.descriptor, event)
        return sum(events for _, events in watch.poll(deadline.milliseconds))


class ChannelLink(ABC):
    """A link that is a channel while it is open; a channel that broke is closed, so `open` makes a new one."""

    def __init__(self, address: str, *, monotonic: Callable[[], float]) -> None:
        self.address = address
        self._monotonic = monotonic
        self._channel: Channel | None = None

    @property
    def is_open(self) -> bool:
        """Whether the link is open as far as this side knows."""
        return self._channel is not None

    def open(self) -> None:
        """Open the link, or do nothing when it is open. Raises LinkUnavailable."""
        if self._channel is None:
            self._channel = self._connect()

    def write(self, data: bytes, timeout: float) -> None:
        """Hand all bytes to the system within `timeout` seconds. Raises LinkLost or LinkTimeout with `written`."""
        deadline = Deadline.after(self._monotonic, timeout)
        try:
            self._open_channel().write(data, deadline)
        except LinkLost:
            self._leave(broken=True)
            raise

    def read(self, timeout: float) -> bytes:
        """Return what has arrived, waiting up to `timeout` seconds for the first byte. Raises LinkLost."""
        deadline = Deadline.after(self._monotonic, timeout)
        try:
            return self._open_channel().read(deadline)
        except LinkLost:
            self._leave(broken=True)
            raise

    def close(self) -> None:
        """Close the link cleanly. Never raises."""
        self._leave(broken=False)

    @abstractmethod
    def _connect(self) -> Channel:
        """Open the way to the device. Raises LinkUnavailable."""

    @abstractmethod
    def _disconnect(self, *, broken: bool) -> None:
        """Release what `_connect` opened, with farewell unless it is broken. Never raises."""

    def _leave(self, *, broken: bool) -> None:
        if self._channel is not None:
            self._channel = None
            self._disconnect(broken=broken)

    def _open_channel(self) -> Channel:
        if self._channel is None:
            raise LinkLost("the link is not open", address=self.address)
        return self._channel


def lost(address: str, error: OSError, written: int = 0, length: int = 0) -> LinkLost:
    """Return the LinkLost for a system error, with the count of a failed write."""
    count = f" after {written} of {length} bytes" if length else ""
    return LinkLost(
        f"the connection broke{count}: {error.strerror or error}",
        address=address,
        cure="check the cable and that the printer is on",
        written=written,
    )


def _stalled(address: str, written: int, length: int) -> LinkTimeout:
    return LinkTimeout(
        f"took {written} of {length} bytes in the time allowed",
        address=address,
        cure="check paper and cover; a printer that is offline takes no bytes",
        written=written,
    )
