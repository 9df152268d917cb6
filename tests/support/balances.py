"""Days that are balanced, made by chance: a printer's periods, the journal's receipts, BaseLinker's."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from bridge.balance.compare import compare
from bridge.balance.sources import Issued, Office, Sold, Till
from drivers.receipt import VatRate
from drivers.sales_day import LetterTotal, Period, SalesDay

if TYPE_CHECKING:
    from bridge.balance.differences import TillBalance
    from bridge.balance.sources import Pending

DAY = date(2026, 10, 9)
BEGIN, END = 1_791_496_800, 1_791_583_200
"""2026-10-09 in Poland."""
DEVICE = "ZBF 2101002392"
RATES = {"23%": VatRate(Decimal(23)), "8%": VatRate(Decimal(8)), "exempt": VatRate(None)}


@dataclass(frozen=True)
class World:
    """One day of one printer, three ways."""

    till: Till
    sold: tuple[Sold, ...]
    office: Office
    cancelled: tuple[tuple[int, int], ...] = ()
    """Report and number of each cancelled receipt."""
    pending: tuple[Pending, ...] = ()

    def balance(self) -> TillBalance:
        return compare(self.till, self.sold, self.pending, self.office)

    def with_sold(self, *sold: Sold) -> World:
        return replace(self, sold=sold)

    def changed_sold(self, place: int, **changes: Any) -> World:
        one = replace(self.sold[place], **changes)
        return self.with_sold(*self.sold[:place], one, *self.sold[place + 1 :])

    def changed_issued(self, receipt_id: int, **changes: Any) -> World:
        one = replace(self.office.issued[receipt_id], **changes)
        return self.with_office(issued={**self.office.issued, receipt_id: one})

    def with_office(self, **changes: Any) -> World:
        return replace(self, office=replace(self.office, **changes))

    def with_day(self, **changes: Any) -> World:
        assert self.till.day is not None
        return replace(self, till=replace(self.till, day=replace(self.till.day, **changes)))

    @property
    def periods(self) -> tuple[Period, ...]:
        assert self.till.day is not None
        return self.till.day.periods

    def changed_period(self, place: int, **changes: Any) -> World:
        one = replace(self.periods[place], **changes)
        return self.with_day(periods=(*self.periods[:place], one, *self.periods[place + 1 :]))


def receipt(receipt_id: int = 1, number: str = "00001", **changes: Any) -> Sold:
    """Return a confirmed receipt of 1.00 in the highest rate, of the first report."""
    values: dict[str, Any] = {
        "printer": "till",
        "printed_at": BEGIN + 36_000,
        "total": 100,
        "rates": {"23%": 100},
        "state": "confirmed",
        "own_number": f"{receipt_id}/10/2026/P",
        "order_id": receipt_id + 1000,
        "device": DEVICE,
        "report": 1,
    }
    return Sold(receipt_id, number=number, **{**values, **changes})


def shown(one: Sold) -> Issued:
    """Return what BaseLinker shows of a receipt that was confirmed to it."""
    return Issued(
        one.receipt_id,
        own_number=one.own_number,
        order_id=one.order_id,
        number=one.number,
        total=one.total,
        rates=one.rates,
    )


def period(report: int, sold: tuple[Sold, ...], cancelled: int = 0, *, closed: bool = True) -> Period:
    """Return the period of a daily report that closed these receipts."""
    totals = [
        LetterTotal(letter, rate, sum(one.rates.get(label, 0) for one in sold))
        for letter, (label, rate) in zip("ABE", RATES.items(), strict=True)
    ]
    moments = [one.printed_at for one in sold]
    return Period(
        report=report,
        closed_at=max(moments, default=BEGIN) + 60 if closed else None,
        first=min(moments, default=None),
        last=max(moments, default=None),
        finished=len(sold),
        cancelled=cancelled,
        totals=tuple(totals),
        last_number=None if closed else len(sold) + cancelled,
    )


def world_of(*sold: Sold, cancelled: int = 0) -> World:
    """Return a balanced day of one period with these receipts; the cancelled ones come last."""
    day = SalesDay(DAY, DEVICE, BEGIN, END, restarts=True, periods=(period(1, sold, cancelled),))
    office = Office(issued={one.receipt_id: shown(one) for one in sold})
    numbers = tuple((1, len(sold) + place + 1) for place in range(cancelled))
    return World(Till("till", BEGIN, END, day), sold, office, numbers)


@st.composite
def worlds(draw: st.DrawFn, *, most_cancelled: int = 2) -> World:
    """Make balanced days of up to three periods, with receipts and cancelled ones in any order."""
    sold: list[Sold] = []
    periods: list[Period] = []
    cancelled: list[tuple[int, int]] = []
    first_report = draw(st.integers(1, 1000))
    count = draw(st.integers(1, 3))
    for place in range(count):
        report = first_report + place
        kinds = draw(
            st.permutations([True] * draw(st.integers(1, 4)) + [False] * draw(st.integers(0, most_cancelled)))
        )
        ours: list[Sold] = []
        for number, is_sold in enumerate(kinds, 1):
            if not is_sold:
                cancelled.append((report, number))
                continue
            rates = draw(st.dictionaries(st.sampled_from([*RATES]), st.integers(1, 99_999), min_size=1))
            receipt_id = 1 + len(sold) + len(ours)
            ours.append(
                receipt(
                    receipt_id,
                    f"{number:05d}",
                    printed_at=BEGIN + place * 20_000 + number * 60,
                    total=sum(rates.values()),
                    rates=rates,
                    report=report if draw(st.booleans()) else None,
                )
            )
        closed = place < count - 1 or draw(st.booleans())
        periods.append(period(report, tuple(ours), len(kinds) - len(ours), closed=closed))
        sold += ours
    day = SalesDay(DAY, DEVICE, BEGIN, END, restarts=True, periods=tuple(periods))
    office = Office(issued={one.receipt_id: shown(one) for one in sold})
    return World(Till("till", BEGIN, END, day), tuple(sold), office, tuple(cancelled))
