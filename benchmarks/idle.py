"""Memory with the ESC/POS driver loaded, and what the daemon costs while nothing happens."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from benchmarks.bare import BarePrinting
from benchmarks.linux import cpu_seconds, memory, memory_of_python, threads, wake_ups
from benchmarks.scene import ListeningDevice, Scene, long_receipt, short_receipt
from benchmarks.table import Aim, Table
from simulators.escpos.server import TcpPrinter

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.effort import Effort

_RESIDENT = Aim(60)
_OF_A_CORE = Aim(0.5)


def measure(effort: Effort, folder: Path) -> list[Table]:
    """Return the tables of memory and rest."""
    space = Table("memory", "Memory, MiB", ("process", "resident", "private", "peak", "aim (resident)"))
    rest = Table(
        "idle", f"At rest, polling every {effort.idle_poll_seconds:g} s", ("what", "measured", "aim")
    )
    printer = TcpPrinter(ListeningDevice())
    with Scene(folder / "shop", printer, poll_seconds=effort.idle_poll_seconds) as scene:
        pid = scene.start()
        _add_memory(space, "daemon after its first poll", pid)
        scene.print_all([short_receipt(), long_receipt()])
        _add_memory(space, "daemon after two receipts", pid)
        _rest(rest, scene, pid, effort.idle_seconds)
        _add_memory(space, f"daemon {effort.idle_seconds:g} s later", pid)
        slips = [slip.to_text().splitlines() for slip in printer.device.ledger.slips]
        scene.shop.stop_daemon()
        _add_memory_with_copies(space, folder / "copies", effort)
        address = f"{printer.host}:{printer.port}"
        with BarePrinting("network", address, printer, slips, folder / "bare") as bare:
            bare.print(1)
            found = bare.memory
            space.add("bare python-escpos after two receipts", found.resident, found.private, found.peak, "")
    for name, code in (("python, nothing imported", "pass"), ("python, import httpx", "import httpx")):
        found = memory_of_python(code)
        space.add(name, found.resident, found.private, found.peak, "")
    return [space, rest]


def _add_memory(table: Table, name: str, pid: int) -> None:
    found = memory(pid)
    table.add(name, found.resident, found.private, found.peak, _RESIDENT.beside(found.resident))


def _add_memory_with_copies(table: Table, folder: Path, effort: Effort) -> None:
    series = {"id": 1, "copy": "pdf"}
    with Scene(folder, TcpPrinter(), [series], poll_seconds=effort.poll_seconds) as scene:
        pid = scene.start()
        receipts = scene.print_all([short_receipt(), long_receipt()])
        scene.wait_uploaded(receipts)
        found = memory(pid)
    table.add("daemon after two receipts with PDF copies", found.resident, found.private, found.peak, "")


def _rest(table: Table, scene: Scene, pid: int, seconds: float) -> None:
    polls, cpu, woken, begin = scene.polls, cpu_seconds(pid), wake_ups(pid), time.monotonic()
    # Nothing happens: how much time passes is the point.
    time.sleep(seconds)
    took = time.monotonic() - begin
    cpu, woken, polls = cpu_seconds(pid) - cpu, wake_ups(pid) - woken, scene.polls - polls
    percent = 100 * cpu / took
    table.add("CPU, % of a core", percent, _OF_A_CORE.beside(percent))
    table.add("CPU seconds an hour", 3600 * cpu / took, "")
    table.add("wake-ups a second", woken / took, "")
    table.add("threads", threads(pid), "")
    table.add("polls meanwhile", polls, "")
    table.add("seconds measured", took, "")
