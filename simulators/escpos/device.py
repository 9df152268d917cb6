"""The printer without a wire: bytes in; paper and replies out.

    receive(data) --> real-time watch --> acts at once
          |
          +--> receive buffer --> reader --> engine --> paper (ledger)
                (waits while offline)          |
                                               +--> replies() --> host

`Device` does no I/O and keeps no thread, but may be used from several: every call and every switch takes its lock,
and a switch that lets the printer go on makes it go on at once. With a `speed` it has to be called again when
the time it names has come (`work`); a server does that.
"""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Generic, TypeVar

from simulators.escpos import realtime
from simulators.escpos.answers import AnswerCommands
from simulators.escpos.commands import UNKNOWN, CommandReader
from simulators.escpos.engine import Engine
from simulators.escpos.formatting import FormattingCommands
from simulators.escpos.models import EPSON_80
from simulators.escpos.paper import DrawerKick
from simulators.escpos.symbols import SymbolCommands

if TYPE_CHECKING:
    from collections.abc import Callable

    from simulators.escpos.engine import Finding, Handler, Steps
    from simulators.escpos.models import Model
    from simulators.escpos.paper import Ledger

_T = TypeVar("_T")


class Switch(Generic[_T]):
    """An attribute of `Device` that may be set from any thread while the printer runs."""

    def __init__(self, part: Callable[[Device], object]) -> None:
        self._part = part
        self._name = ""

    def __set_name__(self, _owner: type[Device], name: str) -> None:
        self._name = name

    def __get__(self, device: Device, _owner: type[Device]) -> _T:
        value: _T = getattr(self._part(device), self._name)
        return value

    def __set__(self, device: Device, value: _T) -> None:
        device.change(self._part(device), self._name, value)


def _condition(device: Device) -> object:
    return device.engine.condition


def _mechanism(device: Device) -> object:
    return device.engine.mechanism


def _reader(device: Device) -> object:
    return device.reader


def _engine(device: Device) -> object:
    return device.engine


def _reports(device: Device) -> object:
    return device.engine.reports


def _outbox(device: Device) -> object:
    return device.engine.outbox


class Device:
    """One ESC/POS printer, switched on, paper in, cover closed.

    `buffer_bytes` is the size of the receive buffer. `monotonic` gives the time in seconds.
    """

    # Sensors and errors; what each does: `condition.Condition`.
    paper_out: Switch[bool] = Switch(_condition)
    paper_near_end: Switch[bool] = Switch(_condition)
    cover_open: Switch[bool] = Switch(_condition)
    cutter_jam: Switch[bool] = Switch(_condition)
    recoverable_error: Switch[bool] = Switch(_condition)
    unrecoverable_error: Switch[bool] = Switch(_condition)
    head_hot: Switch[bool] = Switch(_condition)
    feed_button: Switch[bool] = Switch(_condition)
    self_test: Switch[bool] = Switch(_condition)
    drawer_open: Switch[bool] = Switch(_condition)
    recovers_alone: Switch[bool] = Switch(_condition)
    cover_needs_recovery: Switch[bool] = Switch(_condition)
    paper_end_while_open: Switch[bool] = Switch(_condition)
    # Lines a second, None for at once; and after how many more lines the paper ends, None for never.
    speed: Switch[float | None] = Switch(_mechanism)
    paper_lines: Switch[int | None] = Switch(_mechanism)
    # What the printer can do at all.
    process_ids: Switch[bool] = Switch(_reader)
    gs_r: Switch[bool] = Switch(_engine)
    asb_supported: Switch[bool] = Switch(_reports)
    one_way: Switch[bool] = Switch(_outbox)
    host_reading: Switch[bool] = Switch(_outbox)

    def __init__(
        self,
        model: Model = EPSON_80,
        *,
        buffer_bytes: int = 65536,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self.buffer_bytes = buffer_bytes
        self.engine = Engine(model, monotonic)
        self.reader = CommandReader()
        self.bytes_received = 0
        self._silent = False
        self._busy_when_offline = False
        self._powered = True
        self._condition = threading.Condition(threading.RLock())
        self._buffer = bytearray()
        self._watch = realtime.RealTimeWatch()
        self._handlers = _handlers(self.engine)
        self._program = self._run_commands()
        self._wakers: list[Callable[[], None]] = []

    @property
    def commands(self) -> frozenset[str]:
        """The names of the buffered commands it knows."""
        return frozenset(self._handlers)

    @property
    def ledger(self) -> Ledger:
        """What was printed."""
        return self.engine.ledger

    # -- the wire ---------------------------------------------------------------------------------------------------

    def receive(self, data: bytes) -> None:
        """Take bytes from the host. What finds no room in the buffer is lost; real-time requests act even so."""
        with self._condition:
            if not self._powered:
                return
            self.bytes_received += len(data)
            begin = 0
            for end, request in self._watch.find(data):
                self._store(data[begin:end])
                begin = end
                self._act(request)
            self._store(data[begin:])
            self._settle()
        self.ledger.announce()

    def work(self) -> float | None:
        """Go on with what is buffered; return in how many seconds to call again, None if only events matter."""
        with self._condition:
            self._settle()
            delay = None if self._silent else self.engine.mechanism.delay
        self.ledger.announce()
        return delay

    def replies(self) -> bytes:
        """Remove and return what the printer has to say."""
        with self._condition:
            return self.engine.outbox.take()

    def host_reads(self, *, reading: bool) -> None:
        """Note whether the host takes what is sent to it; see `replies.Outbox`."""
        if self.host_reading != reading:
            self.host_reading = reading

    @property
    def room(self) -> int:
        """How many bytes the link may bring now: the free part of the buffer, or 0 when busy."""
        with self._condition:
            if self._busy_when_offline and self._powered and not self.engine.condition.online:
                return 0
            return max(0, self.buffer_bytes - len(self._buffer))

    @property
    def buffered(self) -> int:
        """Bytes that wait in the receive buffer."""
        with self._condition:
            return len(self._buffer)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Everything a well-behaved host does not do, in order."""
        with self._condition:
            return tuple(self.engine.findings)

    @property
    def unknown(self) -> tuple[Finding, ...]:
        """The findings about commands this printer does not know."""
        return tuple(finding for finding in self.findings if finding.kind == UNKNOWN)

    def wait_until(self, holds: Callable[[Device], bool], timeout: float) -> None:
        """Return once `holds` is true of the printer. Raises TimeoutError after `timeout` seconds."""
        with self._condition:
            if not self._condition.wait_for(lambda: holds(self), timeout):
                raise TimeoutError(f"not within {timeout} s; {len(self._buffer)} bytes buffered")

    def on_change(self, waker: Callable[[], None]) -> Callable[[], None]:
        """Call `waker`, in whatever thread, after somebody turned a switch: there may be work or replies.

        Returns what ends that.
        """
        with self._condition:
            self._wakers.append(waker)
        return lambda: self._wakers.remove(waker)

    # -- switches ---------------------------------------------------------------------------------------------------

    def change(self, part: object, name: str, value: object) -> None:
        """Set attribute `name` of a part, and let the printer feel it."""
        with self._condition:
            engine = self.engine
            if part is engine.condition:
                if name == "paper_out" and engine.condition.paper_out and not value:
                    self.ledger.change_roll()
                engine.condition.change(name, bool(value), printing=engine.mechanism.busy)
            else:
                setattr(part, name, value)
        self._felt()

    @property
    def silent(self) -> bool:
        """Whether the printer hangs: it neither prints nor answers, and bytes pile up until this is over."""
        return self._silent

    @silent.setter
    def silent(self, value: bool) -> None:
        self.change(self, "_silent", value)

    @property
    def busy_when_offline(self) -> bool:
        """Whether the link stops at once when the printer goes offline, instead of when the buffer is full.

        DIP switch 2-1 or memory switch 1-3 at Epson; then `DLE EOT` cannot even be asked (escpos.md 1).
        """
        return self._busy_when_offline

    @busy_when_offline.setter
    def busy_when_offline(self, value: bool) -> None:
        self.change(self, "_busy_when_offline", value)

    @property
    def powered(self) -> bool:
        """Whether the printer is on."""
        return self._powered

    def new_roll(self) -> None:
        """Put in a full roll."""
        self.paper_lines = None
        self.paper_near_end = False
        self.paper_out = False

    def tear(self) -> None:
        """Tear the paper off by hand, as with a printer that has no cutter."""
        with self._condition:
            self.ledger.cut("torn")
        self._felt()

    def repeat_asb(self) -> None:
        """Send an ASB set although nothing changed, if ASB is on (Bixolon SRP-332II does so at intervals)."""
        with self._condition:
            self.engine.reports.repeat_asb()
        self._felt()

    def power_cut(self) -> None:
        """Lose power: buffers, settings, replies and the line being printed are gone, what is on paper stays."""
        with self._condition:
            self._lose_power()
        self._felt()

    def power_on(self) -> None:
        """Start up as from the box: default settings, errors without a cause forgotten."""
        with self._condition:
            self.engine.reset()
            self.engine.condition.recover()
            self.engine.real_time_allowed = dict.fromkeys(self.engine.real_time_allowed, True)
            self._powered = True
        self._felt()

    # -- inside, always with the lock held ----------------------------------------------------------------------------

    def _felt(self) -> None:
        with self._condition:
            self._settle()
            wakers = list(self._wakers)
        self.ledger.announce()
        for waker in wakers:
            waker()

    def _lose_power(self) -> None:
        self._powered = False
        self._clear_buffers()
        self.engine.mechanism.cancel()
        self._watch = realtime.RealTimeWatch()
        self.engine.outbox.clear()

    def _store(self, data: bytes) -> None:
        """Put bytes into the buffer as it empties; lose what does not fit."""
        rest = memoryview(data)
        while rest and self._powered:
            free = self.buffer_bytes - len(self._buffer)
            if free <= 0:
                self.engine.find("overrun", "", f"{len(rest)} bytes lost")
                return
            self._buffer += rest[:free]
            rest = rest[free:]
            self._settle()

    def _settle(self) -> None:
        """Report changes, run what can run, report again, and tell whoever waits."""
        if self._powered and not self._silent:
            self.engine.reports.check()
            next(self._program)
            while self.engine.mechanism.settle():
                next(self._program)
            self.engine.reports.check()
        self._condition.notify_all()

    def _run_commands(self) -> Steps:
        """Run buffered commands for ever; yields whenever it cannot go on."""
        while True:
            yield from self.engine.online()
            command = self.reader.take(self._buffer)
            if command is None:
                yield
            elif (handler := self._handlers.get(command.name)) is None:
                self.engine.find(UNKNOWN, command)
            elif (steps := handler(command)) is not None:
                yield from steps

    def _clear_buffers(self) -> None:
        """Forget everything received and not yet printed, a half-received command included."""
        self._buffer.clear()
        reader = CommandReader()
        reader.process_ids = self.reader.process_ids
        self.reader = reader
        self.engine.line.clear()
        if self.engine.condition.interrupted:
            self.engine.mechanism.cancel()
        self._program = self._run_commands()

    def _act(self, request: bytes) -> None:
        if self._silent or not self._powered:
            return
        kind, n = request[1], request[2]
        if kind == realtime.STATUS:
            self.engine.outbox.put("status", bytes([self.engine.condition.real_time(n)]))
        elif kind == realtime.RECOVER:
            self._recover(clear=n == 2)
        elif n == realtime.CLEAR_BUFFERS:
            self._clear_buffers()
            self.engine.condition.recover()
            self.engine.outbox.put("block", b"\x37\x25\x00")
        elif self.engine.real_time_allowed[n]:
            self._act_on_function(n, request)

    def _recover(self, *, clear: bool) -> None:
        """DLE ENQ: of use only after an error that waits for it, except on models that always clear."""
        if clear and (self.engine.condition.latched or self.model.enquiry_always_clears):
            self._clear_buffers()
        self.engine.condition.recover()

    def _act_on_function(self, function: int, request: bytes) -> None:
        if function == realtime.POWER_OFF:
            self._lose_power()
        else:
            pulse = request[4] * 100
            self.ledger.kick(DrawerKick((2, 5)[request[3]], pulse, pulse, real_time=True))


def _handlers(engine: Engine) -> dict[str, Handler]:
    groups = (FormattingCommands(engine), SymbolCommands(engine), AnswerCommands(engine))
    handlers: dict[str, Handler] = {}
    for group in groups:
        handlers |= group.handlers()
    return handlers
