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
from support.fiscal_printers import as_bytes, payloads

from drivers.posnet.frames import enclose
from simulators.posnet.__main__ import arguments, build, main, obey, ports
from simulators.posnet.memory import RECEIPT
from simulators.posnet.ports import PosnetPty, PosnetTcp

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SALE = ("trinit␉bm1␉", "trline␉naŻółw␉vt0␉pr100␉", "trend␉to100␉")


@contextmanager
def running(*options: str) -> Iterator[subprocess.Popen[str]]:
    """Run the program until the block ends."""
    command = [sys.executable, "-m", "simulators.posnet", *options]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, encoding="utf-8"
    )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def next_line(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None
    return process.stdout.readline().rstrip("\n")


def line_with(process: subprocess.Popen[str], text: str) -> str:
    """Return the next line that holds a text."""
    while text not in (line := next_line(process)):
        assert None is process.poll(), line
    return line


def port_of(process: subprocess.Popen[str]) -> int:
    match = re.match(r"printer at tcp://127\.0\.0\.1:(\d+);", next_line(process))
    assert match
    return int(match[1])


def ask(port: int, *commands: str) -> list[str]:
    answers = []
    with socket.create_connection(("127.0.0.1", port), timeout=60) as connection:
        for command in commands:
            connection.sendall(enclose(as_bytes(command)))
            data = b""
            while not data.endswith(b"\x03"):
                data += connection.recv(1)
            answers += payloads(data)
    return answers


def typed(process: subprocess.Popen[str], words: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{words}\n")
    process.stdin.flush()


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_what_was_sold_is_there_in_the_next_life(tmp_path: Path, end: signal.Signals) -> None:
    options = ("--port", "0", "--state", str(tmp_path / "state"), "--out", str(tmp_path / "out"))
    with running(*options) as process:
        assert ["trinit␉", "trline␉", "trend␉"] == ask(port_of(process), *SALE)
        assert "Żółw" == line_with(process, "Żółw")
        line_with(process, "slip 1")
        process.send_signal(end)
        assert (0 if end is signal.SIGTERM else -end) == process.wait(60)
    with running(*options) as process:
        (answer,) = ask(port_of(process), "scnt␉")
        typed(process, "show")
        assert "receipts ever 1" in line_with(process, "SIM 0000000001")

    assert "␉bn1␉" in answer
    assert "nuSIM 0000000001" in answer
    assert (tmp_path / "out" / "slip-0001.png").read_bytes().startswith(b"\x89PNG")


def test_typed_words_change_the_printer() -> None:
    with running("--port", "0", "--second-port", "0", "--fate", "cancel") as process:
        port = port_of(process)
        line_with(process, "printer at")
        typed(process, "fault trend refuse code 2106")
        typed(process, "nonsense")
        line_with(process, "nonsense")
        assert ["trinit␉", "trline␉", "trend␉?2106␉"] == ask(port, *SALE)
        for words in ("key", "off", "on", "show"):
            typed(process, words)
        assert "bc 1" in line_with(process, "sold today")


@pytest.mark.parametrize(
    ("words", "holds"),
    [
        ("no paper", "paper_out"),
        ("near end", "near_end"),
        ("open", "cover_open"),
        ("hot", "head_hot"),
    ],
)
def test_words_turn_sensors(words: str, holds: str) -> None:
    printer = build(arguments().parse_args([]))
    obey(printer, [words, ""])

    assert getattr(printer.sensors, holds)
    obey(printer, ["paper", "close", "cool"])
    assert not printer.sensors.interrupted
    printer.close()


def test_words_for_everything_else(capsys: pytest.CaptureFixture[str]) -> None:
    printer = build(
        arguments().parse_args(["--delay", "0", "--model", "evo", "--training", "--number", "ABC 1"])
    )
    assert (False, "ABC 1") == (printer.memory.settings.fiscal, printer.memory.identity.unique_number)

    obey(printer, ["foreign", "report", "hang", "go on", "menu", "leave", "key", "no", "release", "clear"])
    assert 1 == printer.fiscal.count(RECEIPT)
    assert 1 == printer.memory.counters.ram_clears
    obey(printer, ["exchange", "off"])
    assert "SIM 9999999999" == printer.memory.identity.unique_number
    assert not printer.powered
    obey(printer, ["on", "foreign"])
    printer.other_host.begin()
    obey(printer, ["foreign"])

    assert "foreign: a transaction is open" in capsys.readouterr().out
    printer.close()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("fault", "fault COMMAND KIND"),
        ("fault trend nonsense", "no such kind"),
        ("fault trend refuse code", "fault trend refuse code"),
        ("fault trend refuse codes 1", "fault COMMAND KIND"),
        ("fault trend call before", "no such kind"),
        ("nonsense", "none of: paper"),
    ],
)
def test_words_that_make_no_sense_are_told(words: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    printer = build(arguments().parse_args([]))
    obey(printer, [words])

    assert said in capsys.readouterr().out
    assert () == printer.faults.draw("trend")
    printer.close()


def test_a_typed_fault_has_all_its_numbers() -> None:
    printer = build(arguments().parse_args([]))
    obey(printer, ["fault trend power printing nth 2 at 3 seconds 0.5"])

    assert () == printer.faults.draw("trend")
    (fault,) = printer.faults.draw("trend")
    assert ("power printing", 3, 0.5) == (fault.kind.value, fault.at, fault.seconds)
    printer.close()


def test_it_serves_a_line_or_the_network() -> None:
    printer = build(arguments().parse_args([]))

    (line,) = ports(printer, arguments().parse_args(["--pty", "--baud", "9600"]))
    network, second = ports(printer, arguments().parse_args(["--port", "0", "--second-port", "0"]))

    assert isinstance(line, PosnetPty)
    assert isinstance(network, PosnetTcp)
    assert (printer.pc1, printer.pc2) == (network.device, second.device)
    printer.close()


def test_a_port_in_use_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        assert 1 == main(["--port", str(taken.getsockname()[1])], typed=[])

    assert "choose another --port" in capsys.readouterr().err
