"""Single values among a call's parameters, read as PHP takes them: numbers also as text, truth in many spellings."""

from __future__ import annotations

from base64 import b64decode
from binascii import Error as BadBase64
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from simulators.baselinker.refusals import invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

_TRUE = (True, 1, "1", "true")
_FALSE = (False, 0, "0", "false", "")


def is_given(parameters: Mapping[str, Any], key: str) -> bool:
    """Whether a parameter says anything: it is there, and neither null nor blank."""
    return parameters.get(key) not in (None, "")


def whole(parameters: Mapping[str, Any], key: str, default: int | None = None) -> int:
    """Return a whole number among the parameters, `default` where nothing is given and there is one."""
    if default is not None and not is_given(parameters, key):
        return default
    return as_whole(parameters.get(key), key)


def as_whole(value: Any, where: str) -> int:
    """Return a value as a whole number, or refuse it."""
    if isinstance(value, (int, str)) and not isinstance(value, bool) and _has_digits_only(str(value)):
        return int(value)
    # PHP makes no difference between 2 and 2.0.
    if isinstance(value, (float, Decimal)) and value == value.__trunc__():
        return int(value)
    raise invalid(f"{where} is not a whole number")


def as_number(value: Any, where: str) -> Decimal:
    """Return a value as a number with exactly its digits, or refuse it."""
    if isinstance(value, (int, float, Decimal, str)) and not isinstance(value, bool):
        try:
            found = Decimal(str(value).strip())
        except InvalidOperation:
            found = Decimal("nan")
        if found.is_finite():
            return found
    raise invalid(f"{where} is not a number")


def as_truth(value: Any, where: str) -> bool:
    """Return a value as true or false, or refuse it."""
    for known, meaning in ((_TRUE, True), (_FALSE, False)):
        if isinstance(value, (bool, int, str)) and value in known:
            return meaning
    raise invalid(f"{where} is neither true nor false")


def truth(parameters: Mapping[str, Any], key: str, *, default: bool = False) -> bool:
    """Return whether a parameter says yes."""
    return as_truth(parameters[key], key) if is_given(parameters, key) else default


def number(parameters: Mapping[str, Any], key: str, default: Decimal = Decimal(0)) -> Decimal:
    """Return a number among the parameters."""
    return as_number(parameters[key], key) if is_given(parameters, key) else default


def text(parameters: Mapping[str, Any], key: str) -> str:
    """Return a parameter as text, blank where nothing is given."""
    found = parameters.get(key)
    return "" if found is None else str(found)


def wholes(parameters: Mapping[str, Any], key: str) -> list[int]:
    """Return a list of whole numbers; PHP takes an object as the list of its values."""
    return [as_whole(one, f"{key}[{place}]") for place, one in enumerate(entries(parameters, key))]


def entries(parameters: Mapping[str, Any], key: str) -> list[Any]:
    """Return a list among the parameters, [] where nothing is given."""
    found = parameters.get(key) or []
    if isinstance(found, dict):
        return list(found.values())
    if not isinstance(found, list):
        raise invalid(f"{key} is not a list")
    return found


def mapped(parameters: Mapping[str, Any], key: str) -> dict[str, Any]:
    """Return a map among the parameters; PHP takes a list as the map of its positions."""
    found = parameters.get(key) or {}
    if isinstance(found, list):
        return {str(place): one for place, one in enumerate(found)}
    if not isinstance(found, dict):
        raise invalid(f"{key} is not an object")
    return {str(name): one for name, one in found.items()}


def data_file(content: str) -> bytes | None:
    """Return the bytes of a file written as base64 behind `data:`, None where it is not."""
    prefix, _, coded = content.partition(":")
    try:
        # Strict: a plus sign that form decoding turned into a blank is found here.
        return b64decode(coded, validate=True) if prefix == "data" else None
    except BadBase64:
        return None


def _has_digits_only(value: str) -> bool:
    return value.removeprefix("-").isdecimal() and value.isascii()
