"""What a receipt costs: CPU, bytes and time, beside the same paper from bare python-escpos.

The moments are those of the simulators: when BaseLinker answered, when which byte reached the printer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.bare import BarePrinting, Printed
from benchmarks.linux import cpu_seconds
from benchmarks.scene import ListeningDevice, Scene, passage
from benchmarks.table import Table
from simulators.baselinker.receipts import sample_receipts
from simulators.escpos.server import TcpPrinter

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from benchmarks.effort import Effort
    from simulators.baselinker.ledger import Call
    from simulators.baselinker.receipts import SampleReceipt

_COST = (
    "printed by",
    "receipts",
    "CPU ms each",
    "x one send",
    "requests each",
    "bytes each",
    "list to cut, ms",
)
_STAGES = ("from the list's answer to", "median ms", "slowest ms", "first receipt, ms")


@dataclass(frozen=True, slots=True)
class _Stages:
    """Seconds from the moment BaseLinker's list showed a receipt."""

    compared: float
    first_byte: float
    first_of_slip: float
    last_byte: float
    confirmed: float


@dataclass(slots=True)
class _Run:
    """Receipts printed by one way, and what they cost together."""

    name: str
    receipts: int = 0
    cpu: float = 0.0
    requests: int | None = None
    sent: int = 0
    seconds: list[float] = field(default_factory=list)
    stages: list[_Stages] = field(default_factory=list)
    slips: list[list[str]] = field(default_factory=list)


def measure(effort: Effort, folder: Path) -> list[Table]:
    """Return the tables of cost and of stages."""
    one_by_one = sample_receipts(effort.single_receipts + 1)
    in_one_list = sample_receipts(effort.burst_receipts + 1)
    pace = {"poll_seconds": effort.poll_seconds}
    single = _bridge("bridge, one after the other", one_by_one, folder / "single", _one_by_one, **pace)
    blind = {**pace, "check_totals": False}
    together = f"bridge, {effort.burst_receipts} in one list"
    runs = [
        single,
        _bridge("bridge without check_totals", one_by_one, folder / "blind", _one_by_one, **blind),
        _bridge(together, in_one_list, folder / "burst", _in_one_list, **pace),
        _bare("bare python-escpos, Network", "network", single.slips, folder / "network"),
        _bare("bare python-escpos, one send", "one-send", single.slips, folder / "one-send"),
    ]
    return [_cost(runs, effort), _stage_table(single.stages)]


def _bridge(
    name: str,
    samples: Sequence[SampleReceipt],
    folder: Path,
    do: Callable[[Scene, Sequence[SampleReceipt], _Run], None],
    **settings: Any,
) -> _Run:
    printer = TcpPrinter(ListeningDevice())
    run = _Run(name, len(samples) - 1)
    with Scene(folder, printer, **settings) as scene:
        pid = scene.start()
        # The first receipt also loads python-escpos and asks longer, in case a slip was interrupted before.
        run.stages.append(_print_one(scene, samples[0]))
        cpu, requests = cpu_seconds(pid), len(scene.shop.server.ledger.requests)
        sent = printer.device.bytes_received
        do(scene, samples[1:], run)
        run.cpu = cpu_seconds(pid) - cpu
        run.requests = len(scene.shop.server.ledger.requests) - requests
        run.sent = printer.device.bytes_received - sent
        run.slips = [slip.to_text().splitlines() for slip in printer.device.ledger.slips]
    return run


def _one_by_one(scene: Scene, samples: Sequence[SampleReceipt], run: _Run) -> None:
    for sample in samples:
        stages = _print_one(scene, sample)
        run.stages.append(stages)
        run.seconds.append(stages.last_byte)


def _in_one_list(scene: Scene, samples: Sequence[SampleReceipt], run: _Run) -> None:
    heard = len(scene.heard)
    receipts = scene.print_all(samples)
    listed = min(_listed_at(scene, receipt) for receipt in receipts)
    run.seconds.append((passage(scene.heard[heard:]).end - listed) / len(receipts))


def _print_one(scene: Scene, sample: SampleReceipt) -> _Stages:
    heard = len(scene.heard)
    (receipt,) = scene.print_all([sample])
    listed = _listed_at(scene, receipt)
    job = passage([piece for piece in scene.heard[heard:] if piece.at >= listed])
    compared = _asked_at(scene, "getReceipt", receipt)
    return _Stages(
        compared=(compared or listed) - listed,
        first_byte=job.first - listed,
        first_of_slip=job.begin - listed,
        last_byte=job.end - listed,
        confirmed=(_asked_at(scene, "setOrderReceipt", receipt) or listed) - listed,
    )


def _listed_at(scene: Scene, receipt: int) -> float:
    """Return when BaseLinker first answered a poll with this receipt."""
    polls = scene.shop.server.ledger.of("getNewReceipts")
    return next(call.monotonic for call in polls if _lists(call.reply or {}, receipt))


def _lists(reply: Mapping[str, Any], receipt: int) -> bool:
    entries = next((value for value in reply.values() if isinstance(value, list)), [])
    return any(int(entry["receipt_id"]) == receipt for entry in entries)


def _asked_at(scene: Scene, method: str, receipt: int) -> float | None:
    calls: Sequence[Call] = scene.shop.server.ledger.of(method)
    return next((call.monotonic for call in calls if int(call.parameters["receipt_id"]) == receipt), None)


def _bare(name: str, way: str, slips: Sequence[Sequence[str]], folder: Path) -> _Run:
    run = _Run(name, len(slips) - 1)
    with TcpPrinter(ListeningDevice()) as printer:
        address = f"{printer.host}:{printer.port}"
        with BarePrinting(way, address, printer, slips, folder) as bare:
            cpu, sent = bare.cpu, printer.device.bytes_received
            printed: list[Printed] = [bare.print(number) for number in range(1, len(slips))]
            run.cpu = bare.cpu - cpu
            run.sent = printer.device.bytes_received - sent
    run.seconds = [one.passage.end - one.told for one in printed]
    return run


def _cost(runs: Sequence[_Run], effort: Effort) -> Table:
    table = Table("receipts", "What a receipt costs", _COST)
    floor = runs[-1].cpu / runs[-1].receipts
    for run in runs:
        cpu = run.cpu / run.receipts
        requests = None if run.requests is None else run.requests / run.receipts
        sent = round(run.sent / run.receipts)
        table.add(run.name, run.receipts, 1000 * cpu, cpu / floor, requests, sent, 1000 * median(run.seconds))
    table.notes = [
        (
            "The same lines on paper in every row; one receipt in ten has 40 lines. Bare python-escpos asks the "
            "printer nothing, proves nothing, remembers nothing, and sets no bold or large letters."
        ),
        f"CPU and requests of the bridge include its polls, one every {effort.poll_seconds:g} s here.",
        "List to cut: the median, and in one list the mean of all; bare: from being told to print.",
    ]
    return table


def _stage_table(stages: Sequence[_Stages]) -> Table:
    table = Table("stages", "From the list to the paper, one receipt after the other", _STAGES)
    names = {
        "compared": "getReceipt asked (total and currency)",
        "first_byte": "first byte at the printer (a status question)",
        "first_of_slip": "first byte of the slip, its intent being on disk",
        "last_byte": "last byte of the slip",
        "confirmed": "confirmation, the proof being on disk",
    }
    first, *others = stages
    for key, name in names.items():
        values = [1000 * getattr(one, key) for one in others]
        table.add(name, median(values), max(values), 1000 * getattr(first, key))
    return table
