"""A printer to play with: `python -m simulators.escpos --port 9100 --out slips`.

Prints each slip as text, writes it as PNG, and obeys what is typed: a new roll, the cover, the power.
"""

from __future__ import annotations

import argparse
import re
import signal
import sys
import threading
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from simulators.escpos.device import Device
from simulators.escpos.models import EPSON_80, MODELS
from simulators.escpos.picture import save_png
from simulators.escpos.server import PtyPrinter, TcpPrinter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from simulators.escpos.paper import Slip
    from simulators.escpos.serving import PrinterServer

_NUMBERED = re.compile(r"slip-(\d+)\.png")


def _set(name: str, *, value: bool) -> Callable[[PrinterServer[Device]], None]:
    return lambda printer: setattr(printer.device, name, value)


_COMMANDS: MappingProxyType[str, Callable[[PrinterServer[Device]], None]] = MappingProxyType(
    {
        "paper": lambda printer: printer.device.new_roll(),
        "no paper": _set("paper_out", value=True),
        "near end": _set("paper_near_end", value=True),
        "open": _set("cover_open", value=True),
        "close": _set("cover_open", value=False),
        "jam": _set("cutter_jam", value=True),
        "clear": _set("cutter_jam", value=False),
        "hang": _set("silent", value=True),
        "go on": _set("silent", value=False),
        "tear": lambda printer: printer.device.tear(),
        "unplug": lambda printer: printer.disconnect(),
        "off": lambda printer: printer.power_cut(),
        "on": lambda printer: printer.power_on(),
    }
)


def arguments() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m simulators.escpos",
        description="A simulated ESC/POS receipt printer.",
        epilog="Typed words change the printer while it runs: " + ", ".join(_COMMANDS) + ".",
    )
    parser.add_argument("--port", type=int, default=9100, help="TCP port on 127.0.0.1, 0 for a free one")
    parser.add_argument("--pty", action="store_true", help="a serial line (pseudo-terminal) instead of TCP")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write each slip as PNG into DIR")
    parser.add_argument("--model", choices=sorted(MODELS), default=EPSON_80.name, help="make of the printer")
    parser.add_argument("--speed", type=float, metavar="LINES", help="lines a second; default: at once")
    parser.add_argument(
        "--buffer", type=int, default=65536, metavar="BYTES", help="size of the receive buffer"
    )
    parser.add_argument("--baud", type=int, help="speed of the serial line; default: as fast as it goes")
    parser.add_argument("--paper-out-after", type=int, metavar="N", help="the paper ends after N lines")
    parser.add_argument("--one-way", action="store_true", help="nothing ever comes back")
    parser.add_argument("--no-process-ids", action="store_true", help="a printer without GS ( H")
    return parser


def main(argv: Sequence[str] | None = None, typed: Iterable[str] = sys.stdin) -> int:
    """Run the printer until Ctrl-C or SIGTERM; return the exit code."""
    options = arguments().parse_args(argv)
    printer = build(options)
    printer.device.ledger.on_slip(SlipPrinter(options.out))
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with printer:
            print(f"printer at {printer.address}; Ctrl-C ends it", flush=True)
            obey(printer, typed)
            threading.Event().wait()
    except KeyboardInterrupt:
        print("printer switched off")
    except OSError as error:
        print(f"cannot serve at {printer.address}: {error}; choose another --port", file=sys.stderr)
        return 1
    return 0


def build(options: argparse.Namespace) -> PrinterServer[Device]:
    """Return the printer the command line asks for, not started."""
    device = Device(MODELS[options.model], buffer_bytes=options.buffer)
    device.speed = options.speed
    device.paper_lines = options.paper_out_after
    device.one_way = options.one_way
    device.process_ids = not options.no_process_ids
    if options.pty:
        return PtyPrinter(device, baud=options.baud)
    return TcpPrinter(device, port=options.port)


def obey(printer: PrinterServer[Device], typed: Iterable[str]) -> None:
    """Carry out typed words until there are no more."""
    for line in typed:
        word = " ".join(line.split()).lower()
        if not word:
            continue
        command = _COMMANDS.get(word)
        if command is None:
            print(f"{word!r} is none of: {', '.join(_COMMANDS)}", flush=True)
        else:
            command(printer)


class SlipPrinter:
    """Shows each slip, and keeps it as PNG beside those of earlier runs."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._before = 0
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True)
            numbers = [_NUMBERED.fullmatch(path.name) for path in folder.iterdir()]
            self._before = max((int(number[1]) for number in numbers if number), default=0)

    def __call__(self, slip: Slip) -> None:
        """Show a slip that has just been cut."""
        number = self._before + slip.number
        rule = "-" * (slip.dots // 12)
        print(f"{rule}\n{slip.to_text()}{rule} slip {number}, {slip.cut} cut", flush=True)
        for kick in slip.kicks:
            print(f"drawer: pin {kick.pin}, {kick.on_ms} ms", flush=True)
        if self._folder is not None:
            save_png(slip, self._folder / f"slip-{number:04d}.png")


if __name__ == "__main__":
    sys.exit(main())
