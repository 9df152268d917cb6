"""Makes a real function of a method's facts: name, signature, annotations and documentation for help() and editors."""

from __future__ import annotations

import textwrap
from decimal import Decimal
from inspect import Parameter as Argument
from inspect import Signature
from typing import TYPE_CHECKING, Any

from bridge.baselinker.methods import Parameter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bridge.baselinker.methods import Field, Method

Reply = dict[str, Any]
"""A reply: plain Python data."""

_WIDTH = 100
_TYPES: dict[str, Any] = {
    "int": int,
    "number": int | float | Decimal,
    "text": str,
    "bool": bool,
    "date": str,
    "list": list[Any],
    "map": dict[str, Any],
    "object": dict[str, Any],
    "any": Any,
}


def function(method: Method, send: Callable[[dict[str, Any]], Reply], owner: str) -> Callable[..., Reply]:
    """Return a function that calls a method with keyword arguments; None stands for "not given".

    `owner` is what the function hangs on, for its qualified name.
    """

    def call(**parameters: Any) -> Reply:
        return send({name: value for name, value in parameters.items() if value is not None})

    call.__name__ = method.name
    call.__qualname__ = f"{owner}.{method.name}"
    call.__module__ = "bridge.baselinker.api"
    call.__doc__ = document(method)
    call.__signature__ = signature(method)  # type: ignore[attr-defined]
    call.__annotations__ = {argument.name: argument.annotation for argument in _arguments(method)}
    return call


def signature(method: Method) -> Signature:
    """Return the parameters a method knows, the required ones first; it takes others as well."""
    others = Argument("others", Argument.VAR_KEYWORD, annotation=Any)
    return Signature([*_arguments(method), others], return_annotation=Reply)


def ordered(method: Method) -> list[Parameter]:
    """Return a method's parameters, the required ones first."""
    return sorted(method.parameters, key=lambda parameter: not parameter.required)


def _arguments(method: Method) -> Iterator[Argument]:
    for parameter in ordered(method):
        type_ = _type(parameter)
        default = Argument.empty if parameter.required else None
        annotation = type_ if parameter.required else type_ | None
        yield Argument(parameter.name, Argument.KEYWORD_ONLY, default=default, annotation=annotation)


def _type(parameter: Parameter) -> Any:
    first, *others = (_TYPES[kind] for kind in parameter.kinds)
    for other in others:
        first |= other
    return first


def document(method: Method) -> str:
    """Return what is known of a method, for people."""
    lines = [method.does]
    if method.destroys:
        lines += ["", f"Careful: it {method.destroys} what BaseLinker has."]
    if method.parameters:
        lines += ["", "Parameters (* required):", *_rows(method.parameters)]
    lines += [f"One of {' and '.join(group)} is required." for group in method.one_of]
    if method.reply:
        more = ", not all of them known" if method.gaps else ""
        lines += ["", f"Reply (beside status{more}):", *_rows(method.reply)]
    if method.paging:
        lines += ["", f'Comes in pages: iterate("{method.name}", ...) fetches them all.']
    return "\n".join([*lines, "", f"Documentation: {method.reference}"])


def _rows(fields: tuple[Field, ...], depth: int = 1) -> Iterator[str]:
    for field in fields:
        required = "*" if isinstance(field, Parameter) and field.required else ""
        row = f"{field.name}{required}: {', '.join(facts(field))}"
        indent = "    " * depth
        yield from textwrap.wrap(row, _WIDTH, initial_indent=indent, subsequent_indent=f"{indent}  ")
        yield from _rows(field.fields or (field.each.fields if field.each else ()), depth + 1)


def facts(field: Field) -> Iterator[str]:
    """Yield type, limits, allowed values and note of a field."""
    of = f" of {' or '.join(field.each.kinds)}" if field.each is not None else ""
    yield " or ".join(field.kinds) + of
    if field.length is not None:
        yield "one character" if field.length == 1 else f"at most {field.length} characters"
    if field.digits is not None:
        yield f"{field.digits[0]} digits, {field.digits[1]} of them after the point"
    yield from _limits(field)
    if field.note:
        yield field.note


def _limits(field: Field) -> Iterator[str]:
    """Yield what a parameter may hold."""
    if isinstance(field, Parameter):
        if field.empty:
            yield "may be empty"
        if field.entries is not None:
            yield f"at most {field.entries} entries"
        yield from (bounded.allowed for bounded in (field, field.each) if bounded and bounded.allowed)
