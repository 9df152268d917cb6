"""Replies for methods whose state the simulator does not keep: plausible, documented, the same every time.

Each documented field is there in its documented type; lists and maps hold one entry. An id that a call names comes
back, and the page after the last is empty.
"""

from __future__ import annotations

from base64 import b64encode
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zlib import crc32

from simulators.baselinker.given import is_given, whole
from simulators.baselinker.invoices import FILE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from simulators.baselinker.documentation import Method, Paging, Value

_TEXTS = (
    ("currency", "PLN"),
    ("country_code", "PL"),
    ("country", "Polska"),
    ("color", "#3498DB"),
    ("email", "klient@example.com"),
    ("phone", "500600700"),
    ("postcode", "00-950"),
    ("city", "Łódź"),
    ("extension", "pdf"),
    ("file_format", "pdf"),
    ("format", "%N/%M/%Y"),
    ("url", "https://example.com/1"),
    ("fullname", "Żaneta Gęś"),
    ("name", "Przykład „Żółw”"),
    ("ean", "5901234123457"),
    ("date", "2026-03-09"),
    ("code", "kurier"),
)


def invented(method: Method, parameters: Mapping[str, Any], now: int) -> dict[str, Any]:
    """Return a reply to a call of a method; `now` in unix seconds."""
    reply = _Inventor(method.name, parameters, now).fields(method.reply, "")
    for paging in method.paging:
        if _is_past_the_end(paging, parameters, reply):
            reply[paging.container] = []
    return reply


def _is_past_the_end(paging: Paging, parameters: Mapping[str, Any], reply: Mapping[str, Any]) -> bool:
    if not is_given(parameters, paging.parameter):
        return False
    start = whole(parameters, paging.parameter)
    if paging.style == "page":
        return start > paging.first
    entries = reply.get(paging.container)
    ids = [entry[key] for entry in entries or () for key in paging.ids if key in entry]
    return start > max(ids, default=0)


class _Inventor:
    def __init__(self, method: str, parameters: Mapping[str, Any], now: int) -> None:
        self._method = method
        self._parameters = parameters
        self._now = now

    def fields(self, values: Iterable[Value], path: str) -> dict[str, Any]:
        """Return an object with these fields."""
        return {value.name: self._value(value, f"{path}.{value.name}") for value in values}

    def _value(self, value: Value, path: str) -> Any:
        kind = value.kinds[0]
        if kind == "list":
            return [self._entry(value, path)] if value.each or value.fields else []
        if kind == "map":
            key = str(self._draw(path, 1000, 9000))
            return {key: self._entry(value, path)} if value.each or value.fields else {}
        if kind == "object":
            return self.fields(value.fields, path)
        given = self._parameters.get(value.name)
        if value.name.endswith("_id") and isinstance(given, (int, str)) and given not in ("", 0):
            return given
        if kind == "bool":
            return bool(self._draw(path, 0, 2))
        return self._text(value) if kind in ("text", "date") else self._number(value, kind, path)

    def _entry(self, value: Value, path: str) -> Any:
        return self.fields(value.fields, path) if value.fields else self._value(value.each or value, path)

    def _number(self, value: Value, kind: str, path: str) -> int | Decimal:
        if "unix seconds" in value.note or "date" in value.name:
            return self._now - self._draw(path, 3600, 86400)
        if value.allowed:
            return int(value.allowed[0])
        if value.least is not None:
            return int(value.least)
        if value.name == "id" or value.name.endswith("_id"):
            return self._draw(path, 1000, 9000)
        if value.name == "tax_rate":
            return Decimal(23)
        return Decimal(self._draw(path, 100, 20000)) / 100 if kind == "number" else self._draw(path, 1, 9)

    def _text(self, value: Value) -> str:
        if value.allowed:
            return str(value.allowed[0])
        if "base64" in value.note:
            prefix = "data:" if "data:" in value.note else ""
            return prefix + b64encode(FILE).decode("ascii")
        found = next((text for name, text in _TEXTS if name in value.name), "przykład")
        return found[: value.longest]

    def _draw(self, path: str, first: int, count: int) -> int:
        """Return a number from a range: the same for the same field of the same method."""
        return first + crc32(f"{self._method} {path}".encode()) % count
