"""BaseLinker's numbering series beside those the configuration serves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.config.model import Config, Printer


def unserved_series(config: Config, known: Mapping[int, str]) -> list[int]:
    """Return the receipt series that no enabled printer serves."""
    return [number for number in known if config.printer_for(number) is None]


def unknown_series(config: Config, known: Mapping[int, str]) -> list[tuple[Printer, int]]:
    """Return the printers with the series they serve that BaseLinker does not have."""
    return [
        (printer, number)
        for printer in config.printers
        for number in printer.series or ()
        if number not in known
    ]
