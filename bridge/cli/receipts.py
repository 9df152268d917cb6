"""`receipt-bridge receipts`: what became of each receipt, or of one with its whole history."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

    from bridge.journal import Change, Entry, FileEntry, Journal

SUMMARY = "list receipts with state and reason, or show one with its history"
DESCRIPTION = """\
Works while the daemon is down too. Newest first.

columns:
  receipt   the receipt's id in BaseLinker          number    BaseLinker's own number
  printer   the printer that serves its series      state     where it stands (docs/architecture.md)
  printed   may it be on paper: no, unknown, yes    changed   when it last moved
  reason    why it is held or refused

examples:
  receipt-bridge receipts
  receipt-bridge receipts --state held,refused
  receipt-bridge receipts 1001
  receipt-bridge receipts --state confirmed --limit 1000 --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a receipt, or which ones."""
    parser.add_argument(
        "receipt_id", type=int, nargs="?", metavar="ID", help="show this receipt's whole history"
    )
    parser.add_argument("--state", default="", help="only these states, separated by commas (held,refused)")
    parser.add_argument("--limit", type=int, default=50, help="at most so many, newest first (default 50)")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Show receipts. Raises UnknownReceiptError."""
    from bridge.cli.opening import config_of, open_journal  # noqa: PLC0415 - argument errors cost nothing
    from bridge.journal import State  # noqa: PLC0415

    words = [word.strip() for word in arguments.state.split(",") if word.strip()]
    unknown = [word for word in words if word not in set(State)]
    if unknown:
        allowed = ", ".join(State)
        print(f"receipt-bridge: '{unknown[0]}' is not a state; there are: {allowed}", file=sys.stderr)
        return Exit.USAGE
    config = config_of(arguments)
    with open_journal(config) as journal:
        if arguments.receipt_id is not None:
            _show_one(journal, arguments, config.log.language)
        else:
            _show_list(journal.receipts([State(word) for word in words], arguments.limit), arguments)
    return Exit.OK


def entry_json(entry: Entry) -> dict[str, Any]:
    """Return a receipt as the documented JSON object."""
    return {
        "receipt_id": entry.receipt_id,
        "state": entry.state,
        "may_be_printed": entry.may_be_printed,
        "printer": entry.printer,
        "series_id": entry.series_id,
        "order_id": entry.order_id,
        "number": entry.number,
        "device_number": entry.proof.number if entry.proof is not None else "",
        "proof": entry.proof.kind if entry.proof is not None else "",
        "printed_at": entry.printed_at,
        "copies": entry.copies,
        "reason_code": entry.reason_code,
        "reason": entry.reason,
        "first_seen": entry.first_seen,
        "changed": entry.changed,
    }


def _show_list(entries: list[Entry], arguments: argparse.Namespace) -> None:
    from bridge.cli.show import show_json, show_table, when  # noqa: PLC0415 - see `run`

    if arguments.json:
        show_json({"receipts": [entry_json(entry) for entry in entries]})
        return
    if not entries:
        print("no receipts" + (f" in state {arguments.state}" if arguments.state else " yet"))
        return
    show_table(
        ("receipt", "number", "printer", "state", "printed", "changed", "reason"),
        [
            (
                str(entry.receipt_id),
                entry.number or "-",
                entry.printer,
                entry.state,
                entry.may_be_printed,
                when(entry.changed),
                entry.reason or "-",
            )
            for entry in entries
        ],
    )


def _show_one(journal: Journal, arguments: argparse.Namespace, language: str) -> None:
    from bridge.cli.show import show_json  # noqa: PLC0415 - see `run`
    from bridge.decisions import UnknownReceiptError, possible  # noqa: PLC0415

    entry = journal.get(arguments.receipt_id)
    if entry is None:
        raise UnknownReceiptError(
            f"receipt {arguments.receipt_id} is not in the journal: BaseLinker never listed it"
        )
    changes, files = journal.history(entry.receipt_id), journal.files_of(entry.receipt_id)
    if arguments.json:
        show_json(
            entry_json(entry)
            | {
                "possible_decisions": list(possible(entry)),
                "history": [_change_json(change) for change in changes],
                "files": [_file_json(file) for file in files],
            }
        )
        return
    _print_one(entry, changes, files, language)


def _change_json(change: Change) -> dict[str, Any]:
    return {"at": change.at, "event": change.event, "state": change.state, "detail": dict(change.detail)}


def _file_json(file: FileEntry) -> dict[str, Any]:
    return {
        "kind": file.kind,
        "name": file.name,
        "number": file.number,
        "state": file.state,
        "reason": file.reason,
        "sha256": file.sha256,
    }


def _print_one(entry: Entry, changes: list[Change], files: list[FileEntry], language: str) -> None:
    from bridge.cli.show import show_table, when  # noqa: PLC0415 - see `run`
    from bridge.decisions import possible  # noqa: PLC0415
    from bridge.reasons import what_to_do, who_acts  # noqa: PLC0415

    print(f"receipt {entry.receipt_id} is {entry.state} (may be printed: {entry.may_be_printed})")
    print(
        f"  BaseLinker's number {entry.number or '-'}, order {entry.order_id or '-'}, printer {entry.printer}"
    )
    if entry.proof is not None:
        print(
            f"  proof: {entry.proof.kind}, device number {entry.proof.number or '-'}, {when(entry.printed_at)}"
        )
    if possible(entry) and entry.reason_code:
        print(f"  {entry.reason}")
        print(f"  {who_acts(entry.reason_code)}: {what_to_do(entry.reason_code, entry.receipt_id, language)}")
    for file in files:
        print(f"  file {file.name} ({file.kind}): {file.state}{': ' + file.reason if file.reason else ''}")
    show_table(
        ("when", "event", "state", "detail"),
        [(when(change.at), change.event, change.state, _words(change)) for change in changes],
    )


def _words(change: Change) -> str:
    return ", ".join(
        f"{key} {value}" for key, value in change.detail.items() if value not in ("", None, False, {})
    )
