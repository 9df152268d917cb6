"""A shop with one POSNET fiscal printer on a network port."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.server import BaseLinkerServer
from simulators.posnet.factory import new_memory
from simulators.posnet.memory import EXEMPT, INACTIVE, Settings
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.ports import PosnetTcp
from simulators.posnet.printer import FiscalPrinter
from simulators.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def fiscal_shop(folder: Path) -> Iterator[tuple[Shop, FiscalPrinter]]:
    """Open a shop whose till is a fiscal printer that knows the usual Polish rates."""
    settings = Settings(
        header=("SKLEP POD LIPĄ",), tax_id="5222628262", rates=(2300, 800, 500, 0, EXEMPT, INACTIVE, INACTIVE)
    )
    printer = FiscalPrinter(memory=new_memory(XL2_ONLINE, settings=settings))
    shop = Shop(
        folder,
        {"till": PosnetTcp(printer.pc1)},
        {"till": {"driver": "posnet", "system_number": "{receipt_id}"}},
        server=BaseLinkerServer(limit=RequestLimit(per_minute=1_000_000)),
        settings={"baselinker": {"poll_seconds": 0.2, "requests_per_minute": 60_000}},
    )
    with shop:
        yield shop, printer
    printer.close()
