"""A receipt as every driver understands it: exact money, exact rates, no text that was not checked.

Money is an integer number of grosze (hundredths of the currency's unit) once a line is valued, and Decimal
before. Nothing here ever passes through a binary float.

    value of a line  = unit price x quantity, rounded half up to the grosz
    total            = sum of the line values
    VAT of a rate    = gross x percent / (100 + percent), rounded half up, on the rate's sum
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping

# Wide enough that price x quantity is exact for every number that fits a receipt.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)
_GROSZ = Decimal(1)


def to_grosze(amount: Decimal) -> int:
    """Return `amount` (in units, such as złoty) as whole grosze, rounded half up (away from zero)."""
    return int(_EXACT.quantize(_EXACT.multiply(amount, Decimal(100)), _GROSZ))


def format_grosze(grosze: int) -> str:
    """Return grosze as units with two decimals and a point: 124905 -> '1249.05'."""
    sign = "-" if grosze < 0 else ""
    return f"{sign}{abs(grosze) // 100}.{abs(grosze) % 100:02d}"


@dataclass(frozen=True, slots=True, order=True)
class VatRate:
    """A VAT rate in percent (`Decimal('23')`), or exempt when `percent` is None.

    BaseLinker's special values -0.02 (NP) and -0.03 (OO) have no VatRate on purpose: no device has a rate for
    them, so they are refused before a receipt is built (baselinker-api.md, 4.5).
    """

    percent: Decimal | None

    @property
    def exempt(self) -> bool:
        """Whether the goods are exempt from VAT (ZW, BaseLinker's -1)."""
        return self.percent is None

    def vat_of(self, gross: int) -> int:
        """Return the VAT contained in `gross` grosze, rounded half up."""
        if self.percent is None:
            return 0
        part = _EXACT.divide(
            _EXACT.multiply(Decimal(gross), self.percent), _EXACT.add(Decimal(100), self.percent)
        )
        return int(_EXACT.quantize(part, _GROSZ))

    def __str__(self) -> str:
        return "exempt" if self.percent is None else f"{self.percent.normalize():f}%"

    def to_json(self) -> str | None:
        """Return the rate as JSON: the percent as text, None for exempt."""
        return None if self.percent is None else f"{self.percent:f}"

    @classmethod
    def from_json(cls, value: str | None) -> Self:
        """Return the rate that `to_json` wrote."""
        return cls(None if value is None else Decimal(value))


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a receipt: what was sold, how many, the gross price of one in units, the VAT rate."""

    name: str
    quantity: Decimal
    unit_price: Decimal
    vat_rate: VatRate
    sku: str = ""
    ean: str = ""

    @property
    def value(self) -> int:
        """The line's gross value in grosze: unit price x quantity, rounded half up."""
        return to_grosze(_EXACT.multiply(self.unit_price, self.quantity))

    def to_json(self) -> dict[str, Any]:
        """Return the line as JSON, numbers as exact text."""
        return {
            "name": self.name,
            "quantity": f"{self.quantity:f}",
            "unit_price": f"{self.unit_price:f}",
            "vat_rate": self.vat_rate.to_json(),
            "sku": self.sku,
            "ean": self.ean,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the line that `to_json` wrote."""
        return cls(
            name=value["name"],
            quantity=Decimal(value["quantity"]),
            unit_price=Decimal(value["unit_price"]),
            vat_rate=VatRate.from_json(value["vat_rate"]),
            sku=value["sku"],
            ean=value["ean"],
        )


@dataclass(frozen=True, slots=True)
class Receipt:
    """What BaseLinker wants issued, checked: a driver may rely on every field.

    `number` is BaseLinker's own number (at most 30 characters), `payment` its free text, `nip` the buyer's
    tax id as ten digits or empty. `edocument_id` is the identifier under which the buyer asked for an electronic
    receipt, or empty: then it is paper, as it is wherever a device cannot do it. Text is NFC but otherwise as
    BaseLinker has it: each driver cleans what it sends to its device (`drivers.text`).
    """

    receipt_id: int
    lines: tuple[Line, ...]
    series_id: int | None = None
    order_id: int | None = None
    number: str = ""
    payment: str = ""
    nip: str = ""
    currency: str = "PLN"
    edocument_id: str = ""

    @property
    def total(self) -> int:
        """The gross total in grosze: the sum of the line values."""
        return sum(line.value for line in self.lines)

    @property
    def totals_by_rate(self) -> tuple[tuple[VatRate, int], ...]:
        """Gross sums in grosze per VAT rate, highest rate first, exempt last."""
        sums: dict[VatRate, int] = {}
        for line in self.lines:
            sums[line.vat_rate] = sums.get(line.vat_rate, 0) + line.value
        return tuple(sorted(sums.items(), key=lambda item: (item[0].exempt, -(item[0].percent or 0))))

    def to_json(self) -> dict[str, Any]:
        """Return the receipt as JSON."""
        return {
            "receipt_id": self.receipt_id,
            "lines": [line.to_json() for line in self.lines],
            "series_id": self.series_id,
            "order_id": self.order_id,
            "number": self.number,
            "payment": self.payment,
            "nip": self.nip,
            "currency": self.currency,
            "edocument_id": self.edocument_id,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the receipt that `to_json` wrote."""
        return cls(
            receipt_id=value["receipt_id"],
            lines=tuple(Line.from_json(line) for line in value["lines"]),
            series_id=value["series_id"],
            order_id=value["order_id"],
            number=value["number"],
            payment=value["payment"],
            nip=value["nip"],
            currency=value["currency"],
            # A journal may hold a plan that was made before there were electronic receipts.
            edocument_id=value.get("edocument_id", ""),
        )
