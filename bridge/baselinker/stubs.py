"""Writes `api.pyi`, what editors and mypy know of the API: `python -m bridge.baselinker.stubs`, or `make methods`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bridge.baselinker.functions import ordered
from bridge.baselinker.methods import methods

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bridge.baselinker.methods import Method, Parameter

STUB = Path(__file__).with_name("api.pyi")
"""Where the stub stands."""

_HEAD = """\
# Written by `make methods` from methods.json: do not edit.
# ruff: noqa: N802, PYI021
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Self

from bridge.baselinker.budget import Priority, Stop
from bridge.baselinker.checking import UnknownParameter
from bridge.baselinker.paging import MayBeIncomplete, Page
from bridge.baselinker.receipts import Caller
from bridge.config.secret import Secret

__all__ = ["Api", "MayBeIncomplete", "UnknownParameter", "connect"]
"""

_TAIL = """
    def __init__(self, client: Caller, *, priority: Priority = ..., stop: Stop | None = None) -> None: ...
    def __enter__(self) -> Self: ...
    def __exit__(self, *_: object) -> None: ...
    def close(self) -> None: ...
    def call(
        self, method: str, parameters: Mapping[str, Any] | None = None, *, check: bool = True
    ) -> dict[str, Any]: ...
    def iterate(self, method: str, /, **parameters: Any) -> Iterator[Any]: ...
    def pages(self, method: str, /, **parameters: Any) -> Iterator[Page]: ...

def connect(
    token: str | Secret,
    *,
    url: str = ...,
    per_minute: int = ...,
    patience: float | None = None,
) -> Api: ...
"""

_TYPES = {
    "int": "int",
    "number": "Decimal | float",
    "text": "str",
    "bool": "bool",
    "date": "str",
    "any": "Any",
}


def text() -> str:
    """Return the stub as it should be."""
    groups = methods().groups
    classes = "\n".join(_group(name) for name in groups)
    bases = ", ".join(_class(name) for name in groups)
    attributes = "\n".join(f"    {name}: {_class(name)}" for name in groups)
    return f"{_HEAD}\n{classes}\nclass Api({bases}):\n{attributes}\n{_TAIL}"


def _group(name: str) -> str:
    bodies = "\n".join(_function(methods()[one]) for one in methods().of(name))
    return f"class {_class(name)}:\n{bodies}"


def _class(group: str) -> str:
    return f"_{group.title()}"


def _function(method: Method) -> str:
    lines = "".join(f"        {argument},\n" for argument in _arguments(method))
    return (
        f"    def {method.name}(\n        self,\n{lines}    ) -> dict[str, Any]:\n"
        f'        """{method.does}"""\n'
    )


def _arguments(method: Method) -> Iterator[str]:
    if method.parameters:
        yield "*"
    for parameter in ordered(method):
        type_ = _type(parameter)
        yield (
            f"{parameter.name}: {type_}" if parameter.required else f"{parameter.name}: {type_} | None = None"
        )
    yield "**others: Any"


def _type(parameter: Parameter) -> str:
    """Return the type of a parameter as an annotation."""
    names = [_kind(parameter, kind) for kind in parameter.kinds]
    return " | ".join(dict.fromkeys(names))


def _kind(parameter: Parameter, kind: str) -> str:
    if kind == "object":
        return "Mapping[str, Any]"
    if kind not in ("list", "map"):
        return _TYPES[kind]
    entry = "Any"
    if parameter.each is not None:
        entry = _type(parameter.each)
    elif parameter.fields:
        entry = "Mapping[str, Any]"
    return f"Sequence[{entry}]" if kind == "list" else f"Mapping[Any, {entry}]"


def main() -> None:
    """Write the stub."""
    STUB.write_text(text(), encoding="utf-8")


if __name__ == "__main__":
    main()
