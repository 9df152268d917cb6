"""The driver over real connections: TCP and a serial line played by a pseudo-terminal, as the package opens it."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from support.posnet_bench import SALE

from drivers.contract import Fault as NotAble
from drivers.contract import Surroundings, Unproven, VerdictKind
from drivers.link.opening import open_link
from drivers.posnet import STANZA, Options, open_driver
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.ports import PosnetPty, PosnetTcp
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.contract import Mark, Plan, Verdict
    from drivers.posnet.driver import PosnetDriver


def driver_of(address: str) -> PosnetDriver:
    surroundings = Surroundings(time.monotonic, threading.Event(), lambda _status: None)
    return open_driver(Options(), open_link(address, monotonic=time.monotonic), surroundings)


def marked(driver: PosnetDriver) -> tuple[Plan, Mark]:
    driver.prepare()
    return driver.plan(SALE), driver.mark()


def judged(driver: PosnetDriver, plan: Plan, mark: Mark) -> Verdict:
    """Ask until the printer is there again."""
    deadline = time.monotonic() + 60.0
    while True:
        try:
            return driver.verdict(plan, mark)
        except NotAble:
            if time.monotonic() > deadline:
                raise


@pytest.fixture
def printer() -> Iterator[FiscalPrinter]:
    printer = FiscalPrinter()
    yield printer
    printer.close()


def test_a_receipt_over_tcp(printer: FiscalPrinter) -> None:
    with PosnetTcp(printer.pc1) as port:
        driver = driver_of(port.address)
        plan, _ = marked(driver)
        proof = driver.print(plan)
        assert driver.status().ready
        driver.close()

    assert ("00001", 1) == (proof.number, len(printer.fiscal.receipts))
    assert [] == printer.findings


def test_a_receipt_over_a_serial_line(printer: FiscalPrinter) -> None:
    with PosnetPty(printer.pc1, baud=115_200) as port:
        driver = driver_of(port.address)
        plan, _ = marked(driver)
        assert "00001" == driver.print(plan).number
        driver.close()


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (Kind.CLOSE_AFTER, VerdictKind.PRINTED),
        (Kind.POWER_BEFORE, VerdictKind.NOT_PRINTED),
    ],
)
def test_a_verdict_over_tcp(printer: FiscalPrinter, kind: Kind, expected: VerdictKind) -> None:
    with PosnetTcp(printer.pc1) as port:
        driver = driver_of(port.address)
        plan, mark = marked(driver)
        printer.faults.script("trend", Fault(kind, seconds=0.2))
        with pytest.raises(Unproven):
            driver.print(plan)
        verdict = judged(driver, plan, mark)
        driver.close()

    assert expected is verdict.kind
    assert (expected is VerdictKind.PRINTED) == (len(printer.fiscal.receipts) == 1)
    assert printer.memory.transaction is None


def test_the_stanza_names_every_option() -> None:
    assert all(f"{name} = " in STANZA for name in Options.model_fields)
