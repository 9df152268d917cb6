"""Waiting for something that another process brings about: looked at again and again, with a deadline."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

_T = TypeVar("_T")

LONGEST = 45.0
"""Seconds; only a bug or a very ill machine takes so long."""


def wait_for(what: Callable[[], _T], timeout: float = LONGEST) -> _T:
    """Return the first true value of `what`. Raises TimeoutError."""
    due = time.monotonic() + timeout
    while True:
        found = what()
        if found:
            return found
        if time.monotonic() > due:
            raise TimeoutError(f"{what!r} did not come true in {timeout:g} s")
        time.sleep(0.02)
