"""What BaseLinker lists, made into a receipt, or into a clear reason why not.

Pure: bytes in no direction, no clock. Fields that matter (id, lines, price, rate, quantity) stop a receipt and are
named; fields that do not matter never stop one. Field names and their quirks: getNewReceipts, baselinker-api.md 5.1
and 4.
"""

from __future__ import annotations

import hashlib
import json
import unicodedata
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bridge.baselinker import quirks
from drivers.receipt import Line, Receipt, VatRate

if TYPE_CHECKING:
    from collections.abc import Mapping

# Only what is printed or identifies the receipt belongs to its content: a new field of the API is not an edit.
_RECEIPT_KEYS = ("receipt_id", "series_id", "receipt_full_nr", "order_id", "payment_method", "nip")
_LINE_KEYS = ("name", "price_brutto", "tax_rate", "quantity", "sku", "ean")

# Beyond this a number is a mistake.
_LARGEST = Decimal(10) ** 9

_EXEMPT = Decimal(-1)
_NP = Decimal("-0.02")
_OO = Decimal("-0.03")
_TOLERANCE = Decimal("0.001")


@dataclass(frozen=True, slots=True)
class Objection:
    """Why a listed receipt is not printed as it is: `code` is stable, `field` names the datum or is empty."""

    code: str
    field: str
    text: str

    def __str__(self) -> str:
        return f"{self.field}: {self.text}" if self.field else self.text


@dataclass(frozen=True, slots=True)
class Listed:
    """One entry of the waiting list. `refusal` stands when it can never be printed, `holds` when a person must look."""

    receipt_id: int
    series_id: int | None
    order_id: int | None
    number: str
    content: str
    digest: str
    receipt: Receipt | None
    refusal: Objection | None = None
    holds: tuple[Objection, ...] = ()


class UnreadableError(Exception):
    """An entry without a usable receipt_id: there is nothing to journal or to report it under."""


class _FieldError(Exception):
    def __init__(self, name: str, text: str) -> None:
        super().__init__(f"{name}: {text}")
        self.objection = Objection("bad_data", name, text)


def read_listed(raw: object) -> Listed:
    """Return an entry of getNewReceipts as the journal keeps it. Raises UnreadableError."""
    if not isinstance(raw, dict):
        raise UnreadableError(f"an entry of the list is {_what(raw)}, not an object")
    receipt_id = _whole(raw.get("receipt_id"))
    if receipt_id is None or receipt_id <= 0:
        raise UnreadableError(f"receipt_id: {_what(raw.get('receipt_id'))} is not a number of a receipt")
    content = _canonical(raw)
    refusal: Objection | None = None
    receipt: Receipt | None = None
    holds: tuple[Objection, ...] = ()
    try:
        receipt, holds = _read_receipt(receipt_id, raw)
    except _FieldError as error:
        refusal = error.objection
    return Listed(
        receipt_id=receipt_id,
        series_id=_whole(raw.get("series_id")),
        order_id=_whole(raw.get("order_id")),
        number=_text(raw.get("receipt_full_nr")),
        content=content,
        digest=hashlib.sha256(content.encode()).hexdigest(),
        receipt=receipt,
        refusal=refusal,
        holds=holds,
    )


def receipt_of(content: str, currency: str, edocument_id: str = "") -> Receipt:
    """Return the receipt of a journaled content, in the currency that was compared or assumed.

    A buyer's NIP that is not valid is left out: such a receipt reaches this point only when a person has decided
    to print it without.
    """
    raw = json.loads(content)
    listed = read_listed(raw)
    if listed.receipt is None:
        raise ValueError(f"receipt {listed.receipt_id}: {listed.refusal}")
    return replace(listed.receipt, currency=currency, edocument_id=edocument_id)


def clean_nip(text: str) -> str | None:
    """Return a Polish tax id as ten digits, '' when there is none, None when it is not valid.

    Takes the prefix PL and spaces, hyphens, dots and slashes between the digits; checks the check digit
    (weights 6 5 7 2 3 4 5 6 7, modulo 11).
    """
    compact = "".join(character for character in text.upper() if not _separates(character))
    if not compact:
        return ""
    digits = compact.removeprefix("PL")
    if len(digits) != 10 or not (digits.isascii() and digits.isdigit()) or digits == "0" * 10:
        return None
    weights = (6, 5, 7, 2, 3, 4, 5, 6, 7)
    check = sum(weight * int(digit) for weight, digit in zip(weights, digits[:9], strict=True)) % 11
    return digits if check == int(digits[9]) else None


def _separates(character: str) -> bool:
    return character in "./" or unicodedata.category(character) in ("Zs", "Pd", "Cc")


def _read_receipt(receipt_id: int, raw: Mapping[str, Any]) -> tuple[Receipt, tuple[Objection, ...]]:
    typed_nip = _text(raw.get("nip"))
    nip = clean_nip(typed_nip)
    receipt = Receipt(
        receipt_id=receipt_id,
        lines=_read_lines(raw.get("products")),
        series_id=_whole(raw.get("series_id")),
        order_id=_whole(raw.get("order_id")),
        number=_text(raw.get("receipt_full_nr")),
        payment=_text(raw.get("payment_method")),
        nip=nip or "",
    )
    if nip is not None:
        return receipt, ()
    shown = typed_nip[:30]
    return receipt, (
        Objection("nip_invalid", "nip", f"the buyer's NIP {shown!r} is not a valid Polish tax id"),
    )


def _read_lines(value: object) -> tuple[Line, ...]:
    try:
        products = quirks.listing(value)
    except quirks.Unreadable as error:
        raise _FieldError("products", str(error)) from None
    if not products:
        raise _FieldError("products", "the receipt has no lines")
    return tuple(_read_line(product, f"products[{index}]") for index, product in enumerate(products))


def _read_line(product: object, where: str) -> Line:
    if not isinstance(product, dict):
        raise _FieldError(where, f"{_what(product)} is not a line")
    price = _number(product.get("price_brutto"), f"{where}.price_brutto")
    if price < 0:
        raise _FieldError(f"{where}.price_brutto", f"{price} is negative: a discount must be in the prices")
    quantity = _number(product.get("quantity"), f"{where}.quantity")
    if quantity <= 0:
        raise _FieldError(f"{where}.quantity", f"{quantity} is not above zero")
    sku, ean = _text(product.get("sku")), _text(product.get("ean"))
    return Line(
        name=_text(product.get("name")) or sku or ean or "-",
        quantity=quantity,
        unit_price=price,
        vat_rate=_vat_rate(product.get("tax_rate"), f"{where}.tax_rate"),
        sku=sku,
        ean=ean,
    )


def _vat_rate(value: object, where: str) -> VatRate:
    """Return the rate; BaseLinker's special values are -1 exempt, -0.02 NP, -0.03 OO (baselinker-api.md 4.5)."""
    rate = _number(value, where)
    if rate == _EXEMPT:
        return VatRate(None)
    for special, name in ((_NP, "NP (not subject to VAT)"), (_OO, "OO (reverse charge)")):
        if abs(rate - special) <= _TOLERANCE:
            raise _FieldError(where, f"{name} has no rate on a receipt printer")
    if not 0 <= rate < 100:
        raise _FieldError(where, f"{rate} is not a VAT rate")
    return VatRate(rate.normalize() + 0)


def _number(value: object, where: str) -> Decimal:
    try:
        number = quirks.number(value)
    except quirks.Unreadable as error:
        raise _FieldError(where, str(error)) from None
    if number is None:
        raise _FieldError(where, "is missing")
    if abs(number) > _LARGEST:
        raise _FieldError(where, f"{_what(value)} is too large for a receipt")
    return number


def _whole(value: object) -> int | None:
    """Return an id as an int, None when there is none that can be read."""
    try:
        number = quirks.integer(value)
    except quirks.Unreadable:
        return None
    # SQLite's integers have 64 bits, and no id comes near.
    return number if number is not None and abs(number) < 2**63 else None


def _text(value: object) -> str:
    """Return text in NFC, numbers as they are written, '' for anything else: such a field never stops a receipt."""
    try:
        return quirks.text(value).strip()
    except quirks.Unreadable:
        return ""


def _what(value: object) -> str:
    """Return a short picture of a value for an error."""
    if value is None:
        return "nothing"
    text = json.dumps(_plain(value), ensure_ascii=True) if not isinstance(value, Decimal) else str(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


def _canonical(raw: Mapping[str, Any]) -> str:
    """Return the part of an entry that counts, as JSON text with sorted keys and exact numbers."""
    products = raw.get("products")
    if isinstance(products, dict):
        products = list(products.values())
    if isinstance(products, list):
        products = [_line_part(product) for product in products]
    kept = {key: raw[key] for key in _RECEIPT_KEYS if key in raw} | {"products": products}
    return json.dumps(_plain(kept), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _line_part(product: object) -> object:
    if not isinstance(product, dict):
        return product
    return {key: product[key] for key in _LINE_KEYS if key in product}


def _plain(value: object) -> object:
    """Return a JSON value with Decimals as text and text that can be stored."""
    if isinstance(value, dict):
        return {_plain(str(key)): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    return value
