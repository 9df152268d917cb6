from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bridge.guards.machine import Identity, identify

if TYPE_CHECKING:
    from pathlib import Path

MACHINE_ID = "0123456789abcdef0123456789abcdef"


def write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="ascii")


def machine(
    root: Path, *, serial: str = "", adapters: dict[str, str] | None = None, assigned: str = "0"
) -> Identity:
    """Identify a machine whose card has always the same content."""
    write(root / "etc/machine-id", f"{MACHINE_ID}\n")
    if serial:
        write(root / "sys/firmware/devicetree/base/serial-number", f"{serial}\0")
    for name, address in (adapters or {}).items():
        write(root / f"sys/class/net/{name}/address", f"{address}\n")
        write(root / f"sys/class/net/{name}/addr_assign_type", f"{assigned}\n")
        write(root / f"sys/class/net/{name}/device/uevent", "")
    return identify(root)


def test_the_same_card_in_another_raspberry_pi_is_another_machine(tmp_path: Path) -> None:
    one = machine(tmp_path / "one", serial="10000000abcdef01", adapters={"eth0": "dc:a6:32:00:00:01"})
    two = machine(tmp_path / "two", serial="10000000abcdef02", adapters={"eth0": "dc:a6:32:00:00:02"})

    assert not one.is_same(two)
    assert one.is_same(machine(tmp_path / "one"))


def test_the_same_disk_in_another_computer_is_another_machine(tmp_path: Path) -> None:
    one = machine(tmp_path / "one", adapters={"enp1s0": "00:1b:21:00:00:01"})

    assert not one.is_same(machine(tmp_path / "two", adapters={"enp1s0": "00:1b:21:00:00:02"}))


@pytest.mark.parametrize(
    "adapters",
    [
        {},
        {"eth0": "dc:a6:32:00:00:01"},
        {"eth0": "dc:a6:32:00:00:01", "eth1": "00:e0:4c:00:00:09"},
        {"eth1": "00:e0:4c:00:00:09", "wlan0": "dc:a6:32:00:00:03"},
    ],
)
def test_an_adapter_more_or_less_is_no_other_machine(tmp_path: Path, adapters: dict[str, str]) -> None:
    one = machine(tmp_path / "one", adapters={"eth0": "dc:a6:32:00:00:01", "wlan0": "dc:a6:32:00:00:03"})

    assert one.is_same(machine(tmp_path / "two", adapters=adapters))


def test_addresses_that_are_made_up_are_not_counted(tmp_path: Path) -> None:
    one = machine(tmp_path / "one", adapters={"wlan0": "02:00:00:00:00:01"}, assigned="1")

    assert frozenset() == one.adapters


def test_a_new_installation_is_another_machine(tmp_path: Path) -> None:
    before = machine(tmp_path, serial="10000000abcdef01")
    write(tmp_path / "etc/machine-id", "f" * 32)

    assert not before.is_same(identify(tmp_path))


def test_only_hashes_are_kept_and_they_come_back_as_they_were(tmp_path: Path) -> None:
    found = machine(tmp_path, serial="10000000abcdef01", adapters={"eth0": "dc:a6:32:00:00:01"})

    kept = str(found.to_json())
    assert all(text not in kept for text in (MACHINE_ID, "abcdef01", "dc:a6:32"))
    assert found == Identity.from_json(found.to_json())


def test_a_machine_that_tells_nothing_is_always_the_same(tmp_path: Path) -> None:
    assert Identity("") == identify(tmp_path)
    assert identify(tmp_path).is_same(Identity(""))


def test_a_serial_number_of_zeros_is_none(tmp_path: Path) -> None:
    assert "" == machine(tmp_path, serial="0000000000000000").board
