"""Power, disk and memory card: what kills a small box slowly."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

from bridge.doctor.finding import found

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from bridge.doctor.case import Case
    from bridge.doctor.finding import Finding
    from bridge.doctor.machine import Machine

# `vcgencmd get_throttled`, Raspberry Pi documentation: bits of now, and 16 higher of "since the start".
_UNDER_VOLTAGE, _CAPPED, _THROTTLED, _HOT = 0x1, 0x2, 0x4, 0x8
_SLOW = _CAPPED | _THROTTLED | _HOT
_SINCE_START = 16
_FIRMWARE = "/sys/devices/platform/soc/soc:firmware/get_throttled"

_MIB = 1024 * 1024
# Below the first the journal itself writes nothing any more; below the second it will soon.
_FULL_BYTES, _NEARLY_FULL_BYTES = 8 * _MIB, 200 * _MIB
_FULL_FILES, _NEARLY_FULL_FILES = 16, 1000

_FORGETFUL = frozenset({"tmpfs", "ramfs", "nfs", "nfs4", "cifs", "smb3", "fuse.sshfs", "9p"})
# JEDEC eMMC 5.1: life time in steps of 10 %, 0x0B beyond its end; end of life 2 warning, 3 urgent.
_NEARLY_WORN, _WORN_OUT = 0x09, 0x0B
_EOL_WARNING, _EOL_URGENT = 2, 3


def power(case: Case) -> Iterator[Finding]:
    """Under-voltage and throttling, as a Raspberry Pi tells them; nothing on other machines."""
    bits = _throttled(case.machine)
    if bits & _UNDER_VOLTAGE or _voltage_alarm(case.machine):
        yield found("under_voltage", "power")
    elif bits >> _SINCE_START & _UNDER_VOLTAGE:
        yield found("under_voltage_was", "power")
    if bits & _SLOW:
        yield found("throttled", "processor")
    elif bits >> _SINCE_START & _SLOW:
        yield found("throttled_was", "processor")


def _throttled(machine: Machine) -> int:
    text = machine.text(_FIRMWARE)
    if text is None:
        ran = machine.run(("vcgencmd", "get_throttled"))
        told = re.fullmatch(r"throttled=(0x[0-9a-fA-F]+)", ran.said.strip()) if ran else None
        text = told[1] if told else "0"
    return int(text.strip(), 16)


def _voltage_alarm(machine: Machine) -> bool:
    """Whether the kernel's own sensor of a Raspberry Pi sounds (Debian's kernel has no other)."""
    return any(
        machine.text(name) == "rpi_volt" and machine.text(name.replace("/name", "/in0_lcrit_alarm")) == "1"
        for name in machine.matching("/sys/class/hwmon/hwmon*/name")
    )


def disk(case: Case) -> Iterator[Finding]:
    """The disk of the journal: full, nearly full, or not to be written to."""
    folder = _folder(case.config.journal.path)
    room = case.machine.room(folder)
    # File systems without a table of files (btrfs, vfat) tell 0 of 0.
    files = room.f_favail if room.f_files else _NEARLY_FULL_FILES
    free = room.f_bavail * room.f_frsize
    facts = {"free": free // _MIB, "files": room.f_favail}
    if room.f_flag & os.ST_RDONLY:
        yield found("disk_read_only", str(folder))
    elif free < _FULL_BYTES or files < _FULL_FILES:
        yield found("disk_full", str(folder), **facts)
    elif free < _NEARLY_FULL_BYTES or files < _NEARLY_FULL_FILES:
        yield found("disk_nearly_full", str(folder), **facts)


def _folder(path: Path) -> Path:
    """Return the folder of a file, or the nearest one above it that exists."""
    return next(folder for folder in path.parents if folder.exists())


def file_system(case: Case) -> Iterator[Finding]:
    """A journal in memory or on the network: it does not outlive a power cut."""
    folder = os.path.realpath(_folder(case.config.journal.path))
    mounts = [line.split(" ") for line in (case.machine.text("/proc/mounts") or "").splitlines()]
    over = [mount for mount in mounts if len(mount) > 2 and _lies_in(folder, mount[1].replace("\\040", " "))]
    # The last one of the longest: what was mounted over a place hides what lay there.
    source, _, kind, *_ = max(reversed(over), key=lambda mount: len(mount[1]), default=("", "", ""))
    if kind in _FORGETFUL or (kind == "overlay" and source.startswith("overlayroot")):
        yield found("journal_not_lasting", str(case.config.journal.path), kind=kind)


def _lies_in(folder: str, place: str) -> bool:
    return folder == place or folder.startswith(f"{place.rstrip('/')}/")


def disk_errors(case: Case) -> Iterator[Finding]:
    """Errors an ext4 file system has met since it was made; a dying card shows here first."""
    for path in case.machine.matching("/sys/fs/ext4/*/errors_count"):
        count = int(case.machine.text(path) or 0)
        if count:
            device = path.split("/")[-2]
            yield found("disk_errors", device, device=device, count=count)


def worn_card(case: Case) -> Iterator[Finding]:
    """The wear an eMMC, and few SD cards, tell of themselves."""
    for path in case.machine.matching("/sys/block/mmcblk*/device/life_time"):
        device = path.split("/")[3]
        steps = max(int(word, 16) for word in (case.machine.text(path) or "").split() or ["0"])
        end = int(case.machine.text(path.replace("life_time", "pre_eol_info")) or "0", 16)
        if steps >= _WORN_OUT or end >= _EOL_URGENT:
            yield found("card_worn_out", device, device=device)
        elif steps >= _NEARLY_WORN or end >= _EOL_WARNING:
            yield found("card_worn", device, device=device, used=f"{max(steps, 1) * 10}")
