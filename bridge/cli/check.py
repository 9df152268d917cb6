"""`receipt-bridge check`: does everything work, and if not, what is to be done."""

from __future__ import annotations

import os
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from bridge.config.model import Config, Printer
    from bridge.journal import Journal

SUMMARY = "check configuration, token, series and every printer"
DESCRIPTION = """\
Prints nothing on paper and changes nothing. While the daemon runs, printers are not touched: what the daemon last
saw of them is shown. Exit code 0 when all is well, 1 when something needs attention, 78 when the configuration or
the token file is wrong.

columns:
  what      the thing checked
  result    ok, warning or trouble
  finding   what was found, and below it how to mend it

examples:
  receipt-bridge check
  receipt-bridge check --json"""

OK, WARNING, TROUBLE = "ok", "warning", "trouble"


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report."""

    what: str
    result: str
    finding: str
    todo: str = ""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the form of the answer."""
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Check everything and show the findings."""
    from bridge.cli.opening import config_of  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.show import show_json, show_table  # noqa: PLC0415
    from bridge.config.alert_secrets import read_alert_secrets  # noqa: PLC0415
    from bridge.config.credentials import read_token  # noqa: PLC0415

    config = config_of(arguments)
    read_token(config, os.environ)
    read_alert_secrets(config, os.environ)
    findings = [Finding("configuration", OK, str(config.file)), Finding("token", OK, "found")]
    findings += [*_journal(config), *_api(config), *_printers(config)]
    fine = all(finding.result != TROUBLE for finding in findings)
    if arguments.json:
        show_json({"ok": fine, "findings": [asdict(finding) for finding in findings]})
    else:
        show_table(
            ("what", "result", "finding"),
            [(finding.what, finding.result, f"{finding.finding}\n{finding.todo}") for finding in findings],
        )
    return Exit.OK if fine else Exit.TROUBLE


def _journal(config: Config) -> Iterator[Finding]:
    from bridge.journal import Journal, JournalError  # noqa: PLC0415 - see `run`

    path = config.journal.path
    if not path.exists():
        yield Finding("journal", OK, f"{path} will be made at the first start")
        return
    try:
        with Journal.existing(path, time.time) as journal:
            journal.full_check()
            entries = len(journal.open_receipts())
            yield from _safe_mode(config, journal)
    except JournalError as error:
        yield Finding("journal", TROUBLE, error.what, error.cure)
    else:
        yield Finding("journal", OK, f"{path}, sound, {entries} receipts in work")


def _safe_mode(config: Config, journal: Journal) -> Iterator[Finding]:
    """Say it when the journal is not believed, as the daemon's last start found it."""
    from bridge.guards.safe_mode import safe_mode_of  # noqa: PLC0415 - see `run`

    if (safe_mode := safe_mode_of(journal)) is not None:
        why, todo = safe_mode.words(config.log.language)
        yield Finding("journal", TROUBLE, f"safe mode, nothing is printed: {why}", todo)


def _api(config: Config) -> Iterator[Finding]:
    from bridge.baselinker.errors import BaseLinkerError  # noqa: PLC0415 - see `run`
    from bridge.baselinker.receipts import ReceiptCalls  # noqa: PLC0415
    from bridge.cli.opening import PATIENCE, open_client  # noqa: PLC0415

    with open_client(config, patience=PATIENCE) as client:
        try:
            series = ReceiptCalls(client).get_series()
        except BaseLinkerError as error:
            yield Finding("baselinker", TROUBLE, error.what, error.cure)
            return
    yield Finding("baselinker", OK, f"{config.baselinker.url} accepts the token")
    yield from _series(config, series)


def _series(config: Config, series: list[dict[str, Any]]) -> Iterator[Finding]:
    from bridge.baselinker.receipts import receipt_series  # noqa: PLC0415 - see `run`
    from bridge.doctor.series import unknown_series  # noqa: PLC0415

    known = receipt_series(series)
    for number, name in known.items():
        printer = config.printer_for(number)
        if printer is None:
            todo = "Give it to a printer with the key 'series', if this bridge is to print it"
            yield Finding(f"series {number}", WARNING, f"'{name}' is served by no printer", todo)
        else:
            yield Finding(f"series {number}", OK, f"'{name}' is printed by {printer.name}")
    for printer, number in unknown_series(config, known):
        todo = f"Known receipt series: {', '.join(map(str, sorted(known))) or 'none'}"
        yield Finding(f"series {number}", TROUBLE, f"{printer.name} serves it, BaseLinker has no such", todo)


def _printers(config: Config) -> Iterator[Finding]:
    from bridge.cli.opening import simulator_note  # noqa: PLC0415 - see `run`
    from bridge.journal import DaemonLock  # noqa: PLC0415

    running = DaemonLock(config.journal.path).owner() is not None
    for printer in config.printers:
        if note := simulator_note(config, printer):
            yield Finding(printer.name, WARNING, *note)
        if not printer.enabled:
            yield Finding(
                printer.name, WARNING, "is switched off in the configuration", "To use it: enabled = true"
            )
        elif running:
            yield from _as_the_daemon_saw_it(config, printer)
        else:
            yield from _look_at(config, printer)


def _as_the_daemon_saw_it(config: Config, printer: Printer) -> Iterator[Finding]:
    from bridge.cli.opening import open_journal  # noqa: PLC0415 - see `run`
    from bridge.cli.show import ago  # noqa: PLC0415

    with open_journal(config) as journal:
        beat = journal.beats().get(f"printer:{printer.name}")
    if beat is None:
        what = "the daemon runs, but has not looked at it yet"
        yield Finding(printer.name, WARNING, what, "Check again in a minute")
        return
    for text, cure in beat.detail.get("warned", ()):
        yield Finding(printer.name, WARNING, text, cure)
    seen = f"seen by the daemon {ago(time.time() - beat.at)}"
    if beat.detail.get("ready"):
        yield Finding(printer.name, OK, f"ready, {seen}")
    else:
        what = f"{beat.detail.get('text', '')} ({seen})"
        yield Finding(printer.name, TROUBLE, what, str(beat.detail.get("cure", "")))


def _look_at(config: Config, printer: Printer) -> Iterator[Finding]:
    from bridge.cli.opening import open_driver  # noqa: PLC0415 - see `run`
    from bridge.config.mistakes import ConfigError  # noqa: PLC0415

    try:
        with open_driver(config, printer, lambda _status: None) as driver:
            status = driver.status()
    except ConfigError as error:
        yield Finding(printer.name, TROUBLE, error.mistakes[0].what, f"Change it in {config.file}")
        return
    for trouble in status.troubles:
        result = WARNING if trouble.warning else TROUBLE
        yield Finding(printer.name, result, *trouble.words(config.log.language))
    if status.ready:
        facts = ", ".join(f"{key} {value}" for key, value in status.facts.items())
        yield Finding(printer.name, OK, f"ready at {printer.address}{': ' + facts if facts else ''}")
