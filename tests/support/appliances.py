"""A booted machine with the installed package, and the simulated shop it works for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.shops import issue
from support.waiting import wait_for

from simulators.shop import Shop, printings

if TYPE_CHECKING:
    from support.bare_trees import Machine, Tree

    from simulators.escpos.server import TcpPrinter
    from simulators.posnet.printer import FiscalPrinter

UNIT = "receipt-bridge.service"
LONG = 60.0
"""Seconds."""


@dataclass
class Appliance:
    """A booted machine with the package, and the shop it works for."""

    machine: Machine
    tree: Tree
    shop: Shop
    paper: TcpPrinter
    fiscal: FiscalPrinter

    def show(self, name: str) -> str:
        """Return a property of the unit."""
        return self.machine.say(f"systemctl show --value --property={name} {UNIT}")

    def wait_active(self, *, other_than: str = "0") -> str:
        """Wait until the daemon said READY in a process other than this; return its number."""

        def ready() -> str:
            pid = self.show("MainPID")
            return pid if self.show("ActiveState") == "active" and pid not in {"0", other_than} else ""

        return wait_for(ready, LONG)

    def issue(self, series: int, *, seed: int) -> int:
        """Let BaseLinker list a receipt of a series; return its id."""
        (receipt,) = issue(self.shop, seed=seed, series_id=series)
        return receipt

    def wait_confirmed(self, *receipts: int) -> None:
        assert self.shop.wait_until_confirmed(receipts, LONG), self.log()

    def log(self) -> str:
        """What the service and systemd wrote of it since the boot."""
        return self.machine.say("journalctl --boot --no-pager --output=cat --unit=receipt-bridge")

    def state(self, receipt: int) -> str:
        """Where the journal says a receipt stands."""
        found = json.loads(self.machine.say(f"receipt-bridge receipts {receipt} --json"))
        return str(found["state"])

    def settled(self, receipt: int) -> str:
        """Wait until nothing happens to a receipt by itself any more; return its state."""

        def state() -> str:
            found = self.state(receipt)
            return found if found in {"confirmed", "held"} else ""

        return wait_for(state, LONG)

    def sold(self, receipt: int) -> int:
        """How often a receipt stands in the fiscal memory."""
        return sum(sale.footer.system_number == str(receipt) for sale in self.fiscal.fiscal.receipts)

    def on_paper(self, receipt: int) -> int:
        """How often a receipt came out of the receipt printer, in whole or in part."""
        ledger = self.paper.device.ledger
        return sum(one.receipt_id == receipt for one in printings([*ledger.slips, ledger.unfinished]))

    def entries(self, *matches: str) -> list[dict[str, Any]]:
        """Return the entries of systemd's journal since the boot that the service wrote, with all their fields."""
        # Without --all a field of more than 4096 bytes is null; the stacks of all threads are such a one.
        words = f"journalctl --boot --no-pager --all --output=json --unit={UNIT} {' '.join(matches)}"
        return [json.loads(line) for line in self.machine.say(words).splitlines()]

    def kill(self) -> None:
        """Kill the daemon at once."""
        self.machine.say(f"systemctl kill --signal=KILL {UNIT}")
