"""Products for addInventoryProduct: the whole parameter table, every mistake at once, warnings in the result."""

from __future__ import annotations

from base64 import b64encode
from contextlib import suppress
from dataclasses import fields, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.calls import Answers

from bridge.baselinker.api import Api, connect
from bridge.baselinker.client import encode
from bridge.baselinker.coded_files import coded
from bridge.baselinker.errors import BadParameters, RefusedCall, Transport
from bridge.baselinker.inventory_product import (
    TAX_EXEMPT,
    TAX_NP,
    TAX_OO,
    InventoryProduct,
    ProductSaved,
    TextKey,
)
from bridge.baselinker.methods import methods
from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.behaviour import Behaviour

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
PLAIN = InventoryProduct(inventory_id=307)


@pytest.fixture
def server() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer() as running:
        yield running


@pytest.fixture
def api(server: BaseLinkerServer) -> Iterator[Api]:
    with connect(server.token, url=server.url) as client:
        yield client


def product(**given: Any) -> InventoryProduct:
    return replace(PLAIN, **given)


def sent(**given: Any) -> dict[str, Any]:
    """Return a product's parameters but for the catalog."""
    parameters = product(**given).parameters()
    assert 307 == parameters.pop("inventory_id")
    return parameters


def mistakes(**given: Any) -> list[str]:
    with pytest.raises(BadParameters) as caught:
        product(**given).parameters()
    assert "Product catalog > Products > addInventoryProduct" in str(caught.value)
    return [*caught.value.mistakes]


def stored(api: Api, saved: ProductSaved) -> dict[str, Any]:
    found = api.getInventoryProductsData(inventory_id=307, products=[int(saved.product_id)])
    entry = found["products"][saved.product_id]
    assert isinstance(entry, dict)
    return entry


# -- the parameter table -------------------------------------------------------------------------------------------


def test_a_product_has_every_documented_parameter_and_no_other() -> None:
    documented = {parameter.name for parameter in methods()["addInventoryProduct"].parameters}

    assert documented == {field.name for field in fields(InventoryProduct)}


def test_what_is_not_given_is_not_sent() -> None:
    assert {"inventory_id": 307} == PLAIN.parameters()
    assert {"ean": "", "star": 0, "tags": [], "images": {}} == sent(ean="", star=0, tags=[], images={})


def test_text_keys_are_built_in_the_documented_form() -> None:
    assert "name" == str(TextKey("name"))
    assert "name|de" == str(TextKey("name", "de"))
    assert "name|de|amazon_0" == str(TextKey("name", "de", "amazon_0"))
    assert "name||amazon_0" == str(TextKey("name", source="amazon_0"))


def test_the_rates_without_a_percentage_are_those_of_the_documentation() -> None:
    assert [Decimal(-1), Decimal("-0.02"), Decimal("-0.03")] == [TAX_EXEMPT, TAX_NP, TAX_OO]
    for rate in (TAX_EXEMPT, TAX_NP, TAX_OO, 0, 23, 100, Decimal("5.5")):
        assert {"tax_rate": rate} == sent(tax_rate=rate)
    assert ["tax_rate must be 0 to 100 or one of -1, -0.02, -0.03, not Decimal('-0.01')"] == mistakes(
        tax_rate=Decimal("-0.01")
    )


def test_images_are_sent_as_address_as_content_and_as_nothing_to_take_them_away(tmp_path: Path) -> None:
    path = tmp_path / "mug.png"
    path.write_bytes(PNG)
    data = f"data:{b64encode(PNG).decode()}"

    assert {
        0: "url:https://example.com/a.jpg",
        1: "url:http://example.com/b.jpg",
        2: data,
        3: data,
        4: data,
        "15": "",
    } == sent(
        images={
            0: "https://example.com/a.jpg",
            1: "url:http://example.com/b.jpg",
            2: path,
            3: PNG,
            4: data,
            "15": "",
        }
    )["images"]


def test_text_fields_take_texts_features_and_files() -> None:
    manual = {"title": "manual.txt", "file": b"Read me"}

    assert {
        "name": "Kubek",
        "name|de": "Tasse",
        "name|de|amazon_123": "",
        "description_extra4": "x" * 5000,
        "features|en": {"Colour": "white", "Volume": 330},
        "extra_field_75": "short",
        "extra_field_76": {"title": "manual.txt", "file": coded(b"Read me")},
    } == sent(
        text_fields={
            "name": "Kubek",
            TextKey("name", "de"): "Tasse",
            TextKey("name", "de", "amazon_123"): "",
            "description_extra4": "x" * 5000,
            "features|en": {"Colour": "white", "Volume": 330},
            "extra_field_75": "short",
            "extra_field_76": manual,
        }
    )["text_fields"]


# -- mistakes ------------------------------------------------------------------------------------------------------


def test_all_mistakes_are_told_at_once_special_and_general_ones(tmp_path: Path) -> None:
    missing = tmp_path / "missing.png"

    assert [
        "prices[retail] must have the id of a price group such as 105 as its key",
        "stock[shop_2445] must have a warehouse of BaseLinker's own such as bl_206 as its key",
        "locations[206] must have a warehouse such as bl_206, shop_2445 or warehouse_7 as its key",
        "text_fields[name|DE] needs a language of two small letters as its second part, such as name|de",
        "text_fields[name] has 201 characters, at most 200 are allowed",
        f"images[1] cannot be read from {missing} (No such file or directory)",
        "images[16] is no position: they are 0 to 15",
        "links[bl_206] must have an outside storage such as shop_2445 or warehouse_7 as its key",
        "links[bl_206].product_id is required, but missing",
        "bundle_products[2685] must be a number of pieces, not 0",
        "bundle_products needs is_bundle=True: only a bundle consists of other products",
        "sku has 51 characters, at most 50 are allowed",
        "weight may have 8 digits before and 2 after the point, not 0.125",
        "star must be 0 to 5, not 6",
    ] == mistakes(
        sku="x" * 51,
        weight=0.125,
        star=6,
        prices={"retail": 5},
        stock={"bl_206": 1, "shop_2445": 5},
        locations={"206": "A-5-2"},
        text_fields={TextKey("name", "DE"): "Tasse", "name": "x" * 201},
        images={1: missing, 16: ""},
        links={"bl_206": {"variant_id": 7}},
        bundle_products={2685: 0},
    )


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        ("nam", "must begin with name, description, description_extra1, description_extra2"),
        ("extra_field_", "must begin with name"),
        ("description_extra5", "must begin with name"),
        ("name|", "needs a language"),
        ("name|deu", "needs a language"),
        ("name|de|", "needs a source and its account as its third part, such as name|de|amazon_0"),
        ("name|de|amazon", "needs a source"),
        ("name|de|amazon_0|x", "has more parts than field, language and source"),
        (TextKey("name", source="amazon_0"), "needs a language"),
        (5, "must begin with name"),
    ],
)
def test_a_key_of_a_text_field_has_a_field_a_language_and_a_source(key: Any, expected: str) -> None:
    (mistake,) = mistakes(text_fields={key: "x"})

    assert mistake.startswith(f"text_fields[{key}] {expected}")


def test_a_name_has_200_characters_in_every_language_and_other_texts_have_no_limit() -> None:
    assert [
        "text_fields[name|pl|ebay_1] has 201 characters, at most 200 are allowed",
    ] == mistakes(
        text_fields={"name": "x" * 200, "name|pl|ebay_1": "x" * 201, "description": "x" * 201},
    )


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("features", "white", "must be a dict of features and their values, such as {'Colour': 'white'}"),
        ("features", {5: "x"}, "must be a dict of features and their values, such as {'Colour': 'white'}"),
        ("name", 5, "must be a text, not int"),
        (
            "name",
            {"title": "a", "file": b"b"},
            "must be a text; extra fields take a file too, as a dict with title and file",
        ),
        (
            "extra_field_7",
            {"file": b"b"},
            "must be a text; extra fields take a file too, as a dict with title and file",
        ),
        ("extra_field_7", {"title": "x" * 41, "file": b"b"}, "needs a title of 1 to 40 characters"),
        ("extra_field_7", {"title": "a", "file": b""}, "is empty"),
    ],
)
def test_the_value_of_a_text_field_suits_the_field(key: str, value: Any, expected: str) -> None:
    assert [f"text_fields[{key}] {expected}"] == mistakes(text_fields={key: value})


@pytest.mark.parametrize(
    ("image", "expected"),
    [
        ("mug.png", "does not begin with data:; give the path of a file as a pathlib.Path"),
        ("url:mug.png", "must have a web address behind url:"),
        ("url:", "must have a web address behind url:"),
        (
            "https://example.com/" + "x" * 981,
            "has an address of 1001 characters, at most 1000 are allowed",
        ),
        (b"%PDF-1.7", "is no picture"),
        (
            "data:image/png;base64,iVBORw0KGgo=",
            "has a MIME type: BaseLinker takes base64 right behind data:",
        ),
        (None, "must be bytes or a pathlib.Path, not NoneType"),
    ],
)
def test_an_image_is_an_address_or_a_picture(image: Any, expected: str) -> None:
    assert [f"images[0] {expected}"] == mistakes(images={0: image})


def test_an_address_of_1000_characters_is_taken_whatever_stands_before_it() -> None:
    address = "https://example.com/" + "x" * 980

    assert {0: f"url:{address}"} == sent(images={0: f"url:{address}"})["images"]


def test_seventeen_images_are_one_too_many() -> None:
    wrong = mistakes(images=dict.fromkeys(range(17), ""))

    assert [
        "images[16] is no position: they are 0 to 15",
        "images has 17 entries, at most 16 are allowed",
    ] == wrong


def test_other_products_are_for_bundles() -> None:
    bundle = {"bundle_products": {2685: 2}}

    assert {"is_bundle": True, **bundle} == sent(is_bundle=True, **bundle)
    # It may be one already.
    assert {"product_id": 7, **bundle} == sent(product_id=7, **bundle)
    assert {"bundle_products": {}} == sent(bundle_products={})
    needs = "bundle_products needs is_bundle=True: only a bundle consists of other products"
    assert [needs] == mistakes(**bundle)
    assert [needs] == mistakes(product_id=7, is_bundle=False, **bundle)


def test_links_need_the_product_there() -> None:
    links = {"shop_2445": {"product_id": "8"}, "warehouse_7": {"product_id": 9, "variant_id": 0}}

    assert {"links": links} == sent(links=links)
    assert [
        "links[shop_2445] must be a dict of fields, not '8'",
        "links[shop_2446].product_id is required, but missing",
    ] == sorted(mistakes(links={"shop_2445": "8", "shop_2446": {"product_id": ""}}))


@pytest.mark.parametrize("name", ["prices", "stock", "text_fields", "images", "links", "bundle_products"])
def test_what_must_be_a_dict_and_is_none_is_told_once(name: str) -> None:
    # That a product may be a bundle is not the point here.
    (mistake,) = mistakes(product_id=7, **{name: "x"})

    assert f"{name} must be a dict by id, not 'x'" == mistake


_ODD = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=9) | st.binary(max_size=9),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=9), inner, max_size=2),
    max_leaves=4,
)
_NAMES = [field.name for field in fields(InventoryProduct)]


@settings(max_examples=300, deadline=None)
@given(
    st.dictionaries(
        st.sampled_from(_NAMES), _ODD | st.dictionaries(st.sampled_from(["bl_1", "name", 3]), _ODD)
    )
)
def test_whatever_is_given_is_sent_or_told_as_a_mistake(given: dict[str, Any]) -> None:
    with suppress(BadParameters):
        parameters = replace(PLAIN, **given).parameters()

        assert {name for name, value in given.items() if value is not None} <= {*parameters}
        assert encode(parameters)


# -- saving --------------------------------------------------------------------------------------------------------


def test_a_product_is_created_with_everything_and_then_changed(api: Api, tmp_path: Path) -> None:
    path = tmp_path / "mug.png"
    path.write_bytes(PNG)
    mug = product(
        sku="MUG-1",
        ean="5901234123457",
        tax_rate=TAX_NP,
        weight=Decimal("0.35"),
        star=2,
        category_id=5,
        prices={105: Decimal("24.90")},
        stock={"bl_205": 12},
        locations={"bl_205": "A-5-2", "shop_2334": "hall"},
        text_fields={
            "name": "Kubek",
            TextKey("name", "en", "amazon_0"): "Mug",
            "features": {"Kolor": "biały"},
        },
        images={0: "https://example.com/mug.jpg", 1: path},
        links={"shop_2445": {"product_id": "8"}},
    )
    created = mug.save(api)
    changed = product(product_id=created.product_id, images={0: ""}, stock={"bl_205": 11}).save(api)
    whole = stored(api, changed)

    assert {} == created.warnings
    assert created.product_id == changed.product_id
    assert (TAX_NP, "MUG-1", Decimal("0.35")) == (whole["tax_rate"], whole["sku"], whole["weight"])
    assert {"105": Decimal("24.9")} == whole["prices"]
    assert {"bl_205": 11} == whole["stock"]
    assert {"bl_205": "A-5-2", "shop_2334": "hall"} == whole["locations"]
    assert {"name": "Kubek", "name|en|amazon_0": "Mug", "features": {"Kolor": "biały"}} == whole[
        "text_fields"
    ]
    assert ["1"] == [*whole["images"]]
    assert {"shop_2445"} == {*whole["links"]}


def test_a_bundle_is_made_of_other_products(api: Api) -> None:
    part = product(sku="PART", text_fields={"name": "Kubek"}).save(api)
    bundle = product(is_bundle=True, bundle_products={part.product_id: 2}).save(api)

    assert {part.product_id: 2} == stored(api, bundle)["bundle_products"]


def test_what_the_service_could_not_take_is_in_the_result(api: Api) -> None:
    saved = product(sku="MUG-2", prices={105: 5, 999: 6}, text_fields={"name|de": "Tasse"}).save(api)

    assert {"prices", "text_fields"} == {*saved.warnings}
    assert "999" in saved.warnings["prices"]
    assert "MUG-2" == stored(api, saved)["sku"]


def test_a_refusal_and_mistakes_are_raised(server: BaseLinkerServer, api: Api) -> None:
    server.behaviour = replace(Behaviour(), refuses_missing=True)
    with pytest.raises(RefusedCall):
        replace(PLAIN, inventory_id=999).save(api)
    calls = len(server.ledger.requests)
    with pytest.raises(BadParameters):
        product(star=6).save(api)

    assert calls == len(server.ledger.requests)


@pytest.mark.parametrize("warned", ["", [], None, {}])
def test_no_warnings_are_an_empty_map_however_they_come(warned: Any) -> None:
    api = Api(Answers(lambda *_: {"status": "SUCCESS", "product_id": 2685, "warnings": warned}))

    assert ProductSaved("2685", {}) == PLAIN.save(api)


def test_an_answer_without_an_id_is_an_answer_that_cannot_be_used() -> None:
    api = Api(Answers(lambda *_: {"status": "SUCCESS"}))

    with pytest.raises(Transport, match="the answer has no product_id") as caught:
        PLAIN.save(api)
    assert caught.value.may_be_applied
