"""The paper: sensors that stop it, and a press that puts rows on it one after the other."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulators.escpos.mechanism import Mechanism

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulators.escpos.paper import Ledger, Row

_OK, _COVER, _NO_PAPER, _HOT, _CUTTER = 0, 3, 5, 6, 8
_DOTS_OF_A_LINE = 30


@dataclass(slots=True)
class Sensors:
    """What stops the paper, as `sprn pr` tells it; a roll near its end and an open drawer stop nothing."""

    paper_out: bool = False
    cover_open: bool = False
    head_hot: bool = False
    cutter_jam: bool = False
    near_end: bool = False
    drawer_open: bool = False

    @property
    def code(self) -> int:
        """The number of what is wrong, 0 for nothing."""
        if self.cover_open:
            return _COVER
        if self.paper_out:
            return _NO_PAPER
        if self.head_hot:
            return _HOT
        return _CUTTER if self.cutter_jam else _OK

    @property
    def interrupted(self) -> bool:
        """Whether nothing may move."""
        return self.code != _OK


class Press:
    """Prints at `speed` lines a second, None for at once; `paper_lines` is how many lines the roll still has.

    What waits or is being printed when it is cancelled never comes out.
    """

    def __init__(self, ledger: Ledger, sensors: Sensors, monotonic: Callable[[], float]) -> None:
        self._ledger = ledger
        self._sensors = sensors
        self._mechanism = Mechanism(ledger, sensors, monotonic)
        self._waiting: deque[Row | None] = deque()
        self._trap: tuple[int, Callable[[], None]] | None = None

    @property
    def speed(self) -> float | None:
        """Lines a second."""
        return self._mechanism.speed

    @speed.setter
    def speed(self, speed: float | None) -> None:
        self._mechanism.speed = speed

    @property
    def paper_lines(self) -> int | None:
        """After how many more lines the paper ends; None: never."""
        return self._mechanism.paper_lines

    @paper_lines.setter
    def paper_lines(self, count: int | None) -> None:
        self._mechanism.paper_lines = count

    @property
    def busy(self) -> bool:
        """Whether anything has still to come out."""
        return bool(self._waiting) or self._mechanism.busy

    @property
    def delay(self) -> float | None:
        """Seconds until something happens by itself, None when nothing will."""
        return self._mechanism.delay

    def put(self, rows: Iterable[Row], *, ends: bool) -> None:
        """Queue rows, and with `ends` the cut behind them."""
        self._waiting.extend(rows)
        if ends:
            self._waiting.append(None)

    def after(self, lines: int, action: Callable[[], None]) -> None:
        """Do something once so many more rows came out."""
        self._trap = (lines, action)
        self._spring()

    def settle(self) -> bool:
        """Go on printing; return whether anything moved."""
        if self._mechanism.busy:
            return self._mechanism.settle()
        if not self._waiting or self._sensors.interrupted:
            return False
        row = self._waiting.popleft()
        if row is None:
            self._mechanism.start(1, lambda: self._ledger.cut("full"), feeds=False)
        else:
            lines = max(1, row.advance // _DOTS_OF_A_LINE)
            self._mechanism.start(lines, lambda: self._printed(row))
        return True

    def cancel(self) -> None:
        """Lose everything that is not on paper yet."""
        self._waiting.clear()
        self._mechanism.cancel()
        self._trap = None

    def no_trap(self) -> None:
        """Forget what was to be done after some lines: the command that set it is over."""
        self._trap = None

    def _printed(self, row: Row) -> None:
        self._ledger.add(row)
        if self._trap is not None:
            self._trap = (self._trap[0] - 1, self._trap[1])
            self._spring()

    def _spring(self) -> None:
        if self._trap is not None and self._trap[0] <= 0:
            action = self._trap[1]
            self._trap = None
            action()
