"""The shop that is measured: the real daemon, a simulated BaseLinker without a limit, a printer with ears."""

from __future__ import annotations

import re
import time
from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Protocol, Self

from bridge.journal import Journal, State
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.receipts import SampleReceipt, sample_receipts
from simulators.baselinker.server import BaseLinkerServer
from simulators.escpos.device import Device
from simulators.escpos.server import TcpPrinter
from simulators.shop import Shop
from simulators.wire import Faults, PtyWire, device_at

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from pathlib import Path

    from simulators.baselinker.ledger import Call

PATIENCE = 120.0
"""Seconds after which something that should happen is taken for broken."""

BITS_PER_BYTE = 10
"""On a serial line: start bit, eight data bits, stop bit."""

_TILL = "till"
_LOOK = 0.005
_INITIALIZE = b"\x1b@"
_QUESTION = re.compile(rb"\x10\x04.", re.DOTALL)


class NotDoneError(Exception):
    """What was to be measured did not happen; says where the daemon's log is quoted."""


@dataclass(frozen=True, slots=True)
class Heard:
    """Bytes that reached the printer together, and when (monotonic)."""

    at: float
    data: bytes


class ListeningDevice(Device):
    """A printer that remembers when which bytes came."""

    def __init__(self) -> None:
        self.heard: list[Heard] = []
        super().__init__()

    def receive(self, data: bytes) -> None:
        """Take bytes from the host."""
        self.heard.append(Heard(time.monotonic(), bytes(data)))
        super().receive(data)


class LinePrinter(TcpPrinter):
    """A printer behind a serial line, played by a pseudo-terminal that lets bytes through at the line's rate.

    Answers come `answer_delay` seconds late, as from USB adapters that collect them.
    """

    def __init__(self, device: ListeningDevice, path: Path, baud: int, answer_delay: float = 0.0) -> None:
        super().__init__(device)
        self._path = path
        self.baud = baud
        self._answer_delay = answer_delay
        self._wire: PtyWire | None = None

    @property
    def path(self) -> Path:
        """The serial port."""
        return self._path

    @property
    def address(self) -> str:
        """The printer's address in the configuration."""
        return f"serial://{self._path}?baud={self.baud}"

    def start(self) -> Self:
        """Switch the printer on and plug the line in. Raises OSError."""
        super().start()
        rate = self.baud / BITS_PER_BYTE
        wire = PtyWire(device_at(self.host, self.port), self._path)
        wire.set_faults(
            to_device=Faults(bytes_per_second=rate),
            to_driver=Faults(bytes_per_second=rate, delay=self._answer_delay),
        )
        wire.start()
        self._wire = wire
        return self

    def stop(self) -> None:
        """Unplug the line and switch the printer off."""
        wire, self._wire = self._wire, None
        if wire is not None:
            wire.stop()
        super().stop()


@dataclass(frozen=True, slots=True)
class Passage:
    """One job on its way into the printer: moments (monotonic) and bytes.

    `timed_bytes` are those, questions included, that came after the job's first piece: the moment of a piece is
    when all of it was there, so the first one took no part of the time.
    """

    first: float
    begin: float
    end: float
    job_bytes: int
    question_bytes: int
    timed_bytes: int

    @property
    def seconds(self) -> float:
        """From the job's first bytes to its last."""
        return self.end - self.begin


def passage(heard: Sequence[Heard]) -> Passage:
    """Return the one job in these bytes. It begins with ESC @; status questions before, in and behind it are no part.

    Raises ValueError when there is no job.
    """
    data = b"".join(piece.data for piece in heard)
    begin = data.index(_INITIALIZE)
    questions = [(match.start(), match.end()) for match in _QUESTION.finditer(data, begin)]
    end = len(data)
    while questions and questions[-1][1] == end:
        end = questions.pop()[0]
    arrived = list(accumulate(len(piece.data) for piece in heard))
    first, last = (bisect_right(arrived, place) for place in (begin, end - 1))
    question_bytes = sum(stop - start for start, stop in questions)
    return Passage(
        first=heard[0].at,
        begin=heard[first].at,
        end=heard[last].at,
        job_bytes=end - begin - question_bytes,
        question_bytes=question_bytes,
        timed_bytes=end - arrived[first],
    )


class Plugged(Protocol):
    """A printer at its port, as a context manager."""

    @property
    def address(self) -> str:
        """Its address in the configuration."""
        ...


class Scene:
    """One shop with one printer, and what is waited for in it.

    `series` are tables of series, `stanza` further settings of the printer, `baselinker` settings of the table of
    that name.
    """

    def __init__(
        self,
        folder: Path,
        printer: Plugged,
        series: Sequence[Mapping[str, Any]] = (),
        stanza: Mapping[str, Any] | None = None,
        **baselinker: Any,
    ) -> None:
        self.printer = printer
        self.shop = Shop(
            folder,
            {_TILL: printer},
            {_TILL: stanza or {}},
            server=BaseLinkerServer(limit=RequestLimit(per_minute=1_000_000)),
            settings={
                "baselinker": {"requests_per_minute": 100, **baselinker},
                "backlog": {"max_receipts": 1_000_000},
            },
            tables=series,
        )

    def __enter__(self) -> Self:
        self.shop.__enter__()
        return self

    def __exit__(self, *problem: object) -> None:
        self.shop.__exit__(*problem)

    @property
    def journal_file(self) -> Path:
        """The daemon's journal."""
        return self.shop.folder / "journal.sqlite"

    @property
    def heard(self) -> list[Heard]:
        """Everything the printer has heard."""
        device = getattr(self.printer, "device", None)
        if not isinstance(device, ListeningDevice):
            raise TypeError("this printer does not listen")
        return device.heard

    def start(self) -> int:
        """Start the daemon; return its process id once it has polled."""
        pid = self.shop.start_daemon().pid
        self.first_poll(after=self.polls)
        return pid

    @property
    def polls(self) -> int:
        """How many polls were answered so far."""
        return len(self.shop.server.ledger.of("getNewReceipts"))

    def first_poll(self, after: int) -> Call:
        """Return the first poll beyond the first `after`, waiting for it."""
        ledger = self.shop.server.ledger
        if not ledger.wait_for(lambda all_calls: len(all_calls.of("getNewReceipts")) > after, PATIENCE):
            raise self.not_done("the daemon did not poll")
        return ledger.of("getNewReceipts")[after]

    def issue(self, samples: Iterable[SampleReceipt]) -> list[int]:
        """Issue receipts; return their ids."""
        server = self.shop.server
        return [server.add_receipt(sample.products, **sample.fields).receipt_id for sample in samples]

    def wait_confirmed(self, receipts: Iterable[int]) -> None:
        """Wait until BaseLinker has the confirmation of each, and the daemon has written that it has."""
        wanted = set(receipts)
        self._wait_for_calls("setOrderReceipt", wanted, "a receipt was not confirmed")
        self._wait_written(wanted)

    def wait_uploaded(self, receipts: Iterable[int]) -> None:
        """Wait until BaseLinker has a file for each."""
        self._wait_for_calls("addOrderReceiptFile", set(receipts), "a file was not uploaded")

    def _wait_for_calls(self, method: str, receipts: set[int], otherwise: str) -> None:
        ledger = self.shop.server.ledger
        if not ledger.wait_for(lambda calls: receipts <= _named(calls.of(method)), PATIENCE):
            raise self.not_done(otherwise)

    def _wait_written(self, receipts: set[int]) -> None:
        deadline = time.monotonic() + PATIENCE
        with Journal(self.journal_file, time.time) as journal:
            for receipt in receipts:
                while (entry := journal.get(receipt)) is None or entry.state is not State.CONFIRMED:
                    if time.monotonic() > deadline:
                        raise self.not_done(f"receipt {receipt} is not confirmed in the journal")
                    time.sleep(_LOOK)

    def print_all(self, samples: Iterable[SampleReceipt]) -> list[int]:
        """Issue receipts and wait until all are printed and confirmed; return their ids."""
        receipts = self.issue(samples)
        self.wait_confirmed(receipts)
        return receipts

    def not_done(self, what: str) -> NotDoneError:
        """Return an error with the end of the daemon's log."""
        log = self.shop.log_file
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
        return NotDoneError("\n".join([f"{what} within {PATIENCE:g} s; its log ends with:", *lines[-20:]]))


def _named(calls: Iterable[Call]) -> set[int]:
    return {int(call.parameters["receipt_id"]) for call in calls}


def short_receipt() -> SampleReceipt:
    """Return a receipt of three lines."""
    return next(sample for sample in sample_receipts(50) if len(sample.products) == 3)


def long_receipt() -> SampleReceipt:
    """Return a receipt of 40 lines."""
    return max(sample_receipts(10), key=lambda sample: len(sample.products))
