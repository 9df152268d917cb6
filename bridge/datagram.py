"""Datagrams to the service manager and to its journal: one message each, over a Unix socket."""

from __future__ import annotations

import array
import errno
import fcntl
import os
import socket

# A journal that hangs must not hang the printing: what it does not take by then goes another way.
_PATIENCE = 1.0
_TOO_LARGE = (errno.EMSGSIZE, errno.ENOBUFS)


class Mailbox:
    """A socket somebody listens at; `address` is a path, or abstract behind an @. For one thread at a time.

    With `keep` the connection is kept between two messages.
    """

    def __init__(self, address: str, *, keep: bool = False) -> None:
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._keep = keep
        self._kept: socket.socket | None = None

    def send(self, data: bytes) -> bool:
        """Send one message; return whether it was taken. A listener that is gone is no error."""
        channel, self._kept = self._kept, None
        if channel is not None and self._send(channel, data):
            return True
        # The listener may have been started again since: a kept connection leads to the old one.
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC)
        return self._connected(channel) and self._send(channel, data)

    def reachable(self) -> bool:
        """Whether somebody listens there now."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            return channel.connect_ex(self._address) == 0

    def close(self) -> None:
        """Let go of a kept connection."""
        channel, self._kept = self._kept, None
        if channel is not None:
            channel.close()

    def _connected(self, channel: socket.socket) -> bool:
        channel.settimeout(_PATIENCE)
        try:
            channel.connect(self._address)
        except OSError:
            channel.close()
            return False
        return True

    def _send(self, channel: socket.socket, data: bytes) -> bool:
        try:
            _deliver(channel, data)
        except OSError:
            channel.close()
            return False
        if self._keep:
            self._kept = channel
        else:
            channel.close()
        return True


def _deliver(channel: socket.socket, data: bytes) -> None:
    """Send bytes as one datagram, or what is too large for one as a sealed file in memory. Raises OSError."""
    try:
        channel.sendall(data)
    except OSError as error:
        if error.errno not in _TOO_LARGE:
            raise
    else:
        return
    descriptor = os.memfd_create("journal-entry", os.MFD_ALLOW_SEALING | os.MFD_CLOEXEC)
    try:
        with open(descriptor, "wb", closefd=False) as file:
            file.write(data)
        seals = fcntl.F_SEAL_SHRINK | fcntl.F_SEAL_GROW | fcntl.F_SEAL_WRITE | fcntl.F_SEAL_SEAL
        fcntl.fcntl(descriptor, fcntl.F_ADD_SEALS, seals)
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [descriptor]))
        channel.sendmsg([b""], [rights])
    finally:
        os.close(descriptor)
