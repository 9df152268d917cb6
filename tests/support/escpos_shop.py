"""A simulated ESC/POS printer on a desk, with the driver that prints on it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.memory_link import Bench, MemoryLink
from support.receipts import SHOP_RECEIPT

from drivers.escpos import Options, open_driver
from simulators.escpos.device import Device
from simulators.escpos.models import EPSON_80, Model

if TYPE_CHECKING:
    from pathlib import Path

    from drivers.contract import Proof
    from drivers.escpos.driver import EscposDriver
    from drivers.receipt import Receipt


SLIP = """\
    DOKUMENT NIEFISKALNY
          to nie jest paragon fiskalny

Numer:                               PAR 12/2026
Zamówienie:                                   77
Nr w BaseLinkerze:                        123456
────────────────────────────────────────────────
Kubek ceramiczny 330 ml     2 x 24,90  49,80 23%
Zażółć gęślą jaźń: bardzo długa nazwa produktu,
która nie mieści się w jednym wierszu paragonu
  1,5 x 1249,05                      1873,58  8%
Książka                     1 x 39,00  39,00 zw.
────────────────────────────────────────────────
Stawka         netto           VAT        brutto
23%            40,49          9,31         49,80
8%           1734,80        138,78       1873,58
zw.            39,00          0,00         39,00
Razem        1814,29        148,09       1962,38
────────────────────────────────────────────────
SUMA PLN         1962,38
Płatność:                             Przelewy24
NIP nabywcy:                          5261040828

"""
"""SHOP_RECEIPT on 80 mm in Polish, with the settings as they come."""


class Shop:
    """The driver, the line, the device and the clock of one test; `options` are the driver's."""

    def __init__(self, *, model: Model = EPSON_80, buffer_bytes: int = 65536, **options: Any) -> None:
        self.bench = Bench()
        self.device = Device(model, buffer_bytes=buffer_bytes, monotonic=self.bench.clock)
        self.link = MemoryLink(self.bench.clock, self.device)
        self.options = Options(**options)
        self.driver = self.new_driver()

    def new_driver(self) -> EscposDriver:
        return open_driver(self.options, self.link, self.bench.surroundings)

    def restart(self) -> None:
        """Kill the daemon and start another: the link is gone, and what the driver knew."""
        self.link.close()
        self.link.breaks_at = None
        self.bench.stop.clear()
        self.driver = self.new_driver()

    def print(self, receipt: Receipt = SHOP_RECEIPT, *, copy: bool = False) -> Proof:
        """Print a receipt the way the station does."""
        plan = self.driver.plan(receipt, copy=copy)
        self.driver.mark()
        return self.driver.print(plan)

    @property
    def slips(self) -> list[str]:
        """The finished slips as text."""
        return [slip.to_text() for slip in self.device.ledger.slips]

    @property
    def begun(self) -> str:
        """What hangs in the printer and is not cut yet."""
        return self.device.ledger.unfinished.to_text()


def picture(folder: Path, size: tuple[int, int], mode: str = "L") -> str:
    """Save a grey picture and return its path."""
    from PIL import Image

    path = folder / "logo.png"
    Image.linear_gradient("L").resize(size).convert(mode).save(path)
    return str(path)
