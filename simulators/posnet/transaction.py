"""The rules of an open receipt: what a line, a discount or a payment makes of it, or why it is refused."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from simulators.posnet.arithmetic import added, percent_change
from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.fields import MOST
from simulators.posnet.memory import EXEMPT, INACTIVE, RATES, Last

if TYPE_CHECKING:
    from simulators.posnet.command import Call
    from simulators.posnet.memory import Entry, Memory, Payment, Totals, Transaction

MOST_LINES = 500
_RECEIPT, _BLOCK_RECEIPT = 16, 17


def placed(memory: Memory, transaction: Transaction) -> Memory:
    """Return the memory with the receipt as it is now; `strns` shows it."""
    last = Last(
        _BLOCK_RECEIPT if transaction.block else _RECEIPT,
        transaction.totals,
        transaction.packs_out,
        transaction.packs_in,
        transaction.change,
        transaction.paid,
    )
    return replace(memory, transaction=transaction, last=last)


def slot_of(call: Call) -> int:
    """Return the rate slot of a call. Raises RefusedError for one that does not exist or is inactive."""
    slot = call.values.whole("vt")
    if slot >= RATES or call.memory.settings.rates[slot] == INACTIVE:
        raise RefusedError(Refusal.SLOT)
    return slot


def on_lines(call: Call, transaction: Transaction) -> None:
    """Refuse what belongs among the lines once the receipt is being settled."""
    if transaction.settling and not (call.behaviour.line_after_payment and transaction.before_bill is None):
        raise RefusedError(Refusal.STATE)


def with_entry(transaction: Transaction, entry: Entry, totals: Totals) -> Transaction:
    """Return the receipt with one more entry. Raises RefusedError when its total leaves the range."""
    if sum(totals) > MOST:
        raise RefusedError(Refusal.TOTAL_TOO_BIG)
    return replace(transaction, totals=totals, entries=(*transaction.entries, entry))


def change_of(call: Call, base: int) -> int:
    """Return what the fields rd, rp and rw of a call add to a base: negative for a discount, 0 without them."""
    values = call.values
    surcharge = not values.flag("rd", default=True)
    if "rp" in values:
        change = percent_change(
            base,
            values.whole("rp"),
            surcharge=surcharge,
            discount_first=call.memory.settings.discount_first,
        )
        if "rw" in values and values.whole("rw") != abs(change):
            raise RefusedError(Refusal.DISCOUNT_CHECK)
    elif "rw" in values:
        change = values.whole("rw") * (1 if surcharge else -1)
    else:
        return 0
    check_change(base, change)
    return change


def check_change(base: int, change: int) -> None:
    """Refuse a discount of nothing, on nothing, of everything, or a surcharge beyond the range."""
    if base <= 0:
        raise RefusedError(Refusal.DISCOUNT_BASE)
    if change == 0:
        raise RefusedError(Refusal.ZERO_DISCOUNT)
    if base + change <= 0:
        raise RefusedError(Refusal.AFTER_DISCOUNT)
    if base + change > MOST:
        raise RefusedError(Refusal.AFTER_RANGE)


def taken_back(transaction: Transaction, entry: Entry) -> Totals:
    """Return the totals after a storno; `entry` has its values as for a sale. Raises RefusedError."""
    alike = [
        each
        for each in transaction.entries
        if each.kind in {"sale", "storno"}
        and (each.raw, each.slot, each.price) == (entry.raw, entry.slot, entry.price)
    ]
    left = sum((Decimal(each.quantity) * (1 if each.kind == "sale" else -1) for each in alike), Decimal(0))
    if Decimal(entry.quantity) > left:
        raise RefusedError(Refusal.STORNO_QUANTITY)
    totals = added(transaction.totals, entry.slot, -entry.net)
    if entry.value > sum(each.value for each in alike) or totals[entry.slot] < 0:
        raise RefusedError(Refusal.STORNO_VALUE)
    return totals


def with_payment(transaction: Transaction, payment: Payment) -> Transaction:
    """Return the receipt with one more payment. Raises RefusedError."""
    if not transaction.sold:
        raise RefusedError(Refusal.EMPTY)
    if payment.amount == 0:
        raise RefusedError(Refusal.ZERO_PAYMENT)
    if payment.amount > MOST:
        raise RefusedError(Refusal.PAYMENT_TOO_BIG)
    over = transaction.paid - transaction.change - transaction.due
    if payment.change:
        if payment.amount > over:
            raise RefusedError(Refusal.CHANGE_TOO_BIG)
    elif transaction.change:
        raise RefusedError(Refusal.CHANGE_GIVEN)
    elif over >= 0:
        raise RefusedError(Refusal.COVERED)
    elif transaction.paid + payment.amount > MOST:
        raise RefusedError(Refusal.PAYMENTS_TOO_BIG)
    return replace(transaction, payments=(*transaction.payments, payment))


def without_payment(transaction: Transaction, payment: Payment) -> Transaction:
    """Return the receipt without one payment that was sent before. Raises RefusedError."""
    payments = list(transaction.payments)
    if payment not in payments:
        raise RefusedError(Refusal.PARAMETER)
    if not payment.change and transaction.change:
        raise RefusedError(Refusal.CHANGE_GIVEN)
    payments.remove(payment)
    return replace(transaction, payments=tuple(payments))


def room_for(memory: Memory, totals: Totals, most: int) -> bool:
    """Whether the day's totals take a receipt with those sums; none may get beyond `most`."""
    return all(day + one <= most for day, one in zip(memory.day.totals, totals, strict=True))


def any_rate(memory: Memory) -> bool:
    """Whether anything could be sold at all."""
    return any(rate <= EXEMPT for rate in memory.settings.rates)
