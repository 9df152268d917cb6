"""Rules that give one port to the service, for devices whose numbers say nothing: adapters and ports of the board.

The packaged rules (packaging/udev/60-receipt-bridge.rules) know the printers that can be told by their numbers; these
are the lines of packaging/udev/serial-port.rules with the capitals filled in. Pure: nothing is written here.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from drivers.link.finding import Place

GROUP = "receipt-bridge"
FOLDER = "etc/udev/rules.d"
COMMANDS = (("udevadm", "control", "--reload"), ("udevadm", "trigger"))
"""What makes a new rule count without a restart."""

_KNOWN = frozenset({0x1424})
_GIVEN = f'GROUP="{GROUP}", MODE="0660"'
_QUIET = 'ENV{ID_MM_DEVICE_IGNORE}="1"'
_PLAIN = re.compile(r"[A-Za-z0-9._:+-]+")


def file_name(printer: str) -> str:
    """Return the name of the rule file of a printer; it stands behind the packaged one."""
    return f"61-receipt-bridge-{printer}.rules"


def rule(place: Place, printer: str) -> str | None:
    """Return the file that gives `place` to the service, None where the packaged rules do or none can.

    Raises ValueError for a number with characters that a rule cannot hold safely.
    """
    line = _line(place, printer)
    if line is None:
        return None
    return f"# The port of the printer {printer!r}, written by receipt-bridge setup.\n{line}\n"


def _line(place: Place, printer: str) -> str | None:
    link = f'SYMLINK+="receipt-bridge/{_safe(printer)}"'
    if place.kind == "usb" and not place.likely:
        numbers = _numbers(place, "ATTR{idVendor}", "ATTR{idProduct}")
        return f'SUBSYSTEM=="usb", ENV{{DEVTYPE}}=="usb_device", {numbers}, {_GIVEN}'
    if place.kind != "serial" or place.vendor in _KNOWN:
        return None
    if place.vendor is None:
        return f'SUBSYSTEM=="tty", KERNEL=="{_safe(place.port)}", {_GIVEN}, {link}'
    which = _which(place)
    if which is None:
        return None
    numbers = _numbers(place, "ENV{ID_VENDOR_ID}", "ENV{ID_MODEL_ID}")
    return f'SUBSYSTEM=="tty", {numbers}, {which}, {_GIVEN}, {_QUIET}, {link}'


def _numbers(place: Place, vendor: str, product: str) -> str:
    return f'{vendor}=="{place.vendor:04x}", {product}=="{place.product:04x}"'


def _which(place: Place) -> str | None:
    """Return what tells one adapter from another of its kind: its number, or its socket."""
    if place.serial_number:
        return f'ENV{{ID_SERIAL_SHORT}}=="{_safe(place.serial_number)}"'
    return f'ENV{{ID_PATH}}=="{_safe(place.usb_path)}"' if place.usb_path else None


def _safe(text: str) -> str:
    """Return text that means itself in a rule: udev gives a meaning to quotation marks, patterns and $."""
    if not _PLAIN.fullmatch(text):
        raise ValueError(f"{text!r} cannot stand in a rule")
    return text
