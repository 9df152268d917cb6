"""The printers of training mode: simulated ones whose memory and paper stay in a folder.

    fiscal-memory.sqlite     the protected memory of a fiscal printer; a receipt printer has none
    slip-0001.txt, .png      each slip as text and as a picture, under a banner that nobody takes for a sale

One process at a time may use a folder; whoever starts a printer sees to that.
A process killed while it draws a slip leaves it without a picture; a sale is in the memory before that.
"""

from __future__ import annotations

import re
import sqlite3
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from simulators.escpos.paper import Place, Span, Style, TextRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from simulators.escpos.paper import Slip
    from simulators.escpos.server import TcpPort

BANNER = "*** TRENING - NIEFISKALNY ***"
"""What stands on top of every slip; even 58 mm of paper has room for it."""

MOST_SLIPS = 1000
"""So many slips are kept, the newest: training must not fill a shop's disk."""

_HEADER = ("SYMULATOR DRUKARKI", "SKLEP PRZYKŁADOWY", "ul. Przykładowa 1, 00-001 Warszawa")
_TAX_ID = "5222628262"
_NARROW_MM = 58
_NUMBERED = re.compile(r"slip-(\d+)\.(?:txt|png)")


class TrainingError(Exception):
    """The simulated printer cannot work, or could not go on: what is wrong with its folder."""


class TrainingPrinter:
    """A simulated printer at work in this process, behind `port` of 127.0.0.1."""

    def __init__(self, port: int, stack: ExitStack) -> None:
        self.port = port
        self._stack = stack

    def stop(self) -> None:
        """Stop it and release its folder; what is on its paper is kept. Raises TrainingError when it had failed."""
        with _told():
            self._stack.close()


def start_printer(language: str, folder: Path, *, number: str, paper_mm: int = 80) -> TrainingPrinter:
    """Start the printer whose folder this is; a fiscal printer without a memory is new and has this unique number.

    Raises TrainingError, KeyError for a language that no simulator speaks.
    """
    make = _PRINTERS[language]
    with _told(), ExitStack() as stack:
        port = make(stack, folder, number, paper_mm)
        ledger = port.device.ledger
        ledger.on_slip(Paper(folder))
        stack.callback(ledger.announce)
        # What was not cut off is torn off: with `cut = "none"` that is how a slip ends.
        stack.callback(ledger.cut, "torn")
        stack.enter_context(port)
        return TrainingPrinter(port.port, stack.pop_all())


def languages() -> tuple[str, ...]:
    """Return the languages that simulators speak, by their drivers' names."""
    return tuple(sorted(_PRINTERS))


class Paper:
    """Writes each slip into a folder as text and as PNG, numbered on from those of earlier runs. Raises OSError."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        numbers = [_NUMBERED.fullmatch(path.name) for path in folder.iterdir()]
        self._last = max((int(number[1]) for number in numbers if number), default=0)

    def __call__(self, slip: Slip) -> None:
        """Keep a slip that has just been cut, and drop the oldest one beyond `MOST_SLIPS`."""
        from simulators.escpos.picture import save_png  # noqa: PLC0415 - Pillow, once there is something to draw

        self._last += 1
        marked = under_banner(slip)
        self._file(self._last, "txt").write_text(marked.to_text(), encoding="utf-8")
        save_png(marked, self._file(self._last, "png"), scale=1)
        for kind in ("txt", "png"):
            self._file(self._last - MOST_SLIPS, kind).unlink(missing_ok=True)

    def _file(self, number: int, kind: str) -> Path:
        return self._folder / f"slip-{number:04d}.{kind}"


def under_banner(slip: Slip) -> Slip:
    """Return a slip with the words on top that it is a training."""
    row = TextRow(Place(0, slip.dots, "center"), (Span(0, BANNER, Style(bold=True)),))
    return replace(slip, rows=(row, *slip.rows))


def _posnet(stack: ExitStack, folder: Path, number: str, _paper_mm: int) -> TcpPort[Any]:
    """Return a fiscal printer as shops have it, and a header that says what it is."""
    from simulators.posnet.factory import new_memory  # noqa: PLC0415 - only the language that is spoken
    from simulators.posnet.memory import EXEMPT, INACTIVE, Settings  # noqa: PLC0415
    from simulators.posnet.models import XL2_ONLINE  # noqa: PLC0415
    from simulators.posnet.ports import PosnetTcp  # noqa: PLC0415
    from simulators.posnet.printer import FiscalPrinter  # noqa: PLC0415

    settings = Settings(header=_HEADER, tax_id=_TAX_ID, rates=(2300, 800, 500, 0, EXEMPT, INACTIVE, INACTIVE))
    memory = new_memory(XL2_ONLINE, unique_number=number, settings=settings)
    printer = FiscalPrinter(state=folder, memory=memory)
    stack.callback(printer.close)
    return PosnetTcp(printer.pc1)


def _escpos(_stack: ExitStack, _folder: Path, _number: str, paper_mm: int) -> TcpPort[Any]:
    from simulators.escpos.device import Device  # noqa: PLC0415 - only the language that is spoken
    from simulators.escpos.models import EPSON_58, EPSON_80  # noqa: PLC0415
    from simulators.escpos.server import TcpPrinter  # noqa: PLC0415

    return TcpPrinter(Device(EPSON_58 if paper_mm == _NARROW_MM else EPSON_80))


_PRINTERS: Mapping[str, Callable[[ExitStack, Path, str, int], TcpPort[Any]]] = MappingProxyType(
    {"escpos": _escpos, "posnet": _posnet}
)


@contextmanager
def _told() -> Iterator[None]:
    """Turn whatever a folder may be ill with into a TrainingError."""
    try:
        yield
    except OSError as error:
        raise TrainingError(
            f"{error.filename}: {error.strerror}" if error.filename else str(error)
        ) from error
    except (sqlite3.Error, ValueError) as error:
        # A memory that another version wrote is no Memory any more: ValueError.
        raise TrainingError(f"its memory cannot be read: {error}") from error
