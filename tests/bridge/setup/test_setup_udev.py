from __future__ import annotations

from pathlib import Path

import pytest

from bridge.setup.udev import file_name, rule
from drivers.link.finding import Place

TEMPLATE = Path(__file__).resolve().parents[3] / "packaging" / "udev" / "serial-port.rules"


def line(place: Place, printer: str = "till") -> str:
    text = rule(place, printer)
    assert text is not None
    comment, found = text.splitlines()
    assert comment.startswith("# ")
    return found


def template(start: str, **fields: str) -> str:
    """Return the packaged template's line for one kind of port, filled in."""
    lines = TEMPLATE.read_text(encoding="utf-8").splitlines()
    (found,) = (text for text in lines if text.startswith("SUBSYSTEM") and start in text)
    for name, value in fields.items():
        found = found.replace(name, value)
    return found


ADAPTER = Place("serial", "serial:///dev/x", "FTDI", 0x0403, 0x6001, "A10", "ttyUSB0", "pci-0-usb-0:1:1.0")


def test_an_adapter_is_known_by_its_number_as_the_template_has_it() -> None:
    expected = template("ID_SERIAL_SHORT", VENDOR="0403", PRODUCT="6001", SERIAL="A10", NAME="till")
    expected = expected.replace("ID_0403_ID", "ID_VENDOR_ID").replace("ID_A10_SHORT", "ID_SERIAL_SHORT")

    assert expected == line(ADAPTER)


def test_an_adapter_without_a_number_is_known_by_its_socket_as_the_template_has_it() -> None:
    place = Place("serial", "serial:///dev/x", "CH340", 0x1A86, 0x7523, "", "ttyUSB0", "pci-0-usb-0:1:1.0")
    expected = template('ID_PATH}=="PATH"', VENDOR="1a86", PRODUCT="7523", NAME="till")
    expected = expected.replace("ID_1a86_ID", "ID_VENDOR_ID").replace('=="PATH"', '=="pci-0-usb-0:1:1.0"')

    assert expected == line(place)


def test_a_port_of_the_board_is_known_by_its_name_as_the_template_has_it() -> None:
    place = Place("serial", "serial:///dev/ttyS0", "ttyS0", port="ttyS0")

    assert template("KERNEL", PORT="ttyS0", NAME="till") == line(place)


@pytest.mark.parametrize(
    "place",
    [
        Place("serial", "serial:///dev/x", "POSNET", 0x1424, 0x10B0, "7", "ttyACM0"),
        Place("usb", "usb://04b8:0e15", "TM", 0x04B8, 0x0E15),
        Place("cups", "cups://till", "till", likely=False),
        Place("serial", "serial:///dev/x", "CH340", 0x1A86, 0x7523, "", "ttyUSB0", ""),
    ],
)
def test_what_the_packaged_rules_know_or_no_rule_can_tell_has_none(place: Place) -> None:
    assert rule(place, "till") is None


def test_a_usb_printer_of_an_unknown_maker_gets_a_rule_for_its_numbers() -> None:
    place = Place("usb", "usb://03f0:0c17", "?", 0x03F0, 0x0C17, likely=False)

    assert 'ATTR{idVendor}=="03f0", ATTR{idProduct}=="0c17", GROUP="receipt-bridge", MODE="0660"' in line(
        place
    )


@pytest.mark.parametrize("number", ['A", RUN+="x', "a*", "$env{x}", "a b", "a\n"])
def test_a_number_that_could_mean_more_than_itself_makes_no_rule(number: str) -> None:
    place = Place("serial", "serial:///dev/x", "?", 0x0403, 0x6001, number, "ttyUSB0")

    with pytest.raises(ValueError, match="cannot stand in a rule"):
        rule(place, "till")


def test_the_file_stands_behind_the_packaged_one() -> None:
    assert file_name("till") > "60-receipt-bridge.rules"
