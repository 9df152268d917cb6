"""What goes wrong between a host and the printer, and in the printer (posnet.md 16.3).

                       carried out   what the host sees
DROP_REQUEST           no            nothing
CORRUPT_REQUEST        no            ERR 5 or another frame error; with a broken STX or ETX nothing
CLOSE_BEFORE           no            the connection ends
REFUSE                 no            `?code`
SILENT                 no            nothing, from now on, until `silent` is turned off
POWER_BEFORE           no            the connection ends: the power fails before the command runs
POWER_UNCOMMITTED      no            the same, with everything checked and nothing stored
POWER_COMMITTED        yes           the same, stored and neither printed nor answered
POWER_PRINTING         yes *         the same, after `at` lines of what this command prints
POWER_ANSWERED         yes           the answer, then the end of the connection
PAPER_OUT, COVER_OPEN  later         silence after `at` more lines until somebody helps; `!sdev` tells
DROP_ANSWER            yes           nothing
DELAY_ANSWER           yes           this answer and all after it late
LATE_ANSWER            yes           this answer late, overtaken by others
CORRUPT_ANSWER         yes           a frame with a wrong byte
DUPLICATE_ANSWER       yes           the answer twice
SPLIT_ANSWER           yes           `at` bytes, the rest late
NOISE                  yes           `data` before the answer
CLOSE_AFTER            yes           `at` bytes of the answer, then the connection ends
CALL_BEFORE, CALL_AFTER   yes        whatever `action` does to the printer: a foreign receipt, a report, another printer

* not with `Behaviour.commit_last`, where the commit lies behind the printing.
"""

from __future__ import annotations

import random
import threading
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulators.posnet.printer import FiscalPrinter

ANY = "*"


class Kind(StrEnum):
    """The faults by name."""

    DROP_REQUEST = "drop request"
    CORRUPT_REQUEST = "corrupt request"
    CLOSE_BEFORE = "close before"
    REFUSE = "refuse"
    SILENT = "silent"
    POWER_BEFORE = "power before"
    POWER_UNCOMMITTED = "power uncommitted"
    POWER_COMMITTED = "power committed"
    POWER_PRINTING = "power printing"
    POWER_ANSWERED = "power answered"
    PAPER_OUT = "paper out"
    COVER_OPEN = "cover open"
    DROP_ANSWER = "drop answer"
    DELAY_ANSWER = "delay answer"
    LATE_ANSWER = "late answer"
    CORRUPT_ANSWER = "corrupt answer"
    DUPLICATE_ANSWER = "duplicate answer"
    SPLIT_ANSWER = "split answer"
    NOISE = "noise"
    CLOSE_AFTER = "close after"
    CALL_BEFORE = "call before"
    CALL_AFTER = "call after"


AT_ARRIVAL = frozenset({Kind.DROP_REQUEST, Kind.CORRUPT_REQUEST, Kind.CLOSE_BEFORE})
"""Faults that meet a request before the printer has read it."""

PASSING = (
    Kind.DROP_REQUEST,
    Kind.CORRUPT_REQUEST,
    Kind.CLOSE_BEFORE,
    Kind.DROP_ANSWER,
    Kind.LATE_ANSWER,
    Kind.CORRUPT_ANSWER,
    Kind.DUPLICATE_ANSWER,
    Kind.NOISE,
    Kind.CLOSE_AFTER,
)
"""Faults that need nobody to end them; the default of RandomFaults."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong with one command.

    `code` belongs to REFUSE, `seconds` to delays and power cuts (the power comes back after so long; None: when
    somebody switches it on), `at` counts bytes or lines, `data` is NOISE. `action` is what CALL_BEFORE and CALL_AFTER
    do; it runs with the printer's lock held, so it may call the printer and not its ports.
    """

    kind: Kind
    code: int = 0
    seconds: float | None = None
    at: int = 0
    data: bytes = b"\x00\xff\x11\x13#\t"
    action: Callable[[FiscalPrinter], object] | None = None


class Faults:
    """The faults to come: for the n-th command of a name from now, on either interface."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._seen: dict[str, int] = {}
        self._planned: dict[tuple[str, int], list[Fault]] = {}
        self.happened: list[tuple[str, Fault]] = []

    def script(self, mnemonic: str, *faults: Kind | Fault, nth: int = 1) -> None:
        """Let these faults together meet the `nth` command of a name from now, or of any name with '*'."""
        with self._lock:
            place = (mnemonic, self._seen.get(mnemonic, 0) + nth)
            self._planned.setdefault(place, []).extend(
                Fault(fault) if isinstance(fault, Kind) else fault for fault in faults
            )

    def clear(self) -> None:
        """Forget all faults to come."""
        with self._lock:
            self._planned.clear()

    def draw(self, mnemonic: str) -> tuple[Fault, ...]:
        """Return the faults of a command that has just arrived."""
        with self._lock:
            found = [*self._scripted(mnemonic), *self._scripted(ANY)]
            found += self._unscripted(mnemonic)
            self.happened += [(mnemonic, fault) for fault in found]
        return tuple(found)

    def _scripted(self, name: str) -> list[Fault]:
        self._seen[name] = self._seen.get(name, 0) + 1
        return self._planned.pop((name, self._seen[name]), [])

    def _unscripted(self, mnemonic: str) -> list[Fault]:  # noqa: ARG002  (RandomFaults looks at it)
        return []


@dataclass(frozen=True, slots=True)
class Menu:
    """What RandomFaults chooses from for each fault: how late answers are, how long the power is off."""

    kinds: tuple[Kind, ...] = PASSING
    late: float = 0.3
    outage: float = 0.1
    bytes: int = 40
    lines: int = 12
    code: int = 50


class RandomFaults(Faults):
    """Faults from a seed: each command meets one with probability `rate`. Scripted ones come as well.

    Each mnemonic has a sequence of its own, so that the number of polls in between does not change it.
    """

    def __init__(self, seed: int, rate: float, menu: Menu = Menu(), *, spared: Iterable[str] = ()) -> None:
        super().__init__()
        self.rate = rate
        self.menu = menu
        self._seed = seed
        self._spared = frozenset(spared)
        self._chances: dict[str, random.Random] = {}

    def _unscripted(self, mnemonic: str) -> list[Fault]:
        chance = self._chances.setdefault(mnemonic, random.Random(f"{self._seed} {mnemonic}"))
        if chance.random() >= self.rate or mnemonic in self._spared:
            return []
        menu, kind = self.menu, chance.choice(self.menu.kinds)
        lines = kind in {Kind.POWER_PRINTING, Kind.PAPER_OUT, Kind.COVER_OPEN}
        at = chance.randrange(menu.lines if lines else menu.bytes)
        seconds = menu.outage if kind.value.startswith("power") else menu.late
        return [Fault(kind, code=menu.code, seconds=seconds, at=at)]


@dataclass(slots=True)
class Troubles:
    """The faults of one command, asked one after the other while it is carried out."""

    faults: tuple[Fault, ...] = field(default=())

    def of(self, *kinds: Kind) -> Fault | None:
        """Return the first fault of these kinds."""
        return next((fault for fault in self.faults if fault.kind in kinds), None)


def corrupted(data: bytes, at: int) -> bytes:
    """Return the bytes with one of them changed, so that it is no longer what it was."""
    place = at % len(data)
    return data[:place] + bytes([data[place] ^ 0x01]) + data[place + 1 :]
