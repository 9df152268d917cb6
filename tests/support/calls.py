"""Parameters for every documented method, and a client that answers what it is told."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from hypothesis import strategies as st

from bridge.baselinker.budget import Priority, Stop

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bridge.baselinker.methods import Method, Parameter

IDS = st.integers(0, 10**9)


class Answers:
    """Stands for a client: notes the calls and answers with what a function makes of them."""

    def __init__(self, answer: Callable[[str, dict[str, Any]], dict[str, Any]] | None = None) -> None:
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.priorities: list[Priority] = []
        self._answer = answer

    def call(
        self,
        method: str,
        parameters: Mapping[str, Any] | None = None,
        *,
        priority: Priority = Priority.POLL,
        stop: Stop | None = None,
    ) -> dict[str, Any]:
        given = dict(parameters or {})
        self.calls.append((method, given))
        self.priorities.append(priority)
        return {"status": "SUCCESS"} if self._answer is None else self._answer(method, given)


def right(parameter: Parameter) -> st.SearchStrategy[Any]:
    """Return values a parameter may have."""
    return st.one_of([_OF_KIND[kind](parameter) for kind in parameter.kinds])


def right_calls(method: Method) -> st.SearchStrategy[dict[str, Any]]:
    """Return parameters a method may be called with: the required ones, and some of the others."""
    return _records(method.parameters, {name for group in method.one_of for name in group}).filter(
        lambda record: all(
            parameter.needs in record
            for parameter in method.parameters
            if parameter.needs and parameter.name in record
        )
    )


def plain_call(method: Method) -> dict[str, Any]:
    """Return parameters a method may be called with: all of them, nested ones too, each once."""
    return {parameter.name: plain(parameter) for parameter in method.parameters}


def plain(parameter: Parameter) -> Any:
    """Return one value a parameter may have."""
    kind = parameter.kinds[0]
    if kind in ("list", "map"):
        entry = (
            plain(parameter.each) if parameter.each else {one.name: plain(one) for one in parameter.fields}
        )
        return [entry] if kind == "list" else {"1": entry}
    if kind == "object":
        return {one.name: plain(one) for one in parameter.fields}
    if parameter.values:
        return parameter.values[0]
    return {"int": parameter.least or 0, "bool": True, "date": "2026-05-03"}.get(kind, 1)


def _records(known: Iterable[Parameter], also: Iterable[str] = ()) -> st.SearchStrategy[dict[str, Any]]:
    needed = {one.name: right(one) for one in known if one.required or one.name in also}
    others = {one.name: right(one) for one in known if one.name not in needed}
    return st.fixed_dictionaries(needed, optional=others)


def _entries(parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.each is not None:
        return right(parameter.each)
    return _records(parameter.fields) if parameter.fields else st.integers() | st.text(max_size=5)


def _numbers(parameter: Parameter) -> st.SearchStrategy[Any]:
    least, most, places = parameter.least, parameter.most, 2
    if parameter.digits is not None:
        least, most, places = 0, 99999, parameter.digits[1]
    elif least is None:
        least, most, places = -(10**9), 10**9, 3
    exact = st.decimals(least, most, places=places)
    plain = st.integers(least, most)
    floats = plain if parameter.digits is not None else st.floats(least, most)
    return _or_values(parameter, plain | exact | exact.map(str) | floats)


def _whole(parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.values and parameter.least is None:
        return st.sampled_from(parameter.values)
    numbers = IDS if parameter.least is None else st.integers(parameter.least, parameter.most)
    return _or_values(parameter, numbers | numbers.map(str) | numbers.map(Decimal))


def _texts(parameter: Parameter) -> st.SearchStrategy[Any]:
    if parameter.values:
        return st.sampled_from([one for one in parameter.values if isinstance(one, str)])
    return st.text(max_size=parameter.length if parameter.length is not None else 20)


def _or_values(parameter: Parameter, numbers: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    allowed = [one for one in parameter.values if not isinstance(one, str)]
    return numbers | st.sampled_from(allowed) if allowed else numbers


def _lists(parameter: Parameter) -> st.SearchStrategy[Any]:
    return st.lists(_entries(parameter), max_size=2)


def _maps(parameter: Parameter) -> st.SearchStrategy[Any]:
    return st.dictionaries(IDS | IDS.map(str), _entries(parameter), max_size=2)


_OF_KIND: Mapping[str, Callable[[Parameter], st.SearchStrategy[Any]]] = {
    "int": _whole,
    "number": _numbers,
    "text": _texts,
    "bool": lambda _: st.sampled_from([True, False, 0, 1, "0", "1"]),
    "date": lambda _: st.dates().map(lambda one: f"{one:%Y}".zfill(4) + f"{one:-%m-%d}"),
    "list": _lists,
    "map": _maps,
    "object": lambda parameter: _records(parameter.fields),
    "any": lambda _: (
        st.none() | st.integers(0, 9) | st.text(max_size=5) | st.lists(st.booleans(), max_size=2)
    ),
}
