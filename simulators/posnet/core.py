"""The printer's memory at work: commands decided, outcomes committed, all of it or nothing. No time, no paper."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.command import Call, Outcome, Panel, check_owner
from simulators.posnet.ledger import FiscalLedger

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from simulators.posnet.behaviour import Behaviour
    from simulators.posnet.command import Command
    from simulators.posnet.fields import Values
    from simulators.posnet.memory import Memory
    from simulators.posnet.models import Model
    from simulators.posnet.store import Store


class Core:
    """What one printer remembers, in RAM and in its store; used under the printer's lock."""

    def __init__(
        self,
        model: Model,
        behaviour: Behaviour,
        store: Store,
        first: Memory,
        clock: Callable[[], datetime],
    ) -> None:
        self.model = model
        self.behaviour = behaviour
        self._store = store
        self._clock = clock
        saved = store.memory()
        self.is_new = saved is None
        self.memory = saved or first
        self.goods = store.goods()
        self.fiscal = FiscalLedger(store.documents())
        if self.is_new:
            store.save(None, first)

    def close(self) -> None:
        """Release the store."""
        self._store.close()

    @property
    def now(self) -> datetime:
        """The printer's clock."""
        return self._clock() + timedelta(seconds=self.memory.settings.clock_offset)

    @property
    def pages(self) -> tuple[int, int, int]:
        """The code pages of PC1, PC2 and, like PC1, the keyboard."""
        one, two = self.memory.settings.code_pages
        return one, two, one

    def call(self, mnemonic: str, values: Values, interface: int, panel: Panel | None = None) -> Call:
        """Return a call with everything it may look at."""
        return Call(
            mnemonic,
            values,
            self.memory,
            interface,
            self.now,
            self.goods,
            self.behaviour,
            self.model,
            self.fiscal,
            panel or Panel(),
        )

    def decide(self, command: Command, call: Call) -> Outcome:
        """Return what a command would come to now. Raises RefusedError."""
        if self.memory.settings.read_only and not command.reads:
            raise RefusedError(Refusal.READ_ONLY)
        check_owner(command, self.memory, call.interface)
        return command.run(replace(call, memory=self.memory))

    def commit(self, outcome: Outcome) -> None:
        """Make an outcome true, on disk first."""
        if outcome.memory is self.memory and not outcome.documents and not outcome.goods:
            return
        self._store.save(self.memory, outcome.memory, outcome.documents, outcome.goods)
        self.memory = outcome.memory
        self.goods.update({good.name: good for good in outcome.goods})
        self.fiscal.put(outcome.documents)

    def become(self, memory: Memory, *, forget_goods: bool) -> None:
        """Take another memory: that of a printer put in the place of this one, or of one cleared by service."""
        self._store.save(None, memory, forget_goods=forget_goods)
        self.memory = memory
        if forget_goods:
            self.goods.clear()
