"""What a printer says of itself beside what the configuration and the shop expect of it."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar

from bridge.config.mistakes import ConfigError
from bridge.doctor.case import device_of
from bridge.doctor.finding import found
from bridge.intake import UnreadableError, receipt_of
from bridge.journal import Journal, JournalError
from drivers.link.address import SerialAddress, parse_address
from drivers.receipt import VatRate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import Any

    from bridge.config.model import Printer
    from bridge.doctor.case import Case
    from bridge.doctor.finding import Finding
    from drivers.contract import Status

T = TypeVar("T")

USUAL_RATES = (9600, 19200, 38400, 57600, 115200)
"""Baud that receipt and fiscal printers can be set to, the most frequent first."""

_SILENT = frozenset({"no_answer", "lost_answer"})
_REPORT_DUE = "report_due"
_RECENT_RECEIPTS = 200
# Drivers tell a table of rates as percents: 100 stands for exempt, more for a letter that is not in use.
_EXEMPT = Decimal(100)


def printer(case: Case, one: Printer) -> Iterator[Finding]:
    """Look at a printer: directly, or by what the daemon last saw of it; nothing is printed."""
    device = device_of(one)
    if device is not None and not case.machine.exists(device):
        return  # the check of the ports tells
    if case.look is not None:
        yield from _asked(case, one, case.look)
    elif case.daemon is not None:
        yield from _as_the_daemon_saw_it(case, one)


def _asked(case: Case, one: Printer, look: Callable[[Printer], Status]) -> Iterator[Finding]:
    try:
        status = look(one)
    except ConfigError as error:
        reason = error.mistakes[0].what
        yield found("printer_misconfigured", one.name, reason=reason, file=case.config.file)
        return
    baud = _answering_baud(one, look) if _is_silent(status) else None
    if baud is not None:
        facts = {"baud": baud[0], "answers": baud[1], "file": case.config.file}
        yield found("wrong_baud", one.name, **facts)
    else:
        yield from _troubles(one, status)
    yield from _rates(case, one, status)


def _troubles(one: Printer, status: Status) -> Iterator[Finding]:
    for trouble in status.troubles:
        if trouble.code == _REPORT_DUE:
            yield found("report_overdue", one.name, printer=one.name)
        elif not trouble.warning:
            told = {"text": trouble.text, "cure": trouble.cure}
            told |= {"text_pl": trouble.text_pl, "cure_pl": trouble.cure_pl}
            yield found("printer_not_ready", one.name, **told)


def _is_silent(status: Status) -> bool:
    return any(trouble.code in _SILENT for trouble in status.troubles)


def _answering_baud(one: Printer, look: Callable[[Printer], Status]) -> tuple[int, int] | None:
    """Return the configured speed and the one at which the printer answers, None for none of the usual ones.

    Only questions are sent. At a wrong speed they arrive as a few bytes of noise: a fiscal printer drops them by
    their checksum, and a receipt printer at the reset in front of the next slip.
    """
    where = parse_address(one.address)
    if not isinstance(where, SerialAddress):
        return None
    for baud in USUAL_RATES:
        if baud != where.baud:
            status = look(one.model_copy(update={"address": str(replace(where, baud=baud))}))
            if not _is_silent(status):
                return where.baud, baud
    return None


def _rates(case: Case, one: Printer, status: Status) -> Iterator[Finding]:
    """Compare the rates of what the shop sold lately with the table a fiscal printer tells."""
    told: Any = status.facts.get("vat")
    if not told:
        return
    table = {_rate(Decimal(text)) for text in told if Decimal(text) <= _EXEMPT}
    for rate, receipt_id in _sold_rates(case, one).items():
        if rate not in table:
            has = ", ".join(str(known) for known in sorted(table, key=_highest_first))
            yield found("vat_rate_missing", one.name, rate=rate, table=has, receipt=receipt_id)


def _rate(percent: Decimal) -> VatRate:
    return VatRate(None if percent == _EXEMPT else percent)


def _highest_first(rate: VatRate) -> tuple[bool, Decimal]:
    return rate.exempt, -(rate.percent or Decimal())


def _sold_rates(case: Case, one: Printer) -> Mapping[VatRate, int]:
    """Return the rates of recent receipts of a printer, each with a receipt that has it."""
    rates: dict[VatRate, int] = {}
    for entry in _read(case, lambda journal: journal.receipts(limit=_RECENT_RECEIPTS)) or ():
        if entry.printer != one.name:
            continue
        try:
            receipt = receipt_of(entry.content, entry.currency or "PLN")
        except (ValueError, UnreadableError):
            continue  # its own trouble: refused, with the reason
        for line in receipt.lines:
            if line.value:
                rates.setdefault(line.vat_rate, receipt.receipt_id)
    return rates


def _read(case: Case, question: Callable[[Journal], T]) -> T | None:
    """Ask the journal; None where there is none or it cannot be used, which its own check tells."""
    if not case.config.journal.path.exists():
        return None
    try:
        with Journal.existing(case.config.journal.path, case.machine.now) as journal:
            return question(journal)
    except JournalError:
        return None


def _as_the_daemon_saw_it(case: Case, one: Printer) -> Iterator[Finding]:
    beat = (_read(case, Journal.beats) or {}).get(f"printer:{one.name}")
    detail: Mapping[str, Any] = {} if beat is None else beat.detail
    if _REPORT_DUE in detail.get("warnings", ()):
        yield found("report_overdue", one.name, printer=one.name)
    if detail.get("ready") is False:
        text, cure = detail.get("text", ""), detail.get("cure", "")  # in the language of the configuration
        yield found("printer_not_ready", one.name, text=text, cure=cure, text_pl=text, cure_pl=cure)
