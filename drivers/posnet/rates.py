"""VAT rates to the letters of one printer, by its own table; what it lacks is refused with both sides named."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.contract import Refusal
from drivers.posnet.values import EXEMPT, INACTIVE, SLOTS, slot_letter

if TYPE_CHECKING:
    from decimal import Decimal

    from drivers.receipt import VatRate


class RateTable:
    """The VAT table of one printer, as `vatget` told it. Raises ValueError when it has not seven rates."""

    def __init__(self, vat: tuple[Decimal, ...]) -> None:
        if len(vat) != SLOTS:
            raise ValueError(f"a VAT table has {SLOTS} rates, not {len(vat)}")
        self._vat = vat

    def slot_of(self, rate: VatRate, field: str) -> int:
        """Return the slot of `rate`, the first one where two have it. Raises Refusal, which names `field`."""
        wanted = EXEMPT if rate.percent is None else rate.percent
        for slot, percent in enumerate(self._vat):
            # A rate of 100 % would be the printer's word for exempt; no such VAT rate exists.
            if percent == wanted and (percent == EXEMPT) == rate.exempt and percent != INACTIVE:
                return slot
        raise Refusal(
            f"The printer has no VAT rate {rate}; it has {self}",
            field=field,
            cure="Correct the rate in BaseLinker, or have it programmed into the printer",
            code="vat_rate",
        )

    def __str__(self) -> str:
        used = (
            f"{slot_letter(slot)} {'exempt' if percent == EXEMPT else f'{percent.normalize():f}%'}"
            for slot, percent in enumerate(self._vat)
            if percent != INACTIVE
        )
        return ", ".join(used) or "none"
