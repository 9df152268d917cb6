"""What people read about a verdict: receipt numbers as they are printed, and what to compare on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.posnet.verdict import Row
from drivers.receipt import format_grosze

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivers.posnet.readings import Counters

WHY: Mapping[Row, str] = {
    Row.FOREIGN: "somebody else printed on this printer meanwhile, so its counters do not tell whose receipts they are",
    Row.TWIN: "one receipt of exactly this amount was printed, although the end of this one was never sent",
    Row.NUMBER_UNKNOWN: "the printer confirms that the receipt is fiscal, but others were printed too, and its number "
    "is not known",
    Row.CONTRADICTORY: "the printer's answers contradict its counters",
    Row.VANISHED: "the receipt was open and has disappeared without being cancelled",
    Row.OPEN_AND_COUNTED: "the receipt is still open on the printer, although its counters have moved",
    Row.RAM_CLEARED: "the memory of the printer was cleared meanwhile",
    Row.OTHER_DEVICE: "another printer is connected now",
}
"""Why a person has to decide, by the row of the table that says so."""


def receipt_number(number: int) -> str:
    """Return a receipt's number as it stands on paper: five digits at least, and never cut."""
    return f"{number:05d}"


def unknown_reason(row: Row, before: Counters, total: int) -> str:
    """Return why nobody can tell, and what to compare on paper."""
    why = WHY.get(row, row.value)
    last = receipt_number(before.number)
    return (
        f"{why}. Compare on paper: the last receipt before it had number {last}; is there a fiscal receipt for "
        f"{format_grosze(total)} PLN behind that one, or in a daily report's copy, that is not cancelled"
    )
