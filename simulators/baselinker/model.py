"""What the simulated account holds: receipts, their products, orders, series."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EXEMPT = Decimal(-1)
"""BaseLinker's tax_rate for goods exempt from VAT (ZW)."""


@dataclass(frozen=True, slots=True)
class Product:
    """One line of a receipt; `price_brutto` is the gross price of one piece."""

    name: str
    price_brutto: Decimal
    tax_rate: Decimal = Decimal(23)
    quantity: Decimal = Decimal(1)
    sku: str = ""
    ean: str = ""


@dataclass(frozen=True, slots=True)
class Series:
    """A numbering series; `kind` is INVOICE, CORRECTION or RECEIPT."""

    series_id: int
    name: str
    kind: str = "RECEIPT"
    pattern: str = "%N/%M/%Y/P"


@dataclass(frozen=True, slots=True)
class StoredReceipt:
    """A receipt of the account, and what became of it. Never changed in place.

    `entry` and `details` replace or add fields in getNewReceipts and getReceipt as they are, whatever they hold.
    """

    receipt_id: int
    series_id: int
    receipt_full_nr: str
    order_id: int
    date_add: int
    products: tuple[Product, ...]
    payment_method: str = ""
    nip: str = ""
    currency: str = "PLN"
    entry: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    listed: bool = True
    printed: bool = False
    external_receipt_number: str = ""
    printed_at: int | None = None
    printer_name: str = ""
    printer_error: bool = False
    file: bytes | None = None

    @property
    def total(self) -> int:
        """The gross total in grosze."""
        return gross_total(self.products)


def gross_total(products: Iterable[Product]) -> int:
    """Return the sum of price x quantity in grosze, each line rounded half up; in fractions, apart from the drivers."""
    return sum(
        int(Fraction(product.price_brutto) * Fraction(product.quantity) * 100 + Fraction(1, 2))
        for product in products
    )
