"""How far the journal of this place had come: the number of its newest line, in a file beside it.

The file may lag behind the journal, never run ahead of it: the journal's line is on disk before the number is
written. A journal that knows less than this file is an older copy that somebody put in its place.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from bridge import messages
from bridge.journal import JournalBusyError, JournalFullError
from bridge.journal.guard import SAFE_MODE
from bridge.log import say
from bridge.whole_file import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from bridge.journal import Journal

# An older copy that lies behind by less than this would not be noticed; in exchange the card is spared.
_WRITE_EVERY = 60.0


def epoch_file(journal_path: Path) -> Path:
    """Return the file that belongs to a journal."""
    return journal_path.with_name(f"{journal_path.name}.epoch")


def read_epoch(path: Path) -> int | None:
    """Return the number in the file, None when there is no file or no number in it."""
    try:
        text = path.read_text("ascii", "replace").strip()
    except OSError:
        return None
    return int(text) if text.isascii() and text.isdigit() else None


class EpochKeeper:
    """Carries the file along behind a journal."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._path = epoch_file(journal.path)
        self._written = read_epoch(self._path)
        self._told = False

    def keep(self) -> bool:
        """Bring the file up to where the journal is; return whether it is there. What cannot be written is told once.

        To be called only while the journal is believed.
        """
        last = self._journal.guard.last_line()
        if last == self._written:
            return True
        try:
            with whole_file(self._path) as file:
                file.write(f"{last}\n".encode())
        except OSError as error:
            self._tell(error)
            return False
        self._written, self._told = last, False
        return True

    def _tell(self, error: OSError) -> None:
        if not self._told:
            self._told = True
            say(
                messages.EPOCH_UNWRITTEN,
                f"{self._path} cannot be written: {error.strerror}; an old copy of the journal may go unnoticed",
            )


class EpochRounds:
    """Looks after the epoch while the daemon runs: at most once a minute, and once more at its end."""

    def __init__(self, journal: Journal, monotonic: Callable[[], float]) -> None:
        self._journal = journal
        self._monotonic = monotonic
        self._keeper = EpochKeeper(journal)
        self._due = monotonic()

    def go(self, *, last: bool = False) -> None:
        """Keep the epoch if it is time, or if this is the `last` time."""
        with suppress(JournalBusyError, JournalFullError):
            if (last or self._monotonic() >= self._due) and self._journal.guard.read(SAFE_MODE) is None:
                self._due = self._monotonic() + _WRITE_EVERY
                self._keeper.keep()
