"""How the threads of the daemon wake each other: events only, no data. They meet in the journal."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


def _unheard() -> None:
    """Tell nobody."""


class StopSign:
    """Tells threads to stop, and lets `asked` know each time one of them looks: it goes on, whatever it waits for."""

    def __init__(self, asked: Callable[[], None] = _unheard) -> None:
        self._event = threading.Event()
        self._asked = asked

    def set(self) -> None:
        """Tell every thread to stop."""
        self._event.set()

    def is_set(self) -> bool:
        """Whether waiting should end now."""
        self._asked()
        return self._event.is_set()

    def wait(self, timeout: float | None = None) -> bool:
        """Wait up to `timeout` seconds; return whether it is set."""
        self._asked()
        try:
            return self._event.wait(timeout)
        finally:
            self._asked()


class Wake:
    """Shared by the courier and all stations. `asked` is called by a thread that looks whether it should stop."""

    def __init__(self, printers: tuple[str, ...], asked: Callable[[], None] = _unheard) -> None:
        self.stop = StopSign(asked)
        self._courier = threading.Event()
        self._poll_wanted = threading.Event()
        self._stations = {printer: threading.Event() for printer in printers}

    @property
    def stopping(self) -> bool:
        """Whether the daemon has been told to stop."""
        return self.stop.is_set()

    def stop_all(self) -> None:
        """Tell every thread to stop, and wake it."""
        self.stop.set()
        self._courier.set()
        self.stations()

    def courier(self) -> None:
        """Wake the courier: something is to be confirmed or uploaded."""
        self._courier.set()

    def want_poll(self) -> None:
        """Ask the courier for a fresh list, now."""
        self._poll_wanted.set()
        self._courier.set()

    def poll_wanted(self) -> bool:
        """Whether a station waits for a fresh list."""
        return self._poll_wanted.is_set()

    def poll_done(self) -> None:
        """Say that the list is fresh again."""
        self._poll_wanted.clear()
        self.stations()

    def courier_waits(self, seconds: float) -> None:
        """Let the courier sleep until it is woken or the time is over."""
        self._courier.wait(seconds)
        self._courier.clear()

    def stations(self) -> None:
        """Wake every station."""
        for event in self._stations.values():
            event.set()

    def station_waits(self, printer: str, seconds: float) -> None:
        """Let a station sleep until it is woken or the time is over."""
        self._stations[printer].wait(seconds)
        self._stations[printer].clear()
