"""From an address to a link: nothing is opened and nothing heavy is loaded before its time."""

import subprocess
import sys
import time

import pytest

from drivers.link.address import UsbAddress
from drivers.link.cups import CupsLink
from drivers.link.file import FileLink
from drivers.link.opening import open_link
from drivers.link.serial import SerialLink
from drivers.link.tcp import TcpLink
from drivers.link.usb import UsbLink


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("tcp://192.0.2.1:9100", TcpLink),
        ("serial:///dev/ttyUSB0?baud=19200", SerialLink),
        ("usb://04b8:0e15", UsbLink),
        ("cups://counter", CupsLink),
        ("file:///dev/usb/lp0", FileLink),
    ],
)
def test_an_address_leads_to_its_link_which_is_not_yet_open(text: str, kind: type) -> None:
    link = open_link(text, monotonic=time.monotonic)

    assert isinstance(link, kind)
    assert link.address == text
    assert link.bytes_per_second > 0
    assert not link.is_open
    link.close()


def test_an_address_may_come_as_a_value() -> None:
    assert open_link(UsbAddress(0x04B8, 0x0E15), monotonic=time.monotonic).address == "usb://04b8:0e15"


def test_a_mistaken_address_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="port is missing"):
        open_link("tcp://printer", monotonic=time.monotonic)


def test_no_link_leads_to_a_simulator() -> None:
    with pytest.raises(ValueError, match="simulator://posnet: no link leads to a simulator"):
        open_link("simulator://posnet", monotonic=time.monotonic)


def test_links_of_other_kinds_are_not_loaded() -> None:
    program = (
        "import sys, time\n"
        "from drivers.link.opening import open_link\n"
        "open_link('tcp://192.0.2.1:9100', monotonic=time.monotonic)\n"
        "open_link('serial:///dev/ttyS0', monotonic=time.monotonic)\n"
        "print([name for name in ('serial', 'usb') if name in sys.modules])\n"
    )

    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert ran.stdout == "[]\n"
