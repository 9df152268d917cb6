"""What goes wrong with printers in shops, one thing at a time, from a seed."""

from __future__ import annotations

import random
import threading
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from simulators.escpos.server import PtyPrinter, TcpPrinter

    Printer = TcpPrinter | PtyPrinter


class Chaos:
    """Troubles printers until told to stop, and leaves every one of them able to print.

    `quiet` printers only get troubles that lose nothing: they have no way to prove anything.
    """

    def __init__(
        self, seed: int, printers: Sequence[Printer], quiet: Sequence[Printer], *, pause: float
    ) -> None:
        self._chance = random.Random(f"{seed} chaos")
        self._printers = tuple(printers)
        self._quiet = tuple(quiet)
        self._pause = pause
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="chaos", daemon=True)
        self.done: Counter[str] = Counter()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, when the trouble at work is over."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._stop.wait(self._chance.uniform(0.2, 1.8) * self._pause):
            gentle: list[Callable[[Printer], None]] = [self._paper_out, self._cover_open, self._near_end]
            rough = [*gentle, self._power_cut, self._disconnect, self._cut_at_byte, self._hang]
            printer = self._chance.choice([*self._printers, *self._quiet])
            trouble = self._chance.choice(gentle if printer in self._quiet else rough)
            trouble(printer)
            self.done[trouble.__name__.strip("_")] += 1

    def _while_it_lasts(self) -> None:
        self._stop.wait(self._chance.uniform(0.05, 0.6))

    def _paper_out(self, printer: Printer) -> None:
        printer.device.paper_lines = self._chance.randrange(1, 40)
        self._while_it_lasts()
        printer.device.new_roll()

    def _cover_open(self, printer: Printer) -> None:
        printer.device.cover_open = True
        self._while_it_lasts()
        printer.device.cover_open = False

    def _near_end(self, printer: Printer) -> None:
        printer.device.paper_near_end = True
        self._while_it_lasts()
        printer.device.paper_near_end = False

    def _power_cut(self, printer: Printer) -> None:
        printer.power_cut()
        self._while_it_lasts()
        printer.power_on()

    def _disconnect(self, printer: Printer) -> None:
        printer.disconnect()
        self._plug_in(printer)

    def _cut_at_byte(self, printer: Printer) -> None:
        received = self._chance.randrange(1, 1500)
        if self._chance.random() < 0.7:
            printer.disconnect_at(received=received)
        else:
            printer.disconnect_at(sent=self._chance.randrange(1, 12))
        self._while_it_lasts()
        printer.disconnect_at()
        self._plug_in(printer)

    def _hang(self, printer: Printer) -> None:
        printer.device.silent = True
        self._while_it_lasts()
        printer.device.silent = False

    def _plug_in(self, printer: Printer) -> None:
        """A serial line that was pulled is plugged in again; a network comes back by itself."""
        reconnect = getattr(printer, "reconnect", None)
        if reconnect is not None and not printer.path.exists():  # type: ignore[union-attr]
            self._while_it_lasts()
            reconnect()
