"""The other side of the comparison: the same lines on paper, written by bare python-escpos in its own process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

from benchmarks.linux import Memory, cpu_seconds, memory
from benchmarks.scene import PATIENCE, Heard, ListeningDevice, Passage, passage

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from simulators.escpos.server import TcpPrinter


@dataclass(frozen=True, slots=True)
class Printed:
    """One slip by bare python-escpos: when it was told to print (monotonic), and the job's passage."""

    told: float
    passage: Passage


class BarePrinting:
    """A running `bare_program`, which prints slips when told. Prints the first one at once, to be warm.

    `slips` are the texts of slips that the bridge has printed on the same printer; the folder is for its files.
    """

    def __init__(
        self, way: str, address: str, printer: TcpPrinter, slips: Sequence[Sequence[str]], folder: Path
    ) -> None:
        if not isinstance(printer.device, ListeningDevice):
            raise TypeError("this printer does not listen")
        self._command = [sys.executable, "-m", "benchmarks.bare_program", way, address]
        self._device = printer.device
        self._slips = slips
        self._folder = folder

    def __enter__(self) -> Self:
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / "slips.json"
        file.write_text(json.dumps(self._slips), encoding="utf-8")
        # Its import keeps a file somewhere: here it is cleared away with the rest.
        environ = {**os.environ, "ESCPOS_CAPABILITIES_PICKLE_DIR": str(self._folder)}
        self._process = subprocess.Popen(
            [*self._command, str(file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environ,
        )
        self._answered("ready")
        self.print(0)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    @property
    def cpu(self) -> float:
        """Seconds of CPU it has taken so far."""
        return cpu_seconds(self._process.pid)

    @property
    def memory(self) -> Memory:
        """Its memory now."""
        return memory(self._process.pid)

    def print(self, number: int) -> Printed:
        """Let it print a slip, wait until it has been cut, and compare the paper. Raises ValueError."""
        heard, slips = len(self._device.heard), len(self._device.ledger.slips)
        if self._process.stdin is None:
            raise RuntimeError("it is not told anything")
        told = time.monotonic()
        self._process.stdin.write(f"{number}\n")
        self._process.stdin.flush()
        self._answered("done")
        slip = self._device.ledger.wait_for_slips(slips + 1, PATIENCE)[slips]
        if slip.to_text().split() != " ".join(self._slips[number]).split():
            raise ValueError("bare python-escpos has printed something else than the bridge")
        return Printed(told, passage(self._heard(heard)))

    def _heard(self, begin: int) -> list[Heard]:
        return self._device.heard[begin:]

    def _answered(self, word: str) -> None:
        line = self._process.stdout.readline() if self._process.stdout is not None else ""
        if line.strip() != word:
            raise RuntimeError(f"bare python-escpos answered {line!r} and not {word!r}")
