"""The file link: files that grow, devices that answer, and devices that are not there."""

import errno
import os
import time
import tty
from collections.abc import Iterator
from io import FileIO
from pathlib import Path

import pytest

from drivers.link import LinkLost, LinkTimeout, LinkUnavailable
from drivers.link.address import FileAddress
from drivers.link.file import FileLink

LONG = 20.0


def link_to(path: Path | str) -> FileLink:
    return FileLink(FileAddress(str(path)), monotonic=time.monotonic)


@pytest.fixture
def device() -> Iterator[tuple[FileIO, str]]:
    """A character device that somebody reads and writes: a pseudo-terminal."""
    near, far = os.openpty()
    tty.setraw(far)
    with os.fdopen(near, "r+b", buffering=0) as printer:
        yield printer, os.ttyname(far)
    os.close(far)


def test_a_file_grows_with_every_write(tmp_path: Path) -> None:
    path = tmp_path / "receipts"
    path.write_bytes(b"before ")
    link = link_to(path)
    link.open()

    link.write(b"one ", LONG)
    link.write(b"two " * 10_000, LONG)
    link.close()
    link.open()
    link.write(b"end", LONG)

    assert path.read_bytes() == b"before one " + b"two " * 10_000 + b"end"
    link.close()


def test_a_file_is_one_way(tmp_path: Path) -> None:
    link = link_to(tmp_path / "receipts")
    assert not link.two_way

    link.open()

    assert not link.two_way
    assert link.read(LONG) == b""
    link.close()


def test_a_file_is_on_the_disk_when_a_write_returns(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = link_to(tmp_path / "receipts")
    link.open()

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("os.fsync", full)

    with pytest.raises(LinkLost, match="No space left") as caught:
        link.write(b"receipt", LONG)
    assert caught.value.written == len(b"receipt")
    assert not link.is_open


def test_a_device_answers(device: tuple[FileIO, str]) -> None:
    printer, path = device
    link = link_to(path)
    assert link.two_way
    link.open()

    link.write(b"receipt", LONG)
    assert printer.read(100) == b"receipt"
    assert link.read(0.05) == b""
    printer.write(b"\x16")

    assert link.read(LONG) == b"\x16"
    link.close()


def test_a_stalled_device_is_counted_to_the_byte(device: tuple[FileIO, str]) -> None:
    printer, path = device
    link = link_to(path)
    link.open()

    with pytest.raises(LinkTimeout) as caught:
        link.write(b"x" * 200_000, 0.2)

    received = 0
    while received < caught.value.written:
        received += len(printer.read(65536))
    assert received == caught.value.written
    assert link.is_open
    link.close()


def test_a_vanished_device_is_a_loss(device: tuple[FileIO, str]) -> None:
    printer, path = device
    reading, writing = link_to(path), link_to(path)
    reading.open()
    writing.open()
    printer.close()

    with pytest.raises(LinkLost):
        reading.read(LONG)
    with pytest.raises(LinkLost) as caught:
        writing.write(b"receipt", LONG)

    assert caught.value.written == 0
    assert not reading.is_open
    assert not writing.is_open


def test_a_device_that_is_not_plugged_in_is_awaited_and_never_made(tmp_path: Path) -> None:
    path = "/dev/receipt-bridge-test-lp0"
    link = link_to(path)

    with pytest.raises(LinkUnavailable, match="No such file") as caught:
        link.open()

    assert link.two_way
    assert "plugged in" in caught.value.cure
    assert not Path(path).exists()


@pytest.mark.parametrize(
    ("number", "cure"),
    [
        (errno.EACCES, "usermod -aG lp"),
        (errno.EACCES, "Debian package"),
        (errno.EBUSY, "CUPS"),
        (errno.ENXIO, "plugged in"),
    ],
)
def test_a_device_that_does_not_open_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, number: int, cure: str
) -> None:
    def refuse(*_: object, **__: object) -> int:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("os.open", refuse)

    with pytest.raises(LinkUnavailable, match=os.strerror(number)) as caught:
        link_to("/dev/usb/lp0").open()

    assert cure in caught.value.cure
    assert caught.value.address == "file:///dev/usb/lp0"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(LinkUnavailable) as caught:
        link_to(tmp_path).open()

    assert "not a folder" in caught.value.cure


def test_a_closed_link_neither_reads_nor_writes(tmp_path: Path) -> None:
    link = link_to(tmp_path / "receipts")

    with pytest.raises(LinkLost, match="not open"):
        link.write(b"x", LONG)
    with pytest.raises(LinkLost, match="not open"):
        link.read(LONG)
    link.close()
