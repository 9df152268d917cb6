"""The printer as a program."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest
import serial

from simulators.escpos.__main__ import arguments, build, main, obey
from simulators.escpos.server import PtyPrinter, TcpPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CUT = b"\x1dVB\x00"


@contextmanager
def running(*options: str) -> Iterator[subprocess.Popen[str]]:
    """Run the program until the block ends."""
    command = [sys.executable, "-m", "simulators.escpos", *options]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline()


def address(process: subprocess.Popen[str]) -> str:
    """Return where the program says the printer is."""
    match = re.match(r"printer at (\S+);", next_line(process))
    assert match
    return match[1]


@pytest.mark.parametrize("end", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_slips_as_text_and_png_and_ends_cleanly(tmp_path: Path, end: signal.Signals) -> None:
    (tmp_path / "slip-0007.png").write_bytes(b"from an earlier run")
    with running("--port", "0", "--out", str(tmp_path)) as process:
        port = int(address(process).rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
            connection.sendall(b"\x1bt\x12\xbd\xe0\x9dw\n\x1bp\x00\x19\xfa" + CUT + b"\x1d(H\x06\x00000001")
            assert connection.recv(7)[:2] == b"\x37\x22"
        shown = [next_line(process).rstrip("\n") for _ in range(4)]
        process.send_signal(end)
        out, _ = process.communicate(timeout=60)

    assert shown == ["-" * 48, "ŻÓŁw", "-" * 48 + " slip 8, partial cut", "drawer: pin 2, 50 ms"]
    assert out == "printer switched off\n"
    assert process.returncode == 0
    assert (tmp_path / "slip-0008.png").read_bytes().startswith(b"\x89PNG")


def test_it_serves_a_serial_line_and_obeys_what_is_typed() -> None:
    with running("--pty", "--paper-out-after", "1", "--model", "epson-58") as process:
        path = address(process).removeprefix("serial://")
        with serial.Serial(path, timeout=60) as line:
            line.write(b"one\ntwo\n" + CUT)
            line.write(b"\x10\x04\x04")
            assert line.read(1) == b"\x7e"
            assert process.stdin is not None
            process.stdin.write("nonsense\npaper\n")
            process.stdin.flush()
            shown = [next_line(process) for _ in range(5)]

    assert shown[0].startswith("'nonsense' is none of: paper, no paper")
    assert shown[2:] == ["one\n", "~~~~ new roll ~~~~\n", "two\n"]


def test_options_reach_the_printer() -> None:
    printer = build(
        arguments().parse_args(
            [
                "--port",
                "0",
                "--speed",
                "7.5",
                "--buffer",
                "99",
                "--paper-out-after",
                "3",
                "--one-way",
                "--no-process-ids",
            ]
        )
    )
    device = printer.device

    assert isinstance(printer, TcpPrinter)
    assert (device.speed, device.buffer_bytes, device.paper_lines) == (7.5, 99, 3)
    assert (device.one_way, device.process_ids) == (True, False)
    assert isinstance(build(arguments().parse_args(["--pty", "--baud", "9600"])), PtyPrinter)


def test_every_typed_word_does_something(capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "paper",
        "no paper",
        "Near  End",
        "open",
        "close",
        "jam",
        "clear",
        "hang",
        "go on",
        "tear",
        "unplug",
        "off",
        "on",
        "",
    ]
    with TcpPrinter() as printer:
        obey(printer, words[:3])
        assert printer.device.paper_out
        assert printer.device.paper_near_end
        obey(printer, words[3:])
        assert printer.device.powered
        assert not any((printer.device.cover_open, printer.device.cutter_jam, printer.device.silent))

    assert capsys.readouterr().out == ""


def test_a_port_in_use_is_an_error_with_a_cure(capsys: pytest.CaptureFixture[str]) -> None:
    with TcpPrinter() as printer:
        assert main(["--port", str(printer.port)], typed=[]) == 1

    assert "choose another --port" in capsys.readouterr().err


def test_the_simulator_shares_no_code_with_the_driver() -> None:
    check = "import sys, simulators.escpos.__main__\nsys.exit(any(name.startswith('drivers') for name in sys.modules))"

    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
