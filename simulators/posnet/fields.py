"""The types of values (posnet.md 6): what a field of a command may hold, and what it means."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from simulators.posnet import codepages
from simulators.posnet.framing import CONVERSION, FIELD_LENGTH, MISSING_FIELD, FrameRefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.posnet.framing import Request

Value = int | str | bool | Decimal | date | datetime

_WHOLE = re.compile(rb"[0-9]{1,12}")
_DECIMAL = re.compile(rb"[0-9]{1,10}(?:[.,][0-9]{1,8})?")
_RATE = re.compile(rb"[0-9]{1,3}(?:[.,][0-9]{1,2})?")
_DATE = re.compile(rb"([0-9]{4})([-./])([0-9]{2})\2([0-9]{2})")
_MOMENT = re.compile(rb"([0-9]{4}[-./][0-9]{2}[-./][0-9]{2})[,; ]([0-9]{2}):([0-9]{2})")
_TRUE, _FALSE = frozenset(b"1tTYy"), frozenset(b"0nN")
MOST = 9_999_999_999  # grosze, and units of a quantity


@dataclass(frozen=True, slots=True)
class Field:
    """One field: its type, the most it may be (a number or a length, or the name of a limit of the model)."""

    kind: str
    most: int | str = MOST
    required: bool = False


def must(field: Field) -> Field:
    """Return the field as a required one."""
    return replace(field, required=True)


def whole(most: int = 999_999_999_999) -> Field:
    """Return a whole number from 0."""
    return Field("whole", most)


def text(most: int | str) -> Field:
    """Return a text of at most so many characters."""
    return Field("text", most)


AMOUNT = Field("whole", MOST)
BIG_AMOUNT = Field("whole", 499_999_999_999)
QUANTITY = Field("decimal", MOST)
PERCENT = Field("whole", 9999)
SLOT = Field("whole", 99)
FLAG = Field("flag", 1)
RATE = Field("rate", 1)
DAY = Field("date", 10)
MOMENT = Field("moment", 16)


@dataclass(frozen=True, slots=True)
class Values:
    """The fields of one request, converted. Asking for one that did not come gives the default."""

    values: Mapping[str, Value]
    bytes: Mapping[str, bytes]

    def __contains__(self, name: object) -> bool:
        return name in self.values

    def whole(self, name: str, default: int = 0) -> int:
        """Return a whole number (amount, percent, slot, rate)."""
        value = self.values.get(name, default)
        assert isinstance(value, int)  # noqa: S101  (the command's table of fields says so)
        return value

    def text(self, name: str, default: str = "") -> str:
        """Return a text."""
        value = self.values.get(name, default)
        assert isinstance(value, str)  # noqa: S101
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Return a truth value."""
        return bool(self.values.get(name, default))

    def decimal(self, name: str, default: Decimal = Decimal(1)) -> Decimal:
        """Return a decimal number."""
        value = self.values.get(name, default)
        assert isinstance(value, Decimal)  # noqa: S101
        return value

    def day(self, name: str) -> date | None:
        """Return a date."""
        value = self.values.get(name)
        assert value is None or isinstance(value, date)  # noqa: S101
        return value

    def moment(self, name: str) -> datetime:
        """Return a date and time; only for required fields."""
        value = self.values[name]
        assert isinstance(value, datetime)  # noqa: S101
        return value

    def raw(self, name: str) -> str:
        """Return the bytes of a field, one character a byte."""
        return self.bytes.get(name, b"").decode("latin-1")


def convert(request: Request, fields: Mapping[str, Field], page: int, limits: Mapping[str, int]) -> Values:
    """Return the values of a request. Raises FrameRefusedError naming the command and the field."""
    for name, field in fields.items():
        if field.required and name not in request.fields:
            raise _refusal(request, MISSING_FIELD, name)
    values: dict[str, Value] = {}
    for name, data in request.fields.items():
        known = fields.get(name)
        if known is None:
            continue
        most = known.most if isinstance(known.most, int) else limits[known.most]
        if known.kind == "text" and len(data) > most:
            raise _refusal(request, FIELD_LENGTH, name)
        try:
            values[name] = _value(known.kind, data, most, page)
        except ValueError:
            raise _refusal(request, CONVERSION, name) from None
    return Values(values, request.fields)


def _refusal(request: Request, code: int, name: str) -> FrameRefusedError:
    return FrameRefusedError(code, token=request.token, command=request.mnemonic, name=name)


def _value(kind: str, data: bytes, most: int, page: int) -> Value:
    """Return what the bytes mean. Raises ValueError."""
    if kind == "text":
        return codepages.decode(data, page)
    if kind == "whole":
        return _whole(data, most)
    if kind == "flag":
        return _flag(data)
    if kind == "decimal":
        return _decimal(data, most)
    if kind == "rate":
        return _rate(data)
    return _date(data) if kind == "date" else _moment(data)


def _whole(data: bytes, most: int) -> int:
    if not _WHOLE.fullmatch(data) or int(data) > most:
        raise ValueError
    return int(data)


def _flag(data: bytes) -> bool:
    if len(data) != 1 or data[0] not in _TRUE | _FALSE:
        raise ValueError
    return data[0] in _TRUE


def _decimal(data: bytes, most: int) -> Decimal:
    if not _DECIMAL.fullmatch(data):
        raise ValueError
    number = Decimal(data.decode("ascii").replace(",", "."))
    if number > most:
        raise ValueError
    return number


def _rate(data: bytes) -> int:
    """Return a rate in hundredths of a percent."""
    if not _RATE.fullmatch(data):
        raise ValueError
    return int(Decimal(data.decode("ascii").replace(",", ".")) * 100)


def _date(data: bytes) -> date:
    match = _DATE.fullmatch(data)
    if match is None:
        raise ValueError
    return date(int(match[1]), int(match[3]), int(match[4]))


def _moment(data: bytes) -> datetime:
    match = _MOMENT.fullmatch(data)
    if match is None:
        raise ValueError
    day = _date(match[1])
    return datetime(day.year, day.month, day.day, int(match[2]), int(match[3]))  # noqa: DTZ001  (the printer's own)
