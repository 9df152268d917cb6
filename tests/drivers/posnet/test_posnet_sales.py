"""What a printer sold on a day, read back from its reports and running totals; nothing is printed for it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
from support.fiscal_printers import MORNING, WARSAW, used
from support.posnet_bench import SALE, Shop, open_shop

from drivers.contract import Refusal
from drivers.posnet.frames import Answer
from drivers.posnet.readings import UnreadableAnswerError
from drivers.posnet.sales import _closed
from drivers.posnet.values import INACTIVE
from drivers.sales_day import SalesDay
from simulators.posnet.models import OLD_HS, XL2_ONLINE
from simulators.posnet.people import OtherHost

if TYPE_CHECKING:
    from drivers.posnet.driver import PosnetDriver

TODAY = MORNING.date()
HOUR, A_DAY = 3600.0, 86_400.0
TOTALS = {"A": 2598, "B": 369}
"""What the receipt `SALE` adds to the letters."""


def until(shop: Shop, moment: datetime) -> None:
    shop.time.pass_by((moment - shop.time.now).total_seconds())


def day_of(shop: Shop, on: date = TODAY, driver: PosnetDriver | None = None) -> SalesDay:
    before = len(shop.printer.fiscal.documents)
    facts = (driver or shop.driver()).errand("day", {"day": on.isoformat()})
    told = SalesDay.from_json(json.loads(json.dumps(facts)))
    assert before == len(shop.printer.fiscal.documents)
    assert on == told.day
    return told


def sell(shop: Shop, count: int = 1) -> PosnetDriver:
    driver = shop.driver()
    for _ in range(count):
        shop.print(driver, SALE)
        shop.time.pass_by(60)
    return driver


def seen(day: SalesDay) -> list[tuple[int, int, int | None, dict[str, int]]]:
    return [
        (
            period.report,
            period.finished,
            period.cancelled,
            {total.letter: total.grosze for total in period.totals if total.grosze},
        )
        for period in day.periods
    ]


def test_today_is_what_runs() -> None:
    shop = open_shop(memory=used(reports=0))
    driver = sell(shop, 2)
    host = OtherHost(shop.printer)
    host.begin()
    host.cancel()

    day = day_of(shop, driver=driver)

    assert [(1, 2, 1, {"A": 2 * 2598, "B": 2 * 369})] == seen(day)
    (period,) = day.periods
    assert (None, 3, "") == (period.closed_at, period.last_number, day.gap)
    assert (True, shop.printer.memory.identity.unique_number) == (day.restarts, day.device)
    midnight = datetime(2026, 10, 9, tzinfo=WARSAW)
    assert (midnight.timestamp(), midnight.timestamp() + A_DAY) == (day.begins, day.ends)
    assert ["23%", "8%", "5%", "0%"] == [str(total.rate) for total in period.totals]


def test_a_day_without_a_sale_runs_with_nothing() -> None:
    assert [(1, 0, 0, {})] == seen(day_of(open_shop(memory=used(reports=0))))


def test_a_day_with_two_reports_and_sales_behind_them_has_three_periods() -> None:
    shop = open_shop(memory=used(reports=0))
    for count in (1, 2):
        sell(shop, count)
        shop.printer.operator.daily_report()
        shop.time.pass_by(HOUR)
    sell(shop, 3)

    day = day_of(shop)

    assert [(1, 1), (2, 2), (3, 3)] == [(period.report, period.finished) for period in day.periods]
    assert [True, True, False] == [period.closed_at is not None for period in day.periods]


def test_a_report_made_after_midnight_belongs_to_the_day_it_closes() -> None:
    shop = open_shop(memory=used(reports=0))
    sell(shop)
    until(shop, datetime(2026, 10, 10, 0, 20, tzinfo=WARSAW))
    shop.printer.operator.daily_report()
    sell(shop, 2)

    assert [(1, 1, 0, TOTALS)] == seen(day_of(shop, TODAY))
    assert [(2, 2)] == [(one.report, one.finished) for one in day_of(shop, date(2026, 10, 10)).periods]


def test_a_report_over_midnight_belongs_to_both_days() -> None:
    shop = open_shop(memory=used(reports=0))
    until(shop, datetime(2026, 10, 9, 23, 50, tzinfo=WARSAW))
    OtherHost(shop.printer).sell()
    until(shop, datetime(2026, 10, 10, 0, 10, tzinfo=WARSAW))
    OtherHost(shop.printer).sell()
    shop.printer.operator.daily_report()

    first, second = (day_of(shop, on) for on in (TODAY, date(2026, 10, 10)))

    assert [(1, 2, 0, {"A": 200})] == seen(first)
    assert seen(first) == seen(second)[:1]


def test_sales_no_report_has_closed_belong_to_their_day_later_too() -> None:
    shop = open_shop(memory=used(reports=0))
    sell(shop)
    shop.time.pass_by(2 * A_DAY)

    assert [(1, 1, 0, TOTALS)] == seen(day_of(shop))
    assert [] == seen(day_of(shop, TODAY + timedelta(days=1)))
    assert [] == seen(day_of(shop, TODAY + timedelta(days=2)))


@pytest.mark.parametrize("days_ago", [0, 1, 7, 19, 20])
def test_any_day_among_many_is_found_by_few_questions(days_ago: int) -> None:
    shop = open_shop(memory=used(reports=0))
    for day in range(21):
        for _ in range(day + 1):
            OtherHost(shop.printer).sell()
        if day < 20:
            shop.printer.operator.daily_report()
            shop.time.pass_by(A_DAY)
    driver = shop.driver()
    driver.errand("status", {})
    before = shop.link.sent

    told = day_of(shop, shop.time.now.date() - timedelta(days=days_ago), driver)

    assert [21 - days_ago] == [period.finished for period in told.periods]
    assert shop.link.sent - before < 16 * 40


def test_nothing_is_printed_although_a_report_is_due() -> None:
    shop = open_shop(memory=used(reports=0))
    sell(shop)
    shop.time.pass_by(A_DAY)

    day_of(shop, TODAY)

    assert () == shop.printer.fiscal.reports


def test_a_day_that_has_not_come_is_refused() -> None:
    with pytest.raises(Refusal, match="2026-10-10 has not come yet"):
        day_of(open_shop(), TODAY + timedelta(days=1))


@pytest.mark.parametrize("text", ["", "yesterday", "2026-13-01", None])
def test_what_is_no_day_is_refused(text: str | None) -> None:
    with pytest.raises(Refusal, match="day is no date"):
        open_shop().driver().errand("day", {"day": text})


def test_firmware_without_records_tells_a_day_that_no_report_has_closed() -> None:
    shop = open_shop(OLD_HS)
    shop.time.pass_by(A_DAY)
    sell(shop, 2)

    day = day_of(shop, TODAY + timedelta(days=1))

    assert ("", [(5, 2)]) == (day.gap, [(period.report, period.finished) for period in day.periods])


def test_firmware_without_records_says_that_it_cannot_tell_a_closed_day() -> None:
    shop = open_shop(OLD_HS)
    shop.time.pass_by(A_DAY)
    sell(shop)
    shop.printer.operator.daily_report()
    shop.time.pass_by(HOUR)
    sell(shop, 2)

    today, before = day_of(shop, TODAY + timedelta(days=1)), day_of(shop, TODAY)

    assert ("no_records", [(6, 2)]) == (today.gap, [(one.report, one.finished) for one in today.periods])
    assert ("no_records", []) == (before.gap, seen(before))


def test_reports_that_cannot_be_read_back_are_told() -> None:
    assert "record_missing" == day_of(open_shop(memory=used(reports=4))).gap


def test_in_training_no_report_is_stored() -> None:
    shop = open_shop(memory=used(fiscal=False, reports=0))
    sell(shop)

    day = day_of(shop)

    assert ("training", [(1, 1, 0, TOTALS)]) == (day.gap, seen(day))


def test_a_letter_out_of_use_keeps_its_total_without_a_rate() -> None:
    shop = open_shop(memory=used(reports=0))
    sell(shop)
    shop.printer.operator.daily_report()
    settings = replace(shop.printer.memory.settings, rates=(2300, *(10_100,) * 6))
    shop.printer.core.become(replace(shop.printer.memory, settings=settings), forget_goods=False)

    (period, _running) = day_of(shop).periods

    assert [("A", "23%", 2598), ("B", "None", 369)] == [
        (total.letter, str(total.rate), total.grosze) for total in period.totals
    ]


def test_invoices_of_the_same_printer_are_counted_apart() -> None:
    record = {
        "da": "2026-10-09;21:05",
        "tm": "2026-10-09T21:05:09+02:00",
        "no": "8",
        "pn": "3",
        "cn": "1",
        **{f"f{letter}": "0" for letter in "abcdefg"},
        **{f"p{letter}": "0" for letter in "abcdefg"},
        "fa": "12300",
        "fb": "50",
        "fn": "2",
        "ss": "2026-10-09;11:48",
        "se": "2026-10-09;20:00",
    }
    answer = Answer("fmrecrd", tuple((name, value.encode()) for name, value in record.items()))

    period = _closed(answer, (Decimal(23), *[INACTIVE] * 6)).period

    assert (2, 12_350, 3, 1) == (period.invoices, period.invoiced, period.finished, period.cancelled)
    assert [("A", 0)] == [(total.letter, total.grosze) for total in period.totals]
    last = datetime(2026, 10, 9, 20, 0, tzinfo=WARSAW)
    assert last.timestamp() == period.last


@pytest.mark.parametrize(
    ("name", "value"),
    [("da", "9 X 2026"), ("da", ""), ("tm", "soon"), ("pn", "many"), ("ss", "2026-99-99;1:1")],
)
def test_a_record_that_cannot_be_read_is_said_and_never_guessed(name: str, value: str) -> None:
    record = {"da": "2026-10-09;21:05", "no": "8", "pn": "3", **{f"p{letter}": "0" for letter in "abcdefg"}}
    answer = Answer("fmrecrd", tuple((key, text.encode()) for key, text in {**record, name: value}.items()))

    with pytest.raises(UnreadableAnswerError, match="fmrecrd"):
        _closed(answer, (INACTIVE,) * 7)


def test_a_proof_names_the_report_that_will_close_the_receipt() -> None:
    shop = open_shop(memory=used(reports=7))
    driver = shop.driver()

    first = shop.print(driver, SALE)
    shop.printer.operator.daily_report()
    second = shop.print(driver, SALE)

    assert [8, 9] == [proof.details["report"] for proof in (first, second)]


def test_what_is_proven_after_an_interruption_names_its_report_too() -> None:
    shop = open_shop(memory=used(reports=7))
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    driver.print(plan)
    shop.time.pass_by(60)

    verdict = shop.restarted().verdict(plan, shop.durable(mark))

    assert verdict.proof is not None
    assert 8 == verdict.proof.details["report"]


def test_every_model_with_records_can_be_asked() -> None:
    assert "day" in open_shop(XL2_ONLINE).driver().errands
