"""Asking a printer for something beside receipts: through the daemon while it runs, else directly."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bridge.config.model import Config, Printer
    from bridge.journal import Journal
    from drivers.contract import Status

WAIT_SECONDS = 180.0
"""How long a command waits for the daemon's printer; a monthly report takes minutes."""

_LOOK_SECONDS = 0.2


def do_errand(config: Config, printer: Printer, kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    """Have an errand done; return `ok`, `code`, `what`, `cure` and what the driver answered. Raises ConfigError."""
    from bridge.cli.opening import simulator_note  # noqa: PLC0415 - argument errors cost nothing
    from bridge.journal import DaemonLock, Journal  # noqa: PLC0415

    if note := simulator_note(config, printer):
        print(f"{printer.name} {'. '.join(note)}", file=sys.stderr)
    if DaemonLock(config.journal.path).owner() is None:
        return _directly(config, printer, kind, detail)
    with Journal.existing(config.journal.path, time.time) as journal:
        return _through_the_daemon(journal, printer, kind, detail)


def _directly(config: Config, printer: Printer, kind: str, detail: Mapping[str, Any]) -> dict[str, Any]:
    from bridge.cli.opening import open_driver  # noqa: PLC0415 - see `do_errand`
    from drivers.contract import SILENT_ERRANDS, DriverError  # noqa: PLC0415

    with open_driver(config, printer, _teller(config.log.language)) as driver:
        try:
            if kind not in SILENT_ERRANDS:
                driver.prepare()
            return _answer(driver.errand(kind, detail), ok=True)
        except DriverError as error:
            return _answer({"code": error.code, "what": error.what, "cure": error.cure}, ok=False)


def _through_the_daemon(
    journal: Journal, printer: Printer, kind: str, detail: Mapping[str, Any]
) -> dict[str, Any]:
    errand_id = journal.errands.ask(printer.name, kind, detail)
    due = time.monotonic() + WAIT_SECONDS
    while time.monotonic() < due:
        errand = journal.errands.get(errand_id)
        if errand is not None and errand.state in ("done", "failed"):
            return _answer(errand.result, ok=errand.state == "done")
        time.sleep(_LOOK_SECONDS)  # the daemon is another process: it says so in the journal and nowhere else
    if journal.errands.call_off(errand_id):
        what = "the daemon's printer did not get to it, and it was called off"
        return _answer({"code": "not_begun", "what": what, "cure": "Look at receipt-bridge status"}, ok=False)
    what = "the printer is still at it"
    cure = "Look at the paper before asking again"
    return _answer({"code": "not_ended", "what": what, "cure": cure}, ok=False)


def _answer(result: Mapping[str, Any], *, ok: bool) -> dict[str, Any]:
    return {"ok": ok, "code": "", "what": "", "cure": "", **result}


def _teller(language: str) -> Callable[[Status], None]:
    from drivers.sentences import sentences  # noqa: PLC0415 - see `do_errand`

    def tell(status: Status) -> None:
        for trouble in status.troubles:
            print(f"waiting: {sentences(*trouble.words(language))}", file=sys.stderr)

    return tell
