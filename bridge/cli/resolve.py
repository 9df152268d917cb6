"""`receipt-bridge resolve`: a person's decision about a receipt."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from bridge.cli.arguments import receipt_id
from bridge.cli.exits import Exit

if TYPE_CHECKING:
    import argparse

SUMMARY = "decide about a held or refused receipt"
DESCRIPTION = """\
Works while the daemon runs and while it is down; the decision is kept in the journal with your note. The same
decision twice is harmless. Exit code 66 when the journal does not know the receipt, 76 when the decision is not
possible for it: then nothing was changed, and the message says what is possible.

With --all and a reason instead of an ID, every receipt that is held for that reason is decided at once: backlog (found
after a pause) or restored (found after safe mode).

decisions:
  printed   it is on paper: confirm it to BaseLinker (with --number, where the
            printer gave it one)
  print     print it; where it may be on paper already, under a COPY banner
            (a fiscal printer has none: print only what it surely has not sold)
  dismiss   settled outside the bridge: never print it, tell BaseLinker nothing

examples:
  receipt-bridge resolve 1001 printed --number W001234
  receipt-bridge resolve 1001 print --note "roll was torn, seen by the manager"
  receipt-bridge resolve 1001 dismiss
  receipt-bridge resolve --all backlog print"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the receipt and the decision."""
    parser.add_argument(
        "receipt_id", type=receipt_id, metavar="ID", nargs="?", help="the receipt's id in BaseLinker"
    )
    parser.add_argument("decision", choices=("printed", "print", "dismiss"))
    parser.add_argument(
        "--all", choices=("backlog", "restored"), help="instead of an ID: all that are held for this reason"
    )
    parser.add_argument("--number", default="", help="the number on the paper, at most 20 characters")
    parser.add_argument("--note", default="", help="why; kept in the receipt's history")
    parser.add_argument("--json", action="store_true", help="answer in JSON")


def run(arguments: argparse.Namespace) -> int:
    """Carry out the decision. Raises DecisionError."""
    from bridge.cli.opening import config_of, open_journal  # noqa: PLC0415 - argument errors cost nothing
    from bridge.cli.show import show_json  # noqa: PLC0415
    from bridge.decisions import decide  # noqa: PLC0415
    from bridge.reasons import Decision  # noqa: PLC0415

    if (arguments.receipt_id is None) == (arguments.all is None) or (arguments.all and arguments.number):
        print(
            "receipt-bridge: give the ID of one receipt, or --all and a reason without a number",
            file=sys.stderr,
        )
        return Exit.USAGE
    if arguments.all is not None:
        return _resolve_all(arguments)
    with open_journal(config_of(arguments)) as journal:
        outcome = decide(
            journal,
            arguments.receipt_id,
            Decision(arguments.decision),
            number=arguments.number.strip(),
            note=arguments.note,
        )
    if arguments.json:
        show_json({"receipt_id": outcome.receipt_id, "state": outcome.state, "changed": outcome.changed})
    elif outcome.changed:
        print(f"receipt {outcome.receipt_id} is now {outcome.state}")
    else:
        print(f"receipt {outcome.receipt_id} is {outcome.state} already; nothing was changed")
    return Exit.OK


def _resolve_all(arguments: argparse.Namespace) -> int:
    from bridge.cli.opening import config_of, open_journal  # noqa: PLC0415 - see `run`
    from bridge.cli.show import show_json  # noqa: PLC0415
    from bridge.decisions import decide_all  # noqa: PLC0415
    from bridge.reasons import Decision  # noqa: PLC0415

    with open_journal(config_of(arguments)) as journal:
        decision = Decision(arguments.decision)
        outcomes = decide_all(journal, arguments.all, decision, note=arguments.note)
    if arguments.json:
        decided = [{"receipt_id": one.receipt_id, "state": one.state} for one in outcomes]
        show_json({"decided": decided})
    elif outcomes:
        ids = ", ".join(str(one.receipt_id) for one in outcomes)
        print(f"{len(outcomes)} receipts are now {outcomes[0].state}: {ids}")
    else:
        print(f"no receipt is held with the reason '{arguments.all}'; nothing was changed")
    return Exit.OK
