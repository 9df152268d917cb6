"""Calling somebody to the printer: its beeper, and one line of its customer display (posnet.md 10).

    beep                     one tone
    dsptxtline id0 no1 ln    the text of a line

Neither prints, counts or sells anything. How a display numbers its lines is not documented: line 1 is there on one of
two lines whether it counts from 0 or from 1. A printer without beeper or display refuses the command, which is an
answer and no trouble; it is not asked again on this connection, for in standard mode the error may stay on its own
display until somebody presses a key (posnet.md 5).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.posnet.commands import Command
from drivers.posnet.session import RefusedByPrinterError
from drivers.posnet.text import fit_text

if TYPE_CHECKING:
    from drivers.posnet.session import Session
    from drivers.posnet.text import Page

COLUMNS = 20
"""The width of common customer displays; a line may be 30 long, which would be scrolled or cut."""


def beep(session: Session) -> bool:
    """Sound the beeper; return whether the printer has one. Raises AnswerLostError."""
    return _taken(session, Command("beep"))


def show(session: Session, text: str, page: Page) -> bool:
    """Show a text on the customer display, an empty one clears its line; return whether the printer has one.

    Raises AnswerLostError.
    """
    # An empty field might be taken for a missing one; blanks are a text like any other.
    line = fit_text(text, page)[:COLUMNS].ljust(COLUMNS)
    return _taken(session, Command("dsptxtline", (("id", "0"), ("no", "1"), ("ln", line))))


def _taken(session: Session, command: Command) -> bool:
    if command.mnemonic in session.missing:
        return False
    try:
        session.change(command)
    except RefusedByPrinterError:
        session.missing.add(command.mnemonic)
        return False
    return True
