"""Catalogs ("inventories") and what belongs to them beside products: tags and names of text fields."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.baselinker.given import text, truth, whole
from simulators.baselinker.refusals import RefusedError, invalid, not_found
from simulators.baselinker.shelves import PRICE_GROUP, PRICE_GROUPS, SHOP_WAREHOUSE, WAREHOUSE, WAREHOUSES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.baselinker.books import Books
    from simulators.baselinker.dispatch import Methods

INVENTORY = 307
"""The id of the catalog that is there from the start."""

TEXT_FIELDS = {
    "name": "Nazwa",
    "description": "Opis",
    "features": "Parametry",
    **{f"description_extra{number}": f"Dodatkowy opis {number}" for number in range(1, 5)},
}
"""The text fields of a product, apart from languages and extra fields."""


class Catalog:
    """The catalogs of an account."""

    def __init__(self, books: Books) -> None:
        self._books = books
        books.inventories[INVENTORY] = {
            "inventory_id": INVENTORY,
            "name": "Domyślny",
            "description": "",
            "languages": ["pl", "en"],
            "default_language": "pl",
            "price_groups": [PRICE_GROUP],
            "default_price_group": PRICE_GROUP,
            "warehouses": [f"bl_{WAREHOUSE}", f"shop_{SHOP_WAREHOUSE}"],
            "default_warehouse": f"bl_{WAREHOUSE}",
            "reservations": False,
            "is_default": True,
        }

    @property
    def methods(self) -> Methods:
        """The methods answered here."""
        return {
            "addInventory": self._add_inventory,
            "getInventories": self._get_inventories,
            "deleteInventory": self._delete_inventory,
            "getInventoryTags": self._get_inventory_tags,
            "getInventoryAvailableTextFieldKeys": self._get_inventory_available_text_field_keys,
        }

    def _add_inventory(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        books = self._books
        inventory_id = whole(parameters, "inventory_id", 0)
        if inventory_id and inventory_id not in books.inventories:
            raise not_found("inventory")
        given = self._given(parameters)
        inventory_id = inventory_id or books.next_id("inventory", INVENTORY + 1)
        is_default = books.inventories.get(inventory_id, {}).get("is_default", False)
        books.inventories[inventory_id] = {"inventory_id": inventory_id, **given, "is_default": is_default}
        return {"inventory_id": inventory_id}

    def _given(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Return the fields of a catalog, each of which must name what is there."""
        groups, warehouses = parameters.get("price_groups", []), parameters.get("warehouses", [])
        languages = parameters.get("languages", [])
        known = {f"{one['warehouse_type']}_{one[WAREHOUSES.key]}" for one in self._records(WAREHOUSES.key)}
        if not set(groups) <= {one[PRICE_GROUPS.key] for one in self._records(PRICE_GROUPS.key)}:
            raise not_found("price group")
        if not set(warehouses) <= known:
            raise not_found("warehouse")
        found = {
            "name": text(parameters, "name"),
            "description": text(parameters, "description"),
            "languages": languages,
            "default_language": text(parameters, "default_language"),
            "price_groups": groups,
            "default_price_group": whole(parameters, "default_price_group", 0),
            "warehouses": warehouses,
            "default_warehouse": text(parameters, "default_warehouse"),
            "reservations": truth(parameters, "reservations"),
        }
        for one, many in (
            ("language", "languages"),
            ("price_group", "price_groups"),
            ("warehouse", "warehouses"),
        ):
            if found[f"default_{one}"] not in found[many]:
                raise invalid(f"default_{one} is not among {many}")
        return found

    def _records(self, key: str) -> list[dict[str, Any]]:
        return list(self._books.records[key].values())

    def _get_inventories(self, _parameters: Mapping[str, Any]) -> dict[str, Any]:
        return {"inventories": list(self._books.inventories.values())}

    def _delete_inventory(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        inventory_id = whole(parameters, "inventory_id")
        if inventory_id not in self._books.inventories:
            raise not_found("inventory")
        if self._books.inventories[inventory_id]["is_default"]:
            raise RefusedError("ERROR_INVENTORY_DEFAULT", "The default catalog cannot be deleted")
        del self._books.inventories[inventory_id]
        for product_id, product in list(self._books.products.items()):
            if product["inventory_id"] == inventory_id:
                del self._books.products[product_id]
        return {}

    def _get_inventory_tags(self, _parameters: Mapping[str, Any]) -> dict[str, Any]:
        tags = {tag for product in self._books.products.values() for tag in product["tags"]}
        return {"tags": [{"name": tag} for tag in sorted(tags)]}

    def _get_inventory_available_text_field_keys(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        inventory = self._books.inventories.get(whole(parameters, "inventory_id"))
        if inventory is None:
            raise not_found("inventory")
        keys = {
            f"{key}|{language}": f"{name} ({language})"
            for language in inventory["languages"]
            for key, name in TEXT_FIELDS.items()
        }
        return {"text_field_keys": {**TEXT_FIELDS, **keys}}
