"""What the printer says: the outgoing queue, and the reports it makes by itself (ASB, offline response)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from simulators.escpos.condition import Condition

NEWEST_ONLY = frozenset({"process-id", "offline-response"})


@dataclass(frozen=True, slots=True)
class Reply:
    """Bytes for the host and what they are: status, process-id, offline-response, block, asb."""

    kind: str
    data: bytes


class Outbox:
    """Replies on their way to the host.

    While the host is not reading, only the newest process id and the newest offline response are kept
    (escpos.md 3). With `one_way` every reply is lost.
    """

    def __init__(self) -> None:
        self.one_way = False
        self.host_reading = True
        self._replies: list[Reply] = []

    def put(self, kind: str, data: bytes) -> None:
        """Queue a reply."""
        if self.one_way:
            return
        if kind in NEWEST_ONLY and not self.host_reading:
            self._replies = [reply for reply in self._replies if reply.kind != kind]
        self._replies.append(Reply(kind, data))

    def take(self) -> bytes:
        """Remove and return everything queued."""
        data = b"".join(reply.data for reply in self._replies)
        self._replies.clear()
        return data

    def clear(self) -> None:
        """Lose everything queued."""
        self._replies.clear()

    def __bool__(self) -> bool:
        return bool(self._replies)


class Reports:
    """Tells the host about changes it asked to hear of: `GS a` (ASB) and `GS ( H` function 49."""

    # For each bit of `GS a n`: which bits of the four bytes make a set go out when they change.
    _TRIGGERS = (
        (0x01, b"\x04\x00\x00\x00"),
        (0x02, b"\x28\x01\x00\x00"),
        (0x04, b"\x00\x6c\x00\x00"),
        (0x08, b"\x00\x00\x0f\x00"),
        (0x40, b"\x40\x00\x00\x00"),
    )

    def __init__(self, condition: Condition, outbox: Outbox) -> None:
        self.asb_supported = True
        self._condition = condition
        self._outbox = outbox
        self._asb = 0
        self._offline_response = 0
        self._last_set = condition.automatic_status()
        self._was_online = condition.online

    def reset(self, asb: int) -> None:
        """Go back to the state after power-on: ASB as the model has it, no offline response."""
        self._asb = asb if self.asb_supported else 0
        self._offline_response = 0

    def enable_asb(self, n: int) -> None:
        """Obey `GS a n`; one set goes out at once."""
        if not self.asb_supported:
            return
        self._asb = n
        if n:
            self.repeat_asb()

    def enable_offline_response(self, d: int) -> None:
        """Obey `GS ( H` function 49: 0 off, 1 on, 2 on with causes."""
        self._offline_response = d
        self._was_online = self._condition.online

    def repeat_asb(self) -> None:
        """Send a set whether anything changed or not (Bixolon SRP-332II does so at intervals)."""
        if self._asb:
            self._last_set = self._condition.automatic_status()
            self._outbox.put("asb", self._last_set)

    def check(self) -> None:
        """Report what has changed since the last check."""
        if self._changed_bits():
            self.repeat_asb()
        if self._was_online and not self._condition.online and self._offline_response:
            causes = self._condition.offline_causes() if self._offline_response == 2 else b""
            self._outbox.put("offline-response", b"\x37\x23" + causes + b"\x00")
        self._was_online = self._condition.online

    def _changed_bits(self) -> bool:
        now = self._condition.automatic_status()
        changed = bytes(old ^ new for old, new in zip(self._last_set, now, strict=True))
        return any(
            self._asb & enabled and any(bit & mask for bit, mask in zip(changed, masks, strict=True))
            for enabled, masks in self._TRIGGERS
        )
