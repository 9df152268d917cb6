"""Rules of law with an end, kept as data so that a change of law is no change of program."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

_TABLE = Path(__file__).with_name("rules.toml")


def simplified_invoice_limit(today: date) -> int | None:
    """Return up to how many grosze a receipt with a NIP is a simplified invoice on that day; None: it is none."""
    for rule in _rules()["simplified_invoice"]:
        if today <= rule["until"]:
            limit: int = rule["limit"]
            return limit
    return None


@cache
def _rules() -> Mapping[str, Any]:
    return tomllib.loads(_TABLE.read_text("utf-8"))
