"""The thread that lets a device live at the end of a wire; what a wire is, its subclasses know.

The thread waits for the wire, for the paper feed's next moment and for other threads. Whatever changes the wire runs
in this thread: calls from others are handed over and waited for, so that a fault is in place when the call that
asked for it returns.
"""

from __future__ import annotations

import queue
import selectors
import socket
import threading
from abc import ABC, abstractmethod
from concurrent.futures import Future
from contextlib import ExitStack, suppress
from functools import partial
from typing import TYPE_CHECKING, Generic, Protocol, Self, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Collection
    from types import TracebackType

    from simulators.escpos.paper import Ledger, Slip

_HAND_OVER_TIMEOUT = 30.0  # seconds; only a bug or a very ill machine takes so long
_AT_ONCE = 4096  # bytes that pass together on a line without a speed


class Wired(Protocol):
    """What a wire asks of the printer at its end, whatever language that speaks; `escpos.device.Device` explains."""

    buffer_bytes: int

    @property
    def powered(self) -> bool:
        """Whether it is on."""
        ...

    @property
    def room(self) -> int:
        """How many bytes it takes now."""
        ...

    @property
    def ledger(self) -> Ledger:
        """What it printed."""
        ...

    def receive(self, data: bytes) -> None:
        """Take bytes from the host; none at the end of a connection."""
        ...

    def replies(self) -> bytes:
        """Remove and return what it has to say."""
        ...

    def host_reads(self, *, reading: bool) -> None:
        """Note whether the host takes what is sent to it."""
        ...

    def work(self) -> float | None:
        """Go on; return in how many seconds to call again."""
        ...

    def on_change(self, waker: Callable[[], None]) -> Callable[[], None]:
        """Call `waker` when there may be work or replies; returns what ends that."""
        ...

    def power_cut(self) -> None:
        """Lose power."""
        ...

    def power_on(self) -> None:
        """Start up."""
        ...


D = TypeVar("D", bound=Wired)


class ByteLimit:
    """Counts down the bytes of one direction to the moment the wire breaks; None never breaks."""

    def __init__(self) -> None:
        self.asked: int | None = None
        self._left: int | None = None

    def set(self, count: int | None) -> None:
        """Break after `count` more bytes, counted anew on every connection until it has happened."""
        self.asked = count
        self.restart()

    def restart(self) -> None:
        """Begin to count again: a new connection."""
        self._left = self.asked

    def cap(self, count: int) -> int:
        """Return how many of `count` bytes may still pass."""
        return count if self._left is None else min(count, self._left)

    def passed(self, count: int) -> None:
        """Note that bytes have passed."""
        if self._left is not None:
            self._left -= count

    @property
    def reached(self) -> bool:
        """Whether the wire breaks now."""
        return self._left is not None and self._left <= 0


class Pace:
    """Lets bytes through at a line's speed, at most a hundredth of a second's worth at once."""

    def __init__(self, baud: int | None, monotonic: Callable[[], float]) -> None:
        self._rate = baud / 10 if baud else None
        self._monotonic = monotonic
        self._credit = 0.0
        self._at = monotonic()

    def allowed(self) -> int:
        """Return how many bytes may pass now."""
        if self._rate is None:
            return _AT_ONCE
        now = self._monotonic()
        self._credit = min(max(1.0, self._rate / 100), self._credit + (now - self._at) * self._rate)
        self._at = now
        return int(self._credit)

    def used(self, count: int) -> None:
        """Note that bytes have passed."""
        self._credit -= count

    @property
    def delay(self) -> float:
        """Seconds until a few more may pass."""
        return 0.0 if self._rate is None else max(1.0, self._rate / 100) / self._rate


class PrinterServer(ABC, Generic[D]):
    """A device and its wire in a thread. Use as context manager, or `start` and `stop`."""

    def __init__(self, device: D) -> None:
        self.device = device
        self.disconnects = 0
        self._received = ByteLimit()
        self._sent = ByteLimit()
        self._calls: queue.SimpleQueue[tuple[Callable[[], None], Future[None]]] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._stopping = False
        self._failure: BaseException | None = None
        self._wakers = ExitStack()
        self._woken: socket.socket | None = None
        self._wake: Callable[[], None] = lambda: None

    @property
    @abstractmethod
    def address(self) -> str:
        """Where the printer is: a link address as in the bridge's configuration."""

    def start(self) -> Self:
        """Begin to serve; returns when the address can be used. Raises OSError."""
        self._open()
        self._stopping = False
        self._prepare_wake_ups()
        self._thread = threading.Thread(target=self._live, name=f"printer {self.address}", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop serving and release everything. Raises what the thread died of, if it did."""
        thread, self._thread = self._thread, None
        if thread is None:
            return
        self._stopping = True
        self._wake()
        thread.join()
        self._close()
        self._wakers.close()
        if self._failure is not None:
            raise self._failure

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    # -- what happened, and what shall happen -----------------------------------------------------------------------

    def wait_for_slips(self, count: int, timeout: float = 30.0) -> tuple[Slip, ...]:
        """Return the finished slips once there are `count`. Raises TimeoutError."""
        return self.device.ledger.wait_for_slips(count, timeout)

    def disconnect(self) -> None:
        """Break the wire now."""
        self._hand_over(self._break)

    def disconnect_at(self, *, received: int | None = None, sent: int | None = None) -> None:
        """Break the wire once, after so many bytes from or to the host, counted from now or from a new connection.

        What lies beyond never reaches the printer, or the host.
        """
        self._hand_over(partial(self._limit, received, sent))

    def power_cut(self) -> None:
        """Cut the power; see `Device.power_cut`."""
        self._hand_over(self.device.power_cut)

    def power_on(self) -> None:
        """Give the power back; see `Device.power_on`."""
        self._hand_over(self.device.power_on)

    def _limit(self, received: int | None, sent: int | None) -> None:
        self._received.set(received)
        self._sent.set(sent)

    # -- the thread -------------------------------------------------------------------------------------------------

    @abstractmethod
    def _open(self) -> None:
        """Make the wire."""

    @abstractmethod
    def _close(self) -> None:
        """Release the wire. May be called twice."""

    @abstractmethod
    def _break(self) -> None:
        """Break the wire as if it had been pulled."""

    @abstractmethod
    def _follow_power(self) -> None:
        """Make the wire fit to whether the printer has power."""

    @abstractmethod
    def _serve(self, delay: float | None) -> None:
        """Wait up to `delay` seconds for the wire or a wake-up, and move bytes."""

    def _live(self) -> None:
        try:
            while not self._stopping:
                self._do_calls()
                self._follow_power()
                self._serve(self.device.work())
        except BaseException as error:  # noqa: BLE001  (whatever it is, `stop` raises it where somebody sees it)
            self._failure = error
            self._close()
        finally:
            self._do_calls()

    def _wait(
        self, readers: Collection[int], writers: Collection[int], delay: float | None
    ) -> tuple[set[int], set[int]]:
        """Return the descriptors that can be read and written, after `delay` seconds or a wake-up at the latest."""
        assert self._woken is not None  # noqa: S101  (only the thread waits, and it lives between start and stop)
        with selectors.DefaultSelector() as selector:
            selector.register(self._woken, selectors.EVENT_READ)
            for descriptor in {*readers, *writers}:
                wanted = (descriptor in readers) * selectors.EVENT_READ
                selector.register(descriptor, wanted | (descriptor in writers) * selectors.EVENT_WRITE)
            events = [(key.fd, mask) for key, mask in selector.select(delay)]
        with suppress(BlockingIOError):
            self._woken.recv(4096)
        readable = {descriptor for descriptor, mask in events if mask & selectors.EVENT_READ}
        return readable, {descriptor for descriptor, mask in events if mask & selectors.EVENT_WRITE}

    def _prepare_wake_ups(self) -> None:
        """Make the pair of sockets through which switches and calls end the thread's waiting."""
        self._woken, waking = socket.socketpair()
        self._woken.settimeout(0)
        waking.settimeout(0)

        def wake() -> None:
            with suppress(BlockingIOError):  # full: it will wake anyway
                waking.send(b"!")

        self._wake = wake
        self._wakers.enter_context(self._woken)
        self._wakers.enter_context(waking)
        self._wakers.callback(self.device.on_change(wake))

    def _hand_over(self, call: Callable[[], None]) -> None:
        """Run `call` in the server's thread and wait for it; in this one when there is no other."""
        thread = self._thread
        if thread is None or not thread.is_alive() or thread is threading.current_thread():
            self._do_now(call)
            return
        outcome: Future[None] = Future()
        self._calls.put((call, outcome))
        self._wake()
        outcome.result(_HAND_OVER_TIMEOUT)

    def _do_calls(self) -> None:
        with suppress(queue.Empty):
            while True:
                call, outcome = self._calls.get_nowait()
                try:
                    self._do_now(call)
                except BaseException as error:  # noqa: BLE001  (raised again where the call was made)
                    outcome.set_exception(error)
                else:
                    outcome.set_result(None)

    def _do_now(self, call: Callable[[], None]) -> None:
        call()
        if self._thread is not None:
            self._follow_power()
