"""A shop with one POSNET fiscal printer on a network port."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.server import BaseLinkerServer
from simulators.posnet.factory import local_time, new_memory
from simulators.posnet.memory import EXEMPT, INACTIVE, EDocuments, Settings
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.ports import PosnetTcp
from simulators.posnet.printer import FiscalPrinter
from simulators.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime
    from pathlib import Path

_QUICK = {"poll_seconds": 0.2, "requests_per_minute": 60_000}


@contextmanager
def fiscal_shop(
    folder: Path,
    *,
    edocuments: bool = False,
    check_totals: bool = True,
    clock: Callable[[], datetime] = local_time,
    **stanza: Any,
) -> Iterator[tuple[Shop, FiscalPrinter]]:
    """Open a shop whose till is a fiscal printer that knows the usual Polish rates.

    `edocuments` switches the printer's service on, `clock` is its own; `stanza` are further keys of its table.
    """
    settings = Settings(
        header=("SKLEP POD LIPĄ",), tax_id="5222628262", rates=(2300, 800, 500, 0, EXEMPT, INACTIVE, INACTIVE)
    )
    service = EDocuments(enabled=edocuments, settings=(("ad", "https://e.example"),))
    memory = replace(new_memory(XL2_ONLINE, settings=settings), edocuments=service)
    printer = FiscalPrinter(memory=memory, clock=clock)
    shop = Shop(
        folder,
        {"till": PosnetTcp(printer.pc1)},
        {"till": {"driver": "posnet", "system_number": "{receipt_id}", **stanza}},
        server=BaseLinkerServer(limit=RequestLimit(per_minute=1_000_000)),
        settings={"baselinker": {**_QUICK, "check_totals": check_totals}},
    )
    with shop:
        yield shop, printer
    printer.close()
