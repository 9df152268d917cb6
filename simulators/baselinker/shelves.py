"""Simple records: one method adds or changes one, one lists them all, one deletes.

Price groups, warehouses, categories, manufacturers, suppliers, payers and clients differ only in their fields, so
each is a row of a table here.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any

from simulators.baselinker.given import is_given, text, whole
from simulators.baselinker.refusals import invalid, not_found

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.baselinker.books import Books
    from simulators.baselinker.dispatch import Methods

PRICE_GROUP, WAREHOUSE, SHOP_WAREHOUSE = 105, 205, 2334
"""Ids of the records that are there from the start: a price group, a warehouse, the stock of an outside shop."""

CATEGORY, MANUFACTURER, SUPPLIER, PAYER, CLIENT = 5, 12, 31, 41, 51
_PAGE = 100
_ADDRESS = ("company", "fullname", "address", "postcode", "city", "state", "country_code")


@dataclass(frozen=True, slots=True)
class Shelf:
    """Records of one kind: `fields` with what each is until it is given, `seeds` there from the start.

    `filters` says which field a parameter of the listing looks at; texts are searched for in part.
    """

    what: str
    key: str
    container: str
    methods: tuple[str, str, str]
    fields: Mapping[str, Any]
    seeds: Mapping[int, Mapping[str, Any]]
    filters: Mapping[str, str] = field(default_factory=dict)
    needs: str = "name"
    pages: bool = False


PRICE_GROUPS = Shelf(
    what="price group",
    key="price_group_id",
    container="price_groups",
    methods=("addInventoryPriceGroup", "getInventoryPriceGroups", "deleteInventoryPriceGroup"),
    fields={"name": "", "description": "", "currency": "PLN", "is_default": False},
    seeds={PRICE_GROUP: {"name": "Detaliczna", "is_default": True}},
)
WAREHOUSES = Shelf(
    what="warehouse",
    key="warehouse_id",
    container="warehouses",
    methods=("addInventoryWarehouse", "getInventoryWarehouses", "deleteInventoryWarehouse"),
    fields={
        "warehouse_type": "bl",
        "name": "",
        "description": "",
        "stock_edition": True,
        "is_default": False,
    },
    seeds={
        WAREHOUSE: {"name": "Główny", "is_default": True},
        SHOP_WAREHOUSE: {"warehouse_type": "shop", "name": "Sklep obcy", "stock_edition": False},
    },
    needs="",
)
CATEGORIES = Shelf(
    what="category",
    key="category_id",
    container="categories",
    methods=("addInventoryCategory", "getInventoryCategories", "deleteInventoryCategory"),
    fields={"name": "", "parent_id": 0, "inventory_id": 0},
    seeds={CATEGORY: {"name": "Rękodzieło"}},
)
MANUFACTURERS = Shelf(
    what="manufacturer",
    key="manufacturer_id",
    container="manufacturers",
    methods=("addInventoryManufacturer", "getInventoryManufacturers", "deleteInventoryManufacturer"),
    fields={"name": ""},
    seeds={MANUFACTURER: {"name": "Kuźnia Smaków"}},
    needs="",
)
SUPPLIERS = Shelf(
    what="supplier",
    key="supplier_id",
    container="suppliers",
    methods=("addInventorySupplier", "getInventorySuppliers", "deleteInventorySupplier"),
    fields=dict.fromkeys(("name", "address", "postcode", "city", "phone", "email"), ""),
    seeds={SUPPLIER: {"name": "Pod Lipą – hurt"}},
    filters={"filter_id": "supplier_id", "filter_name": "name"},
)
PAYERS = Shelf(
    what="payer",
    key="payer_id",
    container="payers",
    methods=("addInventoryPayer", "getInventoryPayers", "deleteInventoryPayer"),
    fields=dict.fromkeys(("name", "address", "postcode", "city", "tax_no"), ""),
    seeds={PAYER: {"name": "Zielony Wąwóz"}},
    filters={"filter_id": "payer_id", "filter_name": "name"},
)
CLIENTS = Shelf(
    what="client",
    key="crm_client_id",
    container="clients",
    methods=("addCrmClient", "getCrmClients", "deleteCrmClient"),
    fields={
        "status_id": 1,
        "star": 0,
        "contractor_id": 0,
        **dict.fromkeys(("login", "phone", "email", "notes", "invoice_tax_id"), ""),
        **{f"{kind}_{part}": "" for kind in ("invoice", "delivery") for part in _ADDRESS},
        "custom_extra_fields": {},
    },
    seeds={CLIENT: {"login": "gesia", "email": "klient51@example.com"}},
    filters={
        "filter_crm_client_id": "crm_client_id",
        "filter_status_id": "status_id",
        **{f"filter_{name}": name for name in ("email", "phone", "login", "invoice_company")},
        **{f"filter_{name}": name for name in ("invoice_tax_id", "invoice_fullname")},
    },
    needs="",
    pages=True,
)
SHELVES = (PRICE_GROUPS, WAREHOUSES, CATEGORIES, MANUFACTURERS, SUPPLIERS, PAYERS, CLIENTS)


class Shelves:
    """All simple records of an account."""

    def __init__(self, books: Books) -> None:
        self._books = books
        for shelf in SHELVES:
            books.records[shelf.key] = {
                number: {shelf.key: number, **shelf.fields, **seed} for number, seed in shelf.seeds.items()
            }

    @property
    def methods(self) -> Methods:
        """The methods answered here."""
        found: Methods = {"getCrmClientData": self._get_crm_client_data}
        for shelf in SHELVES:
            adds, lists, deletes = shelf.methods
            found[adds] = partial(self._add, shelf)
            found[lists] = partial(self._list, shelf)
            found[deletes] = partial(self._delete, shelf)
        return found

    def _add(self, shelf: Shelf, parameters: Mapping[str, Any]) -> dict[str, Any]:
        records = self._books.records[shelf.key]
        number = whole(parameters, shelf.key, 0)
        if number and number not in records:
            raise not_found(shelf.what)
        if shelf.needs and not text(parameters, shelf.needs):
            raise invalid(f"{shelf.needs} is blank")
        changes = {
            key: value for key, value in parameters.items() if key in shelf.fields and value is not None
        }
        self._check(shelf, changes)
        if not number:
            number = self._books.next_id(shelf.key, max(records, default=0) + 1)
            records[number] = {shelf.key: number, **shelf.fields}
        records[number] = {**records[number], **changes}
        return {shelf.key: number}

    def _check(self, shelf: Shelf, changes: Mapping[str, Any]) -> None:
        """Refuse a category whose parent or catalog is not there."""
        if shelf is CATEGORIES:
            parent, catalog = whole(changes, "parent_id", 0), whole(changes, "inventory_id", 0)
            if parent and parent not in self._books.records[shelf.key]:
                raise not_found("category")
            if catalog and catalog not in self._books.inventories:
                raise not_found("inventory")

    def _list(self, shelf: Shelf, parameters: Mapping[str, Any]) -> dict[str, Any]:
        found = [
            _shown(shelf, record, parameters)
            for _, record in sorted(self._books.records[shelf.key].items())
            if _passes(shelf, record, parameters)
        ]
        if shelf.pages:
            page = max(whole(parameters, "page", 1), 1)
            found = found[(page - 1) * _PAGE : page * _PAGE]
        return {shelf.container: found}

    def _delete(self, shelf: Shelf, parameters: Mapping[str, Any]) -> dict[str, Any]:
        if self._books.records[shelf.key].pop(whole(parameters, shelf.key), None) is None:
            raise not_found(shelf.what)
        return {}

    def _get_crm_client_data(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        record = self._books.records[CLIENTS.key].get(whole(parameters, CLIENTS.key))
        if record is None:
            raise not_found(CLIENTS.what)
        return _shown(CLIENTS, record, parameters)


def _passes(shelf: Shelf, record: Mapping[str, Any], parameters: Mapping[str, Any]) -> bool:
    """Whether a record passes every filter that is given; a category of all catalogs is in each."""
    if shelf is CATEGORIES and is_given(parameters, "inventory_id"):
        return record["inventory_id"] in (0, whole(parameters, "inventory_id"))
    for name, key in shelf.filters.items():
        if is_given(parameters, name):
            wanted, found = text(parameters, name), record[key]
            if wanted.casefold() not in found.casefold() if isinstance(found, str) else wanted != str(found):
                return False
    return True


def _shown(shelf: Shelf, record: Mapping[str, Any], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record as it is listed: extra fields only where they are asked for."""
    hidden = {"inventory_id"} if shelf is CATEGORIES else set()
    if not parameters.get("include_custom_extra_fields"):
        hidden.add("custom_extra_fields")
    return {key: value for key, value in record.items() if key not in hidden}
