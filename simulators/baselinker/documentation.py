"""The documented methods, as the simulator reads them: names, parameters and what a reply holds.

The facts stand in `bridge/baselinker/methods.json`, one file for the client and the simulator. The code that reads
and judges by them is the simulator's own, so that a mistake of the client's reading is found and not repeated.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Value:
    """One parameter, or one field of a reply.

    `kinds` holds what it may be: int, number, bool, text, date, list, map, object, any. `allowed` values stand
    beside the range from `least` to `most`: either is right. `each` describes the entries of a list or map of plain
    values, `fields` those of a list or map of objects.
    """

    name: str
    kinds: tuple[str, ...]
    required: bool = False
    longest: int | None = None
    entries: int | None = None
    allowed: tuple[Any, ...] = ()
    least: Decimal | None = None
    most: Decimal | None = None
    needs: str = ""
    note: str = ""
    each: Value | None = None
    fields: tuple[Value, ...] = ()


@dataclass(frozen=True, slots=True)
class Paging:
    """How a list goes on: by `page` from `first`, or from an id or a date on."""

    style: str
    parameter: str
    container: str
    first: int
    ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Method:
    """One documented method; of each group in `one_of` a call needs at least one parameter."""

    name: str
    group: str
    subgroup: str
    parameters: tuple[Value, ...]
    reply: tuple[Value, ...]
    one_of: tuple[tuple[str, ...], ...]
    paging: tuple[Paging, ...]


@cache
def documented() -> Mapping[str, Method]:
    """Return every documented method by name."""
    text = files("bridge.baselinker").joinpath("methods.json").read_text(encoding="utf-8")
    return {name: _method(name, entry) for name, entry in json.loads(text)["methods"].items()}


def _method(name: str, entry: Mapping[str, Any]) -> Method:
    return Method(
        name=name,
        group=entry["group"],
        subgroup=entry["subgroup"],
        parameters=_values(entry["parameters"]),
        reply=_values(entry["reply"]),
        one_of=tuple(tuple(names) for names in entry.get("one_of", ())),
        paging=tuple(_paging(one) for one in entry.get("paging", ())),
    )


def _values(entries: list[Mapping[str, Any]]) -> tuple[Value, ...]:
    return tuple(_value(entry) for entry in entries)


def _value(entry: Mapping[str, Any]) -> Value:
    return Value(
        name=entry.get("name", ""),
        kinds=tuple(entry["type"].split("|")),
        required=entry.get("required") is True,
        longest=entry.get("length"),
        entries=entry.get("entries"),
        allowed=tuple(entry.get("values", ())),
        least=_bound(entry, "least"),
        most=_bound(entry, "most"),
        needs=entry.get("needs", ""),
        note=entry.get("note", ""),
        each=_value(entry["each"]) if "each" in entry else None,
        fields=_values(entry.get("fields", [])),
    )


def _bound(entry: Mapping[str, Any], key: str) -> Decimal | None:
    return Decimal(str(entry[key])) if key in entry else None


def _paging(entry: Mapping[str, Any]) -> Paging:
    return Paging(
        style=entry["style"],
        parameter=entry["parameter"],
        container=entry["container"],
        first=entry.get("first", 1),
        ids=tuple(entry.get("ids", ())),
    )
