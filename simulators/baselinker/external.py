"""Storages of outside shops: goods whose quantities alone can be changed from here."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulators.baselinker.given import as_number, entries, text, whole
from simulators.baselinker.refusals import RefusedError, not_found
from simulators.baselinker.shelves import SHOP_WAREHOUSE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.baselinker.books import Books
    from simulators.baselinker.dispatch import Methods

STORAGE = f"shop_{SHOP_WAREHOUSE}"
"""The storage that is there from the start."""

_PAGE = 100
_MOST = 1000


class ExternalStorages:
    """The outside storages of an account: two products, one of them with a variant."""

    def __init__(self, books: Books) -> None:
        del books
        self._quantities: dict[str, dict[str, Decimal]] = {
            "71": {"0": Decimal(5)},
            "72": {"0": Decimal(0), "721": Decimal(3)},
        }

    @property
    def methods(self) -> Methods:
        """The methods answered here."""
        return {
            "getExternalStoragesList": self._get_external_storages_list,
            "getExternalStorageProductsQuantity": self._get_external_storage_products_quantity,
            "updateExternalStorageProductsQuantity": self._update_external_storage_products_quantity,
        }

    def _get_external_storages_list(self, _parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {"storages": [{"storage_id": STORAGE, "name": "Sklep obcy", "methods": sorted(self.methods)}]}

    def _get_external_storage_products_quantity(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        page = max(whole(parameters, "page", 1), 1)
        listed = list(self._quantities.items())[(page - 1) * _PAGE : page * _PAGE]
        products = [
            {
                "product_id": product_id,
                "quantity": quantities["0"],
                "variants": [
                    {"variant_id": variant, "quantity": quantity}
                    for variant, quantity in quantities.items()
                    if variant != "0"
                ],
            }
            for product_id, quantities in listed
        ]
        return {"storage_id": _storage(parameters), "products": products}

    def _update_external_storage_products_quantity(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        _storage(parameters)
        products = entries(parameters, "products")
        if len(products) > _MOST:
            raise RefusedError("ERROR_BAD_PRODUCTS", f"More than {_MOST} products at a time")
        warnings: dict[str, str] = {}
        for product in products:
            # Three places: product, variant or 0, quantity.
            if not isinstance(product, list) or len(product) != 3:
                raise RefusedError("ERROR_BAD_PRODUCTS", "A product is no list of three entries")
            product_id, variant, quantity = str(product[0]), str(product[1]), product[2]
            if variant not in self._quantities.get(product_id, {}):
                warnings[product_id] = "Product not found"
            else:
                self._quantities[product_id][variant] = as_number(quantity, "quantity")
        return {"counter": len(products), "warnings": warnings}


def _storage(parameters: Mapping[str, Any]) -> str:
    storage = text(parameters, "storage_id")
    if storage != STORAGE:
        raise not_found("storage")
    return storage
