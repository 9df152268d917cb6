"""How long to keep away after BaseLinker or a server in front of it asked to wait.

BaseLinker says `Query limit exceeded, token blocked until 2022-05-03 17:15:34` and names no time zone. Clients of
others read it as UTC or as Polish time, nobody knows which (baselinker-api.md, section 3). A block lasts 5 to 10
minutes, so only one of the readings can lie a few minutes ahead, and that one is taken:

    UTC      Polish winter time = UTC + 1 h      Polish summer time = UTC + 2 h

Offsets instead of a zone's name need no time zone data on the machine and are right in the doubled hour of autumn.
Where no reading lies ahead (our clock is wrong, the text changed) 10 minutes are waited.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

DEFAULT_BLOCK = 600.0
"""Seconds to wait when BaseLinker says "blocked" and no time can be read."""

LONGEST_BLOCK = 900.0
"""Seconds no wait ever exceeds: afterwards a single request asks again."""

TOO_MANY_REQUESTS_WAIT = 60.0
"""Seconds to wait after an HTTP 429 without Retry-After: the length of the window the limit counts in."""

_STATED = re.compile(r"\b(\d{4})-(\d\d)-(\d\d)[ T](\d\d):(\d\d):(\d\d)\b", re.ASCII)
_OFFSETS = (0.0, 3600.0, 7200.0)
_SECONDS = re.compile(r"[0-9]{1,9}")
# The stated second may still belong to the block.
_MARGIN = 1.0


def seconds_blocked(message: str, wall: float) -> float:
    """Return how many seconds from `wall` (unix seconds, now) BaseLinker's message asks to keep away."""
    stated = _stated(message)
    readings = [] if stated is None else [stated - offset - wall for offset in _OFFSETS]
    likely = [seconds for seconds in readings if 0 <= seconds <= LONGEST_BLOCK]
    return min(likely) + _MARGIN if likely else DEFAULT_BLOCK


def seconds_to_retry(retry_after: str | None, wall: float) -> float | None:
    """Return the seconds an HTTP Retry-After header asks to wait, 1 s to 15 min; None when it says nothing."""
    if retry_after is None:
        return None
    asked = retry_after.strip()
    if _SECONDS.fullmatch(asked):
        return _sensible(float(asked))
    try:
        moment = parsedate_to_datetime(asked)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return _sensible(moment.timestamp() - wall)


def wall_text(wall: float) -> str:
    """Return unix seconds as people read them: `2026-05-03 17:15:34 UTC`."""
    return datetime.fromtimestamp(wall, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _sensible(seconds: float) -> float:
    return min(max(seconds, _MARGIN), LONGEST_BLOCK)


def _stated(message: str) -> float | None:
    """Return the time in a message in unix seconds, as if it were UTC."""
    found = _STATED.search(message)
    if found is None:
        return None
    year, month, day, hour, minute, second = map(int, found.groups())
    try:
        return datetime(year, month, day, hour, minute, second, tzinfo=UTC).timestamp()
    except ValueError:
        return None
