"""How commands show what they found: JSON for machines, tables for people."""

from __future__ import annotations

import json
import sys
import time
from typing import TYPE_CHECKING, Any

# Columns that are never broken into lines: ids, times, single words.
_SHORT = frozenset({"receipt", "printer", "state", "printed", "changed", "when", "event", "held", "who", "result"})

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


def show_json(value: Any) -> None:
    """Print one JSON document."""
    print(json.dumps(value, indent=2, ensure_ascii=False))


def show_table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, title: str = "") -> None:
    """Print a table that fits the terminal, keeps to plain text in a pipe, and respects NO_COLOR."""
    from rich.box import SIMPLE_HEAD  # noqa: PLC0415 - loaded by commands only, never by the daemon
    from rich.console import Console  # noqa: PLC0415
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    table = Table(box=SIMPLE_HEAD, title=title or None, title_justify="left", pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold", no_wrap=column in _SHORT)
    for row in rows:
        # Text, not markup: what comes from outside is data.
        table.add_row(*(Text(cell) for cell in row))
    Console(file=sys.stdout, highlight=False).print(table)


def when(seconds: int | float | None) -> str:
    """Return unix seconds as local date and time to the minute, '-' for none."""
    if seconds is None:
        return "-"
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def ago(seconds: float) -> str:
    """Return a span of time for people: '3 s', '5 min', '2 h', '4 days'."""
    if seconds < 0:
        return "the future (the clock was set back)"
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= size:
            return f"{int(seconds // size)} {unit} ago"
    return f"{int(seconds)} s ago"
