"""On which line of a TOML text a key stands.

tomllib tells values, not lines, so this reads the text a second time: headers, keys and the *shape* of values
(where a string, list or inline table ends), never their meaning. It relies on a text that tomllib has accepted.

    [[printers]]            ("printers", 0)            line of the header
    driver = "escpos"       ("printers", 0, "driver")  its own line
    pulse.pin = 2           ("printers", 0, "pulse", "pin")
    paper = { width = 80 }  what is inside stands on the line of `paper`
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

KeyPath = tuple[str | int, ...]
"""The way to a value: names of tables and keys, positions in lists."""

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}'  # up to two quotation marks may stand right before the closing three
    r"|'''.*?'{3,5}"
    r'|"(?:[^"\\\n]|\\.)*"'
    r"|'[^'\n]*'",
    re.DOTALL,
)
_KEY_PART = re.compile(r'[ \t]*([A-Za-z0-9_-]+|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\')[ \t]*')
_PLAIN = re.compile(r"[^\"'#\[\]{}\n]+")
_ESCAPE = re.compile(r'\\(u[0-9A-Fa-f]{4}|U[0-9A-Fa-f]{8}|["\\btnfr])')
_ESCAPED = {'"': '"', "\\": "\\", "b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}
_DEPTH = {"[": 1, "{": 1, "]": -1, "}": -1}


class _Statement(NamedTuple):
    """A header (`[..]`: brackets 1, `[[..]]`: 2) or a key with a value (brackets 0)."""

    start: int
    brackets: int
    parts: tuple[str, ...]


def find_lines(text: str) -> dict[KeyPath, int]:
    """Return the line (1 is the first) of every table and key written in `text`, which must be valid TOML."""
    lines: dict[KeyPath, int] = {(): 1}
    counts: dict[KeyPath, int] = {}
    table: KeyPath = ()
    for statement in _statements(text):
        line = text.count("\n", 0, statement.start) + 1
        if statement.brackets:
            path = table = _table_path(statement, counts)
        else:
            path = table + statement.parts
        for end in range(1, len(path) + 1):
            lines.setdefault(path[:end], line)
    return lines


def line_of(path: Sequence[str | int], lines: Mapping[KeyPath, int]) -> int:
    """Return the line of `path`, or of the nearest thing around it that has one."""
    around = tuple(path)
    while around not in lines and around:
        around = around[:-1]
    return lines.get(around, 1)


def _statements(text: str) -> Iterator[_Statement]:
    position = _past_blank(text, 0)
    while position < len(text):
        start = position
        brackets = 2 if text.startswith("[[", position) else int(text[position] == "[")
        parts, position = _key(text, position + brackets)
        yield _Statement(start, brackets, parts)
        position = position + brackets if brackets else _past_value(text, position + 1)
        position = _past_blank(text, position)


def _table_path(header: _Statement, counts: dict[KeyPath, int]) -> KeyPath:
    """Return where a header leads, numbering the tables of lists as they come."""
    path: KeyPath = ()
    for part in header.parts[:-1]:
        path = _last_of((*path, part), counts)
    path += (header.parts[-1],)
    if header.brackets == 1:
        return _last_of(path, counts)
    counts[path] = counts.get(path, 0) + 1
    return _last_of(path, counts)


def _last_of(path: KeyPath, counts: Mapping[KeyPath, int]) -> KeyPath:
    return (*path, counts[path] - 1) if path in counts else path


def _past_blank(text: str, position: int) -> int:
    blank = _BLANK.match(text, position)
    return blank.end() if blank else position


def _key(text: str, position: int) -> tuple[tuple[str, ...], int]:
    """Read a dotted key; return its parts and the position behind it."""
    parts: list[str] = []
    while part := _KEY_PART.match(text, position):
        parts.append(_unquoted(part[1]))
        position = part.end()
        if not text.startswith(".", position):
            break
        position += 1
    return tuple(parts), position


def _unquoted(part: str) -> str:
    if part.startswith("'"):
        return part[1:-1]
    return _ESCAPE.sub(_escaped, part[1:-1]) if part.startswith('"') else part


def _escaped(escape: re.Match[str]) -> str:
    code = escape[1]
    return chr(int(code[1:], 16)) if code[0] in "uU" else _ESCAPED[code]


def _past_value(text: str, position: int) -> int:
    """Return the position of the line's end behind the value that begins at `position`."""
    depth = 0
    while position < len(text) and (depth or text[position] not in "\n#"):
        token = _STRING.match(text, position) or _PLAIN.match(text, position)
        if token:
            position = token.end()
        elif text[position] == "#":
            position = _past_blank(text, position)
        else:
            depth += _DEPTH.get(text[position], 0)
            position += 1
    return position
