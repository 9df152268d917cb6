"""What others do to the printer while a host works with it: people at the counter, and a host on the other interface.

All of it happens at once, whatever the queue waits for, and may be called from a fault in the middle of a command.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from simulators.posnet.codepages import encode
from simulators.posnet.command import KEYBOARD
from simulators.posnet.factory import new_memory, ram_cleared
from simulators.posnet.fields import convert
from simulators.posnet.framing import Request
from simulators.posnet.registry import COMMANDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.posnet.command import Outcome
    from simulators.posnet.memory import Memory
    from simulators.posnet.printer import FiscalPrinter


class Operator:
    """Somebody at the printer."""

    def __init__(self, printer: FiscalPrinter) -> None:
        self._printer = printer

    def press_key(self, *, confirm: bool = True) -> None:
        """Answer the question on the display, or take the error off it."""
        with self._printer.condition:
            self._printer.worker.press_key(confirm=confirm)
        self._printer.felt()

    def new_roll(self) -> None:
        """Put in a full roll."""
        self._printer.change(paper_lines=None, near_end=False, paper_out=False)

    def daily_report(self) -> None:
        """Make a daily report in the menu. Raises RefusedError."""
        today = self._printer.core.now.date().isoformat()
        at_once(self._printer, KEYBOARD, "dailyrep", da=today)

    def exchange(self, memory: Memory | str) -> None:
        """Put another printer in its place, given by its memory or its unique number."""
        other = new_memory(self._printer.model, unique_number=memory) if isinstance(memory, str) else memory
        self._become(other, forget_goods=True)

    def clear_ram(self) -> None:
        """Do what service does to a printer that is confused."""
        self._become(ram_cleared(self._printer.memory), forget_goods=False)

    def service(self, **upkeep: Any) -> None:
        """Change what the printer tells of its upkeep: fields of `memory.Upkeep`."""
        with self._printer.condition:
            memory = self._printer.memory
            changed = replace(memory, upkeep=replace(memory.upkeep, **upkeep))
            self._printer.core.become(changed, forget_goods=False)

    def _become(self, memory: Memory, *, forget_goods: bool) -> None:
        printer = self._printer
        with printer.condition:
            printer.worker.forget()
            printer.speaker.kept.forget()
            printer.core.become(memory, forget_goods=forget_goods)
            printer.ledger.cut("torn")
        printer.felt()


class OtherHost:
    """A host on the other interface, which sells whatever it likes."""

    def __init__(self, printer: FiscalPrinter, interface: int = 2) -> None:
        self._printer = printer
        self._interface = interface

    def begin(self, lines: Sequence[tuple[str, int, int]] = (("Obcy towar", 0, 100),)) -> None:
        """Open a receipt and sell lines of name, rate slot and price. Raises RefusedError."""
        self.command("trinit", bm="0")
        for name, slot, price in lines:
            self.command("trline", na=name, vt=str(slot), pr=str(price))

    def finish(self) -> None:
        """End its receipt: a sale. Raises RefusedError."""
        self.command("trend")

    def cancel(self) -> None:
        """Cancel its receipt. Raises RefusedError."""
        self.command("prncancel")

    def sell(self, lines: Sequence[tuple[str, int, int]] = (("Obcy towar", 0, 100),)) -> None:
        """Make a whole receipt. Raises RefusedError."""
        self.begin(lines)
        self.finish()

    def command(self, mnemonic: str, **fields: str) -> Outcome:
        """Have one command carried out. Raises RefusedError or FrameRefusedError."""
        return at_once(self._printer, self._interface, mnemonic, **fields)


def at_once(printer: FiscalPrinter, interface: int, mnemonic: str, **fields: str) -> Outcome:
    """Carry a command out past the queue; its paper comes out behind what is being printed."""
    with printer.condition:
        core, command = printer.core, COMMANDS[mnemonic]
        page = core.pages[interface - 1]
        request = Request(mnemonic, {name: encode(value, page) for name, value in fields.items()})
        values = convert(request, command.fields, page, core.model.limits)
        outcome = core.decide(command, core.call(mnemonic, values, interface, printer.panel))
        core.commit(outcome)
        printer.press.put(outcome.rows, ends=outcome.ends)
    return outcome
