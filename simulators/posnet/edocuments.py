"""Electronic receipts (posnet.md 12): the buyer's id for the next receipt, the queue, what was sent.

`Behaviour` tells whether the firmware has these commands, refuses every id, and whether the server takes what is sent;
a receipt that could not be sent is printed. The fields of the two summaries of the queue are ours: nothing names them.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from simulators.posnet import fields as f
from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.command import Command, Outcome
from simulators.posnet.fields import must
from simulators.posnet.memory import EDocument, EDocuments

if TYPE_CHECKING:
    from simulators.posnet.behaviour import Behaviour
    from simulators.posnet.command import Call
    from simulators.posnet.memory import Document, Memory

NEW, SENT, FAILED, GIVEN_UP, RESERVED = range(5)
_QUEUE = 100
_OK, _UNAVAILABLE = 200, 503
_SETTINGS = {
    "ad": f.text(80),
    "ct": f.whole(2),
    "tp": f.text(40),
    "gi": f.text(250),
    "ft": f.FLAG,
    "td": f.FLAG,
    "hd": f.FLAG,
    "ex": f.whole(9),
    "gb": f.FLAG,
    "ts": f.whole(120),
    "tt": f.whole(120),
}
_DEFAULTS = (("ad", ""), ("ct", "0"), ("ex", "0"), ("ts", "15"), ("tt", "30"))


def bound(call: Call, memory: Memory, document: Document) -> tuple[Memory, Document, bool]:
    """Give the receipt that has just become fiscal to the buyer whose id was set; tell whether it is printed."""
    service = memory.edocuments
    waiting = next((one for one in service.queue if one.handle == service.pending and service.pending), None)
    if waiting is None:
        return memory, document, True
    sent = _sent(call, replace(waiting, document=document.number, receipt_date=document.time))
    on_paper = sent.status != SENT or not (document.transaction and document.transaction.block)
    service = _replaced(replace(service, pending=0), replace(sent, printed=on_paper))
    return (
        replace(memory, edocuments=service),
        replace(document, edocument=sent.handle),
        on_paper,
    )


def abandoned(memory: Memory, behaviour: Behaviour) -> Memory:
    """Return the memory after a receipt that came to nothing: its id is dropped, unless it waits for the next."""
    if behaviour.edocument_survives_cancel:
        return memory
    return replace(memory, edocuments=_without_pending(memory.edocuments))


def of_document(memory: Memory, number: int) -> EDocument | None:
    """Return the eDocument that a document became; None when it is on paper alone."""
    return next((one for one in memory.edocuments.queue if number and one.document == number), None)


def _without_pending(service: EDocuments) -> EDocuments:
    queue = tuple(one for one in service.queue if one.handle != service.pending)
    return replace(service, queue=queue, pending=0)


def _sent(call: Call, one: EDocument) -> EDocument:
    if not call.behaviour.edocument_server:
        return replace(one, status=FAILED, http_code=_UNAVAILABLE)
    return replace(one, status=SENT, http_code=_OK, confirmation=f"{one.handle:010d}")


def _replaced(service: EDocuments, one: EDocument) -> EDocuments:
    queue = tuple(one if each.handle == one.handle else each for each in service.queue)
    return replace(service, queue=queue)


def _statusget(call: Call) -> Outcome:
    return Outcome(call.memory, (("st", _fiscal(call).enabled),))


def _statusset(call: Call) -> Outcome:
    service = _fiscal(call)
    return _with(call, replace(service, enabled=call.values.flag("st")))


def _defaultget(call: Call) -> Outcome:
    return Outcome(call.memory, tuple((_settings(call)).items()))


def _defaultset(call: Call) -> Outcome:
    service = _fiscal(call)
    told = {name: call.values.raw(name) for name in _SETTINGS if name in call.values}
    return _with(call, replace(service, settings=tuple({**_settings(call), **told}.items())))


def _idznext(call: Call) -> Outcome:
    service = _running(call)
    if call.behaviour.edocument_refusal is not None:
        raise RefusedError(call.behaviour.edocument_refusal)
    transaction = call.memory.transaction
    if transaction is not None and transaction.document:
        raise RefusedError(Refusal.STATE)
    if service.pending:
        raise RefusedError(Refusal.EDOCUMENT_SET)
    one = _new(call, service, RESERVED)
    return _told(call, replace(service, queue=(*service.queue, one), pending=one.handle), one)


def _idzprev(call: Call) -> Outcome:
    service = _running(call)
    if call.memory.transaction is not None:
        raise RefusedError(Refusal.OPEN)
    receipts = call.ledger.receipts
    if not receipts:
        raise RefusedError(Refusal.NO_DOCUMENT)
    last = receipts[-1]
    if any(each.document == last.number for each in service.queue):
        raise RefusedError(Refusal.EDOCUMENT_LAST)
    one = replace(_new(call, service, NEW), document=last.number, receipt_date=last.time, printed=True)
    one = _sent(call, one)
    return _told(call, replace(service, queue=(*service.queue, one)), one)


def _idzcancel(call: Call) -> Outcome:
    service = _running(call)
    if not service.pending and call.behaviour.idle_idzcancel is not None:
        raise RefusedError(call.behaviour.idle_idzcancel)
    return _with(call, _without_pending(service))


def _bufferget(call: Call) -> Outcome:
    service = _fiscal(call)
    one = next((each for each in service.queue if each.handle == call.values.whole("hd")), None)
    if one is None:
        raise RefusedError(Refusal.NO_DOCUMENT)
    return Outcome(
        call.memory,
        (
            ("ad", one.server),
            ("di", one.document),
            ("id", one.customer),
            ("hd", one.handle),
            ("rd", one.receipt_date[:10]),
            ("uc", one.confirmation),
            ("hc", one.http_code),
            ("cc", 0),
            ("ac", 0),
            ("st", one.status),
            ("sd", one.receipt_date[:10] if one.status == SENT else ""),
            ("pr", one.printed),
        ),
    )


def _summaryget(call: Call) -> Outcome:
    """Tell how many eDocuments stand in each state."""
    states = [one.status for one in _fiscal(call).queue]
    told = (("nw", NEW), ("sn", SENT), ("fl", FAILED), ("gu", GIVEN_UP), ("rs", RESERVED))
    return Outcome(call.memory, tuple((name, states.count(state)) for name, state in told))


def _freecntget(call: Call) -> Outcome:
    return Outcome(call.memory, (("fr", _QUEUE - len(_fiscal(call).queue)),))


def _connectiontest(call: Call) -> Outcome:
    _running(call)
    if not call.behaviour.edocument_server:
        raise RefusedError(Refusal.EDOCUMENT_LINK)
    return Outcome(call.memory, (("ap", 0), ("ht", _OK), ("cu", 0)))


def _fiscal(call: Call) -> EDocuments:
    if not call.memory.settings.fiscal:
        raise RefusedError(Refusal.TRAINING)
    return call.memory.edocuments


def _running(call: Call) -> EDocuments:
    """Return the service that is on and knows a server. Raises RefusedError."""
    service = _fiscal(call)
    if not service.enabled or not (call.values.text("ad") or _settings(call)["ad"]):
        raise RefusedError(Refusal.EDOCUMENT_SERVER)
    return service


def _settings(call: Call) -> dict[str, str]:
    return dict(call.memory.edocuments.settings or _DEFAULTS)


def _new(call: Call, service: EDocuments, status: int) -> EDocument:
    customer = call.values.text("id")
    if not customer.strip():
        raise RefusedError(Refusal.EDOCUMENT_ID)
    if len(service.queue) >= _QUEUE:
        raise RefusedError(Refusal.EDOCUMENT_FULL)
    handle = max((each.handle for each in service.queue), default=0) + 1
    return EDocument(handle, customer, call.values.text("ad") or _settings(call)["ad"], status)


def _with(call: Call, service: EDocuments) -> Outcome:
    return Outcome(replace(call.memory, edocuments=service))


def _told(call: Call, service: EDocuments, one: EDocument) -> Outcome:
    return replace(_with(call, service), fields=(("ha", one.handle),))


_CUSTOMER = {"id": must(f.text(128)), "ad": f.text(80)}
COMMANDS = (
    Command("eparagonstatusget", _statusget, reads=True, quiet=True),
    Command("eparagonstatusset", _statusset, {"st": must(f.FLAG)}),
    Command("eparagondefaultget", _defaultget, reads=True),
    Command("eparagondefaultset", _defaultset, _SETTINGS),
    Command("eparagonidznext", _idznext, _CUSTOMER),
    Command("eparagonidzprev", _idzprev, _CUSTOMER),
    Command("eparagonidzcancel", _idzcancel),
    Command("eparagonbufferget", _bufferget, {"hd": must(f.whole())}, reads=True),
    Command("eparagonbuffersummaryget", _summaryget, reads=True),
    Command("eparagonbufferfreecntget", _freecntget, reads=True),
    Command("eparagonconnectiontest", _connectiontest, {"ad": f.text(80)}),
)
