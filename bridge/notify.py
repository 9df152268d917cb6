"""Telling systemd how the service is: one datagram a message (sd_notify(3))."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def notify(environ: Mapping[str, str], *messages: str) -> bool:
    """Send messages such as `READY=1`; return whether somebody listens. A service manager that is gone is no error."""
    address = environ.get("NOTIFY_SOCKET", "")
    if not address:
        return False
    if address.startswith("@"):
        address = "\0" + address[1:]
    try:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.connect(address)
            channel.sendall("\n".join(messages).encode())
    except OSError:
        return False
    return True
