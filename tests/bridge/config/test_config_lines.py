"""On which line a key stands: compared with what tomllib reads out of the same text."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING, Any, NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.config.toml_lines import find_lines, line_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bridge.config.toml_lines import KeyPath

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Slow machines are no reason to fail."""

EVERY_SHAPE = '''\
title = "a # b" # c
"quoted \\u0105.key" = 1
'literal [key]' = 2
dotted.one = 1
dotted . "two" = 2

[table]
text = """
[not.a.table]
key = "no"
quote \\""" inside
"""
raw = \'\'\'
[[neither]]
\'\'\'
list = [ # comment with ]
  1, "]", [2, 3],
  { inner = 1 },
]
after = 1979-05-27T07:32:00Z
inline = { a = 1, b = { c = "}" } }
  [ table . deeper ]  # indented
  key = true
[[many]]
n = 1
[many.sub]
k = 1
[[many]]
n = 2
[[many.parts]]
p = 1
[[many.parts]]
p = 2
ends_with_quotes = """a"""""
last = 1'''


def test_finds_every_key_of_every_shape_on_its_line() -> None:
    tomllib.loads(EVERY_SHAPE)
    lines = find_lines(EVERY_SHAPE)
    written = {path: EVERY_SHAPE.splitlines()[line - 1].strip() for path, line in lines.items()}
    assert written[("quoted ą.key",)].startswith('"quoted')
    assert written[("literal [key]",)].startswith("'literal")
    assert written[("dotted", "two")] == 'dotted . "two" = 2'
    assert written[("table", "after")].startswith("after = ")
    assert written[("table", "deeper", "key")] == "key = true"
    assert lines["many", 0] == EVERY_SHAPE.splitlines().index("[[many]]") + 1
    assert written[("many", 0, "sub", "k")] == "k = 1"
    assert written[("many", 1, "n")] == "n = 2"
    assert written[("many", 1, "parts", 0, "p")] == "p = 1"
    assert written[("many", 1, "parts", 1, "p")] == "p = 2"
    assert written[("many", 1, "parts", 1, "last")] == "last = 1"
    assert ("neither",) not in lines
    assert ("table", "key") not in lines


def test_what_is_inside_an_inline_table_or_a_list_stands_where_its_key_stands() -> None:
    lines = find_lines(EVERY_SHAPE)
    assert line_of(("table", "inline", "b", "c"), lines) == lines["table", "inline"]
    assert line_of(("table", "list", 3, "inner"), lines) == lines["table", "list"]


def test_a_missing_key_stands_where_its_table_begins() -> None:
    lines = find_lines(EVERY_SHAPE)
    assert line_of(("many", 1, "none"), lines) == lines["many", 1]
    assert line_of(("none",), lines) == 1
    assert line_of((), {}) == 1


class Statement(NamedTuple):
    """A key with its value as written; the key's name is unique in the document."""

    key: str
    value: str


VALUES = st.sampled_from(
    [
        "1",
        "-0.5e3",
        "inf",
        "true",
        "1979-05-27",
        "07:32:00",
        '""',
        '"a\\"]#\\\\"',
        "'\\'",
        "'#[x]'",
        '"""\n[no]\nk = 1\n"""',
        '"""a "" b"""""',
        "'''\n'[[x]]'\n'''",
        "[]",
        "[1, 2]",
        "[ # ]\n 1,\n\n [2], ]",
        '["]", \'[\', """\n]""" ]',
        "{}",
        '{ a = 1, "b}" = [1, { c = 2 }] }',
    ]
)
BETWEEN = st.sampled_from(["", "\n", "# [comment]\n", "  # k = 1\n\n", " \t\n"])
NAMES = st.sampled_from(["a", "b-1", '"q.q"', "'l l'", '"\\u0105]"'])


@st.composite
def documents(draw: st.DrawFn) -> str:
    """TOML texts whose keys are all different, with headers of both kinds."""
    serial = iter(range(1000))
    text = draw(BETWEEN)
    for header in draw(
        st.lists(st.sampled_from(["", "table", "[list]", "list.sub", "[list.inner]"]), max_size=6)
    ):
        name = f"t{next(serial)}" if header == "table" else header
        text += f"[{name}]\n" if header else ""
        for _ in range(draw(st.integers(0, 3))):
            key = f"k{next(serial)}"
            dotted = draw(st.sampled_from(["", f" . {draw(NAMES)}"]))
            text += draw(st.sampled_from(["", "  ", "\t"]))
            text += f"{key}{dotted} = {draw(VALUES)}{draw(st.sampled_from(['', ' # x']))}\n{draw(BETWEEN)}"
    return text


def paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield (*path, key)
            yield from paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, dict):
                yield (*path, index)
                yield from paths(inner, (*path, index))


def value_at(tables: dict[str, Any], path: KeyPath) -> object:
    value: Any = tables
    for part in path:
        value = value[part]
    return value


@PATIENT
@given(documents())
def test_agrees_with_tomllib(text: str) -> None:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return  # a header that may not stand twice
    lines = find_lines(text)
    assert set(lines) - {()} <= set(paths(tables))
    for path in paths(tables):
        name = str(path[-1])
        line = text.split("\n")[line_of(path, lines) - 1]
        if name.startswith("k") and name[1:].isdigit():
            assert line.strip().startswith(name)
        elif path in lines and isinstance(path[-1], int):
            assert line.startswith("[")


@PATIENT
@given(st.text(alphabet="ab=\"'[]{}.#\n\t 1,\\", max_size=60))
def test_reads_whatever_tomllib_accepts(text: str) -> None:
    try:
        tables = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    lines = find_lines(text)
    assert set(lines) - {()} <= set(paths(tables))
    assert {path for path in paths(tables) if len(path) == 1} <= set(lines)
