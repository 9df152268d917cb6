"""The journal: one SQLite file, the only memory of the bridge."""

from bridge.journal.entry import Beat, Change, Entry, FileEntry
from bridge.journal.errors import (
    JournalBusyError,
    JournalDamagedError,
    JournalError,
    JournalFullError,
    JournalLockedError,
    JournalNewerError,
)
from bridge.journal.journal import ChangedMeanwhileError, Journal
from bridge.journal.lock import DaemonLock
from bridge.journal.states import Event, IllegalMoveError, State

__all__ = [
    "Beat",
    "Change",
    "ChangedMeanwhileError",
    "DaemonLock",
    "Entry",
    "Event",
    "FileEntry",
    "IllegalMoveError",
    "Journal",
    "JournalBusyError",
    "JournalDamagedError",
    "JournalError",
    "JournalFullError",
    "JournalLockedError",
    "JournalNewerError",
    "State",
]
