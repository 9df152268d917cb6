"""Valid parameters for every documented method, made from the documentation's data and what an account holds."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from simulators.baselinker.catalog import INVENTORY
from simulators.baselinker.external import STORAGE
from simulators.baselinker.model import Product
from simulators.baselinker.shelves import (
    CATEGORY,
    CLIENT,
    MANUFACTURER,
    PAYER,
    PRICE_GROUP,
    SUPPLIER,
    WAREHOUSE,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.baselinker.account import Account
    from simulators.baselinker.documentation import Method, Value

PDF = "data:JVBERi0xLjQK"

ORDER = {
    "order_status_id": 1,
    "date_add": 1_700_000_000,
    "currency": "PLN",
    "payment_method": "BLIK",
    "payment_method_cod": False,
    "paid": False,
    "email": "klient@example.com",
    "phone": "500600700",
    "delivery_method": "Kurier",
    "delivery_price": 15.99,
    "delivery_fullname": "Żaneta Gęś",
    "delivery_address": "Wąska 1",
    "delivery_postcode": "00-950",
    "delivery_city": "Łódź",
    "delivery_country_code": "PL",
    "products": [
        {"name": "Kubek „Łąka”", "price_brutto": 39.9, "tax_rate": 23, "quantity": 2, "sku": "KUB-1"},
        {"name": "Świeca", "price_brutto": 54, "tax_rate": 23, "quantity": 1, "ean": "5901234123457"},
    ],
}
"""What addOrder needs, and two products."""


def furnish(account: Account) -> dict[str, Any]:
    """Fill an account with one of each thing and return the values that name them, by parameter."""
    receipt = account.add([Product("Kubek", Decimal("39.90"))])
    order_id = account.answer("addOrder", ORDER)["order_id"]
    other_id = account.answer("addOrder", ORDER)["order_id"]
    invoice_id = account.answer("addInvoice", {"order_id": order_id, "series_id": 2})["invoice_id"]
    inventory = account.answer("getInventories", {})["inventories"][0]
    spare = {**inventory, "inventory_id": "", "name": "Zapasowy"}
    product = {"inventory_id": INVENTORY, "text_fields": {"name": "Kubek"}, "stock": {f"bl_{WAREHOUSE}": 5}}
    product_id = int(account.answer("addInventoryProduct", product)["product_id"])
    return {
        "receipt_id": receipt.receipt_id,
        "order_id": order_id,
        "main_order_id": order_id,
        "order_ids": [order_id],
        "order_ids_to_merge": [other_id],
        "items_to_split": [{"order_product_id": _line(account, order_id), "quantity": 1}],
        "order_product_id": _line(account, order_id),
        "invoice_id": invoice_id,
        "original_invoice_id": invoice_id,
        "order_status_id": 1,
        "status_id": 1,
        "inventory_id": INVENTORY,
        "spare_inventory_id": account.answer("addInventory", spare)["inventory_id"],
        "product_id": product_id,
        "price_group_id": PRICE_GROUP,
        "warehouse_id": WAREHOUSE,
        "category_id": CATEGORY,
        "manufacturer_id": MANUFACTURER,
        "supplier_id": SUPPLIER,
        "payer_id": PAYER,
        "crm_client_id": CLIENT,
        "storage_id": STORAGE,
        "parent_id": 0,
        "file": PDF,
        "filter_sort": "id ASC",
        "price_groups": inventory["price_groups"],
        "default_price_group": inventory["default_price_group"],
        "warehouses": inventory["warehouses"],
        "default_warehouse": inventory["default_warehouse"],
        "languages": ["pl"],
        "default_language": "pl",
        "prices": {str(PRICE_GROUP): 39.9},
        "stock": {f"bl_{WAREHOUSE}": 7},
        "locations": {f"bl_{WAREHOUSE}": "A-1-3"},
        "text_fields": {"name": "Kubek „Łąka”", "description|en": "A mug", "features": {"Kolor": "zielony"}},
        "images": {"0": "url:https://example.com/1.jpg", "1": PDF},
        "links": {STORAGE: {"product_id": "71", "variant_id": 0}},
        "bundle_products": {str(product_id): 2},
        "is_bundle": True,
    }


SPECIAL: dict[str, dict[str, Any]] = {
    "addInvoice": {"series_id": 2},
    "addInvoiceCorrection": {"series_id": None},
    "addOrder": {"products": ORDER["products"]},
    "updateExternalStorageProductsQuantity": {"products": [["71", 0, 4]]},
    "addInventoryCategory": {"parent_id": CATEGORY},
}
"""Parameters of one method that mean something else there; None leaves one out."""


def parameters_for(method: Method, known: Mapping[str, Any], *, every: bool = False) -> dict[str, Any]:
    """Return valid parameters of a method: those it needs, or `every` documented one."""
    special = SPECIAL.get(method.name, {})
    found: dict[str, Any] = {}
    needed = {names[0] for names in method.one_of}
    for value in method.parameters:
        if every or value.required or value.name in needed:
            found[value.name] = (
                special[value.name] if value.name in special else _example(method, value, known)
            )
    return {name: example for name, example in found.items() if example is not None}


def _example(method: Method, value: Value, known: Mapping[str, Any]) -> Any:
    if value.name == "products" and method.group == "catalog":
        return _catalog_products(method, known)
    if method.name == "deleteInventory":
        return known["spare_inventory_id"]
    if value.name in known and value.kinds[0] != "bool":
        return known[value.name]
    return example_of(value)


def _catalog_products(method: Method, known: Mapping[str, Any]) -> Any:
    if method.name == "getInventoryProductsData":
        return [known["product_id"]]
    values = known["prices"] if method.name == "updateInventoryProductsPrices" else known["stock"]
    return {str(known["product_id"]): values}


def example_of(value: Value) -> Any:
    """Return a value of the documented kind within the documented limits."""
    if value.allowed:
        return value.allowed[0]
    if value.least is not None:
        return int(value.least)
    if value.kinds[0] in ("list", "map"):
        entry = _entry(value)
        return [entry] if value.kinds[0] == "list" else {"17": entry}
    plain = {"int": 3, "number": 2.5, "bool": True, "date": "2026-03-09", "text": "przykład", "any": 1}
    found = plain[value.kinds[0]]
    return found[: value.longest] if isinstance(found, str) and value.kinds[0] == "text" else found


def _entry(value: Value) -> Any:
    if value.fields:
        return {one.name: example_of(one) for one in value.fields}
    return example_of(value.each) if value.each is not None else "przykład"


def _line(account: Account, order_id: int) -> int:
    line: int = account.orders[order_id]["products"][0]["order_product_id"]
    return line
