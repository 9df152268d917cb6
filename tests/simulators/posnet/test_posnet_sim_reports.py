"""Reports, clock, rates, identity, limits of a day (posnet.md 7.2 to 7.4, 10, 11.1)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.fiscal_printers import Counter, used

from simulators.posnet.memory import INACTIVE, Memory

TODAY = "da2026-10-09␉"
REPORT = f"dailyrep␉{TODAY}"


@pytest.fixture
def counter() -> Counter:
    return Counter()


def with_settings(memory: Memory, **settings: object) -> Memory:
    return replace(memory, settings=replace(memory.settings, **settings))  # type: ignore[arg-type]


# -- the daily report --------------------------------------------------------------------------------------------------


def test_a_second_report_of_nothing_is_refused(counter: Counter) -> None:
    counter.tell(REPORT)

    assert ["dailyrep␉?382␉"] == counter.ask(REPORT)
    counter.sell()
    counter.tell(REPORT, REPORT)
    assert ["dailyrep␉?382␉"] == counter.ask(REPORT)


def test_a_training_printer_reports_nothing_as_often_as_it_is_told() -> None:
    counter = Counter(memory=used(fiscal=False))
    counter.sell()
    counter.tell(REPORT, REPORT, REPORT)

    assert ["scnt␉rd4␉hn59␉bn0␉fn0␉nuZBF 2101002392␉bc0␉bt0␉fc0␉"] == counter.ask("scnt␉")


def test_a_report_of_cancelled_receipts_is_not_of_nothing(counter: Counter) -> None:
    counter.tell(REPORT, "trinit␉", "trline␉naX␉vt0␉pr100␉", "prncancel␉", REPORT)

    report = counter.printer.fiscal.reports[-1]
    assert report.day is not None
    assert (1, 100) == (report.day.cancelled, report.day.cancelled_value)


@pytest.mark.parametrize("before", [("trinit␉",), ("formstart␉fn200␉",)])
def test_a_report_waits_for_what_is_open(counter: Counter, before: tuple[str, ...]) -> None:
    counter.tell(*before)

    assert ["dailyrep␉?2038␉"] == counter.ask(REPORT)


@pytest.mark.parametrize("date", ["2026-10-08", "2026-10-10"])
def test_a_report_of_another_day_is_refused(counter: Counter, date: str) -> None:
    assert ["dailyrep␉?723␉"] == counter.ask(f"dailyrep␉da{date}␉")


@pytest.mark.parametrize("date", ["2026.10.09", "2026/10/09"])
def test_dates_may_be_written_otherwise(counter: Counter, date: str) -> None:
    counter.tell(f"dailyrep␉da{date}␉upT␉")


@pytest.mark.parametrize(
    ("restarts", "finished_restarts", "after"),
    [(True, True, "bn0␉bt0"), (False, True, "bn0␉bt2"), (False, False, "bn1␉bt2")],
)
def test_the_counter_of_receipts_goes_on_where_it_was_fixed_so(
    restarts: bool, finished_restarts: bool, after: str
) -> None:
    memory = with_settings(used(), counter_restarts=restarts)
    counter = Counter(memory=memory, finished_restarts=finished_restarts)
    counter.tell("trinit␉", "trline␉naX␉vt0␉pr100␉", "prncancel␉")
    counter.sell()
    counter.tell(REPORT)

    assert ("T" if restarts else "N") == counter.value("billcountercfgget␉", "dl")
    assert after == f"bn{counter.value('scnt␉', 'bn')}␉bt{counter.value('scnt␉', 'bt')}"


def test_a_report_can_be_read_back(counter: Counter) -> None:
    counter.sell("trline␉naX␉vt0␉pr100␉", "trline␉naY␉vt1␉pr50␉")
    counter.tell(REPORT)
    counter.sell()
    counter.time.pass_by(60)
    counter.tell(REPORT)

    (answer,) = counter.ask("fmrecrd␉no5␉")
    assert "␉no5␉" in answer
    assert "␉pa100␉pb50␉pc0␉" in answer
    assert "␉pn1␉ct0␉cn0␉" in answer
    assert "␉no6␉" in counter.ask("fmrecrd␉")[0]
    assert ["fmrecrd␉?384␉"] == counter.ask("fmrecrd␉no7␉")


@pytest.mark.parametrize("asks", [False, True])
def test_whether_yesterday_must_be_closed_first_is_a_switch(asks: bool) -> None:
    counter = Counter(report_due=asks)
    counter.sell()
    counter.sell()
    counter.time.pass_by(24 * 3600)

    assert ["trinit␉?383␉" if asks else "trinit␉"] == counter.ask("trinit␉")


@pytest.mark.parametrize(
    "command",
    [
        "periodicrepbydates␉fd2026-10-01␉td2026-10-08␉su1␉",
        "periodicrepbynumbers␉fn1␉tn4␉",
        "monthlyrep␉da2026-09-01␉",
        "shiftrep␉",
        "cashstaterep␉",
    ],
)
def test_other_reports_are_printed_and_change_no_total(counter: Counter, command: str) -> None:
    counter.tell(command)

    assert 1 == len(counter.printer.ledger.slips)
    assert "56" == counter.value("scnt␉", "hn")
    assert "0" == counter.value("scnt␉", "bt")


@pytest.mark.parametrize(
    ("fields", "code"), [("fd2026-10-10␉td2026-10-11␉", 2045), ("fd2026-10-08␉td2026-10-01␉", 2050)]
)
def test_periods_must_make_sense(counter: Counter, fields: str, code: int) -> None:
    assert [f"periodicrepbydates␉?{code}␉"] == counter.ask(f"periodicrepbydates␉{fields}")


# -- limits of a day ---------------------------------------------------------------------------------------------------


def test_a_day_that_may_not_hold_another_receipt_wants_a_report() -> None:
    memory = used()
    full = replace(memory, day=replace(memory.day, totals=(40_000_000_001, 0, 0, 0, 0, 0, 0), finished=5))
    counter = Counter(memory=full)

    assert ["trinit␉?2010␉"] == counter.ask("trinit␉")
    counter.tell(REPORT, "trinit␉")


def test_a_day_has_9999_receipts() -> None:
    memory = used()
    counter = Counter(memory=replace(memory, day=replace(memory.day, finished=9998)))
    counter.sell()

    assert ["trinit␉?2010␉"] == counter.ask("trinit␉")


# -- clock and rates ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("form", ["2026-10-09,12:05", "2026-10-09;12:05", "2026.10.09 12:05"])
def test_the_clock_is_set_by_up_to_two_hours(counter: Counter, form: str) -> None:
    counter.tell(f"rtcset␉da{form}␉")

    assert ["rtcget␉da2026-10-09;12:05␉tm2026-10-09T12:05:14+02:00␉"] == counter.ask("rtcget␉")
    assert ["rtcset␉?2023␉"] == counter.ask("rtcset␉da2026-10-09,09:05␉")
    counter.tell("rtcsync␉")
    assert "2026-10-09;11:48" == counter.value("rtcget␉", "da")


def test_the_clock_is_set_behind_a_report_only(counter: Counter) -> None:
    counter.sell()

    assert ["rtcset␉?2020␉"] == counter.ask("rtcset␉da2026-10-09,12:05␉")


def test_new_rates_want_zero_totals_and_a_date(counter: Counter) -> None:
    counter.sell()
    assert ["vatset␉?2035␉"] == counter.ask(f"vatset␉va22␉vb7␉{TODAY}")
    counter.tell(REPORT, f"vatset␉va22␉vb7,00␉vc100␉{TODAY}")

    assert ["vatget␉va22,00␉vb7,00␉vc100,00␉vd101,00␉ve101,00␉vf101,00␉vg101,00␉"] == counter.ask("vatget␉")
    assert "1" == counter.value("sfsk␉", "vt")
    counter.tell(f"vatset␉va22␉vb7,00␉vc100␉{TODAY}")
    assert "1" == counter.value("sfsk␉", "vt")


def test_new_rates_without_a_date_ask_for_a_key(counter: Counter) -> None:
    assert [] == counter.ask("vatset␉va22␉")
    counter.printer.operator.press_key()

    assert ["vatset␉"] == counter.answers()
    assert 2200 == counter.printer.memory.settings.rates[0]


@pytest.mark.parametrize(("fields", "code"), [("", 2030), ("va101␉", 2030), ("va100.5␉", 2029)])
def test_rates_that_make_no_sense(counter: Counter, fields: str, code: int) -> None:
    assert [f"vatset␉?{code}␉"] == counter.ask(f"vatset␉{fields}{TODAY}")


def test_planned_rates_come_due_and_a_report_puts_them_in_place(counter: Counter) -> None:
    counter.tell("vatautoset␉on1␉va22␉vb7␉da2026-10-10␉", "trinit␉", "prncancel␉")
    assert ["T", "2026-10-10"] == [counter.value("vatautoget␉", field) for field in ("on", "da")]
    counter.time.pass_by(24 * 3600)

    assert ["trinit␉?3084␉"] == counter.ask("trinit␉")
    counter.tell("dailyrep␉da2026-10-10␉")

    assert "22,00" == counter.value("vatget␉", "va")
    counter.tell("trinit␉", "prncancel␉", "vatautoset␉on0␉")


@pytest.mark.parametrize(
    ("settings", "code"),
    [({"header": ()}, 2002), ({"rates": (INACTIVE,) * 7}, 2004), ({"read_only": True}, 2036)],
)
def test_a_printer_that_is_not_set_up_sells_nothing(settings: dict[str, object], code: int) -> None:
    counter = Counter(memory=with_settings(used(), error_seconds=2, **settings), remote=False)

    assert [f"trinit␉?{code}␉"] == counter.ask("trinit␉")
    assert 1 == len(counter.ask("scnt␉"))


# -- identity ----------------------------------------------------------------------------------------------------------


def test_who_it_is_cannot_be_overwritten(counter: Counter) -> None:
    counter.tell("progid␉nmMoja␉vr9␉nuABC 1␉")

    assert ["sid␉nmMoja␉vr9␉"] == counter.ask("sid␉")
    assert "ABC 1" == counter.value("scnt␉", "nu") == counter.value("getprogfiscid␉", "nu")
    assert ["getrealid␉nmPOSNET THERMAL XL2 ONLINE␉vr30.01␉nuZBF 2101002392␉vf1.01␉"] == counter.ask(
        "getrealid␉"
    )
    counter.tell("resetprogid␉")
    assert ["sid␉nmPOSNET THERMAL XL2 ONLINE␉vr30.01␉"] == counter.ask("sid␉")


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("authstateget␉", "authstateget␉?480␉"),
        ("subgettime␉", "subgettime␉wt2099-12-01␉lt2099-12-31␉"),
        ("nextmaintenanceget␉", "nextmaintenanceget␉da2027-12-31␉"),
        ("certinfoget␉id1␉", "certinfoget␉id1␉okN␉da2000-01-01␉fp␉sn␉"),
        ("ecmedinfoget␉", "ecmedinfoget␉pr1␉sf7600000␉ca7800000␉"),
        ("usetypeget␉", "usetypeget␉ty0␉"),
        ("factorynumberget␉", "factorynumberget␉fn101002392␉"),
        ("doccntget␉", "doccntget␉bi0␉al55␉"),
        ("scashstate␉", "scashstate␉cs0␉"),
        ("formisstarted␉", "formisstarted␉isN␉"),
        ("discounttypeget␉", "discounttypeget␉dt0␉"),
        ("eclastdocnoget␉", "eclastdocnoget␉di60␉"),
        ("eclastdocnoget␉ty13␉", "eclastdocnoget␉di0␉"),
    ],
)
def test_what_else_it_tells(counter: Counter, command: str, answer: str) -> None:
    assert [answer] == [said.replace("␉fnF", "␉fn") for said in counter.ask(command)]


def test_what_service_has_set_is_told(counter: Counter) -> None:
    counter.printer.operator.service(
        authorised_days=30, inspection="2026-11-01", certificates=("2027-01-01", *("",) * 6), protected_free=5
    )

    assert ["authstateget␉il30␉"] == counter.ask("authstateget␉")
    assert ["nextmaintenanceget␉da2026-11-01␉"] == counter.ask("nextmaintenanceget␉")
    assert ("T", "2027-01-01") == tuple(counter.value("certinfoget␉id0␉", name) for name in ("ok", "da"))
    assert "5" == counter.value("ecmedinfoget␉", "sf")
    assert ["ERR␉?2␉cmcertinfoget␉fdid␉"] == counter.ask("certinfoget␉")
    assert ["ERR␉?3␉cmcertinfoget␉fdid␉"] == counter.ask("certinfoget␉id7␉")


def test_a_report_of_past_days_needs_its_days_and_takes_a_summary_where_the_firmware_does() -> None:
    counter = Counter(unknown_fields=frozenset({("monthlyrep", "su")}))

    assert ["ERR␉?2␉cmmonthlyrep␉fdda␉"] == counter.ask("monthlyrep␉")
    assert ["ERR␉?3␉cmmonthlyrep␉fdsu␉"] == counter.ask("monthlyrep␉da2026-09-01␉su1␉")
    counter.tell("monthlyrep␉da2026-09-01␉", "periodicrepbydates␉fd2026-09-01␉td2026-09-30␉su1␉")
    assert ["ERR␉?2␉cmperiodicrepbydates␉fdtd␉"] == counter.ask("periodicrepbydates␉fd2026-09-01␉")


def test_what_only_a_fiscal_printer_tells() -> None:
    counter = Counter(memory=used(fiscal=False))

    for command in ("usetypeget␉", "ownershiptypeget␉", "eparagonstatusget␉"):
        assert [f"{command}?2034␉"] == counter.ask(command)
