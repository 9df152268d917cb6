"""A few plain lines on a slip of their own: what a technician leaves beside the printer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from drivers.contract import Refusal
from drivers.escpos.codepages import alphabet
from drivers.rows import Cut, Feed, Row, Text
from drivers.text import fit, wrap

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from drivers.escpos.options import EscposOptions


def notice(options: EscposOptions, detail: Mapping[str, Any]) -> tuple[Row, ...]:
    """Return the rows of `title` and `lines`. Raises Refusal when they are not text."""
    title, lines = detail.get("title"), detail.get("lines")
    if (
        not isinstance(title, str)
        or not isinstance(lines, list)
        or not all(isinstance(one, str) for one in lines)
    ):
        raise Refusal("A notice has a title and lines", field="lines", cure="Give both as text")
    return tuple(_rows(options, title, lines))


def _rows(options: EscposOptions, title: str, lines: list[str]) -> Iterator[Row]:
    for line in _wrapped(options, title, options.line_columns // 2):
        yield Text(line, align="center", bold=True, wide=True, tall=True)
    yield Feed()
    for text in lines:
        for line in _wrapped(options, text, options.line_columns):
            yield Text(line)
    if options.cut != "none":
        yield Cut(options.cut)


def _wrapped(options: EscposOptions, text: str, columns: int) -> tuple[str, ...]:
    return tuple(wrap(fit(text, alphabet(options.pages)).text, columns))
