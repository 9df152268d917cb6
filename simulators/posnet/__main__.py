"""A fiscal printer to play with: `python -m simulators.posnet --port 6666 --state DIR`.

Prints each slip as text, writes it as PNG, keeps its memory in a folder, and obeys what is typed.
"""

from __future__ import annotations

import argparse
import signal
import sqlite3
import sys
import threading
from contextlib import ExitStack
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from simulators.escpos.__main__ import SlipPrinter
from simulators.posnet.behaviour import Behaviour, Fate, RefusedError
from simulators.posnet.factory import new_memory
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.models import MODELS
from simulators.posnet.ports import PosnetPty, PosnetTcp
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    Word = Callable[[FiscalPrinter], object]


def _switch(name: str, *, value: bool) -> Word:
    return lambda printer: printer.change(**{name: value})


_WORDS: Mapping[str, Word] = MappingProxyType(
    {
        "paper": lambda printer: printer.operator.new_roll(),
        "no paper": _switch("paper_out", value=True),
        "near end": _switch("near_end", value=True),
        "open": _switch("cover_open", value=True),
        "close": _switch("cover_open", value=False),
        "hot": _switch("head_hot", value=True),
        "cool": _switch("head_hot", value=False),
        "hang": _switch("silent", value=True),
        "go on": _switch("silent", value=False),
        "menu": _switch("menu", value=True),
        "leave": _switch("menu", value=False),
        "key": lambda printer: printer.operator.press_key(),
        "no": lambda printer: printer.operator.press_key(confirm=False),
        "report": lambda printer: printer.operator.daily_report(),
        "foreign": lambda printer: printer.other_host.sell(),
        "clear": lambda printer: printer.operator.clear_ram(),
        "exchange": lambda printer: printer.operator.exchange("SIM 9999999999"),
        "release": lambda printer: printer.release_answers(),
        "off": lambda printer: printer.power_cut(),
        "on": lambda printer: printer.power_on(),
    }
)
_FAULT = "fault COMMAND KIND [nth N] [at N] [code N] [seconds S]"


def arguments() -> argparse.ArgumentParser:
    """Return the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m simulators.posnet",
        description="A simulated fiscal printer that speaks POSNET. It sells nothing to no tax office.",
        epilog=f"Typed words change the printer while it runs: {', '.join(_WORDS)}, show, {_FAULT} "
        f"with KIND one of {', '.join(kind.value for kind in Kind)}.",
    )
    parser.add_argument("--port", type=int, default=6666, help="TCP port on 127.0.0.1, 0 for a free one")
    parser.add_argument("--pty", action="store_true", help="a serial line (pseudo-terminal) instead of TCP")
    parser.add_argument(
        "--second-port", type=int, metavar="PORT", help="the second interface on this TCP port"
    )
    parser.add_argument("--state", type=Path, metavar="DIR", help="keep the memory in DIR; default: nowhere")
    parser.add_argument("--out", type=Path, metavar="DIR", help="write each slip as PNG into DIR")
    parser.add_argument("--model", choices=sorted(MODELS), default="xl2", help="kind of printer, when new")
    parser.add_argument("--number", default="SIM 0000000001", help="unique number, when new")
    parser.add_argument("--training", action="store_true", help="not fiscalised, when new")
    parser.add_argument("--speed", type=float, metavar="LINES", help="lines a second; default: at once")
    parser.add_argument("--delay", type=float, default=0.0, metavar="MS", help="milliseconds a command takes")
    parser.add_argument("--baud", type=int, help="speed of the serial line; default: as fast as it goes")
    parser.add_argument(
        "--fate",
        choices=[fate.value for fate in Fate],
        default=Fate.RESUME.value,
        help="what becomes of an open receipt at power loss",
    )
    return parser


def main(argv: Sequence[str] | None = None, typed: Iterable[str] = sys.stdin) -> int:
    """Run the printer until Ctrl-C or SIGTERM; return the exit code."""
    options = arguments().parse_args(argv)
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            printer = build(options)
            stack.callback(printer.close)
            printer.ledger.on_slip(SlipPrinter(options.out))
            for port in ports(printer, options):
                stack.enter_context(port)
                print(f"printer at {port.address}; Ctrl-C ends it", flush=True)
            obey(printer, typed)
            threading.Event().wait()
    except KeyboardInterrupt:
        print("printer switched off")
    except (OSError, sqlite3.Error) as error:
        print(f"cannot serve: {error}; choose another --port or --state", file=sys.stderr)
        return 1
    return 0


def build(options: argparse.Namespace) -> FiscalPrinter:
    """Return the printer the command line asks for. Raises OSError or sqlite3.Error."""
    model = MODELS[options.model]
    printer = FiscalPrinter(
        model,
        state=options.state,
        memory=new_memory(model, unique_number=options.number, fiscal=not options.training),
        behaviour=Behaviour(open_transaction=Fate(options.fate), command_seconds=options.delay / 1000),
    )
    printer.change(speed=options.speed)
    return printer


def ports(printer: FiscalPrinter, options: argparse.Namespace) -> list[PosnetTcp | PosnetPty]:
    """Return the ports of the printer, not started."""
    first: PosnetTcp | PosnetPty
    first = (
        PosnetPty(printer.pc1, baud=options.baud)
        if options.pty
        else PosnetTcp(printer.pc1, port=options.port)
    )
    second = [] if options.second_port is None else [PosnetTcp(printer.pc2, port=options.second_port)]
    return [first, *second]


def obey(printer: FiscalPrinter, typed: Iterable[str]) -> None:
    """Carry out typed words until there are no more."""
    for line in typed:
        words = line.split()
        if not words:
            continue
        try:
            _obey(printer, words)
        except (ValueError, RefusedError) as error:
            print(f"{' '.join(words)}: {error}", flush=True)


def _obey(printer: FiscalPrinter, words: Sequence[str]) -> None:
    """Carry out one line. Raises ValueError or RefusedError."""
    if words[0] == "fault":
        _script(printer, words[1:])
    elif words == ["show"]:
        _show(printer)
    elif (word := _WORDS.get(" ".join(words).lower())) is None:
        raise ValueError(f"none of: {', '.join(_WORDS)}, show, {_FAULT}")
    else:
        word(printer)


def _script(printer: FiscalPrinter, words: Sequence[str]) -> None:
    """Plan a fault: a command, a kind of two words, and pairs of a name and a number."""
    if len(words) < 2:
        raise ValueError(_FAULT)
    kinds = {kind.value: kind for kind in Kind if not kind.value.startswith("call")}
    name = " ".join(words[1:3]) if " ".join(words[1:3]) in kinds else words[1]
    if name not in kinds:
        raise ValueError(f"no such kind; there are {', '.join(kinds)}")
    rest = words[1 + len(name.split()) :]
    numbers = dict(zip(rest[::2], map(float, rest[1::2]), strict=True))
    nth = int(numbers.pop("nth", 1))
    seconds = numbers.pop("seconds", None)
    code, at = int(numbers.pop("code", 0)), int(numbers.pop("at", 0))
    if numbers:
        raise ValueError(_FAULT)
    printer.faults.script(words[0], Fault(kinds[name], code=code, seconds=seconds, at=at), nth=nth)


def _show(printer: FiscalPrinter) -> None:
    """Show counters and sums."""
    counters, day = printer.memory.counters, printer.memory.day
    print(
        f"{printer.memory.identity.unique_number}: rd {counters.reports} hn {counters.printouts} "
        f"bn {counters.finished} bc {counters.cancelled} bt {counters.receipts} "
        f"documents {counters.last_document}, sold today {sum(day.totals) / 100:.2f}, "
        f"receipts ever {len(printer.fiscal.receipts)}",
        flush=True,
    )


if __name__ == "__main__":
    sys.exit(main())
