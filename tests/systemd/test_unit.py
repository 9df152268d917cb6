from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

UNIT = Path(__file__).resolve().parent.parent.parent / "systemd" / "receipt-bridge.service"
THRESHOLD = 1.5
"""Of `systemd-analyze security`: 0 is closed, 10 is open. Most services of Debian stand at 9.6."""

needs_analyze = pytest.mark.skipif(
    shutil.which("systemd-analyze") is None, reason="this machine has no systemd-analyze (no systemd)"
)


def settings(name: str) -> list[str]:
    """Return the values a directive has in the unit, in order."""
    return re.findall(rf"^{name}=(.*)$", UNIT.read_text(encoding="utf-8"), re.MULTILINE)


def analyze(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["systemd-analyze", "--no-pager", *words], capture_output=True, check=False, text=True, timeout=60
    )


@needs_analyze
def test_systemd_accepts_every_line_of_the_unit(tmp_path: Path) -> None:
    # The program is where the package puts it, which is not this machine.
    unit = re.sub(r"^ExecStart=\S+", f"ExecStart={sys.executable}", UNIT.read_text(), flags=re.MULTILINE)
    copy = tmp_path / UNIT.name
    copy.write_text(unit)

    done = analyze("verify", "--man=no", str(copy))

    assert (0, "") == (done.returncode, done.stderr)


@needs_analyze
def test_systemd_would_not_accept_a_misspelt_line(tmp_path: Path) -> None:
    copy = tmp_path / UNIT.name
    copy.write_text(UNIT.read_text().replace("ProtectClock=", "ProtectClocks="))

    assert "Unknown key" in analyze("verify", "--man=no", str(copy)).stderr


@needs_analyze
def test_the_unit_is_exposed_no_more_than_it_must_be() -> None:
    done = analyze("security", "--offline=true", str(UNIT))

    score = re.search(r"exposure level for receipt-bridge\.service: ([0-9.]+)", done.stdout)
    assert score is not None, done.stdout + done.stderr
    assert float(score[1]) <= THRESHOLD, done.stdout


def test_libusb_finds_printers_by_netlink() -> None:
    (families,) = settings("RestrictAddressFamilies")

    assert {"AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK"} == set(families.split())


def test_devices_are_named_by_numbers_which_no_missing_module_takes_away() -> None:
    assert ["closed"] == settings("DevicePolicy")
    assert all(re.fullmatch(r"char-\d+ rw", one) for one in settings("DeviceAllow"))
    assert {"4", "166", "180", "188", "189", "204"} == {
        one.removeprefix("char-").removesuffix(" rw") for one in settings("DeviceAllow")
    }


def test_the_service_has_a_user_of_its_own_and_no_group_with_all_ports() -> None:
    assert (["receipt-bridge"], ["receipt-bridge"]) == (settings("User"), settings("Group"))
    assert [] == settings("SupplementaryGroups")


def test_it_is_started_again_whatever_ended_it_and_has_time_to_finish_a_receipt() -> None:
    from bridge.service import _JOIN_SECONDS

    assert (["notify"], ["always"], ["0"]) == (
        settings("Type"),
        settings("Restart"),
        settings("StartLimitIntervalSec"),
    )
    assert int(settings("TimeoutStopSec")[0]) >= _JOIN_SECONDS + 10
