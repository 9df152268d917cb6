"""Whether a call's parameters are what is documented; and the same parameters in the documented types.

Lenient where PHP is: numbers may be text, a list may be an object, blank stands for nothing. Strict in the rest, so
that a client's mistake is seen here and not by a real account. Which codes the real service answers is unknown.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from simulators.baselinker.given import as_number, as_truth, as_whole, entries, is_given, mapped
from simulators.baselinker.refusals import RefusedError, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulators.baselinker.behaviour import Behaviour
    from simulators.baselinker.documentation import Method, Value

# Receipt numbers have a switch of their own, and a printer's name is cut: ReceiptDesk does both.
_ANY_LENGTH = "Receipts"


def checked(method: Method, parameters: Mapping[str, Any], behaviour: Behaviour) -> dict[str, Any]:
    """Return a call's parameters in their documented types, without what is blank; or refuse the call."""
    check = _Check(
        needs_required=behaviour.refuses_missing,
        minds_length=behaviour.refuses_long_text and method.subgroup != _ANY_LENGTH,
    )
    for names in method.one_of:
        if not any(is_given(parameters, name) for name in names):
            raise invalid(f"one of {', '.join(names)} is needed")
    return {**parameters, **check.read(method.parameters, parameters, "")}


class _Check:
    def __init__(self, *, needs_required: bool, minds_length: bool) -> None:
        self._needs_required = needs_required
        self._minds_length = minds_length

    def read(self, values: Iterable[Value], given: Mapping[str, Any], where: str) -> dict[str, Any]:
        """Return the documented ones of some parameters, each in its type."""
        found: dict[str, Any] = {}
        for value in values:
            place = f"{where}{value.name}"
            if value.name not in given or given[value.name] is None:
                if value.required and self._needs_required:
                    raise invalid(f"{place} is missing")
                continue
            if value.needs and is_given(given, value.name) and not is_given(given, value.needs):
                raise invalid(f"{place} needs {value.needs}")
            found[value.name] = self._value(value, given[value.name], place)
        return found

    def _value(self, value: Value, given: Any, where: str) -> Any:
        if given == "" and not value.required:
            return given
        refused: RefusedError | None = None
        for kind in value.kinds:
            try:
                return self._kind(kind, value, given, where)
            except RefusedError as error:
                refused = refused or error
        raise refused or invalid(f"{where} is of no documented kind")

    def _kind(self, kind: str, value: Value, given: Any, where: str) -> Any:
        """Return a value as one of the kinds it may be."""
        if kind in ("list", "map"):
            return self._many(kind, value, given, where)
        if kind == "int":
            found: Any = as_whole(given, where)
        elif kind == "number":
            found = as_number(given, where)
        elif kind == "bool":
            found = as_truth(given, where)
        elif kind in ("text", "date"):
            found = self._text(kind, value, given, where)
        else:
            return given
        _allow(value, kind, found, where)
        return found

    def _text(self, kind: str, value: Value, given: Any, where: str) -> str:
        if not isinstance(given, (str, int, float)) or isinstance(given, bool):
            raise invalid(f"{where} is not text")
        found = str(given)
        if self._minds_length and value.longest is not None and len(found) > value.longest:
            raise invalid(f"{where} is longer than {value.longest} characters")
        if kind == "date" and not re.fullmatch(r"\d{4}-\d\d-\d\d", found):
            raise invalid(f"{where} is not a date")
        return found

    def _many(self, kind: str, value: Value, given: Any, where: str) -> Any:
        if not isinstance(given, (list, dict)):
            raise invalid(f"{where} is not {'a list' if kind == 'list' else 'an object'}")
        if value.entries is not None and len(given) > value.entries:
            raise invalid(f"{where} has more than {value.entries} entries")
        holder = {value.name: given}
        if kind == "list":
            return [self._entry(value, one, where) for one in entries(holder, value.name)]
        return {
            key: self._entry(value, one, f"{where}.{key}") for key, one in mapped(holder, value.name).items()
        }

    def _entry(self, value: Value, one: Any, where: str) -> Any:
        if value.each is not None:
            return self._value(value.each, one, where)
        if not value.fields:
            return one
        if not isinstance(one, dict):
            raise invalid(f"an entry of {where} is not an object")
        return {**one, **self.read(value.fields, one, f"{where}.")}


def _allow(value: Value, kind: str, found: Any, where: str) -> None:
    """Refuse what is neither among the documented values nor in the documented range."""
    if value.allowed and str(found) in {str(one) for one in value.allowed}:
        return
    has_range = value.least is not None and value.most is not None
    if has_range and kind in ("int", "number"):
        if not value.least <= found <= value.most:
            raise invalid(f"{where} is not within {value.least} to {value.most}")
    elif value.allowed:
        raise invalid(f"{where} is none of {', '.join(map(str, value.allowed))}")
