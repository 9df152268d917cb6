"""All checks, one after the other: none keeps another from being made."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from bridge.doctor import memory, network, ports, power, printers, token_file
from bridge.doctor.finding import Finding, found, worst_first

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from bridge.doctor.case import Case

    Check = Callable[[Case], Iterable[Finding]]


def checks() -> Mapping[str, Check]:
    """Return every check of the machine by the name it has when it breaks; printers come on top."""
    return {
        "journal": memory.journal,
        "safe mode and backlog": memory.stopped,
        "rights on the journal": memory.journal_rights,
        "daemons": memory.daemons,
        "file system": power.file_system,
        "disk": power.disk,
        "disk errors": power.disk_errors,
        "memory card": power.worn_card,
        "power": power.power,
        "clock": network.clock,
        "token": token_file.token,
        "dns": network.name,
        "baselinker": network.baselinker,
        "ports": ports.missing,
        "rights on ports": ports.rights,
        "programs on ports": ports.held,
        "brltty": ports.brltty,
        "ModemManager": ports.modem_manager,
        "console": ports.console,
        "same port": ports.twice,
        "names of ports": ports.changing_names,
        "names of adapters": ports.shared_names,
    }


def examine(case: Case) -> list[Finding]:
    """Return everything that was found, the worst first. A check that breaks is a finding itself."""
    every: dict[str, Check] = dict(checks())
    for printer in case.printers:
        every[f"printer {printer.name}"] = partial(printers.printer, one=printer)
    return worst_first([finding for name, check in every.items() for finding in _made(case, name, check)])


def _made(case: Case, name: str, check: Check) -> list[Finding]:
    findings: list[Finding] = []
    try:
        findings.extend(check(case))
    except Exception as error:  # noqa: BLE001 - whatever broke, the other checks are made, and a person is told
        findings.append(found("not_looked", name, reason=f"{type(error).__name__}: {error}"))
    return findings
