"""Reports, and copies of stored documents (posnet.md 10 and 11.2)."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from simulators.posnet import fields as f
from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.command import Command, Outcome, Takes, closed, numbered, plain_document, today
from simulators.posnet.fields import must
from simulators.posnet.memory import CANCELLED_RECEIPT, DAILY_REPORT, RECEIPT, Day, Document
from simulators.posnet.settings import with_rates
from simulators.posnet.status import minute, per_rate

if TYPE_CHECKING:
    from simulators.posnet.behaviour import Behaviour
    from simulators.posnet.command import Call
    from simulators.posnet.memory import Counters


def _dailyrep(call: Call) -> Outcome:
    closed(call.memory)
    dated = today(call)
    return replace(daily_report(call), asks=not dated)


def daily_report(call: Call) -> Outcome:
    """Return what a daily report comes to. Raises RefusedError."""
    memory, day = call.memory, call.memory.day
    zero = day.zero and not day.finished and not day.cancelled
    if zero and memory.counters.report_was_zero and memory.settings.fiscal:
        raise RefusedError(Refusal.ZERO_REPORT)
    counters = numbered(memory.counters, DAILY_REPORT)
    counters = replace(counters, printouts=counters.printouts + 1)
    document = Document(
        memory.identity.unique_number,
        counters.last_document,
        DAILY_REPORT,
        call.time,
        counters.printouts,
        counters.reports,
        interface=call.interface,
        fiscal=memory.settings.fiscal,
        day=day,
        rates=memory.settings.rates,
    )
    restarted = _restarted(counters, call.behaviour, restarts=memory.settings.counter_restarts)
    restarted = replace(
        restarted,
        reports=counters.reports + memory.settings.fiscal,
        last_report=call.time,
        report_was_zero=zero,
    )
    memory = replace(memory, counters=restarted, day=Day())
    if memory.settings.planned_date and memory.settings.planned_date <= call.time[:10]:
        memory = with_rates(memory, memory.settings.planned_rates)
    return Outcome(memory, rows=call.printouts(memory).report(document), documents=(document,), ends=True)


def _restarted(counters: Counters, behaviour: Behaviour, *, restarts: bool) -> Counters:
    """Return the counters of receipts as the next day begins with them."""
    if restarts:
        return replace(counters, finished=0, cancelled=0, receipts=0)
    return replace(counters, finished=0, cancelled=0) if behaviour.finished_restarts else counters


def _periodic(call: Call, *, title: str) -> Outcome:
    closed(call.memory)
    begin, end = call.values.day("fd"), call.values.day("td")
    if begin and begin > call.now.date():
        raise RefusedError(Refusal.START_DATE)
    if begin and end and begin > end:
        raise RefusedError(Refusal.DATE_ORDER)
    return _printed(call, title)


def _printed(call: Call, title: str, lines: tuple[str, ...] = ()) -> Outcome:
    memory, document = plain_document(call, title, lines)
    rows = call.printouts(memory).plain(document)
    return Outcome(memory, rows=rows, documents=(document,), ends=True)


def _fmrecrd(call: Call) -> Outcome:
    """Read back a daily report by its number, or the last one: its moment, number and totals."""
    device = call.memory.identity.unique_number
    reports = {
        report.report + 1: report
        for report in call.ledger.reports
        if report.device == device and report.fiscal
    }
    report = reports.get(call.values.whole("no", max(reports, default=0)))
    if report is None:
        raise RefusedError(Refusal.NO_RECORD)
    day = report.day or Day()
    return Outcome(
        call.memory,
        (
            ("da", minute(report.time)),
            ("tm", report.time),
            ("no", report.report + 1),
            *per_rate("f", [0] * 7),
            ("fn", 0),
            ("fo", 0),
            ("fl", 0),
            *per_rate("p", day.totals),
            ("pn", day.finished),
            ("ct", day.cancelled_value),
            ("cn", day.cancelled),
            ("cc", 0),
            ("nn", day.non_fiscal),
            ("ss", minute(day.first)),
            ("is", day.first),
            ("se", minute(day.last)),
            ("ie", day.last),
        ),
    )


# -- copies ------------------------------------------------------------------------------------------------------------


def _ecprndoc(call: Call) -> Outcome:
    closed(call.memory)
    first, last = call.values.whole("fn"), call.values.whole("tn")
    begin, end = call.values.day("fd"), call.values.day("td")
    kind = call.values.whole("ty")
    found = [
        document
        for document in _own(call)
        if document.kind == kind
        and first <= _footer_number(document) <= last
        and (begin is None or document.time[:10] >= begin.isoformat())
        and (end is None or document.time[:10] <= end.isoformat())
    ]
    return _copied(call, found)


def _eclastprintouts(call: Call) -> Outcome:
    closed(call.memory)
    count = call.values.whole("no", 1)
    printed = [document for document in _own(call) if document.printout]
    return _copied(call, printed[-count:] if count else [])


def _own(call: Call) -> list[Document]:
    device = call.memory.identity.unique_number
    return [document for document in call.ledger.documents if document.device == device]


def _footer_number(document: Document) -> int:
    return document.receipt if document.kind in {RECEIPT, CANCELLED_RECEIPT} else document.number


def _copied(call: Call, found: list[Document]) -> Outcome:
    if not found:
        raise RefusedError(Refusal.NO_DOCUMENT)
    numbers = tuple(f"dokument {document.number}" for document in found)
    memory, copy = plain_document(call, "KOPIA DOKUMENTU", numbers)
    printouts = call.printouts(memory)
    rows = tuple(row for document in found for row in printouts.copy(document))
    return Outcome(memory, rows=rows, documents=(copy,), ends=True)


_DATES = {"fd": must(f.DAY), "td": must(f.DAY), "su": f.FLAG}
_PERIOD = {"fd": f.DAY, "td": f.DAY, "da": f.DAY, "su": f.FLAG, "fn": f.whole(), "tn": f.whole()}

COMMANDS = (
    Command("dailyrep", _dailyrep, {"da": f.DAY, "up": f.FLAG}, Takes.PAPER),
    Command("periodicrepbydates", partial(_periodic, title="RAPORT OKRESOWY"), _DATES, Takes.PAPER),
    Command("periodicrepbynumbers", partial(_periodic, title="RAPORT OKRESOWY"), _PERIOD, Takes.PAPER),
    Command(
        "monthlyrep",
        partial(_periodic, title="RAPORT MIESIĘCZNY"),
        {"da": must(f.DAY), "su": f.FLAG},
        Takes.PAPER,
    ),
    Command("shiftrep", partial(_periodic, title="RAPORT ZMIANY"), _PERIOD, Takes.PAPER),
    Command("cashstaterep", partial(_periodic, title="STAN KASY"), _PERIOD, Takes.PAPER),
    Command("fmrecrd", _fmrecrd, {"no": f.whole()}, reads=True),
    Command(
        "ecprndoc",
        _ecprndoc,
        {"ty": must(f.whole(13)), "fn": must(f.whole()), "tn": must(f.whole()), "fd": f.DAY, "td": f.DAY},
        Takes.PAPER,
    ),
    Command("eclastprintouts", _eclastprintouts, {"no": f.whole(20)}, Takes.PAPER),
)
