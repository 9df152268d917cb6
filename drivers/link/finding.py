"""Where a printer may be connected to this machine: looked up in the kernel's and CUPS' lists, nothing is opened.

    usb      devices with an interface of class 07, and those of makers of receipt printers (/sys/bus/usb/devices)
    serial   USB adapters and ports of the board that have hardware behind them (/sys/class/tty)
    file     the kernel's printer nodes that belong to no device found as usb (/sys/class/usbmisc, /dev/usb)
    cups     queues, as `lpstat -e` lists them

The kernel shows numbers and names of a USB device to everybody, so this works before any right was given. A serial
console is left out: bytes sent there are typed into a login.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.link.address import CupsAddress, FileAddress, SerialAddress, UsbAddress
from drivers.link.usb_printer import EPSON

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_RECEIPT_PRINTERS = frozenset(
    {
        *(
            0x0519,
            0x1D90,
            0x2730,
            0x1504,
            0x0DD4,
            0x154F,
        ),  # Star, Citizen (two numbers), Bixolon, Custom, SNBC
        *(
            0x0416,
            0x0483,
            0x0FE6,
            0x1FC9,
            0x28E9,
            0x6868,
            0x20D1,
        ),  # inexpensive ones, under their chips' numbers
    }
)
"""Vendors whose class 07 devices are receipt printers; the same as in packaging/udev/60-receipt-bridge.rules."""
_EPSON_VENDOR_CLASS = 0x0202
_PRINTER_CLASS = "07"
_ASK_SECONDS = 5.0
_NO_UART = "0"
_USB_DEVICE = re.compile(r"[0-9]+-[0-9.]+")
_QUEUE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*")


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere a printer may be connected; a serial port's `address` has no line settings yet.

    `likely` is false where an unexpected device could take a question for a job: such a place is not asked unless a
    person chose it. `port` is the kernel's name of a serial port, `usb_path` the socket as udev calls it (ID_PATH).
    """

    kind: str
    address: str
    name: str = ""
    vendor: int | None = None
    product: int | None = None
    serial_number: str = ""
    port: str = ""
    usb_path: str = ""
    likely: bool = True


@dataclass(frozen=True, slots=True)
class _UsbDevice:
    folder: Path
    vendor: int
    product: int
    name: str
    serial_number: str
    printer: bool

    @property
    def receipt_printer(self) -> bool:
        """Whether it surely is a receipt printer that takes raw bytes."""
        if self.vendor == EPSON:
            by_number = self.product >> 8 == 0x0E and self.printer
            return by_number or self.product == _EPSON_VENDOR_CLASS
        return self.vendor in _RECEIPT_PRINTERS and self.printer


def find_places(root: Path) -> tuple[Place, ...]:
    """Return the places of the machine whose files stand below `root`, the likeliest first. Opens none of them."""
    devices = tuple(_usb_devices(root))
    found = [*_usb_places(devices), *_serial_places(root, devices), *_nodes(root, devices)]
    return (*(place for place in found if place.likely), *(place for place in found if not place.likely))


def find_queues() -> tuple[Place, ...]:
    """Return the queues of CUPS; none where it is not installed or does not answer."""
    try:
        answer = subprocess.run(
            ["lpstat", "-e"],
            capture_output=True,
            check=False,
            timeout=_ASK_SECONDS,
            stdin=subprocess.DEVNULL,
            encoding="utf-8",
            errors="replace",
            env={**os.environ, "LC_ALL": "C"},
        )
    except (OSError, subprocess.TimeoutExpired):
        return ()
    names = [line.strip() for line in answer.stdout.splitlines()] if answer.returncode == 0 else []
    return tuple(
        Place("cups", str(CupsAddress(name)), name, likely=False) for name in names if _QUEUE.fullmatch(name)
    )


def _usb_devices(root: Path) -> Iterator[_UsbDevice]:
    for folder in _listed(root / "sys/bus/usb/devices"):
        vendor, product = _number(folder / "idVendor"), _number(folder / "idProduct")
        if not _USB_DEVICE.fullmatch(folder.name) or vendor is None or product is None:
            continue
        classes = {_read(path) for path in folder.resolve().glob("*:*/bInterfaceClass")}
        name = " ".join(filter(None, (_read(folder / "manufacturer"), _read(folder / "product"))))
        yield _UsbDevice(
            folder.resolve(), vendor, product, name, _read(folder / "serial"), _PRINTER_CLASS in classes
        )


def _usb_places(devices: tuple[_UsbDevice, ...]) -> Iterator[Place]:
    for device in devices:
        if not device.printer and not device.receipt_printer:
            continue
        alike = [
            other for other in devices if (other.vendor, other.product) == (device.vendor, device.product)
        ]
        serial_number = device.serial_number if len(alike) > 1 else ""
        yield Place(
            "usb",
            str(UsbAddress(device.vendor, device.product, serial_number)),
            device.name,
            device.vendor,
            device.product,
            device.serial_number,
            likely=device.receipt_printer,
        )


def _serial_places(root: Path, devices: tuple[_UsbDevice, ...]) -> Iterator[Place]:
    consoles = _read(root / "sys/class/tty/console/active").split()
    for folder in _listed(root / "sys/class/tty"):
        port = folder.name
        if not (folder / "device").exists() or port in consoles:
            continue
        device = _device_of(folder / "device", devices)
        if device is None and not _is_board_port(folder):
            continue
        by_path = _link_to(root / "dev/serial/by-path", port)
        yield Place(
            "serial",
            f"serial://{_serial_path(root, port, device, devices)}",
            port if device is None else device.name,
            None if device is None else device.vendor,
            None if device is None else device.product,
            "" if device is None else device.serial_number,
            port,
            "" if by_path is None else re.sub(r"-port[0-9]+$", "", by_path.name),
        )


def _serial_path(root: Path, port: str, device: _UsbDevice | None, devices: tuple[_UsbDevice, ...]) -> str:
    """Return the path that survives a restart: by the adapter's number, or by the socket where two look alike."""
    alike = [
        other
        for other in devices
        if device
        and (other.vendor, other.product, other.serial_number) == (device.vendor, device.product, "")
    ]
    folders = ("by-path", "by-id") if len(alike) > 1 else ("by-id", "by-path")
    links = (_link_to(root / "dev/serial" / folder, port) for folder in folders)
    path = next((link for link in links if link is not None), root / "dev" / port)
    return str(SerialAddress(str(path))).removeprefix("serial://").partition("?")[0]


def _nodes(root: Path, devices: tuple[_UsbDevice, ...]) -> Iterator[Place]:
    """Yield printer nodes whose USB device is not found as such: that one is the same printer."""
    for node in _listed(root / "dev/usb"):
        known = _device_of(root / "sys/class/usbmisc" / node.name / "device", devices)
        if node.name.startswith("lp") and known is None:
            yield Place("file", str(FileAddress(str(node))), node.name, likely=False)


def _device_of(folder: Path, devices: tuple[_UsbDevice, ...]) -> _UsbDevice | None:
    """Return the USB device that something of the kernel belongs to."""
    place = folder.resolve()
    return next((device for device in devices if place.is_relative_to(device.folder)), None)


def _is_board_port(folder: Path) -> bool:
    """Whether there is a chip behind a port: the kernel lists ttyS0 to ttyS31 on machines that have none."""
    if folder.name.startswith("ttyAMA"):
        return True
    return folder.name.startswith("ttyS") and _read(folder / "type") not in ("", _NO_UART)


def _link_to(folder: Path, port: str) -> Path | None:
    return next(
        (link for link in _listed(folder) if link.is_symlink() and link.readlink().name == port), None
    )


def _listed(folder: Path) -> list[Path]:
    try:
        return sorted(folder.iterdir())
    except OSError:
        return []


def _read(path: Path) -> str:
    """Return what one of the kernel's small files says, '' where it says nothing; it never steers a terminal."""
    try:
        text = path.read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""
    return "".join(letter if letter.isprintable() else " " for letter in text)


def _number(path: Path) -> int | None:
    try:
        return int(_read(path), 16)
    except ValueError:
        return None
