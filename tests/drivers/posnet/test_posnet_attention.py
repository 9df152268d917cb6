"""Beeper and customer display of a fiscal printer: nothing is printed, and who has none is left alone."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from drivers import registry
from drivers.contract import ATTENTION, SILENT_ERRANDS, Fault, Refusal, Surroundings
from drivers.link.opening import open_link
from drivers.posnet import Options, open_driver
from simulators.posnet.models import XL2_ONLINE
from simulators.posnet.ports import PosnetTcp
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.posnet.driver import PosnetDriver

CALL = {"text": "PARAGON CZEKA Ł", "beep": True}


@pytest.fixture
def printer(request: pytest.FixtureRequest) -> Iterator[FiscalPrinter]:
    missing = frozenset(getattr(request, "param", ()))
    made = FiscalPrinter(replace(XL2_ONLINE, missing=missing))
    yield made
    made.close()


@pytest.fixture
def driver(printer: FiscalPrinter) -> Iterator[PosnetDriver]:
    with PosnetTcp(printer.pc1) as port:
        link = open_link(port.address, monotonic=time.monotonic)
        surroundings = Surroundings(time.monotonic, threading.Event(), lambda _status: None)
        made = open_driver(Options(), link, surroundings)
        yield made
        made.close()


def test_it_beeps_and_shows_a_line_and_counts_nothing(driver: PosnetDriver, printer: FiscalPrinter) -> None:
    before = printer.memory.counters

    assert {"display": True, "beep": True} == driver.errand(ATTENTION, CALL)
    assert (1, {1: "PARAGON CZEKA Ł".ljust(20)}) == (printer.beeps, printer.customer_display)
    assert before == printer.memory.counters
    assert [] == list(printer.ledger.slips)


def test_an_empty_text_without_a_beep_clears_the_display_in_silence(
    driver: PosnetDriver, printer: FiscalPrinter
) -> None:
    driver.errand(ATTENTION, CALL)
    facts = driver.errand(ATTENTION, {"text": "", "beep": False})

    assert {"display": True, "beep": False} == facts
    assert (1, {1: " " * 20}) == (printer.beeps, printer.customer_display)


@pytest.mark.parametrize("printer", [("beep", "dsptxtline")], indirect=True)
def test_a_printer_that_has_neither_is_asked_once_and_is_no_trouble(
    driver: PosnetDriver, printer: FiscalPrinter
) -> None:
    answers = [driver.errand(ATTENTION, CALL) for _ in range(2)]

    assert [{"display": False, "beep": False}] * 2 == answers
    assert driver.status().troubles == ()
    assert 2 == sum(finding.command in ("beep", "dsptxtline") for finding in printer.findings)


def test_with_an_open_receipt_of_another_host_it_is_a_fault(
    driver: PosnetDriver, printer: FiscalPrinter
) -> None:
    driver.status()
    printer.other_host.begin()

    with pytest.raises(Fault):
        driver.errand(ATTENTION, CALL)
    assert 0 == printer.beeps


@pytest.mark.parametrize(
    "detail", [{}, {"text": "x"}, {"text": None, "beep": True}, {"text": "x", "beep": 1}]
)
def test_a_call_that_is_none_is_refused(
    driver: PosnetDriver, printer: FiscalPrinter, detail: dict[str, Any]
) -> None:
    with pytest.raises(Refusal):
        driver.errand(ATTENTION, detail)
    assert (0, {}) == (printer.beeps, printer.customer_display)


def test_the_registry_tells_who_can_be_made_to_call() -> None:
    assert ["posnet"] == [name for name in registry.names() if registry.calls_attention(name)]
    assert ATTENTION in SILENT_ERRANDS
