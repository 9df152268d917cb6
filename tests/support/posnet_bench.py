"""A POSNET driver in front of a simulated printer: no wire, a clock that only waiting moves, and a memory for facts."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from support.fiscal_printers import Time, used

from drivers.contract import Fault, Mark, Surroundings
from drivers.link import LinkLost, LinkUnavailable
from drivers.posnet.driver import PosnetDriver
from drivers.posnet.options import PosnetOptions
from drivers.receipt import Line, Receipt, VatRate
from simulators.posnet.behaviour import Behaviour
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivers.contract import Plan, Proof, Status, Verdict
    from simulators.posnet.interface import HostInterface
    from simulators.posnet.memory import Document, Memory
    from simulators.posnet.models import Model


A, B = VatRate(Decimal(23)), VatRate(Decimal(8))
SALE = Receipt(
    receipt_id=123456,
    lines=(
        Line("Kubek ceramiczny 330 ml", Decimal(2), Decimal("12.99"), A),
        Line("Herbata zielona", Decimal(1), Decimal("3.69"), B),
    ),
    series_id=1,
    order_id=77,
    number="PAR 12/2026",
    payment="Karta",
    nip="5222628262",
)


class Agenda(Time):
    """Time in which things happen: what was scheduled is done when it has come."""

    def __init__(self) -> None:
        super().__init__()
        self._agenda: list[tuple[float, Callable[[], object]]] = []

    def after(self, seconds: float, action: Callable[[], object]) -> None:
        """Do `action` when so many seconds from now have passed."""
        self._agenda.append((self.seconds + seconds, action))

    def pass_by(self, seconds: float) -> None:
        end = self.seconds + seconds
        while due := [entry for entry in self._agenda if entry[0] <= end]:
            first = min(due, key=lambda entry: entry[0])
            self._agenda.remove(first)
            super().pass_by(max(0.0, first[0] - self.seconds))
            first[1]()
        super().pass_by(max(0.0, end - self.seconds))

    @property
    def next_in(self) -> float:
        """Seconds until something happens."""
        return min((when - self.seconds for when, _ in self._agenda), default=float("inf"))


@dataclass
class PrinterLink:
    """A link to one interface of a printer. The connection breaks, once, behind so many bytes sent or received."""

    time: Agenda
    device: HostInterface
    address: str = "memory://posnet"
    two_way: bool = True
    bytes_per_second: float = 11_520.0
    is_open: bool = False
    sent: int = 0
    received: int = 0
    breaks_sending_at: int | None = None
    breaks_receiving_at: int | None = None
    opened: int = 0
    _held: bytes = b""

    def open(self) -> None:
        if self.is_open:
            return
        self.device.work()
        if not self.device.powered:
            self.time.pass_by(0.5)
            raise LinkUnavailable("connection refused", address=self.address, cure="switch it on")
        self.is_open = True
        self.opened += 1

    def write(self, data: bytes, timeout: float) -> None:
        self._must_be_open()
        limit = self.breaks_sending_at
        if limit is not None and self.sent + len(data) >= limit:
            taken = data[: limit - self.sent]
            self.breaks_sending_at = None
            self._carry(taken)
            self._break(written=len(taken))
        self._carry(data)

    def _carry(self, data: bytes) -> None:
        self.sent += len(data)
        self.time.pass_by(len(data) / self.bytes_per_second)
        self.device.receive(data)

    def read(self, timeout: float) -> bytes:
        end = self.time.seconds + timeout
        while True:
            self._must_be_open()
            delay = self.device.work()
            data = self.device.replies()
            if data:
                return self._take(data)
            if self.device.take_then() is not None or not self.device.powered:
                self._break()
            left = end - self.time.seconds
            if left <= 0:
                return b""
            step = min(left, self.time.next_in, float("inf") if delay is None else max(delay, 0.001))
            self.time.pass_by(step)

    def _take(self, data: bytes) -> bytes:
        limit = self.breaks_receiving_at
        if limit is not None and self.received + len(data) >= limit:
            self.breaks_receiving_at = None
            data = data[: limit - self.received]
            self.close()
        self.received += len(data)
        return data

    def _must_be_open(self) -> None:
        if not self.is_open:
            raise LinkLost("connection reset", address=self.address)

    def _break(self, *, written: int = 0) -> None:
        self.close()
        raise LinkLost("connection reset", address=self.address, written=written)

    def close(self) -> None:
        if self.is_open:
            self.is_open = False
            self.device.connection_ended()


@dataclass
class PatientStop:
    """A stop signal; waiting for it lets time pass."""

    time: Agenda
    set_now: bool = False

    def is_set(self) -> bool:
        return self.set_now

    def wait(self, timeout: float | None = None) -> bool:
        self.time.pass_by(timeout or 0.0)
        return self.set_now


class KilledError(Exception):
    """The process died here."""


@dataclass
class Shop:
    """A printer, a driver, and a journal that holds one receipt. `killed_at` names the n-th call of `remember`."""

    printer: FiscalPrinter
    time: Agenda
    link: PrinterLink
    stop: PatientStop
    options: PosnetOptions = field(default_factory=PosnetOptions)
    told: list[Status] = field(default_factory=list)
    remembered: dict[str, Any] = field(default_factory=dict)
    wall_error: float = 0.0
    on_remember: Callable[[Mapping[str, Any]], None] | None = None

    @property
    def told_codes(self) -> list[tuple[str, ...]]:
        return [tuple(trouble.code for trouble in status.troubles) for status in self.told]

    def remember(self, facts: Mapping[str, Any]) -> None:
        self.remembered.update(facts)
        if self.on_remember is not None:
            self.on_remember(facts)

    def driver(self) -> PosnetDriver:
        """Return a driver as a process that has just begun would have it."""
        surroundings = Surroundings(
            monotonic=lambda: self.time.seconds, stop=self.stop, tell=self.told.append, remember=self.remember
        )
        return PosnetDriver(
            self.options, self.link, surroundings, wall=lambda: self.time.now.timestamp() + self.wall_error
        )

    def restarted(self) -> PosnetDriver:
        """Return the driver of the next process: the connection of the one before is gone."""
        self.link.close()
        self.time.pass_by(1.0)
        return self.driver()

    def marked(self, driver: PosnetDriver, receipt: Receipt) -> tuple[Plan, Mark]:
        """Bring a receipt to the point where its intent would be written."""
        driver.prepare()
        plan = driver.plan(receipt)
        self.remembered.clear()
        return plan, driver.mark()

    def durable(self, mark: Mark) -> Mark:
        """Return the mark as the journal has it, read back from JSON."""
        return Mark.from_json(
            json.loads(json.dumps({**mark.to_json(), "values": {**mark.values, **self.remembered}}))
        )

    def print(self, driver: PosnetDriver, receipt: Receipt) -> Proof:
        plan, _ = self.marked(driver, receipt)
        return driver.print(plan)

    @property
    def receipts(self) -> tuple[Document, ...]:
        return self.printer.fiscal.receipts


def open_shop(
    model: Model = XL2_ONLINE,
    *,
    memory: Memory | None = None,
    options: PosnetOptions | None = None,
    **behaviour: Any,
) -> Shop:
    """Return a shop with a printer of its own."""
    time = Agenda()
    printer = FiscalPrinter(
        model,
        memory=memory or used(model),
        behaviour=Behaviour(**behaviour),
        clock=lambda: time.now,
        monotonic=lambda: time.seconds,
    )
    link = PrinterLink(time, printer.pc1)
    return Shop(printer, time, link, PatientStop(time), options=options or PosnetOptions())


def verdict_of(shop: Shop, driver: PosnetDriver, plan: Plan, mark: Mark) -> Verdict:
    """Ask until the printer can be asked."""
    for _ in range(40):
        try:
            return driver.verdict(plan, mark)
        except Fault:
            shop.time.pass_by(5.0)
    raise AssertionError("no verdict")
