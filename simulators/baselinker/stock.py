"""Stock and prices of many products at once: read page by page, changed by up to 1000."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.baselinker.given import as_number, mapped
from simulators.baselinker.product_record import inventory_of, page_of, variants_of
from simulators.baselinker.products import update_product
from simulators.baselinker.refusals import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.baselinker.books import Books
    from simulators.baselinker.dispatch import Methods

MOST_PRODUCTS = 1000
"""The most products of one call that changes stock or prices."""


class Stock:
    """The stock and the prices of an account's products."""

    def __init__(self, books: Books) -> None:
        self._books = books

    @property
    def methods(self) -> Methods:
        """The methods answered here."""
        return {
            "getInventoryProductsStock": self._get_inventory_products_stock,
            "getInventoryProductsPrices": self._get_inventory_products_prices,
            "updateInventoryProductsStock": self._update_inventory_products_stock,
            "updateInventoryProductsPrices": self._update_inventory_products_prices,
        }

    def _get_inventory_products_stock(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        reserves = inventory_of(self._books, parameters)["reservations"]
        products: dict[str, Any] = {}
        for product in page_of(self._books, parameters):
            entry = {"product_id": product["product_id"], **self._entry(product, "stock")}
            if reserves:
                entry["reservations"] = dict.fromkeys(product["stock"], 0)
            products[str(product["product_id"])] = entry
        return {"products": products}

    def _get_inventory_products_prices(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        found = page_of(self._books, parameters)
        return {"products": {str(one["product_id"]): self._entry(one, "prices") for one in found}}

    def _entry(self, product: Mapping[str, Any], key: str) -> dict[str, Any]:
        """Return the stock or the prices of a product, and those of its variants where it has some."""
        variants = {str(one["product_id"]): one[key] for one in variants_of(self._books, product)}
        return {key: product[key], **({"variants": variants} if variants else {})}

    def _update_inventory_products_stock(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        warehouses = inventory_of(self._books, parameters)["warehouses"]
        # The stock of an outside shop is mirrored, never set.
        return self._update(parameters, "stock", [one for one in warehouses if one.startswith("bl_")])

    def _update_inventory_products_prices(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        groups = inventory_of(self._books, parameters)["price_groups"]
        return self._update(parameters, "prices", [str(group) for group in groups])

    def _update(self, parameters: Mapping[str, Any], key: str, known: list[str]) -> dict[str, Any]:
        """Change one map of each product; a product that cannot be changed becomes a warning."""
        given = mapped(parameters, "products")
        if len(given) > MOST_PRODUCTS:
            raise RefusedError("ERROR_BAD_PRODUCTS", f"More than {MOST_PRODUCTS} products at a time")
        inventory_id = inventory_of(self._books, parameters)["inventory_id"]
        warnings: dict[str, str] = {}
        for product_id, values in given.items():
            product = self._books.products.get(int(product_id)) if product_id.isdecimal() else None
            if product is None or product["inventory_id"] != inventory_id:
                warnings[product_id] = "Product not found in this catalog"
                continue
            found = mapped({key: values}, key)
            strange = [one for one in found if one not in known]
            if strange:
                warnings[product_id] = f"{key}: not in this catalog: {', '.join(strange)}"
                continue
            numbers = {one: as_number(value, f"{key}.{one}") for one, value in found.items()}
            update_product(self._books, product, {key: {**product[key], **numbers}})
        return {"counter": len(given) - len(warnings), "warnings": warnings}
