"""All commands of the printer by name."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from simulators.posnet import (
    edocuments,
    ending,
    footers,
    forms,
    payments,
    reports,
    sale,
    settings,
    status,
    upkeep,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.posnet.command import Command

_GROUPS = (status, settings, sale, payments, ending, footers, reports, forms, edocuments, upkeep)

COMMANDS: Mapping[str, Command] = MappingProxyType(
    {command.name: command for group in _GROUPS for command in group.COMMANDS}
)
REPEAT = "rpt"
"""The command that asks for an answer again; it belongs to the queue, not to the printer's memory."""
