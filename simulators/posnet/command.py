"""What a command is: its fields, the rules that hold before it, and a pure function from a call to an outcome.

    Call (values, memory, clock, who asks) --run--> Outcome (new memory, answer, documents, paper)
                                           `------> RefusedError: nothing has changed

Nothing here prints, waits or stores: the printer carries an outcome out, all of it or nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING

from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.memory import NON_FISCAL, Document
from simulators.posnet.printouts import Printouts

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from simulators.escpos.paper import Row
    from simulators.posnet.behaviour import Behaviour
    from simulators.posnet.fields import Field, Values
    from simulators.posnet.ledger import FiscalLedger
    from simulators.posnet.memory import Counters, Good, Memory, Transaction
    from simulators.posnet.models import Model

    Run = Callable[["Call"], "Outcome"]

Answer = int | str | bool
KEYBOARD = 3
"""The interface of what is done at the printer itself (`sdev tl`)."""


class Takes(StrEnum):
    """What a command needs: nothing, paper while the other interface has nothing open, or paper whoever has."""

    NOTHING = "nothing"
    PAPER = "paper"
    PAPER_ANYWAY = "paper anyway"


@dataclass(frozen=True, slots=True)
class Panel:
    """What the printer shows of itself at this moment: display, mechanism, queue, drawer."""

    display: int = 0
    mechanism: int = 0
    queue_empty: bool = True
    near_end: bool = False
    drawer_open: bool = False


@dataclass(frozen=True, slots=True)
class Call:
    """A command with everything it may look at. `now` is the printer's clock."""

    mnemonic: str
    values: Values
    memory: Memory
    interface: int
    now: datetime
    goods: Mapping[str, Good]
    behaviour: Behaviour
    model: Model
    ledger: FiscalLedger
    panel: Panel = Panel()

    @property
    def time(self) -> str:
        """The printer's clock as ISO 8601."""
        return self.now.isoformat(timespec="seconds")

    @property
    def transaction(self) -> Transaction:
        """The open receipt, still unfinished. Raises RefusedError when there is none."""
        transaction = self.memory.transaction
        if transaction is None:
            raise RefusedError(Refusal.NO_TRANSACTION)
        if transaction.document:
            raise RefusedError(Refusal.STATE)
        return transaction

    def printouts(self, memory: Memory | None = None) -> Printouts:
        """Return what makes the paper."""
        return Printouts(memory or self.memory, self.model.columns)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command comes to: the memory after it, the answer, what is kept for ever and what is printed.

    `ends` cuts the paper behind the rows, `kicks` opens the drawer, `beeps` sounds, `shows` are lines of the customer
    display by number, `asks` first wants a key pressed, `complaint` is an error that is answered although the command
    was carried out, `lasts` how long it takes beyond the printing.
    """

    memory: Memory
    fields: tuple[tuple[str, Answer], ...] = ()
    rows: tuple[Row, ...] = ()
    documents: tuple[Document, ...] = ()
    goods: tuple[Good, ...] = ()
    ends: bool = False
    kicks: bool = False
    beeps: bool = False
    shows: tuple[tuple[int, str], ...] = ()
    asks: bool = False
    complaint: Refusal | None = None
    lasts: float = 0.0


@dataclass(frozen=True, slots=True)
class Command:
    """A command of the printer. `immediate` ones may come with `!`; `reads` ones work in read-only mode too.

    `quiet` refusals are answers rather than errors and never stay on the display.
    """

    name: str
    run: Run
    fields: Mapping[str, Field] = field(default_factory=lambda: MappingProxyType({}))
    takes: Takes = Takes.NOTHING
    reads: bool = False
    immediate: bool = False
    quiet: bool = False


def check_owner(command: Command, memory: Memory, interface: int) -> None:
    """Refuse a command that would work on the document of the other interface."""
    owner = owner_of(memory)
    if command.takes is Takes.PAPER and owner not in (0, interface):
        raise RefusedError(Refusal.OTHER_INTERFACE)


def owner_of(memory: Memory) -> int:
    """Return who has a document open: 0 nobody, 1 PC1, 2 PC2, 3 the keyboard."""
    document = memory.transaction or memory.form
    return document.interface if document is not None else 0


def closed(memory: Memory) -> None:
    """Refuse what may only be done while no receipt and no form is open."""
    if memory.transaction is not None or memory.form is not None:
        raise RefusedError(Refusal.OPEN)


def today(call: Call, name: str = "da") -> bool:
    """Whether the call brought today's date; without a date somebody has to confirm. Raises RefusedError."""
    day = call.values.day(name)
    if day is None:
        return False
    if day != call.now.date():
        raise RefusedError(Refusal.DATE)
    return True


def numbered(counters: Counters, kind: int) -> Counters:
    """Return the counters after a document of a kind; its number is `last_document`."""
    number = counters.last_document + 1
    by_kind = (*counters.by_kind[:kind], number, *counters.by_kind[kind + 1 :])
    return replace(counters, last_document=number, by_kind=by_kind)


def plain_document(call: Call, title: str, lines: tuple[str, ...] = ()) -> tuple[Memory, Document]:
    """Return the memory after a non-fiscal printout, and its document."""
    memory = call.memory
    counters = numbered(memory.counters, NON_FISCAL)
    counters = replace(counters, printouts=counters.printouts + 1)
    day = replace(memory.day, non_fiscal=memory.day.non_fiscal + 1)
    document = Document(
        memory.identity.unique_number,
        counters.last_document,
        NON_FISCAL,
        call.time,
        counters.printouts,
        counters.reports,
        interface=call.interface,
        fiscal=False,
        title=title,
        lines=lines,
    )
    return replace(memory, counters=counters, day=day), document
