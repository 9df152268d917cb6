"""What a printer tells of inspections, certificates and memories, and when somebody hears of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from support.fiscal_printers import used
from support.posnet_bench import SALE, Shop, open_shop

from drivers.posnet.options import PosnetOptions
from drivers.posnet.session import Timing
from drivers.posnet.troubles import TROUBLES
from drivers.posnet.upkeep import Upkeep
from drivers.posnet.words import receipt_number
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.models import OLD_HS, XL2_ONLINE

NONE = ("",) * 7
"""No certificates at all."""


def warnings_of(shop: Shop) -> list[str]:
    status = shop.driver().status()
    assert status.ready
    return [trouble.code for trouble in status.troubles]


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ({"inspection": "2026-10-23"}, "inspection_due"),
        ({"inspection": "2026-10-09"}, "inspection_due"),
        ({"inspection": "2026-10-08"}, "inspection_overdue"),
        ({"inspection": "2026-10-24"}, None),
        ({"authorised_days": 14}, "authorisation_ends"),
        ({"authorised_days": 15}, None),
        ({"subscription_warns": "2026-10-09T00:00:00+02:00"}, "subscription_ends"),
        ({"subscription_warns": "2026-10-10T00:00:00+02:00"}, None),
        ({"protected_free": 99, "protected_size": 1000}, "protected_memory_low"),
        ({"protected_free": 100, "protected_size": 1000}, None),
        ({"protected_free": 0, "protected_size": 0}, None),
        ({"certificates": ("2049-12-31", "", "2026-11-08", "", "", "", "")}, "certificate_ends"),
        ({"certificates": ("2026-10-01", "", "", "", "", "", "")}, "certificate_ends"),
        ({"certificates": ("2049-12-31", "", "2026-11-09", "", "", "", "")}, None),
        ({"certificates": NONE}, "certificate_missing"),
    ],
)
def test_what_ends_soon_is_a_warning_in_good_time(told: dict[str, Any], code: str | None) -> None:
    shop = open_shop()
    shop.printer.operator.service(**told)

    assert [code] * (code is not None) == warnings_of(shop)


@pytest.mark.parametrize(
    ("counted", "low"),
    [
        ({"reports": 1769}, False),
        ({"reports": 1770}, True),
        ({"reports": 1830}, True),
        ({"reports": 1831}, False),
        ({"ram_clears": 189}, False),
        ({"ram_clears": 190}, True),
        ({"rate_changes": 28}, True),
    ],
)
def test_the_fiscal_memory_is_nearly_full_when_few_records_are_left(
    counted: dict[str, Any], low: bool
) -> None:
    shop = open_shop(memory=used(**counted))

    assert ["fiscal_memory_low"] * low == warnings_of(shop)


def test_the_facts_tell_what_the_printer_told() -> None:
    shop = open_shop(memory=used(reports=1800))
    shop.printer.operator.service(authorised_days=20, inspection="2026-10-20", protected_free=1_560_000)

    facts = shop.driver().status().facts

    told = {
        "inspection": "2026-10-20",
        "authorised_days": 20,
        "subscription_until": "2099-12-31",
        "daily_reports": 1800,
        "memory_clearings": 0,
        "rate_changes": 0,
        "protected_memory_free_percent": 20,
        "certificate_until": "2049-12-31",
    }
    assert told == {name: facts[name] for name in told}


def test_firmware_that_tells_none_of_it_says_nothing() -> None:
    model = replace(OLD_HS, missing=OLD_HS.missing | {"nextmaintenanceget", "sfsk"})
    shop = open_shop(model)

    status = shop.driver().status()

    assert () == status.troubles
    assert not {"inspection", "daily_reports", "certificate_until", "subscription_until"} & set(status.facts)


@pytest.mark.parametrize(
    "command", ["nextmaintenanceget", "subgettime", "ecmedinfoget", "certinfoget", "sfsk"]
)
def test_a_question_the_printer_refuses_leaves_the_others(command: str) -> None:
    shop = open_shop()
    shop.printer.operator.service(authorised_days=3)
    driver = shop.driver()
    driver.prepare()
    shop.printer.faults.script(command, Fault(Kind.REFUSE, code=3725))

    assert "authorisation_ends" in [trouble.code for trouble in driver.status().troubles]


@pytest.mark.parametrize("told", ["", "soon", "2026-99-99", "10.10.2026"])
def test_a_date_that_cannot_be_read_is_not_told(told: str) -> None:
    shop = open_shop()
    shop.printer.operator.service(subscription_warns=told or " ", subscription_ends=told or " ")

    assert [] == warnings_of(shop)


def test_a_printer_in_training_needs_no_certificates() -> None:
    shop = open_shop(memory=used(fiscal=False))
    shop.printer.operator.service(certificates=NONE)

    assert ["training"] == warnings_of(shop)


def test_it_is_asked_once_a_day_and_of_another_printer_at_once() -> None:
    shop = open_shop()
    driver = shop.driver()
    assert () == driver.status().troubles
    shop.printer.operator.service(inspection="2026-10-10")
    assert () == driver.status().troubles
    shop.time.pass_by(86_400.0)
    assert ["inspection_due"] == [trouble.code for trouble in driver.status().troubles]

    shop.printer.operator.exchange("ZBF 9999999999")
    shop.link.close()
    assert () == driver.status().troubles


def test_every_code_is_a_trouble_that_stops_nothing() -> None:
    worst = Upkeep(
        inspection=date(2026, 1, 1),
        authorised_days=0,
        subscription_warns=date(2026, 1, 1),
        used=(("rd", 1830),),
        free=0,
        certificates=(("device", None), ("JSON", date(2026, 1, 1))),
    )

    codes = [*worst.codes(date(2026, 10, 9), fiscal=True)]

    assert 7 == len(set(codes))
    assert all(TROUBLES[code].warning for code in codes)


# -- deadlines and numbers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("floor", "soft"), [(2.0, (5.0, 10.0, 60.0, 2.0)), (20.0, (20.0, 20.0, 60.0, 20.0))])
def test_no_answer_gets_less_time_than_the_setting_says(floor: float, soft: tuple[float, ...]) -> None:
    timing = Timing(floor=floor)
    paces = (timing.read, timing.commit, timing.report, timing.immediate)

    assert soft == tuple(pace.soft for pace in paces)
    assert all(pace.question >= floor and pace.settled >= floor for pace in paces)


def test_a_printer_slower_than_the_usual_deadlines_sells_with_the_setting() -> None:
    for seconds, ready in ((2.0, False), (12.0, True)):
        shop = open_shop(XL2_ONLINE, options=PosnetOptions(answer_seconds=seconds))
        for nth in range(1, 40):
            shop.printer.faults.script("sdev", Fault(Kind.DELAY_ANSWER, seconds=8.0), nth=nth)

        assert ready is shop.driver().status().ready
        if ready:
            assert "00001" == shop.print(shop.driver(), SALE).number


@pytest.mark.parametrize(
    ("number", "printed"), [(1, "00001"), (99_999, "99999"), (123_456, "123456"), (10**20, "1" + "0" * 20)]
)
def test_a_number_has_five_digits_at_least_and_is_never_cut(number: int, printed: str) -> None:
    assert printed == receipt_number(number)


# -- reports of past days ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "detail", "command"),
    [
        ("monthly", {}, "monthlyrep"),
        ("period", {"first": "2026-09-01", "last": "2026-09-30"}, "periodicrepbydates"),
    ],
)
def test_firmware_without_summaries_prints_the_full_report_and_the_answer_says_so(
    kind: str, detail: dict[str, Any], command: str
) -> None:
    for unknown, wanted, summary in ((False, True, True), (False, False, False), (True, True, False)):
        shop = open_shop(unknown_fields=frozenset({(command, "su")} if unknown else ()))

        facts = shop.driver().errand(kind, {**detail, "summary": wanted})

        assert summary is facts["summary"]
        assert 1 == len(shop.printer.fiscal.non_fiscal)
