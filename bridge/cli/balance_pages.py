"""How the balance of a day is shown: a page a printer for people, one object for machines."""

from __future__ import annotations

import shutil
import sys
import textwrap
from typing import TYPE_CHECKING, Any

from bridge.balance.words import money, note_text, says, todo_of, what_of
from bridge.cli.show import show_table

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bridge.balance.differences import Balance, Difference, Note, Sum, TillBalance

_ALL = "all"
_HEADS = ("journal", "its totals", "BaseLinker")


def show_balance(balance: Balance, language: str) -> None:
    """Show a day: sums and differences of each printer, and what must be known besides."""
    for till in balance.tills:
        _show_till(till, balance, language)
    _show_notes(balance.notes, language)
    if balance.balanced:
        print(f"{balance.day} is balanced")
    elif not balance.complete:
        print(f"{balance.day} cannot be balanced: not everybody could be asked")
    else:
        count = len(balance.differences)
        print(f"{balance.day} is not balanced: {count} difference{'s' * (count != 1)}")


def _show_till(till: TillBalance, balance: Balance, language: str) -> None:
    print(f"{till.printer}, {balance.day}: {len(till.rows)} receipts, {till.matched} without a difference\n")
    if till.sums:
        _show_sums([*till.sums, till.total], language)
        print()
    if till.differences:
        show_table(
            ("receipt", "number", "difference"),
            [(_id(one), _number(one), _prose(one, language)) for one in till.differences],
        )
        print()
    _show_notes(till.notes, language)


def _show_sums(sums: Iterable[Sum], language: str) -> None:
    rows = [(one.rate or _ALL, *_amounts(one, language)) for one in sums]
    widths = [
        max(len(cell) for cell in column) for column in zip(_HEADS, *(row[1:] for row in rows), strict=True)
    ]
    heads = [head.rjust(width) for head, width in zip(_HEADS, widths, strict=True)]
    aligned = [
        (row[0], *(cell.rjust(width) for cell, width in zip(row[1:], widths, strict=True))) for row in rows
    ]
    show_table(("rate", *heads), aligned)


def _amounts(one: Sum, language: str) -> tuple[str, ...]:
    amounts = (one.journal, one.device, one.baselinker)
    return tuple("-" if amount is None else money(amount, language) for amount in amounts)


def _id(one: Difference) -> str:
    return "-" if one.receipt_id is None else str(one.receipt_id)


def _number(one: Difference) -> str:
    if one.number or one.receipt_id is not None:
        return one.number or "-"
    return " ".join(filter(None, (f"report {one.report}", one.rate)))


def _prose(one: Difference, language: str) -> str:
    sources = (("journal", one.journal), ("printer", one.device), ("BaseLinker", one.baselinker))
    said = [f"{name}: {says(what, language)}" for name, what in sources]
    return "\n".join([what_of(one, language), *said, todo_of(one, language)])


def _show_notes(notes: Iterable[Note], language: str) -> None:
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    texts = [_printable(note_text(note, language)) for note in notes]
    for text in texts:
        print("\n".join(textwrap.wrap(text, width)) if width else text)
    if texts:
        print()


def _printable(text: str) -> str:
    return "".join(char if char.isprintable() else " " for char in text)


def balance_json(balance: Balance, language: str) -> dict[str, Any]:
    """Return the documented JSON object; amounts are grosze."""
    tills = balance.tills
    return {
        "day": balance.day.isoformat(),
        "balanced": balance.balanced,
        "complete": balance.complete,
        "printers": [
            {"name": till.printer, "receipts": len(till.rows), "matched": till.matched} for till in tills
        ],
        "sums": [_sum_json(one) for till in tills for one in till.sums],
        "differences": [_difference_json(one, language) for one in balance.differences],
        "notes": [
            {"kind": note.kind, "printer": note.printer, "text": note_text(note, language)}
            for note in (*(note for till in tills for note in till.notes), *balance.notes)
        ],
    }


def _sum_json(one: Sum) -> dict[str, Any]:
    return {
        "printer": one.printer,
        "rate": one.rate,
        "journal": one.journal,
        "its_totals": one.device,
        "baselinker": one.baselinker,
    }


def _difference_json(one: Difference, language: str) -> dict[str, Any]:
    said = {"journal": one.journal, "its_totals": one.device, "baselinker": one.baselinker}
    return {
        "kind": one.kind,
        "printer": one.printer,
        "receipt_id": one.receipt_id,
        "order_id": one.order_id,
        "number": one.number,
        "report": one.report,
        "rate": one.rate,
        **{
            name: {
                "word": what.word,
                "number": what.number,
                "grosze": what.grosze,
                "text": says(what, language),
            }
            for name, what in said.items()
        },
        "what": what_of(one, language),
        "todo": todo_of(one, language),
    }
