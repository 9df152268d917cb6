"""How commands show what they found: JSON for machines, tables for people.

At a terminal the last column, which is prose, wraps under itself, or stands below its row when the window is narrow.
In a pipe every row is one line, so that grep and cut work, and no colour is sent; NO_COLOR is respected.
Whatever comes from outside is data: a character that could steer a terminal is shown as a blank.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import textwrap
import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_GAP = "  "
_BELOW = "    "
# A last column narrower than this is hard to read: it stands below its row instead.
_NARROWEST = 28
# Ids, names and numbers are cut at a terminal when they are longer than this; a pipe and JSON have them whole.
_LONGEST = 24
# Digits of a fraction's whole part that are written out.
_LONGEST_WHOLE = 30
_BOLD = "1"
_COLOURS = {
    "ok": "32",
    "yes": "32",
    "once": "32",
    "warning": "33",
    "unknown": "33",
    "held": "31",
    "refused": "31",
    "trouble": "31",
    "no": "31",
    "NO": "31",
}


def show_json(value: Any) -> None:
    """Print one JSON document. Letters stay readable; what no one could see is escaped."""
    print(json_text(value))


def json_text(value: Any, *, indent: int | None = 2) -> str:
    """Return a JSON document as `show_json` prints it, on one line without `indent`."""
    text = json.dumps(value, indent=indent, ensure_ascii=False, default=_exact)
    return "".join(char if char.isprintable() or char == "\n" else json.dumps(char)[1:-1] for char in text)


def _exact(value: object) -> int | float | str:
    """Return a Decimal as a JSON number with its own digits; as text where no number would keep them."""
    if not isinstance(value, Decimal):
        raise TypeError(f"{type(value).__name__} has no place in JSON")
    if value == value.to_integral_value() and value.adjusted() < _LONGEST_WHOLE:
        return int(value)
    number = float(value)
    return number if Decimal(repr(number)) == value else str(value)


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table as wide as the terminal; a line break in the last cell begins a new paragraph of it."""
    at_terminal = sys.stdout.isatty()
    width = shutil.get_terminal_size().columns if at_terminal else None
    for line in table_lines(columns, [list(row) for row in rows], width, colours=_colours_wanted()):
        print(line)


def show_facts(facts: Iterable[tuple[str, str]]) -> None:
    """Print names and what is known under each, one below the other."""
    show_table((), facts)


def table_lines(
    columns: Sequence[str], rows: Sequence[Sequence[str]], width: int | None, *, colours: bool = False
) -> list[str]:
    """Return the lines of a table. `width` in characters; None gives each row one line."""
    table = [*([columns] if columns else []), *rows]
    heads = [[_clean(cell, width) for cell in row[:-1]] for row in table]
    widths = [max(len(cell) for cell in column) for column in zip(*heads, strict=True)]
    start = sum(widths) + len(_GAP) * len(widths)
    lines: list[str] = []
    for head, row in zip(heads, table, strict=True):
        cells = [cell.ljust(size) for cell, size in zip(head, widths, strict=True)]
        if colours:
            cells = [_coloured(cell) for cell in cells]
        left = "".join(cell + _GAP for cell in cells)
        lines += _laid(left, start, _paragraphs(row[-1]), width)
    if columns and colours:
        lines[0] = f"\x1b[{_BOLD}m{lines[0]}\x1b[0m"
    return lines


def _laid(left: str, start: int, paragraphs: list[str], width: int | None) -> list[str]:
    """Return a row: `left` as it is, and behind it, under it or below it what the last cell says."""
    if width is None or (len(paragraphs) == 1 and start + len(paragraphs[0]) <= width):
        return [(left + _GAP.join(paragraphs)).rstrip()]
    if width - start >= _NARROWEST:
        first, *rest = _wrapped(paragraphs, width - start)
        return [left + first, *(" " * start + line for line in rest)]
    below = _wrapped(paragraphs, max(_NARROWEST, width - len(_BELOW)))
    return [left.rstrip(), *(_BELOW + line for line in below)]


def _wrapped(paragraphs: list[str], width: int) -> list[str]:
    return [
        line for text in paragraphs for line in textwrap.wrap(text, width, break_on_hyphens=False) or [""]
    ]


def _paragraphs(cell: str) -> list[str]:
    return [_clean(line, None) for line in cell.split("\n") if line.strip()] or [""]


def _clean(cell: str, width: int | None) -> str:
    """Return a cell as one line of printable characters, short enough for a terminal."""
    text = "".join(char if char.isprintable() else " " for char in cell)
    return text if width is None or len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _coloured(cell: str) -> str:
    colour = _COLOURS.get(cell.rstrip())
    return cell if colour is None else f"\x1b[{colour}m{cell}\x1b[0m"


def _colours_wanted() -> bool:
    return (
        sys.stdout.isatty()
        and not os.environ.get("NO_COLOR")
        and os.environ.get("TERM", "dumb") not in ("", "dumb")
    )


def when(seconds: int | float | None) -> str:
    """Return unix seconds as local date and time to the minute, '-' for none."""
    if seconds is None:
        return "-"
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def ago(seconds: float) -> str:
    """Return a span of time for people: '3 s ago', '5 min ago', '2 h ago', '4 days ago'."""
    if seconds < 0:
        return "in the future (the clock was set back)"
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        count = int(seconds // size)
        if count:
            return f"{count} {'day' if (count, unit) == (1, 'days') else unit} ago"
    return f"{int(seconds)} s ago"
