"""Which devices the rules give to the service, and under which names: asked of udev itself, with simulated devices."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from support.bare_trees import Tree

pytestmark = [pytest.mark.install, pytest.mark.timeout(900)]

_DEVICES = Path(__file__).with_name("devices.umockdev")
_USB = "/sys/devices/pci0000:00/0000:00:14.0/usb1"
_SOCKET = "pci-0000:00:14.0-usb-0"

_GIVEN = {
    "POSNET, the device": ("1-1", set()),
    "POSNET, its port": (
        "1-1/1-1:1.0/tty/ttyACM0",
        {"receipt-bridge/posnet-ABC_1", f"receipt-bridge/posnet-{_SOCKET}:1:1.0"},
    ),
    "Epson TM, the device": ("1-2", set()),
    "Epson TM, its node": (
        "1-2/1-2:1.0/usbmisc/lp0",
        {"receipt-bridge/lp-04b8-0e15-J1", f"receipt-bridge/lp-{_SOCKET}:2:1.0"},
    ),
}
_KEPT_AWAY = {
    "an office printer": "1-3",
    "an office printer's node": "1-3/1-3:1.0/usbmisc/lp1",
    "an FTDI adapter": "1-4/1-4:1.0/ttyUSB0/tty/ttyUSB0",
    "a debugger of a chip maker whose printers are given": "1-5",
}


@pytest.fixture(scope="module")
def installed(tree: Tree, package: Path) -> Tree:
    done = tree.run(f"dpkg --install {tree.put(package)}")
    assert 0 == done.code, done.said
    tree.put(_DEVICES)
    return tree


def decided(tree: Tree, device: str) -> tuple[str, set[str], dict[str, str]]:
    """Return the group udev gives a device, its names of ours, and its properties."""
    words = f"umockdev-run --device /root/{_DEVICES.name} -- udevadm test --action=add {_USB}/{device}"
    said = tree.run(f"{words}; getent group").said
    numbers = dict(re.findall(r"^([a-z-]+):x:([0-9]+):", said, re.MULTILINE))
    groups = re.findall(r"rules:[0-9]+ GROUP ([0-9]+)", said)
    properties = dict(re.findall(r"^ *([.A-Z_a-z]+)=(.*)$", said, re.MULTILINE))
    links = {one.removeprefix("/dev/") for one in properties.get("DEVLINKS", "").split()}
    names = {number: name for name, number in numbers.items()}
    return (
        names[groups[-1]] if groups else "root",
        {one for one in links if one.startswith("receipt-bridge/")},
        properties,
    )


@pytest.mark.parametrize("what", list(_GIVEN))
def test_receipt_printers_are_given_to_the_service_under_stable_names(installed: Tree, what: str) -> None:
    device, names = _GIVEN[what]

    assert ("receipt-bridge", names) == decided(installed, device)[:2]


@pytest.mark.parametrize("what", list(_KEPT_AWAY))
def test_everything_else_stays_where_it_was(installed: Tree, what: str) -> None:
    group, names, _ = decided(installed, _KEPT_AWAY[what])

    assert (True, set()) == (group in {"root", "lp", "dialout"}, names)


@pytest.mark.parametrize("what", ["POSNET, the device", "POSNET, its port"])
def test_a_fiscal_printer_is_hidden_from_the_modem_manager(installed: Tree, what: str) -> None:
    assert "1" == decided(installed, _GIVEN[what][0])[2].get("ID_MM_DEVICE_IGNORE")


@pytest.mark.parametrize("line", ["ID_SERIAL_SHORT", "ID_PATH", "KERNEL"])
def test_a_filled_in_rule_gives_one_adapter_under_its_name(installed: Tree, line: str) -> None:
    template = (installed / "/usr/share/receipt-bridge/serial-port.rules").read_text().splitlines()
    (rule,) = [one for one in template if one.startswith("SUBSYSTEM") and f"{line}" in one]
    values = {
        "VENDOR": "0403",
        "PRODUCT": "6001",
        "SERIAL": "FT1",
        "PATH": f"{_SOCKET}:4:1.0",
        "PORT": "ttyUSB0",
    }
    for name, value in {**values, "receipt-bridge/NAME": "receipt-bridge/till"}.items():
        rule = rule.replace(f'"{name}"', f'"{value}"')
    file = installed / "/etc/udev/rules.d/61-receipt-bridge-till.rules"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"{rule}\n")

    found = decided(installed, _KEPT_AWAY["an FTDI adapter"])[:2]
    file.unlink()

    assert ("receipt-bridge", {"receipt-bridge/till"}) == found
