"""A USB printer, through pyusb and libusb.

find      by vendor and product number, and by serial number where two of a kind are plugged in
take      the kernel's own driver (usblp) is detached, and given the printer back at close
write     in chunks, each counted: after a time-out pyusb returns what had gone, without an error. When a
          transfer breaks libusb tells no count, so `written` then includes the whole chunk: it may say
          more than was taken, never less
read      an empty packet is not an answer; the printer is asked again until the time is up
time      libusb takes 0 ms for "for ever", so a wait is 1 ms at least
"""

from __future__ import annotations

import errno
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from drivers.link import LinkLost, LinkTimeout, LinkUnavailable
from drivers.link.deadline import Deadline
from drivers.link.usb_printer import NotAPrinter, Printer, find_devices, give_back, pyusb, serial_number, take

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.link.address import UsbAddress

USB_BYTES_PER_SECOND = 10_000.0
_CHUNK = 1024  # small, for it bounds what is uncertain when a transfer breaks
_READ_SIZE = 4096  # a multiple of every packet size, or a full packet would be an overflow error
_EMPTY_PACKET = 0.01  # seconds before asking again a printer that answers with empty packets


class UsbLink:
    """A USB printer. `backend` is pyusb's way to the bus; None takes libusb."""

    def __init__(self, where: UsbAddress, *, monotonic: Callable[[], float], backend: Any = None) -> None:
        self.address = str(where)
        self.bytes_per_second = USB_BYTES_PER_SECOND
        self._where = where
        self._monotonic = monotonic
        self._backend = backend
        self._printer: Printer | None = None

    @property
    def is_open(self) -> bool:
        """Whether the printer is taken as far as this side knows."""
        return self._printer is not None

    @property
    def two_way(self) -> bool:
        """Whether the printer has an endpoint for answers; assumed until it has been opened."""
        return self._printer is None or self._printer.inlet is not None

    def open(self) -> None:
        """Find and take the printer, or do nothing when that is done. Raises LinkUnavailable."""
        if self._printer is not None:
            return
        try:
            self._printer = take(self._find())
        except pyusb().core.NoBackendError as error:
            raise self._no_backend() from error
        except NotAPrinter as error:
            raise self._not_a_printer() from error
        except pyusb().core.USBError as error:
            raise self._cannot_open(error) from error

    def write(self, data: bytes, timeout: float) -> None:
        """Hand all bytes to the printer within `timeout` seconds. Raises LinkLost or LinkTimeout with `written`."""
        deadline = Deadline.after(self._monotonic, timeout)
        printer = self._taken()
        written = 0
        while written < len(data):
            written += self._write_chunk(printer, data, written, deadline)
            if written < len(data) and not deadline.left:
                raise self._stalled(written, len(data))

    def read(self, timeout: float) -> bytes:
        """Return what has arrived, waiting up to `timeout` seconds for the first byte. Raises LinkLost."""
        deadline = Deadline.after(self._monotonic, timeout)
        printer = self._taken()
        if printer.inlet is None:
            return b""
        while not (data := self._read_once(printer.inlet, deadline)) and deadline.left:
            time.sleep(min(_EMPTY_PACKET, deadline.left))
        return data

    def close(self) -> None:
        """Give the printer back to the kernel's driver. Never raises."""
        printer, self._printer = self._printer, None
        if printer is not None:
            give_back(printer)

    def _find(self) -> Any:
        """Return the one device the address means. Raises LinkUnavailable."""
        found = find_devices(self._where.vendor, self._where.product, self._backend)
        if not found:
            raise self._unavailable(
                "no such printer is plugged in",
                "check the cable, that the printer is on, and its numbers with lsusb",
            )
        chosen = self._with_serial_number(found) if self._where.serial else found
        if len(chosen) > 1:
            raise self._unavailable(
                f"{len(chosen)} printers of this kind are plugged in",
                f"write usb://{self._numbers}/SERIAL; `lsusb -v -d {self._numbers}` shows it as iSerial",
            )
        return chosen[0]

    def _with_serial_number(self, found: list[Any]) -> list[Any]:
        numbers = [serial_number(device) for device in found]
        chosen = [
            device for device, number in zip(found, numbers, strict=True) if number == self._where.serial
        ]
        if chosen:
            return chosen
        if None in numbers:
            raise self._forbidden()
        seen = ", ".join(number or "one without" for number in numbers)
        raise self._unavailable(
            f"no printer of this kind has this serial number; seen: {seen}", "check the serial number"
        )

    def _write_chunk(self, printer: Printer, data: bytes, written: int, deadline: Deadline) -> int:
        chunk = data[written : written + _CHUNK]
        try:
            taken: int = printer.outlet.write(chunk, max(1, deadline.milliseconds))
        except pyusb().core.USBTimeoutError as error:
            raise self._stalled(written, len(data)) from error
        except pyusb().core.USBError as error:
            raise self._lost(error, printer.outlet, written + len(chunk)) from error
        return taken

    def _read_once(self, inlet: Any, deadline: Deadline) -> bytes:
        try:
            return bytes(inlet.read(_READ_SIZE, max(1, deadline.milliseconds)))
        except pyusb().core.USBTimeoutError:
            return b""
        except pyusb().core.USBError as error:
            raise self._lost(error, inlet) from error

    def _taken(self) -> Printer:
        if self._printer is None:
            raise LinkLost("the link is not open", address=self.address)
        return self._printer

    @property
    def _numbers(self) -> str:
        return f"{self._where.vendor:04x}:{self._where.product:04x}"

    def _lost(self, error: OSError, endpoint: Any, written: int = 0) -> LinkLost:
        if error.errno == errno.EPIPE and self._printer is not None:
            with suppress(OSError):  # a halted endpoint would stay halted for the next open
                self._printer.device.clear_halt(endpoint)
        self.close()
        return LinkLost(
            f"the connection broke: {error.strerror or error}",
            address=self.address,
            cure="check the USB cable and that the printer is on",
            written=written,
        )

    def _stalled(self, written: int, length: int) -> LinkTimeout:
        return LinkTimeout(
            f"took {written} of {length} bytes in the time allowed",
            address=self.address,
            cure="check paper and cover; a printer that is offline takes no bytes",
            written=written,
        )

    def _cannot_open(self, error: OSError) -> LinkUnavailable:
        if error.errno in (errno.EACCES, errno.EPERM):
            return self._forbidden()
        if error.errno == errno.EBUSY:
            return self._unavailable(
                "another program uses the printer",
                "remove the CUPS queue of this printer; CUPS takes USB printers for itself",
            )
        return self._unavailable(f"cannot be opened: {error.strerror or error}", "plug the printer in again")

    def _forbidden(self) -> LinkUnavailable:
        vendor, product = self._numbers.split(":")
        return self._unavailable(
            "the printer may not be opened by this user",
            "of the Debian package: plug it in again, or sudo receipt-bridge setup writes its rule; else write one "
            f'into /etc/udev/rules.d: SUBSYSTEM=="usb", ATTR{{idVendor}}=="{vendor}", ATTR{{idProduct}}=="{product}",'
            ' GROUP="lp", MODE="0660", and add the user to the group lp',
        )

    def _not_a_printer(self) -> LinkUnavailable:
        return self._unavailable(
            "the device takes no raw printer bytes over USB",
            "check its numbers with lsusb; a printer set to a virtual serial port is written serial:///dev/...",
        )

    def _no_backend(self) -> LinkUnavailable:
        return self._unavailable(
            "libusb cannot be used",
            "sudo apt install libusb-1.0-0; under systemd, RestrictAddressFamilies must allow AF_NETLINK",
        )

    def _unavailable(self, what: str, cure: str) -> LinkUnavailable:
        return LinkUnavailable(what, address=self.address, cure=cure)
