"""The shop of a soak: a POSNET printer and an ESC/POS printer on TCP, an ESC/POS printer on a serial line."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING, Self

from simulators.baselinker.faults import Kind, RandomFaults
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.receipts import sample_receipts
from simulators.baselinker.server import BaseLinkerServer
from simulators.escpos.device import Device
from simulators.escpos.models import EPSON_58
from simulators.escpos.server import PtyPrinter, TcpPrinter
from simulators.posnet.factory import new_memory
from simulators.posnet.memory import EXEMPT, INACTIVE, Settings
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.ports import PosnetTcp
from simulators.posnet.printer import FiscalPrinter
from simulators.shop import Audit, Shop, printings

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulators.posnet.memory import Document

SERIES = {"fiscal": 1, "till": 2, "parcels": 3}
_RATES = (2300, 800, 500, 0, EXEMPT, INACTIVE, INACTIVE)
_LIMIT = 100
_UNLIMITED = 60_000
# A receipt costs getReceipt and a confirmation, every third a copy; beside them polls, `check` and repetitions.
_REQUESTS_A_RECEIPT = 2.4
_SAMPLES = 500


@dataclass(frozen=True, slots=True)
class Pace:
    """How busy the shop is: receipts a minute for each printer. Everything else keeps step with it."""

    a_minute: float

    @property
    def seconds(self) -> float:
        """Between two receipts of a printer, and between two polls: ten at six a minute."""
        return 60.0 / self.a_minute

    @property
    def requests_a_minute(self) -> int:
        """What the shop may use: BaseLinker's own limit while that is enough, no limit at a faster pace."""
        needed = len(SERIES) * self.a_minute * _REQUESTS_A_RECEIPT + 60.0 / self.seconds
        return _LIMIT if needed <= 0.8 * _LIMIT else _UNLIMITED

    def lines_a_second(self, usual: float) -> float:
        """Return a paper's speed that leaves room for a receipt of 40 lines at any pace."""
        return usual * max(1.0, self.a_minute / 6.0)


class SoakShop:
    """The shop, open as a context manager: its printers by their own types, and what lies in front of them."""

    def __init__(self, folder: Path, pace: Pace, seed: int) -> None:
        self.pace = pace
        self.outage = RandomFaults(seed, 0.0, (Kind.RESET_BEFORE,))
        self.fiscal = _fiscal_printer(pace)
        self.till, self.parcels = TcpPrinter(Device()), PtyPrinter(Device(EPSON_58))
        for printer in (self.till, self.parcels):
            printer.device.speed = pace.lines_a_second(60.0)
        self._samples = sample_receipts(_SAMPLES, seed)
        self._numbers = count()
        self.shop = self._shop(folder)

    def _shop(self, folder: Path) -> Shop:
        allowed = self.pace.requests_a_minute
        quick = {} if allowed == _LIMIT else {"answer_seconds": 2.0, "patience_seconds": 4.0}
        speed = {"lines_per_second": min(100.0, self.pace.lines_a_second(60.0))}
        return Shop(
            folder,
            {"fiscal": PosnetTcp(self.fiscal.pc1), "till": self.till, "parcels": self.parcels},
            {
                "fiscal": {"driver": "posnet", "series": [SERIES["fiscal"]], "system_number": "{receipt_id}"},
                # One holds after an interruption, so that somebody decides; one prints a marked copy by itself.
                "till": {"series": [SERIES["till"]], "proof": "process-id", **quick, **speed},
                "parcels": {
                    "series": [SERIES["parcels"]],
                    "proof": "fence",
                    "paper_mm": 58,
                    "after_interruption": "reprint-marked",
                    **quick,
                    **speed,
                },
            },
            server=BaseLinkerServer(
                faults=self.outage, limit=RequestLimit(per_minute=_LIMIT if allowed == _LIMIT else 10**6)
            ),
            settings={
                "baselinker": {"poll_seconds": max(0.2, self.pace.seconds), "requests_per_minute": allowed}
            },
            tables=[{"id": SERIES["parcels"], "copy": "pdf"}],
            # As the unit in systemd/ has it.
            environ={"MALLOC_ARENA_MAX": "1"},
        )

    def __enter__(self) -> Self:
        self.shop.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self.shop.__exit__(*problem)
        self.fiscal.close()

    @property
    def receipt_printers(self) -> Sequence[TcpPrinter | PtyPrinter]:
        """The printers that are not fiscal."""
        return (self.till, self.parcels)

    def issue(self, printer: str) -> int:
        """Issue the next receipt, for this printer; return its id."""
        sample = self._samples[next(self._numbers) % _SAMPLES]
        stored = self.shop.server.add_receipt(sample.products, series_id=SERIES[printer], **sample.fields)
        return stored.receipt_id

    def sales(self) -> dict[int, list[Document]]:
        """Return what stands in the fiscal memory, by BaseLinker's id of the receipt."""
        found: dict[int, list[Document]] = {}
        for document in self.fiscal.fiscal.receipts:
            found.setdefault(int(document.footer.system_number), []).append(document)
        return found

    def audit(self) -> Audit:
        """Count what was printed and what was confirmed, from fiscal memory, paper and BaseLinker's ledger."""
        audit = Audit(confirmed=self.shop.audit_confirmed())
        for receipt, documents in self.sales().items():
            audit.printed[receipt] += len(documents)
            audit.whole[receipt] += len(documents)
        for printer in self.receipt_printers:
            ledger = printer.device.ledger
            for printing in printings([*ledger.slips, ledger.unfinished]):
                (audit.copies if printing.copy else audit.printed)[printing.receipt_id] += 1
                audit.whole[printing.receipt_id] += printing.whole
        return audit


def _fiscal_printer(pace: Pace) -> FiscalPrinter:
    settings = Settings(header=("SKLEP POD LIPĄ",), tax_id="5222628262", rates=_RATES)
    printer = FiscalPrinter(memory=new_memory(XL2_ONLINE, settings=settings))
    printer.change(speed=pace.lines_a_second(15.0))
    return printer
