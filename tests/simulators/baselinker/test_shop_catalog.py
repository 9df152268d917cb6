"""The product catalog of the simulated account: what one call writes, another reads."""

from __future__ import annotations

from base64 import b64encode
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from support.api_posts import Api

from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.behaviour import Behaviour
from simulators.baselinker.catalog import INVENTORY
from simulators.baselinker.external import STORAGE
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.product_input import LARGEST_FILE
from simulators.baselinker.shelves import (
    CATEGORIES,
    CATEGORY,
    CLIENT,
    CLIENTS,
    MANUFACTURER,
    MANUFACTURERS,
    PAYERS,
    PRICE_GROUP,
    PRICE_GROUPS,
    SUPPLIERS,
    WAREHOUSE,
    WAREHOUSES,
    Shelf,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_772_000_000
BL = f"bl_{WAREHOUSE}"
GROUP = str(PRICE_GROUP)


@pytest.fixture
def api() -> Iterator[Api]:
    with BaseLinkerServer(limit=RequestLimit(per_minute=10**6), wall=lambda: float(NOW)) as server:
        yield Api(server)


def add(api: Api, name: str = "Kubek", **fields: Any) -> int:
    reply = api("addInventoryProduct", inventory_id=INVENTORY, text_fields={"name": name}, **fields)
    return int(reply["product_id"])


def data(api: Api, product_id: int, **asks: Any) -> dict[str, Any]:
    found = api("getInventoryProductsData", inventory_id=INVENTORY, products=[product_id], **asks)["products"]
    product = found[str(product_id)]
    assert isinstance(product, dict)
    return product


def listed(api: Api, **filters: Any) -> list[int]:
    found = api("getInventoryProductsList", inventory_id=INVENTORY, **filters)["products"]
    return [int(product_id) for product_id in found]


# -- catalogs, price groups, warehouses and their like --------------------------------------------------------------


def test_a_catalog_is_added_changed_and_deleted_with_its_products(api: Api) -> None:
    (default,) = api("getInventories")["inventories"]
    given = {**default, "inventory_id": "", "name": "Drugi"}
    inventory_id = api("addInventory", **given)["inventory_id"]
    api("addInventoryProduct", inventory_id=inventory_id, sku="A")
    api("addInventory", **{**given, "inventory_id": inventory_id, "name": "Trzeci"})

    assert ["Domyślny", "Trzeci"] == [one["name"] for one in api("getInventories")["inventories"]]
    api("deleteInventory", inventory_id=inventory_id)
    assert [default] == api("getInventories")["inventories"]
    assert "ERROR_INVENTORY_NOT_FOUND" == api.refused("getInventoryProductsList", inventory_id=inventory_id)
    assert "ERROR_INVENTORY_DEFAULT" == api.refused("deleteInventory", inventory_id=INVENTORY)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"price_groups": [1]}, "ERROR_PRICE_GROUP_NOT_FOUND"),
        ({"warehouses": ["bl_1"]}, "ERROR_WAREHOUSE_NOT_FOUND"),
        ({"default_language": "de"}, "ERROR_INVALID_PARAMETERS"),
        ({"default_warehouse": "bl_1"}, "ERROR_INVALID_PARAMETERS"),
        ({"inventory_id": 9}, "ERROR_INVENTORY_NOT_FOUND"),
    ],
)
def test_a_catalog_names_only_what_is_there(api: Api, change: dict[str, Any], code: str) -> None:
    (default,) = api("getInventories")["inventories"]

    assert code == api.refused("addInventory", **{**default, **change})


@pytest.mark.parametrize(
    ("shelf", "given"),
    [
        (PRICE_GROUPS, {"name": "Hurt", "currency": "EUR"}),
        (WAREHOUSES, {"name": "Hala B", "description": "za torami"}),
        (CATEGORIES, {"name": "Żurawie", "parent_id": CATEGORY}),
        (MANUFACTURERS, {"name": "Kuźnia"}),
        (
            SUPPLIERS,
            {
                "name": "Hurtownia",
                "take_product_cost_from": "average_cost",
                "take_product_code_from": "sku",
                "city": "Łódź",
            },
        ),
        (PAYERS, {"name": "Pod Lipą", "tax_no": "5270103391"}),
        (CLIENTS, {"login": "zuraw", "star": 2}),
    ],
    ids=lambda one: one.what if isinstance(one, Shelf) else "",
)
def test_a_record_is_added_changed_listed_and_deleted(api: Api, shelf: Shelf, given: dict[str, Any]) -> None:
    adds, lists, deletes = shelf.methods
    changed = {**given, next(iter(given)): "Żuraw"}
    before = api(lists)[shelf.container]
    number = {shelf.key: api(adds, **given)[shelf.key]}

    assert number[shelf.key] == api(adds, **number, **changed)[shelf.key]

    (found,) = [one for one in api(lists)[shelf.container] if one[shelf.key] == number[shelf.key]]
    assert "Żuraw" == found[next(iter(given))]
    assert all(found[field] == value for field, value in changed.items() if field in found)
    api(deletes, **number)
    assert before == api(lists)[shelf.container]
    assert api.refused(deletes, **number).endswith("_NOT_FOUND")
    assert api.refused(adds, **number, **given).endswith("_NOT_FOUND")


def test_categories_of_one_catalog_are_listed_beside_those_of_all(api: Api) -> None:
    (default,) = api("getInventories")["inventories"]
    other = api("addInventory", **{**default, "inventory_id": ""})["inventory_id"]
    own = api("addInventoryCategory", inventory_id=other, name="Własna", parent_id=0)["category_id"]

    def ids(**given: Any) -> list[int]:
        return [one["category_id"] for one in api("getInventoryCategories", **given)["categories"]]

    assert [CATEGORY, own] == ids(inventory_id=other)
    assert [CATEGORY] == ids(inventory_id=INVENTORY)
    assert [CATEGORY, own] == ids()


def test_clients_are_searched_in_part_and_told_whole(api: Api) -> None:
    api("addCrmClient", email="zuraw@example.com", custom_extra_fields={"3": "stały"})
    found = api("getCrmClients", filter_email="ZURAW")["clients"]

    assert ["zuraw@example.com"] == [one["email"] for one in found]
    assert [] == api("getCrmClients", page=2)["clients"]
    whole = api("getCrmClientData", crm_client_id=found[0]["crm_client_id"], include_custom_extra_fields=True)
    assert {"3": "stały"} == whole["custom_extra_fields"]
    assert "custom_extra_fields" not in api("getCrmClientData", crm_client_id=CLIENT)


# -- products --------------------------------------------------------------------------------------------------------


def test_a_product_keeps_everything_that_was_given(api: Api) -> None:
    given: dict[str, Any] = {
        "sku": "KUB-1",
        "ean": "5901234123457",
        "asin": "B0",
        "tax_rate": 23,
        "weight": 0.35,
        "height": 10,
        "width": 8.5,
        "length": 8,
        "star": 2,
        "average_cost": 12.34,
        "category_id": CATEGORY,
        "manufacturer_id": MANUFACTURER,
        "prices": {GROUP: 39.9},
        "stock": {BL: 7},
        "locations": {BL: "A-1-3"},
        "links": {STORAGE: {"product_id": "71", "variant_id": 0}},
        "tags": ["Lato", "Nowość"],
    }
    texts = {"name": "Kubek „Łąka”", "name|en": "Mug", "features": {"Kolor": "zielony"}}
    product_id = int(
        api("addInventoryProduct", inventory_id=str(INVENTORY), text_fields=texts, **given)["product_id"]
    )

    found = data(api, product_id)

    for key, value in given.items():
        expected = Decimal(str(value)) if isinstance(value, float) else value
        if key == "prices":
            expected = {GROUP: Decimal("39.9")}
        assert expected == found[key], key
    assert texts == found["text_fields"]
    assert [{"name": "Lato"}, {"name": "Nowość"}] == api("getInventoryTags")["tags"]


def test_a_change_leaves_alone_what_is_not_given(api: Api) -> None:
    product_id = add(
        api, sku="A", prices={GROUP: 10}, tags=["x", "y"], images={"0": "url:https://a.example/1"}
    )
    api("addInventoryProduct", inventory_id=INVENTORY, product_id=product_id, ean="590", tags=["y"])
    api(
        "addInventoryProduct", inventory_id=INVENTORY, product_id=product_id, text_fields={"description": "o"}
    )

    found = data(api, product_id)

    assert ("A", "590", ["y"], 10) == (found["sku"], found["ean"], found["tags"], found["prices"][GROUP])
    assert {"name": "Kubek", "description": "o"} == found["text_fields"]
    assert ["0"] == [*found["images"]]
    assert [product_id] == listed(api)


def test_pictures_come_as_addresses_or_files_and_go_with_a_blank(api: Api) -> None:
    file = "data:" + b64encode(b"\x89PNG" + bytes(50)).decode()
    product_id = add(api, images={"2": "url:https://a.example/1.jpg", "0": file})

    assert ["0", "2"] == [*data(api, product_id)["images"]]
    assert all(address.startswith("https://") for address in data(api, product_id)["images"].values())

    api("addInventoryProduct", inventory_id=INVENTORY, product_id=product_id, images={"0": ""})
    assert ["2"] == [*data(api, product_id)["images"]]
    api("addInventoryProduct", inventory_id=INVENTORY, product_id=product_id, images={"2": ""})
    assert [] == data(api, product_id)["images"]


@pytest.mark.parametrize(
    ("position", "content", "why"),
    [
        ("16", "url:https://a.example/1.jpg", "positions are 0 to 15"),
        ("x", "url:https://a.example/1.jpg", "positions are 0 to 15"),
        ("0", "url:ftp://a.example/1.jpg", "no web address"),
        ("0", "url:https://a.example/" + "x" * 1000, "longer than 1000"),
        ("0", "https://a.example/1.jpg", "neither url: nor base64"),
        ("0", "data:a b=", "neither url: nor base64"),
        ("0", "data:" + b64encode(bytes(LARGEST_FILE + 1)).decode(), "larger than 2 MB"),
    ],
)
def test_a_picture_that_cannot_be_taken_is_a_warning_or_refuses_the_product(
    api: Api, position: str, content: str, why: str
) -> None:
    product = {"inventory_id": INVENTORY, "sku": "A", "images": {position: content}}

    reply = api("addInventoryProduct", **product)

    assert why in reply["warnings"]["images"]
    assert [] == data(api, int(reply["product_id"]))["images"]
    api.server.behaviour = Behaviour(refuses_bad_images=True)
    assert "ERROR_IMAGES" == api.refused("addInventoryProduct", **product)
    assert 1 == len(listed(api))


def test_a_picture_of_exactly_2_mb_and_16_pictures_are_taken(api: Api) -> None:
    largest = "data:" + b64encode(bytes(LARGEST_FILE)).decode()
    images = {str(place): "url:https://a.example/1.jpg" for place in range(15)}

    product_id = add(api, images={**images, "15": largest})

    assert 16 == len(data(api, product_id)["images"])
    assert "ERROR_INVALID_PARAMETERS" == api.refused(
        "addInventoryProduct", inventory_id=INVENTORY, images={**images, "15": "", "16": ""}
    )


def test_what_the_catalog_does_not_have_is_a_warning_by_field(api: Api) -> None:
    reply = api(
        "addInventoryProduct",
        inventory_id=INVENTORY,
        prices={GROUP: 5, "9": 6},
        stock={BL: 1, STORAGE: 2},
        text_fields={"name": "Kubek", "name|de": "Becher", "tytul": "x", "name|en|allegro_16402": "Mug"},
    )

    assert {"prices", "stock", "text_fields"} == set(reply["warnings"])
    found = data(api, int(reply["product_id"]))
    assert ({GROUP: 5}, {BL: 1}) == (found["prices"], found["stock"])
    assert {"name": "Kubek", "name|en|allegro_16402": "Mug"} == found["text_fields"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"category_id": 99}, "ERROR_CATEGORY_NOT_FOUND"),
        ({"manufacturer_id": 99}, "ERROR_MANUFACTURER_NOT_FOUND"),
        ({"parent_id": "99"}, "ERROR_PARENT_PRODUCT_NOT_FOUND"),
        ({"product_id": "99"}, "ERROR_PRODUCT_NOT_FOUND"),
        ({"inventory_id": 99}, "ERROR_INVENTORY_NOT_FOUND"),
        ({"bundle_products": {"1": 2}}, "ERROR_INVALID_PARAMETERS"),
        ({"bundle_products": {"1": 2}, "is_bundle": True}, "ERROR_BUNDLE_PRODUCT_NOT_FOUND"),
        ({"text_fields": {"name": "x" * 201}}, "ERROR_INVALID_PARAMETERS"),
        ({"text_fields": {"features": "x"}}, "ERROR_INVALID_PARAMETERS"),
        ({"text_fields": {"name": {"title": "a", "file": "data:"}}}, "ERROR_INVALID_PARAMETERS"),
    ],
)
def test_a_product_that_makes_no_sense_is_refused(api: Api, fields: dict[str, Any], code: str) -> None:
    assert code == api.refused("addInventoryProduct", **{"inventory_id": INVENTORY, **fields})
    assert [] == listed(api)


def test_a_bundle_is_made_of_products_and_a_variant_belongs_to_one(api: Api) -> None:
    mug = add(api, "Kubek")
    bundle = add(api, "Zestaw", is_bundle=True, bundle_products={str(mug): 2})
    green = add(api, "Zielony", parent_id=str(mug), sku="G", prices={GROUP: 41}, stock={BL: 3})

    assert {str(mug): 2} == data(api, bundle)["bundle_products"]
    variant = data(api, mug)["variants"][str(green)]
    assert ("Zielony", "G", {BL: 3}) == (variant["name"], variant["sku"], variant["stock"])
    assert [mug, bundle] == listed(api)
    assert [mug, bundle, green] == listed(api, include_variants=True)
    stock = api("getInventoryProductsStock", inventory_id=INVENTORY)["products"][str(mug)]
    assert {str(green): {BL: 3}} == stock["variants"]

    api("deleteInventoryProduct", product_id=mug)
    assert [bundle] == listed(api, include_variants=True)
    assert "ERROR_PRODUCT_NOT_FOUND" == api.refused("deleteInventoryProduct", product_id=green)


@pytest.mark.parametrize(
    "filters",
    [
        {"filter_sku": "B"},
        {"filter_ean": "591"},
        {"filter_asin": "A2"},
        {"filter_name": "wIEc"},
        {"filter_price_from": 50},
        {"filter_stock_from": 6, "filter_stock_to": 9},
        {"filter_category_id": CATEGORY},
        {"filter_locations": "B-2"},
    ],
)
def test_every_filter_finds_its_product_alone(api: Api, filters: dict[str, Any]) -> None:
    add(api, "Kubek", sku="A", ean="590", asin="A1", prices={GROUP: 39.9}, stock={BL: 5})
    wanted = add(
        api,
        "Świeca",
        sku="B",
        ean="591",
        asin="A2",
        prices={GROUP: 54},
        stock={BL: 8},
        category_id=CATEGORY,
        locations={BL: "B-2"},
    )

    assert [wanted] == listed(api, **filters)


def test_a_catalog_of_more_than_1000_products_has_pages_from_1(api: Api) -> None:
    account = api.server._account
    ids = []
    for _ in range(1003):
        reply = account.answer("addInventoryProduct", {"inventory_id": INVENTORY, "prices": {GROUP: 1}})
        ids.append(int(reply["product_id"]))

    for method in ("getInventoryProductsList", "getInventoryProductsStock", "getInventoryProductsPrices"):
        pages = [api(method, inventory_id=INVENTORY, page=page)["products"] for page in (1, 2, 3)]
        assert [1000, 3, 0] == [len(page) for page in pages]
        assert ids == [int(product_id) for page in pages for product_id in page]
        # An empty object is an empty list, as PHP writes it.
        assert [] == pages[2]
    assert ids[::-1][:1000] == [
        product["id"]
        for product in account.answer(
            "getInventoryProductsList", {"inventory_id": INVENTORY, "filter_sort": "id DESC"}
        )["products"].values()
    ]
    assert "ERROR_INVALID_PARAMETERS" == api.refused(
        "getInventoryProductsList", inventory_id=INVENTORY, filter_sort="name ASC"
    )


def test_stock_and_prices_change_for_many_and_warn_for_each_that_cannot(api: Api) -> None:
    mug, candle = add(api, stock={BL: 1}), add(api, "Świeca")

    reply = api(
        "updateInventoryProductsStock",
        inventory_id=INVENTORY,
        products={str(mug): {BL: "7"}, str(candle): {STORAGE: 3}, "99": {BL: 1}},
    )

    assert 1 == reply["counter"]
    assert {str(candle), "99"} == set(reply["warnings"])
    assert ({BL: 7}, []) == (data(api, mug)["stock"], data(api, candle)["stock"])

    reply = api(
        "updateInventoryProductsPrices", inventory_id=INVENTORY, products={str(mug): {GROUP: 416.625}}
    )
    assert (1, "") == (reply["counter"], reply["warnings"])
    assert Decimal("416.625") == data(api, mug)["prices"][GROUP]


@pytest.mark.parametrize("method", ["updateInventoryProductsStock", "updateInventoryProductsPrices"])
def test_more_than_1000_products_at_a_time_are_refused(api: Api, method: str) -> None:
    products: dict[str, Any] = {str(number): {} for number in range(1001)}

    api.refused(method, inventory_id=INVENTORY, products=products)
    del products["0"]
    assert 0 == api(method, inventory_id=INVENTORY, products=products)["counter"]


def test_a_catalog_with_reservations_tells_them(api: Api) -> None:
    (default,) = api("getInventories")["inventories"]
    api("addInventory", **{**default, "reservations": True})
    product_id = add(api, stock={BL: 5})

    stock = api("getInventoryProductsStock", inventory_id=INVENTORY)["products"][str(product_id)]

    assert {BL: 0} == stock["reservations"]


def test_the_log_of_a_product_tells_what_changed(api: Api) -> None:
    product_id = add(api, stock={BL: 5})
    for stock in (5, 6):
        api(
            "updateInventoryProductsStock",
            inventory_id=INVENTORY,
            products={str(product_id): {BL: stock}},
        )
    api("deleteInventoryProduct", product_id=product_id)

    def kinds(**given: Any) -> list[list[int]]:
        logs = api("getInventoryProductLogs", product_id=product_id, **given)["logs"]
        return [[entry["type"] for entry in log["entries"]] for log in logs]

    assert [[3, 1, 5], [1], [4]] == kinds()
    assert [[4], [1], [3, 1, 5]] == kinds(sort="DESC")
    assert [[3, 1, 5], [1]] == kinds(log_type=1)
    assert [] == kinds(date_from=NOW + 1)
    assert [] == kinds(page=2)


# -- storages of outside shops, and how replies look ----------------------------------------------------------------


def test_quantities_of_an_outside_storage_change_by_product_and_variant(api: Api) -> None:
    reply = api(
        "updateExternalStorageProductsQuantity",
        storage_id=STORAGE,
        products=[["71", 0, 9], ["72", 721, 4], ["99", 0, 1]],
    )

    assert (3, {"99": "Product not found"}) == (reply["counter"], reply["warnings"])
    mug, candle = api("getExternalStorageProductsQuantity", storage_id=STORAGE)["products"]
    assert (9, 4) == (mug["quantity"], candle["variants"][0]["quantity"])
    assert "ERROR_STORAGE_NOT_FOUND" == api.refused("getExternalStorageProductsQuantity", storage_id="shop_1")


@pytest.mark.parametrize(("quirk", "empty"), [(True, []), (False, {})])
def test_an_empty_object_comes_as_a_list_or_not(api: Api, quirk: bool, empty: Any) -> None:
    api.server.behaviour = Behaviour(maps_empty_as_lists=quirk)

    assert empty == api("getInventoryProductsList", inventory_id=INVENTORY)["products"]
    assert empty == data(api, add(api))["images"]


@pytest.mark.parametrize(("quirk", "warnings", "kind"), [(True, "", str), (False, [], int)])
def test_values_look_as_in_the_samples_or_as_declared(
    api: Api, quirk: bool, warnings: Any, kind: type[object]
) -> None:
    api.server.behaviour = Behaviour(looks_as_in_samples=quirk)

    assert warnings == api("addInventoryProduct", inventory_id=INVENTORY)["warnings"]
    assert all(isinstance(one["id"], kind) for one in api("getSeries")["series"])
