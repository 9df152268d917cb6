"""BaseLinker's free text about a payment to the printer's payment forms, by patterns that are data (posnet.md 8.6)."""

from __future__ import annotations

import re
import tomllib
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from drivers.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

FormName = Literal["cash", "card", "cheque", "coupon", "credit", "other", "voucher", "transfer"]
"""How a form is called in the configuration."""

_TABLE = Path(__file__).with_name("payments.toml")


class PaymentForm(IntEnum):
    """A form of payment; the number is `ty` of `trpayment`. 1 is not assigned."""

    CASH = 0
    CARD = 2
    CHEQUE = 3
    COUPON = 4
    CREDIT = 5
    OTHER = 6
    VOUCHER = 7
    TRANSFER = 8

    @property
    def polish(self) -> str:
        """What stands on a receipt when BaseLinker says nothing."""
        return _POLISH[self]


_POLISH: Mapping[PaymentForm, str] = {
    PaymentForm.CASH: "Gotówka",
    PaymentForm.CARD: "Karta",
    PaymentForm.CHEQUE: "Czek",
    PaymentForm.COUPON: "Bon",
    PaymentForm.CREDIT: "Kredyt",
    PaymentForm.OTHER: "Inna",
    PaymentForm.VOUCHER: "Voucher",
    PaymentForm.TRANSFER: "Przelew",
}

Patterns = tuple[tuple[re.Pattern[str], PaymentForm], ...]


def form_named(name: str) -> PaymentForm:
    """Return the form of that name in the configuration."""
    return PaymentForm[name.upper()]


def compiled(patterns: Sequence[tuple[str, str]]) -> Patterns:
    """Return pairs of a pattern and a form's name ready to be used. Raises ValueError for a wrong pattern."""
    found = []
    for pattern, form in patterns:
        try:
            found.append((re.compile(pattern, re.IGNORECASE), form_named(form)))
        except re.error as error:
            raise ValueError(f"{pattern!r} is not a pattern: {error}") from None
    return tuple(found)


def choose_form(text: str, own: Patterns, fallback: PaymentForm) -> PaymentForm:
    """Return the form that BaseLinker's `text` stands for: by `own` patterns, then the usual ones, else `fallback`."""
    cleaned = clean(text)
    for pattern, form in (*own, *_usual()):
        if cleaned and pattern.search(cleaned):
            return form
    return fallback


@cache
def _usual() -> Patterns:
    table = tomllib.loads(_TABLE.read_text("utf-8"))
    return compiled([(entry["pattern"], entry["form"]) for entry in table["patterns"]])
