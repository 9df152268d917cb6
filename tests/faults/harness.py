"""One run of the fault harness, and its result as counted from the simulators' own ledgers.

The shop has four printers: process ids over TCP, a fence over TCP with a board that hands old replies to the next
connection, a fence over a serial line, and one without a back-channel (its receipts are proven by nothing, so only
troubles that lose no byte are sent its way). Two hold after an interruption, two print a marked copy.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from bridge.journal import Journal, State
from faults.chaos import Chaos
from faults.lives import Lives, tell_progress
from faults.person import Cashier
from simulators.baselinker.behaviour import Behaviour, ExternalNumber, ListOrder
from simulators.baselinker.faults import RandomFaults
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.receipts import sample_receipts
from simulators.baselinker.server import BaseLinkerServer
from simulators.escpos.device import Device
from simulators.escpos.models import EPSON_58
from simulators.escpos.server import PtyPrinter, TcpPrinter
from simulators.shop import Audit, Shop

_PROOFS = {"ids": "process-id", "board": "fence", "serial": "fence", "blind": "none"}
_POLICY = {"ids": "hold", "board": "reprint-marked", "serial": "reprint-marked", "blind": "hold"}
_SPEED = {"ids": 400.0, "board": 400.0, "serial": 300.0, "blind": 400.0}


@dataclass(slots=True)
class Result:
    """What came of a run; a good one has nothing lost, twice, confirmed unprinted or wrongly numbered."""

    seed: int
    issued: int = 0
    kills: int = 0
    printed: int = 0
    copies: int = 0
    decided_by_person: int = 0
    api_faults: int = 0
    printer_troubles: Counter[str] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    confirmed_unprinted: list[int] = field(default_factory=list)
    wrong_numbers: list[int] = field(default_factory=list)
    unsettled: dict[int, str] = field(default_factory=dict)
    unknown_commands: list[str] = field(default_factory=list)
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether nothing happened that must never happen."""
        return not (
            self.lost or self.twice or self.confirmed_unprinted or self.wrong_numbers or self.unsettled
        )

    def lines(self) -> list[str]:
        """Return the result as lines to read."""
        troubles = ", ".join(f"{name} {count}" for name, count in sorted(self.printer_troubles.items()))
        return [
            f"receipts issued            {self.issued}",
            f"daemon killed              {self.kills}",
            f"API faults                 {self.api_faults}",
            f"printer troubles           {self.printer_troubles.total()} ({troubles})",
            f"printings without banner   {self.printed}",
            f"printings under COPY       {self.copies}",
            f"decided by a person        {self.decided_by_person}",
            f"lost                       {len(self.lost)} {self.lost[:10] or ''}",
            f"twice without banner       {len(self.twice)} {self.twice[:10] or ''}",
            f"confirmed unprinted        {len(self.confirmed_unprinted)} {self.confirmed_unprinted[:10] or ''}",
            f"wrong number at BaseLinker {len(self.wrong_numbers)} {self.wrong_numbers[:10] or ''}",
            f"unsettled in the journal   {len(self.unsettled)} {dict(list(self.unsettled.items())[:10]) or ''}",
            f"seed {self.seed}, {self.seconds:.0f} s",
        ]


def make_shop(folder: Path, seed: int, *, fault_rate: float) -> Shop:
    """Return the shop of a run; what nobody knows of BaseLinker is drawn from the seed."""
    chance = random.Random(f"{seed} behaviour")
    behaviour = Behaviour(
        printer_error_leaves_list=chance.random() < 0.5,
        confirms_twice=chance.random() < 0.5,
        external_number=chance.choice([ExternalNumber.SAME, ExternalNumber.EMPTY]),
        list_order=chance.choice([ListOrder.OLDEST_FIRST, ListOrder.MIXED]),
        lists_as_objects=chance.random() < 0.5,
        numbers_as_text=chance.random() < 0.5,
        unknown_fields=True,
    )
    printers: dict[str, TcpPrinter | PtyPrinter] = {
        "ids": TcpPrinter(Device()),
        "board": TcpPrinter(Device(), keeps_replies=True),
        "serial": PtyPrinter(Device(EPSON_58)),
        "blind": TcpPrinter(Device()),
    }
    for name, printer in printers.items():
        printer.device.speed = _SPEED[name]
    printers["ids"].device.process_ids = True
    printers["blind"].device.one_way = True
    stanzas = {
        name: {
            "series": [number],
            "proof": _PROOFS[name],
            "after_interruption": _POLICY[name],
            "lines_per_second": 100.0,
            "answer_seconds": 1.0,
            "patience_seconds": 3.0,
        }
        | ({"paper_mm": 58} if name == "serial" else {})
        for number, name in enumerate(printers, 1)
    }
    return Shop(
        folder,
        printers,
        stanzas,
        server=BaseLinkerServer(
            behaviour=behaviour,
            faults=RandomFaults(seed, fault_rate),
            limit=RequestLimit(per_minute=1_000_000),
        ),
        settings={
            "baselinker": {"poll_seconds": 0.3, "requests_per_minute": 60_000},
            "backlog": {"max_receipts": 1_000_000},
        },
        command=(sys.executable, "-m", "faults.daemon", "run"),
        environ={"PYTHONPATH": _tests_folder()},
    )


def _tests_folder() -> str:
    return str(Path(__file__).resolve().parent.parent)


class Harness:
    """Kills the daemon again and again while receipts come in, then lets it finish, and counts."""

    def __init__(
        self, folder: Path, *, receipts: int, seed: int, fault_rate: float = 0.06, out: TextIO | None = None
    ) -> None:
        self._folder = folder
        self._receipts = receipts
        self._out = out
        self._chance = random.Random(f"{seed} harness")
        self._lives = Lives(self._chance, most_steps=60, shortest=0.0, longest=2.0)
        self._fault_rate = fault_rate
        self.result = Result(seed)

    def run(self, *, deadline: float) -> Result:
        """Run; give up on waiting after `deadline` seconds, which then counts as receipts lost."""
        began = time.monotonic()
        with make_shop(self._folder, self.result.seed, fault_rate=self._fault_rate) as shop:
            loud = [shop.printers[name] for name in ("ids", "board", "serial")]
            chaos = Chaos(self.result.seed, loud, [shop.printers["blind"]], pause=0.5)
            cashier = Cashier(shop)
            chaos.start()
            try:
                self._work(shop, cashier, began + deadline)
            finally:
                chaos.stop()
                self.result.printer_troubles = chaos.done
            self._finish(shop, cashier, began + deadline)
            self._count(shop, cashier)
        self.result.seconds = time.monotonic() - began
        return self.result

    def _work(self, shop: Shop, cashier: Cashier, due: float) -> None:
        """Issue receipts a few at a time; each life of the daemon ends by SIGKILL, at a step or at a moment."""
        samples = iter(sample_receipts(self._receipts, self.result.seed))
        left = self._receipts
        while left and time.monotonic() < due:
            for _ in range(min(left, self._chance.randrange(4, 14))):
                sample = next(samples)
                shop.server.add_receipt(
                    sample.products, series_id=self._chance.randrange(1, 5), **sample.fields
                )
                left -= 1
            self._lives.one(shop)
            self.result.kills += 1
            self._visit(shop, cashier)
            tell_progress(self._out, self._lives, self._receipts, self.result.kills)

    def _visit(self, shop: Shop, cashier: Cashier) -> None:
        journal_file = self._folder / "journal.sqlite"
        if journal_file.exists():
            with Journal.create(journal_file, time.time) as journal:
                cashier.look_after(journal)

    def _finish(self, shop: Shop, cashier: Cashier, due: float) -> None:
        """Let a daemon that nobody kills finish the day; the cashier goes on deciding."""
        shop.environ = {**shop.environ, "DIE_AT": ""}
        shop.start_daemon()
        everything = list(shop.server.receipts)
        while time.monotonic() < due and not shop.wait_until_confirmed(everything, 0.5):
            self._visit(shop, cashier)
        self._settle(shop, cashier, due)
        shop.stop_daemon()

    def _settle(self, shop: Shop, cashier: Cashier, due: float) -> None:
        """Wait until the journal agrees: a confirmation that BaseLinker has may still be unanswered."""
        with Journal(self._folder / "journal.sqlite", time.time) as journal:
            while time.monotonic() < due and journal.in_state(
                State.PRINTED, State.INTENT, State.WAITING, State.HELD
            ):
                cashier.look_after(journal)
                shop.server.ledger.wait_for(lambda _ledger: False, 0.2)
            self.result.unsettled = {
                entry.receipt_id: f"{entry.state} {entry.reason}"
                for entry in journal.receipts(limit=100_000)
                if entry.state is not State.CONFIRMED
            }

    def _count(self, shop: Shop, cashier: Cashier) -> None:
        audit: Audit = shop.audit()
        result = self.result
        issued = shop.server.receipts
        result.issued = len(issued)
        result.printed = audit.printed.total()
        result.copies = audit.copies.total()
        result.decided_by_person = cashier.decided
        result.api_faults = sum(call.fault is not None for call in shop.server.ledger.requests)
        result.lost = audit.lost(issued)
        result.twice = audit.twice
        result.confirmed_unprinted = audit.confirmed_unprinted
        result.wrong_numbers = [
            call.parameters["receipt_id"]
            for call in shop.server.ledger.of("setOrderReceipt")
            if str(call.parameters["receipt_nr"])
            != issued[int(call.parameters["receipt_id"])].receipt_full_nr
        ]
        result.unknown_commands = [
            str(found) for printer in shop.printers.values() for found in printer.device.unknown
        ]
