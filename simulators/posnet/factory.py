"""A printer as it stands in a shop on its first day: fiscalised, with a header, rates and a number of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from simulators.posnet.memory import Counters, Day, Footer, Identity, Last, Memory, Settings

if TYPE_CHECKING:
    from simulators.posnet.models import Model

_HEADER = ("SKLEP PRZYKŁADOWY", "ul. Przykładowa 1", "00-001 Warszawa")
_TAX_ID = "5222628262"


def new_memory(
    model: Model,
    *,
    unique_number: str = "SIM 0000000001",
    fiscal: bool = True,
    counters: Counters | None = None,
    settings: Settings | None = None,
) -> Memory:
    """Return the memory of a new printer of a model."""
    identity = Identity(
        model.name,
        model.version,
        unique_number,
        program=model.program,
        factory_number=f"F{unique_number[-9:]}",
    )
    wanted = settings or Settings(header=_HEADER, tax_id=_TAX_ID)
    return Memory(identity, counters=counters or Counters(), settings=replace(wanted, fiscal=fiscal))


def ram_cleared(memory: Memory) -> Memory:
    """Return the memory after a RAM clear: counted, and everything since the last daily report is gone."""
    counters = memory.counters
    return replace(
        memory,
        counters=replace(counters, ram_clears=counters.ram_clears + 1, finished=0, cancelled=0, receipts=0),
        day=Day(),
        footer=Footer(),
        transaction=None,
        last=Last(),
        form=None,
        code2d=None,
        settings=replace(memory.settings, error_seconds=None),
    )


def local_time() -> datetime:
    """Return the moment in Poland, where these printers stand."""
    from zoneinfo import ZoneInfo  # noqa: PLC0415  (reads the zone's file once, at the first printer)

    return datetime.now(ZoneInfo("Europe/Warsaw"))
