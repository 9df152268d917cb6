from __future__ import annotations

import os
import pty
import tty
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from support.machines import Box, case_of, codes, holding

from bridge.doctor import ports
from bridge.doctor.machine import Machine

if TYPE_CHECKING:
    from collections.abc import Iterator

CH340 = {"ID_VENDOR_ID": "1a86", "ID_MODEL_ID": "7523"}
USB = "till=serial:///dev/ttyUSB0"


@pytest.fixture
def terminal() -> Iterator[str]:
    ours, theirs = pty.openpty()
    tty.setraw(theirs)
    name = os.ttyname(theirs)
    os.close(theirs)
    yield name
    os.close(ours)


@pytest.mark.parametrize("plugged", [True, False])
def test_brltty_that_runs_is_told_also_when_it_has_made_the_port_vanish(box: Box, plugged: bool) -> None:
    box.process(417, "brltty", "/usr/bin/brltty", "-b", "auto")
    if plugged:
        box.device("/dev/ttyUSB0")

    (finding,) = ports.brltty(case_of(box, USB))

    assert "brltty_running" == finding.code
    assert "process 417" in finding.what
    assert "apt remove brltty" in finding.cure
    assert "apt remove brltty" in finding.cure_pl


def test_brltty_that_is_only_installed_is_a_warning(box: Box) -> None:
    box.file("/usr/bin/brltty")

    assert [("brltty_installed", "brltty")] == codes(ports.brltty(case_of(box, USB)))


@pytest.mark.parametrize("printer", ["till=tcp://127.0.0.1:9100", "till=serial:///dev/ttyS0"])
def test_brltty_is_no_finding_where_no_printer_is_on_a_usb_adapter(box: Box, printer: str) -> None:
    box.device("/dev/ttyS0")
    box.process(417, "brltty")

    assert [] == codes(ports.brltty(case_of(box, printer)))


def test_modem_manager_is_told_unless_udev_keeps_it_from_the_port(box: Box) -> None:
    box.process(300, "ModemManager")
    box.usb_serial("/dev/ttyUSB0", 0, **CH340)
    box.usb_serial("/dev/ttyUSB1", 1, **CH340, ID_MM_DEVICE_IGNORE="1")

    case = case_of(box, USB, "bar=serial:///dev/ttyUSB1")

    (finding,) = ports.modem_manager(case)

    assert ("modem_manager", "till") == (finding.code, finding.subject)
    assert "process 300" in finding.what


def test_without_modem_manager_nothing_is_said(box: Box) -> None:
    box.usb_serial("/dev/ttyUSB0", 0, **CH340)
    box.process(301, "NetworkManager")

    assert [] == codes(ports.modem_manager(case_of(box, USB)))


def test_a_port_that_is_not_there_is_told_with_those_that_are(box: Box) -> None:
    box.device("/dev/ttyUSB1")

    (finding,) = ports.missing(case_of(box, USB))

    assert ("port_missing", "till") == (finding.code, finding.subject)
    assert "/dev/ttyUSB1" in finding.cure


def test_a_printer_that_is_switched_off_in_the_configuration_needs_no_port(box: Box) -> None:
    case = case_of(box, USB, "bar=tcp://127.0.0.1:2")
    off = case.config.printers[0].model_copy(update={"enabled": False})
    config = case.config.model_copy(update={"printers": (off, case.config.printers[1])})

    assert [] == codes(ports.missing(case_of(box, config=config)))


@pytest.mark.parametrize(
    ("owner", "group", "mode", "allowed"),
    [
        (0, 991, 0o660, True),
        (0, 20, 0o660, False),
        (0, 991, 0o640, False),
        (990, 20, 0o600, True),
        (0, 20, 0o666, True),
        (990, 991, 0o066, False),
    ],
)
def test_rights_on_a_port_are_those_of_the_daemon_s_user(
    box: Box, owner: int, group: int, mode: int, allowed: bool
) -> None:
    box.device("/dev/ttyUSB0", owner=owner, group=group, mode=mode)

    found = list(ports.rights(case_of(box, USB)))

    assert ([] if allowed else [("port_rights", "till")]) == codes(found)
    assert all("receipt-bridge may not read and write /dev/ttyUSB0" in one.what for one in found)


def test_a_supplementary_group_of_the_unit_counts(box: Box) -> None:
    box.device("/dev/ttyUSB0", owner=0, group=20)
    box.file(
        "/etc/systemd/system/receipt-bridge.service", "User=receipt-bridge\nSupplementaryGroups=lp dialout\n"
    )

    assert [] == codes(ports.rights(case_of(box, USB)))


def test_a_daemon_that_runs_is_asked_itself_who_it_is(box: Box) -> None:
    box.device("/dev/ttyUSB0", owner=0, group=20)
    box.file(
        "/proc/55/status",
        "Name:\tpython\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t20\n",
    )

    assert [] == codes(ports.rights(case_of(box, USB, daemon=55)))
    box.file(
        "/proc/55/status",
        "Name:\tpython\nUid:\t1000\t1000\t1000\t1000\nGid:\t1000\t1000\t1000\t1000\nGroups:\t\n",
    )
    (finding,) = ports.rights(case_of(box, USB, daemon=55))
    assert finding.what.startswith("1000 may not")
    assert "group dialout" in finding.what


def test_without_a_unit_it_is_whoever_asks(box: Box) -> None:
    (box.root / "etc/systemd/system/receipt-bridge.service").unlink()
    box.device("/dev/ttyUSB0", owner=5, group=5, mode=0o600)
    case = case_of(box, USB)

    assert [] == codes(ports.rights(case))
    assert [("port_rights", "till")] == codes(
        ports.rights(replace(case, machine=replace(box.machine, user=lambda: 990)))
    )


@pytest.mark.parametrize("path", ["/dev/ttyUSB0", "/dev/ttyACM3", "/dev/usb/lp0"])
def test_a_name_the_kernel_gives_by_chance_is_told_with_a_better_one(box: Box, path: str) -> None:
    box.device(path)
    box.link("/dev/serial/by-id/usb-FTDI_A1-if00-port0", f"../..{path.removeprefix('/dev')}")
    scheme = "file" if "lp" in path else "serial"

    (finding,) = ports.changing_names(case_of(box, f"till={scheme}://{path}"))

    assert "port_name_changes" == finding.code
    assert "/dev/serial/by-id/usb-FTDI_A1-if00-port0" in finding.cure


def test_where_no_lasting_name_exists_a_rule_of_ones_own_is_the_cure(box: Box) -> None:
    box.device("/dev/ttyUSB0")

    (finding,) = ports.changing_names(case_of(box, USB))

    assert "serial-port.rules" in finding.cure


@pytest.mark.parametrize(
    "path", ["/dev/serial/by-id/usb-X", "/dev/receipt-bridge/till", "/dev/ttyS0", "/dev/ttyAMA0"]
)
def test_a_name_that_stays_is_no_finding(box: Box, path: str) -> None:
    box.device(path)

    assert [] == codes(ports.changing_names(case_of(box, f"till=serial://{path}")))


@pytest.mark.parametrize("serial", [True, False])
def test_two_adapters_of_a_kind_without_serial_numbers_share_a_name(box: Box, serial: bool) -> None:
    number = {"ID_SERIAL_SHORT": "A1"} if serial else {}
    box.usb_serial("/dev/ttyUSB0", 0, **CH340, **number)
    box.usb_serial("/dev/ttyUSB1", 1, **CH340)
    by_id = "/dev/serial/by-id/usb-1a86_USB2.0-Serial-if00-port0"
    box.link(by_id, "../../ttyUSB0")
    box.link("/dev/serial/by-path/platform-usb-0:1:1.0-port0", "../../ttyUSB0")

    found = list(ports.shared_names(case_of(box, f"till=serial://{by_id}")))

    assert ([] if serial else [("port_name_shared", "till")]) == codes(found)
    assert all("/dev/serial/by-path/platform-usb-0:1:1.0-port0" in one.cure for one in found)


def test_one_adapter_alone_shares_its_name_with_nobody(box: Box) -> None:
    box.usb_serial("/dev/ttyUSB0", 0, **CH340)
    box.usb_serial("/dev/ttyUSB1", 1, ID_VENDOR_ID="0403", ID_MODEL_ID="6001")
    box.link("/dev/serial/by-id/usb-1a86", "../../ttyUSB0")

    assert [] == codes(ports.shared_names(case_of(box, "till=serial:///dev/serial/by-id/usb-1a86")))


def test_who_holds_a_port_is_told_whatever_name_it_was_opened_by(box: Box) -> None:
    box.device("/dev/ttyUSB0")
    box.link("/dev/serial/by-id/usb-A", "../../ttyUSB0")
    box.process(77, "posnetserver", opens=("/dev/null", "/dev/ttyUSB0"))
    box.process(78, "bash", opens=("/dev/pts/1",))
    box.process(79, "receipt-bridge", opens=("/dev/ttyUSB0",))

    (finding,) = ports.held(case_of(box, "till=serial:///dev/serial/by-id/usb-A", daemon=79))

    assert ("port_held", "till") == (finding.code, finding.subject)
    assert "posnetserver (process 77)" in finding.what


def test_a_real_program_on_a_real_terminal_is_found(box: Box, terminal: str) -> None:
    case = replace(case_of(box, f"till=serial://{terminal}"), machine=Machine())
    own = os.open(terminal, os.O_RDWR | os.O_NOCTTY)

    with holding(terminal) as process:
        found = [one for one in ports.held(case) if one.code == "port_held"]
    after = [one for one in ports.held(case) if one.code == "port_held"]
    os.close(own)

    assert [("port_held", "till")] == codes(found)
    assert f"(process {process.pid})" in found[0].what
    assert [] == after


def test_descriptors_this_user_may_not_see_are_an_advice_to_use_sudo(
    box: Box, monkeypatch: pytest.MonkeyPatch
) -> None:
    box.device("/dev/ttyUSB0")
    box.process(77, "posnetserver", opens=("/dev/ttyUSB0",))
    box.process(78, "bash")

    def forbidden(path: Path) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "readlink", forbidden)

    assert [("not_root", "ports")] == codes(ports.held(case_of(box, USB)))


def test_without_ports_nobody_is_looked_into(box: Box) -> None:
    box.process(77, "posnetserver", opens=("/dev/ttyUSB0",))

    assert [] == codes(ports.held(case_of(box)))


def test_two_printers_with_two_names_of_one_port_are_told(box: Box) -> None:
    box.device("/dev/ttyUSB0")
    box.link("/dev/serial/by-id/usb-A", "../../ttyUSB0")

    (finding,) = ports.twice(case_of(box, USB, "bar=serial:///dev/serial/by-id/usb-A"))

    assert ("port_twice", "bar") == (finding.code, finding.subject)
    assert "printer till" in finding.what


def test_the_system_s_console_on_a_printer_s_port_is_told(box: Box) -> None:
    box.device("/dev/ttyAMA0")
    box.link("/dev/serial0", "ttyAMA0")
    box.file("/sys/class/tty/console/active", "tty0 ttyAMA0\n")

    (finding,) = ports.console(case_of(box, "till=serial:///dev/serial0"))

    assert "console_on_port" == finding.code
    assert "console=ttyAMA0" in finding.cure


def test_a_console_elsewhere_is_no_finding(box: Box) -> None:
    box.device("/dev/ttyAMA0")
    box.file("/sys/class/tty/console/active", "tty0\n")

    assert [] == codes(ports.console(case_of(box, "till=serial:///dev/ttyAMA0")))
