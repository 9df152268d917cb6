"""Ports: who takes them, who holds them, whether they may be used, and whether their names stay."""

from __future__ import annotations

import os
import re
import stat
from typing import TYPE_CHECKING

from bridge.doctor.case import device_of
from bridge.doctor.finding import found
from bridge.doctor.users import group_name, user_name
from drivers.link.address import SerialAddress, parse_address

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bridge.config.model import Printer
    from bridge.doctor.case import Case
    from bridge.doctor.finding import Finding
    from bridge.doctor.machine import Machine

# Names the kernel gives in the order of plugging; ttyS and ttyAMA are soldered and stay.
_CHANGING = re.compile(r"/dev/(?:ttyUSB|ttyACM|usb/lp|lp)\d+")
_STAYING = ("/dev/receipt-bridge/*", "/dev/serial/by-id/*", "/dev/serial/by-path/*")
_PORTS = (*_STAYING, "/dev/ttyUSB*", "/dev/ttyACM*", "/dev/ttyAMA*", "/dev/usb/lp*")
_USB_SERIAL = re.compile(r"/dev/tty(?:USB|ACM)\d+")
_SOCKETS = ("/dev/serial/by-path/*",)
_OWN_RULE = "/dev/receipt-bridge/NAME (serial-port.rules)"
_BRLTTY = ("/usr/bin/brltty", "/usr/sbin/brltty", "/sbin/brltty", "/bin/brltty")


def brltty(case: Case) -> Iterator[Finding]:
    """Braille displays use the same chips as serial adapters; brltty takes any of them (CH340, CP210x, FTDI)."""
    if not _serial_printers(case):
        return
    running = case.machine.named("brltty")
    installed = next((path for path in _BRLTTY if case.machine.exists(path)), None)
    if running is not None:
        yield found("brltty_running", "brltty", pid=running.pid)
    elif installed is not None:
        yield found("brltty_installed", "brltty", path=installed)


def modem_manager(case: Case) -> Iterator[Finding]:
    """ModemManager sends AT commands to any serial port it is not told to leave alone."""
    running = case.machine.named("ModemManager")
    if running is None:
        return
    for printer, path in _serial_printers(case):
        if case.machine.exists(path) and _udev(case.machine, path).get("ID_MM_DEVICE_IGNORE") != "1":
            yield found("modem_manager", printer.name, pid=running.pid, path=path)


def missing(case: Case) -> Iterator[Finding]:
    """A device that is not there."""
    there = [path for pattern in _PORTS for path in case.machine.matching(pattern)]
    for printer, path in _devices(case):
        if not case.machine.exists(path):
            yield found("port_missing", printer.name, path=path, others=", ".join(there) or "-")


def rights(case: Case) -> Iterator[Finding]:
    """A device the daemon's user may not read and write."""
    for printer, path in _present(case):
        file = case.machine.stat(case.machine.at(path))
        if not case.user.may_use(file):
            yield found(
                "port_rights",
                printer.name,
                user=case.user.name,
                path=path,
                owner=user_name(case.machine, file.st_uid),
                group=group_name(case.machine, file.st_gid),
                mode=f"{stat.S_IMODE(file.st_mode):o}",
            )


def changing_names(case: Case) -> Iterator[Finding]:
    """A name that the kernel gives in the order of plugging."""
    for printer, path in _devices(case):
        if _CHANGING.fullmatch(path):
            better = _other_names(case.machine, path, _STAYING) or [_OWN_RULE]
            yield found("port_name_changes", printer.name, path=path, better=better[0])


def shared_names(case: Case) -> Iterator[Finding]:
    """A name by-id of an adapter without a serial number, beside another adapter of its kind (CH340)."""
    adapters = case.machine.matching("/dev/ttyUSB*") + case.machine.matching("/dev/ttyACM*")
    for printer, path in _present(case):
        if not path.startswith("/dev/serial/by-id/"):
            continue
        own, real = _udev(case.machine, path), case.machine.real(path)
        twins = [one for one in adapters if one != real and _kind(_udev(case.machine, one)) == _kind(own)]
        if own and "ID_SERIAL_SHORT" not in own and twins:
            better = _other_names(case.machine, path, _SOCKETS)
            facts = {
                "path": path,
                "other": twins[0],
                "better": better[0] if better else "/dev/serial/by-path/...",
            }
            yield found("port_name_shared", printer.name, **facts)


def held(case: Case) -> Iterator[Finding]:
    """Another program that has a printer's port open."""
    devices = {case.machine.real(path): printer for printer, path in _present(case)}
    ours = {os.getpid(), case.daemon}
    hidden = False
    for process in case.machine.processes() if devices else ():
        links = case.machine.opened(process)
        hidden |= links is None
        for path in (links or set()) & devices.keys():
            if process.pid not in ours:
                yield found("port_held", devices[path].name, who=process.name, pid=process.pid, path=path)
    if hidden:
        yield found("not_root", "ports")


def twice(case: Case) -> Iterator[Finding]:
    """Two printers whose different names lead to one port."""
    first: dict[str, Printer] = {}
    for printer, path in _present(case):
        real = case.machine.real(path)
        before = first.setdefault(real, printer)
        if before is not printer:
            yield found("port_twice", printer.name, other=before.name, path=real)


def console(case: Case) -> Iterator[Finding]:
    """The kernel's console on a printer's port, as a Raspberry Pi has it from the factory."""
    active = (case.machine.text("/sys/class/tty/console/active") or "").split()
    for printer, path in _present(case):
        name = case.machine.real(path).removeprefix("/dev/")
        if name in active:
            yield found("console_on_port", printer.name, path=path, name=name)


def _devices(case: Case) -> list[tuple[Printer, str]]:
    pairs = ((printer, device_of(printer)) for printer in case.printers)
    return [(printer, path) for printer, path in pairs if path is not None]


def _present(case: Case) -> list[tuple[Printer, str]]:
    return [(printer, path) for printer, path in _devices(case) if case.machine.exists(path)]


def _serial_printers(case: Case) -> list[tuple[Printer, str]]:
    """Return the printers on USB serial adapters; a port that is not there may be one that was taken."""
    return [
        (printer, path)
        for printer, path in _devices(case)
        if isinstance(parse_address(printer.address), SerialAddress)
        and (not case.machine.exists(path) or _USB_SERIAL.fullmatch(case.machine.real(path)))
    ]


def _other_names(machine: Machine, path: str, patterns: tuple[str, ...]) -> list[str]:
    """Return the names of the same device that match, the best first."""
    real = machine.real(path)
    return [name for one in patterns for name in machine.matching(one) if machine.real(name) == real]


def _udev(machine: Machine, path: str) -> dict[str, str]:
    """Return what udev knows of a device, empty when nothing."""
    number = machine.stat(machine.at(path)).st_rdev
    text = machine.text(f"/run/udev/data/c{os.major(number)}:{os.minor(number)}") or ""
    lines = (line[2:].split("=", 1) for line in text.splitlines() if line.startswith("E:") and "=" in line)
    return {key: value for key, value in lines}  # noqa: C416 - dict() of lists of two does not pass the type check


def _kind(known: dict[str, str]) -> tuple[str | None, str | None]:
    return known.get("ID_VENDOR_ID"), known.get("ID_MODEL_ID")
