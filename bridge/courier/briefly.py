"""Why BaseLinker cannot be used, in a few words: for the one line that the service manager shows."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from bridge.baselinker.errors import BadToken, Blocked

if TYPE_CHECKING:
    from bridge.baselinker.errors import BaseLinkerError

# 2025-01-01. A clock that is behind this has not been set since the machine was switched on: a Pi has no clock chip.
_SURELY_PAST = 1_735_689_600
_NO_NETWORK = ("name resolution", "Name or service not known", "Network is unreachable", "No route to host")


def clock_is_behind(error: BaseLinkerError, now: float) -> bool:
    """Whether a connection fails because the system clock (`now`, unix seconds) is years behind."""
    return now < _SURELY_PAST and "CERTIFICATE_VERIFY_FAILED" in error.what


def briefly(error: BaseLinkerError, now: float) -> str:
    """Return what keeps the bridge from BaseLinker; `now` is the system clock in unix seconds."""
    if clock_is_behind(error, now):
        return (
            f"the clock of this machine is not set yet, it says {time.strftime('%Y-%m-%d', time.gmtime(now))}"
        )
    if isinstance(error, BadToken):
        return "BaseLinker does not accept the token"
    if isinstance(error, Blocked):
        return f"requests are blocked until {error.until_text}"
    if any(words in error.what for words in _NO_NETWORK):
        return "no network"
    return "BaseLinker does not answer"
