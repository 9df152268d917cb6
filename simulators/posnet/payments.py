"""Commands that settle an open receipt: payments, and the buyer's tax number (posnet.md 8.6 and 8.7)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

from simulators.posnet import fields as f
from simulators.posnet.arithmetic import line_value
from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.command import Outcome
from simulators.posnet.fields import must
from simulators.posnet.memory import Payment
from simulators.posnet.sale import of_sale
from simulators.posnet.transaction import placed, with_payment, without_payment

if TYPE_CHECKING:
    from simulators.posnet.command import Call

_TYPES = frozenset({0, 2, 3, 4, 5, 6, 7, 8})
_CURRENCY_UNIT = 10_000


def _payment(call: Call) -> Payment:
    values = call.values
    if values.whole("ty") not in _TYPES:
        raise RefusedError(Refusal.PAYMENT_TYPE)
    return Payment(values.whole("ty"), values.whole("wa"), values.text("na"), values.flag("re"))


def _currency_payment(call: Call) -> Payment:
    values = call.values
    exact = line_value(values.whole("wc"), Decimal(values.whole("ra")) / _CURRENCY_UNIT)
    if "wa" in values and values.whole("wa") != exact:
        raise RefusedError(Refusal.CURRENCY_CHECK)
    symbol = values.text("sb")
    if len(symbol) != 3 or not symbol.isalpha() or not symbol.isupper():
        raise RefusedError(Refusal.PARAMETER)
    return Payment(
        0,
        exact,
        values.text("na"),
        values.flag("re"),
        symbol,
        values.whole("wc"),
        values.whole("ra"),
    )


def _trpayment(call: Call) -> Outcome:
    return Outcome(placed(call.memory, with_payment(call.transaction, _payment(call))))


def _trpaymentcurr(call: Call) -> Outcome:
    return Outcome(placed(call.memory, with_payment(call.transaction, _currency_payment(call))))


def _trpaymentdelete(call: Call) -> Outcome:
    return Outcome(placed(call.memory, without_payment(call.transaction, _payment(call))))


def _trpaymentcurrdelete(call: Call) -> Outcome:
    return Outcome(placed(call.memory, without_payment(call.transaction, _currency_payment(call))))


def _trpaymentcanc(call: Call) -> Outcome:
    transaction = call.transaction
    if not transaction.payments:
        raise RefusedError(Refusal.STATE)
    return Outcome(placed(call.memory, replace(transaction, payments=())))


def _trnipset(call: Call) -> Outcome:
    transaction, values = call.transaction, call.values
    changed = replace(
        transaction,
        nip=values.text("ni").strip(),
        nip_caption=values.text("ds"),
        nip_bold=values.flag("dw", default=True),
    )
    return Outcome(placed(call.memory, changed))


_CURRENCY = {
    "wc": must(f.AMOUNT),
    "wa": f.BIG_AMOUNT,
    "ra": must(f.AMOUNT),
    "na": must(f.text(25)),
    "sb": must(f.text(3)),
    "re": f.FLAG,
}
_PAYMENT = {"ty": must(f.whole()), "wa": must(f.BIG_AMOUNT), "na": f.text(25), "re": f.FLAG}

COMMANDS = (
    of_sale("trpayment", _trpayment, **_PAYMENT),
    of_sale("trpaymentdelete", _trpaymentdelete, **_PAYMENT),
    of_sale("trpaymentcurr", _trpaymentcurr, **_CURRENCY),
    of_sale("trpaymentcurrdelete", _trpaymentcurrdelete, **_CURRENCY),
    of_sale("trpaymentcanc", _trpaymentcanc),
    of_sale("trnipset", _trnipset, ni=must(f.text(30)), dw=f.FLAG, ds=f.text(56)),
)
