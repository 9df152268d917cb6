"""A POSNET fiscal printer: receipts a minute against what line and paper allow, beside the same frames from a loop.

The limit of a receipt is the time of its bytes on the line, both ways, and that of its paper: the protocol allows one
command at a time and answers when it is done, so nothing of it can overlap. A receipt is measured from its opening to
the opening of the next one: everything between two receipts counts.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Self

from benchmarks.linux import cpu_seconds
from benchmarks.scene import BITS_PER_BYTE, Heard, Scene
from benchmarks.table import Aim, Table
from simulators.baselinker.receipts import sample_receipts
from simulators.posnet.factory import new_memory
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.interface import HostInterface
from simulators.posnet.memory import EXEMPT, INACTIVE, Settings
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.ports import PosnetTcp
from simulators.posnet.printer import FiscalPrinter
from simulators.wire import Faults, PtyWire, device_at

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from benchmarks.effort import Effort
    from simulators.baselinker.receipts import SampleReceipt

AIM = Aim(0.9, at_least=True)
_LINES = (5, 40)
_RATES = (2300, 800, 500, 0, EXEMPT, INACTIVE, INACTIVE)
_FRAME = re.compile(rb"\x02(!?[a-z0-9]+)[^\x03]*\x03")
_OPENING = re.compile(rb"\x02trinit\t")
_SELLS = re.compile(rb"tr|ftrcfg")
_RECEIPTS = (
    *("line", "receipt", "said by", "paper lines", "commands", "to prove", "bytes"),
    *("limit s", "seconds", "a minute", "of the limit", "aim"),
)
_TURNS = ("line", "receipt", "said by", "limit s", "seconds", "beyond, ms a command", "CPU ms each")


class ListeningInterface(HostInterface):
    """A host interface that remembers when which bytes came and went."""

    def __init__(self, printer: FiscalPrinter) -> None:
        super().__init__(printer, 1)
        self.heard: list[Heard] = []
        self.said: list[Heard] = []

    def receive(self, data: bytes) -> None:
        """Take bytes from the host."""
        self.heard.append(Heard(time.monotonic(), bytes(data)))
        super().receive(data)

    def replies(self) -> bytes:
        """Remove and return the answers that may go now."""
        data = super().replies()
        if data:
            self.said.append(Heard(time.monotonic(), data))
        return data


class FiscalTill:
    """A fiscal printer and its port: TCP, or a line that lets bytes through at a rate, both ways."""

    def __init__(self, path: Path, baud: int | None) -> None:
        settings = Settings(header=("SKLEP POD LIPĄ", "ul. Młyńska 7"), tax_id="5222628262", rates=_RATES)
        self.printer = FiscalPrinter(memory=new_memory(XL2_ONLINE, settings=settings))
        self.interface = ListeningInterface(self.printer)
        self.printer.pc1, self.printer.interfaces = self.interface, (self.interface, self.printer.pc2)
        self.baud = baud
        self._path = path
        self._port = PosnetTcp(self.interface)
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.callback(self.printer.close)
        self._stack.enter_context(self._port)
        if self.baud is not None:
            faults = Faults(bytes_per_second=self.baud / BITS_PER_BYTE)
            wire = PtyWire(device_at(self._port.host, self._port.port), self._path)
            wire.set_faults(to_device=faults, to_driver=faults)
            self._stack.enter_context(wire)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    @property
    def address(self) -> str:
        """The printer's address in the configuration."""
        return self._port.address if self.baud is None else f"serial://{self._path}?baud={self.baud}"

    @property
    def bare_address(self) -> str:
        """The same for the plain loop."""
        if self.baud is None:
            return f"{self._port.host}:{self._port.port}"
        return f"{self._path}?{self.baud}"

    @property
    def byte_seconds(self) -> float:
        """What a byte takes on the line."""
        return 0.0 if self.baud is None else BITS_PER_BYTE / self.baud

    @property
    def paper(self) -> int:
        """Lines of paper printed so far; a cut takes as long as a line."""
        return self.printer.ledger.counts.lines + len(self.printer.ledger.slips)


@dataclass(frozen=True, slots=True)
class Turn:
    """One receipt, from its opening to the next one's: the frames of the host, bytes both ways, seconds."""

    frames: tuple[bytes, ...]
    size: int
    seconds: float

    @property
    def to_prove(self) -> int:
        """How many of its commands sell nothing: they ask where the printer stands, before and behind."""
        return sum(_SELLS.match(_name(frame)) is None for frame in self.frames)


def turns(heard: Sequence[Heard], said: Sequence[Heard]) -> list[Turn]:
    """Return the receipts that began and were followed by another one. Bytes said count where they were said."""
    data = b"".join(piece.data for piece in heard)
    found = [(match.start(), _arrival(heard, match.start())) for match in _OPENING.finditer(data)]
    return [
        Turn(
            frames=tuple(match[0] for match in _FRAME.finditer(data, begin, end)),
            size=end - begin + sum(len(piece.data) for piece in said if since <= piece.at < until),
            seconds=until - since,
        )
        for (begin, since), (end, until) in pairwise(found)
    ]


def _arrival(heard: Sequence[Heard], place: int) -> float:
    for piece in heard:
        place -= len(piece.data)
        if place < 0:
            return piece.at
    raise ValueError("this byte has not been heard")


def _name(frame: bytes) -> bytes:
    match = _FRAME.match(frame)
    return match[1] if match else b""


@dataclass(frozen=True, slots=True)
class _Run:
    """Receipts of one kind, one after the other: the middling turn, its limit, CPU of one."""

    turn: Turn
    paper: float
    limit: float
    cpu: float


class Loop:
    """A running `bare_posnet`, which says the frames of one receipt as often as it is told."""

    def __init__(self, till: FiscalTill, frames: Sequence[bytes], file: Path) -> None:
        file.write_text(json.dumps([frame.hex() for frame in frames]), encoding="ascii")
        self._command = [sys.executable, "-m", "benchmarks.bare_posnet", till.bare_address, str(file)]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self._answered("ready")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def cpu(self) -> float:
        """Return how many seconds of CPU it has taken so far."""
        return cpu_seconds(self._process.pid)

    def say(self, count: int) -> None:
        """Let it say the receipt `count` times, and wait for the end. Raises RuntimeError."""
        if self._process.stdin is not None:
            self._process.stdin.write(f"{count}\n")
            self._process.stdin.flush()
        self._answered("done")

    def _answered(self, word: str) -> None:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if line.strip() != word:
            raise RuntimeError(f"the loop answered {line!r} and not {word!r}")


def measure(effort: Effort, folder: Path) -> list[Table]:
    """Return the tables of receipts a minute, and of what the conversation itself takes."""
    tables = (
        Table("fiscal", f"Fiscal receipts, {effort.paper_speed:g} lines of paper a second", _RECEIPTS),
        Table("fiscal-turns", "Fiscal receipts on paper that takes no time", _TURNS),
    )
    for baud in (*effort.bauds, None):
        _measure_line(baud, tables, effort, folder / f"{baud}")
    tables[0].notes = [
        (
            "Limit: bytes both ways at 10 bits each, and lines of paper; seconds: from the opening of a receipt to "
            f"that of the next, the median of {effort.slips}. To prove: commands that sell nothing."
        ),
        "Loop: a program that says the same frames, each behind the answer to the one before, and does nothing else.",
    ]
    tables[1].notes = [
        (
            "Beyond: what a command takes besides its bytes on the line. Most of it is the simulated line, which keeps "
            "time in milliseconds, and the simulated printer: the loop tells how much."
        ),
        (
            "CPU: of the daemon with polls, journal and confirmation, or of the loop alone. This line delivers bytes "
            "one by one at 9600 baud, and each wakes the program up; ports and adapters collect some."
        ),
    ]
    return list(tables)


def _measure_line(baud: int | None, tables: Sequence[Table], effort: Effort, folder: Path) -> None:
    folder.mkdir(parents=True)
    name = "TCP" if baud is None else f"{baud} baud"
    speeds = (effort.paper_speed, None)
    till = FiscalTill(folder / "port", baud)
    with Scene(folder / "shop", till, stanza={"driver": "posnet"}, poll_seconds=effort.poll_seconds) as scene:
        pid = scene.start()
        kinds = {count: _sample(count) for count in _LINES}
        # No receipt that is measured is the first one with its names: those are asked for once.
        scene.print_all(kinds.values())
        bridge = {
            (count, speed): _run(
                till,
                effort,
                speed,
                partial(cpu_seconds, pid),
                partial(_print, scene, sample),
            )
            for count, sample in kinds.items()
            for speed in speeds
        }
        scene.shop.stop_daemon()
        for count in kinds:
            with Loop(till, bridge[count, None].turn.frames, folder / f"{count}.json") as loop:
                loop.say(1)  # it ends with the footer of a receipt to come; the first one had none
                for table, speed in zip(tables, speeds, strict=True):
                    rows = {
                        "bridge": bridge[count, speed],
                        "a loop": _run(till, effort, speed, loop.cpu, loop.say),
                    }
                    for by, run in rows.items():
                        _ADD[table.name](table, (name, f"{count} lines", by), run)


def _print(scene: Scene, sample: SampleReceipt, times: int) -> None:
    scene.print_all([sample] * times)


def _sample(count: int) -> SampleReceipt:
    return next(sample for sample in sample_receipts(50) if len(sample.products) == count)


def _run(
    till: FiscalTill,
    effort: Effort,
    speed: float | None,
    cpu: Callable[[], float],
    say: Callable[[int], object],
) -> _Run:
    """Let so many receipts and one more be said, whose opening ends the last turn; its paper takes no time."""
    till.printer.change(speed=speed)
    at_once = Fault(Kind.CALL_AFTER, action=lambda printer: setattr(printer.press, "speed", None))
    till.printer.faults.script("trinit", at_once, nth=effort.slips + 1)
    heard, said = len(till.interface.heard), len(till.interface.said)
    times, paper, spent = effort.slips + 1, till.paper, cpu()
    say(times)
    lines = (till.paper - paper) / times
    found = turns(till.interface.heard[heard:], till.interface.said[said:])
    turn = sorted(found, key=lambda turn: turn.seconds)[len(found) // 2]
    limit = turn.size * till.byte_seconds + (lines / speed if speed else 0.0)
    return _Run(turn, lines, limit, (cpu() - spent) / times)


def _add_receipts(table: Table, names: Sequence[str], run: _Run) -> None:
    turn, used = run.turn, run.limit / run.turn.seconds
    counts = (round(run.paper), len(turn.frames), turn.to_prove, turn.size)
    aim = AIM.beside(used) if "bridge" in names else ""
    table.add(*names, *counts, run.limit, turn.seconds, 60 / turn.seconds, used, aim)


def _add_turns(table: Table, names: Sequence[str], run: _Run) -> None:
    turn = run.turn
    beyond = 1000 * (turn.seconds - run.limit) / len(turn.frames)
    table.add(*names, run.limit, turn.seconds, beyond, 1000 * run.cpu)


_ADD = {"fiscal": _add_receipts, "fiscal-turns": _add_turns}
