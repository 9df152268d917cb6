"""What the command line answers already, so that nobody is asked."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

_NEXT_KEY = re.compile(r",(?=[a-z_0-9]+=)")
ALL_SERIES = "all"


@dataclass(frozen=True, slots=True)
class Given:
    """Answers and wishes of the command line; what is None or empty is asked."""

    token_file: Path | None = None
    url: str | None = None
    offline: bool = False
    printers: tuple[dict[str, Any], ...] = ()
    shop: tuple[str, ...] = ()
    test_print: bool = True
    rules: bool = True
    service: bool = True


def printer_table(text: str) -> dict[str, Any]:
    """Return the printer's table that 'name=till,address=tcp://HOST:PORT,series=1+2' stands for. Raises ValueError."""
    table: dict[str, Any] = {}
    for part in _NEXT_KEY.split(text):
        key, equals, value = part.partition("=")
        if not equals or not re.fullmatch(r"[a-z_0-9]+", key):
            raise ValueError(f"{part!r} is not KEY=VALUE, such as name=till")
        if key in table:
            raise ValueError(f"{key} is given twice")
        table[key] = _value(key, value)
    if "address" not in table:
        raise ValueError("address= is missing")
    if table.get("series") is None:
        table.pop("series", None)
    return {"name": "till", **table}


def _value(key: str, text: str) -> Any:
    if key in ("name", "driver", "address"):
        return text
    if key == "series":
        return series_ids(text)
    try:
        return tomllib.loads(f"value = {text}")["value"]
    except tomllib.TOMLDecodeError:
        return text


def series_ids(text: str) -> list[int] | None:
    """Return the ids of '1+2', None for 'all'. Raises ValueError."""
    if text == ALL_SERIES:
        return None
    parts = [part.strip() for part in text.split("+")]
    if not all(
        part.isascii() and part.isdecimal() and 0 < len(part) < 10 and int(part) > 0 for part in parts
    ):
        raise ValueError(f"{text!r}: 1+2 | {ALL_SERIES}")
    return [int(part) for part in parts]
