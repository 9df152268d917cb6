"""Real-time requests, seen the moment they arrive: in text, in a half-received command, in the middle of a picture.

    DLE EOT n                       10 04 n                          status, n = 1..4
    DLE ENQ n                       10 05 n                          recover (1), or clear and recover (2)
    DLE DC4 1 m t                   10 14 01 m t                     drawer pulse
    DLE DC4 2 1 8                   10 14 02 01 08                   power off
    DLE DC4 8 1 3 20 1 6 2 8        10 14 08 01 03 14 01 06 02 08    clear buffers

The bytes also go into the receive buffer like all others: as data they stay data, at a command boundary they are
stepped over (escpos.md 1).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

STATUS, RECOVER, FUNCTION = 0x04, 0x05, 0x14
DRAWER_PULSE, POWER_OFF, CLEAR_BUFFERS = 1, 2, 8
_DLE = 0x10
_POWER_OFF = bytes([_DLE, FUNCTION, POWER_OFF, 1, 8])
_CLEAR_BUFFERS = bytes([_DLE, FUNCTION, CLEAR_BUFFERS, 1, 3, 20, 1, 6, 2, 8])


class RealTimeWatch:
    """Finds requests in a stream, however it is cut into pieces."""

    def __init__(self) -> None:
        self._pending = bytearray()

    def find(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        """Yield each request as (end position in `data`, its bytes); keep a begun one for the next piece."""
        position = 0
        while position < len(data):
            if not self._pending:
                position = data.find(_DLE, position)
                if position < 0:
                    return
            self._pending.append(data[position])
            position += 1
            self._drop_what_cannot_match()
            if _is_whole(self._pending):
                request = bytes(self._pending)
                self._pending.clear()
                yield position, request

    def _drop_what_cannot_match(self) -> None:
        while self._pending and not _may_match(self._pending):
            del self._pending[0]


def _may_match(part: bytearray) -> bool:
    if part[0] != _DLE or (len(part) > 1 and part[1] not in {STATUS, RECOVER, FUNCTION}):
        return False
    if len(part) < 3:
        return True
    if part[1] == STATUS:
        return part[2] in {1, 2, 3, 4}
    if part[1] == RECOVER:
        return part[2] in {1, 2}
    return _may_be_function(part)


def _may_be_function(part: bytearray) -> bool:
    if part[2] == DRAWER_PULSE:
        return (len(part) < 4 or part[3] in {0, 1}) and (len(part) < 5 or 1 <= part[4] <= 8)
    return _POWER_OFF.startswith(part) or _CLEAR_BUFFERS.startswith(part)


def _is_whole(part: bytearray) -> bool:
    if len(part) < 3:
        return False
    if part[1] != FUNCTION:
        return True
    return len(part) == 5 if part[2] == DRAWER_PULSE else bytes(part) in {_POWER_OFF, _CLEAR_BUFFERS}
