"""What a printer tells of its counters and of the open transaction, as frozen values (posnet.md 7.1, 11.1 and 11.3).

What older firmware does not tell is None, and nothing is concluded from it.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Self

from drivers.posnet.values import SLOTS, read_truth, read_whole

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivers.posnet.frames import Answer

Totals = tuple[int, ...]
"""Grosze of the seven VAT slots, A to G."""

NOTHING: Totals = (0,) * SLOTS


class UnreadableAnswerError(ValueError):
    """An answer lacks a field that every generation has, or it cannot be read."""


def field_of(answer: Answer, name: str) -> bytes:
    """Return a field that must be there. Raises UnreadableAnswerError."""
    value = answer.get(name)
    if value is None:
        raise UnreadableAnswerError(f"the answer to {answer.mnemonic} has no field {name}")
    return value


def whole_of(answer: Answer, name: str) -> int:
    """Return a whole number that must be there. Raises UnreadableAnswerError."""
    try:
        return read_whole(field_of(answer, name))
    except ValueError as error:
        raise UnreadableAnswerError(f"{answer.mnemonic} {name}: {error}") from None


def optional_whole(answer: Answer, name: str) -> int | None:
    """Return a whole number, None when the firmware does not tell it. Raises UnreadableAnswerError."""
    return None if answer.get(name) in (None, b"") else whole_of(answer, name)


def truth_of(answer: Answer, name: str) -> bool:
    """Return a bool; false when it is not told. Raises UnreadableAnswerError."""
    value = answer.get(name)
    if value is None:
        return False
    try:
        return read_truth(value)
    except ValueError as error:
        raise UnreadableAnswerError(f"{answer.mnemonic} {name}: {error}") from None


def totals_of(answer: Answer, letter: str) -> Totals:
    """Return seven amounts such as `pa` to `pg`. Raises UnreadableAnswerError."""
    return tuple(whole_of(answer, f"{letter}{slot}") for slot in "abcdefg")


@dataclass(frozen=True, slots=True)
class Counters:
    """The counters of one moment (posnet.md 11.1).

    `reports` is `scnt rd`, `printouts` hn, `finished` bn, `cancelled` bc, `receipts` bt. The documents are those of
    `eclastdocnoget` 0 and 1. What begins with `day` is `stot` since the last daily report. `ram_clears` is `sfsk cl`.
    """

    reports: int
    printouts: int
    finished: int
    cancelled: int | None
    receipts: int | None
    receipt_document: int | None
    cancelled_document: int | None
    day_totals: Totals
    day_finished: int
    day_cancelled: int | None
    ram_clears: int | None

    @property
    def number(self) -> int:
        """The number of the last receipt as it is printed.

        Older firmware does not tell it; it counts finished and cancelled receipts with one another (posnet.md 11.1).
        """
        if self.receipts is not None:
            return self.receipts
        return self.finished + (self.day_cancelled or 0)

    def to_json(self) -> dict[str, Any]:
        """Return the counters as JSON."""
        return {**asdict(self), "day_totals": list(self.day_totals)}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the counters that `to_json` wrote."""
        return cls(**{**value, "day_totals": tuple(value["day_totals"])})


def counters_of(
    scnt: Answer, stot: Answer, documents: tuple[int | None, int | None], ram_clears: int | None
) -> Counters:
    """Return the counters out of the answers that tell them. Raises UnreadableAnswerError."""
    return Counters(
        reports=whole_of(scnt, "rd"),
        printouts=whole_of(scnt, "hn"),
        finished=whole_of(scnt, "bn"),
        cancelled=optional_whole(scnt, "bc"),
        receipts=optional_whole(scnt, "bt"),
        receipt_document=documents[0],
        cancelled_document=documents[1],
        day_totals=totals_of(stot, "p"),
        day_finished=whole_of(stot, "pn"),
        day_cancelled=optional_whole(stot, "cn"),
        ram_clears=ram_clears,
    )


@dataclass(frozen=True, slots=True)
class Transaction:
    """What `strns` tells of the open receipt, or of the last one when none is open.

    `footer_open` means that it is fiscal already and only `trftrend` is missing.
    """

    is_open: bool
    totals: Totals = NOTHING
    paid: int = 0
    footer_open: bool = False


def transaction_of(strns: Answer) -> Transaction:
    """Return the transaction. Raises UnreadableAnswerError."""
    return Transaction(
        is_open=whole_of(strns, "to") != 0,
        totals=totals_of(strns, "v"),
        paid=optional_whole(strns, "fp") or 0,
        footer_open=truth_of(strns, "fe"),
    )


@dataclass(frozen=True, slots=True)
class ReportRecord:
    """A stored daily report (`fmrecrd`): its number, and the receipts it closed."""

    number: int
    totals: Totals
    finished: int
    cancelled: int | None


def record_of(fmrecrd: Answer) -> ReportRecord:
    """Return the record of a daily report. Raises UnreadableAnswerError."""
    return ReportRecord(
        number=whole_of(fmrecrd, "no"),
        totals=totals_of(fmrecrd, "p"),
        finished=whole_of(fmrecrd, "pn"),
        cancelled=optional_whole(fmrecrd, "cn"),
    )


@dataclass(frozen=True, slots=True)
class Readings:
    """Everything a verdict is taken from, read at one time.

    `owner` is `sdev tl`: 0 nobody, 1 PC1, 2 PC2, 3 the printer itself, None when it does not tell. `record` is the last
    daily report, read when one was made since the mark.
    """

    device: str
    counters: Counters
    transaction: Transaction
    owner: int | None = None
    record: ReportRecord | None = None
