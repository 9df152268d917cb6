"""From the start of the process to its first poll, beside what the interpreter and the HTTP library take alone."""

from __future__ import annotations

import sys
import time
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.linux import Spent, cpu_seconds, run_to_end
from benchmarks.scene import Scene
from benchmarks.table import Aim, Table
from simulators.escpos.server import TcpPrinter

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from benchmarks.effort import Effort

AIM = Aim(0.7)
_COLUMNS = ("what", "runs", "fastest s", "median s", "least CPU s", "x bare python", "aim (fastest)")


@dataclass(frozen=True, slots=True)
class _Way:
    """Something to start, again and again."""

    name: str
    run: Callable[[], Spent]
    aim: Aim | None = None
    spent: list[Spent] = field(default_factory=list)


def measure(effort: Effort, folder: Path) -> list[Table]:
    """Return the table of starts. The ways take turns, so that a busy moment hits all of them alike."""
    table = Table("start", "Start of the process to its first poll", _COLUMNS)
    with Scene(folder / "shop", TcpPrinter()) as scene:
        ways = [
            _Way("python -c pass, to its end", lambda: run_to_end([sys.executable, "-c", "pass"])),
            _Way(
                "python -c 'import httpx', to its end",
                lambda: run_to_end([sys.executable, "-c", "import httpx"]),
            ),
            _Way(
                "receipt-bridge --version, to its end",
                lambda: run_to_end([sys.executable, "-m", "bridge", "--version"]),
            ),
            _Way("receipt-bridge run, to the first poll", lambda: start_to_first_poll(scene), AIM),
        ]
        for way in ways:
            way.run()  # compiles what was never imported before, and makes the journal
        for _ in range(effort.starts):
            for way in ways:
                way.spent.append(way.run())
    for way in ways:
        table.add(*_row(way, ways[0]))
    return [table]


def start_to_first_poll(scene: Scene) -> Spent:
    """Start the daemon, wait for its first poll and stop it; return what passed until BaseLinker had the poll."""
    polls, begin = scene.polls, time.monotonic()
    pid = scene.shop.start_daemon().pid
    call = scene.first_poll(after=polls)
    cpu = cpu_seconds(pid)
    scene.shop.stop_daemon()
    return Spent(call.monotonic - begin, cpu)


def _row(way: _Way, bare: _Way) -> tuple[str | int | float, ...]:
    fastest = min(spent.seconds for spent in way.spent)
    return (
        way.name,
        len(way.spent),
        fastest,
        median(spent.seconds for spent in way.spent),
        min(spent.cpu for spent in way.spent),
        fastest / min(spent.seconds for spent in bare.spent),
        way.aim.beside(fastest) if way.aim else "",
    )
