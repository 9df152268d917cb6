"""A product as the catalog holds it, and which products a listing finds."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulators.baselinker.given import as_number, is_given, text, whole
from simulators.baselinker.refusals import invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulators.baselinker.books import Books

PAGE = 1000
"""Products a page, of every listing of a catalog."""

_EQUAL = {
    "filter_id": "product_id",
    "filter_category_id": "category_id",
    "filter_sku": "sku",
    "filter_ean": "ean",
    "filter_asin": "asin",
}


def blank_product(product_id: int, inventory_id: int) -> dict[str, Any]:
    """Return a product of which nothing is known but its id and its catalog."""
    return {
        "product_id": product_id,
        "inventory_id": inventory_id,
        "parent_id": 0,
        "is_bundle": False,
        **dict.fromkeys(("sku", "ean", "asin"), ""),
        "ean_additional": [],
        "tags": [],
        **dict.fromkeys(("tax_rate", "weight", "height", "width", "length", "average_cost"), Decimal(0)),
        **dict.fromkeys(("star", "category_id", "manufacturer_id"), 0),
        **{name: {} for name in ("prices", "stock", "locations", "text_fields", "images", "links")},
        "bundle_products": {},
        "suppliers": [],
    }


def inventory_of(books: Books, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return the catalog that parameters name, or refuse."""
    inventory = books.inventories.get(whole(parameters, "inventory_id"))
    if inventory is None:
        raise not_found("inventory")
    return inventory


def product_of(books: Books, product_id: int) -> dict[str, Any]:
    """Return a product or a variant by id, or refuse."""
    if product_id not in books.products:
        raise not_found("product")
    return books.products[product_id]


def variants_of(books: Books, product: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the variants of a product, the oldest first."""
    return [one for one in books.products.values() if one["parent_id"] == product["product_id"]]


def name_of(product: Mapping[str, Any]) -> str:
    """Return the name of a product in its catalog's own language."""
    return str(product["text_fields"].get("name", ""))


def page_of(books: Books, parameters: Mapping[str, Any], *, variants: bool = False) -> list[dict[str, Any]]:
    """Return one page of the products that pass every filter; pages count from 1."""
    inventory = inventory_of(books, parameters)
    found = [
        product
        for product in books.products.values()
        if product["inventory_id"] == inventory["inventory_id"]
        and (variants or not product["parent_id"])
        and _passes(product, inventory, parameters)
    ]
    found.sort(key=lambda product: product["product_id"], reverse=_is_descending(parameters))
    page = max(whole(parameters, "page", 1), 1)
    return found[(page - 1) * PAGE : page * PAGE]


def _passes(product: Mapping[str, Any], inventory: Mapping[str, Any], given: Mapping[str, Any]) -> bool:
    price = product["prices"].get(str(inventory["default_price_group"]), Decimal(0))
    stock = sum(product["stock"].values(), Decimal(0))
    equal = all(
        text(given, name) == str(product[key]) for name, key in _EQUAL.items() if is_given(given, name)
    )
    return (
        equal
        and text(given, "filter_name").casefold() in name_of(product).casefold()
        and _is_within("price", price, given)
        and _is_within("stock", stock, given)
        and (not is_given(given, "filter_locations") or _lies_in(product["locations"].values(), given))
    )


def _is_within(what: str, found: Decimal, given: Mapping[str, Any]) -> bool:
    least, most = f"filter_{what}_from", f"filter_{what}_to"
    return (not is_given(given, least) or found >= as_number(given[least], least)) and (
        not is_given(given, most) or found <= as_number(given[most], most)
    )


def _lies_in(locations: Iterable[str], given: Mapping[str, Any]) -> bool:
    return text(given, "filter_locations") in locations


def _is_descending(parameters: Mapping[str, Any]) -> bool:
    order = text(parameters, "filter_sort").casefold() or "id asc"
    if order not in ("id", "id asc", "id desc"):
        raise invalid("filter_sort is neither 'id ASC' nor 'id DESC'")
    return order == "id desc"
