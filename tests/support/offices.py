"""A courier at work on a simulated BaseLinker."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING

from support.journals import TurnableClock, found, intend

from bridge.baselinker.budget import Budget
from bridge.baselinker.client import Client
from bridge.baselinker.receipts import ReceiptCalls
from bridge.config.secret import Secret
from bridge.courier import Courier, CourierSettings, Desk
from bridge.journal import Journal, State
from bridge.log import Repeated
from bridge.wake import Wake
from drivers.contract import Proof
from simulators.baselinker.behaviour import Behaviour
from simulators.baselinker.model import Product, StoredReceipt
from simulators.baselinker.server import BaseLinkerServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

TEA = Product("Herbata", Decimal("10.50"), quantity=Decimal(2), sku="H-1")


@dataclass
class Office:
    """A courier on a real journal and a simulated BaseLinker, over loopback."""

    server: BaseLinkerServer
    clock: TurnableClock
    desk: Desk
    courier: Courier
    budget: Budget

    @property
    def journal(self) -> Journal:
        return self.desk.journal

    def issue(self, *products: Product, **fields: object) -> int:
        """Issue a receipt in BaseLinker; return its id."""
        stored = self.server.add_receipt(products or (TEA,), **({"series_id": 1} | fields))
        return stored.receipt_id

    def work(self, *, pauses: int = 0) -> None:
        """Let the courier do all that is due, and again after so many pauses of a minute."""
        for remaining in range(pauses, -1, -1):
            while self.courier.step():
                pass
            if remaining:
                self.clock.advance(61)

    def state(self, receipt_id: int) -> State:
        return found(self.journal, receipt_id).state

    def printed(self, receipt_id: int, number: str = "W-17") -> None:
        """Let a waiting receipt be printed, as its station would."""
        intend(self.journal, found(self.journal, receipt_id))
        self.journal.printed(receipt_id, Proof("fence", number=number))

    def stored(self, receipt_id: int) -> StoredReceipt:
        return self.server.receipts[receipt_id]

    def behave(self, **changes: object) -> None:
        self.server.behaviour = replace(self.server.behaviour, **changes)  # type: ignore[arg-type]


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    """Open one in a folder."""
    clock = TurnableClock()
    budget = Budget(100, monotonic=clock.monotonic)
    settings = CourierSettings(
        poll_seconds=10.0,
        check_totals=True,
        printer_for={1: "till", 2: "kitchen"}.get,  # type: ignore[arg-type]
        currencies={"till": "PLN", "kitchen": "PLN"},
        copies=frozenset({2}),
    )
    with (
        BaseLinkerServer(behaviour=Behaviour(), wall=clock.true_time) as server,
        Journal.create(folder / "journal.sqlite", clock) as journal,
        Client(
            Secret(server.token),
            budget,
            url=server.url,
            patience=0.0,
            monotonic=clock.monotonic,
            wall=clock.time,
        ) as client,
    ):
        wake = Wake(("till", "kitchen"))
        desk = Desk(
            settings=settings,
            client=client,
            calls=ReceiptCalls(client, wake.stop),
            journal=journal,
            clock=clock,
            wake=wake,
            run_id="run-1",
            repeated=Repeated(clock.monotonic),
        )
        yield Office(server, clock, desk, Courier(desk, budget), budget)
