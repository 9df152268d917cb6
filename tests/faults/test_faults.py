"""The daemon dies at random moments and at every step; nothing is lost, nothing comes out twice without a banner."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from subprocess import TimeoutExpired

import pytest

from bridge.journal import Journal, State
from faults.fiscal import FiscalHarness
from faults.harness import Harness
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.receipts import sample_receipts
from simulators.baselinker.server import BaseLinkerServer
from simulators.escpos.device import Device
from simulators.escpos.server import TcpPrinter
from simulators.shop import Shop

_TESTS = Path(__file__).resolve().parent.parent


@pytest.mark.timeout(300)
def test_a_hundred_receipts_survive_kills_api_faults_and_printer_faults(tmp_path: Path) -> None:
    result = Harness(tmp_path / "shop", receipts=100, seed=20261121).run(deadline=240)

    assert result.good, "\n".join(result.lines())
    assert 100 == result.issued
    assert result.kills > 3
    assert result.api_faults > 0
    assert result.printer_troubles.total() > 0


def step_shop(folder: Path) -> Shop:
    stanza = {"proof": "process-id", "after_interruption": "reprint-marked", "answer_seconds": 2.0}
    return Shop(
        folder,
        {"till": TcpPrinter(Device())},
        {"till": stanza},
        server=BaseLinkerServer(limit=RequestLimit(per_minute=1_000_000)),
        settings={"baselinker": {"poll_seconds": 0.2, "requests_per_minute": 60_000}},
        command=(sys.executable, "-m", "faults.daemon", "run"),
        environ={"PYTHONPATH": str(_TESTS)},
    )


def dies(shop: Shop, step: int) -> bool:
    """Start the daemon and wait until it has died at the step; False when it has done everything before."""
    shop.environ = {**shop.environ, "DIE_AT": f"after:{step}"}
    daemon = shop.start_daemon()
    due = time.monotonic() + 60
    while time.monotonic() < due:
        if all(receipt.printed for receipt in shop.server.receipts.values()) and settled(shop):
            shop.stop_daemon()
            return False
        try:
            daemon.wait(timeout=0.1)
        except TimeoutExpired:
            continue
        assert -9 == daemon.returncode
        return True
    raise AssertionError("neither died nor finished")


def finish(shop: Shop) -> None:
    """Let a daemon that nobody kills do what is left."""
    assert not dies(shop, 0)


def settled(shop: Shop) -> bool:
    with Journal(shop.folder / "journal.sqlite", time.time) as journal:
        return all(entry.state is State.CONFIRMED for entry in journal.receipts(limit=1000))


@pytest.mark.timeout(300)
def test_a_death_behind_every_write_of_the_journal_loses_nothing_and_prints_nothing_twice(
    tmp_path: Path,
) -> None:
    # Just before a write is, on disk, the same as just behind the one before it.
    with step_shop(tmp_path / "shop") as shop:
        deaths = 0
        for step, sample in enumerate(sample_receipts(40, seed=3), 1):
            shop.server.add_receipt(sample.products, **sample.fields)
            if not dies(shop, step):
                break
            deaths += 1
            finish(shop)
        audit = shop.audit()
        issued = shop.server.receipts

    assert 10 <= deaths < 40
    assert [] == audit.lost(issued)
    assert [] == audit.twice
    assert [] == audit.confirmed_unprinted


@pytest.mark.timeout(300)
def test_every_sale_stands_once_in_the_fiscal_memory_whatever_fails(tmp_path: Path) -> None:
    result = FiscalHarness(tmp_path / "shop", receipts=200, seed=20261122).run(deadline=240)

    assert result.good, "\n".join(result.lines())
    assert (200, 200) == (result.issued, result.fiscal)
    assert 0 == result.held.total()
    assert result.kills > 3
    assert result.printer_faults.total() > 0


@pytest.mark.timeout(300)
def test_with_a_foreign_host_what_is_undecidable_is_held_and_nothing_sold_twice(tmp_path: Path) -> None:
    result = FiscalHarness(tmp_path / "shop", receipts=60, seed=7, foreign=True).run(deadline=240)

    assert result.good, "\n".join(result.lines())
    assert 60 == result.fiscal - result.foreign
    assert 0 < result.foreign


@pytest.mark.timeout(300)
def test_old_firmware_with_fewer_counters_sells_nothing_twice_and_loses_nothing(tmp_path: Path) -> None:
    result = FiscalHarness(tmp_path / "shop", receipts=40, seed=8, old=True).run(deadline=240)

    assert result.good, "\n".join(result.lines())
    assert 40 == result.fiscal
