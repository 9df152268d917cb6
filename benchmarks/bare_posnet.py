"""The same conversation from a plain loop: a recorded frame, its answer, the next frame. A program of its own.

    python -m benchmarks.bare_posnet ADDRESS FRAMES

ADDRESS is HOST:PORT or PATH?BAUD, FRAMES a JSON file with the frames of one receipt, in hexadecimal. Says all of them
as often as a number read from standard input tells, and answers each number with `done`.

It plans nothing, checks nothing but that nothing is refused, and remembers nothing: what it takes is the time of the
line, of the paper, and of the simulated printer.
"""

from __future__ import annotations

import json
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_ETX = b"\x03"
_REFUSED = b"\t?"


def on_network(address: str) -> tuple[Callable[[bytes], object], Callable[[], bytes]]:
    """Return what sends bytes to a network port, and what waits for some."""
    host, _, port = address.rpartition(":")
    connection = socket.create_connection((host, int(port)))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection.sendall, lambda: connection.recv(4096)


def on_serial(address: str) -> tuple[Callable[[bytes], object], Callable[[], bytes]]:
    """Return what sends bytes to a serial port, and what waits for some."""
    from serial import Serial

    path, _, baud = address.partition("?")
    port = Serial(path, int(baud))
    return port.write, lambda: port.read(max(1, port.in_waiting))


def say(frames: Sequence[bytes], send: Callable[[bytes], object], receive: Callable[[], bytes]) -> None:
    """Send frames, each behind the answer to the one before. Raises ValueError for a refusal."""
    for frame in frames:
        send(frame)
        answer = receive()
        while _ETX not in answer:
            answer += receive()
        if _REFUSED in answer:
            raise ValueError(f"{frame!r} was refused: {answer!r}")


def main() -> None:
    """Say the receipt as often as standard input asks for, until it ends."""
    address, file = sys.argv[1:]
    frames = [bytes.fromhex(frame) for frame in json.loads(Path(file).read_text(encoding="ascii"))]
    send, receive = (on_serial if "?" in address else on_network)(address)
    print("ready", flush=True)
    for line in sys.stdin:
        for _ in range(int(line)):
            say(frames, send, receive)
        print("done", flush=True)


if __name__ == "__main__":
    main()
