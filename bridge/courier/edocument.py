"""Who asked for an electronic receipt: the identifier a buyer left in a field of the order (docs/edocument.md).

Only a filled field is consent. Where there is none, or what stands there is no identifier, the receipt is on paper.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bridge.baselinker import quirks

if TYPE_CHECKING:
    from collections.abc import Mapping

CUSTOM = "custom_extra_fields"
LONGEST_ID = 128


def is_custom(field: str) -> bool:
    """Whether a field comes only on request, by its number: `custom_extra_fields.123`."""
    return field.startswith(f"{CUSTOM}.")


def asked_for(order: Mapping[str, Any], field: str) -> str:
    """Return the identifier in a field of an order, '' when there is none. Raises quirks.Unreadable, without it."""
    found = quirks.text(_value(order, field)).strip()
    if len(found) > LONGEST_ID:
        raise quirks.Unreadable(f"longer than {LONGEST_ID} characters")
    if not found.isprintable():
        raise quirks.Unreadable("control characters or others that cannot be printed")
    return found


def _value(order: Mapping[str, Any], field: str) -> object:
    if not is_custom(field):
        return order.get(field)
    return quirks.mapping(order.get(CUSTOM)).get(field.removeprefix(f"{CUSTOM}."))
