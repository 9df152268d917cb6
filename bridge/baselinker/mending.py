"""Mends a reply by what the documentation says its fields are (methods.json; quirks.py tells what comes instead).

    documented as   comes as                          becomes
    int             "12", Decimal("12.0")             12
    number          "12.50", 12                       Decimal("12.50"), Decimal("12")
    bool            1, "0", "true"                    True, False, True
    int, number, bool   ""                            None
    text            12                                "12"
    list            {"0": .., "1": ..}, "", null      [.., ..], [], []
    map, object     [], [.., ..], "", null            {}, {"0": .., "1": ..}, {}, {}

Nothing is dropped: a value that is none of these stays as it came, so do fields that are not documented, and fields
about which the sources disagree. Pure; the reply that is given is not changed.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from bridge.baselinker.quirks import Unreadable, boolean, integer, mapping, number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bridge.baselinker.methods import Field, Method


def mend(method: Method, reply: Mapping[str, Any]) -> dict[str, Any]:
    """Return a reply with the fields mended that the documentation describes."""
    return _record(method.reply, reply)


def _record(fields: Iterable[Field], record: Mapping[str, Any]) -> dict[str, Any]:
    mended = dict(record)
    for field in fields:
        if field.name in mended:
            mended[field.name] = _value(field, mended[field.name])
    return mended


def _value(field: Field, value: Any) -> Any:
    if len(field.kinds) == 1:
        try:
            value = _READERS[field.type](value)
        except Unreadable:
            return value
    if isinstance(value, dict) and "object" in field.kinds:
        return _record(field.fields, value)
    if isinstance(value, dict) and not _CONTAINERS.isdisjoint(field.kinds):
        return {key: _entry(field, entry) for key, entry in value.items()}
    if isinstance(value, list) and "list" in field.kinds:
        return [_entry(field, entry) for entry in value]
    return value


def _entry(field: Field, entry: Any) -> Any:
    if field.each is not None:
        return _value(field.each, entry)
    return _record(field.fields, entry) if isinstance(entry, dict) and field.fields else entry


def _text(value: Any) -> Any:
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return f"{number(value):f}"
    return value


def _listing(value: Any) -> Any:
    """Return a list; an object only where its keys count the entries, since other keys would be lost."""
    if value is None or value == "":
        return []
    if isinstance(value, dict) and [*value] == [str(index) for index in range(len(value))]:
        return [*value.values()]
    return value


def _as_it_came(value: Any) -> Any:
    return value


_CONTAINERS = frozenset({"list", "map"})

_READERS: Mapping[str, Callable[[Any], Any]] = {
    "int": integer,
    "number": number,
    "text": _text,
    "bool": boolean,
    "list": _listing,
    "map": mapping,
    "object": mapping,
    "any": _as_it_came,
}
