"""What goes wrong in a shop now and then: one thing at a time, every kind in turn, in an order from a seed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Self

from simulators.baselinker.faults import Kind as ApiKind
from simulators.posnet.faults import Fault, Kind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from benchmarks.soak.shop import SoakShop
    from simulators.escpos.server import PtyPrinter, TcpPrinter

    Printer = TcpPrinter | PtyPrinter


class Troubles:
    """Makes trouble about every `pause` seconds, each for about `lasts`, and leaves everything able to work."""

    def __init__(self, shop: SoakShop, seed: int, *, pause: float, lasts: float) -> None:
        self._shop = shop
        self._chance = random.Random(f"{seed} troubles")
        self._pause = pause
        self._lasts = lasts
        self._stop = threading.Event()
        self._at_work = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="troubles", daemon=True)
        self.done: Counter[str] = Counter()

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    @contextmanager
    def peace(self) -> Iterator[None]:
        """Nothing goes wrong inside; what is at work ends first, and what was planned is forgotten."""
        with self._at_work:
            self._shop.fiscal.faults.clear()
            self._shop.outage.clear()
            yield

    def _run(self) -> None:
        while not self._stop.is_set():
            kinds = self._kinds()
            self._chance.shuffle(kinds)
            for name, trouble in kinds:
                if self._stop.wait(self._chance.uniform(0.5, 1.5) * self._pause):
                    return
                with self._at_work:
                    trouble()
                self.done[name] += 1

    def _kinds(self) -> list[tuple[str, Callable[[], None]]]:
        kinds = [
            ("BaseLinker down", self._baselinker_down),
            ("confirmation's answer lost", self._confirmation_lost),
            ("fiscal: paper out", self._fiscal_paper_out),
            ("fiscal: answer lost", self._fiscal_answer_lost),
            ("fiscal: power cut", self._fiscal_power_cut),
        ]
        for printer in self._shop.receipt_printers:
            kinds += [
                ("receipt printer: paper out", partial(self._paper_out, printer)),
                ("receipt printer: answer lost", partial(self._answer_lost, printer)),
                ("receipt printer: power cut", partial(self._power_cut, printer)),
            ]
        return kinds

    def _while_it_lasts(self) -> None:
        self._stop.wait(self._chance.uniform(0.5, 1.5) * self._lasts)

    # -- BaseLinker ---------------------------------------------------------------------------------------------

    def _baselinker_down(self) -> None:
        self._shop.outage.rate = 1.0
        self._while_it_lasts()
        self._while_it_lasts()
        self._shop.outage.rate = 0.0

    def _confirmation_lost(self) -> None:
        self._shop.outage.script("setOrderReceipt", ApiKind.LOST_ANSWER)

    # -- the fiscal printer ----------------------------------------------------------------------------------------

    def _fiscal_paper_out(self) -> None:
        self._shop.fiscal.change(paper_lines=self._chance.randrange(1, 30))
        self._while_it_lasts()
        self._shop.fiscal.operator.new_roll()

    def _fiscal_answer_lost(self) -> None:
        self._shop.fiscal.faults.script("trend", Kind.DROP_ANSWER)

    def _fiscal_power_cut(self) -> None:
        """The power fails now, or just when the next receipt has become fiscal and before its printer says so."""
        if self._chance.random() < 0.5:
            self._shop.fiscal.power_cut(self._lasts)
            self._while_it_lasts()
        else:
            fault = Fault(Kind.POWER_COMMITTED, seconds=self._lasts)
            self._shop.fiscal.faults.script("trend", fault)

    # -- the other printers ----------------------------------------------------------------------------------------

    def _paper_out(self, printer: Printer) -> None:
        printer.device.paper_lines = self._chance.randrange(1, 40)
        self._while_it_lasts()
        printer.device.new_roll()

    def _power_cut(self, printer: Printer) -> None:
        printer.power_cut()
        self._while_it_lasts()
        printer.power_on()

    def _answer_lost(self, printer: Printer) -> None:
        """The wire breaks in the middle of an answer; a serial line is plugged in again, a network mends itself."""
        printer.disconnect_at(sent=self._chance.randrange(1, 12))
        self._while_it_lasts()
        printer.disconnect_at()
        reconnect = getattr(printer, "reconnect", None)
        if reconnect is not None and not printer.path.exists():  # type: ignore[union-attr]
            reconnect()
