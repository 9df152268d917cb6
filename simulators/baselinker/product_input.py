"""What addInventoryProduct takes: which fields of a product change, and what cannot be taken.

A price group, a warehouse, a text key or a picture that cannot be taken does not stop the rest: it is told as a
warning by field. Whether the real service draws the line there is unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulators.baselinker.catalog import TEXT_FIELDS
from simulators.baselinker.given import as_number, as_whole, data_file, entries, mapped, text, truth, whole
from simulators.baselinker.refusals import RefusedError, invalid, not_found
from simulators.baselinker.shelves import CATEGORIES, MANUFACTURERS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.baselinker.books import Books

LARGEST_FILE = 2 * 1024 * 1024
"""The most bytes of a picture or of a file in a text field."""

PICTURES = 16
"""The most pictures of a product."""

_LONGEST_ADDRESS = 1000
_LONGEST_NAME = 200
_TEXTS = ("sku", "ean", "asin")
_NUMBERS = ("tax_rate", "weight", "height", "width", "length", "average_cost")
_LISTS = ("ean_additional", "tags", "suppliers")
_STORAGE = re.compile(r"(shop|warehouse)_\d+")
_TEXT_KEY = re.compile(rf"({'|'.join(TEXT_FIELDS)}|extra_field_\d+)(\|([a-z]{{2}})(\|[a-z]+_\d+)?)?")


class ProductInput:
    """Reads the parameters of one call for a product as it stands before; `changes` and `warnings` hold the outcome."""

    def __init__(self, books: Books, inventory: Mapping[str, Any], before: Mapping[str, Any]) -> None:
        self._books = books
        self._inventory = inventory
        self._before = before
        self.changes: dict[str, Any] = {}
        self.warnings: dict[str, str] = {}

    def read(self, parameters: Mapping[str, Any]) -> None:
        """Take every field that is given; those that are not stay as they are."""
        there = {key: value for key, value in parameters.items() if value is not None}
        changes = self.changes
        changes |= {key: text(there, key) for key in _TEXTS if key in there}
        changes |= {key: as_number(there[key] or 0, key) for key in _NUMBERS if key in there}
        changes |= {key: entries(there, key) for key in _LISTS if key in there}
        if "is_bundle" in there:
            changes["is_bundle"] = truth(there, "is_bundle")
        self._read_ids(there)
        if "prices" in there:
            groups = [str(group) for group in self._inventory["price_groups"]]
            self._merge("prices", self._numbers("prices", there, groups))
        if "stock" in there:
            self._merge("stock", self._numbers("stock", there, self.own_warehouses))
        if "locations" in there:
            found = mapped(there, "locations")
            self._merge("locations", self._known("locations", found, self._inventory["warehouses"]))
        self._read_texts(there)
        self._read_images(there)
        self._read_links(there)
        self._read_bundle(there)

    @property
    def own_warehouses(self) -> list[str]:
        """The warehouses whose stock can be set: not those that mirror the stock of others."""
        return [one for one in self._inventory["warehouses"] if one.startswith("bl_")]

    def _read_ids(self, there: Mapping[str, Any]) -> None:
        for key, shelf in (("category_id", CATEGORIES), ("manufacturer_id", MANUFACTURERS)):
            number = whole(there, key, 0)
            if number and number not in self._books.records[shelf.key]:
                raise not_found(shelf.what)
            if key in there:
                self.changes[key] = number
        if "star" in there:
            self.changes["star"] = whole(there, "star", 0)
        parent_id = whole(there, "parent_id", 0)
        if parent_id:
            parent = self._books.products.get(parent_id)
            if (
                parent is None
                or parent["parent_id"]
                or parent["inventory_id"] != self._before["inventory_id"]
            ):
                raise not_found("parent product")
            self.changes["parent_id"] = parent_id

    def _numbers(self, name: str, there: Mapping[str, Any], known: list[str]) -> dict[str, Any]:
        found = self._known(name, mapped(there, name), known)
        return {key: as_number(value, f"{name}.{key}") for key, value in found.items()}

    def _known(self, name: str, found: dict[str, Any], known: list[str]) -> dict[str, Any]:
        """Return the entries whose keys are known; the others become a warning."""
        strange = [key for key in found if key not in known]
        if strange:
            self.warnings[name] = f"not in this catalog: {', '.join(strange)}"
        return {key: value for key, value in found.items() if key in known}

    def _merge(self, name: str, given: Mapping[str, Any]) -> None:
        self.changes[name] = {**self._before[name], **given}

    def _read_texts(self, there: Mapping[str, Any]) -> None:
        if "text_fields" not in there:
            return
        given = mapped(there, "text_fields")
        taken = {key: value for key, value in given.items() if self._is_text_key(key)}
        if len(taken) < len(given):
            strange = ", ".join(key for key in given if key not in taken)
            self.warnings["text_fields"] = f"no such text field: {strange}"
        for key, value in taken.items():
            _check_text(key, value, minds_length=self._books.behaviour.refuses_long_text)
        self._merge("text_fields", taken)

    def _is_text_key(self, key: str) -> bool:
        match = _TEXT_KEY.fullmatch(key)
        return match is not None and match[3] in (None, *self._inventory["languages"])

    def _read_images(self, there: Mapping[str, Any]) -> None:
        if "images" not in there:
            return
        images, wrong = dict(self._before["images"]), []
        for position, content in mapped(there, "images").items():
            reason = _fault_of(position, str(content))
            if reason:
                wrong.append(f"{position}: {reason}")
            elif content == "":
                images.pop(position, None)
            else:
                images[position] = f"https://images.example.com/{self._before['product_id']}/{position}.jpg"
        if wrong and self._books.behaviour.refuses_bad_images:
            raise RefusedError("ERROR_IMAGES", "; ".join(wrong))
        if wrong:
            self.warnings["images"] = "; ".join(wrong)
        self.changes["images"] = dict(sorted(images.items(), key=lambda image: int(image[0])))

    def _read_links(self, there: Mapping[str, Any]) -> None:
        if "links" not in there:
            return
        links = dict(self._before["links"])
        for storage, link in mapped(there, "links").items():
            if not _STORAGE.fullmatch(storage) or not isinstance(link, dict):
                self.warnings["links"] = f"{storage} is no storage with a product"
                continue
            links[storage] = {
                "product_id": text(link, "product_id"),
                "variant_id": whole(link, "variant_id", 0),
            }
        self.changes["links"] = links

    def _read_bundle(self, there: Mapping[str, Any]) -> None:
        if "bundle_products" not in there:
            return
        parts = {
            key: as_whole(count, f"bundle_products.{key}")
            for key, count in mapped(there, "bundle_products").items()
        }
        if parts and not self.changes.get("is_bundle", self._before["is_bundle"]):
            raise invalid("bundle_products needs is_bundle")
        if any(as_whole(key, "bundle_products") not in self._books.products for key in parts):
            raise not_found("bundle product")
        self.changes["bundle_products"] = parts


def _check_text(key: str, value: Any, *, minds_length: bool) -> None:
    """Refuse features that are no map, a file that is too large, and a name that is too long."""
    kind = key.partition("|")[0]
    if kind == "features":
        if not isinstance(value, (dict, list)):
            raise invalid(f"text_fields.{key} is not an object")
        return
    if isinstance(value, dict):
        file = data_file(text(value, "file")) or b""
        if not kind.startswith("extra_field_") or len(file) > LARGEST_FILE:
            raise invalid(f"text_fields.{key} is no file of at most 2 MB")
        return
    if not isinstance(value, (str, int, float)):
        raise invalid(f"text_fields.{key} is not text")
    if minds_length and kind == "name" and len(str(value)) > _LONGEST_NAME:
        raise invalid(f"text_fields.{key} is longer than {_LONGEST_NAME} characters")


def _fault_of(position: str, content: str) -> str:
    """Return why a picture cannot be taken, nothing where it can."""
    if not position.isdecimal() or int(position) >= PICTURES:
        return f"positions are 0 to {PICTURES - 1}"
    if content == "":
        return ""
    if content.startswith("url:"):
        address = content.removeprefix("url:")
        if len(address) > _LONGEST_ADDRESS:
            return f"the address is longer than {_LONGEST_ADDRESS} characters"
        return "" if address.startswith(("http://", "https://")) else "the address is no web address"
    file = data_file(content)
    if not file:
        return "neither url: nor base64 behind data:"
    return "larger than 2 MB" if len(file) > LARGEST_FILE else ""
