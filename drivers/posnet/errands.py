"""What is done with the printer beside receipts: pages, reports and copies that a person asks for, and calls."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, TypeVar

from drivers.contract import ATTENTION, Fault, Refusal, Unproven
from drivers.posnet import attention, reports, testform
from drivers.posnet.commands import Effect
from drivers.posnet.sales import read_sales
from drivers.posnet.session import AnswerLostError
from drivers.sales_day import KIND as SALES_OF_A_DAY

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivers.posnet.printer import Printer

Facts = dict[str, Any]
Result = TypeVar("Result")


def _test(printer: Printer, _detail: Mapping[str, Any]) -> Facts:
    return {"proof": "fence", "printout": testform.print_page(printer.session, printer.device)}


def _notice(printer: Printer, detail: Mapping[str, Any]) -> Facts:
    """Print `title` and `lines` as a form that is not fiscal."""
    title, lines = detail.get("title"), detail.get("lines")
    if (
        not isinstance(title, str)
        or not isinstance(lines, list)
        or not all(isinstance(one, str) for one in lines)
    ):
        raise Refusal("A notice has a title and lines", field="lines", cure="Give both as text")
    commands = testform.form(printer.device, title, lines)
    return {"proof": "fence", "printout": testform.print_form(printer.session, commands)}


def _attention(printer: Printer, detail: Mapping[str, Any]) -> Facts:
    """Show `text` on the customer display, and `beep`; facts tell which of them the printer can."""
    text, beep = detail.get("text"), detail.get("beep")
    if not isinstance(text, str) or not isinstance(beep, bool):
        raise Refusal("A call has a text, and tells whether to beep", field="text", cure="Give both")
    shown = attention.show(printer.session, text, printer.device.facts.page)
    return {"display": shown, "beep": beep and attention.beep(printer.session)}


def _daily(printer: Printer, _detail: Mapping[str, Any]) -> Facts:
    """Make the daily report; `made` is false when nothing had been sold since the last one."""
    report = printer.daily_report()
    return {"made": report.made, "number": report.number}


def _monthly(printer: Printer, detail: Mapping[str, Any]) -> Facts:
    """Print the report of `month` (yyyy-mm), or of the month before this one."""
    month = _month(detail["month"]) if detail.get("month") else _month_before(printer.clock.now.date())
    summary = reports.print_monthly(printer.session, month, summary=bool(detail.get("summary", True)))
    return {"month": f"{month:%Y-%m}", "summary": summary}


def _period(printer: Printer, detail: Mapping[str, Any]) -> Facts:
    """Print the report of the days `first` to `last`."""
    first, last = _day(detail, "first"), _day(detail, "last")
    if first > last:
        raise Refusal("The first day lies behind the last one", field="first", cure="Exchange them")
    summary = reports.print_period(printer.session, first, last, summary=bool(detail.get("summary", True)))
    return {"first": first.isoformat(), "last": last.isoformat(), "summary": summary}


def _status(printer: Printer, _detail: Mapping[str, Any]) -> Facts:
    """Tell, without printing, whether a daily report is due, and since when there are sales."""
    printer.read_day()
    first = printer.day.first
    return {
        "due": printer.report_due,
        "first_sale": None if first is None else first.date().isoformat(),
        "clock": printer.clock.now.isoformat(sep=" "),
    }


def _sales(printer: Printer, detail: Mapping[str, Any]) -> Facts:
    """Tell, without printing, what the printer itself sold on `day` (drivers.sales_day)."""
    return read_sales(printer, _day(detail, "day")).to_json()


def _copy(printer: Printer, detail: Mapping[str, Any]) -> Facts:
    """Print a copy of receipt `number` (of day `on`), or of the last printout, by the printer's own command."""
    number = detail.get("number")
    if number is not None and not str(number).strip().isdigit():
        raise Refusal(f"{number!r} is no receipt number", field="number", cure="It has digits only")
    on = _day(detail, "on") if detail.get("on") else None
    reports.print_copy(printer.session, None if number is None else int(str(number)), on)
    return {"number": None if number is None else int(str(number))}


ERRANDS: Mapping[str, Callable[[Printer, Mapping[str, Any]], Facts]] = {
    "test": _test,
    "notice": _notice,
    ATTENTION: _attention,
    "daily": _daily,
    "monthly": _monthly,
    "period": _period,
    "status": _status,
    "copy": _copy,
    SALES_OF_A_DAY: _sales,
}
"""Everything that can be asked for, by name."""


def run(printer: Printer, kind: str, detail: Mapping[str, Any]) -> Facts:
    """Do an errand and return facts about it. Raises Refusal, or what `Printer.faults` turns into a Fault."""
    try:
        errand = ERRANDS[kind]
    except KeyError:
        known = ", ".join(ERRANDS)
        raise Refusal(f"A POSNET printer has no {kind}", field="kind", cure=f"It has: {known}") from None
    return errand(printer, detail)


def carry_out(printer: Printer, action: Callable[[], Result]) -> Result:
    """Do something that is no receipt with a printer that is able to, and return what `action` does.

    Raises Fault, Unproven when it may have been done, and of what `action` raises all that is no fault of the printer.
    """
    with printer.faults():
        printer.connect()
        printer.able()
    try:
        with printer.faults():
            return action()
    except Fault as reason:
        lost = reason.__cause__
        if isinstance(lost, AnswerLostError) and lost.sent and lost.command.effect is not Effect.READS:
            raise Unproven(reason.what, cure="Look at the paper", code=reason.code) from lost
        raise


def _day(detail: Mapping[str, Any], name: str) -> date:
    try:
        return date.fromisoformat(str(detail[name]))
    except (KeyError, ValueError):
        raise Refusal(f"{name} is no date", field=name, cure="Write it as 2026-10-09") from None


def _month(text: object) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refusal(f"{text!r} is no month", field="month", cure="Write it as 2026-10") from None


def _month_before(today: date) -> date:
    return date(today.year - 1, 12, 1) if today.month == 1 else today.replace(month=today.month - 1, day=1)
