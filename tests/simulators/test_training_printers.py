"""The simulated printers of training mode, at work in a folder: paper, memory, and what a folder may suffer."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

import pytest
from PIL import Image

from drivers import registry
from drivers.posnet.frames import enclose
from simulators import training
from simulators.escpos.paper import Place, Slip, Span, TextRow
from simulators.posnet.store import FILE
from simulators.training import BANNER, Paper, TrainingError, languages, start_printer

if TYPE_CHECKING:
    from pathlib import Path

    from simulators.training import TrainingPrinter

NUMBER = "SIM 0000000007"


def started(
    folder: Path, language: str = "posnet", *, number: str = NUMBER, paper_mm: int = 80
) -> TrainingPrinter:
    folder.mkdir(parents=True, exist_ok=True)
    return start_printer(language, folder, number=number, paper_mm=paper_mm)


def send(printer: TrainingPrinter, *parts: bytes, ends: bytes = b"") -> bytes:
    """Send bytes on one connection; return what came until all was answered that ends so."""
    with socket.create_connection(("127.0.0.1", printer.port), timeout=30) as host:
        answer = b""
        for part in parts:
            host.sendall(part)
            seen = len(answer)
            while ends and ends not in answer[seen:]:
                came = host.recv(4096)
                if not came:
                    raise ConnectionError("the printer hung up")
                answer += came
        return answer


def ask(printer: TrainingPrinter, *commands: bytes) -> bytes:
    return send(printer, *(enclose(command) for command in commands), ends=b"\x03")


def slip(text: str) -> Slip:
    return Slip(1, (TextRow(Place(0, 576), (Span(0, text),)),), 576, "full")


def test_every_driver_has_its_simulator() -> None:
    assert registry.names() == languages()


def test_a_language_that_no_simulator_speaks_is_a_key_error(tmp_path: Path) -> None:
    with pytest.raises(KeyError):
        started(tmp_path, "klingon")


def test_a_new_fiscal_memory_has_the_number_it_is_given_and_keeps_it(tmp_path: Path) -> None:
    first = started(tmp_path)
    told = ask(first, b"scomm\t")
    first.stop()
    second = started(tmp_path, number="SIM 0000000008")
    told_again = ask(second, b"scomm\t")
    second.stop()

    assert NUMBER.encode() in told
    assert NUMBER.encode() in told_again


def test_a_sale_is_in_the_memory_and_on_paper_that_nobody_takes_for_fiscal(tmp_path: Path) -> None:
    printer = started(tmp_path)
    ask(printer, b"trinit\tbm0\t", b"trline\tnaKubek\tvt0\tpr1250\t", b"trend\t")
    printer.stop()

    text = (tmp_path / "slip-0001.txt").read_text(encoding="utf-8")
    assert BANNER == text.splitlines()[0].strip()
    assert "SYMULATOR DRUKARKI" in text
    assert "Kubek" in text
    with Image.open(tmp_path / "slip-0001.png") as picture:
        assert picture.width > 300
    assert (tmp_path / FILE).exists()


def test_a_slip_without_a_cut_is_torn_off_at_the_end(tmp_path: Path) -> None:
    printer = started(tmp_path, "escpos")
    send(printer, b"\x1b@Kubek\n\x10\x04\x01", ends=b"\x12")
    assert [] == list(tmp_path.glob("slip-*"))

    printer.stop()

    assert "Kubek" in (tmp_path / "slip-0001.txt").read_text(encoding="utf-8")


def test_narrow_paper_makes_narrow_pictures(tmp_path: Path) -> None:
    widths = {}
    for paper_mm in (58, 80):
        printer = started(tmp_path / str(paper_mm), "escpos", paper_mm=paper_mm)
        send(printer, b"Kubek\n\x10\x04\x01", ends=b"\x12")
        printer.stop()
        with Image.open(tmp_path / str(paper_mm) / "slip-0001.png") as picture:
            widths[paper_mm] = picture.width

    assert widths[58] < widths[80]


def test_slips_are_numbered_on_from_those_that_lie_there(tmp_path: Path) -> None:
    Paper(tmp_path)(slip("one"))
    Paper(tmp_path)(slip("two"))

    names = sorted(path.name for path in tmp_path.iterdir())
    assert ["slip-0001.png", "slip-0001.txt", "slip-0002.png", "slip-0002.txt"] == names
    assert "two" in (tmp_path / "slip-0002.txt").read_text(encoding="utf-8")


def test_only_the_newest_slips_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "MOST_SLIPS", 2)
    paper = Paper(tmp_path)

    for text in ("one", "two", "three"):
        paper(slip(text))

    assert {"slip-0002.txt", "slip-0003.txt", "slip-0002.png", "slip-0003.png"} == {
        path.name for path in tmp_path.iterdir()
    }


@pytest.mark.parametrize("content", [b"no memory at all" * 100, b""])
def test_a_file_that_is_no_memory_is_told_or_begun_anew(tmp_path: Path, content: bytes) -> None:
    (tmp_path / FILE).write_bytes(content)

    if content:
        with pytest.raises(TrainingError, match="its memory cannot be read"):
            started(tmp_path)
    else:
        started(tmp_path).stop()


def test_paper_that_cannot_be_kept_ends_the_printer_and_is_told(tmp_path: Path) -> None:
    printer = started(tmp_path, "escpos")
    (tmp_path / "slip-0001.txt").mkdir()

    with pytest.raises(ConnectionError):
        send(printer, b"Kubek\n\x1dV\x00\x10\x04\x01", ends=b"\x12")

    with pytest.raises(TrainingError, match=r"slip-0001\.txt"):
        printer.stop()
