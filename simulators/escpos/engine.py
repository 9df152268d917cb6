"""What buffered commands work on: settings, print line, paper feed, replies; and the two things they may wait for.

A command that moves paper is a generator. It yields while it cannot go on, and is resumed when something changed:

    yield from engine.online()     until nothing stops the printer
    yield from engine.idle()       until the paper stands still as well: everything before is on paper
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from simulators.escpos.condition import Condition
from simulators.escpos.layout import PrintLine, Settings
from simulators.escpos.mechanism import Mechanism
from simulators.escpos.paper import FeedRow, Ledger, TextRow
from simulators.escpos.realtime import DRAWER_PULSE, POWER_OFF
from simulators.escpos.replies import Outbox, Reports

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from simulators.escpos.commands import Command
    from simulators.escpos.models import Model
    from simulators.escpos.paper import Row

    Steps = Iterator[None]
    Handler = Callable[[Command], Steps | None]

_DOTS_OF_A_LINE = 24


@dataclass(frozen=True, slots=True)
class Finding:
    """Something a well-behaved host does not do.

    `kind` is unknown (a command the printer lacks), ignored (one that had no effect here), too-wide (nothing or
    only a part was printed), or overrun (bytes lost because the buffer was full).
    """

    kind: str
    command: str
    reason: str = ""


class Engine:
    """One printer from the buffered commands' point of view."""

    def __init__(self, model: Model, monotonic: Callable[[], float]) -> None:
        self.model = model
        self.condition = Condition(near_end_sensor=model.near_end_sensor)
        self.ledger = Ledger(model.dots)
        self.mechanism = Mechanism(self.ledger, self.condition, monotonic)
        self.outbox = Outbox()
        self.reports = Reports(self.condition, self.outbox)
        self.settings = Settings.of(model)
        self.line = PrintLine()
        self.findings: list[Finding] = []
        self.gs_r = True
        self.real_time_allowed = {DRAWER_PULSE: True, POWER_OFF: True}
        self.reset()

    def reset(self) -> None:
        """Put everything back that `ESC @` and power-on put back."""
        self.settings = Settings.of(self.model)
        self.line.clear()
        self.reports.reset(self.model.asb_default)

    def online(self) -> Steps:
        """Wait until buffered commands run."""
        while not self.condition.online:
            yield

    def idle(self) -> Steps:
        """Wait until everything sent before is on paper and the printer is online."""
        while self.mechanism.busy or not self.condition.online:
            yield

    def move(self, row: Row, lines: int | None = None) -> Steps:
        """Begin to print a row once the one before is on paper; `lines` defaults to its height."""
        yield from self.idle()
        needed = math.ceil(row.advance / _DOTS_OF_A_LINE) if lines is None else lines
        self.mechanism.start(max(1, needed), lambda: self.ledger.add(row))

    def print_line(self, advance: int | None = None) -> Steps:
        """Print the line and move on to the next, `advance` dots down (the line spacing unless given)."""
        yield from self.idle()
        row = self._row(self.settings.line_spacing if advance is None else advance)
        yield from self.move(row, lines=1)

    def feed(self, dots: int, lines: int | None = None) -> Steps:
        """Move blank paper."""
        yield from self.move(FeedRow(dots), lines)

    def cut(self, kind: str) -> Steps:
        """Cut once everything is on paper, and wait for the cutter."""
        if not self.model.cutter:
            return
        yield from self.idle()
        self.mechanism.start(1, lambda: self.ledger.cut(kind), feeds=False)
        yield from self.idle()

    def find(self, kind: str, command: object, reason: str = "") -> None:
        """Record a finding."""
        self.findings.append(Finding(kind, str(command), reason))

    def ignore(self, command: Command, reason: str) -> None:
        """Record that a command had no effect."""
        self.find("ignored", command, reason)

    def at_line_start(self, command: Command) -> bool:
        """Whether the print line is empty; a command that needs it so is recorded as ignored when not."""
        if not self.line.empty:
            self.ignore(command, "not at the start of a line")
        return self.line.empty

    def _row(self, advance: int) -> Row:
        row: TextRow = self.line.take(self.settings.place, advance)
        return row if row.spans or row.pictures else FeedRow(advance)
