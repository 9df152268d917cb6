"""How values look in BaseLinker's JSON: PHP's habits, and the oddities seen in the wild (baselinker-api.md, 4)."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from simulators.baselinker.behaviour import Behaviour

_TEXT_IN_SAMPLES = {
    "getSeries": ("id",),
    "getOrdersByEmail": ("order_id", "order_status_id", "date_in_status", "date_add"),
    "getOrderPaymentsHistory": ("paid_before", "paid_after", "total_price", "date"),
}
_AMOUNTS = ("paid_before", "paid_after", "total_price")
_BLANK_IN_SAMPLES = ("warnings",)


def dump(reply: dict[str, Any], behaviour: Behaviour) -> bytes:
    """Return a reply as the bytes of its JSON; numbers keep exactly their digits."""
    shaped = {**_shaped(reply, behaviour), "status": reply["status"]}
    if behaviour.unknown_fields:
        shaped["api_node"] = {"name": "node-7", "load": [0.25, None]}
    text = json.dumps(shaped, ensure_ascii=behaviour.escapes_unicode, separators=(",", ":"))
    return text.replace("/", "\\/").encode()


def as_in_samples(method: str, reply: dict[str, Any]) -> dict[str, Any]:
    """Return a reply with the types its printed sample has: ids and amounts as text, "" for no warnings."""
    names = _TEXT_IN_SAMPLES.get(method, ())
    shown: dict[str, Any] = _with_text(reply, names) if names else reply
    return {key: "" if key in _BLANK_IN_SAMPLES and not value else value for key, value in shown.items()}


def _with_text(value: Any, names: tuple[str, ...]) -> Any:
    if isinstance(value, list):
        return [_with_text(one, names) for one in value]
    if isinstance(value, dict):
        return {
            key: _text(key, one) if key in names else _with_text(one, names) for key, one in value.items()
        }
    return value


def _text(key: str, value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, (int, Decimal)):
        return value
    return f"{value:.2f}" if key in _AMOUNTS else str(value)


def _shaped(value: Any, behaviour: Behaviour) -> Any:
    if isinstance(value, dict):
        # Maps alone are ever empty: an empty record, as an entry of a list, is a fault that a test has ordered.
        empty: Any = [] if behaviour.maps_empty_as_lists else {}
        return {key: empty if entry == {} else _shaped(entry, behaviour) for key, entry in value.items()}
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
