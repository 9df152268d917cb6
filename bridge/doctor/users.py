"""Who the daemon runs as, and what that user may do with a file: from the machine's own tables, not from this process.

the daemon runs       its process tells user and groups
a unit is installed   its User= and SupplementaryGroups=
neither               whoever asks
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from bridge.doctor.machine import Machine

UNITS = (
    "/etc/systemd/system/receipt-bridge.service",
    "/usr/local/lib/systemd/system/receipt-bridge.service",
    "/usr/lib/systemd/system/receipt-bridge.service",
    "/lib/systemd/system/receipt-bridge.service",
)
_READ_AND_WRITE = 0o6


@dataclass(frozen=True, slots=True)
class User:
    """A user with every group it is in."""

    name: str
    number: int
    groups: frozenset[int]

    def may_use(self, file: os.stat_result) -> bool:
        """Whether this user may read and write a file, by its mode; access lists of single users are not seen."""
        mode = stat.S_IMODE(file.st_mode)
        if self.number == 0:
            return True
        if self.number == file.st_uid:
            mode >>= 6
        elif file.st_gid in self.groups:
            mode >>= 3
        return mode & _READ_AND_WRITE == _READ_AND_WRITE


def user_name(machine: Machine, number: int) -> str:
    """Return the name of a user, or its number."""
    return _names(machine, "passwd").get(number, str(number))


def group_name(machine: Machine, number: int) -> str:
    """Return the name of a group, or its number."""
    return _names(machine, "group").get(number, str(number))


def service_user(machine: Machine, daemon: int | None) -> User:
    """Return the user the daemon runs as; `daemon` is its process id while it runs."""
    told = None if daemon is None else machine.text(f"/proc/{daemon}/status")
    if told is not None:
        return _of_process(machine, told)
    unit = unit_settings(machine)
    named = unit.get("User", "")
    numbers = {name: number for number, name in _names(machine, "passwd").items()}
    if named in numbers:
        return _of_tables(machine, numbers[named], unit.get("SupplementaryGroups", "").split())
    return _of_tables(machine, machine.user(), [])


def unit_settings(machine: Machine) -> dict[str, str]:
    """Return the settings of the service's unit, none when it is not installed."""
    texts = (machine.text(path) for path in UNITS)
    text = next((text for text in texts if text is not None), None)
    if text is None:
        return {}
    pairs = (line.split("=", 1) for line in text.splitlines() if "=" in line and line[0] not in "#;")
    return {key.strip(): value.strip() for key, value in pairs}


def _of_process(machine: Machine, status: str) -> User:
    fields = dict(line.split(":", 1) for line in status.splitlines() if ":" in line)
    number = int(fields["Uid"].split()[1])
    groups = {int(fields["Gid"].split()[1]), *map(int, fields.get("Groups", "").split())}
    return User(user_name(machine, number), number, frozenset(groups))


def _of_tables(machine: Machine, number: int, extra: list[str]) -> User:
    name = user_name(machine, number)
    groups = {int(row[3]) for row in _rows(machine, "passwd") if row[2] == str(number) and row[3].isdecimal()}
    for row in _rows(machine, "group"):
        if row[0] in extra or name in row[3].split(","):
            groups.add(int(row[2]))
    return User(name, number, frozenset(groups))


def _names(machine: Machine, table: str) -> dict[int, str]:
    return {int(row[2]): row[0] for row in _rows(machine, table)}


def _rows(machine: Machine, table: str) -> Iterator[list[str]]:
    for line in (machine.text(f"/etc/{table}") or "").splitlines():
        row = line.split(":")
        if len(row) > 3 and row[2].isdecimal():
            yield row
