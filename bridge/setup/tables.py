"""The configuration as text that people read: values of a technician in place, the drivers' comments beside them.

A printer's table is the driver's own stanza: a key that is set stands in the line where the stanza explains it, and
keys that are not set stay there as comments.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

from drivers import registry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

Tables = dict[str, Any]
"""The whole file as tomllib reads it."""

_LINE = re.compile(r"^(?P<mark># )?(?P<key>\w+) = (?P<value>.*?)(?P<comment> +# .*)?$")
_PLAIN_KEY = re.compile(r"[A-Za-z0-9_-]+")
_COMMENT_COLUMN = 36
_FIRST = ("baselinker", "journal", "printers", "series")
_LAST = ("outbox", "log")
_HEADS = {
    "baselinker": "Where receipts come from",
    "journal": "The memory of what was printed. Losing this file means not knowing what was printed.",
    "printers": "The printers: one [[printers]] table for each",
    "series": "What is special about a numbering series",
    "outbox": "A folder for receipt files of other programs, which are uploaded to BaseLinker",
    "log": "Messages, and the language people are spoken to",
}


def compose(tables: Mapping[str, Any], written: str) -> str:
    """Return the text of a configuration; `written` tells when and by what. tomllib reads it back as `tables`."""
    first = f"# The configuration of the receipt bridge, {written}.\n"
    parts = [first + "# config.example.toml explains every key. After a change: receipt-bridge check\n"]
    others = (name for name in tables if name not in (*_FIRST, *_LAST))
    for name in (*_FIRST, *others, *_LAST):
        content = tables.get(name)
        if content:
            several = content if isinstance(content, list) else [content]
            brackets = f"[[{name}]]" if isinstance(content, list) else f"[{name}]"
            bodies = (_printer(one) if name == "printers" else _table(brackets, one) for one in several)
            head = f"# {_HEADS[name]}\n" if name in _HEADS else ""
            parts.append(head + "\n".join(bodies))
    return "\n".join(parts)


def _table(head: str, values: Mapping[str, Any]) -> str:
    return "\n".join((head, *(f"{_key(key)} = {toml_value(value)}" for key, value in values.items()), ""))


def _printer(values: Mapping[str, Any]) -> str:
    """Return a printer's table as the driver's stanza explains it; keys the stanza lacks stand behind it."""
    stanza = (
        registry.load(values["driver"]).STANZA
        if values.get("driver") in registry.names()
        else "[[printers]]\n"
    )
    lines = list(_filled(stanza.splitlines(), values))
    explained = {found["key"] for line in stanza.splitlines() if (found := _LINE.match(line))}
    lines += [f"{_key(key)} = {toml_value(value)}" for key, value in values.items() if key not in explained]
    return "\n".join(lines) + "\n"


def _filled(lines: Iterable[str], values: Mapping[str, Any]) -> Iterator[str]:
    for line in lines:
        found = _LINE.match(line)
        if found is None:
            yield line
        elif found["key"] in values:
            yield _aligned(f"{found['key']} = {toml_value(values[found['key']])}", found["comment"])
        else:
            # What the stanza shows as an example must not become a setting.
            yield (
                line if found["mark"] else _aligned(f"# {found['key']} = {found['value']}", found["comment"])
            )


def _aligned(pair: str, comment: str | None) -> str:
    return f"{pair:<{_COMMENT_COLUMN - 1}} {comment.strip()}" if comment else pair


def toml_value(value: Any) -> str:
    """Return one value as TOML on one line. Raises TypeError for what a configuration does not hold."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(value)
    if isinstance(value, str):
        # JSON's strings are TOML's, but for DEL.
        return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
    if isinstance(value, list):
        return f"[{', '.join(toml_value(one) for one in value)}]"
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(key)} = {toml_value(one)}" for key, one in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    raise TypeError(f"{value!r} has no place in a configuration")


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else toml_value(key)
