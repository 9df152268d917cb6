"""The table for the accountant as CSV: what Excel and LibreOffice with Polish settings open without questions.

Semicolons, decimal commas, lines that end with CR LF. A row is a receipt, a sum, a difference or a note; its first cell
says which, in English in every language, so that programs can tell them apart.
"""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from bridge.balance.words import money, note_text, says, todo_of, what_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bridge.balance.differences import Balance, Difference, Note, Row, Sum, TillBalance

HEADINGS = {
    "en": (
        "row",
        "day",
        "printer",
        "receipt",
        "order",
        "number",
        "daily report",
        "VAT rate",
        "journal",
        "printer's totals",
        "BaseLinker",
        "difference",
        "the journal says",
        "the printer says",
        "BaseLinker says",
        "what to do",
    ),
    "pl": (
        "wiersz",
        "dzień",
        "drukarka",
        "paragon",
        "zamówienie",
        "numer",
        "raport dobowy",
        "stawka VAT",
        "dziennik",
        "sumy drukarki",
        "BaseLinker",
        "różnica",
        "według dziennika",
        "według drukarki",
        "według BaseLinkera",
        "co zrobić",
    ),
}
ENCODING = "utf-8-sig"
"""UTF-8 with the mark by which Excel knows it."""

# A cell that begins so is a formula to a spreadsheet; text from outside must not be one.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def sheet(balance: Balance, language: str) -> str:
    """Return the table as text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS.get(language, HEADINGS["en"]))
    for till in balance.tills:
        writer.writerows(_till(till, balance.day.isoformat(), language))
    writer.writerows(_note(note, balance.day.isoformat(), language) for note in balance.notes)
    return text.getvalue()


def _till(till: TillBalance, day: str, language: str) -> Iterator[list[str]]:
    different = {difference.receipt_id: what_of(difference, language) for difference in till.differences}
    for row in till.rows:
        yield _receipt(row, till.printer, day, different.get(row.receipt_id, ""))
    for one in (*till.sums, till.total):
        yield _sum(one, day)
    for difference in till.differences:
        yield _difference(difference, day, language)
    for note in till.notes:
        yield _note(note, day, language)


def _receipt(row: Row, printer: str, day: str, difference: str) -> list[str]:
    amounts = [_amount(row.journal), "", _amount(row.baselinker)]
    about = [row.receipt_id, row.order_id, row.number, row.report]
    return _cells("receipt", day, printer, *about, "", *amounts, difference)


def _sum(one: Sum, day: str) -> list[str]:
    amounts = [_amount(amount) for amount in (one.journal, one.device, one.baselinker)]
    return _cells("sum", day, one.printer, "", "", "", "", one.rate, *amounts)


def _difference(one: Difference, day: str, language: str) -> list[str]:
    sources = (one.journal, one.device, one.baselinker)
    return _cells(
        "difference",
        day,
        one.printer,
        one.receipt_id,
        one.order_id,
        one.number,
        one.report,
        one.rate,
        *(_amount(said.grosze) for said in sources),
        what_of(one, language),
        *(says(said, language) for said in sources),
        todo_of(one, language),
    )


def _note(note: Note, day: str, language: str) -> list[str]:
    return _cells("note", day, note.printer, *[""] * 8, note_text(note, language))


def _cells(*values: object) -> list[str]:
    cells = [_safe("" if value is None else str(value)) for value in values]
    return cells + [""] * (len(HEADINGS["en"]) - len(cells))


def _safe(text: str) -> str:
    """Return a cell that no spreadsheet carries out; amounts may be negative."""
    is_amount = text.replace("-", "", 1).replace(",", "", 1).isdecimal()
    return f"'{text}" if text.startswith(_FORMULA) and not is_amount else text


def _amount(grosze: int | None) -> str:
    return "" if grosze is None else money(grosze, "pl")
