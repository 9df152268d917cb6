"""What one examination knows: the configuration, the machine, and ways to ask printers and BaseLinker."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from bridge.doctor.machine import Machine
from bridge.doctor.users import User, service_user
from drivers.link.address import FileAddress, SerialAddress, parse_address

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bridge.baselinker.client import Client
    from bridge.config.model import Config, Printer
    from bridge.config.secret import Secret
    from drivers.contract import Status


@dataclass(frozen=True)
class Case:
    """The patient. `look` asks a printer how it is and `connect` opens the way to BaseLinker; None: it is not asked.

    `daemon` is the process id of the daemon while it runs: then it owns the printers, and `look` is None.
    """

    config: Config
    machine: Machine = field(default_factory=Machine)
    daemon: int | None = None
    environ: Mapping[str, str] = field(default_factory=dict)
    look: Callable[[Printer], Status] | None = None
    connect: Callable[[Secret], Client] | None = None

    @property
    def printers(self) -> tuple[Printer, ...]:
        """The printers that are in use."""
        return tuple(printer for printer in self.config.printers if printer.enabled)

    @cached_property
    def user(self) -> User:
        """The user the daemon runs as."""
        return service_user(self.machine, self.daemon)


def device_of(printer: Printer) -> str | None:
    """Return the path of the device a printer is plugged into; None for a network, a queue or a plain file."""
    match parse_address(printer.address):
        case SerialAddress(path=path):
            return path
        case FileAddress(path=path) if path.startswith("/dev/"):
            return path
        case _:
            return None
