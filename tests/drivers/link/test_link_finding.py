from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.device_trees import DeviceTree

from drivers.link.address import parse_address
from drivers.link.finding import find_places, find_queues

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def tree(tmp_path: Path) -> DeviceTree:
    return DeviceTree(tmp_path)


def addresses(tree: DeviceTree) -> list[str]:
    return [place.address for place in find_places(tree.root)]


def test_a_machine_without_devices_has_no_places(tree: DeviceTree) -> None:
    assert () == find_places(tree.root)


@pytest.mark.parametrize(
    ("vendor", "product", "interface", "likely"),
    [
        ("04b8", "0e15", "07", True),  # Epson TM
        ("04b8", "0202", "ff", True),  # the same, set to vendor class
        ("0416", "5011", "07", True),
        ("04b8", "08a1", "07", False),  # an office printer of Epson
        ("03f0", "0c17", "07", False),
    ],
)
def test_usb_printers_are_found_and_office_printers_are_not_to_be_asked(
    tree: DeviceTree, vendor: str, product: str, interface: str, *, likely: bool
) -> None:
    tree.usb("1-1", vendor, product, interface, name="TM-T20III")

    (place,) = find_places(tree.root)
    assert (f"usb://{vendor}:{product}", "TM-T20III", likely) == (place.address, place.name, place.likely)


@pytest.mark.parametrize(("vendor", "interface"), [("0416", "03"), ("046d", "03"), ("04b8", "08")])
def test_other_devices_are_no_printers(tree: DeviceTree, vendor: str, interface: str) -> None:
    tree.usb("1-1", vendor, "0e16" if vendor == "04b8" else "1234", interface)

    assert [] == addresses(tree)


def test_two_printers_of_a_kind_are_told_apart_by_their_serial_numbers(tree: DeviceTree) -> None:
    tree.usb("1-1", "04b8", "0e15", serial="A 1")
    tree.usb("1-2", "04b8", "0e15", serial="A2")

    assert ["usb://04b8:0e15/A%201", "usb://04b8:0e15/A2"] == addresses(tree)


def test_a_serial_port_is_named_by_the_link_that_survives_a_restart(tree: DeviceTree) -> None:
    posnet = tree.usb("1-1", "1424", "10b0", "02", serial="7", name="POSNET D")
    tree.serial("ttyACM0", posnet, by_id="usb-POSNET_D_7-if00", by_path="pci-0-usb-0:1:1.0")
    tree.serial("ttyS0")
    tree.serial("ttyS1", uart="0")
    tree.serial("ttyAMA0", uart="0")

    found = {place.port: place for place in find_places(tree.root)}
    assert {"ttyACM0", "ttyS0", "ttyAMA0"} == found.keys()
    assert f"serial://{tree.root}/dev/serial/by-id/usb-POSNET_D_7-if00" == found["ttyACM0"].address
    assert (0x1424, "POSNET D", "pci-0-usb-0:1:1.0") == (
        found["ttyACM0"].vendor,
        found["ttyACM0"].name,
        found["ttyACM0"].usb_path,
    )
    assert f"serial://{tree.root}/dev/ttyS0" == found["ttyS0"].address


def test_adapters_that_cannot_be_told_apart_are_named_by_their_sockets(tree: DeviceTree) -> None:
    for number in (1, 2):
        adapter = tree.usb(f"1-{number}", "1a86", "7523", "ff")
        link = "usb-1a86_USB_Serial-if00-port0" if number == 1 else ""
        tree.serial(f"ttyUSB{number}", adapter, by_id=link, by_path=f"platform-usb-0:{number}:1.0-port0")

    found = find_places(tree.root)
    names = [
        f"serial://{tree.root}/dev/serial/by-path/platform-usb-0:{number}:1.0-port0" for number in (1, 2)
    ]
    assert names == [place.address for place in found]
    assert ["platform-usb-0:1:1.0", "platform-usb-0:2:1.0"] == [place.usb_path for place in found]


def test_a_console_is_left_alone(tree: DeviceTree) -> None:
    tree.serial("ttyS0")
    tree.serial("ttyAMA0")
    tree.console("tty0", "ttyAMA0")

    assert ["ttyS0"] == [place.port for place in find_places(tree.root)]


def test_a_printer_node_is_found_only_where_its_usb_device_is_not(tree: DeviceTree) -> None:
    tree.node("lp0", tree.usb("1-1", "04b8", "0e15"))
    tree.node("lp1")

    found = find_places(tree.root)
    assert ["usb://04b8:0e15", f"file://{tree.root}/dev/usb/lp1"] == [place.address for place in found]
    assert [True, False] == [place.likely for place in found]


def test_every_address_can_be_read(tree: DeviceTree) -> None:
    odd = tree.usb("1-1", "0416", "5011", serial="a?%b\x1b[31m")
    tree.usb("1-2", "0416", "5011", serial="other")
    tree.serial("ttyUSB0", odd, by_id="usb-odd?name%-if00")

    for place in find_places(tree.root):
        assert place.address.isprintable()
        parse_address(place.address)


def test_queues_are_those_of_cups(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = tmp_path / "lpstat"
    program.write_text('#!/bin/sh\necho till\necho "not a queue"\n', encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)

    assert ["cups://till"] == [place.address for place in find_queues()]


def test_without_cups_there_are_no_queues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    assert () == find_queues()
