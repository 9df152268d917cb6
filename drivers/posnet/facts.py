"""What the plan of a receipt has to know of one printer: read from it at the start, never assumed (posnet.md 17)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.posnet.text import PAGES, Page

if TYPE_CHECKING:
    from decimal import Decimal

ONLINE_NAME_LENGTH, OLDER_NAME_LENGTH = 80, 40
ONLINE_DESCRIPTION_LENGTH, OLDER_DESCRIPTION_LENGTH = 50, 35


@dataclass(frozen=True, slots=True)
class DeviceFacts:
    """One printer as it described itself. What is not known has the value that is safe on every model.

    `vat` are the seven rates of `vatget` in percent, A to G: 100 exempt, 101 not in use. `code_page` is the name of
    a page of `drivers.posnet.text`. Lengths are characters. The rest tells which commands and counters exist.
    """

    vat: tuple[Decimal, ...]
    code_page: str
    name_length: int = OLDER_NAME_LENGTH
    description_length: int = OLDER_DESCRIPTION_LENGTH
    tokens: bool = True
    nip_command: bool = False
    """`trnipset`; without it the buyer's NIP is printed as a line of the footer (posnet.md 8.7)."""
    transfer_payment: bool = False
    """Payment form 8 is a bank transfer; on older firmware it is a customer's account (posnet.md 8.6)."""
    cancel_counters: bool = False
    """`scnt` has `bt` and `bc`."""
    document_numbers: bool = False
    """`eclastdocnoget` tells numbers of the protected memory."""
    edocuments: bool = False
    """Electronic receipts are wanted here, and the service of the printer is on (`eparagonstatusget`)."""

    @property
    def page(self) -> Page:
        """The code page itself."""
        return PAGES[self.code_page]

    @classmethod
    def online(cls, vat: tuple[Decimal, ...], code_page: str) -> DeviceFacts:
        """Return what an ONLINE model has."""
        return cls(
            vat=vat,
            code_page=code_page,
            name_length=ONLINE_NAME_LENGTH,
            description_length=ONLINE_DESCRIPTION_LENGTH,
            nip_command=True,
            transfer_payment=True,
            cancel_counters=True,
            document_numbers=True,
        )
