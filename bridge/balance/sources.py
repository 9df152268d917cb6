"""What the journal, a printer and BaseLinker say of one day. Amounts are grosze, moments unix seconds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.receipt import VatRate
    from drivers.sales_day import SalesDay

Rates = Mapping[str, int]
"""Gross sums by the label of their VAT rate: `23%`, `exempt`, and `23% EUR` in another currency than PLN."""

HOME_CURRENCY = "PLN"


def rate_label(rate: VatRate, currency: str = HOME_CURRENCY) -> str:
    """Return under which name a rate is summed up."""
    return str(rate) if currency in ("", HOME_CURRENCY) else f"{rate} {currency}"


def added(sums: Iterable[Rates]) -> dict[str, int]:
    """Return the sum of several sums, rate by rate."""
    total: dict[str, int] = {}
    for rates in sums:
        for label, grosze in rates.items():
            total[label] = total.get(label, 0) + grosze
    return total


@dataclass(frozen=True, slots=True)
class Sold:
    """A receipt that has a proof in the journal.

    `number` is the printer's, '' where it has none or nobody read it; `own_number` BaseLinker's. `report` is the number
    of the daily report that closes it, as far as its proof tells. `total` is None when its content cannot be read. Its
    time is the printer's own where it is `timed`, else that of the proof, which may have come a day late.
    """

    receipt_id: int
    printer: str
    printed_at: int
    total: int | None
    rates: Rates
    state: str
    number: str = ""
    own_number: str = ""
    order_id: int | None = None
    device: str = ""
    report: int | None = None
    timed: bool = True

    @property
    def confirmed(self) -> bool:
        """Whether BaseLinker accepted its number, as the journal remembers it."""
        return self.state == "confirmed"


@dataclass(frozen=True, slots=True)
class Pending:
    """A receipt of that day without a proof: held, being printed, or still waiting when the day was over."""

    receipt_id: int
    printer: str
    state: str
    may_be_printed: str
    reason_code: str = ""
    reason: str = ""
    order_id: int | None = None
    own_number: str = ""
    total: int | None = None


@dataclass(frozen=True, slots=True)
class Issued:
    """A receipt as BaseLinker shows it. What it does not tell is None: `number` from the printer, `printer`, sums."""

    receipt_id: int
    own_number: str = ""
    order_id: int | None = None
    number: str | None = None
    printer: str | None = None
    total: int | None = None
    rates: Rates | None = None

    @property
    def numbered(self) -> bool:
        """Whether it shows a number other than its own: that of a printer."""
        return bool(self.number) and self.number != self.own_number


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """A receipt BaseLinker issued that day for one of our series, and of which the journal has no proof.

    `known` tells whether the journal has ever seen it.
    """

    issued: Issued
    printer: str
    known: bool


@dataclass(frozen=True, slots=True)
class Office:
    """What BaseLinker says. `refused` are ids it does not show; `asked` is False where it was not asked to the end.

    `numbers_asked` tells whether each receipt was asked for its number.
    """

    issued: Mapping[int, Issued] = field(default_factory=dict)
    elsewhere: tuple[Elsewhere, ...] = ()
    refused: frozenset[int] = frozenset()
    asked: bool = True
    numbers_asked: bool = True


@dataclass(frozen=True, slots=True)
class Till:
    """A printer, and what it says of the day: nothing where it has no totals of its own, or could not be asked.

    `trouble` tells why it could not be asked, '' where it was or need not be. `begin` and `end` bound its day.
    """

    name: str
    begin: int
    end: int
    day: SalesDay | None = None
    trouble: str = ""

    def holds(self, moment: int) -> bool:
        """Whether a moment lies on that day."""
        return self.begin <= moment < self.end
