"""Finding, taking and giving back a USB printer: what `usb` needs of pyusb before the first byte.

The interface and its endpoints are found in the descriptors, never assumed: printers with 81h/02h and with
82h/01h are both about (escpos.md 11). The configuration is set only where none is, and the device is never
reset: a reset costs the printer what it holds.

Epson printers set to "vendor class" show class FFh instead of 07h and take the same bytes (escpos.md 4).
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

PRINTER_CLASS = 0x07
VENDOR_CLASS = 0xFF
EPSON = 0x04B8
_RAW_PROTOCOLS = (0x02, 0x03, 0x01)  # two-way ones first; 04h is IPP over USB and takes no raw bytes
_LAST = len(_RAW_PROTOCOLS)


class NotAPrinter(Exception):
    """A device has no interface that takes raw printer bytes."""


@dataclass(frozen=True, slots=True)
class Printer:
    """A printer taken from the kernel: the device, its interface and its endpoints."""

    device: Any
    interface: int
    outlet: Any
    inlet: Any | None
    kernel_driver: bool


def pyusb() -> Any:
    """Return pyusb, which is loaded where a USB printer is used and nowhere else; it has no types."""
    import usb.core  # noqa: PLC0415
    import usb.util  # noqa: PLC0415

    return usb


def find_devices(vendor: int, product: int, backend: Any) -> list[Any]:
    """Return the devices with these numbers. Raises usb.core.NoBackendError."""
    return list(pyusb().core.find(find_all=True, backend=backend, idVendor=vendor, idProduct=product))


def serial_number(device: Any) -> str | None:
    """Return the serial number, empty when the device has none, None when it may not be asked."""
    try:
        return device.serial_number or ""
    except (pyusb().core.USBError, ValueError):  # pyusb turns a refusal into 'the device has no langid'
        return None
    finally:
        pyusb().util.dispose_resources(device)


def take(device: Any) -> Printer:
    """Claim the printer's interface. Raises NotAPrinter or usb.core.USBError, and then nothing stays taken."""
    try:
        settings = _configuration(device).interfaces()
        interface = _printer_interface(device, settings)
        outlet, inlet = _bulk_endpoints(interface)
        return _claim(device, interface, outlet, inlet, settings)
    except BaseException:
        pyusb().util.dispose_resources(device)
        raise


def give_back(printer: Printer) -> None:
    """Release the interface and return it to the kernel's driver. Never raises."""
    with suppress(pyusb().core.USBError):
        pyusb().util.release_interface(printer.device, printer.interface)
    if printer.kernel_driver:
        with suppress(pyusb().core.USBError):
            printer.device.attach_kernel_driver(printer.interface)
    with suppress(pyusb().core.USBError):
        pyusb().util.dispose_resources(printer.device)


def _claim(device: Any, interface: Any, outlet: Any, inlet: Any | None, settings: Sequence[Any]) -> Printer:
    number = interface.bInterfaceNumber
    kernel_driver = bool(device.is_kernel_driver_active(number))
    printer = Printer(device, number, outlet, inlet, kernel_driver)
    if kernel_driver:
        device.detach_kernel_driver(number)
    try:
        pyusb().util.claim_interface(device, number)
        if sum(other.bInterfaceNumber == number for other in settings) > 1:
            device.set_interface_altsetting(number, interface.bAlternateSetting)
    except pyusb().core.USBError:
        give_back(printer)
        raise
    return printer


def _configuration(device: Any) -> Any:
    try:
        return device.get_active_configuration()
    except pyusb().core.USBError as error:
        if error.errno is not None:  # pyusb's own 'Configuration not set' has no number
            raise
    device.set_configuration()
    return device.get_active_configuration()


def _printer_interface(device: Any, settings: Sequence[Any]) -> Any:
    ranked = [(_rank(device, setting), position) for position, setting in enumerate(settings)]
    best = min((found for found in ranked if found[0] <= _LAST), default=None)
    if best is None:
        raise NotAPrinter
    return settings[best[1]]


def _rank(device: Any, setting: Any) -> int:
    """Return how well an interface setting suits, 0 being the best; more than _LAST: not at all."""
    outlet, _ = _bulk_endpoints(setting)
    if outlet is None:
        return _LAST + 1
    if setting.bInterfaceClass == PRINTER_CLASS and setting.bInterfaceProtocol in _RAW_PROTOCOLS:
        return _RAW_PROTOCOLS.index(setting.bInterfaceProtocol)
    vendor_class = device.idVendor == EPSON and setting.bInterfaceClass == VENDOR_CLASS
    return _LAST if vendor_class else _LAST + 1


def _bulk_endpoints(setting: Any) -> tuple[Any | None, Any | None]:
    """Return the bulk endpoints out of and into this machine."""
    bulk = [
        end
        for end in setting
        if pyusb().util.endpoint_type(end.bmAttributes) == pyusb().util.ENDPOINT_TYPE_BULK
    ]
    inward = [
        pyusb().util.endpoint_direction(end.bEndpointAddress) == pyusb().util.ENDPOINT_IN for end in bulk
    ]
    outlets = [end for end, into in zip(bulk, inward, strict=True) if not into]
    inlets = [end for end, into in zip(bulk, inward, strict=True) if into]
    return next(iter(outlets), None), next(iter(inlets), None)
