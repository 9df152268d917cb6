"""What a fiscal printer itself says it sold on one day: the answer to the errand `day` of every driver that has one.

A period is what one daily report closes; the last one may still run. Amounts are grosze, moments unix seconds. In JSON
a rate is its percent as text, `exempt`, or '' for a letter that is not in use now.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from drivers.receipt import VatRate

if TYPE_CHECKING:
    from collections.abc import Mapping

KIND = "day"
"""The name of the errand; its detail is `{"day": "2026-10-09"}`."""

_EXEMPT = "exempt"


@dataclass(frozen=True, slots=True)
class LetterTotal:
    """What was sold under one VAT letter; `rate` is None for a letter that is not in use now."""

    letter: str
    rate: VatRate | None
    grosze: int

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        rate = "" if self.rate is None else _EXEMPT if self.rate.exempt else self.rate.to_json()
        return {"letter": self.letter, "rate": rate, "grosze": self.grosze}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the total that `to_json` wrote."""
        text = value["rate"]
        rate = None if text == "" else VatRate(None if text == _EXEMPT else Decimal(text))
        return cls(value["letter"], rate, value["grosze"])


@dataclass(frozen=True, slots=True)
class Period:
    """The sales between two daily reports.

    `report` is the number of the daily report that closes it, `closed_at` when it did, None while it runs. `first` and
    `last` are its sales. What the firmware does not tell is None: how many receipts were `cancelled`, and the
    `last_number` given to a receipt. Invoices of the same printer are counted apart.
    """

    report: int
    closed_at: int | None
    first: int | None
    last: int | None
    finished: int
    cancelled: int | None
    totals: tuple[LetterTotal, ...]
    last_number: int | None = None
    invoices: int = 0
    invoiced: int = 0

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return {
            "report": self.report,
            "closed_at": self.closed_at,
            "first": self.first,
            "last": self.last,
            "finished": self.finished,
            "cancelled": self.cancelled,
            "totals": [total.to_json() for total in self.totals],
            "last_number": self.last_number,
            "invoices": self.invoices,
            "invoiced": self.invoiced,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the period that `to_json` wrote."""
        totals = tuple(LetterTotal.from_json(total) for total in value["totals"])
        return cls(**{**value, "totals": totals})


@dataclass(frozen=True, slots=True)
class SalesDay:
    """All periods with sales on `day`, oldest first, by what their records say.

    `begins` and `ends` bound the day by the printer's own clock, None where its zone is unknown. `restarts` tells
    whether receipt numbers begin anew with each period. Without a `gap` nothing sold that day is missing; else it is
    `no_records` (firmware that cannot read back a report), `training` or `record_missing`.
    """

    day: date
    device: str
    begins: int | None
    ends: int | None
    restarts: bool | None
    periods: tuple[Period, ...]
    gap: str = ""

    def to_json(self) -> dict[str, Any]:
        """Return it as JSON, for the answer to the errand."""
        return {
            "day": self.day.isoformat(),
            "device": self.device,
            "begins": self.begins,
            "ends": self.ends,
            "restarts": self.restarts,
            "periods": [period.to_json() for period in self.periods],
            "gap": self.gap,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the day that `to_json` wrote; other keys are passed over."""
        return cls(
            day=date.fromisoformat(value["day"]),
            device=value["device"],
            begins=value["begins"],
            ends=value["ends"],
            restarts=value["restarts"],
            periods=tuple(Period.from_json(period) for period in value["periods"]),
            gap=value["gap"],
        )
