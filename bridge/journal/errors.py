"""What can be wrong with the journal. None of these is ever answered by writing a new file over the old one.

JournalError              the daemon must not print while it stands
├── JournalDamagedError   not a journal, or its pages contradict each other
├── JournalNewerError     written by a newer version of the program
├── JournalFullError      the disk has no room: nothing was written, nothing may be printed
├── JournalBusyError      another process holds the write lock for too long
└── JournalLockedError    another daemon works on this journal
"""

from __future__ import annotations

from drivers.sentences import sentences


class JournalError(Exception):
    """The journal cannot be used; `cure` says what to do."""

    def __init__(self, what: str, *, cure: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.cure = cure

    def __str__(self) -> str:
        return sentences(self.what, self.cure)


class JournalDamagedError(JournalError):
    """The file is not a journal or is damaged; it was not touched."""


class JournalNewerError(JournalError):
    """The file was written by a newer version of the program; it was not touched."""


class JournalFullError(JournalError):
    """The disk has no room left; the change was not written."""


class JournalBusyError(JournalError):
    """Another process holds the journal's write lock; the change was not written."""


class JournalLockedError(JournalError):
    """Another daemon works on this journal; two of them would print twice."""
