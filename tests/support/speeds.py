"""Printers on a serial line that understand nothing at another speed than their own."""

from __future__ import annotations

import os
import termios
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from simulators.escpos.server import PtyPrinter
from simulators.posnet.ports import PosnetPty

if TYPE_CHECKING:
    from simulators.posnet.interface import HostInterface

_SPEEDS = {
    9600: termios.B9600,
    19200: termios.B19200,
    38400: termios.B38400,
    57600: termios.B57600,
    115200: termios.B115200,
}


def _hears(line: int, speed: int) -> bool:
    """Whether the other end of the pseudo-terminal has set this speed; what comes at another one is lost."""
    if termios.tcgetattr(line)[4] == _SPEEDS[speed]:
        return True
    with suppress(BlockingIOError):
        os.read(line, 4096)
    return False


class EscposAtSpeed(PtyPrinter):
    """An ESC/POS printer at a speed."""

    def __init__(self, speed: int, **further: Any) -> None:
        super().__init__(**further)
        self.speed = speed

    def _read(self, line: int, allowed: int) -> None:
        if _hears(line, self.speed):
            super()._read(line, allowed)


class PosnetAtSpeed(PosnetPty):
    """A POSNET printer at a speed."""

    def __init__(self, speed: int, device: HostInterface) -> None:
        super().__init__(device)
        self.speed = speed

    def _read(self, line: int, allowed: int) -> None:
        if _hears(line, self.speed):
            super()._read(line, allowed)
