"""A file that collects what would be printed, or a printer device such as /dev/usb/lp0.

regular file   opened for appending, each write is on the disk when it returns; one way
device         opened for both ways without blocking: a blocking write to a printer that does not read
               hangs for ever (escpos.md 4); unplugging it shows as ENODEV
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from drivers.link import LinkUnavailable
from drivers.link.channel import Channel, ChannelLink, lost

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.link.address import FileAddress

DEVICE_BYTES_PER_SECOND = 10_000.0
_CHUNK = 4096
_FLAGS = os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT
_CURES = {
    errno.ENOENT: "check the path; a printer's device is there only while it is on and plugged in",
    errno.ENXIO: "check that the printer is on and plugged in",
    errno.ENODEV: "check that the printer is on and plugged in",
    errno.EACCES: "of the Debian package: plug the printer in again, its rule gives /dev/receipt-bridge/lp-... to the "
    "service; else add the user to the group that owns it (lp for /dev/usb/lp0): sudo usermod -aG lp USER",
    errno.EBUSY: "another program holds it; a CUPS queue for this printer must be removed",
    errno.EISDIR: "name a file, not a folder",
}


class FileLink(ChannelLink):
    """A regular file or a character device."""

    def __init__(self, where: FileAddress, *, monotonic: Callable[[], float]) -> None:
        super().__init__(str(where), monotonic=monotonic)
        self.bytes_per_second = DEVICE_BYTES_PER_SECOND
        self._path = where.path
        self._descriptor: int | None = None
        self._device = False

    @property
    def two_way(self) -> bool:
        """Whether it is a device: the one that is open, or the one that is there now."""
        return self._device if self.is_open else _is_device(self._path)

    def write(self, data: bytes, timeout: float) -> None:
        """Hand all bytes to the device within `timeout` seconds, or to the disk. Raises as every link does."""
        super().write(data, timeout)
        if self._device or self._descriptor is None:
            return
        try:
            os.fsync(self._descriptor)
        except OSError as error:
            self._leave(broken=True)
            raise lost(self.address, error, len(data), len(data)) from error

    def read(self, timeout: float) -> bytes:
        """Return what has arrived from a device, waiting up to `timeout` seconds; b'' at once from a file."""
        return super().read(timeout) if self._device or not self.is_open else b""

    def _connect(self) -> Channel:
        self._device = _is_device(self._path)
        try:
            descriptor = os.open(self._path, _FLAGS | (os.O_RDWR if self._device else _APPEND), 0o640)
        except OSError as error:
            raise LinkUnavailable(
                f"cannot be opened: {error.strerror}",
                address=self.address,
                cure=_CURES.get(error.errno or 0, ""),
            ) from error
        self._descriptor = descriptor
        return Channel(
            address=self.address,
            descriptor=descriptor,
            send=lambda data: os.write(descriptor, data),
            receive=lambda size: os.read(descriptor, size),
            chunk=_CHUNK,
            empty_is_end=False,  # some printers answer "nothing to say" with an empty packet
        )

    def _disconnect(self, *, broken: bool) -> None:  # noqa: ARG002  there is no farewell to a file
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            with suppress(OSError):
                os.close(descriptor)


def _is_device(path: str) -> bool:
    try:
        return stat.S_ISCHR(Path(path).stat().st_mode)
    except OSError:
        return path.startswith("/dev/") and not path.startswith("/dev/shm/")  # noqa: S108  a place for plain files
