"""`receipt-bridge receipts`: what became of each receipt, or of one with its whole history."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from bridge.cli.arguments import count, receipt_id
from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

    from bridge.journal import Change, Entry, FileEntry, Journal

# States whose reason still matters to a person.
_WITH_REASON = ("held", "refused", "reported")
# What a change's detail holds for the program alone.
_INNER = frozenset({"details", "printed_at"})

SUMMARY = "list receipts with state and reason, or show one with its history"
DESCRIPTION = """\
Works while the daemon is down too. Newest first.

columns:
  receipt   its id in BaseLinker
  number    BaseLinker's own number of it
  printer   the printer that serves its series
  state     where it stands (docs/architecture.md)
  printed   is it on paper: no, yes, or unknown
  changed   when it last moved
  reason    why it is held or refused

examples:
  receipt-bridge receipts
  receipt-bridge receipts --state held,refused
  receipt-bridge receipts 1001
  receipt-bridge receipts --state confirmed --limit 1000 --json"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take a receipt, or which ones."""
    parser.add_argument(
        "receipt_id", type=receipt_id, nargs="?", metavar="ID", help="show this receipt's whole history"
    )
    parser.add_argument(
        "--state", default="", metavar="STATES", help="only these states, separated by commas (held,refused)"
    )
    parser.add_argument(
        "--limit", type=count, default=50, metavar="N", help="at most so many, newest first (default 50)"
    )
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
                entry.reason if entry.state in _WITH_REASON and entry.reason else "-",
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
    from bridge.cli.show import show_facts, show_table, when  # noqa: PLC0415 - see `run`

    show_facts(_facts(entry, files, language))
    print()
    show_table(
        ("when", "event", "state", "detail"),
        [(when(change.at), change.event, change.state, _words(change)) for change in changes],
    )


def _facts(entry: Entry, files: list[FileEntry], language: str) -> list[tuple[str, str]]:
    """Return what is known of a receipt, by name."""
    from bridge.cli.show import when  # noqa: PLC0415 - see `run`
    from bridge.decisions import possible  # noqa: PLC0415
    from bridge.reasons import what_to_do, who_acts  # noqa: PLC0415

    of_baselinker = {"number": entry.number, "order": entry.order_id, "series": entry.series_id}
    facts = [
        ("receipt", str(entry.receipt_id)),
        ("state", entry.state.value),
        ("printed", _printed(entry)),
        ("printer", entry.printer),
        ("BaseLinker", ", ".join(f"{name} {value}" for name, value in of_baselinker.items() if value) or "-"),
    ]
    if entry.proof is not None:
        number = f", the printer's number {entry.proof.number}" if entry.proof.number else ""
        facts.append(("proof", f"{entry.proof.kind}{number}, {when(entry.printed_at)}"))
    if entry.reason and entry.state in _WITH_REASON:
        facts.append(("reason", entry.reason))
    if possible(entry) and entry.reason_code:
        todo = what_to_do(entry.reason_code, entry.receipt_id, language)
        facts.append(("to do", f"{who_acts(entry.reason_code)}: {todo}"))
    facts += [
        ("file", f"{file.name} ({file.kind}): {', '.join(filter(None, (file.state, file.reason)))}")
        for file in files
    ]
    return facts


def _printed(entry: Entry) -> str:
    words = {"no": "no", "yes": "yes", "unknown": "unknown: only the paper tells"}
    copies = f", {entry.copies} under a COPY banner" if entry.copies else ""
    return f"{words[entry.may_be_printed]}{copies}"


def _words(change: Change) -> str:
    """Return the detail of a change for people: what tells nothing is left out, money is in zlotys."""
    from drivers.receipt import format_grosze  # noqa: PLC0415 - see `run`

    words: list[str] = []
    for key, value in change.detail.items():
        if key in _INNER or value is None or value is False or value == "":
            continue
        shown = format_grosze(value) if key == "total" and isinstance(value, int) else value
        words.append(key if value is True else f"{key} {shown}")
    return ", ".join(words) or "-"
