"""What the journal has of a day."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from support.balances import BEGIN, END
from support.journals import enter, found, intend

from bridge.balance.gather import pending_on, printers_in, sold_around
from bridge.journal import Event, Journal
from drivers.contract import Proof

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

NOON = BEGIN + 43_200
LINES = [
    {"name": "Herbata", "price_brutto": "10.50", "tax_rate": 23, "quantity": 2},
    {"name": "Książka", "price_brutto": "30.00", "tax_rate": 5, "quantity": 1},
    {"name": "Kurs", "price_brutto": "9.99", "tax_rate": -1, "quantity": 1},
]


class Clock:
    """The system clock of a journal."""

    def __init__(self) -> None:
        self.now = float(NOON)

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def journal(tmp_path: Path, clock: Clock) -> Iterator[Journal]:
    with Journal.create(tmp_path / "journal.sqlite", clock) as opened:
        yield opened


def listed(journal: Journal, receipt_id: int, **changes: Any) -> None:
    content = json.dumps({"receipt_id": receipt_id, "products": LINES})
    enter(journal, receipt_id, **{"content": content, "order_id": 77, **changes})


def printed(journal: Journal, receipt_id: int, at: int | None = NOON, **changes: Any) -> None:
    listed(journal, receipt_id, **changes)
    intend(journal, found(journal, receipt_id))
    details = {"report": 4, "total": 6099}
    journal.printed(receipt_id, Proof("fiscal", "00012", at, "ZBF 1", details))


def test_a_proven_receipt_comes_with_its_rates_number_and_report(journal: Journal) -> None:
    printed(journal, 1)
    journal.confirmed(found(journal, 1), "00012")

    (one,) = sold_around(journal, BEGIN, END)

    assert {"23%": 2100, "5%": 3000, "exempt": 999} == one.rates
    assert ("till", "00012", "1/2026", 77, "ZBF 1", 4, NOON) == (
        one.printer,
        one.number,
        one.own_number,
        one.order_id,
        one.device,
        one.report,
        one.printed_at,
    )
    assert (6099, True, True) == (one.total, one.confirmed, one.timed)


def test_amounts_in_another_currency_have_rates_of_their_own(journal: Journal) -> None:
    printed(journal, 1, currency="EUR")

    (one,) = sold_around(journal, BEGIN, END)

    assert ["23% EUR", "5% EUR", "exempt EUR"] == [*one.rates]


def test_content_that_cannot_be_read_leaves_the_total_of_the_proof(journal: Journal) -> None:
    printed(journal, 1, content="{}")

    (one,) = sold_around(journal, BEGIN, END)

    assert (6099, {}) == (one.total, one.rates)


def test_a_proof_without_the_printer_s_time_has_that_of_the_journal(journal: Journal, clock: Clock) -> None:
    clock.now = END + 600.0
    printed(journal, 1, at=None)

    (one,) = sold_around(journal, BEGIN, END)

    assert (END + 600, False) == (one.printed_at, one.timed)


def test_receipts_around_the_day_are_there_and_those_far_off_are_not(journal: Journal) -> None:
    day = END - BEGIN
    for receipt_id, at in enumerate(
        (BEGIN - day - 1, BEGIN - day, NOON, END + 3 * day - 1, END + 3 * day), 1
    ):
        printed(journal, receipt_id, at)

    sold = sold_around(journal, BEGIN, END)

    assert [2, 3, 4] == [one.receipt_id for one in sold]
    assert ["till"] == [*printers_in(sold, BEGIN, END)]


def test_what_has_no_proof_and_was_in_work_that_day_is_pending(journal: Journal, clock: Clock) -> None:
    clock.now = BEGIN - 1.0
    listed(journal, 1, printer="bar")
    enter(journal, 2, Event.HOLD, reason_code="nip_invalid")
    clock.now = float(NOON)
    listed(journal, 3)
    enter(journal, 4, Event.HOLD, reason_code="nip_invalid", reason="why", content="{}")
    listed(journal, 5)
    intend(journal, found(journal, 5))
    printed(journal, 6)
    journal.hold(6, "confirm_refused", "why")
    clock.now = float(END)
    listed(journal, 7)

    during, afterwards = (pending_on(journal, BEGIN, END, now) for now in (NOON, END))

    assert [(4, "held", "no", None), (5, "intent", "unknown", 6099)] == sorted(
        (one.receipt_id, one.state, one.may_be_printed, one.total) for one in during
    )
    assert [3, 4, 5] == sorted(one.receipt_id for one in afterwards)


def test_the_query_for_a_day_uses_its_index(journal: Journal) -> None:
    plan = journal._database.rows(
        "EXPLAIN QUERY PLAN SELECT * FROM receipts WHERE printed_at IS NOT NULL AND printed_at >= ? "
        "AND printed_at < ? ORDER BY printed_at, receipt_id",
        (BEGIN, END),
    )

    assert ["SEARCH receipts USING INDEX printed_receipts (printed_at>? AND printed_at<?)"] == [
        step["detail"] for step in plan
    ]
