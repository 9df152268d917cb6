"""The fault harness for fiscal printers: every sale in the printers' own fiscal memory exactly once.

The shop has six POSNET printers on TCP, so that several receipts are in hand when the daemon dies. What becomes of
an open receipt when the power fails, and whether answers survive it, is drawn from the seed, as nobody knows it.
Without a foreign host every verdict can be reached from the counters, so nothing may be held; with one, what is held is
counted with the row of the table that held it, and the cashier looks into the fiscal memory. Old firmware has fewer
counters and no document numbers.
"""

from __future__ import annotations

import random
import sys
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from bridge.decisions import DecisionError, decide
from bridge.journal import Journal, State
from bridge.reasons import Decision
from drivers.posnet.verdict import Row
from drivers.posnet.words import WHY
from faults.lives import Lives, tell_progress
from simulators.baselinker.behaviour import Behaviour
from simulators.baselinker.faults import RandomFaults as ApiFaults
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.receipts import sample_receipts
from simulators.baselinker.server import BaseLinkerServer
from simulators.posnet.behaviour import Behaviour as Unknowns
from simulators.posnet.behaviour import Fate
from simulators.posnet.factory import new_memory
from simulators.posnet.faults import PASSING, Kind, Menu, RandomFaults
from simulators.posnet.memory import EXEMPT, INACTIVE, Settings
from simulators.posnet.models import OLD_HS, XL2_ONLINE
from simulators.posnet.ports import PosnetTcp
from simulators.posnet.printer import FiscalPrinter
from simulators.shop import Shop

if TYPE_CHECKING:
    from collections.abc import Iterable

    from simulators.posnet.memory import Document

_MOST_WAITING = 150
_NAMES = ("till", "parcels", "counter", "stand", "cellar", "van")
_POWER = (
    Kind.POWER_BEFORE,
    Kind.POWER_UNCOMMITTED,
    Kind.POWER_COMMITTED,
    Kind.POWER_PRINTING,
    Kind.POWER_ANSWERED,
)
_FOREIGN_HOST = frozenset({Row.FOREIGN, Row.TWIN, Row.NUMBER_UNKNOWN})
"""What only another host can bring about: its receipts among ours, or one of the same amounts."""


@dataclass(slots=True)
class FiscalResult:
    """What came of a run, counted from the fiscal memories and BaseLinker's ledger."""

    seed: int
    issued: int = 0
    kills: int = 0
    fiscal: int = 0
    foreign: int = 0
    old: bool = False
    cancelled: int = 0
    api_faults: int = 0
    printer_faults: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    lost: list[int] = field(default_factory=list)
    twice: list[int] = field(default_factory=list)
    confirmed_unsold: list[int] = field(default_factory=list)
    wrong_numbers: list[int] = field(default_factory=list)
    unsettled: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def good(self) -> bool:
        """Whether nothing happened that must never happen."""
        bad = self.lost or self.twice or self.confirmed_unsold or self.wrong_numbers or self.unsettled
        return not bad and set(self.held) <= self.undecidable

    @property
    def undecidable(self) -> frozenset[str]:
        """The rows of posnet.md 11.4 that this shop's printers may rightly leave to a person."""
        return _FOREIGN_HOST if self.foreign else frozenset()

    def lines(self) -> list[str]:
        """Return the result as lines to read."""
        faults, held = _listed(self.printer_faults), _listed(self.held)
        return [
            f"receipts issued             {self.issued}",
            f"daemon killed               {self.kills}",
            f"API faults                  {self.api_faults}",
            f"printers                    {'old firmware' if self.old else 'online'}",
            f"printer faults              {self.printer_faults.total()} ({faults})",
            f"fiscal receipts             {self.fiscal}, of a foreign host {self.foreign}, cancelled {self.cancelled}",
            f"held for a person           {self.held.total()} {f'({held})' if held else ''}".rstrip(),
            f"lost                        {len(self.lost)} {self.lost[:10] or ''}",
            f"twice in the fiscal memory  {len(self.twice)} {self.twice[:10] or ''}",
            f"confirmed but not sold      {len(self.confirmed_unsold)} {self.confirmed_unsold[:10] or ''}",
            f"wrong number at BaseLinker  {len(self.wrong_numbers)} {self.wrong_numbers[:10] or ''}",
            f"unsettled in the journal    {len(self.unsettled)} {dict(list(self.unsettled.items())[:5]) or ''}",
            f"seed {self.seed}, {self.seconds:.0f} s",
        ]


def _listed(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items()))


def _row(reason: str) -> str:
    """Return the row of the decision table that a hold's reason is worded from, or else the reason itself."""
    return next((row.value for row, why in WHY.items() if why in reason), reason)


class FiscalHarness:
    """Kills the daemon again and again while receipts come in and printers fail, lets it finish, and counts."""

    def __init__(
        self,
        folder: Path,
        *,
        receipts: int,
        seed: int,
        fault_rate: float = 0.012,
        foreign: bool = False,
        old: bool = False,
        out: TextIO | None = None,
    ) -> None:
        self._folder = folder
        self._receipts = receipts
        self._foreign = foreign
        self._model = OLD_HS if old else XL2_ONLINE
        self._out = out
        self._chance = random.Random(f"{seed} fiscal harness")
        self._lives = Lives(self._chance, most_steps=240, shortest=0.2, longest=6.0)
        self._held: dict[int, str] = {}
        self._stop = threading.Event()
        self.result = FiscalResult(seed, old=old)
        self._printers = {name: self._printer(name, fault_rate) for name in _NAMES}

    def _printer(self, name: str, rate: float) -> FiscalPrinter:
        unknowns = Unknowns(
            open_transaction=self._chance.choice(list(Fate)),
            answers_survive_restart=self._chance.random() < 0.5,
            answers_survive_reconnect=self._chance.random() < 0.7,
            trend_answers_first=self._chance.random() < 0.5,
            bang_in_answer=self._chance.random() < 0.5,
        )
        menu = Menu(kinds=(*PASSING, *_POWER), late=0.3, outage=0.15)
        settings = Settings(
            header=("SKLEP POD LIPĄ",),
            tax_id="5222628262",
            rates=(2300, 800, 500, 0, EXEMPT, INACTIVE, INACTIVE),
        )
        memory = new_memory(self._model, unique_number=f"SIM {name}", settings=settings)
        faults = RandomFaults(self._chance.randrange(2**31), rate, menu)
        return FiscalPrinter(memory=memory, behaviour=unknowns, faults=faults)

    def run(self, *, deadline: float) -> FiscalResult:
        """Run; give up on waiting after `deadline` seconds, which then counts as receipts lost."""
        began = time.monotonic()
        with self._shop() as shop:
            people = threading.Thread(target=self._people, name="people", daemon=True)
            people.start()
            try:
                self._work(shop, began + deadline)
                for printer in self._printers.values():
                    printer.faults.rate = 0.0  # type: ignore[attr-defined]
                self._finish(shop, began + deadline)
            finally:
                self._stop.set()
                people.join()
            self._count(shop)
        for printer in self._printers.values():
            printer.close()
        self.result.seconds = time.monotonic() - began
        return self.result

    def _shop(self) -> Shop:
        stanzas = {
            name: {
                "driver": "posnet",
                "series": [number],
                "system_number": "{receipt_id}",
                "barcode": "",
                "footer": [],
            }
            for number, name in enumerate(_NAMES, 1)
        }
        return Shop(
            self._folder,
            {name: PosnetTcp(printer.pc1) for name, printer in self._printers.items()},
            stanzas,
            server=BaseLinkerServer(
                behaviour=Behaviour(confirms_twice=self._chance.random() < 0.5),
                faults=ApiFaults(self.result.seed, 0.05),
                limit=RequestLimit(per_minute=1_000_000),
            ),
            settings={
                "baselinker": {"poll_seconds": 0.3, "requests_per_minute": 60_000},
                "backlog": {"max_receipts": 1_000_000},
            },
            command=(sys.executable, "-m", "faults.daemon", "run"),
            environ={"PYTHONPATH": str(Path(__file__).resolve().parent.parent)},
        )

    # -- what happens meanwhile -------------------------------------------------------------------------------

    def _people(self) -> None:
        """Somebody at the counter puts things right, takes paper out now and then, and may sell on another till."""
        chance = random.Random(f"{self.result.seed} people")
        while not self._stop.wait(chance.uniform(0.05, 0.2)):
            printer = chance.choice(list(self._printers.values()))
            printer.operator.new_roll()
            printer.change(cover_open=False)
            what = chance.random()
            if what < 0.1:
                printer.change(paper_lines=chance.randrange(1, 30))
            elif what < 0.15:
                printer.power_cut(chance.uniform(0.05, 0.4))
            elif what < 0.22 and self._foreign and printer.powered and printer.memory.transaction is None:
                self._sell_elsewhere(printer)
        for printer in self._printers.values():
            printer.operator.new_roll()
            printer.change(cover_open=False)

    def _sell_elsewhere(self, printer: FiscalPrinter) -> None:
        try:
            printer.other_host.sell()
        except Exception as error:  # noqa: BLE001 - the bridge may have opened a receipt just before
            self.result.printer_faults[f"foreign host refused: {type(error).__name__}"] += 1

    # -- the daemon's lives -----------------------------------------------------------------------------------

    def _work(self, shop: Shop, due: float) -> None:
        samples = iter(sample_receipts(self._receipts, self.result.seed))
        left = self._receipts
        while left and time.monotonic() < due:
            # With too much waiting, the last receipts would be printed when nothing fails any more.
            issue = self._chance.randrange(6, 40) if len(self._lives.unconfirmed) < _MOST_WAITING else 0
            for _ in range(min(left, issue)):
                sample = next(samples)
                shop.server.add_receipt(
                    sample.products, series_id=self._chance.randrange(1, len(_NAMES) + 1), **sample.fields
                )
                left -= 1
            self._lives.one(shop)
            self.result.kills += 1
            self._visit()
            tell_progress(self._out, self._lives, self._receipts, self.result.kills)

    def _finish(self, shop: Shop, due: float) -> None:
        shop.environ = {**shop.environ, "DIE_AT": ""}
        shop.start_daemon()
        everything = list(shop.server.receipts)
        while time.monotonic() < due and not shop.wait_until_confirmed(everything, 0.5):
            self._visit()
        with Journal(self._folder / "journal.sqlite", time.time) as journal:
            open_states = (State.PRINTED, State.INTENT, State.WAITING, State.HELD)
            while time.monotonic() < due and journal.in_state(*open_states):
                self._look_after(journal)
                shop.server.ledger.wait_for(lambda _ledger: False, 0.2)
            self.result.unsettled = {
                entry.receipt_id: f"{entry.state} {entry.reason}"
                for entry in journal.receipts(limit=100_000)
                if entry.state is not State.CONFIRMED
            }
        shop.stop_daemon()

    def _visit(self) -> None:
        path = self._folder / "journal.sqlite"
        if path.exists():
            with Journal.create(path, time.time) as journal:
                self._look_after(journal)

    def _look_after(self, journal: Journal) -> None:
        """The cashier looks at what was printed and decides."""
        for entry in journal.in_state(State.HELD):
            self._held.setdefault(entry.receipt_id, _row(entry.reason))
            found = self._sales().get(entry.receipt_id, [])
            number = f"{found[0].receipt:05d}" if found else ""
            try:
                decide(
                    journal, entry.receipt_id, Decision.PRINTED if found else Decision.PRINT, number=number
                )
            except DecisionError:
                continue  # it moved on meanwhile

    # -- counting ---------------------------------------------------------------------------------------------

    def _sales(self) -> dict[int, list[Document]]:
        sales: dict[int, list[Document]] = {}
        for document in self._documents():
            # A foreign receipt may carry the footer that was set for one of ours and cut off before it was opened.
            if document.interface == 1 and document.footer.system_number.isdigit():
                sales.setdefault(int(document.footer.system_number), []).append(document)
        return sales

    def _documents(self) -> Iterable[Document]:
        for printer in self._printers.values():
            yield from printer.fiscal.receipts

    def _count(self, shop: Shop) -> None:
        result, sales = self.result, self._sales()
        issued = shop.server.receipts
        result.issued = len(issued)
        result.fiscal = sum(len(printer.fiscal.receipts) for printer in self._printers.values())
        result.foreign = sum(document.interface != 1 for document in self._documents())
        result.cancelled = sum(len(printer.fiscal.cancelled) for printer in self._printers.values())
        result.api_faults = sum(call.fault is not None for call in shop.server.ledger.requests)
        for printer in self._printers.values():
            result.printer_faults.update(fault.kind.value for _, fault in printer.faults.happened)
        result.held = Counter(self._held.values())
        confirmed = shop.audit_confirmed()
        result.twice = sorted(receipt for receipt, found in sales.items() if len(found) > 1)
        result.lost = sorted(
            receipt for receipt in issued if receipt not in sales or receipt not in confirmed
        )
        result.confirmed_unsold = sorted(confirmed - sales.keys())
        result.wrong_numbers = sorted(
            int(call.parameters["receipt_id"])
            for call in shop.server.ledger.of("setOrderReceipt")
            if call.parameters["receipt_nr"]
            not in {
                f"{document.receipt:05d}" for document in sales.get(int(call.parameters["receipt_id"]), [])
            }
        )
