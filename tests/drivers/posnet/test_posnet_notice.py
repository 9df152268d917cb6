"""Plain lines on a fiscal printer: a form that is not fiscal, and the questions of the set-up about its page."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

import pytest

from drivers import registry
from drivers.contract import Refusal, Surroundings
from drivers.link.opening import open_link
from drivers.posnet import Options, open_driver
from drivers.posnet.calibration import ERRAND, sights
from simulators.posnet.ports import PosnetTcp
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from drivers.posnet.driver import PosnetDriver


@pytest.fixture
def printer() -> Iterator[FiscalPrinter]:
    made = FiscalPrinter()
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


def test_a_notice_is_printed_with_its_letters_and_sells_nothing(
    driver: PosnetDriver, printer: FiscalPrinter
) -> None:
    facts = driver.errand(
        "notice", {"title": "GOTOWE", "lines": ["Zażółć gęślą jaźń", "tcp://192.0.2.10:6666"]}
    )

    (slip,) = printer.ledger.slips
    assert "fence" == facts["proof"]
    for words in ("GOTOWE", "Zażółć gęślą jaźń", "tcp://192.0.2.10:6666"):
        assert words in slip.to_text()
    assert [] == list(printer.fiscal.receipts)


@pytest.mark.parametrize("detail", [{}, {"title": "x"}, {"title": "x", "lines": [None]}])
def test_a_notice_that_is_no_text_is_refused(
    driver: PosnetDriver, printer: FiscalPrinter, detail: dict[str, Any]
) -> None:
    with pytest.raises(Refusal):
        driver.errand("notice", detail)
    assert [] == list(printer.ledger.slips)


def test_letters_that_are_wrong_lead_to_another_page_and_another_look(driver: PosnetDriver) -> None:
    assert ERRAND in driver.errands
    (letters,) = sights(Options())

    assert ({}, False) == (dict(letters.choices[0].changes), letters.choices[0].again)
    for choice in letters.choices[1:]:
        assert choice.again
        assert Options(**choice.changes) != Options()


def test_the_registry_knows_the_questions_of_each_driver() -> None:
    for name in registry.names():
        page = registry.calibration(name)
        assert page is not None
        assert page.sights(registry.load(name).Options())
