"""What can be different, and what must be known besides, as values; `words` tells them to people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date


class Kind(StrEnum):
    """The kinds of differences; the words are stable."""

    NOT_CONFIRMED = "not_confirmed"
    """Printed, and BaseLinker has no number of it."""
    OTHER_NUMBER = "other_number"
    """BaseLinker has another number."""
    OTHER_TOTAL = "other_total"
    """BaseLinker has another total."""
    OTHER_RATES = "other_rates"
    """BaseLinker has the same total under other VAT rates."""
    OTHER_PRINTER = "other_printer"
    """BaseLinker has it as printed by another printer."""
    NOT_IN_BASELINKER = "not_in_baselinker"
    """Printed, and BaseLinker does not show it."""
    NOT_IN_JOURNAL = "not_in_journal"
    """BaseLinker issued it, and the journal has never seen it."""
    NOT_AT_PRINTER = "not_at_printer"
    """In the journal, and the printer sold nothing at that time."""
    OTHER_DEVICE = "other_device"
    """Printed on another device than the one that answers now."""
    PENDING = "pending"
    """Held, being printed or waiting: nobody has proven anything."""
    NUMBER_GAP = "number_gap"
    """A number of the printer that no receipt of the journal has: sold by somebody else, or cancelled."""
    NUMBER_TWICE = "number_twice"
    """Two receipts of the journal with one number."""
    NUMBER_BEYOND = "number_beyond"
    """A number the printer has not given."""
    COUNT = "count"
    """The printer counts more or fewer receipts than the journal and the numbers explain."""
    VAT_TOTALS = "vat_totals"
    """The printer's total of a VAT rate is another one."""


class Word(StrEnum):
    """What a source says."""

    NOTHING = "nothing"
    NOT_ASKED = "not_asked"
    CANNOT_TELL = "cannot_tell"
    CONFIRMED = "confirmed"
    PRINTED = "printed"
    PUT_AWAY = "put_away"
    HELD = "held"
    MAY_BE_PRINTED = "may_be_printed"
    WAITING = "waiting"
    ISSUED = "issued"
    NUMBERED = "numbered"
    SUM = "sum"
    COUNT = "count"


@dataclass(frozen=True, slots=True)
class Says:
    """What one source says: a word, and the number, amount in grosze, or name that go with it."""

    word: Word
    number: str = ""
    grosze: int | None = None
    name: str = ""


NOTHING, NOT_ASKED, CANNOT_TELL = Says(Word.NOTHING), Says(Word.NOT_ASKED), Says(Word.CANNOT_TELL)


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference: to which receipt, number, report or rate, and what each of the three says."""

    kind: Kind
    printer: str
    journal: Says
    device: Says
    baselinker: Says
    receipt_id: int | None = None
    order_id: int | None = None
    number: str = ""
    report: int | None = None
    rate: str = ""


class NoteKind(StrEnum):
    """What must be known beside the differences; the words are stable."""

    NO_TOTALS = "no_totals"
    """The printer keeps no totals: two ways only."""
    NOT_READ = "not_read"
    """The printer could not be asked."""
    NO_RECORDS = "no_records"
    """Its firmware cannot read back a daily report."""
    TRAINING = "training"
    """It is in training mode, which stores no reports."""
    RECORD_MISSING = "record_missing"
    """It refused a report that it has made."""
    RUNNING = "running"
    """The day has no daily report yet."""
    CANCELLED = "cancelled"
    """It cancelled receipts, which have numbers too."""
    INVOICES = "invoices"
    """It printed invoices, which nothing here knows."""
    SPANS = "spans"
    """A report closed sales of several days: they are compared as a whole."""
    NOT_COMPARED = "not_compared"
    """Receipts of which the printer cannot tell anything."""
    NUMBERS_NOT_TOLD = "numbers_not_told"
    """BaseLinker shows a printer's number for none of the receipts."""
    NUMBERS_NOT_ASKED = "numbers_not_asked"
    """BaseLinker was not asked for numbers."""
    BASELINKER_NOT_READ = "baselinker_not_read"
    """BaseLinker could not be asked to the end."""
    MAY_BE_INCOMPLETE = "may_be_incomplete"
    """BaseLinker's list may lack receipts."""


INCOMPLETE = frozenset({NoteKind.NOT_READ, NoteKind.BASELINKER_NOT_READ, NoteKind.MAY_BE_INCOMPLETE})
"""With one of these nothing is proven to be balanced: it ought to have been asked, and was not."""


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to know; `printer` is '' where it is about BaseLinker."""

    kind: NoteKind
    printer: str = ""
    count: int = 0
    grosze: int | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Sum:
    """What was sold at a printer under one VAT rate, three ways in grosze; None where a source cannot tell."""

    printer: str
    rate: str
    journal: int
    device: int | None
    baselinker: int | None


@dataclass(frozen=True, slots=True)
class Row:
    """One receipt of the journal with what BaseLinker has of it, for the accountant's table."""

    receipt_id: int
    order_id: int | None
    number: str
    report: int | None
    printed_at: int
    journal: int | None
    baselinker: int | None


@dataclass(frozen=True, slots=True)
class TillBalance:
    """The day of one printer."""

    printer: str
    rows: tuple[Row, ...]
    sums: tuple[Sum, ...]
    differences: tuple[Difference, ...]
    notes: tuple[Note, ...]

    @property
    def matched(self) -> int:
        """How many of its receipts stand in no difference."""
        different = {difference.receipt_id for difference in self.differences}
        return sum(row.receipt_id not in different for row in self.rows)

    @property
    def total(self) -> Sum:
        """The sum of all rates; what a source cannot tell of one rate it tells of none."""
        device, baselinker = ([one.device for one in self.sums], [one.baselinker for one in self.sums])
        return Sum(
            self.printer,
            "",
            journal=sum(one.journal for one in self.sums),
            device=_whole(device),
            baselinker=_whole(baselinker),
        )


def _whole(amounts: list[int | None]) -> int | None:
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if len(known) == len(amounts) else None


@dataclass(frozen=True, slots=True)
class Balance:
    """The day of all printers; `notes` are about BaseLinker."""

    day: date
    tills: tuple[TillBalance, ...]
    notes: tuple[Note, ...] = ()

    @property
    def differences(self) -> tuple[Difference, ...]:
        """The differences of all printers."""
        return tuple(difference for till in self.tills for difference in till.differences)

    @property
    def complete(self) -> bool:
        """Whether everybody was asked who can tell."""
        notes = [*self.notes, *(note for till in self.tills for note in till.notes)]
        return not any(note.kind in INCOMPLETE for note in notes)

    @property
    def balanced(self) -> bool:
        """Whether it is complete and without a difference."""
        return self.complete and not self.differences
