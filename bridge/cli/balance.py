"""`receipt-bridge balance`: one day by the journal, the printers and BaseLinker, and every difference between them."""

from __future__ import annotations

import sys
import time
from argparse import ArgumentTypeError
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from bridge.balance.differences import Balance
    from bridge.balance.fetch import Fetched
    from bridge.balance.sources import Pending, Sold, Till
    from bridge.config.model import Config, Printer
    from bridge.journal import Journal

SUMMARY = "compare one day: journal, printers and BaseLinker"
DESCRIPTION = """\
Lists every difference between what the journal has as printed, what a fiscal printer says it sold (its daily reports
of that day, and what no report has closed yet) and what BaseLinker shows of it. Prints nothing on paper and changes
nothing. While the daemon runs, its own station reads the printer, between two receipts.

BaseLinker tells a receipt's number only when it is asked for that receipt: one request each, from half of the request
budget. --no-numbers leaves that out.

Exit code 0 when everything agrees, 1 when there is a difference or a printer or BaseLinker could not be asked.

columns:
  rate        the VAT rate
  journal     what the journal has as printed
  its totals  what the printer itself sold; - where it keeps no totals
  BaseLinker  what BaseLinker has of the same receipts
  receipt     the id in BaseLinker
  number      the printer's number, or its daily report and VAT rate
  difference  what differs, what each of the three says, and what to do

examples:
  receipt-bridge balance --day yesterday
  receipt-bridge balance --day 2026-10-09 --printer till-1 --csv till-1.csv
  receipt-bridge balance --day today --no-numbers --json"""

# Seconds: room for one more request comes within a minute, or not soon.
_PATIENCE = 65.0
_MANY = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the day, the printer, and the form of the answer."""
    parser.add_argument(
        "--day", type=_day, required=True, metavar="DAY", help="yyyy-mm-dd, today or yesterday"
    )
    parser.add_argument("--printer", default="", metavar="NAME", help="only this printer")
    parser.add_argument(
        "--no-numbers", action="store_true", help="do not ask BaseLinker for each receipt's number"
    )
    parser.add_argument("--csv", type=Path, metavar="FILE", help="write a table for the accountant as well")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def _day(text: str) -> date:
    """Return a day that is not ahead. Raises ArgumentTypeError."""
    today = date.today()  # noqa: DTZ011 - the day people at this computer mean
    named = {"today": today, "yesterday": today - timedelta(days=1)}
    try:
        found = named[text] if text in named else date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(f"{text!r} is no day: write yyyy-mm-dd, today or yesterday") from None
    if found > today:
        raise ArgumentTypeError(f"{text} has not come yet")
    return found


def run(arguments: argparse.Namespace) -> int:
    """Compare and show. Raises ConfigError, JournalError."""
    from bridge.cli.balance_pages import balance_json, show_balance  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.opening import config_of, no_such_printer, open_journal  # noqa: PLC0415
    from bridge.cli.show import show_json  # noqa: PLC0415

    config = config_of(arguments)
    if arguments.printer and config.printer(arguments.printer) is None:
        return no_such_printer(config, arguments.printer)
    with open_journal(config) as journal:
        balance = _balance(config, journal, arguments)
    language = config.log.language
    if arguments.csv is not None and not _written(arguments.csv, balance, language):
        return Exit.TROUBLE
    if arguments.json:
        show_json(balance_json(balance, language))
    else:
        show_balance(balance, language)
    return Exit.OK if balance.balanced else Exit.TROUBLE


def _balance(config: Config, journal: Journal, arguments: argparse.Namespace) -> Balance:
    from bridge.balance.compare import compare  # noqa: PLC0415 - see `run`
    from bridge.balance.differences import Balance, Note, NoteKind  # noqa: PLC0415
    from bridge.balance.gather import pending_on, sold_around  # noqa: PLC0415

    tills = _tills(config, arguments.day, arguments.printer)
    begin, end = min(till.begin for till in tills), max(till.end for till in tills)
    sold = sold_around(journal, begin, end)
    if not arguments.printer:
        tills += _without_a_printer(config, tills, sold, arguments.day)
    pending = pending_on(journal, begin, end, time.time())
    fetched = _fetched(config, journal, tills, sold, pending, numbers=not arguments.no_numbers)
    notes = [
        Note(kind, text=text)
        for kind, text in (
            (NoteKind.BASELINKER_NOT_READ, fetched.trouble),
            (NoteKind.MAY_BE_INCOMPLETE, fetched.doubt),
        )
        if text
    ]
    balances = tuple(compare(till, sold, pending, fetched.office) for till in tills)
    return Balance(arguments.day, balances, tuple(notes))


def _tills(config: Config, day: date, name: str) -> list[Till]:
    chosen = [printer for printer in config.printers if name in ("", printer.name)]
    return [_till(config, printer, day) for printer in chosen]


def _till(config: Config, printer: Printer, day: date) -> Till:
    """Return what a printer says of a day."""
    from bridge.balance.gather import local_bounds  # noqa: PLC0415 - see `run`
    from bridge.balance.sources import Till  # noqa: PLC0415
    from bridge.cli.errands import do_errand  # noqa: PLC0415
    from drivers.sales_day import KIND, SalesDay  # noqa: PLC0415
    from drivers.sentences import sentences  # noqa: PLC0415

    begin, end = local_bounds(day)
    if not _keeps_totals(config, printer):
        return Till(printer.name, begin, end)
    if not printer.enabled:
        return Till(printer.name, begin, end, trouble="it is switched off in the configuration")
    answer = do_errand(config, printer, KIND, {"day": day.isoformat()})
    if not answer["ok"]:
        return Till(printer.name, begin, end, trouble=sentences(answer["what"], answer["cure"]))
    told = SalesDay.from_json(answer)
    if told.begins is not None and told.ends is not None:
        begin, end = told.begins, told.ends
    return Till(printer.name, begin, end, told)


def _keeps_totals(config: Config, printer: Printer) -> bool:
    """Whether a printer has totals of its own; its link is not opened. Raises ConfigError."""
    from bridge.cli.opening import open_driver  # noqa: PLC0415 - see `run`
    from drivers.sales_day import KIND  # noqa: PLC0415

    with open_driver(config, printer, lambda _status: None) as driver:
        return KIND in driver.errands


def _without_a_printer(config: Config, tills: list[Till], sold: Sequence[Sold], day: date) -> list[Till]:
    """Return tills for what printers sold that day that the configuration does not have any more."""
    from bridge.balance.gather import local_bounds, printers_in  # noqa: PLC0415 - see `run`
    from bridge.balance.sources import Till  # noqa: PLC0415

    begin, end = local_bounds(day)
    known = {till.name for till in tills}
    gone = [name for name in printers_in(sold, begin, end) if name not in known]
    return [Till(name, begin, end, trouble=f"{config.file} has no printer of this name") for name in gone]


def _fetched(
    config: Config,
    journal: Journal,
    tills: Sequence[Till],
    sold: Sequence[Sold],
    pending: Sequence[Pending],
    *,
    numbers: bool,
) -> Fetched:
    """Ask BaseLinker. Raises ConfigError."""
    from bridge.balance.fetch import Question, fetch  # noqa: PLC0415 - see `run`
    from bridge.balance.periods import choose  # noqa: PLC0415
    from bridge.baselinker.budget import Priority  # noqa: PLC0415
    from bridge.baselinker.dynamic import Api  # noqa: PLC0415
    from bridge.cli.opening import open_client  # noqa: PLC0415

    names = {till.name for till in tills}
    ours = [
        one.receipt_id
        for till in tills
        for one in choose(till, [each for each in sold if each.printer == till.name]).receipts
    ]

    def printer_for(series_id: int | None) -> str | None:
        printer = config.printer_for(series_id)
        return printer.name if printer is not None and printer.name in names else None

    question = Question(
        ours=[*ours, *(one.receipt_id for one in pending if one.printer in names)],
        begin=min(till.begin for till in tills),
        end=max(till.end for till in tills),
        numbers=numbers,
        printer_for=printer_for,
        entry=journal.get,
    )
    with open_client(config, patience=_PATIENCE) as client:
        # The share that leaves the daemon's polls and confirmations their room.
        return fetch(Api(client, priority=Priority.UPLOAD), question, _tell)


def _tell(count: int) -> None:
    if count > _MANY:
        print(f"asking BaseLinker for {count} receipts, one request each", file=sys.stderr)


def _written(file: Path, balance: Balance, language: str) -> bool:
    """Write the table for the accountant; say why it cannot be written."""
    from bridge.balance.sheet import ENCODING, sheet  # noqa: PLC0415 - see `run`

    try:
        file.write_bytes(sheet(balance, language).encode(ENCODING))
    except OSError as error:
        print(f"receipt-bridge: {file} cannot be written: {error.strerror}", file=sys.stderr)
        return False
    return True
