"""A serial port or a USB adapter, through pyserial.

settings  pyserial's, with the port locked against other programs that lock it too
write     counted by us in chunks of 256 bytes: pyserial's own write never returns at a stalled peer, and
          with a time-out does not tell how much had gone (escpos.md 10)
XON/XOFF  obeyed by the kernel; what slips through is dropped from what is read, and only with
          flow=xonxoff: 11h and 13h are data in binary languages
DTR       left standing at close: on some printers its fall is a reset (escpos.md 10)
close     waits for what the kernel took as long as the line can need, then drops it: the kernel itself
          would block for up to 30 s behind a printer that holds the line
spy       pyserial's `spy://` writes every byte to the standard error output, for a technician
"""

from __future__ import annotations

import errno
import os
import termios
import time
from contextlib import suppress
from typing import TYPE_CHECKING

from drivers.link import LinkUnavailable
from drivers.link.channel import Channel, ChannelLink
from drivers.link.deadline import Deadline

if TYPE_CHECKING:
    from collections.abc import Callable

    from serial import Serial

    from drivers.link.address import SerialAddress

_CHUNK = 256
_XON_XOFF = b"\x11\x13"
_DRAIN_GRACE = 0.5  # seconds beyond what the line needs, for an XOFF that comes and goes
_DRAIN_LOOK = 0.01  # seconds between looks; the kernel has no event for "sent", and tcdrain no time-out

_MISSING = (errno.ENOENT, errno.ENODEV, errno.ENXIO, errno.EIO)
_FORBIDDEN = (errno.EACCES, errno.EPERM)
_BUSY = (errno.EBUSY, errno.EAGAIN)


class SerialLink(ChannelLink):
    """A serial port."""

    two_way = True

    def __init__(self, where: SerialAddress, *, monotonic: Callable[[], float]) -> None:
        super().__init__(str(where), monotonic=monotonic)
        self.bytes_per_second = where.baud / where.bits_per_byte
        self._where = where
        self._port: Serial | None = None

    def read(self, timeout: float) -> bytes:
        """Return what has arrived, waiting up to `timeout` seconds for the first byte. Raises LinkLost."""
        deadline = Deadline.after(self._monotonic, timeout)
        while arrived := super().read(deadline.left):
            data = arrived.translate(None, _XON_XOFF) if self._where.flow == "xonxoff" else arrived
            if data or not deadline.left:
                return data
        return b""

    def _connect(self) -> Channel:
        try:
            port = _open_port(self._where)
        except (OSError, ValueError, termios.error) as error:
            raise _unavailable(self.address, self._where.path, error) from error
        self._port = port
        descriptor = port.fileno()
        spy = self._where.spy
        return Channel(
            address=self.address,
            descriptor=descriptor,
            send=(lambda data: port.write(data) or 0) if spy else (lambda data: os.write(descriptor, data)),
            receive=port.read if spy else (lambda size: os.read(descriptor, size)),
            chunk=_CHUNK,
        )

    def _disconnect(self, *, broken: bool) -> None:
        port, self._port = self._port, None
        if port is None:
            return
        with suppress(OSError, termios.error):
            if not broken:
                self._let_drain(port)
        with suppress(OSError, termios.error):
            port.close()

    def _let_drain(self, port: Serial) -> None:
        needed = port.out_waiting / self.bytes_per_second
        deadline = Deadline.after(self._monotonic, needed + _DRAIN_GRACE)
        while port.out_waiting:
            if not deadline.left:
                port.reset_output_buffer()
                return
            time.sleep(_DRAIN_LOOK)


def _open_port(where: SerialAddress) -> Serial:
    import serial  # noqa: PLC0415  loaded where a serial printer is used

    port = serial.serial_for_url(
        f"spy://{where.path}" if where.spy else where.path,
        baudrate=where.baud,
        bytesize=where.bytesize,
        parity={"none": serial.PARITY_NONE, "even": serial.PARITY_EVEN, "odd": serial.PARITY_ODD}[
            where.parity
        ],
        stopbits=where.stopbits,
        xonxoff=where.flow == "xonxoff",
        rtscts=where.flow == "rtscts",
        timeout=0,
        write_timeout=0,
        exclusive=True,
    )
    _keep_terminal_ready(port)
    return port


def _keep_terminal_ready(port: Serial) -> None:
    """Keep DTR from falling when the port is closed."""
    try:
        attributes = termios.tcgetattr(port.fileno())
        attributes[2] &= ~termios.HUPCL
        termios.tcsetattr(port.fileno(), termios.TCSANOW, attributes)
    except termios.error:
        port.close()
        raise


def _unavailable(address: str, path: str, error: Exception) -> LinkUnavailable:
    number = _system_error(error)
    if number in _MISSING:
        what = "there is no such port now"
        cure = "plug the cable in; `ls -l /dev/serial/by-id/` lists the adapters"
    elif number in _FORBIDDEN:
        what = "the port may not be opened by this user"
        cure = (
            "of the Debian package: sudo receipt-bridge setup writes the rule of the port; else add the user to the "
            f"group that `ls -l {path}` shows: sudo usermod -aG dialout USER"
        )
    elif number in _BUSY:
        what = "another program holds the port"
        cure = f"`sudo fuser -v {path}` names it; brltty and ModemManager take serial adapters, remove or mask them"
    else:
        what = f"cannot be used as a serial port: {error}"
        cure = "check the path and the line settings"
    return LinkUnavailable(what, address=address, cure=cure)


def _system_error(error: Exception) -> int | None:
    """Return the errno, also where pyserial wrapped a termios.error and dropped it."""
    cause = error.__context__ if isinstance(error.__context__, termios.error) else error
    return cause.args[0] if isinstance(cause, termios.error) else getattr(cause, "errno", None)
