"""The request limit: above so many a minute the token is blocked for minutes (baselinker-api.md, section 3)."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from datetime import UTC, datetime, tzinfo

_WINDOW = 60.0


@dataclass(slots=True)
class RequestLimit:
    """How many requests a minute are served, and what is said above it. Not thread-safe: the server locks.

    `zone` is the zone the block's end is told in, without naming it; `tells_time` whether it is told at all.
    """

    per_minute: int = 100
    block_seconds: float = 600.0
    zone: tzinfo = UTC
    code: str = "ERROR_BLOCKED_TOKEN"
    tells_time: bool = True
    _served: deque[float] = field(default_factory=deque, init=False)
    _blocked_until: float | None = field(default=None, init=False)

    def refuse(self, monotonic: float, wall: float) -> dict[str, str] | None:
        """Count a request; return the reply that refuses it, or None when it may pass."""
        if self._blocked_until is not None and monotonic < self._blocked_until:
            return self._reply(wall + self._blocked_until - monotonic)
        while self._served and self._served[0] <= monotonic - _WINDOW:
            self._served.popleft()
        if len(self._served) >= self.per_minute:
            self.block(monotonic)
            return self._reply(wall + self.block_seconds)
        self._served.append(monotonic)
        return None

    def block(self, monotonic: float) -> None:
        """Block from this second on, as if another integration had used up the limit."""
        self._blocked_until = monotonic + self.block_seconds
        self._served.clear()

    def _reply(self, until: float) -> dict[str, str]:
        stated = datetime.fromtimestamp(until, self.zone).strftime("%Y-%m-%d %H:%M:%S")
        words = (
            f"Query limit exceeded, token blocked until {stated}" if self.tells_time else "Account blocked"
        )
        return {"status": "ERROR", "error_code": self.code, "error_message": words}
