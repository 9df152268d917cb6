"""The demo: the whole main job on a machine with nothing attached.

A simulated BaseLinker lists twelve lifelike receipts; two simulated printers stand at the till (80 mm, TCP) and in
the parcel room (58 mm, serial); the real daemon runs between them. On the way the till runs out of paper in the
middle of a receipt, and an answer to a confirmation is lost.
"""

from __future__ import annotations

import signal
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TextIO

from simulators.baselinker.faults import Kind
from simulators.baselinker.receipts import sample_receipts
from simulators.escpos.device import Device
from simulators.escpos.models import EPSON_58
from simulators.escpos.server import PtyPrinter, TcpPrinter
from simulators.shop import Shop, printings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from simulators.baselinker.ledger import Call, Ledger
    from simulators.escpos.paper import Slip

RECEIPTS = 12
_TILL, _PARCELS = "till", "parcels"
_SERIES = {_TILL: 1, _PARCELS: 2}
_PARCEL_RECEIPTS = (3, 6, 8, 11)
_PAPER_LINES = 40
_NEW_ROLL_SECONDS = 2.5
_HEADER = ["Sklep Pod Lipą", "ul. Młyńska 7, 34-100 Wadowice"]
_SETTINGS: dict[str, dict[str, object]] = {
    "baselinker": {"poll_seconds": 2.0, "requests_per_minute": 100},
}
_STANZAS: dict[str, dict[str, object]] = {
    _TILL: {
        "series": [1],
        "proof": "process-id",
        "header": _HEADER,
        "footer": ["Dziękujemy i zapraszamy ponownie!"],
        "logo": "logo.png",
        "symbol": "qr",
        "drawer": "pin2",
        "extra_code_pages": ["CP858"],
    },
    _PARCELS: {"series": [2], "paper_mm": 58, "proof": "fence", "code_page": "CP1250", "header": _HEADER},
}


@dataclass(frozen=True, slots=True)
class Row:
    """One receipt at the end of the demo, as the simulators' ledgers and the journal have it."""

    receipt_id: int
    number: str
    printer: str
    proof: str
    times_printed: int
    confirmed: bool
    file: str


@dataclass
class Demo:
    """One run, in a folder of its own. `out` is where progress goes; it is written line by line."""

    folder: Path
    out: TextIO
    receipts: int = RECEIPTS
    seconds: float = 50.0
    _began: float = field(default_factory=time.monotonic)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self, *, keep: Callable[[], None] | None = None) -> list[Row]:
        """Run it and return a row for each receipt; with `keep`, call that before the shop closes."""
        with self._shop() as shop:
            draw_logo(self.folder / "logo.png")
            issued = self._issue(shop)
            self._watch(shop)
            self._tell("shop", f"{len(issued)} receipts wait in BaseLinker; the daemon starts")
            shop.start_daemon()
            shop.wait_until_confirmed(issued, self.seconds)
            self._wait_for_files(shop, issued)
            self._pictures(shop)
            rows = self._rows(shop, issued)
            if keep is not None:
                keep()
            shop.stop_daemon(signal.SIGTERM)
        return rows

    def _shop(self) -> Shop:
        till = TcpPrinter(Device())
        parcels = PtyPrinter(Device(EPSON_58))
        # A counter printer's pace, so that there is something to see.
        till.device.speed = parcels.device.speed = 60.0
        return Shop(
            self.folder,
            {_TILL: till, _PARCELS: parcels},
            _STANZAS,
            settings=_SETTINGS,
            tables=[{"id": _SERIES[_PARCELS], "copy": "pdf"}],
        )

    def _issue(self, shop: Shop) -> list[int]:
        issued = []
        for position, sample in enumerate(sample_receipts(self.receipts, seed=7), 1):
            printer = _PARCELS if position in _PARCEL_RECEIPTS else _TILL
            stored = shop.server.add_receipt(sample.products, series_id=_SERIES[printer], **sample.fields)
            issued.append(stored.receipt_id)
        return issued

    # -- what happens on the way ------------------------------------------------------------------------------

    def _watch(self, shop: Shop) -> None:
        shop.server.faults.script("setOrderReceipt", Kind.LOST_ANSWER)
        till = shop.printers[_TILL].device
        till.paper_lines = _PAPER_LINES + 60
        for name, printer in shop.printers.items():
            printer.device.ledger.on_slip(self._slip_listener(name))
        threading.Thread(target=self._follow_calls, args=(shop.server.ledger,), daemon=True).start()
        threading.Thread(target=self._follow_paper, args=(till,), daemon=True).start()

    def _slip_listener(self, name: str) -> Callable[[Slip], None]:
        def listen(slip: Slip) -> None:
            ids = ", ".join(str(printing.receipt_id) for printing in printings([slip]))
            self._tell(name, f"receipt {ids} came out")

        return listen

    def _follow_calls(self, ledger: Ledger) -> None:
        told = 0
        while True:
            ledger.wait_for(lambda calls, told=told: len(calls.requests) > told, timeout=3600)  # type: ignore[misc]
            for call in ledger.requests[told:]:
                told = call.number
                self._tell_call(call)

    def _tell_call(self, call: Call) -> None:
        receipt = call.parameters.get("receipt_id")
        if call.method == "setOrderReceipt":
            lost = ", but the answer is lost on the way" if call.fault is Kind.LOST_ANSWER else ""
            self._tell("baselinker", f"receipt {receipt} confirmed as {call.parameters['receipt_nr']}{lost}")
        elif call.method == "addOrderReceiptFile":
            self._tell("baselinker", f"receipt {receipt} got its PDF copy")

    def _follow_paper(self, device: Device) -> None:
        while not device.paper_out:
            time.sleep(0.05)  # the paper sensor has no event, as in life
        self._tell(_TILL, "PAPER OUT in the middle of a receipt")
        threading.Event().wait(_NEW_ROLL_SECONDS)
        self._tell(_TILL, "a new roll is in")
        device.paper_lines = None
        device.paper_out = False

    def _tell(self, who: str, what: str) -> None:
        with self._lock:
            self.out.write(f"{time.monotonic() - self._began:5.1f} s  {who:<10}  {what}\n")
            self.out.flush()

    # -- the end ----------------------------------------------------------------------------------------------

    def _wait_for_files(self, shop: Shop, issued: list[int]) -> None:
        wanted = {
            receipt for receipt in issued if shop.server.receipts[receipt].series_id == _SERIES[_PARCELS]
        }
        shop.server.ledger.wait_for(
            lambda ledger: all(any(call.succeeded for call in ledger.files(receipt)) for receipt in wanted),
            self.seconds,
        )

    def _pictures(self, shop: Shop) -> None:
        from simulators.escpos.picture import save_png  # noqa: PLC0415 - Pillow, once there is something to draw

        for printer in shop.printers.values():
            for slip in printer.device.ledger.slips:
                ids = (
                    "-".join(str(printing.receipt_id) for printing in printings([slip]))
                    or f"slip-{slip.number}"
                )
                save_png(slip, self.folder / f"{ids}.png", scale=1)
        for stored in shop.server.receipts.values():
            if stored.file is not None:
                (self.folder / f"{stored.receipt_id}.pdf").write_bytes(stored.file)

    def _rows(self, shop: Shop, issued: list[int]) -> list[Row]:
        audit = shop.audit()
        journaled = {entry["receipt_id"]: entry for entry in shop.ask("receipts")["receipts"]}
        rows = []
        for receipt in issued:
            stored, entry = shop.server.receipts[receipt], journaled.get(receipt, {})
            rows.append(
                Row(
                    receipt_id=receipt,
                    number=stored.external_receipt_number,
                    printer=stored.printer_name,
                    proof=str(entry.get("proof", "")),
                    times_printed=audit.printed[receipt] + audit.copies[receipt],
                    confirmed=stored.printed and entry.get("state") == "confirmed",
                    file="pdf" if stored.file is not None else "",
                )
            )
        return rows


def draw_logo(path: Path) -> None:
    """Draw the shop's sign, a linden leaf, as a picture the printer can print."""
    from PIL import Image, ImageDraw  # noqa: PLC0415 - only where a picture is made

    size = 4 * 160
    image = Image.new("L", (size, size), 255)
    draw = ImageDraw.Draw(image)
    draw.ellipse((0.10 * size, 0.12 * size, 0.56 * size, 0.62 * size), fill=0)
    draw.ellipse((0.44 * size, 0.12 * size, 0.90 * size, 0.62 * size), fill=0)
    draw.polygon(
        [(0.115 * size, 0.46 * size), (0.885 * size, 0.46 * size), (0.5 * size, 0.93 * size)], fill=0
    )
    vein = round(0.018 * size)
    draw.line((0.5 * size, 0.22 * size, 0.5 * size, 0.99 * size), fill=255, width=vein)
    for height in (0.42, 0.56, 0.70):
        for side in (-1, 1):
            draw.line(
                (0.5 * size, height * size, (0.5 + side * 0.24) * size, (height - 0.15) * size),
                fill=255,
                width=vein,
            )
    draw.line((0.5 * size, 0.90 * size, 0.5 * size, 1.0 * size), fill=0, width=2 * vein)
    image.resize((160, 160)).save(path)
