"""How values look in BaseLinker's JSON: PHP's habits, and the oddities seen in the wild (baselinker-api.md, 4)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulators.baselinker.behaviour import Behaviour


def dump(reply: dict[str, Any], behaviour: Behaviour) -> bytes:
    """Return a reply as the bytes of its JSON; numbers keep exactly their digits."""
    shaped = {key: value if key == "status" else _shaped(value, behaviour) for key, value in reply.items()}
    if behaviour.unknown_fields:
        shaped["api_node"] = {"name": "node-7", "load": [0.25, None]}
    text = json.dumps(shaped, ensure_ascii=behaviour.escapes_unicode, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


def _shaped(value: Any, behaviour: Behaviour) -> Any:
    if isinstance(value, dict):
        return {key: _shaped(entry, behaviour) for key, entry in value.items()}
    if isinstance(value, (list, tuple)):
        entries = [_shaped(entry, behaviour) for entry in value]
        return dict(enumerate(entries)) if behaviour.lists_as_objects and entries else entries
    if isinstance(value, (int, Decimal)) and not isinstance(value, bool):
        return _number(value, behaviour)
    return value


def _number(value: Decimal | int, behaviour: Behaviour) -> str | int | float:
    if behaviour.zero_as_empty and value == 0:
        return ""
    if behaviour.numbers_as_text:
        return f"{value:f}" if isinstance(value, Decimal) else str(value)
    whole = int(value)
    return whole if whole == value else float(value)
