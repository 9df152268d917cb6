"""The end of a receipt: `trend`, footer, cancel, and power failures (posnet.md 8.8, 8.9, 11.1, 11.2)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from simulators.posnet import edocuments
from simulators.posnet import fields as f
from simulators.posnet.arithmetic import summed
from simulators.posnet.behaviour import Fate, Refusal, RefusedError
from simulators.posnet.command import Command, Outcome, Takes, numbered, plain_document
from simulators.posnet.fields import must
from simulators.posnet.memory import CANCELLED_RECEIPT, EVENT, RECEIPT, Document, Footer, FooterLine
from simulators.posnet.sale import DAY_LIMIT, of_sale
from simulators.posnet.transaction import placed, room_for

if TYPE_CHECKING:
    from simulators.posnet.behaviour import Behaviour
    from simulators.posnet.command import Call
    from simulators.posnet.memory import Counters, Memory, Transaction
    from simulators.posnet.printouts import Printouts, Rows

_FOOTER_LINES = 60
_FOOTER_KINDS = 43


@dataclass(frozen=True, slots=True)
class _Settled:
    """What was paid in and what is given back."""

    paid: int
    change: int


def _trend(call: Call) -> Outcome:
    transaction = call.transaction
    _check(call, transaction)
    settled = _settle(call, transaction)
    if not room_for(call.memory, transaction.totals, DAY_LIMIT):
        raise RefusedError(Refusal.DAY_FULL)
    footer_follows = not call.values.flag("fe", default=True)
    counted = not (footer_follows and call.behaviour.counted_at_footer_end)
    memory, document = _finished(call, transaction, settled, counted=counted)
    memory, document, on_paper = edocuments.bound(call, memory, document)
    if footer_follows:
        memory = replace(memory, transaction=replace(transaction, document=document.number))
    rows = _rows_of_end(call.printouts(memory), document, footer_follows=footer_follows)
    return Outcome(
        memory,
        rows=rows if on_paper else (),
        documents=(document,),
        ends=on_paper and not footer_follows,
        lasts=call.behaviour.edocument_seconds if document.edocument else 0.0,
    )


def _rows_of_end(printouts: Printouts, document: Document, *, footer_follows: bool) -> Rows:
    transaction = document.transaction
    if transaction is not None and transaction.block and not footer_follows:
        return printouts.receipt(document)
    fiscal_part = (*printouts.tail(document), *printouts.seal(document))
    if transaction is not None and transaction.block:
        head = printouts.head("PARAGON FISKALNY", document.time, document.printout, fiscal=document.fiscal)
        lines = tuple(row for entry in transaction.entries for row in printouts.entry(entry))
        return (*head, *lines, *fiscal_part)
    return fiscal_part if footer_follows else (*fiscal_part, *printouts.footer(document))


def _check(call: Call, transaction: Transaction) -> None:
    """Compare what the host believes with what the printer has."""
    values = call.values
    if not transaction.sold:
        raise RefusedError(Refusal.EMPTY)
    if transaction.total == 0 and not transaction.advance:
        raise RefusedError(Refusal.ZERO_RECEIPT)
    for name, own, refusal in (
        ("to", transaction.total, Refusal.TOTAL_CHECK),
        ("op", transaction.packs_out, Refusal.PACKS_OUT_CHECK),
        ("om", transaction.packs_in, Refusal.PACKS_IN_CHECK),
    ):
        if name in values and values.whole(name) != own:
            raise RefusedError(refusal)


def _settle(call: Call, transaction: Transaction) -> _Settled:
    """Return what is paid and given back; a receipt without payments is paid in cash. Raises RefusedError."""
    values, due = call.values, max(0, transaction.due)
    if transaction.payments:
        paid, given = transaction.paid, transaction.change
    else:
        paid, given = values.whole("fp", due), 0
        if paid < due:
            raise RefusedError(Refusal.PAID_CHECK)
    if "fp" in values and values.whole("fp") != paid:
        raise RefusedError(Refusal.PAID_CHECK)
    if paid < due or (given and paid - given != due):
        raise RefusedError(Refusal.UNCOVERED)
    change = given or paid - due
    if "re" in values and values.whole("re") != change:
        raise RefusedError(Refusal.CHANGE_CHECK)
    return _Settled(paid, change)


def _finished(
    call: Call, transaction: Transaction, settled: _Settled, *, counted: bool
) -> tuple[Memory, Document]:
    """Return the memory with the receipt counted, added and closed, and its document: the commit of a sale."""
    memory = placed(call.memory, transaction)
    counters = _printed(numbered(memory.counters, RECEIPT), call.behaviour)
    document = _document(call, counters, transaction, RECEIPT)
    document = replace(document, paid=settled.paid, change=settled.change)
    if counted:
        counters = _counted(counters)
    day = replace(
        memory.day,
        totals=summed(memory.day.totals, transaction.totals),
        finished=memory.day.finished + 1,
        first=memory.day.first or call.time,
        last=call.time,
    )
    last = replace(memory.last, paid=settled.paid, change=settled.change)
    memory = replace(
        memory,
        counters=counters,
        day=day,
        last=last,
        transaction=None,
        footer=_next_footer(memory.footer),
        code2d=None if document.code2d else memory.code2d,
    )
    return memory, document


def _document(call: Call, counters: Counters, transaction: Transaction, kind: int) -> Document:
    """Return the document of a receipt that ends now; `counters` do not count it as a receipt yet."""
    footer = call.memory.footer
    return Document(
        call.memory.identity.unique_number,
        counters.last_document,
        kind,
        call.time,
        counters.printouts,
        counters.reports,
        counters.receipts + 1,
        transaction.interface,
        call.memory.settings.fiscal,
        transaction,
        footer=footer,
        cashier=footer.once_cashier or footer.cashier,
        till=footer.once_till or footer.till,
        code2d=call.memory.code2d if footer.code_place else None,
        rates=call.memory.settings.rates,
    )


def _printed(counters: Counters, behaviour: Behaviour) -> Counters:
    return replace(counters, printouts=counters.printouts + (not behaviour.printout_at_header))


def _counted(counters: Counters) -> Counters:
    return replace(
        counters,
        finished=counters.finished + 1,
        receipts=counters.receipts + 1,
        receipts_ever=counters.receipts_ever + 1,
    )


def _next_footer(footer: Footer) -> Footer:
    """Return the footer for the receipt after this one: what was for one receipt is used up."""
    return Footer(footer.cashier, footer.till, kept_lines=footer.kept_lines)


# -- the footer that the host sends ------------------------------------------------------------------------------------


def _awaiting_footer(call: Call) -> tuple[Transaction, Document]:
    """Return the receipt that is fiscal and lacks its footer. Raises RefusedError."""
    transaction = call.memory.transaction
    if transaction is None:
        raise RefusedError(Refusal.NO_TRANSACTION)
    document = call.ledger.get(call.memory.identity.unique_number, transaction.document)
    if document is None:
        raise RefusedError(Refusal.FOOTER_STATE)
    return transaction, document


def _trftrln(call: Call) -> Outcome:
    transaction, document = _awaiting_footer(call)
    if call.values.whole("id") >= _FOOTER_KINDS:
        raise RefusedError(Refusal.FOOTER_LINE)
    if len(transaction.footer_lines) >= _FOOTER_LINES:
        raise RefusedError(Refusal.FOOTER_LINES)
    line = FooterLine(call.values.whole("id"), call.values.text("na"))
    longer = replace(transaction, footer_lines=(*transaction.footer_lines, line))
    return Outcome(
        replace(call.memory, transaction=longer),
        rows=call.printouts().footer_line(line),
        documents=(replace(document, transaction=replace(longer, document=0)),),
    )


def _trftrend(call: Call) -> Outcome:
    _, document = _awaiting_footer(call)
    memory = closed_footer(call.memory, call.behaviour)
    return Outcome(memory, rows=call.printouts().footer(document), ends=True)


def closed_footer(memory: Memory, behaviour: Behaviour) -> Memory:
    """Return the memory with the footer of a fiscal receipt ended."""
    counters = _counted(memory.counters) if behaviour.counted_at_footer_end else memory.counters
    return replace(memory, counters=counters, transaction=None)


# -- the cancel --------------------------------------------------------------------------------------------------------


def _prncancel(call: Call) -> Outcome:
    memory = call.memory
    if memory.form is not None:
        aborted, document = plain_document(call, f"{memory.form.title} ANULOWANO", memory.form.lines)
        rows = call.printouts().plain(document)[-1:]
        return Outcome(replace(aborted, form=None), rows=rows, documents=(document,), ends=True)
    if memory.transaction is None:
        if call.behaviour.idle_cancel is not None:
            raise RefusedError(call.behaviour.idle_cancel)
        return Outcome(memory)
    return cancelled(call)


def cancelled(call: Call) -> Outcome:
    """Return what cancelling the open receipt comes to. Raises RefusedError when it is fiscal already."""
    transaction = call.transaction
    silent = transaction.block and not call.memory.settings.print_cancelled
    counters = numbered(call.memory.counters, CANCELLED_RECEIPT)
    if not silent or call.behaviour.printout_of_silent_cancel:
        counters = _printed(counters, call.behaviour)
    document = _document(call, counters, transaction, CANCELLED_RECEIPT)
    counters = replace(counters, cancelled=counters.cancelled + 1, receipts=counters.receipts + 1)
    day = call.memory.day
    day = replace(day, cancelled=day.cancelled + 1, cancelled_value=day.cancelled_value + transaction.total)
    footer = _next_footer(call.memory.footer)
    memory = edocuments.abandoned(
        replace(call.memory, counters=counters, day=day, transaction=None, footer=footer), call.behaviour
    )
    printouts = call.printouts(memory)
    whole = printouts.receipt(document) if transaction.block else printouts.tail(document)
    return Outcome(memory, rows=() if silent else whole, documents=(document,), ends=not silent)


def left_alone(call: Call, fate: Fate) -> Outcome:
    """Return what becomes of an open receipt by itself: after a power failure, or after too long a silence."""
    memory = call.memory
    if memory.transaction is None or fate is Fate.RESUME:
        return Outcome(memory)
    if memory.transaction.document:
        return Outcome(closed_footer(memory, call.behaviour), ends=True)
    if fate is Fate.CANCEL:
        return cancelled(call)
    return Outcome(edocuments.abandoned(replace(memory, transaction=None), call.behaviour), ends=True)


def after_power_failure(call: Call) -> Outcome:
    """Return what a printer makes of its memory when the power is back."""
    counters = replace(call.memory.counters, power_failures=call.memory.counters.power_failures + 1)
    documents: tuple[Document, ...] = ()
    if call.behaviour.power_failure_is_event:
        counters = numbered(counters, EVENT)
        documents = (_event(call, counters),)
    memory = replace(call.memory, counters=counters, form=None)
    outcome = left_alone(replace(call, memory=memory), call.behaviour.open_transaction)
    return replace(outcome, documents=(*documents, *outcome.documents))


def _event(call: Call, counters: Counters) -> Document:
    identity = call.memory.identity
    return Document(
        identity.unique_number,
        counters.last_document,
        EVENT,
        call.time,
        counters.printouts,
        counters.reports,
        title="zanik zasilania",
    )


COMMANDS = (
    of_sale(
        "trend", _trend, to=f.AMOUNT, op=f.AMOUNT, om=f.AMOUNT, fp=f.BIG_AMOUNT, re=f.BIG_AMOUNT, fe=f.FLAG
    ),
    of_sale("trftrln", _trftrln, id=must(f.whole()), na=f.text("footer"), sw=f.FLAG, sh=f.FLAG),
    of_sale("trftrend", _trftrend),
    Command("prncancel", _prncancel, takes=Takes.PAPER, reads=True),
    Command("trcancel", _prncancel, takes=Takes.PAPER, reads=True),
    Command("hardprncancel", _prncancel, takes=Takes.PAPER_ANYWAY, reads=True),
)
