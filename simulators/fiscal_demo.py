"""The demo with a fiscal printer: every sale in its fiscal memory once, through a power cut at the worst moment.

The power fails just after a receipt has become fiscal and before the printer could say so. Bridges that retry would
sell it twice; this one asks the printer's counters.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from simulators.baselinker.faults import Kind as ApiFault
from simulators.baselinker.receipts import sample_receipts
from simulators.demo import Demo, Row
from simulators.posnet.factory import new_memory
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.memory import EXEMPT, INACTIVE, Settings
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.ports import PosnetTcp
from simulators.posnet.printer import FiscalPrinter
from simulators.shop import Shop

if TYPE_CHECKING:
    from simulators.posnet.memory import Document

_TILL = "till"
_POWER_CUT_AT = 4
_OUTAGE_SECONDS = 2.0
_PAPER_LINES = 190
_NEW_ROLL_SECONDS = 2.5
_LOOK_SECONDS = 0.05


class FiscalDemo(Demo):
    """The same twelve receipts on one simulated POSNET printer."""

    def _shop(self) -> Shop:
        settings = Settings(
            header=("SKLEP POD LIPĄ", "ul. Młyńska 7", "34-100 Wadowice"),
            tax_id="5222628262",
            rates=(2300, 800, 500, 0, EXEMPT, INACTIVE, INACTIVE),
        )
        self._printer = FiscalPrinter(memory=new_memory(XL2_ONLINE, settings=settings))
        # A counter printer's pace, so that there is something to see.
        self._printer.change(speed=60.0, paper_lines=_PAPER_LINES)
        return Shop(
            self.folder,
            {_TILL: PosnetTcp(self._printer.pc1)},
            {
                _TILL: {
                    "driver": "posnet",
                    "system_number": "{receipt_id}",
                    "footer": ["Zamówienie: {order_id}"],
                }
            },
            settings={"baselinker": {"poll_seconds": 2.0, "requests_per_minute": 100}},
        )

    def _issue(self, shop: Shop) -> list[int]:
        samples = sample_receipts(self.receipts, seed=7)
        return [shop.server.add_receipt(sample.products, **sample.fields).receipt_id for sample in samples]

    # -- what happens on the way ------------------------------------------------------------------------------

    def _watch(self, shop: Shop) -> None:
        shop.server.faults.script("setOrderReceipt", ApiFault.LOST_ANSWER)
        self._printer.faults.script(
            "trend", Fault(Kind.POWER_COMMITTED, seconds=_OUTAGE_SECONDS), nth=_POWER_CUT_AT
        )
        for follow in (self._follow_sales, self._follow_troubles):
            threading.Thread(target=follow, daemon=True).start()
        threading.Thread(target=self._follow_calls, args=(shop.server.ledger,), daemon=True).start()

    def _follow_sales(self) -> None:
        told = 0
        while told < self.receipts:
            self._printer.fiscal.wait_for_receipts(told + 1, 3600)
            for sale in self._printer.fiscal.receipts[told:]:
                told += 1
                self._tell(_TILL, f"receipt {sale.footer.system_number} is fiscal, number {sale.receipt:05d}")

    def _follow_troubles(self) -> None:
        """Tell of power and paper, and put in a new roll; neither has an event, as in life."""
        pause = threading.Event()
        powered = True
        while not pause.wait(_LOOK_SECONDS):
            if self._printer.powered != powered:
                powered = self._printer.powered
                self._tell(
                    _TILL, "the power is back" if powered else "POWER CUT before the printer could answer"
                )
            if self._printer.sensors.paper_out:
                self._tell(_TILL, "PAPER OUT in the middle of a receipt")
                pause.wait(_NEW_ROLL_SECONDS)
                self._tell(_TILL, "a new roll is in")
                self._printer.operator.new_roll()

    # -- the end ----------------------------------------------------------------------------------------------

    def _wait_for_files(self, shop: Shop, issued: list[int]) -> None:  # noqa: ARG002 - what the base class gives
        """Wait for the paper: fiscal receipts have no PDF copy."""
        self._printer.wait_until(lambda printer: not printer.busy, self.seconds)

    def _pictures(self, shop: Shop) -> None:  # noqa: ARG002
        from simulators.escpos.picture import save_png  # noqa: PLC0415 - Pillow, once there is something to draw

        for slip in self._printer.ledger.slips:
            save_png(slip, self.folder / f"slip-{slip.number:02d}.png", scale=1)

    def _rows(self, shop: Shop, issued: list[int]) -> list[Row]:
        journaled = {entry["receipt_id"]: entry for entry in shop.ask("receipts")["receipts"]}
        return [self._row(shop, receipt, journaled.get(receipt, {})) for receipt in issued]

    def _row(self, shop: Shop, receipt: int, entry: dict[str, object]) -> Row:
        stored = shop.server.receipts[receipt]
        sales: list[Document] = [
            sale for sale in self._printer.fiscal.receipts if sale.footer.system_number == str(receipt)
        ]
        right = {f"{sale.receipt:05d}" for sale in sales} == {stored.external_receipt_number}
        return Row(
            receipt_id=receipt,
            number=stored.external_receipt_number,
            printer=stored.printer_name,
            proof=str(entry.get("proof", "")),
            times_printed=len(sales),
            confirmed=right and stored.printed and entry.get("state") == "confirmed",
            file="",
        )
