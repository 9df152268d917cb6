"""`receipt-bridge status`: how the bridge is, as far as its journal tells."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

    from bridge.config.model import Config
    from bridge.journal import Beat, Entry, Journal

SUMMARY = "show the daemon, the last poll, the queue, the printers and what is held"
DESCRIPTION = """\
Reads the journal only, so it disturbs nothing and answers while the daemon is down. Exit code 1 when the daemon is
not running, BaseLinker cannot be used, a printer is not ready, a receipt is held, or safe mode is on (docs/backup.md).

columns:
  printer    its name
  ready      could it print when the daemon last looked
  waiting    receipts that wait for it
  in hand    the receipt it prints now
  last seen  when the daemon last looked, what was wrong and what to do
  held       a receipt that waits for a person
  who        who must act: cashier, technician or accountant

examples:
  receipt-bridge status
  receipt-bridge status --json"""

_NOT_RUNNING = "NOT RUNNING: systemctl start receipt-bridge"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the form of the answer."""
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Show the report."""
    from bridge.cli.opening import config_of, open_journal  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.show import show_json  # noqa: PLC0415

    config = config_of(arguments)
    with open_journal(config) as journal:
        report = gather(config, journal, time.time())
    if arguments.json:
        show_json(report)
    else:
        _print(report, config.log.language)
    return Exit.OK if report["ok"] else Exit.TROUBLE


def gather(config: Config, journal: Journal, now: float) -> dict[str, Any]:
    """Return the report: the documented JSON object."""
    from bridge.journal import DaemonLock, State  # noqa: PLC0415 - see `run`

    beats = journal.beats()
    entries = journal.open_receipts()
    pid = DaemonLock(config.journal.path).owner()
    printers = [_printer(config, name, beats, entries, now) for name in _names(config)]
    held = [_held(entry) for entry in entries if entry.state in (State.HELD, State.REFUSED)]
    api = beats.get("api")
    api_state = "unknown" if api is None else str(api.detail["state"])
    alive = pid is not None
    guards = _guards(config, journal)
    fine = api_state == "ok" and not held and all(printer["ready"] for printer in printers)
    return {
        "ok": alive and fine and not guards["safe_mode"]["on"],
        **guards,
        "daemon": {"running": alive, "pid": pid},
        "baselinker": {
            "state": api_state,
            "what": "" if api is None else api.detail["what"],
            "last_poll": beats["poll"].at if "poll" in beats else None,
            "last_poll_seconds_ago": round(now - beats["poll"].at) if "poll" in beats else None,
        },
        "queue": {
            "waiting": sum(entry.state is State.WAITING for entry in entries),
            "printing": sum(entry.state is State.INTENT for entry in entries),
            "to_confirm": sum(entry.state is State.PRINTED for entry in entries),
        },
        "printers": printers,
        "held": held,
    }


def _guards(config: Config, journal: Journal) -> dict[str, Any]:
    """Return why nothing is printed by this journal, and who else prints its series; empty texts for nothing."""
    from bridge.guards.safe_mode import safe_mode_of  # noqa: PLC0415 - see `run`

    safe_mode = safe_mode_of(journal)
    why, todo = ("", "") if safe_mode is None else safe_mode.words(config.log.language)
    others = "; ".join(
        f"series {other['series_id']}: {other['count']} receipts, the last {other['number']}"
        + (f" as '{other['name']}'" if other["name"] else "")
        for other in journal.guard.others()
    )
    causes = () if safe_mode is None else safe_mode.causes
    return {
        "safe_mode": {"on": bool(causes), "causes": " ".join(causes), "why": why, "todo": todo},
        "numbered_elsewhere": others,
    }


def _names(config: Config) -> list[str]:
    return [printer.name for printer in config.printers if printer.enabled]


def _printer(
    config: Config, name: str, beats: dict[str, Beat], entries: list[Entry], now: float
) -> dict[str, Any]:
    from bridge.journal import State  # noqa: PLC0415 - see `run`

    printer = config.printer(name)
    beat = beats.get(f"printer:{name}")
    detail = {} if beat is None else dict(beat.detail)
    return {
        "name": name,
        "address": "" if printer is None else printer.address,
        "simulator": printer is not None and printer.simulated,
        "ready": bool(detail.get("ready", False)),
        "code": detail.get("code", "" if beat is not None else "not_seen"),
        "text": detail.get("text", "" if beat is not None else "the daemon has not looked at it yet"),
        "cure": detail.get("cure", ""),
        "warnings": detail.get("warnings", []),
        "seen_seconds_ago": None if beat is None else round(now - beat.at),
        "waiting": sum(entry.state is State.WAITING and entry.printer == name for entry in entries),
        "in_hand": detail.get("receipt"),
    }


def _held(entry: Entry) -> dict[str, Any]:
    from bridge.decisions import possible  # noqa: PLC0415 - see `run`
    from bridge.reasons import who_acts  # noqa: PLC0415

    return {
        "receipt_id": entry.receipt_id,
        "state": entry.state,
        "printer": entry.printer,
        "may_be_printed": entry.may_be_printed,
        "reason_code": entry.reason_code,
        "reason": entry.reason,
        "who": who_acts(entry.reason_code),
        "possible_decisions": list(possible(entry)),
        "since": entry.changed,
    }


def _print(report: dict[str, Any], language: str) -> None:
    from bridge.cli.show import show_facts, show_table  # noqa: PLC0415 - see `run`
    from bridge.reasons import what_to_do  # noqa: PLC0415

    running = bool(report["daemon"]["running"])
    show_facts(_facts(report))
    print()
    show_table(
        ("printer", "ready", "waiting", "in hand", "last seen"),
        [_printer_row(printer, running=running) for printer in report["printers"]],
    )
    if not report["held"]:
        return
    print()
    show_table(
        ("held", "who", "why and what to do"),
        [
            (
                str(held["receipt_id"]),
                held["who"],
                f"{held['reason']}\n{what_to_do(held['reason_code'], held['receipt_id'], language)}",
            )
            for held in report["held"]
        ],
    )


def _facts(report: dict[str, Any]) -> list[tuple[str, str]]:
    from bridge.cli.show import ago  # noqa: PLC0415 - see `run`

    daemon, api, queue = report["daemon"], report["baselinker"], report["queue"]
    running = f"running (process {daemon['pid']})" if daemon["running"] else _NOT_RUNNING
    polled = "never polled" if api["last_poll"] is None else f"last poll {ago(api['last_poll_seconds_ago'])}"
    was = "" if daemon["running"] else "was "
    more = []
    if report["safe_mode"]["on"]:
        why, todo = report["safe_mode"]["why"], report["safe_mode"]["todo"]
        more.append(("SAFE MODE", f"nothing is printed: {why}\n{todo}"))
    if report["numbered_elsewhere"]:
        more.append(("others", f"somebody else numbers {report['numbered_elsewhere']}"))
    return [
        ("daemon", running),
        *more,
        ("BaseLinker", f"{was}{api['state'].replace('_', ' ')}, {polled}\n{api['what']}"),
        (
            "queue",
            f"{queue['waiting']} waiting, {queue['printing']} printing, {queue['to_confirm']} to confirm",
        ),
    ]


def _printer_row(printer: dict[str, Any], *, running: bool) -> tuple[str, ...]:
    """Return a printer's row. What a daemon saw that is down tells nothing of now."""
    from bridge.cli.show import ago  # noqa: PLC0415 - see `run`

    ready = ("yes" if printer["ready"] else "no") if running else "unknown"
    seen = "never" if printer["seen_seconds_ago"] is None else ago(printer["seen_seconds_ago"])
    if printer["ready"]:
        warnings = ", ".join(printer["warnings"]).replace("_", " ")
        told = f"{seen}: {warnings}" if warnings else seen
    else:
        told = "\n".join(filter(None, (f"{seen}: {printer['text']}", printer["cure"])))
    if printer["simulator"]:
        told = f"SIMULATOR, nothing is fiscal\n{told}"
    in_hand = str(printer["in_hand"] or "-")
    return (printer["name"], ready, str(printer["waiting"]), in_hand, told)
