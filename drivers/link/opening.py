"""From an address to its link."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from drivers.link.address import (
    Address,
    CupsAddress,
    FileAddress,
    SerialAddress,
    SimulatorAddress,
    TcpAddress,
    UsbAddress,
    parse_address,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.link import Link


def open_link(address: Address | str, *, monotonic: Callable[[], float]) -> Link:
    """Return the link to an address, not yet open: its `open` is the first that touches a port.

    Only what this kind of link needs is imported. Raises ValueError for a text that is no address, and
    for a simulator: links know none.
    """
    where = parse_address(address) if isinstance(address, str) else address
    match where:
        case TcpAddress():
            from drivers.link.tcp import TcpLink  # noqa: PLC0415  each kind is loaded where it is used

            return TcpLink(where, monotonic=monotonic)
        case SerialAddress():
            from drivers.link.serial import SerialLink  # noqa: PLC0415

            return SerialLink(where, monotonic=monotonic)
        case UsbAddress():
            from drivers.link.usb import UsbLink  # noqa: PLC0415

            return UsbLink(where, monotonic=monotonic)
        case CupsAddress():
            from drivers.link.cups import CupsLink  # noqa: PLC0415

            return CupsLink(where)
        case FileAddress():
            from drivers.link.file import FileLink  # noqa: PLC0415

            return FileLink(where, monotonic=monotonic)
        case SimulatorAddress():
            raise ValueError(
                f"{where}: no link leads to a simulator; start it and open the address it serves"
            )
        case _:
            assert_never(where)
