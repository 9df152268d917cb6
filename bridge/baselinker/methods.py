"""Every documented method of BaseLinker's API as data: `methods()["getOrders"]`.

The facts stand in `methods.json`, one block a method; what a key leaves out is not so or not known. Correct a fact
there, then `make methods` writes the stub for editors anew.

    {"groups": {"orders": "Orders", ...},            attribute of the client -> name in the documentation
     "methods": {"getOrders": {
        "group", "subgroup"                          where the documentation lists the method
        "does"                                       one sentence
        "reference"                                  the path to its page in the documentation's menu
        "destroys": "deletes" | "overwrites"         what a call may cost
        "gaps": true                                 the reply has fields that are not listed here
        "one_of": [["receipt_id", "order_id"]]       of each such group one is required
        "paging": [way, ...]                         none: one call answers everything
        "parameters": [parameter, ...]
        "reply": [field, ...]                        beside `status`, `error_code` and `error_message`
     }}}

A field, of a reply or of an entry inside it:

    "name", "note"
    "type"      int, number, text, bool, date (YYYY-MM-DD), list, map (object by id; may come as []), object (a record),
                any; "int|text" where sources disagree. Fractions are numbers, unix seconds are ints.
    "length"    characters of a text (replies do not keep to it)
    "digits"    [10, 2]: ten digits in all, two of them after the point
    "fields"    what an object holds, or each entry of a list or map
    "each"      the same where entries are no records: {"type": "int"}

A parameter has besides:

    "required"          true as documented, null where the sources do not say
    "least", "most"     bounds of a number, always both
    "values"            what is allowed; with bounds, what is allowed outside of them
    "entries"           entries of a list or map at most
    "empty": true       "" is allowed for "none"
    "needs"             another parameter that must be given with it

A way to page:

    "style"       page (numbers), id_from (after the highest id), date_from (from the latest date)
    "parameter"   where the number, id or date goes
    "container"   the key of the reply that holds the entries
    "ids"         keys of an entry's id, the first that is there; none where map keys or nothing tell entries apart
    "size"        entries of a full page, where known
    "first"       number of the first page
    "step"        1 where the documentation asks for last id + 1; 0 where it may be exclusive or is not known
    "date"        key of the entry's date
    "unless"      a boolean parameter with which this way does not work: the next one is taken
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache, cached_property
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a reply, or of an entry inside one (then its name may be empty)."""

    name: str
    type: str
    length: int | None = None
    digits: tuple[int, int] | None = None
    each: Field | None = None
    fields: tuple[Field, ...] = ()
    note: str = ""

    @property
    def kinds(self) -> tuple[str, ...]:
        """The types the field may have."""
        return tuple(self.type.split("|"))


@dataclass(frozen=True, slots=True)
class Parameter(Field):
    """A parameter of a method, or a field inside one."""

    each: Parameter | None = None
    fields: tuple[Parameter, ...] = ()
    required: bool | None = False
    least: int | None = None
    most: int | None = None
    values: tuple[int | Decimal | str, ...] = ()
    entries: int | None = None
    empty: bool = False
    needs: str = ""

    @property
    def allowed(self) -> str:
        """The values that are allowed, for people: `0 to 5`, `one of db, shop`; empty where any is."""
        bounds = f"{self.least} to {self.most}" if self.least is not None else ""
        values = f"one of {', '.join(map(str, self.values))}" if self.values else ""
        return " or ".join(part for part in (bounds, values) if part)


@dataclass(frozen=True, slots=True)
class Paging:
    """A way to fetch the pages of a list."""

    style: str
    parameter: str
    container: str
    ids: tuple[str, ...] = ()
    size: int | None = None
    first: int = 1
    step: int = 0
    date: str = ""
    unless: str = ""


@dataclass(frozen=True)
class Method:
    """A method of the API."""

    name: str
    group: str
    subgroup: str
    does: str
    reference: str
    parameters: tuple[Parameter, ...] = ()
    reply: tuple[Field, ...] = ()
    paging: tuple[Paging, ...] = ()
    one_of: tuple[tuple[str, ...], ...] = ()
    destroys: str = ""
    gaps: bool = False

    @cached_property
    def required(self) -> tuple[str, ...]:
        """The names of the parameters that are documented as required."""
        return tuple(parameter.name for parameter in self.parameters if parameter.required)


class Methods(Mapping[str, Method]):
    """All methods by name, in the order of the documentation; each is built when it is first asked for."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.groups: Mapping[str, str] = document["groups"]
        """The documentation's name of each group, by the attribute of the client."""
        self._blocks: Mapping[str, Any] = document["methods"]
        self._built: dict[str, Method] = {}

    def __getitem__(self, name: str) -> Method:
        if name not in self._built:
            self._built[name] = _method(name, self._blocks[name])
        return self._built[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._blocks)

    def __len__(self) -> int:
        return len(self._blocks)

    def __contains__(self, name: object) -> bool:
        return name in self._blocks

    def of(self, group: str) -> list[str]:
        """Return the names of the methods of a group."""
        return [name for name, block in self._blocks.items() if block["group"] == group]


@cache
def methods() -> Methods:
    """Return all methods; the file is read at the first call."""
    # Half the import of this module, and not needed before.
    from importlib import resources  # noqa: PLC0415

    text = resources.files("bridge.baselinker").joinpath("methods.json").read_text(encoding="utf-8")
    return Methods(json.loads(text, parse_float=Decimal))


def _method(name: str, block: Mapping[str, Any]) -> Method:
    readers: dict[str, Callable[[Any], Any]] = {
        "parameters": _parameter,
        "reply": _field,
        "paging": _paging,
        "one_of": tuple,
    }
    facts = dict(block)
    for key in readers.keys() & block.keys():
        facts[key] = tuple(map(readers[key], block[key]))
    return Method(name, **facts)


def _field(row: Mapping[str, Any]) -> Field:
    return Field(**_facts(row, _field))


def _parameter(row: Mapping[str, Any]) -> Parameter:
    return Parameter(**_facts(row, _parameter))


def _paging(row: Mapping[str, Any]) -> Paging:
    return Paging(**_facts(row, _field))


def _facts(row: Mapping[str, Any], read: Callable[[Any], Any]) -> dict[str, Any]:
    """Return what a row says, lists as tuples, the shapes inside it read as well."""
    facts: dict[str, Any] = {
        key: tuple(value) if isinstance(value, list) else value for key, value in row.items()
    }
    if "fields" in row:
        facts["fields"] = tuple(map(read, row["fields"]))
    if "each" in row:
        facts["each"] = read({"name": "", **row["each"]})
    return facts
