"""One switch for everything that nobody knows about the real BaseLinker (baselinker-api.md, section 8).

The defaults are the likeliest guess. A program that is right with every combination is right with the real one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class LongNumber(StrEnum):
    """What happens to a receipt_nr of more than 20 characters."""

    KEEP = "keep"
    CUT = "cut"
    REFUSE = "refuse"


class ExternalNumber(StrEnum):
    """What getReceipt shows as external_receipt_number after setOrderReceipt."""

    SAME = "same"
    EMPTY = "empty"
    OTHER = "other"


class ListOrder(StrEnum):
    """In which order getNewReceipts lists."""

    OLDEST_FIRST = "oldest first"
    NEWEST_FIRST = "newest first"
    MIXED = "mixed"


@dataclass(frozen=True, slots=True)
class Behaviour:
    """How the simulated service behaves where the real one is unknown."""

    printer_error_leaves_list: bool = True
    """Whether `printer_error: true` takes the receipt off the waiting list."""
    confirms_twice: bool = True
    """Whether a second setOrderReceipt succeeds; otherwise it is refused."""
    confirms_unknown: bool = False
    """Whether setOrderReceipt for an unknown or deleted receipt succeeds; otherwise it is refused."""
    long_number: LongNumber = LongNumber.CUT
    external_number: ExternalNumber = ExternalNumber.SAME
    knows_id_from: bool = True
    """Whether getNewReceipts looks at id_from at all."""
    series_zero_is_all: bool = True
    """Whether `series_id: 0` means all series; otherwise none."""
    list_order: ListOrder = ListOrder.OLDEST_FIRST
    list_size: int | None = 100
    """The longest list of getNewReceipts; None for no limit."""
    getreceipts_shows_waiting: bool = True
    """Whether getReceipts includes receipts that are not printed yet."""
    container: str = "orders"
    """The key of getNewReceipts' list."""
    lists_as_objects: bool = False
    """Whether lists come as objects with the keys "0", "1"; empty ones stay []."""
    maps_empty_as_lists: bool = True
    """Whether an empty object comes as [], as PHP writes it."""
    looks_as_in_samples: bool = True
    """Whether values come as the documentation's samples print them where those differ from the declared types."""
    numbers_as_text: bool = False
    """Whether numbers come as text."""
    zero_as_empty: bool = False
    """Whether a number that is zero comes as ""."""
    unknown_fields: bool = False
    """Whether replies hold fields that no documentation names."""
    escapes_unicode: bool = True
    """Whether letters beyond ASCII come as \\u escapes, as PHP writes them by default."""
    refuses_missing: bool = True
    """Whether a call without a documented parameter is refused, where the sources say that it is needed."""
    refuses_long_text: bool = True
    """Whether a text longer than documented is refused; otherwise it is kept. `long_number` goes before it."""
    added_orders_are_confirmed: bool = True
    """Whether an order that came through addOrder is confirmed at once."""
    journal_is_on: bool = True
    """Whether getJournalList tells anything: accounts have to switch it on."""
    journal_repeats_last: bool = False
    """Whether getJournalList begins with the entry last_log_id names, or with the next."""
    refuses_bad_images: bool = False
    """Whether a picture that cannot be taken refuses the whole product; otherwise it is told as a warning."""
