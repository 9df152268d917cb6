"""One command is in flight at a time, so each costs a round trip: what is asked around a receipt, and what is not."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.posnet_bench import SALE, Shop, open_shop

from drivers.contract import DriverError, Unproven
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.models import OLD_HS

if TYPE_CHECKING:
    from collections.abc import Callable

    from drivers.posnet.driver import PosnetDriver
    from simulators.posnet.printer import FiscalPrinter

ASKED_BEFORE = ["stot", "eclastdocnoget", "eclastdocnoget"]
RECEIPT = ["ftrcfg", "trinit", "trline", "trline", "trnipset", "trpayment", "trend"]
_RECEIPT_IDS = count(1)


def asked(shop: Shop, driver: PosnetDriver) -> list[str]:
    """Sell a receipt; return what the printer carried out for it."""
    before = len(shop.printer.worker.executed)
    shop.print(driver, replace(SALE, receipt_id=next(_RECEIPT_IDS)))
    return shop.printer.worker.executed[before:]


def counters(shop: Shop, driver: PosnetDriver) -> Any:
    _, mark = shop.marked(driver, replace(SALE, receipt_id=next(_RECEIPT_IDS)))
    return mark.values["counters"]


# -- what is asked ---------------------------------------------------------------------------------------------------


def test_behind_a_receipt_one_question_marks_the_next_one() -> None:
    shop = open_shop()
    driver = shop.driver()

    first, second = asked(shop, driver), asked(shop, driver)

    proof = ["scnt", "eclastdocnoget", "stot"]
    assert ["scnt", *ASKED_BEFORE, *RECEIPT, *proof] == first[first.index("ftrcfg") - 4 :]
    assert ["scnt", *RECEIPT, *proof] == second


def test_older_firmware_counts_no_cancelled_receipts_so_everything_is_asked_each_time() -> None:
    shop = open_shop(OLD_HS)
    driver = shop.driver()
    asked(shop, driver)

    receipt = [name for name in RECEIPT if name != "trnipset"]
    assert ["scnt", "stot", *receipt, "scnt", "rtcget"] == asked(shop, driver)


def test_a_new_connection_asks_for_everything() -> None:
    shop = open_shop()
    asked(shop, shop.driver())

    again = asked(shop, shop.restarted())

    assert ["scnt", *ASKED_BEFORE] == again[again.index("ftrcfg") - 4 : again.index("ftrcfg")]


# -- and it still proves everything ------------------------------------------------------------------------------------


def our_sale(shop: Shop, driver: PosnetDriver) -> None:
    asked(shop, driver)


def our_cancelled_receipt(shop: Shop, driver: PosnetDriver) -> None:
    shop.printer.faults.script("trline", Fault(Kind.REFUSE, code=2007))
    with pytest.raises(DriverError):
        asked(shop, driver)


def their_sale(shop: Shop, _: PosnetDriver) -> None:
    shop.printer.other_host.sell()


def their_same_sale(shop: Shop, _: PosnetDriver) -> None:
    shop.printer.other_host.sell((("Kubek inny", 0, 2598), ("Herbata inna", 1, 369)))


def their_cancelled_receipt(shop: Shop, _: PosnetDriver) -> None:
    shop.printer.other_host.begin()
    shop.printer.other_host.cancel()


def their_silent_cancel(shop: Shop, _: PosnetDriver) -> None:
    shop.printer.other_host.command("trinit", bm="1")
    shop.printer.other_host.cancel()


def report_by_hand(shop: Shop, _: PosnetDriver) -> None:
    if shop.printer.memory.day.finished:
        shop.printer.operator.daily_report()


def our_report(_: Shop, driver: PosnetDriver) -> None:
    driver.errand("daily", {})


def page(_: Shop, driver: PosnetDriver) -> None:
    driver.test_print()


def power_cut(shop: Shop, _: PosnetDriver) -> None:
    shop.printer.power_cut()
    shop.printer.power_on()


HAPPENINGS: tuple[Callable[[Shop, PosnetDriver], None], ...] = (
    our_sale,
    our_cancelled_receipt,
    their_sale,
    their_same_sale,
    their_cancelled_receipt,
    their_silent_cancel,
    report_by_hand,
    our_report,
    page,
    power_cut,
)


@settings(max_examples=60)
@given(
    happenings=st.lists(st.sampled_from(HAPPENINGS), min_size=1, max_size=5),
    paperless=st.booleans(),
    early=st.booleans(),
    on=st.booleans(),
)
def test_whatever_happened_a_mark_tells_what_a_new_process_would_read(
    happenings: list[Callable[[Shop, PosnetDriver], None]], *, paperless: bool, early: bool, on: bool
) -> None:
    shop = open_shop(
        printout_of_silent_cancel=not paperless, printout_at_header=early, finished_restarts=not on
    )
    driver = shop.driver()
    asked(shop, driver)

    for happening in happenings:
        happening(shop, driver)
        assert counters(shop, driver) == counters(shop, shop.restarted()), happening.__name__
        asked(shop, driver)


@pytest.mark.parametrize("question", ["scnt", "eclastdocnoget", "stot"])
@pytest.mark.parametrize("kind", [Kind.CALL_BEFORE, Kind.CALL_AFTER])
def test_a_sale_of_another_host_amid_the_proof_is_in_the_next_mark(kind: Kind, question: str) -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, _ = shop.marked(driver, SALE)
    shop.printer.faults.script(question, Fault(kind, action=lambda printer: printer.other_host.sell()))

    if (kind, question) == (Kind.CALL_BEFORE, "scnt"):
        with pytest.raises(Unproven, match="Other receipts were counted"):
            driver.print(plan)
    else:
        assert "00001" == driver.print(plan).number

    assert 2 == len(shop.receipts)
    assert counters(shop, driver) == counters(shop, shop.restarted())


def test_the_time_of_a_proof_is_that_of_the_sale_and_not_of_the_question() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, _ = shop.marked(driver, SALE)
    shop.printer.faults.script("scnt", Fault(Kind.DELAY_ANSWER, seconds=4.0))

    proof = driver.print(plan)

    assert datetime.fromisoformat(shop.receipts[0].time).timestamp() == proof.printed_at
    assert 4 <= shop.time.now.timestamp() - (proof.printed_at or 0)


def test_totals_that_moved_by_more_than_the_sale_tell_nothing_of_its_time() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, _ = shop.marked(driver, SALE)

    def much_later(printer: FiscalPrinter) -> None:
        shop.time.now += timedelta(minutes=5)
        printer.other_host.sell()

    shop.printer.faults.script("stot", Fault(Kind.CALL_BEFORE, action=much_later))
    driver.print(plan)

    assert ["stot", "rtcget"] == shop.printer.worker.executed[-2:]
