"""Journal entries and what was configured -> sources of a balance."""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from bridge.balance.sources import HOME_CURRENCY, Pending, Rates, Sold, added, rate_label
from bridge.intake import UnreadableError, read_listed
from bridge.journal import State

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from datetime import date

    from bridge.journal import Entry, Journal
    from drivers.receipt import Receipt

BEFORE_SECONDS, BEHIND_SECONDS = 86_400, 3 * 86_400
"""Receipts of so long around a day are looked at: a daily report may have closed them with it, and a receipt that was
proven late bears the time of its proof."""


def local_bounds(day: date) -> tuple[int, int]:
    """Return the first second of a day and of the next one, by the zone of this computer."""
    first, following = (datetime.combine(one, time.min) for one in (day, day + timedelta(days=1)))
    return int(first.timestamp()), int(following.timestamp())


def sold_around(journal: Journal, begin: int, end: int) -> list[Sold]:
    """Return the receipts that were proven around a day, of all printers. Raises JournalError."""
    entries = journal.printed_between(begin - BEFORE_SECONDS, end + BEHIND_SECONDS)
    return [_sold(entry) for entry in entries if entry.proof is not None]


def _sold(entry: Entry) -> Sold:
    proof = entry.proof
    details: Mapping[str, Any] = {} if proof is None else proof.details
    receipt = receipt_in(entry.content)
    total = details.get("total") if receipt is None else receipt.total
    return Sold(
        receipt_id=entry.receipt_id,
        printer=entry.printer,
        printed_at=entry.printed_at or 0,
        total=total if isinstance(total, int) else None,
        rates={} if receipt is None else rates_of(receipt, entry.currency),
        state=entry.state,
        number="" if proof is None else proof.number,
        own_number=entry.number,
        order_id=entry.order_id,
        device="" if proof is None else proof.device,
        report=details.get("report") if isinstance(details.get("report"), int) else None,
        timed=proof is not None and proof.printed_at is not None,
    )


def pending_on(journal: Journal, begin: int, end: int, now: float) -> list[Pending]:
    """Return the receipts without a proof that were in work on a day; waiting ones once it is over.

    Raises JournalError.
    """
    found: Iterable[Entry] = journal.in_state(State.INTENT, State.HELD, State.WAITING)
    return [_pending(entry) for entry in found if _is_of(entry, begin, end, now)]


def _is_of(entry: Entry, begin: int, end: int, now: float) -> bool:
    if entry.proof is not None or (entry.state is State.WAITING and now < end):
        return False
    return entry.first_seen < end and entry.changed >= begin


def _pending(entry: Entry) -> Pending:
    receipt = receipt_in(entry.content)
    return Pending(
        receipt_id=entry.receipt_id,
        printer=entry.printer,
        state=entry.state,
        may_be_printed=entry.may_be_printed,
        reason_code=entry.reason_code,
        reason=entry.reason,
        order_id=entry.order_id,
        own_number=entry.number,
        total=None if receipt is None else receipt.total,
    )


def receipt_in(content: str) -> Receipt | None:
    """Return the receipt of a journaled content, None where it cannot be read."""
    try:
        return read_listed(json.loads(content)).receipt
    except (UnreadableError, ValueError):
        return None


def rates_of(receipt: Receipt, currency: str = HOME_CURRENCY) -> Rates:
    """Return what a receipt is worth, rate by rate."""
    return added({rate_label(rate, currency): grosze} for rate, grosze in receipt.totals_by_rate if grosze)


def printers_in(sold: Iterable[Sold], begin: int, end: int) -> Iterator[str]:
    """Yield the printers that sold something on a day, once each."""
    yield from dict.fromkeys(one.printer for one in sold if begin <= one.printed_at < end)
