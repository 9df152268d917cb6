"""People at work beside the daemon: every command a process of its own, as at a terminal."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from benchmarks.soak.shop import SoakShop

_ALLOWED = {"status": (0, 1), "check": (0, 1), "resolve": (0, 76)}
"""Exit codes: 1 when something needs attention, as it does while a printer has no paper; 76 when it moved on."""


class People:
    """Ask `status` and `check` every so many seconds, and decide what is held by what lies on paper."""

    def __init__(self, shop: SoakShop, every: float) -> None:
        self._shop = shop
        self._every = every
        self._stop = threading.Event()
        self._turn = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="people", daemon=True)
        self.commands = 0
        self.decided = 0
        self.failed: list[str] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def look_after(self) -> None:
        """Ask for the status, and decide about every receipt that is held."""
        with self._turn:
            answer = self._ask("status")
            held = [entry["receipt_id"] for entry in (answer or {}).get("held", ())]
            for receipt in held:
                self._decide(receipt)

    def _run(self) -> None:
        while not self._stop.wait(self._every):
            self.look_after()
            with self._turn:
                self._ask("check")

    def _decide(self, receipt: int) -> None:
        words = ["printed"] if self._shop.audit().whole[receipt] else ["print"]
        for sale in self._shop.sales().get(receipt, ())[:1]:
            words += ["--number", f"{sale.receipt:05d}"]
        if self._ask("resolve", str(receipt), *words) is not None:
            self.decided += 1

    def _ask(self, *words: str) -> dict[str, Any] | None:
        """Return a command's answer; None, and what it said on the way, when it gave none."""
        self.commands += 1
        config = str(self._shop.shop.config_file)
        done = subprocess.run(
            [sys.executable, "-m", "bridge", *words, "--config", config, "--json"],
            capture_output=True,
            check=False,
            text=True,
            timeout=120,
        )
        if done.returncode not in _ALLOWED[words[0]] or "Traceback" in done.stderr:
            self.failed.append(f"{' '.join(words)}: exit code {done.returncode}: {done.stderr[-500:]}")
            return None
        answer: dict[str, Any] | None = json.loads(done.stdout) if done.stdout else None
        return answer
