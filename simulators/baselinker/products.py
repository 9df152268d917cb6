"""Products of a catalog: created, changed, listed, shown whole, deleted; and the log of what changed."""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, Any

from simulators.baselinker.given import entries, text, truth, whole
from simulators.baselinker.product_input import ProductInput
from simulators.baselinker.product_record import (
    blank_product,
    inventory_of,
    name_of,
    page_of,
    product_of,
    variants_of,
)
from simulators.baselinker.refusals import not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.baselinker.books import Books
    from simulators.baselinker.dispatch import Methods

_FIRST = 2685
_LOG_PAGE = 100
_SHOWN_WHOLE = (
    *("is_bundle", "sku", "ean", "asin", "tags", "tax_rate", "weight", "height", "width", "length", "star"),
    *("category_id", "manufacturer_id", "prices", "stock", "locations", "text_fields", "average_cost"),
    *("images", "links"),
)


class Change(IntEnum):
    """The kinds of entries in a product's log (getInventoryProductLogs, log_type)."""

    STOCK = 1
    PRICE = 2
    CREATION = 3
    DELETION = 4
    TEXTS = 5
    LOCATIONS = 6
    LINKS = 7
    GALLERY = 8
    BUNDLE = 10


_LOGGED = {
    "stock": Change.STOCK,
    "prices": Change.PRICE,
    "text_fields": Change.TEXTS,
    "locations": Change.LOCATIONS,
    "links": Change.LINKS,
    "images": Change.GALLERY,
    "bundle_products": Change.BUNDLE,
}


def update_product(books: Books, product: dict[str, Any], changes: Mapping[str, Any], *kinds: Change) -> None:
    """Change a product and write into its log what is different now, and `kinds` beside."""
    different = [kind for key, kind in _LOGGED.items() if key in changes and changes[key] != product[key]]
    product.update(changes)
    log_change(books, product["product_id"], *kinds, *different)


def log_change(books: Books, product_id: int, *kinds: Change) -> None:
    """Write what happened to a product into its log."""
    if kinds:
        logged = [{"type": kind.value} for kind in kinds]
        entry = {"product_id": product_id, "profile": "API", "date": books.now, "entries": logged}
        books.product_log.append(entry)


class Products:
    """The products of an account's catalogs."""

    def __init__(self, books: Books) -> None:
        self._books = books

    @property
    def methods(self) -> Methods:
        """The methods answered here."""
        return {
            "addInventoryProduct": self._add_inventory_product,
            "deleteInventoryProduct": self._delete_inventory_product,
            "getInventoryProductsList": self._get_inventory_products_list,
            "getInventoryProductsData": self._get_inventory_products_data,
            "getInventoryProductLogs": self._get_inventory_product_logs,
            "runProductMacroTrigger": self._run_product_macro_trigger,
        }

    def _add_inventory_product(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        books = self._books
        inventory = inventory_of(books, parameters)
        product_id = whole(parameters, "product_id", 0)
        is_new = not product_id
        if is_new:
            product = blank_product(books.next_id("product", _FIRST), inventory["inventory_id"])
        else:
            product = product_of(books, product_id)
            if product["inventory_id"] != inventory["inventory_id"]:
                raise not_found("product")
        reading = ProductInput(books, inventory, product)
        reading.read(parameters)
        books.products[product["product_id"]] = product
        update_product(books, product, reading.changes, *([Change.CREATION] if is_new else []))
        return {"product_id": str(product["product_id"]), "warnings": reading.warnings}

    def _delete_inventory_product(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        product = product_of(self._books, whole(parameters, "product_id"))
        for one in (product, *variants_of(self._books, product)):
            del self._books.products[one["product_id"]]
            log_change(self._books, one["product_id"], Change.DELETION)
        return {}

    def _get_inventory_products_list(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        found = page_of(self._books, parameters, variants=truth(parameters, "include_variants"))
        return {
            "products": {
                str(product["product_id"]): {
                    "id": product["product_id"],
                    **{key: product[key] for key in ("parent_id", "ean", "sku", "asin")},
                    "name": name_of(product),
                    **{key: product[key] for key in ("prices", "stock")},
                }
                for product in found
            }
        }

    def _get_inventory_products_data(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        inventory_id = inventory_of(self._books, parameters)["inventory_id"]
        wanted = [str(one) for one in entries(parameters, "products")]
        return {
            "products": {
                str(product["product_id"]): self._whole(product, parameters)
                for product in self._books.products.values()
                if product["inventory_id"] == inventory_id and str(product["product_id"]) in wanted
            }
        }

    def _whole(self, product: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
        shown = {key: product[key] for key in _SHOWN_WHOLE}
        shown["average_landed_cost"] = product["average_cost"]
        if product["is_bundle"]:
            shown["bundle_products"] = product["bundle_products"]
        if truth(parameters, "include_additional_eans"):
            shown["ean_additional"] = product["ean_additional"]
        if truth(parameters, "include_suppliers"):
            shown["suppliers"] = product["suppliers"]
        shown["variants"] = {
            str(variant["product_id"]): {
                "name": name_of(variant),
                **{key: variant[key] for key in ("sku", "ean", "prices", "stock", "locations")},
            }
            for variant in variants_of(self._books, product)
        }
        return shown

    def _get_inventory_product_logs(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        product_id, kind = whole(parameters, "product_id"), whole(parameters, "log_type", 0)
        first, last = whole(parameters, "date_from", 0), whole(parameters, "date_to", 2**40)
        log = [entry for entry in self._books.product_log if entry["product_id"] == product_id]
        # A product that was deleted has its log still.
        if not log:
            raise not_found("product")
        found = [
            {key: entry[key] for key in ("profile", "date", "entries")}
            for entry in log
            if first <= entry["date"] <= last
            and (not kind or any(one["type"] == kind for one in entry["entries"]))
        ]
        if text(parameters, "sort") == "DESC":
            found.reverse()
        page = max(whole(parameters, "page", 1), 1)
        return {"logs": found[(page - 1) * _LOG_PAGE : page * _LOG_PAGE]}

    def _run_product_macro_trigger(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        product_of(self._books, whole(parameters, "product_id"))
        return {}
