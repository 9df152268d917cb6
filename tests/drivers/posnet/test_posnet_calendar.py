"""The daily report at a set hour: by the printer's clock, once, behind sales alone, and never against the printer."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.posnet_bench import SALE, Shop, open_shop

from drivers.contract import Fault as NotAble
from drivers.contract import Unproven
from drivers.posnet.options import PosnetOptions
from drivers.posnet.reports import Day
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.models import OLD_HS, XL2_ONLINE

if TYPE_CHECKING:
    from drivers.posnet.driver import PosnetDriver
    from simulators.posnet.models import Model


def shop_at(clock: str, hour: str = "20:00", model: Model = XL2_ONLINE) -> Shop:
    """Return a shop whose daily report is made at `hour`, with its clocks at `clock`."""
    shop = open_shop(model, options=PosnetOptions(daily_report_at=hour))
    pass_until(shop, clock)
    return shop


def pass_until(shop: Shop, clock: str) -> None:
    """Let time pass until the printer's clock shows hh:mm."""
    wanted = time.fromisoformat(clock)
    target = shop.time.now.replace(hour=wanted.hour, minute=wanted.minute, second=0)
    if target <= shop.time.now:
        target += timedelta(days=1)
    shop.time.pass_by((target - shop.time.now).total_seconds())


def idle(shop: Shop, driver: PosnetDriver, minutes: int) -> list[str]:
    """Do what an idle station does; return what was done."""
    done = []
    for _ in range(minutes):
        driver.status()
        done += [driver.tend(), driver.tend()]
        shop.time.pass_by(60.0)
    return [one for one in done if one]


@pytest.mark.parametrize("model", [XL2_ONLINE, OLD_HS], ids=["online", "older"])
def test_the_report_is_made_within_a_minute_of_its_hour_and_once(model: Model) -> None:
    shop = shop_at("19:50", model=model)
    driver = shop.driver()
    shop.print(driver, SALE)

    assert [] == idle(shop, driver, 9)
    assert ["daily report 5 made"] == idle(shop, driver, 2)
    assert [] == idle(shop, driver, 120)

    (report,) = shop.printer.fiscal.reports
    assert "20:00" == report.time[11:16]


def test_without_sales_or_without_an_hour_none_is_made() -> None:
    nothing_sold, no_hour = shop_at("19:59"), shop_at("19:59", hour="")
    shop_driver = no_hour.driver()
    no_hour.print(shop_driver, SALE)

    assert [] == idle(nothing_sold, nothing_sold.driver(), 3)
    assert [] == idle(no_hour, shop_driver, 3)
    assert () == nothing_sold.printer.fiscal.reports + no_hour.printer.fiscal.reports


def test_what_is_sold_behind_the_hour_waits_for_the_next_day_s_first_sale() -> None:
    shop = shop_at("19:50")
    driver = shop.driver()
    shop.print(driver, SALE)
    pass_until(shop, "20:01")
    assert ["daily report 5 made"] == idle(shop, driver, 1)

    shop.print(driver, SALE)
    assert [] == idle(shop, driver, 60)
    pass_until(shop, "08:00")
    shop.print(driver, SALE)

    assert ["20:01", "08:00"] == [report.time[11:16] for report in shop.printer.fiscal.reports]
    assert "daily report 6 made" == driver.tend()


def test_a_day_without_a_next_sale_is_closed_at_the_next_hour() -> None:
    shop = shop_at("20:30")
    driver = shop.driver()
    shop.print(driver, SALE)
    pass_until(shop, "19:58")
    assert [] == idle(shop, driver, 2)

    assert ["daily report 5 made"] == idle(shop, driver, 2)


def test_the_hour_is_the_printer_s_own() -> None:
    shop = shop_at("19:50")
    shop.wall_error = 3600.0
    driver = shop.driver()
    shop.print(driver, SALE)

    assert [] == idle(shop, driver, 9)
    assert ["daily report 5 made"] == idle(shop, driver, 2)


@pytest.mark.parametrize("clock", ["21:30", "07:00"])
def test_a_daemon_that_was_off_at_that_hour_makes_it_before_the_next_sale(clock: str) -> None:
    shop = shop_at("19:50")
    shop.print(shop.driver(), SALE)
    pass_until(shop, clock)
    driver = shop.restarted()

    driver.prepare()
    done = driver.tend()
    shop.print(driver, SALE)

    assert "daily report 5 made" == done
    (report,) = shop.printer.fiscal.reports
    assert shop.receipts[0].number < report.number < shop.receipts[1].number


def test_nothing_is_asked_before_the_hour_and_a_printer_that_is_away_is_left_alone() -> None:
    shop = shop_at("19:00")
    driver = shop.driver()
    assert "" == driver.tend()
    assert 0 == shop.link.opened
    shop.print(driver, SALE)
    sent = shop.link.sent

    assert "" == driver.tend()

    assert sent == shop.link.sent


def test_the_printer_is_asked_again_before_it_is_made_and_may_know_better() -> None:
    shop = shop_at("19:59")
    driver = shop.driver()
    shop.print(driver, SALE)
    pass_until(shop, "20:00")
    shop.printer.operator.daily_report()

    assert "" == driver.tend()

    assert 1 == len(shop.printer.fiscal.reports)


@pytest.mark.parametrize("kind", [Kind.DROP_ANSWER, Kind.DROP_REQUEST, Kind.CORRUPT_ANSWER, Kind.LATE_ANSWER])
def test_a_lost_answer_makes_no_second_report(kind: Kind) -> None:
    shop = shop_at("19:59")
    driver = shop.driver()
    shop.print(driver, SALE)
    pass_until(shop, "20:00")
    shop.printer.faults.script("dailyrep", Fault(kind, seconds=300.0, at=3))

    assert "daily report 5 made" == driver.tend()

    assert ([], 1) == (idle(shop, driver, 5), len(shop.printer.fiscal.reports))


def test_a_line_that_breaks_behind_the_order_may_have_made_it_and_makes_no_second_one() -> None:
    shop = shop_at("19:59")
    driver = shop.driver()
    shop.print(driver, SALE)
    pass_until(shop, "20:00")
    shop.printer.faults.script("dailyrep", Fault(Kind.CLOSE_AFTER, at=0))

    with pytest.raises(Unproven):
        driver.tend()

    assert ([], 1) == (idle(shop, driver, 5), len(shop.printer.fiscal.reports))


@pytest.mark.parametrize("code", [382, 2903])
def test_a_report_the_printer_refuses_is_a_fault_each_time_it_is_tried_and_made_once_it_can_be(
    code: int,
) -> None:
    shop = shop_at("19:59")
    driver = shop.driver()
    shop.print(driver, SALE)
    pass_until(shop, "20:00")
    for nth in (1, 2):
        shop.printer.faults.script("dailyrep", Fault(Kind.REFUSE, code=code), nth=nth)

    for _ in range(2):
        with pytest.raises(NotAble):
            driver.tend()
    assert "00002" == shop.print(driver, SALE).number

    assert "daily report 5 made" == driver.tend()
    assert 1 == len(shop.printer.fiscal.reports)


def test_no_report_is_made_into_the_receipt_of_another_host() -> None:
    shop = shop_at("19:59")
    driver = shop.driver()
    shop.print(driver, SALE)
    pass_until(shop, "20:00")
    shop.printer.other_host.begin()

    with pytest.raises(NotAble) as fault:
        driver.tend()
    assert ("other_host", ()) == (fault.value.code, shop.printer.fiscal.reports)

    shop.printer.other_host.finish()
    assert "daily report 5 made" == driver.tend()


def test_a_report_made_before_the_first_sale_of_a_day_is_told_too() -> None:
    shop = shop_at("12:00", hour="")
    driver = shop.driver()
    shop.print(driver, SALE)
    pass_until(shop, "08:00")
    driver.prepare()

    assert ["daily report 5 made", ""] == [driver.tend(), driver.tend()]


HOURS = st.builds(time, st.integers(0, 23), st.integers(0, 59))


def minutes(first: int, last: int) -> st.SearchStrategy[datetime]:
    """Return moments of those days of October, on the printer's clock, which has no zone."""
    days = st.integers(first, last).map(lambda day: date(2026, 10, day))
    return st.builds(datetime.combine, days, HOURS)


@given(first=minutes(1, 8), now=minutes(1, 8), hour=HOURS)
def test_the_hour_has_come_exactly_when_it_was_passed_since_the_first_sale(
    first: datetime, now: datetime, hour: time
) -> None:
    hours = (datetime.combine(first.date(), hour) + timedelta(days=days) for days in range(10))

    assert any(first < at <= now for at in hours) is Day(first).passed(hour, now)
    assert not Day().passed(hour, now)
