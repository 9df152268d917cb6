"""A simulated shop with the real daemon, quick enough for tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.waiting import LONGEST, wait_for

from bridge.journal import Journal
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.receipts import sample_receipts
from simulators.baselinker.server import BaseLinkerServer
from simulators.escpos.server import TcpPrinter
from simulators.shop import Shop

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from bridge.journal import Entry
    from simulators.escpos.server import PtyPrinter

_QUICK: dict[str, Any] = {"poll_seconds": 0.2, "requests_per_minute": 5000}


def quick_shop(
    folder: Path,
    printers: Mapping[str, TcpPrinter | PtyPrinter] | None = None,
    *,
    stanzas: Mapping[str, Mapping[str, Any]] | None = None,
    tables: Sequence[Mapping[str, Any]] = (),
    server: BaseLinkerServer | None = None,
    environ: Mapping[str, str] | None = None,
    command: Sequence[str] | None = None,
    **settings: Mapping[str, Any],
) -> Shop:
    """Return a shop that polls often and is never over a limit; one printer, `till`, unless told otherwise."""
    baselinker = {**_QUICK, **settings.pop("baselinker", {})}
    made = Shop(
        folder,
        {"till": TcpPrinter()} if printers is None else printers,
        stanzas or {},
        server=server or BaseLinkerServer(limit=RequestLimit(per_minute=10**6)),
        settings={"baselinker": baselinker, **settings},
        tables=tables,
        environ=environ or {},
    )
    if command is not None:
        made.command = command
    return made


def issue(shop: Shop, count: int = 1, *, seed: int = 0, **fields: Any) -> list[int]:
    """Issue so many lifelike receipts, or the same ones for the same seed; return their ids."""
    samples = sample_receipts(count, seed)
    return [shop.server.add_receipt(one.products, **{**one.fields, **fields}).receipt_id for one in samples]


def said(shop: Shop, words: str, *, times: int = 1) -> bool:
    """Whether the daemon's log has these words, so often at least."""
    return shop.log_file.exists() and shop.log_file.read_text(encoding="utf-8").count(words) >= times


def start(shop: Shop, *, until: str = "first poll done") -> subprocess.Popen[bytes]:
    """Start the daemon and wait for these words in what it says from now on."""
    before = shop.log_file.read_text(encoding="utf-8").count(until) if shop.log_file.exists() else 0
    daemon = shop.start_daemon()
    wait_for(lambda: said(shop, until, times=before + 1) or daemon.poll() is not None)
    return daemon


def entry_of(shop: Shop, receipt_id: int) -> Entry | None:
    """Return what the journal says of a receipt now."""
    path = shop.folder / "journal.sqlite"
    if not path.exists():
        return None
    with Journal(path, lambda: 0.0) as journal:
        return journal.get(receipt_id)


def wait_for_state(shop: Shop, receipt_id: int, state: str, timeout: float = LONGEST) -> Entry:
    """Wait until the journal has a receipt in a state; return it."""

    def reached() -> Entry | None:
        entry = entry_of(shop, receipt_id)
        return entry if entry is not None and entry.state == state else None

    return wait_for(reached, timeout)  # type: ignore[return-value]


def papers(shop: Shop, printer: str = "till") -> str:
    """Return everything that lies on paper before a printer."""
    ledger = shop.printers[printer].device.ledger
    return "".join(slip.to_text() for slip in [*ledger.slips, ledger.unfinished])


def times_printed(shop: Shop, receipt_id: int) -> int:
    """Return on how many slips of all printers a receipt stands."""
    audit = shop.audit()
    return audit.printed[receipt_id] + audit.copies[receipt_id]
