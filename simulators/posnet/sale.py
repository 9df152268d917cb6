"""Commands of an open receipt: opening, lines, discounts (posnet.md 8.2 to 8.5)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulators.posnet import fields as f
from simulators.posnet import goods
from simulators.posnet.arithmetic import added, line_value, percent_of_totals, spread
from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.command import Command, Outcome, Takes, closed
from simulators.posnet.fields import MOST, must
from simulators.posnet.memory import Entry, Transaction
from simulators.posnet.transaction import (
    MOST_LINES,
    any_rate,
    change_of,
    check_change,
    on_lines,
    placed,
    room_for,
    slot_of,
    taken_back,
    with_entry,
)

if TYPE_CHECKING:
    from simulators.posnet.command import Call, Run
    from simulators.posnet.fields import Field
    from simulators.posnet.memory import Totals

DAY_LIMIT = 49_999_999_999
DAY_RECEIPTS = 9999


def _trinit(call: Call) -> Outcome:
    memory, settings = call.memory, call.memory.settings
    if not settings.header:
        raise RefusedError(Refusal.NO_HEADER)
    if not any_rate(memory):
        raise RefusedError(Refusal.NO_RATES)
    closed(memory)
    if settings.planned_date and settings.planned_date <= call.time[:10]:
        raise RefusedError(Refusal.RATES_DUE)
    if memory.day.finished >= DAY_RECEIPTS or not room_for(memory, (MOST,) * 7, DAY_LIMIT):
        raise RefusedError(Refusal.DAY_FULL)
    if call.behaviour.report_due and memory.day.first and memory.day.first[:10] < call.time[:10]:
        raise RefusedError(Refusal.REPORT_DUE)
    transaction = Transaction(call.values.flag("bm"), call.interface, call.time)
    opened = placed(memory, transaction)
    if call.behaviour.printout_at_header:
        counters = replace(memory.counters, printouts=memory.counters.printouts + 1)
        opened = replace(opened, counters=counters)
    rows = call.printouts().head(
        "PARAGON FISKALNY", call.time, memory.counters.printouts + 1, fiscal=settings.fiscal
    )
    return Outcome(opened, rows=() if transaction.block else rows)


def _trline(call: Call) -> Outcome:
    transaction, values = call.transaction, call.values
    on_lines(call, transaction)
    if sum(entry.kind in {"sale", "storno"} for entry in transaction.entries) >= MOST_LINES:
        raise RefusedError(Refusal.TOO_MANY_LINES)
    entry = _line(call)
    if values.flag("st"):
        totals = taken_back(transaction, entry)
        entry = replace(entry, kind="storno", value=-entry.value, change=-entry.change)
        return _add(call, transaction, entry, totals)
    rate = call.memory.settings.rates[entry.slot]
    good = goods.sold(call.goods, entry.name, rate)
    outcome = _add(call, transaction, entry, added(transaction.totals, entry.slot, entry.net))
    return replace(outcome, goods=(good,) if good else ())


def _line(call: Call) -> Entry:
    """Return the line a call asks for, as a sale."""
    values = call.values
    slot = slot_of(call)
    goods.key_of(values.text("na"))
    value = _checked_value(call)
    return Entry(
        "sale",
        values.text("na"),
        values.raw("na"),
        slot,
        values.whole("pr"),
        f"{values.decimal('il').normalize():f}",
        values.text("jm"),
        values.text("op"),
        value,
        change_of(call, value),
        values.whole("rp"),
        values.text("rn"),
        values.text("rn") if not values.text("op") else "",
    )


def _checked_value(call: Call) -> int:
    """Return price times quantity, compared with `wa` where that came."""
    values = call.values
    if values.whole("pr") == 0:
        raise RefusedError(Refusal.PRICE)
    if values.decimal("il") == 0:
        raise RefusedError(Refusal.QUANTITY)
    value = line_value(values.whole("pr"), values.decimal("il"), call.behaviour.line_rounding)
    if value == 0 or ("wa" in values and values.whole("wa") == 0):
        raise RefusedError(Refusal.ZERO_LINE)
    if value > MOST:
        raise RefusedError(Refusal.LINE_TOTAL)
    if "wa" in values and values.whole("wa") != value:
        raise RefusedError(Refusal.LINE_CHECK)
    return value


def _add(call: Call, transaction: Transaction, entry: Entry, totals: Totals) -> Outcome:
    changed = with_entry(transaction, entry, totals)
    return Outcome(
        placed(call.memory, changed), rows=() if transaction.block else call.printouts().entry(entry)
    )


def _trdiscntline(call: Call) -> Outcome:
    transaction, values = call.transaction, call.values
    on_lines(call, transaction)
    slot = slot_of(call)
    if not any(
        entry.kind == "sale" and (entry.raw, entry.slot) == (values.raw("ds"), slot)
        for entry in transaction.entries
    ):
        raise RefusedError(Refusal.PARAMETER)
    change = _wanted_change(call, values.whole("rt"))
    if values.flag("st"):
        change = -change
    return _change_rate(
        call, transaction, Entry("line-discount", values.text("ds"), slot=slot, change=change)
    )


def _trdiscntvat(call: Call) -> Outcome:
    transaction, values = call.transaction, call.values
    on_lines(call, transaction)
    slot = slot_of(call)
    base = transaction.totals[slot]
    if "rt" in values and values.whole("rt") != base:
        raise RefusedError(Refusal.DISCOUNT_BASE_RANGE)
    change = _wanted_change(call, base)
    return _change_rate(call, transaction, Entry("rate-discount", slot=slot, change=change))


def _trdiscntpromo(call: Call) -> Outcome:
    transaction, values = call.transaction, call.values
    on_lines(call, transaction)
    slot = slot_of(call)
    change = values.whole("rw") * (1 if values.flag("st") else -1)
    return _change_rate(call, transaction, Entry("promotion", slot=slot, change=change))


def _change_rate(call: Call, transaction: Transaction, entry: Entry) -> Outcome:
    check_change(transaction.totals[entry.slot], entry.change)
    entry = replace(entry, change_name=call.values.text("na"), percent=call.values.whole("rp"))
    return _add(call, transaction, entry, added(transaction.totals, entry.slot, entry.change))


def _wanted_change(call: Call, base: int) -> int:
    """Return the discount of a command that is nothing but a discount."""
    if "rp" not in call.values and "rw" not in call.values:
        raise RefusedError(Refusal.PARAMETER)
    return change_of(call, base)


def _trdiscntsubtot(call: Call) -> Outcome:
    transaction = call.transaction
    on_lines(call, transaction)
    entry, totals = _change_all(call, transaction, "subtotal-discount")
    return _add(call, transaction, entry, totals)


def _trdiscntbill(call: Call) -> Outcome:
    transaction = call.transaction
    if transaction.payments:
        raise RefusedError(Refusal.DISCOUNT_STATE)
    entry, totals = _change_all(call, transaction, "bill-discount")
    before = transaction.totals if transaction.before_bill is None else transaction.before_bill
    return _add(call, replace(transaction, before_bill=before), entry, totals)


def _change_all(call: Call, transaction: Transaction, kind: str) -> tuple[Entry, Totals]:
    """Return the entry of a change of the whole receipt, and the totals after it."""
    if not transaction.sold:
        raise RefusedError(Refusal.EMPTY)
    values, before = call.values, transaction.totals
    change = _wanted_change(call, transaction.total)
    if "rp" in values:
        totals = percent_of_totals(
            before,
            values.whole("rp"),
            surcharge=change > 0,
            discount_first=call.memory.settings.discount_first,
            how=call.behaviour.percent_spread,
        )
    else:
        totals = spread(before, transaction.total + change)
    check_change(transaction.total, sum(totals) - transaction.total)
    entry = Entry(kind, change=sum(totals) - transaction.total, percent=values.whole("rp"))
    return replace(entry, change_name=values.text("na")), totals


def _showsubtotal(call: Call) -> Outcome:
    transaction = call.transaction
    if not transaction.sold:
        raise RefusedError(Refusal.EMPTY)
    if transaction.settling:
        raise RefusedError(Refusal.STATE)
    return _add(call, transaction, Entry("subtotal", value=transaction.total), transaction.totals)


def _trsubtotcanc(call: Call) -> Outcome:
    transaction = call.transaction
    if not transaction.settling:
        raise RefusedError(Refusal.STATE)
    before = transaction.totals if transaction.before_bill is None else transaction.before_bill
    entries = tuple(entry for entry in transaction.entries if entry.kind != "bill-discount")
    changed = replace(transaction, totals=before, entries=entries, payments=(), before_bill=None)
    return Outcome(placed(call.memory, changed))


def _trpack(call: Call) -> Outcome:
    transaction, values = call.transaction, call.values
    on_lines(call, transaction)
    quantity = values.decimal("il")
    if quantity != quantity.to_integral_value():
        raise RefusedError(Refusal.NOT_WHOLE)
    value = line_value(values.whole("pr"), quantity)
    if value == 0 or value > MOST:
        raise RefusedError(Refusal.ZERO_LINE if value == 0 else Refusal.LINE_TOTAL)
    if "wa" in values and values.whole("wa") != value:
        raise RefusedError(Refusal.PACK_CHECK)
    returned, storno = values.flag("ne"), values.flag("st")
    signed = -value if storno else value
    packs_out = transaction.packs_out + (0 if returned else signed)
    packs_in = transaction.packs_in + (signed if returned else 0)
    if min(packs_out, packs_in) < 0:
        raise RefusedError(Refusal.STORNO_PACK)
    entry = Entry(
        "packaging", values.text("na"), price=values.whole("pr"), value=-signed if returned else signed
    )
    changed = replace(transaction, packs_out=packs_out, packs_in=packs_in)
    return _add(call, changed, entry, transaction.totals)


def _tradvance(call: Call) -> Outcome:
    transaction, values = call.transaction, call.values
    on_lines(call, transaction)
    slot, amount = slot_of(call), values.whole("pr")
    if amount == 0:
        raise RefusedError(Refusal.ZERO_ADVANCE)
    if values.whole("wa") == 0:
        raise RefusedError(Refusal.ADVANCE_BASE)
    change = amount if values.flag("st") else -amount
    totals = added(transaction.totals, slot, change)
    if totals[slot] < 0:
        raise RefusedError(Refusal.ADVANCE_RANGE)
    entry = Entry("advance", values.text("na"), values.raw("na"), slot, change=change)
    return _add(call, replace(transaction, advance=True), entry, totals)


def of_sale(name: str, run: Run, **fields: Field) -> Command:
    """Return a command of the open receipt."""
    return Command(name, run, fields, Takes.PAPER)


_NAME = f.text(25)
_CHANGE = {"rd": f.FLAG, "rp": f.PERCENT, "rw": f.AMOUNT, "na": _NAME}
COMMANDS = (
    of_sale("trinit", _trinit, bm=f.FLAG),
    of_sale(
        "trline",
        _trline,
        na=must(f.text("name")),
        vt=must(f.SLOT),
        pr=must(f.AMOUNT),
        il=f.QUANTITY,
        wa=f.AMOUNT,
        jm=f.text(4),
        op=f.text("description"),
        st=f.FLAG,
        rd=f.FLAG,
        rp=f.PERCENT,
        rw=f.AMOUNT,
        rn=_NAME,
    ),
    of_sale(
        "trdiscntline",
        _trdiscntline,
        vt=must(f.SLOT),
        ds=must(f.text("name")),
        rt=must(f.AMOUNT),
        st=f.FLAG,
        **_CHANGE,
    ),
    of_sale("trdiscntvat", _trdiscntvat, vt=must(f.SLOT), rt=f.AMOUNT, **_CHANGE),
    of_sale("trdiscntpromo", _trdiscntpromo, vt=must(f.SLOT), rw=must(f.AMOUNT), st=f.FLAG, na=_NAME),
    of_sale("trdiscntsubtot", _trdiscntsubtot, **_CHANGE),
    of_sale("trdiscntbill", _trdiscntbill, **_CHANGE),
    of_sale("showsubtotal", _showsubtotal),
    of_sale("trsubtotcanc", _trsubtotcanc),
    of_sale(
        "trpack",
        _trpack,
        na=f.text(11),
        ne=f.FLAG,
        st=f.FLAG,
        pr=must(f.AMOUNT),
        il=f.QUANTITY,
        wa=f.AMOUNT,
        de=f.text(50),
    ),
    of_sale(
        "tradvance",
        _tradvance,
        na=f.text("name"),
        vt=must(f.SLOT),
        pr=must(f.AMOUNT),
        wa=must(f.AMOUNT),
        st=f.FLAG,
    ),
)
