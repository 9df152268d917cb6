"""Looks at a call's parameters before it is sent and tells all mistakes at once.

    parameter missing       documented as required, or none of several that can stand for each other
    wrong type              int      5, Decimal("5"), "5"         number  5, 5.5, Decimal("5.5"), "5.5"
                            text     "five", and 5 for ids        bool    True, False, 1, 0, "1", "0"
                            date     "2026-05-03"                 list    list, tuple
                            map, object   dict
    limit exceeded          characters of a text, digits of a number, bounds, entries of a list
    value not allowed       where the documentation lists all that are

Entries of lists and maps are looked at in the same way. Numbers are taken as text too, because BaseLinker itself sends
them so. Where sources disagree the wider rule counts, and what they do not say is let through: a mistake told here is
one by every source (methods.py).

An unknown parameter is no mistake, since the API grows: it is reported beside, for a warning.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bridge.baselinker.errors import BadParameters

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from bridge.baselinker.methods import Method, Parameter

_WHOLE = re.compile(r"[+-]?[0-9]{1,30}")
_NUMBER = re.compile(r"[+-]?[0-9]{1,30}(?:\.[0-9]{1,30})?")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
# What the client can send of a fraction without changing it.
_EXACT_DIGITS = 15
# Python refuses to write out whole numbers of thousands of digits.
_MOST_BITS = 128


class UnknownParameter(UserWarning):
    """A parameter was sent that the client does not know: a new one, or a slip."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What is wrong with a parameter; `path` leads to it: `items[2].quantity`."""

    path: str
    what: str

    def __str__(self) -> str:
        return f"{self.path} {self.what}"


def check(method: Method, parameters: Mapping[str, Any]) -> list[str]:
    """Return the names of unknown parameters, nested ones with their path.

    Raises BadParameters, with every mistake, when there is one.
    """
    unknown: list[str] = []
    mistakes = list(_record("", method.parameters, parameters, unknown))
    mistakes += _alternatives(method, parameters)
    if mistakes:
        raise BadParameters(method.name, [str(mistake) for mistake in mistakes], method.reference)
    return unknown


def _alternatives(method: Method, parameters: Mapping[str, Any]) -> Iterator[Mistake]:
    for group in method.one_of:
        if not any(name in parameters for name in group):
            yield Mistake(" or ".join(group), "is required")
    for parameter in method.parameters:
        if parameter.needs and parameter.name in parameters and parameter.needs not in parameters:
            yield Mistake(parameter.needs, f"is required together with {parameter.name}")


def _record(
    path: str, known: Iterable[Parameter], given: Mapping[Any, Any], unknown: list[str]
) -> Iterator[Mistake]:
    """Check the fields of a record, or the parameters of a method."""
    by_name = {parameter.name: parameter for parameter in known}
    for name, parameter in by_name.items():
        if parameter.required and name not in given:
            yield Mistake(_inside(path, name), "is required, but missing")
    for name, value in given.items():
        if not isinstance(name, str):
            yield Mistake(_inside(path, repr(name)), "is no name of a field")
        elif name in by_name:
            yield from _value(_inside(path, name), by_name[name], value, unknown)
        else:
            unknown.append(_inside(path, name))
            yield from _sendable(_inside(path, name), value)


def _value(path: str, parameter: Parameter, value: Any, unknown: list[str]) -> Iterator[Mistake]:
    if value == "" and isinstance(value, str) and parameter.empty:
        return
    kind = next((kind for kind in parameter.kinds if _KINDS[kind](value)), None)
    if kind is None:
        wanted = " or ".join(_WANTED[kind] for kind in parameter.kinds)
        yield Mistake(path, f"must be {wanted}, not {_shown(value)}")
    elif kind in ("list", "map", "object"):
        yield from _container(path, parameter, value, unknown)
    elif kind == "any":
        yield from _sendable(path, value)
    else:
        yield from (Mistake(path, what) for what in _scalar(kind, parameter, value))


def _container(path: str, parameter: Parameter, value: Any, unknown: list[str]) -> Iterator[Mistake]:
    if parameter.entries is not None and len(value) > parameter.entries:
        yield Mistake(path, f"has {len(value)} entries, at most {parameter.entries} are allowed")
    if isinstance(value, dict) and parameter.type == "object" and parameter.fields:
        yield from _record(path, parameter.fields, value, unknown)
        return
    if isinstance(value, dict):
        yield from (
            Mistake(path, f"has the key {_shown(key)}, not an id") for key in value if not _is_id(key)
        )
    for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
        yield from _entry(f"{path}[{key}]", parameter, entry, unknown)


def _entry(path: str, parameter: Parameter, entry: Any, unknown: list[str]) -> Iterator[Mistake]:
    if parameter.each is not None:
        yield from _value(path, parameter.each, entry, unknown)
    elif not parameter.fields:
        yield from _sendable(path, entry)
    elif isinstance(entry, dict):
        yield from _record(path, parameter.fields, entry, unknown)
    else:
        yield Mistake(path, f"must be {_WANTED['object']}, not {_shown(entry)}")


def _scalar(kind: str, parameter: Parameter, value: Any) -> Iterator[str]:
    """Yield what is wrong with a value of the right type."""
    if parameter.length is not None and kind == "text" and len(str(value)) > parameter.length:
        yield f"has {len(str(value))} characters, at most {parameter.length} are allowed"
    number = _number(value) if kind in ("int", "number") else None
    if number is not None:
        yield from _digits(parameter, value, number)
    if not _is_allowed(parameter, value, number):
        yield f"must be {parameter.allowed}, not {_shown(value)}"


def _digits(parameter: Parameter, value: Any, number: Decimal) -> Iterator[str]:
    _sign, digits, exponent = number.normalize().as_tuple()
    places = max(0, -exponent) if isinstance(exponent, int) else 0
    if parameter.digits is not None:
        whole = parameter.digits[0] - parameter.digits[1]
        if places > parameter.digits[1] or abs(number) >= 10**whole:
            yield f"may have {whole} digits before and {parameter.digits[1]} after the point, not {_shown(value)}"
    elif isinstance(value, Decimal) and places and len(digits) > _EXACT_DIGITS:
        yield f"has more than {_EXACT_DIGITS} digits and cannot be sent exactly"


def _is_allowed(parameter: Parameter, value: Any, number: Decimal | None) -> bool:
    if not parameter.allowed or value in parameter.values:
        return True
    number = _number(value) if number is None else number
    if number is None:
        return False
    least, most = parameter.least, parameter.most
    return number in parameter.values or (least is not None and most is not None and least <= number <= most)


def _sendable(path: str, value: Any) -> Iterator[Mistake]:
    """Yield what JSON cannot carry in a value of any shape."""
    if isinstance(value, dict):
        for key, entry in value.items():
            if not _is_id(key):
                yield Mistake(path, f"has the key {_shown(key)}, not a text")
            yield from _sendable(f"{path}[{key}]", entry)
    elif isinstance(value, (list, tuple)):
        for index, entry in enumerate(value):
            yield from _sendable(f"{path}[{index}]", entry)
    elif isinstance(value, Decimal):
        if not _is_number(value) or len(value.normalize().as_tuple().digits) > _EXACT_DIGITS:
            yield Mistake(path, f"cannot be sent exactly: {_shown(value)}")
    elif not (value is None or isinstance(value, (str, bool)) or _is_number(value)):
        yield Mistake(path, f"cannot be sent: {_shown(value)}")


def _inside(path: str, name: str) -> str:
    return f"{path}.{name}" if path else name


def _number(value: Any) -> Decimal | None:
    """Return a number given as number or text, a binary float as it is written."""
    if _is_number(value):
        return Decimal(str(value))
    return None


def _is_number(value: Any) -> bool:
    if isinstance(value, str):
        return _NUMBER.fullmatch(value) is not None
    if isinstance(value, Decimal):
        return value.is_finite()
    return _is_int(value) or (isinstance(value, float) and math.isfinite(value))


def _is_whole(value: Any) -> bool:
    if isinstance(value, str):
        return _WHOLE.fullmatch(value) is not None
    if isinstance(value, Decimal):
        return value.is_finite() and value == value.to_integral_value()
    return _is_int(value)


def _is_int(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value.bit_length() <= _MOST_BITS


def _is_id(value: Any) -> bool:
    """Whether a value may be a key of a map, or an id where a text is documented."""
    return isinstance(value, str) or _is_int(value)


def _is_bool(value: Any) -> bool:
    return isinstance(value, (bool, int, str)) and value in (0, 1, "0", "1")


def _is_date(value: Any) -> bool:
    if not isinstance(value, str) or not _DATE.fullmatch(value):
        return False
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _is_dict(value: Any) -> bool:
    return isinstance(value, dict)


def _is_list(value: Any) -> bool:
    return isinstance(value, (list, tuple))


def _is_anything(_value: Any) -> bool:
    return True


_KINDS: Mapping[str, Callable[[Any], bool]] = {
    "int": _is_whole,
    "number": _is_number,
    "text": _is_id,
    "bool": _is_bool,
    "date": _is_date,
    "list": _is_list,
    "map": _is_dict,
    "object": _is_dict,
    "any": _is_anything,
}

_WANTED = {
    "int": "a whole number",
    "number": "a number",
    "text": "a text",
    "bool": "true or false",
    "date": "a date as YYYY-MM-DD",
    "list": "a list",
    "map": "a dict by id",
    "object": "a dict of fields",
    "any": "a value",
}


def _shown(value: Any) -> str:
    """Return the value for an error message, short."""
    if isinstance(value, (list, tuple, dict)):
        return f"a {type(value).__name__} of {len(value)}"
    if isinstance(value, int) and value.bit_length() > _MOST_BITS:
        return "a huge number"
    shown = repr(value)
    return shown if len(shown) <= 60 else f"{shown[:60]}..."
