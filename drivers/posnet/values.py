"""What stands in the fields of POSNET frames: amounts, quantities, rates, dates (posnet.md 6).

Written as text, which the session encodes with the rest of a command; read from the bytes of an answer.
Every reader raises ValueError with the bytes in it, every writer ValueError for what the field cannot hold.
"""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal

HIGHEST_AMOUNT = 9_999_999_999
"""Grosze of a line, payment or receipt, at most; `pr` has a larger figure elsewhere, and the smaller counts."""

HIGHEST_QUANTITY = 9_999_999_999
QUANTITY_DECIMALS = 8
SAFE_QUANTITY_DECIMALS = 3
"""The specification has eight; three are what every generation took (posnet.md 14)."""

HIGHEST_PERCENT = Decimal("99.99")

EXEMPT = Decimal(100)
"""What the VAT table of a printer says for exempt goods."""
INACTIVE = Decimal(101)
"""What it says for a letter that is not in use; also the last rate of a name that was never sold (`dbchkplu`)."""

SLOTS = 7
"""VAT slots 0 to 6, printed as A to G."""

YES, NO = "1", "0"
"""A bool as every generation takes it."""

_WHOLE = re.compile(rb"-?[0-9]{1,20}")
_NUMBER = re.compile(rb"-?[0-9]{1,20}([.,][0-9]{1,20})?")
_DATE = re.compile(rb"([0-9]{4})[-./]([0-9]{2})[-./]([0-9]{2})")
_DATE_TIME = re.compile(_DATE.pattern + rb"[;, ]([0-9]{2}):([0-9]{2})")
_TRUE = frozenset({b"1", b"t", b"T", b"Y", b"y"})
_FALSE = frozenset({b"0", b"n", b"N"})


def amount(grosze: int) -> str:
    """Return an amount as whole grosze. Raises ValueError outside 0 to 99 999 999.99 PLN."""
    if not 0 <= grosze <= HIGHEST_AMOUNT:
        raise ValueError(f"{grosze} grosze is no amount for the printer: 0 to {HIGHEST_AMOUNT}")
    return str(grosze)


def quantity(number: Decimal) -> str:
    """Return a quantity with a point and without idle zeros: Decimal('2.50') -> '2.5'."""
    text = f"{number:f}"
    plain = (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
    decimals = len(plain.partition(".")[2])
    if not 0 < number <= HIGHEST_QUANTITY or decimals > QUANTITY_DECIMALS:
        raise ValueError(f"{number} is no quantity for the printer")
    return plain


def percent(number: Decimal) -> str:
    """Return a percentage in hundredths: 15 % -> '1500'."""
    hundredths = number * 100
    if not 0 <= number <= HIGHEST_PERCENT or hundredths != int(hundredths):
        raise ValueError(f"{number} is no percentage for the printer: 0 to {HIGHEST_PERCENT}, two decimals")
    return str(int(hundredths))


def slot(number: int) -> str:
    """Return a VAT slot."""
    if not 0 <= number < SLOTS:
        raise ValueError(f"{number} is no VAT slot: 0 to {SLOTS - 1}")
    return str(number)


def slot_letter(number: int) -> str:
    """Return the letter that is printed for a VAT slot."""
    return "ABCDEFG"[number]


def truth(value: bool) -> str:
    """Return a bool as it is sent."""
    return YES if value else NO


def day(value: date) -> str:
    """Return a date as `yyyy-mm-dd`."""
    return f"{value:%Y-%m-%d}"


def minute(value: datetime) -> str:
    """Return a date with time as `yyyy-mm-dd;hh:mm`, the form printers answer with."""
    return f"{value:%Y-%m-%d;%H:%M}"


def read_whole(data: bytes) -> int:
    """Return a count, an amount in grosze, or any other whole number."""
    if not _WHOLE.fullmatch(data):
        raise ValueError(f"{data!r} is not a whole number")
    return int(data)


def read_number(data: bytes) -> Decimal:
    """Return a decimal number or a VAT rate in percent, written with a point or a comma: `23,00`."""
    if not _NUMBER.fullmatch(data):
        raise ValueError(f"{data!r} is not a number")
    return Decimal(data.decode("ascii").replace(",", "."))


def read_truth(data: bytes) -> bool:
    """Return a bool in any of the forms of posnet.md 6."""
    if data in _TRUE:
        return True
    if data in _FALSE:
        return False
    raise ValueError(f"{data!r} is neither true nor false")


def read_day(data: bytes) -> date:
    """Return a date."""
    match = _DATE.fullmatch(data)
    if not match:
        raise ValueError(f"{data!r} is not a date")
    year, month, day_of_month = (int(group) for group in match.groups())
    return date(year, month, day_of_month)


def read_minute(data: bytes) -> datetime:
    """Return the printer's wall clock as it told it, without a zone: `2026-10-09;11:48`."""
    match = _DATE_TIME.fullmatch(data)
    if not match:
        raise ValueError(f"{data!r} is not a date with a time")
    year, month, day_of_month, hour, minutes = (int(group) for group in match.groups())
    return datetime(year, month, day_of_month, hour, minutes)  # noqa: DTZ001 - the printer's own wall clock


def read_instant(data: bytes) -> datetime:
    """Return an ISO time with its zone, to the second: `2026-10-09T11:48:15+02:00`."""
    try:
        instant = datetime.fromisoformat(data.decode("ascii"))
    except ValueError:
        raise ValueError(f"{data!r} is not an ISO time") from None
    if instant.tzinfo is None:
        raise ValueError(f"{data!r} has no zone")
    return instant
