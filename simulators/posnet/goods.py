"""The goods database: the printer remembers the rate of every name and guards against raising it (posnet.md 14)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulators.posnet.behaviour import Refusal, RefusedError
from simulators.posnet.codepages import essence
from simulators.posnet.memory import EXEMPT, INACTIVE, Good

if TYPE_CHECKING:
    from collections.abc import Mapping


def key_of(name: str) -> str:
    """Return what the database keeps of a name. Raises RefusedError where nothing is left."""
    key = essence(name)
    if not key:
        raise RefusedError(Refusal.NAME)
    return key


def sold(goods: Mapping[str, Good], name: str, rate: int) -> Good | None:
    """Return the record after a sale of that name, None where it stays. Raises RefusedError.

    A rate may be raised until it was lowered once; then the name is locked at what it has.
    """
    key = key_of(name)
    known = goods.get(key)
    if known is None:
        return Good(key, rate)
    if known.rate == rate:
        return None
    if _height(rate) < _height(known.rate):
        return Good(key, rate, locked=True)
    if known.locked:
        raise RefusedError(Refusal.LOCKED)
    return Good(key, rate)


def record(goods: Mapping[str, Good], name: str) -> Good:
    """Return what is known of a name; the rate is `INACTIVE` when it was never sold."""
    key = key_of(name)
    return goods.get(key, Good(key, INACTIVE))


def _height(rate: int) -> int:
    """Return how high a rate is; exempt is lower than 0 %."""
    return -1 if rate == EXEMPT else rate
