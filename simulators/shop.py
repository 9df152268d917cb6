"""A whole shop on one machine: a simulated BaseLinker, simulated printers, and the real daemon as a process.

The demo, the crash harness and the benchmarks run in it. What happened is counted from the simulators' own ledgers
(what was asked of BaseLinker, what lies on paper), never from what the daemon says of itself.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Self

from simulators.baselinker.account import says_failed
from simulators.baselinker.server import BaseLinkerServer

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from simulators.baselinker.ledger import Call, Ledger
    from simulators.escpos.paper import Slip

_BANNER = re.compile(r"\*\*\* (?:KOPIA|COPY) \*\*\*")
_TOTAL = re.compile(r"^\s*(?:SUMA|TOTAL)\b", re.MULTILINE)
_RECEIPT = re.compile(r"^\s*(?:Nr w BaseLinkerze|BaseLinker ID):\s+(\d+)\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Printing:
    """One time a receipt came out of a printer, `whole` or torn; `copy` when it stands under a COPY banner."""

    receipt_id: int
    copy: bool
    whole: bool


def printings(slips: Iterable[Slip]) -> list[Printing]:
    """Return every printing on these slips. A torn slip and the next one may share a piece of paper."""
    found: list[Printing] = []
    for slip in slips:
        text, begin = slip.to_text(), 0
        matches = list(_RECEIPT.finditer(text))
        ends = [following.start() for following in matches[1:]] + [len(text)]
        for match, end in zip(matches, ends, strict=False):
            banners = len(_BANNER.findall(text, begin, match.start()))
            # Behind the first printing of a piece a banner may be the closing one of a copy just before it.
            closing = begin > 0 and found[-1].copy and found[-1].whole
            whole = _TOTAL.search(text, match.end(), end) is not None
            found.append(Printing(int(match[1]), copy=banners > closing, whole=whole))
            begin = match.end()
    return found


@dataclass(slots=True)
class Audit:
    """What the ledgers say of a run. `lost` were neither printed nor told apart by a person or a reason."""

    printed: Counter[int] = field(default_factory=Counter)
    whole: Counter[int] = field(default_factory=Counter)
    copies: Counter[int] = field(default_factory=Counter)
    confirmed: set[int] = field(default_factory=set)

    @property
    def twice(self) -> list[int]:
        """Receipts that came out more than once without a banner."""
        return sorted(receipt for receipt, count in self.printed.items() if count > 1)

    @property
    def confirmed_unprinted(self) -> list[int]:
        """Receipts BaseLinker takes for printed that lie on no paper."""
        return sorted(receipt for receipt in self.confirmed if not self.whole[receipt])

    def lost(self, issued: Iterable[int], held: Iterable[int] = ()) -> list[int]:
        """Receipts that were issued and are neither on paper and confirmed nor held for a person."""
        on_paper = {receipt for receipt, count in self.whole.items() if count}
        return sorted(set(issued) - (self.confirmed & on_paper) - set(held))


@dataclass
class Shop:
    """One shop in a folder.

    `printers` maps names to simulated printers (context managers with an `address`), `stanzas` to their further
    settings.
    """

    folder: Path
    printers: Mapping[str, Any]
    stanzas: Mapping[str, Mapping[str, Any]]
    server: BaseLinkerServer = field(default_factory=BaseLinkerServer)
    settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    tables: Sequence[Mapping[str, Any]] = ()
    command: Sequence[str] = (sys.executable, "-m", "bridge", "run")
    environ: Mapping[str, str] = field(default_factory=dict)
    _stack: ExitStack = field(default_factory=ExitStack)
    _daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        self._stack.enter_context(self.server)
        for printer in self.printers.values():
            self._stack.enter_context(printer)
        token = self.folder / "api-token"
        token.touch(mode=0o600)
        token.write_text(f"{self.server.token}\n")
        self.config_file.write_text(self._config(), encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self.stop_daemon()
        self._stack.close()

    @property
    def config_file(self) -> Path:
        """The configuration the daemon reads."""
        return self.folder / "config.toml"

    @property
    def log_file(self) -> Path:
        """What the daemon writes to standard error, over all its lives."""
        return self.folder / "daemon.log"

    def _config(self) -> str:
        tables: dict[str, dict[str, Any]] = {
            "baselinker": {"url": self.server.url, "token_file": "api-token"},
            "journal": {"path": "journal.sqlite"},
        }
        for name, values in self.settings.items():
            tables.setdefault(name, {}).update(values)
        parts = [f"[{name}]\n{_lines(values)}" for name, values in tables.items()]
        for name, printer in self.printers.items():
            own = {"name": name, "driver": "escpos", "address": printer.address, **self.stanzas.get(name, {})}
            parts.append(f"[[printers]]\n{_lines(own)}")
        parts += [f"[[series]]\n{_lines(values)}" for values in self.tables]
        return "\n".join(parts)

    # -- the daemon ------------------------------------------------------------------------------------------

    def start_daemon(self) -> subprocess.Popen[bytes]:
        """Start the real daemon as a process of its own."""
        with self.log_file.open("ab") as log:
            self._daemon = subprocess.Popen(
                [*self.command, "--config", str(self.config_file)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **self.environ},
            )
        return self._daemon

    def stop_daemon(self, how: signal.Signals = signal.SIGTERM) -> int | None:
        """End the daemon with a signal and return its exit code, None when none runs."""
        daemon, self._daemon = self._daemon, None
        if daemon is None:
            return None
        if daemon.poll() is None:
            daemon.send_signal(how)
        return daemon.wait(timeout=60)

    @property
    def daemon(self) -> subprocess.Popen[bytes] | None:
        """The daemon's process, as it was last started."""
        return self._daemon

    def ask(self, *words: str) -> Any:
        """Run a command of the bridge with `--json` and return its answer."""
        done = subprocess.run(
            [sys.executable, "-m", "bridge", *words, "--config", str(self.config_file), "--json"],
            capture_output=True,
            check=False,
            text=True,
            timeout=60,
        )
        if not done.stdout:
            raise RuntimeError(f"{' '.join(words)} ended with {done.returncode}: {done.stderr}")
        return json.loads(done.stdout)

    # -- what happened ---------------------------------------------------------------------------------------

    def audit(self) -> Audit:
        """Count from the simulators' ledgers what was printed and what was confirmed."""
        audit = Audit()
        for printer in self.printers.values():
            ledger = printer.device.ledger
            for printing in printings([*ledger.slips, ledger.unfinished]):
                (audit.copies if printing.copy else audit.printed)[printing.receipt_id] += 1
                audit.whole[printing.receipt_id] += printing.whole
        audit.confirmed = self.audit_confirmed()
        return audit

    def audit_confirmed(self) -> set[int]:
        """Return the receipts BaseLinker takes for printed, by its ledger."""
        return confirmed(self.server.ledger.requests)

    def wait_until_confirmed(self, receipts: Iterable[int], timeout: float) -> bool:
        """Wait until BaseLinker has a confirmation of every one of these receipts; return whether it has."""
        missing, read = set(receipts), 0

        def all_confirmed(ledger: Ledger) -> bool:
            # From the ledger alone: the server's own lock must not be taken under the ledger's.
            nonlocal read
            calls = ledger.since(read)
            read += len(calls)
            missing.difference_update(confirmed(calls))
            return not missing

        return self.server.ledger.wait_for(all_confirmed, timeout)


def confirmed(calls: Iterable[Call]) -> set[int]:
    """Return the receipts that calls told BaseLinker to take for printed."""
    return {
        int(call.parameters["receipt_id"])
        for call in calls
        if call.method == "setOrderReceipt" and call.succeeded and not says_failed(call.parameters)
    }


def _lines(values: Mapping[str, Any]) -> str:
    """Return the lines of a TOML table; JSON's texts, numbers, truth values and lists are TOML's too."""
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
