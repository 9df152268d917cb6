"""The USB link through the real pyusb onto a bus made of descriptors: endpoints, counts, the kernel's driver."""

import errno
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import pytest
import usb.backend
import usb.core

from drivers.link import LinkLost, LinkTimeout, LinkUnavailable
from drivers.link.address import UsbAddress
from drivers.link.usb import UsbLink

LONG = 20.0
TM_T88 = UsbAddress(0x04B8, 0x0E15)
BULK, INTERRUPT = 2, 3
LANGUAGE_IDS, STRING = 0, 3


@dataclass
class Setting:
    """One interface setting: class, protocol and endpoints as (address, type)."""

    endpoints: tuple[tuple[int, int], ...] = ((0x02, BULK), (0x81, BULK))
    kind: int = 0x07
    protocol: int = 0x02


@dataclass
class Device:
    """A device on the bus; `takes` is what each write accepts, an OSError number being raised."""

    vendor: int = 0x04B8
    product: int = 0x0E15
    serial: str = ""
    interfaces: list[list[Setting]] = field(default_factory=lambda: [[Setting()]])
    takes: list[int | OSError] = field(default_factory=list)
    answers: list[bytes | OSError] = field(default_factory=list)
    forbidden: bool = False
    busy: bool = False
    configuration: int = 1
    kernel_driver: bool = True
    received: bytearray = field(default_factory=bytearray)
    timeouts: list[int] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    settings: dict[int, int] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    is_open: bool = False


def timed_out() -> usb.core.USBTimeoutError:
    return usb.core.USBTimeoutError("Operation timed out", -7, errno.ETIMEDOUT)  # type: ignore[no-untyped-call]


def broken(number: int) -> usb.core.USBError:
    return usb.core.USBError("it broke", -1, number)  # type: ignore[no-untyped-call]


class Bus(usb.backend.IBackend):
    """pyusb's way to the devices."""

    def __init__(self, *devices: Device) -> None:
        self.devices = devices

    def enumerate_devices(self) -> Iterator[Device]:
        return iter(self.devices)

    def get_device_descriptor(self, dev: Device) -> Any:
        return SimpleNamespace(
            bLength=18, bDescriptorType=1, bcdUSB=0x0200, bDeviceClass=0, bDeviceSubClass=0, bDeviceProtocol=0,
            bMaxPacketSize0=64, idVendor=dev.vendor, idProduct=dev.product, bcdDevice=0x0100, iManufacturer=0,
            iProduct=0, iSerialNumber=3 if dev.serial else 0, bNumConfigurations=1,
            address=self.devices.index(dev) + 1, bus=1, port_number=1, port_numbers=(1,), speed=2,
        )  # fmt: skip

    def get_configuration_descriptor(self, dev: Device, config: int) -> Any:
        return SimpleNamespace(
            bLength=9, bDescriptorType=2, wTotalLength=32, bNumInterfaces=len(dev.interfaces),
            bConfigurationValue=1, iConfiguration=0, bmAttributes=0xC0, bMaxPower=1, extra_descriptors=[],
        )  # fmt: skip

    def get_interface_descriptor(self, dev: Device, intf: int, alt: int, config: int) -> Any:
        setting = dev.interfaces[intf][alt]
        return SimpleNamespace(
            bLength=9, bDescriptorType=4, bInterfaceNumber=intf, bAlternateSetting=alt,
            bNumEndpoints=len(setting.endpoints), bInterfaceClass=setting.kind, bInterfaceSubClass=1,
            bInterfaceProtocol=setting.protocol, iInterface=0, extra_descriptors=[],
        )  # fmt: skip

    def get_endpoint_descriptor(self, dev: Device, ep: int, intf: int, alt: int, config: int) -> Any:
        address, kind = dev.interfaces[intf][alt].endpoints[ep]
        return SimpleNamespace(
            bLength=7, bDescriptorType=5, bEndpointAddress=address, bmAttributes=kind, wMaxPacketSize=64,
            bInterval=0, bRefresh=0, bSynchAddress=0, extra_descriptors=[],
        )  # fmt: skip

    def open_device(self, dev: Device) -> Device:
        if dev.forbidden:
            raise broken(errno.EACCES)
        dev.is_open = True
        return dev

    def close_device(self, dev_handle: Device) -> None:
        dev_handle.is_open = False

    def get_configuration(self, dev_handle: Device) -> int:
        return dev_handle.configuration

    def set_configuration(self, dev_handle: Device, config_value: int) -> None:
        dev_handle.configuration = config_value
        dev_handle.log.append("configure")

    def set_interface_altsetting(self, dev_handle: Device, intf: int, altsetting: int) -> None:
        dev_handle.settings[intf] = altsetting

    def claim_interface(self, dev_handle: Device, intf: int) -> None:
        if dev_handle.busy or dev_handle.kernel_driver:
            raise broken(errno.EBUSY)
        dev_handle.log.append(f"claim {intf}")

    def release_interface(self, dev_handle: Device, intf: int) -> None:
        dev_handle.log.append(f"release {intf}")

    def is_kernel_driver_active(self, dev_handle: Device, intf: int) -> bool:
        return dev_handle.kernel_driver

    def detach_kernel_driver(self, dev_handle: Device, intf: int) -> None:
        dev_handle.kernel_driver = False
        dev_handle.log.append(f"detach {intf}")

    def attach_kernel_driver(self, dev_handle: Device, intf: int) -> None:
        dev_handle.kernel_driver = True
        dev_handle.log.append(f"attach {intf}")

    def clear_halt(self, dev_handle: Device, ep: int) -> None:
        dev_handle.log.append(f"clear {ep:#04x}")

    def bulk_write(self, dev_handle: Device, ep: int, intf: int, data: Any, timeout: int) -> int:
        dev_handle.timeouts.append(timeout)
        dev_handle.used.add(ep)
        taken = dev_handle.takes.pop(0) if dev_handle.takes else len(data)
        if isinstance(taken, OSError):
            raise taken
        taken = min(taken, len(data))
        dev_handle.received += data.tobytes()[:taken]
        return taken

    def bulk_read(self, dev_handle: Device, ep: int, intf: int, buff: Any, timeout: int) -> int:
        dev_handle.timeouts.append(timeout)
        dev_handle.used.add(ep)
        answer = dev_handle.answers.pop(0) if dev_handle.answers else timed_out()
        if isinstance(answer, OSError):
            raise answer
        buff[: len(answer)] = array("B", answer)
        return len(answer)

    def ctrl_transfer(self, dev_handle: Device, *request: Any) -> int:
        """Answer GET_DESCRIPTOR for strings: index 0 lists the languages, any other is the serial number."""
        _, _, value, _, data, _ = request
        text = dev_handle.serial.encode("utf-16-le") if value & 0xFF else b"\x09\x04"
        answer = bytes([len(text) + 2, STRING]) + text
        data[: len(answer)] = array("B", answer)
        return len(answer)


def link_to(*devices: Device, where: UsbAddress = TM_T88) -> UsbLink:
    return UsbLink(where, monotonic=time.monotonic, backend=Bus(*devices))


def test_bytes_go_and_come_by_the_endpoints_the_device_names() -> None:
    device = Device(interfaces=[[Setting(endpoints=((0x83, INTERRUPT), (0x84, BULK), (0x05, BULK)))]])
    device.answers = [b"\x16"]
    link = link_to(device)
    link.open()

    link.write(b"receipt", LONG)

    assert link.read(LONG) == b"\x16"
    assert device.received == b"receipt"
    assert device.used == {0x05, 0x84}
    assert link.two_way
    link.close()


def test_the_kernel_gets_its_printer_back() -> None:
    device = Device()
    link = link_to(device)

    link.open()
    link.open()
    assert device.log == ["detach 0", "claim 0"]
    link.close()
    link.close()

    assert device.log == ["detach 0", "claim 0", "release 0", "attach 0"]
    assert not device.is_open
    assert not link.is_open


def test_what_had_no_driver_gets_none() -> None:
    device = Device(kernel_driver=False)
    link = link_to(device)

    link.open()
    link.close()

    assert device.log == ["claim 0", "release 0"]


def test_a_configuration_is_set_only_where_none_is() -> None:
    fresh, running = Device(configuration=0), Device()
    for device in (fresh, running):
        link = link_to(device)
        link.open()
        link.close()

    assert "configure" in fresh.log
    assert "configure" not in running.log


def test_the_printer_interface_is_found_among_others() -> None:
    keyboard = [Setting(endpoints=((0x81, INTERRUPT),), kind=0x03)]
    settings = [
        Setting(endpoints=((0x01, BULK),), protocol=0x01),
        Setting(endpoints=((0x02, BULK), (0x82, BULK)), protocol=0x02),
        Setting(endpoints=((0x03, BULK), (0x83, BULK)), protocol=0x04),
    ]
    device = Device(interfaces=[keyboard, settings])
    link = link_to(device)
    link.open()

    link.write(b"a", LONG)

    assert device.settings == {1: 1}
    assert device.used == {0x02}
    link.close()


def test_a_printer_without_answers_is_one_way() -> None:
    device = Device(interfaces=[[Setting(endpoints=((0x01, BULK),), protocol=0x01)]])
    link = link_to(device)
    link.open()

    assert not link.two_way
    assert link.read(LONG) == b""
    link.close()


def test_an_epson_in_vendor_class_is_a_printer_and_others_are_not() -> None:
    vendor_class = [[Setting(kind=0xFF, protocol=0)]]
    epson = link_to(Device(interfaces=vendor_class))
    epson.open()
    assert epson.is_open
    epson.close()
    other = Device(vendor=0x0403, product=0x6001, interfaces=vendor_class)

    with pytest.raises(LinkUnavailable, match="no raw printer bytes"):
        link_to(other, where=UsbAddress(0x0403, 0x6001)).open()

    assert not other.is_open


def test_a_short_write_goes_on_where_it_ended() -> None:
    device = Device(takes=[100, 1, 5000])
    link = link_to(device)
    link.open()
    data = bytes(range(256)) * 20

    link.write(data, LONG)

    assert device.received == data
    link.close()


def test_a_stalled_printer_is_counted_to_the_byte() -> None:
    device = Device(takes=[1024, 64, timed_out()])
    link = link_to(device)
    link.open()

    with pytest.raises(LinkTimeout) as caught:
        link.write(b"x" * 5000, LONG)

    assert caught.value.written == 1024 + 64 == len(device.received)
    assert link.is_open
    link.close()


def test_a_write_that_times_out_at_once_counts_nothing() -> None:
    link = link_to(Device(takes=[timed_out()]))
    link.open()

    with pytest.raises(LinkTimeout) as caught:
        link.write(b"receipt", 0)

    assert caught.value.written == 0
    link.close()


def test_the_deadline_is_for_the_whole_write() -> None:
    moments = iter([0.0, 0.0, 0.5, 0.5, 1.5])
    device = Device(takes=[10] * 100)
    link = UsbLink(TM_T88, monotonic=lambda: next(moments), backend=Bus(device))
    link.open()

    with pytest.raises(LinkTimeout) as caught:
        link.write(b"x" * 1000, 1)

    assert caught.value.written == len(device.received) == 20
    assert device.timeouts == [1000, 500]
    link.close()


def test_a_transfer_that_breaks_may_have_taken_all_of_its_chunk() -> None:
    device = Device(takes=[1024, broken(errno.ENODEV)])
    link = link_to(device)
    link.open()

    with pytest.raises(LinkLost) as caught:
        link.write(b"x" * 5000, LONG)

    assert caught.value.written == 2048
    assert not link.is_open


def test_libusb_is_never_told_to_wait_for_ever() -> None:
    device = Device(answers=[timed_out()])
    link = link_to(device)
    link.open()

    assert link.read(0) == b""
    link.write(b"a", 0)

    assert device.timeouts == [1, 1]
    link.close()


def test_empty_packets_are_no_answer() -> None:
    device = Device(answers=[b"", b"", b"\x12"])
    link = link_to(device)
    link.open()

    assert link.read(LONG) == b"\x12"
    link.close()


def test_an_unplugged_printer_is_a_loss_when_reading_and_opens_again() -> None:
    device = Device(answers=[broken(errno.ENODEV)])
    link = link_to(device)
    link.open()

    with pytest.raises(LinkLost, match="it broke"):
        link.read(LONG)
    assert not device.is_open
    link.open()
    link.write(b"again", LONG)

    assert device.received == b"again"
    link.close()


def test_a_halted_endpoint_is_freed_for_the_next_open() -> None:
    device = Device(takes=[broken(errno.EPIPE)])
    link = link_to(device)
    link.open()

    with pytest.raises(LinkLost):
        link.write(b"receipt", LONG)

    assert "clear 0x02" in device.log


def test_two_of_a_kind_are_told_apart_by_serial_number() -> None:
    left, right = Device(serial="L1"), Device(serial="R1")
    link = link_to(left, right, where=UsbAddress(0x04B8, 0x0E15, "R1"))
    link.open()

    link.write(b"a", LONG)

    assert [bytes(left.received), bytes(right.received)] == [b"", b"a"]
    assert not left.is_open
    link.close()


def test_two_of_a_kind_without_a_serial_number_are_refused() -> None:
    with pytest.raises(LinkUnavailable, match="2 printers of this kind") as caught:
        link_to(Device(serial="L1"), Device(serial="R1")).open()

    assert "usb://04b8:0e15/SERIAL" in caught.value.cure


def test_another_serial_number_is_not_the_printer() -> None:
    with pytest.raises(LinkUnavailable, match="seen: L1, one without"):
        link_to(Device(serial="L1"), Device(), where=UsbAddress(0x04B8, 0x0E15, "R1")).open()


def test_no_printer_says_how_to_look_for_it() -> None:
    with pytest.raises(LinkUnavailable, match="no such printer") as caught:
        link_to(Device(product=0x0202)).open()

    assert "lsusb" in caught.value.cure


@pytest.mark.parametrize("serial", ["", "R1"])
def test_a_forbidden_printer_says_which_rule_to_add(serial: str) -> None:
    device = Device(serial="R1", forbidden=True)

    with pytest.raises(LinkUnavailable, match="may not be opened by this user") as caught:
        link_to(device, where=UsbAddress(0x04B8, 0x0E15, serial)).open()

    assert 'ATTR{idVendor}=="04b8", ATTR{idProduct}=="0e15"' in caught.value.cure


def test_a_printer_in_use_is_left_as_it_was() -> None:
    device = Device(busy=True)

    with pytest.raises(LinkUnavailable, match="another program") as caught:
        link_to(device).open()

    assert "CUPS" in caught.value.cure
    assert device.kernel_driver
    assert not device.is_open


def test_a_machine_without_libusb_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("libusb1", "libusb0", "openusb"):
        monkeypatch.setattr(f"usb.backend.{name}.get_backend", lambda: None)

    with pytest.raises(LinkUnavailable, match="libusb") as caught:
        UsbLink(TM_T88, monotonic=time.monotonic).open()

    assert "libusb-1.0-0" in caught.value.cure
    assert "AF_NETLINK" in caught.value.cure


def test_a_closed_link_neither_reads_nor_writes() -> None:
    link = link_to(Device())

    with pytest.raises(LinkLost, match="not open"):
        link.write(b"x", LONG)
    with pytest.raises(LinkLost, match="not open"):
        link.read(LONG)
    link.close()
