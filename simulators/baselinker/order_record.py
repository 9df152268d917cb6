"""An order as getOrders shows it: every documented field, and how its lines become those of a receipt."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import TYPE_CHECKING, Any

from simulators.baselinker.given import as_number
from simulators.baselinker.model import Product

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.baselinker.model import StoredReceipt

_ADDRESS = ("fullname", "company", "address", "postcode", "city", "state", "country", "country_code")
_POINT = ("id", "name", "address", "postcode", "city")

TEXTS = (
    "user_login",
    "currency",
    "payment_method",
    "user_comments",
    "admin_comments",
    "email",
    "phone",
    "delivery_method",
    "delivery_package_module",
    "delivery_package_nr",
    *(f"delivery_{part}" for part in _ADDRESS),
    *(f"delivery_point_{part}" for part in _POINT),
    *(f"invoice_{part}" for part in _ADDRESS),
    "invoice_nip",
    "extra_field_1",
    "extra_field_2",
)
"""The fields of an order that are text."""

COUNTS = ("pick_state", "pack_state", "star")
"""The fields of an order that are small whole numbers and may be set."""

FLAGS = ("payment_method_cod", "want_invoice")
"""The fields of an order that are "1" or "0", as text."""

ON_REQUEST = {
    "custom_extra_fields": "include_custom_extra_fields",
    "commissions": "include_commissions",
    "connect_data": "include_connect_data",
    "discounts": "include_discounts_data",
}
"""The fields of an order that are shown only where a parameter asks for them."""

_LINE_TEXTS = ("storage", "product_id", "name", "sku", "ean", "location", "auction_id", "attributes")
_LINE_IDS = ("storage_id", "variant_id", "warehouse_id")
_LINE_NUMBERS = ("price_brutto", "tax_rate", "quantity", "weight")
_DELIVERY_RATE = Decimal(23)


def blank_order(order_id: int, now: int) -> dict[str, Any]:
    """Return an order of which nothing is known but its id and the time, in unix seconds."""
    return {
        "order_id": order_id,
        "shop_order_id": 0,
        "external_order_id": "",
        "order_source": "personal",
        "order_source_id": 0,
        "order_source_info": "-",
        "order_status_id": 1,
        "date_add": now,
        "date_confirmed": now,
        "date_in_status": now,
        "confirmed": True,
        **dict.fromkeys(TEXTS, ""),
        **dict.fromkeys(FLAGS, "0"),
        **dict.fromkeys(COUNTS, 0),
        "payment_done": Decimal(0),
        "delivery_method_id": 0,
        "delivery_price": Decimal(0),
        "order_page": f"https://orders.example.com/{order_id}",
        "crm_client_id": 0,
        "custom_extra_fields": {},
        "commissions": [],
        "connect_data": {},
        "discounts": [],
        "products": [],
    }


def order_for(receipt: StoredReceipt) -> dict[str, Any]:
    """Return the order a receipt was issued for; its delivery is a line of the receipt, not a price of its own."""
    return {
        **blank_order(receipt.order_id, receipt.date_add),
        "currency": receipt.currency,
        "payment_method": receipt.payment_method,
        "payment_done": Decimal(receipt.total) / 100,
        "delivery_method": "Kurier",
        "email": f"klient{receipt.order_id}@example.com",
        "invoice_nip": receipt.nip,
        "order_source": "shop",
        "order_source_id": 1,
        "products": [
            order_line(
                receipt.order_id * 100 + place,
                {
                    "name": product.name,
                    "price_brutto": product.price_brutto,
                    "tax_rate": product.tax_rate,
                    "quantity": product.quantity,
                    "sku": product.sku,
                    "ean": product.ean,
                },
            )
            for place, product in enumerate(receipt.products, 1)
        ],
    }


def order_line(order_product_id: int, given: Mapping[str, Any]) -> dict[str, Any]:
    """Return a line of an order as getOrders shows it."""
    line = {
        "storage": "db",
        "storage_id": 0,
        "order_product_id": order_product_id,
        "product_id": "",
        "variant_id": 0,
        "name": "",
        "sku": "",
        "ean": "",
        "location": "",
        "warehouse_id": 0,
        "auction_id": "0",
        "attributes": "",
        "price_brutto": Decimal(0),
        "tax_rate": Decimal(0),
        "quantity": Decimal(1),
        "weight": Decimal(0),
        "bundle_id": 0,
    }
    return {**line, **line_changes(given)}


def line_changes(given: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of an order's line that parameters set, each in its type."""
    there = {key: value for key, value in given.items() if value is not None}
    changes: dict[str, Any] = {key: str(there[key]) for key in _LINE_TEXTS if key in there}
    changes |= {key: _id(there[key]) for key in _LINE_IDS if key in there}
    changes |= {key: as_number(there[key], key) for key in _LINE_NUMBERS if key in there}
    return changes


def _id(value: Any) -> int | str:
    """Return an id as a number where it is one: ids of outside storages may be any text."""
    found = str(value or 0)
    return int(found) if found.isdecimal() else found


def order_value(order: Mapping[str, Any]) -> Decimal:
    """Return what an order costs in all, each line rounded half up."""
    lines = sum(
        (
            (line["price_brutto"] * line["quantity"]).quantize(Decimal("0.01"), ROUND_HALF_UP)
            for line in order["products"]
        ),
        Decimal(0),
    )
    return lines + Decimal(order["delivery_price"])


def products_of(order: Mapping[str, Any]) -> list[Product]:
    """Return the lines of the receipt for an order: its products, and its delivery as an ordinary last line."""
    names = ("name", "price_brutto", "tax_rate", "quantity", "sku", "ean")
    lines = [Product(**{name: line[name] for name in names if name in line}) for line in order["products"]]
    if order["delivery_price"]:
        name = order["delivery_method"] or "Dostawa"
        lines.append(Product(name, Decimal(order["delivery_price"]), _DELIVERY_RATE))
    return lines
