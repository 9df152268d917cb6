"""Commands that only tell: status, counters, totals, identity (posnet.md 7.1 and 7.2)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.posnet import fields as f
from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.command import KEYBOARD, Answer, Command, Outcome, owner_of
from simulators.posnet.layout import rate_text
from simulators.posnet.memory import DOCUMENT_KINDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from simulators.posnet.command import Call

Pairs = tuple[tuple[str, Answer], ...]

_NEVER_ISO = "2000-01-01T01:00:00+01:00"
_RECEIPT, _BLOCK_RECEIPT = 16, 17
_IN_MENU = 1


def minute(time: str) -> str:
    """Return a moment as the older fields have it: date;hour:minute."""
    time = time or _NEVER_ISO
    return f"{time[:10]};{time[11:16]}"


def per_rate(first: str, values: Sequence[Answer]) -> Pairs:
    """Return seven fields such as va to vg."""
    return tuple((f"{first}{letter}", value) for letter, value in zip("abcdefg", values, strict=True))


def rates(call: Call) -> Pairs:
    """Return the VAT table as the fields va to vg."""
    return per_rate("v", [rate_text(rate) for rate in call.memory.settings.rates])


def transaction_kind(call: Call) -> int:
    """Return the kind of the open transaction as `ts` has it; 0 without one."""
    transaction = call.memory.transaction
    if transaction is None:
        return 0
    return _BLOCK_RECEIPT if transaction.block else _RECEIPT


def _tell(call: Call, *pairs: tuple[str, Answer]) -> Outcome:
    return Outcome(call.memory, pairs)


def _scomm(call: Call) -> Outcome:
    memory = call.memory
    return _tell(
        call,
        ("fs", memory.settings.fiscal),
        ("tz", memory.day.zero),
        ("ts", transaction_kind(call)),
        ("hr", bool(memory.settings.header)),
        ("nu", memory.identity.shown_number),
        ("td", memory.settings.read_only),
    )


def _strns(call: Call) -> Outcome:
    transaction, last = call.memory.transaction, call.memory.last
    return _tell(
        call,
        ("to", int(transaction is not None)),
        ("ts", transaction_kind(call) or last.kind),
        *per_rate("v", last.totals),
        ("pp", last.packs_out),
        ("pm", last.packs_in),
        ("re", last.change),
        ("fp", last.paid),
        ("fe", transaction is not None and transaction.document > 0),
    )


def _sdev(call: Call) -> Outcome:
    panel = call.panel
    return _tell(
        call,
        ("ds", panel.display),
        ("cp", False),
        ("qe", panel.queue_empty),
        ("pe", panel.near_end and call.model.near_end_sensor),
        ("tl", owner_of(call.memory) or KEYBOARD * (panel.display == _IN_MENU)),
    )


def _sprn(call: Call) -> Outcome:
    return _tell(call, ("pr", call.panel.mechanism))


def _sdrwr(call: Call) -> Outcome:
    return _tell(call, ("ds", 0 if call.panel.drawer_open else 1), ("ks", 2))


def _sfsk(call: Call) -> Outcome:
    memory, counters = call.memory, call.memory.counters
    fiscal = memory.settings.fiscal
    time = counters.last_report if fiscal else ""
    return _tell(
        call,
        ("fs", fiscal),
        ("cl", counters.ram_clears if fiscal else 0),
        ("rd", counters.reports if fiscal else 0),
        ("vt", counters.rate_changes if fiscal else 0),
        *rates(call),
        ("rw", minute(time)),
        *_iso(call, ("tm", time or _NEVER_ISO)),
        ("nu", memory.identity.shown_number),
    )


def _stot(call: Call) -> Outcome:
    memory, day = call.memory, call.memory.day
    return _tell(
        call,
        ("no", memory.counters.reports + 1),
        *per_rate("f", [0] * 7),
        ("fn", 0),
        *per_rate("p", day.totals),
        ("pn", day.finished),
        ("ct", day.cancelled_value),
        ("cn", day.cancelled),
        ("cc", 0),
        *rates(call),
        ("ds", minute(day.first)),
        *_iso(call, ("is", day.first or _NEVER_ISO)),
        ("de", minute(day.last)),
        *_iso(call, ("ie", day.last or _NEVER_ISO)),
        ("ft", 0),
        ("fl", 0),
        *_iso(call, ("nf", day.non_fiscal)),
        ("bc", 0),
        ("le", 0),
        ("oe", 0),
        ("tf", 0),
    )


def _scnt(call: Call) -> Outcome:
    memory, counters = call.memory, call.memory.counters
    return _tell(
        call,
        ("rd", counters.reports),
        ("hn", counters.printouts),
        ("bn", counters.finished),
        ("fn", 0),
        ("nu", memory.identity.shown_number),
        *_iso(call, ("bc", counters.cancelled), ("bt", counters.receipts), ("fc", 0)),
    )


def _eclastdocnoget(call: Call) -> Outcome:
    counters = call.memory.counters
    if "ty" not in call.values:
        return _tell(call, ("di", counters.last_document))
    return _tell(call, ("di", counters.by_kind[call.values.whole("ty")]))


def _doccntget(call: Call) -> Outcome:
    counters = call.memory.counters
    return _tell(call, ("bi", counters.receipts_ever), ("al", counters.printouts))


def _scashstate(call: Call) -> Outcome:
    return _tell(call, ("cs", call.memory.settings.cash))


def _formisstarted(call: Call) -> Outcome:
    return _tell(call, ("is", call.memory.form is not None))


def _sid(call: Call) -> Outcome:
    identity = call.memory.identity
    return _tell(
        call,
        ("nm", identity.shown_name or identity.name),
        ("vr", identity.shown_version or identity.version),
    )


def _getrealid(call: Call) -> Outcome:
    identity = call.memory.identity
    program = (("vf", identity.program),) if identity.program else ()
    return _tell(
        call, ("nm", identity.name), ("vr", identity.version), ("nu", identity.unique_number), *program
    )


def _getprogfiscid(call: Call) -> Outcome:
    return _tell(call, ("nu", call.memory.identity.shown_number))


def _factorynumberget(call: Call) -> Outcome:
    return _tell(call, ("fn", call.memory.identity.factory_number))


def _of_fiscal_printer(call: Call) -> Outcome:
    if not call.memory.settings.fiscal:
        raise RefusedError(Refusal.TRAINING)
    return _tell(call, ("ty", 0))


def _billcountercfgget(call: Call) -> Outcome:
    return _tell(call, ("dl", call.memory.settings.counter_restarts))


def _currget(call: Call) -> Outcome:
    return _tell(call, ("na", "PLN"))


def _iso(call: Call, *pairs: tuple[str, Answer]) -> Pairs:
    """Return fields that firmware before ONLINE does not have."""
    return () if call.model.old else pairs


COMMANDS = (
    Command("scomm", _scomm, reads=True),
    Command("strns", _strns, reads=True),
    Command("sdev", _sdev, reads=True, immediate=True),
    Command("sprn", _sprn, reads=True, immediate=True),
    Command("sdrwr", _sdrwr, reads=True, immediate=True),
    Command("sfsk", _sfsk, reads=True),
    Command("stot", _stot, reads=True),
    Command("scnt", _scnt, reads=True),
    Command("eclastdocnoget", _eclastdocnoget, {"ty": f.whole(DOCUMENT_KINDS - 1)}, reads=True),
    Command("doccntget", _doccntget, reads=True),
    Command("scashstate", _scashstate, reads=True),
    Command("formisstarted", _formisstarted, reads=True),
    Command("sid", _sid, reads=True),
    Command("getrealid", _getrealid, reads=True),
    Command("getprogfiscid", _getprogfiscid, reads=True),
    Command("factorynumberget", _factorynumberget, reads=True),
    Command("usetypeget", _of_fiscal_printer, reads=True, quiet=True),
    Command("ownershiptypeget", _of_fiscal_printer, reads=True, quiet=True),
    Command("billcountercfgget", _billcountercfgget, reads=True),
    Command("currget", _currget, reads=True),
)
