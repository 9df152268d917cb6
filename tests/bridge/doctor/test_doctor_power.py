from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest
from support.machines import Box, case_of, codes

from bridge.doctor import power
from bridge.doctor.machine import Ran

if TYPE_CHECKING:
    from pathlib import Path

FIRMWARE = "/sys/devices/platform/soc/soc:firmware/get_throttled"


@pytest.mark.parametrize("source", ["firmware", "vcgencmd"])
@pytest.mark.parametrize(
    ("bits", "told"),
    [
        (0x0, []),
        (0x1, ["under_voltage"]),
        (0x10000, ["under_voltage_was"]),
        (0x50005, ["under_voltage", "throttled"]),
        (0x50000, ["under_voltage_was", "throttled_was"]),
        (0x8, ["throttled"]),
        (0x80000, ["throttled_was"]),
    ],
)
def test_the_bits_of_a_raspberry_pi_are_told(box: Box, source: str, bits: int, told: list[str]) -> None:
    if source == "firmware":
        box.file(FIRMWARE, f"{bits:x}\n")
    else:
        box.commands["vcgencmd"] = Ran(0, f"throttled={bits:#x}\n")

    assert told == [code for code, _ in codes(power.power(case_of(box)))]


def test_other_machines_tell_nothing_of_their_power(box: Box) -> None:
    assert [] == codes(power.power(case_of(box)))
    assert [("vcgencmd", "get_throttled")] == box.asked


def test_a_vcgencmd_that_cannot_reach_the_firmware_is_no_finding(box: Box) -> None:
    box.commands["vcgencmd"] = Ran(255, "")

    assert [] == codes(power.power(case_of(box)))


@pytest.mark.parametrize(("alarm", "told"), [("0", []), ("1", [("under_voltage", "power")])])
def test_the_kernel_s_own_sensor_counts_too(box: Box, alarm: str, told: list[tuple[str, str]]) -> None:
    box.file("/sys/class/hwmon/hwmon0/name", "cpu_thermal\n")
    box.file("/sys/class/hwmon/hwmon1/name", "rpi_volt\n")
    box.file("/sys/class/hwmon/hwmon1/in0_lcrit_alarm", f"{alarm}\n")

    assert told == codes(power.power(case_of(box)))


@pytest.mark.parametrize(
    ("room", "told"),
    [
        ({}, []),
        ({"f_bavail": 100 * 256}, ["disk_nearly_full"]),
        ({"f_bavail": 7 * 256}, ["disk_full"]),
        ({"f_favail": 500}, ["disk_nearly_full"]),
        ({"f_favail": 3}, ["disk_full"]),
        ({"f_files": 0, "f_favail": 0}, []),
        ({"f_flag": os.ST_RDONLY, "f_bavail": 0}, ["disk_read_only"]),
    ],
)
def test_the_disk_of_the_journal_is_full_nearly_full_or_read_only(
    box: Box, room: dict[str, int], told: list[str]
) -> None:
    box.room = room

    assert told == [code for code, _ in codes(power.disk(case_of(box)))]


def test_a_journal_whose_folder_does_not_exist_yet_is_looked_at_where_it_will_be(box: Box) -> None:
    case = case_of(box)
    journal = case.config.journal.model_copy(update={"path": box.root / "deep/down/journal.sqlite"})
    box.room = {"f_bavail": 0}

    found = list(power.disk(case_of(box, config=case.config.model_copy(update={"journal": journal}))))

    assert [("disk_full", str(box.root))] == codes(found)


@pytest.mark.parametrize(
    ("over", "told"),
    [
        ("/dev/mmcblk0p2 {} ext4 rw,noatime 0 0", []),
        ("tmpfs {} tmpfs rw,nosuid 0 0", ["tmpfs"]),
        ("nas:/shop {} nfs4 rw 0 0", ["nfs4"]),
        ("overlayroot {} overlay rw,lowerdir=/lower,upperdir=/upper 0 0", ["overlay"]),
        ("overlay {} overlay rw,lowerdir=/var/lib/containers 0 0", []),
        ("tmpfs {} tmpfs rw 0 0\n/dev/sda1 {} ext4 rw 0 0", []),
        ("/dev/sda1 {} ext4 rw 0 0\ntmpfs {} tmpfs rw 0 0", ["tmpfs"]),
    ],
)
def test_a_journal_that_does_not_outlive_a_power_cut_is_told(
    box: Box, tmp_path: Path, over: str, told: list[str]
) -> None:
    place = str(tmp_path.resolve()).replace(" ", "\\040")
    box.file("/proc/mounts", "/dev/root / ext4 rw 0 0\n" + over.replace("{}", place) + "\n")

    found = list(power.file_system(case_of(box)))

    assert ["journal_not_lasting"] * len(told) == [one.code for one in found]
    assert all(f"lies on {kind}" in one.what for kind, one in zip(told, found, strict=True))


def test_a_memory_disk_somewhere_else_is_no_finding(box: Box, tmp_path: Path) -> None:
    box.file("/proc/mounts", f"/dev/root / ext4 rw 0 0\ntmpfs {tmp_path}-other tmpfs rw 0 0\n")

    assert [] == codes(power.file_system(case_of(box)))


def test_errors_of_a_file_system_are_counted(box: Box) -> None:
    box.file("/sys/fs/ext4/mmcblk0p1/errors_count", "0\n")
    box.file("/sys/fs/ext4/mmcblk0p2/errors_count", "12\n")

    (finding,) = power.disk_errors(case_of(box))

    assert ("disk_errors", "mmcblk0p2") == (finding.code, finding.subject)
    assert "12 errors" in finding.what


@pytest.mark.parametrize(
    ("life", "end", "told"),
    [
        ("0x01 0x01", "0x01", []),
        ("0x00 0x00", "0x00", []),
        ("0x02 0x09", "0x01", ["card_worn"]),
        ("0x01 0x01", "0x02", ["card_worn"]),
        ("0x0b 0x01", "0x01", ["card_worn_out"]),
        ("0x01 0x01", "0x03", ["card_worn_out"]),
    ],
)
def test_the_wear_of_a_memory_is_told(box: Box, life: str, end: str, told: list[str]) -> None:
    box.file("/sys/block/mmcblk0/device/life_time", f"{life}\n")
    box.file("/sys/block/mmcblk0/device/pre_eol_info", f"{end}\n")

    assert told == [code for code, _ in codes(power.worn_card(case_of(box)))]
