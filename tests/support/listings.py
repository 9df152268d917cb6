"""Entries of getNewReceipts, as documented, for tests."""

from __future__ import annotations

from typing import Any


def product(**changes: Any) -> dict[str, Any]:
    """Return one line, 2 x 10.50 at 23 %."""
    line = {
        "name": "Herbata",
        "price_brutto": "10.50",
        "tax_rate": 23,
        "quantity": 2,
        "sku": "H-1",
        "ean": "",
    }
    return line | changes


def listed(receipt_id: int = 1, **changes: Any) -> dict[str, Any]:
    """Return one entry of the waiting list with one line."""
    entry = {
        "receipt_id": receipt_id,
        "series_id": 5,
        "receipt_full_nr": f"{receipt_id}/11/2026/P",
        "order_id": 100 + receipt_id,
        "date_add": 1_790_000_000,
        "payment_method": "Gotówka",
        "nip": "",
        "products": [product()],
    }
    return entry | changes
