"""Which machine this is.

The copy of a card carries /etc/machine-id along, so the board counts too: a Raspberry Pi tells its serial number
(/sys/firmware/devicetree/base/serial-number), other machines have at least the addresses that are burnt into their
network adapters (addr_assign_type 0, sysfs-class-net). Only keyed hashes are kept: machine-id(5) asks for that, and
a journal is passed on to people who look for faults.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_KEY = b"receipt-bridge"
_BURNT_IN = "0"


@dataclass(frozen=True, slots=True)
class Identity:
    """A machine by what it tells; `installation` and `board` are empty and `adapters` none where it tells nothing."""

    installation: str
    board: str = ""
    adapters: frozenset[str] = frozenset()

    def is_same(self, other: Identity) -> bool:
        """Whether both may be one machine: same installation, and no board or adapters that say otherwise.

        An adapter that was added or taken away does not make another machine.
        """
        if self.installation != other.installation:
            return False
        if self.board and other.board:
            return self.board == other.board
        return not (self.adapters and other.adapters) or bool(self.adapters & other.adapters)

    def to_json(self) -> dict[str, Any]:
        """Return it as plain data."""
        return {"installation": self.installation, "board": self.board, "adapters": sorted(self.adapters)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Return what `to_json` made."""
        return cls(data["installation"], data["board"], frozenset(data["adapters"]))


def identify(root: Path = Path("/")) -> Identity:
    """Return which machine this is. What cannot be read is left empty; nothing is raised."""
    serial = _text(root / "sys/firmware/devicetree/base/serial-number")
    return Identity(
        _hashed(_text(root / "etc/machine-id")),
        # Boards without a number of their own tell zeros.
        _hashed(serial.strip("0")),
        frozenset(_hashed(address) for address in _adapters(root / "sys/class/net")),
    )


def _adapters(folder: Path) -> Iterator[str]:
    """Yield the addresses of real adapters; those of bridges, containers and privacy settings change."""
    for adapter in sorted(folder.glob("*/device")):
        if _text(adapter.parent / "addr_assign_type") == _BURNT_IN:
            address = _text(adapter.parent / "address")
            if address.strip("0:"):
                yield address


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii", "replace").strip("\0\n ")
    except OSError:
        return ""


def _hashed(text: str) -> str:
    return hashlib.blake2b(text.encode(), key=_KEY, digest_size=16).hexdigest() if text else ""
