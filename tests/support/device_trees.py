"""The kernel's files about devices, as a machine with printers has them; nothing in them can be opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class DeviceTree:
    """A machine's `/sys` and `/dev` below a folder."""

    root: Path

    def usb(
        self, port: str, vendor: str, product: str, interface: str = "07", *, serial: str = "", name: str = ""
    ) -> Path:
        """Plug a USB device in; return its folder."""
        folder = self.root / "sys/devices/usb1" / port
        _write(folder / "idVendor", vendor)
        _write(folder / "idProduct", product)
        _write(folder / f"{port}:1.0/bInterfaceClass", interface)
        if serial:
            _write(folder / "serial", serial)
        if name:
            _write(folder / "product", name)
        _link(self.root / "sys/bus/usb/devices" / port, folder)
        return folder

    def serial(
        self, port: str, device: Path | None = None, *, by_id: str = "", by_path: str = "", uart: str = "4"
    ) -> None:
        """Make a serial port of a USB device, or of the board; `uart` 0 is a port without a chip."""
        tty = self.root / "sys/class/tty" / port
        behind = (
            self.root / "sys/devices/board" / port if device is None else device / f"{device.name}:1.0" / port
        )
        behind.mkdir(parents=True, exist_ok=True)
        tty.mkdir(parents=True, exist_ok=True)
        _link(tty / "device", behind)
        _write(tty / "type", uart)
        for folder, name in (("by-id", by_id), ("by-path", by_path)):
            if name:
                link = self.root / "dev/serial" / folder / name
                link.parent.mkdir(parents=True, exist_ok=True)
                link.symlink_to(f"../../{port}")

    def node(self, name: str, device: Path | None = None) -> None:
        """Make a printer node of the kernel, of a USB device or of none."""
        _write(self.root / "dev/usb" / name, "")
        if device is not None:
            _link(self.root / "sys/class/usbmisc" / name / "device", device / f"{device.name}:1.0")

    def console(self, *ports: str) -> None:
        """Let the kernel talk to somebody on these ports."""
        _write(self.root / "sys/class/tty/console/active", " ".join(ports))


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{text}\n", encoding="utf-8")


def _link(path: Path, target: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.symlink_to(target)
