"""A product for addInventoryProduct, with everything the documentation asks of its parameters checked before the call.

    inventory_id     the catalog                     product_id     changes that product; without it a new one is made
    prices           price group  -> gross price     105                       stock      warehouse -> pieces   bl_206
    locations        warehouse -> place              bl_206, shop_2445, warehouse_7
    text_fields      key -> text                     name   name|de   name|de|amazon_0   (TextKey)
    images           position 0 to 15 -> picture     its web address, a Path, bytes; "" takes the picture away
    links            outside storage -> product      shop_2445 -> {"product_id": "8", "variant_id": 0}
    bundle_products  product -> pieces of it         needs is_bundle

Text fields are name, description, description_extra1 to 4, features (a dict) and extra_field_ID, which may be a file:
{"title": "manual.pdf", "file": Path(...)}. A name has at most 200 characters; so have short extra fields, but which are
short only BaseLinker knows. What the generic client checks of any method (checking.py) is checked here too.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from bridge.baselinker.checking import Mistake, check
from bridge.baselinker.coded_files import File, UnusableFile, picture_file, titled_file
from bridge.baselinker.errors import BadParameters, Transport
from bridge.baselinker.methods import methods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bridge.baselinker.api import Api

    _Tell = Callable[[str, str], None]
    _Builder = Callable[[str, Mapping[Any, Any], _Tell], Iterator[tuple[Any, Any]]]

TAX_EXEMPT = Decimal(-1)
"""Exempt from VAT (ZW)."""

TAX_NP = Decimal("-0.02")
"""Not subject to VAT here (NP)."""

TAX_OO = Decimal("-0.03")
"""Reverse charge: the buyer accounts for the VAT (OO)."""

IMAGES = 16
"""The pictures a product has at most; their positions begin with 0."""

LONGEST_ADDRESS = 1000
"""Characters of a picture's web address."""

LONGEST_NAME = 200
"""Characters of a product's name."""

Id = int | str
Number = int | float | Decimal

_METHOD = "addInventoryProduct"
_TEXTS = ("name", "description", *(f"description_extra{number}" for number in range(1, 5)))
_FIELD = re.compile(rf"{'|'.join(_TEXTS)}|features|extra_field_[0-9]+")
_LANGUAGE = re.compile(r"[a-z]{2}")
_SOURCE = re.compile(r"[A-Za-z][A-Za-z0-9_-]*_[0-9]+")
_WEB = ("http://", "https://")


class _WrongValueError(Exception):
    """A value cannot be sent; `what` is the reason as a sentence without its subject."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class TextKey(NamedTuple):
    """The key of a text field; `str` of it is the documented form: `name|de|amazon_0`.

    `language` is two letters, the catalog's own when it is not given. `source` is a sales channel and one of its
    accounts, `amazon_123`, or 0 for all of them, `amazon_0`; it needs a language.
    """

    field: str
    language: str = ""
    source: str = ""

    def __str__(self) -> str:
        return "|".join(self).rstrip("|")


@dataclass(frozen=True, slots=True)
class ProductSaved:
    """A product is in the catalog; `warnings` tell by field what BaseLinker could not take, such as an image."""

    product_id: str
    warnings: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryProduct:
    """A product to create, or with a `product_id` what to change of one: None leaves a field as it is.

    Nothing is checked or read before `parameters` or `save`, which tell all mistakes at once.
    """

    inventory_id: Id
    product_id: Id | None = None
    parent_id: Id | None = None
    is_bundle: bool | None = None
    ean: str | None = None
    ean_additional: Sequence[Mapping[str, Any]] | None = None
    sku: str | None = None
    asin: str | None = None
    tags: Sequence[str] | None = None
    tax_rate: Number | None = None
    """Percent, or one of TAX_EXEMPT, TAX_NP and TAX_OO."""
    weight: Number | None = None
    height: Number | None = None
    width: Number | None = None
    length: Number | None = None
    average_cost: Number | None = None
    star: int | None = None
    manufacturer_id: int | None = None
    category_id: int | None = None
    prices: Mapping[Id, Number] | None = None
    stock: Mapping[str, Number] | None = None
    locations: Mapping[str, str] | None = None
    text_fields: Mapping[TextKey | str, str | Mapping[str, Any]] | None = None
    images: Mapping[Id, File] | None = None
    links: Mapping[str, Mapping[str, Id]] | None = None
    bundle_products: Mapping[Id, int] | None = None
    videos: Sequence[Any] | None = None
    media_options: Mapping[str, Any] | None = None
    suppliers: Sequence[Any] | None = None

    def parameters(self) -> dict[str, Any]:
        """Return the call's parameters, files read and coded. Raises BadParameters with every mistake."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        built = {name: value for name, value in given.items() if value is not None}
        mistakes: list[Mistake] = []
        for name, build in _BUILDERS.items():
            # What is no dict at all is told by the generic check.
            if isinstance(built.get(name), Mapping):
                built[name] = dict(build(name, built[name], lambda *told: mistakes.append(Mistake(*told))))
        mistakes += self._bundle_mistakes()
        found = [*map(str, mistakes), *_generic_mistakes(built)]
        if found:
            raise BadParameters(_METHOD, found, methods()[_METHOD].reference)
        return built

    def save(self, api: Api) -> ProductSaved:
        """Create or change the product. Raises BaseLinkerError: BadParameters when nothing was sent."""
        reply = api.call(_METHOD, self.parameters())
        product_id = reply.get("product_id")
        if not product_id:
            raise Transport(_METHOD, "the answer has no product_id", cure="Look for the product by its SKU")
        return ProductSaved(str(product_id), reply.get("warnings") or {})

    def _bundle_mistakes(self) -> Iterator[Mistake]:
        # A product that is changed may be a bundle already.
        may_be_one = self.is_bundle or (self.is_bundle is None and self.product_id)
        if self.bundle_products and not may_be_one:
            yield Mistake("bundle_products", "needs is_bundle=True: only a bundle consists of other products")


def _generic_mistakes(parameters: Mapping[str, Any]) -> tuple[str, ...]:
    try:
        check(methods()[_METHOD], parameters)
    except BadParameters as error:
        return error.mistakes
    return ()


def _text_fields(name: str, given: Mapping[Any, Any], tell: _Tell) -> Iterator[tuple[str, Any]]:
    for key, value in given.items():
        path = f"{name}[{key}]"
        wrong = list(_key_mistakes(str(key)))
        for what in wrong:
            tell(path, what)
        if not wrong:
            try:
                yield str(key), _text_value(str(key).partition("|")[0], value)
            except (UnusableFile, _WrongValueError) as error:
                tell(path, error.what)


def _key_mistakes(key: str) -> Iterator[str]:
    field, *rest = key.split("|")
    if not _FIELD.fullmatch(field):
        yield f"must begin with {', '.join(_TEXTS)}, features or extra_field_ID"
    if rest and not _LANGUAGE.fullmatch(rest[0]):
        yield "needs a language of two small letters as its second part, such as name|de"
    if len(rest) > 1 and not _SOURCE.fullmatch(rest[1]):
        yield "needs a source and its account as its third part, such as name|de|amazon_0"
    if len(rest) > 2:
        yield "has more parts than field, language and source"


def _text_value(field: str, value: Any) -> Any:
    """Return the value of a text field as it is sent. Raises UnusableFile, _WrongValueError."""
    if field == "features":
        return _features(value)
    if isinstance(value, Mapping):
        if not field.startswith("extra_field_") or {*value} != {"title", "file"}:
            raise _WrongValueError(
                "must be a text; extra fields take a file too, as a dict with title and file"
            )
        return titled_file(value["title"], value["file"])
    if not isinstance(value, str):
        raise _WrongValueError(f"must be a text, not {type(value).__name__}")
    if field == "name" and len(value) > LONGEST_NAME:
        raise _WrongValueError(f"has {len(value)} characters, at most {LONGEST_NAME} are allowed")
    return value


def _features(value: Any) -> dict[str, Any]:
    if not isinstance(value, Mapping) or not all(isinstance(feature, str) for feature in value):
        raise _WrongValueError("must be a dict of features and their values, such as {'Colour': 'white'}")
    return dict(value)


def _images(name: str, given: Mapping[Any, Any], tell: _Tell) -> Iterator[tuple[Any, str]]:
    positions = {str(position) for position in range(IMAGES)}
    for position, image in given.items():
        path = f"{name}[{position}]"
        if str(position) not in positions:
            tell(path, f"is no position: they are 0 to {IMAGES - 1}")
        try:
            yield position, _image(image)
        except (UnusableFile, _WrongValueError) as error:
            tell(path, error.what)


def _image(image: Any) -> str:
    """Return a picture as it is sent: its address, its content, or "" to take it away.

    Raises UnusableFile, _WrongValueError.
    """
    if not isinstance(image, str) or not image.startswith(("url:", *_WEB)):
        return "" if image == "" else picture_file(image)
    address = image.removeprefix("url:")
    if not address.startswith(_WEB):
        raise _WrongValueError("must have a web address behind url:")
    if len(address) > LONGEST_ADDRESS:
        raise _WrongValueError(
            f"has an address of {len(address)} characters, at most {LONGEST_ADDRESS} are allowed"
        )
    return f"url:{address}"


def _links(name: str, given: Mapping[Any, Any], tell: _Tell) -> Iterator[tuple[Any, Any]]:
    for storage, link in _SHOPS(name, given, tell):
        if isinstance(link, Mapping) and link.get("product_id") in (None, ""):
            tell(f"{name}[{storage}].product_id", "is required, but missing")
        yield storage, dict(link) if isinstance(link, Mapping) else link


def _bundle(name: str, given: Mapping[Any, Any], tell: _Tell) -> Iterator[tuple[Any, Any]]:
    for product, pieces in _PRODUCTS(name, given, tell):
        if not isinstance(pieces, int) or isinstance(pieces, bool) or pieces < 1:
            tell(f"{name}[{product}]", f"must be a number of pieces, not {pieces!r}")
        yield product, pieces


class _Keys:
    """Builds a map whose keys have a form; `wanted` tells it to people."""

    def __init__(self, form: str, wanted: str) -> None:
        self._form = re.compile(form)
        self._wanted = wanted

    def __call__(self, name: str, given: Mapping[Any, Any], tell: _Tell) -> Iterator[tuple[Any, Any]]:
        for key, value in given.items():
            if not self._form.fullmatch(str(key)):
                tell(f"{name}[{key}]", f"must have {self._wanted} as its key")
            yield key, value


_SHOPS = _Keys(r"(shop|warehouse)_[0-9]+", "an outside storage such as shop_2445 or warehouse_7")
_PRODUCTS = _Keys(r"[0-9]+", "the id of a product")

_BUILDERS: Mapping[str, _Builder] = {
    "prices": _Keys(r"[0-9]+", "the id of a price group such as 105"),
    # Warehouses that mirror the stock of shops and wholesalers cannot be set.
    "stock": _Keys(r"bl_[0-9]+", "a warehouse of BaseLinker's own such as bl_206"),
    "locations": _Keys(r"(bl|shop|warehouse)_[0-9]+", "a warehouse such as bl_206, shop_2445 or warehouse_7"),
    "text_fields": _text_fields,
    "images": _images,
    "links": _links,
    "bundle_products": _bundle,
}
