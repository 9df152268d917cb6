"""What one writes without the bridge: python-escpos, a slip's lines, a cut. A program of its own.

    python -m benchmarks.bare_program WAY ADDRESS SLIPS

WAY is `network` (python-escpos' own printer on HOST:PORT), `one-send` (its Dummy, and
the bytes sent in one go) or `serial` (its own printer on PATH?BAUD). SLIPS is a JSON file with a list of slips,
each a list of lines. Prints the slip whose number it reads from standard input, and answers each with `done`.

It asks the printer nothing, proves nothing and remembers nothing: this is the floor that the bridge stands on.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence


def write(printer: Any, lines: Sequence[str]) -> None:
    """Write one slip the way python-escpos' manual does.

    On a new printer object each time: an old one thinks that the code page still stands after ESC @.
    """
    printer.hw("INIT")
    printer.charcode("CP852")
    for line in lines:
        printer.text(f"{line}\n")
    printer.cut(mode="PART", feed=False)


def on_network(address: str, lines: Sequence[str]) -> None:
    """Print a slip with python-escpos' network printer."""
    from escpos.printer import Network

    host, _, port = address.rpartition(":")
    printer = Network(host, int(port))
    printer.open()
    write(printer, lines)
    printer.close()


def in_one_send(address: str, lines: Sequence[str]) -> None:
    """Print a slip through a Dummy and one send."""
    from escpos.printer import Dummy

    host, _, port = address.rpartition(":")
    printer = Dummy()
    write(printer, lines)
    with socket.create_connection((host, int(port))) as connection:
        connection.sendall(printer.output)


def on_serial(address: str, lines: Sequence[str]) -> None:
    """Print a slip with python-escpos' serial printer."""
    from escpos.printer import Serial

    path, _, baud = address.partition("?")
    printer = Serial(path, int(baud), dsrdtr=False)
    printer.open()
    write(printer, lines)
    printer.close()


_WAYS = {"network": on_network, "one-send": in_one_send, "serial": on_serial}


def main() -> None:
    """Print what standard input asks for, until it ends."""
    way, address, file = sys.argv[1:]
    slips = json.loads(Path(file).read_text(encoding="utf-8"))
    print_slip = _WAYS[way]
    print("ready", flush=True)
    for line in sys.stdin:
        print_slip(address, slips[int(line)])
        print("done", flush=True)


if __name__ == "__main__":
    main()
