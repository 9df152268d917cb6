"""`receipt-bridge report`: the reports of a fiscal printer, by hand."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

SUMMARY = "make a report of a fiscal printer by hand"
DESCRIPTION = """\
The daily report is made by itself before the first sale of a new day; by hand it is needed only when the shop closes
for longer. While the daemon runs, its own station makes the report, between two receipts.

reports:
  daily    close the day; nothing happens when nothing was sold since
  monthly  print the report of --month, or of the month before this one
  status   tell, without printing, whether a daily report is due

examples:
  receipt-bridge report status till-1
  receipt-bridge report daily till-1
  receipt-bridge report monthly till-1 --month 2026-10"""

_WORDS = {
    "made": "made",
    "number": "number",
    "month": "month",
    "due": "daily report due",
    "first_sale": "first sale since the last one",
    "clock": "clock of the printer",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the report and the printer."""
    parser.add_argument("kind", choices=("daily", "monthly", "status"))
    parser.add_argument("printer", help="the printer's name in the configuration")
    parser.add_argument("--month", default="", metavar="YYYY-MM", help="the month of a monthly report")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Have the report made and tell what came of it. Raises ConfigError."""
    from bridge.cli.errands import do_errand  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.opening import config_of, no_such_printer  # noqa: PLC0415
    from bridge.cli.show import show_json  # noqa: PLC0415
    from drivers.sentences import sentences  # noqa: PLC0415

    config = config_of(arguments)
    printer = config.printer(arguments.printer)
    if printer is None:
        return no_such_printer(config, arguments.printer)
    detail: dict[str, Any] = {"month": arguments.month} if arguments.month else {}
    answer = do_errand(config, printer, arguments.kind, detail)
    facts = {key: answer[key] for key in _WORDS if key in answer}
    if arguments.json:
        told = {key: answer[key] for key in ("ok", "code", "what", "cure")}
        show_json({"printer": printer.name, "report": arguments.kind, **told, "facts": facts})
    elif answer["ok"]:
        for key, value in facts.items():
            print(f"{_WORDS[key]}: {_word(value)}")
    else:
        print(f"{printer.name}: {sentences(answer['what'], answer['cure'])}", file=sys.stderr)
    return Exit.OK if answer["ok"] else Exit.TROUBLE


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "-" if value is None else str(value)
