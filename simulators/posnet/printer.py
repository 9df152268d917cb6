"""The printer without a wire: requests in on two interfaces; answers, documents and paper out.

    interface --arrive--> ! commands at once
                  |
                  +-----> queue --> pause, paper, keys --> decide --> commit --> paper --> answer

What lies between two commits is lost at a power cut; a commit is one transaction of the store. `FiscalPrinter` keeps
no thread but may be used from several: every call takes its lock, and a switch that lets it go on makes it go on at
once. With a print speed or delays it has to be called again when the time it names has come (`work`); a port does that.
"""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulators.escpos.paper import COLUMN, Ledger
from simulators.posnet import framing
from simulators.posnet.behaviour import Behaviour, Fate
from simulators.posnet.command import Panel
from simulators.posnet.core import Core
from simulators.posnet.ending import after_power_failure
from simulators.posnet.factory import local_time, new_memory
from simulators.posnet.faults import AT_ARRIVAL, Faults, Kind, Troubles, corrupted
from simulators.posnet.fields import convert
from simulators.posnet.framing import Framer, FrameRefusedError
from simulators.posnet.interface import BREAK, HostInterface, Outgoing
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.people import Operator, OtherHost
from simulators.posnet.press import Press, Sensors
from simulators.posnet.registry import COMMANDS, REPEAT
from simulators.posnet.speaker import Job, Speaker
from simulators.posnet.store import Store
from simulators.posnet.worker import NO_VALUES, Worker

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from simulators.posnet.ledger import FiscalLedger
    from simulators.posnet.memory import Memory
    from simulators.posnet.models import Model


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a well-behaved host does not do: on which interface, with which command, what."""

    interface: int
    command: str
    what: str


class FiscalPrinter:
    """One printer, switched on, paper in, cover closed.

    `state` is the folder of its memory; an empty one gets `memory`, or a new printer. An old one is a printer whose
    power is back. `clock` gives the moment in Poland, `monotonic` seconds. Raises OSError or sqlite3.Error.
    """

    def __init__(
        self,
        model: Model = XL2_ONLINE,
        *,
        state: Path | None = None,
        memory: Memory | None = None,
        behaviour: Behaviour | None = None,
        faults: Faults | None = None,
        clock: Callable[[], datetime] = local_time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self.model = model
        self.behaviour = behaviour or Behaviour()
        self.faults = faults or Faults()
        self.monotonic = monotonic
        self.condition = threading.Condition(threading.RLock())
        self.core = Core(model, self.behaviour, Store(state), memory or new_memory(model), clock)
        self.ledger = Ledger(model.columns * COLUMN)
        self.sensors = Sensors()
        self.press = Press(self.ledger, self.sensors, monotonic)
        self.speaker = Speaker(self.behaviour, monotonic)
        self.worker = Worker(self)
        self.pc1, self.pc2 = HostInterface(self, 1), HostInterface(self, 2)
        self.interfaces = (self.pc1, self.pc2)
        self.operator = Operator(self)
        self.other_host = OtherHost(self)
        self.findings: list[Finding] = []
        self.beeps = 0
        self.customer_display: dict[int, str] = {}
        self._powered = True
        self._silent = False
        self._settling = False
        self._power_on_at = math.inf
        if not self.core.is_new:
            self._recover()

    def close(self) -> None:
        """Release the store; the printer is of no use afterwards."""
        with self.condition:
            self._powered = False
            self.core.close()

    # -- what it is and has -----------------------------------------------------------------------------------------

    @property
    def fiscal(self) -> FiscalLedger:
        """The documents of its protected memory: what happened, for whoever counts."""
        return self.core.fiscal

    @property
    def memory(self) -> Memory:
        """Its memory at this moment."""
        return self.core.memory

    @property
    def powered(self) -> bool:
        """Whether it is on."""
        return self._powered

    @property
    def silent(self) -> bool:
        """Whether it hangs: bytes pile up and nothing happens until this is over."""
        return self._silent

    @property
    def busy(self) -> bool:
        """Whether it has anything to do: commands, or paper to print."""
        return bool(self.worker.queue) or self.worker.job is not None or self.press.busy

    @property
    def panel(self) -> Panel:
        """What it shows of itself."""
        sensors, worker = self.sensors, self.worker
        return Panel(worker.display, sensors.code, worker.idle, sensors.near_end, sensors.drawer_open)

    def wait_until(self, holds: Callable[[FiscalPrinter], bool], timeout: float = 30.0) -> None:
        """Return once `holds` is true of the printer. Raises TimeoutError after `timeout` seconds."""
        with self.condition:
            if not self.condition.wait_for(lambda: holds(self), timeout):
                raise TimeoutError(f"not within {timeout} s; the printer shows {self.panel}")

    # -- switches ---------------------------------------------------------------------------------------------------

    def change(self, **switches: object) -> None:
        """Turn switches; the printer feels it at once.

        Sensors: `paper_out`, `cover_open`, `head_hot`, `cutter_jam`, `near_end`, `drawer_open`. Paper: `speed` in
        lines a second (None: at once), `paper_lines` left on the roll (None: enough). `silent`: it hangs. `menu`:
        somebody is in its menu.
        """
        with self.condition:
            for name, value in switches.items():
                if name == "paper_out" and self.sensors.paper_out and not value:
                    self.ledger.change_roll()
                setattr(self._part_with(name), name if name != "silent" else "_silent", value)
        self.felt()

    def _part_with(self, name: str) -> object:
        if name == "silent":
            return self
        if name == "menu":
            return self.worker
        if name in {"speed", "paper_lines"}:
            return self.press
        if not hasattr(self.sensors, name):
            raise AttributeError(f"the printer has no switch {name!r}")
        return self.sensors

    def release_answers(self) -> None:
        """Let every answer that a fault holds back go now."""
        with self.condition:
            for interface in self.interfaces:
                interface.release(self.monotonic())
        self.felt()

    def felt(self) -> None:
        """Let the printer go on after something about it changed, and wake its ports."""
        with self.condition:
            self.settle()
            wakers = [waker for interface in self.interfaces for waker in interface.wakers]
        self.ledger.announce()
        for waker in wakers:
            waker()

    # -- power ------------------------------------------------------------------------------------------------------

    def power_cut(self, outage: float | None = None) -> None:
        """Lose power; it comes back after `outage` seconds, or with `power_on`."""
        with self.condition:
            self.lose_power(outage)
        self.felt()

    def power_on(self) -> None:
        """Start up: an open transaction meets its fate."""
        with self.condition:
            if not self._powered:
                self._powered = True
                self._power_on_at = math.inf
                self._recover()
        self.felt()

    def lose_power(self, outage: float | None) -> None:
        """Forget everything that is not in the memory; with the lock held."""
        self._powered = False
        self._power_on_at = math.inf if outage is None else self.monotonic() + outage
        self.worker.forget()
        for interface in self.interfaces:
            interface.forget()
        if not self.behaviour.answers_survive_restart:
            self.speaker.kept.forget()

    def _recover(self) -> None:
        """Do what a printer does when the power comes back."""
        call = self.core.call("", NO_VALUES, 3)
        resumes = self.behaviour.open_transaction is Fate.RESUME and self.memory.transaction is not None
        outcome = after_power_failure(call)
        self.core.commit(outcome)
        if outcome.rows or outcome.ends:
            self.press.put(outcome.rows, ends=outcome.ends)
        elif not resumes:
            self.ledger.cut("torn")

    # -- for the interfaces -----------------------------------------------------------------------------------------

    def arrive(self, interface: HostInterface, inside: bytes | None, *, spoilt: bool = False) -> None:
        """Take what stood between STX and ETX, with the lock held; None was too long."""
        if inside is None:
            self._unacceptable(interface, FrameRefusedError(framing.BUFFER_FULL), Troubles())
            return
        troubles = Troubles(() if spoilt else self.faults.draw(framing.name_of(inside)))
        lost = troubles.of(*AT_ARRIVAL)
        if lost is None:
            self._accept(interface, inside, troubles)
        elif lost.kind is Kind.CORRUPT_REQUEST:
            data = corrupted(b"\x02" + inside + b"\x03", lost.at)
            for part in Framer().feed(data, self.behaviour.frame_bytes):
                self.arrive(interface, part, spoilt=True)
        elif lost.kind is Kind.CLOSE_BEFORE:
            interface.send(Outgoing(b"", then=BREAK))

    def connection_ended(self, interface: HostInterface) -> None:
        """Forget of a host that is gone what this firmware forgets, with the lock held."""
        if not self.behaviour.queue_survives_reconnect:
            self.worker.forget_host(interface)
        if not self.behaviour.answers_survive_reconnect:
            self.speaker.kept.forget(interface.number)

    def work(self) -> float | None:
        """Go on; return in how many seconds to call again, None if only events matter."""
        with self.condition:
            if not self._powered and self.monotonic() >= self._power_on_at:
                self.power_on()
            self.settle()
            now = self.monotonic()
            if not self._powered:
                return None if self._power_on_at == math.inf else self._power_on_at - now
            delays = [] if self._silent else list(self.worker.delays(now))
            delays += [delay for one in self.interfaces if (delay := one.delay(now)) is not None]
            return min((max(0.0, delay) for delay in delays if delay < math.inf), default=None)

    def announce(self, current: HostInterface) -> None:
        """Tell who listens to the paper, and the port of the other interface when it has something to do."""
        self.ledger.announce()
        with self.condition:
            now = self.monotonic()
            wakers = [
                waker
                for interface in self.interfaces
                if interface is not current and (interface.has_answers(now) or not self._powered)
                for waker in interface.wakers
            ]
        for waker in wakers:
            waker()

    def settle(self) -> None:
        """Do everything that can be done now, with the lock held; nothing when that is being done already."""
        if not self._settling:
            self._settling = True
            try:
                self._go_on()
            finally:
                self._settling = False
            self.condition.notify_all()

    def _go_on(self) -> None:
        if self._powered and not self._silent:
            for interface in self.interfaces:
                interface.hear()
            self.worker.close_what_was_left()
        while self._powered and not self._silent and self.worker.advance():
            pass

    def _accept(self, interface: HostInterface, inside: bytes, troubles: Troubles) -> None:
        try:
            job = self._read(interface, inside, troubles)
        except FrameRefusedError as error:
            self._unacceptable(interface, error, troubles)
            return
        if job.request.immediate and job.command is not None:
            outcome = job.command.run(self.core.call("", job.values, interface.number, self.panel))
            self.speaker.done(job, outcome.fields, self.core.pages[interface.number - 1])
            return
        if interface.unanswered:
            self._find(interface, job.request.mnemonic, "sent before the answer to the command before it")
        interface.unanswered += 1
        self.worker.queue.append(job)
        if troubles.of(Kind.SILENT):
            self._silent = True

    def _read(self, interface: HostInterface, inside: bytes, troubles: Troubles) -> Job:
        """Return the job a frame asks for. Raises FrameRefusedError."""
        request = framing.read(inside, self.behaviour, self.model)
        name, token = request.mnemonic, request.token
        if not request.immediate and len(self.worker.queue) >= self.behaviour.queue_depth:
            raise FrameRefusedError(framing.QUEUE_FULL, token=token, command=name)
        if name == REPEAT:
            if request.immediate or not token:
                code = framing.NOT_IMMEDIATE if request.immediate else framing.TOKEN
                raise FrameRefusedError(code, token=token, command=name)
            return Job(interface, request, None, NO_VALUES, troubles, interface.session)
        command = COMMANDS.get(name)
        if command is None or self.model.lacks(name) or not self.behaviour.knows(name):
            raise FrameRefusedError(framing.UNKNOWN_COMMAND, token=token, command=name)
        if request.immediate and not command.immediate:
            raise FrameRefusedError(framing.NOT_IMMEDIATE, token=token, command=name)
        for field in ({*request.fields} - {*command.fields}) | {*request.repeated}:
            self._find(interface, name, f"unknown or repeated field {field}")
        for field in request.fields:
            if (name, field) in self.behaviour.unknown_fields:
                raise FrameRefusedError(framing.CONVERSION, token=token, command=name, name=field)
        page = self.core.pages[interface.number - 1]
        values = convert(request, command.fields, page, self.model.limits)
        return Job(interface, request, command, values, troubles, interface.session)

    def _unacceptable(self, interface: HostInterface, error: FrameRefusedError, troubles: Troubles) -> None:
        self._find(interface, error.command, str(error))
        self.speaker.unacceptable(interface, error, troubles, interface.session)

    def _find(self, interface: HostInterface, command: str, what: str) -> None:
        self.findings.append(Finding(interface.number, command, what))
