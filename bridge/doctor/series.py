"""BaseLinker's numbering series beside those the configuration serves."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from bridge.baselinker import quirks

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bridge.config.model import Config, Printer


def receipt_series(entries: Iterable[Mapping[str, Any]]) -> dict[int, str]:
    """Return the names of the receipt series of getSeries by id; an entry that cannot be read is passed over."""
    known: dict[int, str] = {}
    for entry in entries:
        with suppress(quirks.Unreadable):
            number = quirks.integer(entry.get("id"))
            if number is not None and quirks.text(entry.get("type")).upper() == "RECEIPT":
                known[number] = quirks.text(entry.get("name"))
    return known


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
