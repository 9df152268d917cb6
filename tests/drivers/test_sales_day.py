from __future__ import annotations

import json
from datetime import date
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from drivers.receipt import VatRate
from drivers.sales_day import LetterTotal, Period, SalesDay

counts = st.integers(0, 9999)
moments = st.none() | st.integers(1_600_000_000, 2_000_000_000)
rates = (
    st.none() | st.just(VatRate(None)) | st.builds(VatRate, st.sampled_from([*map(Decimal, (23, 8, 5, 0))]))
)
periods = st.builds(
    Period,
    report=counts,
    closed_at=moments,
    first=moments,
    last=moments,
    finished=counts,
    cancelled=st.none() | counts,
    totals=st.lists(st.builds(LetterTotal, st.sampled_from("ABCDEFG"), rates, counts), max_size=7).map(tuple),
    last_number=st.none() | counts,
    invoices=counts,
    invoiced=counts,
)
days = st.builds(
    SalesDay,
    day=st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    device=st.text(max_size=20),
    begins=moments,
    ends=moments,
    restarts=st.none() | st.booleans(),
    periods=st.lists(periods, max_size=3).map(tuple),
    gap=st.sampled_from(["", "no_records", "training", "record_missing"]),
)


@given(days)
def test_a_day_of_sales_comes_through_the_journal_of_errands_as_it_was(day: SalesDay) -> None:
    assert day == SalesDay.from_json(json.loads(json.dumps({"ok": True, **day.to_json()})))
