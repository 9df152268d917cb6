from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import pytest
from support.journals import found, intend
from support.listings import product
from support.stations import Bench, raising

from bridge.decisions import decide
from bridge.journal import State
from bridge.journal import database as database_module
from bridge.reasons import Decision
from drivers.contract import (
    Fault,
    MayBePrinted,
    Plan,
    Proof,
    Refusal,
    Status,
    Trouble,
    Unproven,
    Verdict,
    VerdictKind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from drivers.receipt import Receipt

PRINTED = Verdict(VerdictKind.PRINTED, proof=Proof("fiscal", number="17", printed_at=1_790_000_000))
NOT_PRINTED = Verdict(VerdictKind.NOT_PRINTED, reason="counters stand still")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.journal.close()


def test_a_waiting_receipt_is_printed_once_and_its_proof_kept(bench: Bench) -> None:
    bench.poll(1)
    station = bench.station()

    station.step()
    station.step()

    assert [1] == [plan.receipt.receipt_id for plan in bench.driver.paper]
    entry = found(bench.journal, 1)
    assert entry.proof is not None
    assert (State.PRINTED, "fence") == (entry.state, entry.proof.kind)


def test_the_intent_is_on_disk_before_the_first_byte(bench: Bench) -> None:
    bench.poll(1)
    seen: list[State] = []
    bench.driver.on_print = lambda plan: seen.append(bench.state(plan.receipt.receipt_id))

    bench.station().step()

    assert [State.INTENT] == seen


def test_nothing_is_printed_from_a_list_that_is_too_old(bench: Bench) -> None:
    bench.poll(1)
    bench.clock.advance(31)

    bench.station().step()

    assert [] == bench.driver.paper
    assert bench.wake.poll_wanted()


def test_a_list_of_an_earlier_run_counts_for_nothing(bench: Bench) -> None:
    bench.poll(1)
    bench.run_id = "run-2"

    bench.station().step()

    assert [] == bench.driver.paper
    assert bench.wake.poll_wanted()


def test_what_is_listed_at_the_moment_of_printing_is_printed(bench: Bench) -> None:
    bench.poll(1)

    def edited_meanwhile(_receipt: Receipt) -> None:
        bench.driver.on_plan = None
        bench.poll(1, products=[product(quantity=3)])

    bench.driver.on_plan = edited_meanwhile
    station = bench.station()
    station.step()
    assert [] == bench.driver.paper

    station.step()

    assert [3150] == [plan.receipt.total for plan in bench.driver.paper]


def test_a_refused_plan_is_refused_and_the_next_receipt_printed(bench: Bench) -> None:
    bench.poll(1, 2)

    def refuse_the_first(receipt: Receipt) -> None:
        if receipt.receipt_id == 1:
            raise Refusal("the rate 7% is not in the printer", field="lines[0].vat_rate", code="no_rate")

    bench.driver.on_plan = refuse_the_first
    station = bench.station()
    station.step()
    station.step()

    assert (State.REFUSED, State.PRINTED) == (bench.state(1), bench.state(2))
    assert "lines[0].vat_rate: the rate 7% is not in the printer" == found(bench.journal, 1).reason


def test_data_that_the_device_refuses_at_its_mark_refuse_the_receipt(bench: Bench) -> None:
    bench.poll(1, 2)
    refusals = [Refusal("the printer has locked this name", field="lines[0].name", code="goods_locked")]

    def refuse_once() -> None:
        if refusals:
            raise refusals.pop()

    bench.driver.on_mark = refuse_once
    station = bench.station()
    station.step()
    station.step()

    assert (State.REFUSED, State.PRINTED) == (bench.state(1), bench.state(2))
    assert ["listed", "refuse"] == [change.event for change in bench.journal.history(1)]


def test_data_that_the_device_refuses_in_the_middle_refuse_the_receipt_for_good(bench: Bench) -> None:
    bench.poll(1, 2)

    def refuse_the_first(plan: Plan) -> None:
        if plan.receipt.receipt_id == 1:
            raise Refusal("The printer refuses a line", field="lines", code="posnet-1950")

    bench.driver.on_print = refuse_the_first
    bench.station().step()
    bench.station().step()

    entry = found(bench.journal, 1)
    assert (State.REFUSED, MayBePrinted.NO) == (entry.state, entry.may_be_printed)
    assert ("posnet-1950", "lines: The printer refuses a line") == (entry.reason_code, entry.reason)
    assert ["listed", "intend", "not_printed", "refuse"] == [
        change.event for change in bench.journal.history(1)
    ]
    assert (State.PRINTED, 0) == (bench.state(2), bench.driver.asked)


def test_a_printer_that_is_not_able_keeps_the_receipt_waiting_without_an_intent(bench: Bench) -> None:
    bench.poll(1)
    bench.driver.on_mark = raising(Fault("no paper", cure="Put in a roll", code="paper_end"))
    station = bench.station()

    pauses = [station.step() for _ in range(6)]

    assert [1.0, 2.0, 4.0, 8.0, 15.0, 15.0] == pauses
    assert 1 == len(bench.journal.history(1))
    assert "paper_end" == bench.journal.beats()["printer:till"].detail["code"]
    bench.driver.on_mark = None
    station.step()
    assert State.PRINTED is bench.state(1)


def test_a_printer_that_cannot_be_prepared_keeps_the_receipt_waiting(bench: Bench) -> None:
    bench.poll(1)
    bench.driver.on_prepare = raising(Fault("no daily report yet"))
    station = bench.station()
    station.step()
    assert (State.WAITING, []) == (bench.state(1), bench.driver.paper)

    bench.driver.on_prepare = None
    station.step()

    assert State.PRINTED is bench.state(1)


def test_what_the_driver_remembers_while_printing_is_durable_before_it_goes_on(bench: Bench) -> None:
    bench.poll(1)
    station = bench.station()
    kept: list[object] = []

    def remember_first(_plan: Plan) -> None:
        station.remember({"end_sent": True})
        mark = found(bench.journal, 1).mark
        kept.append(None if mark is None else mark.values)

    bench.driver.on_print = remember_first
    station.step()

    assert [{"end_sent": True}] == kept


def test_a_fault_while_printing_is_the_device_s_word_that_nothing_was_printed(bench: Bench) -> None:
    bench.poll(1)
    bench.driver.on_print = raising(Fault("connection refused"))

    bench.station().step()

    entry = found(bench.journal, 1)
    assert (State.WAITING, MayBePrinted.NO) == (entry.state, entry.may_be_printed)


@pytest.mark.parametrize("error", [Unproven("no answer"), ZeroDivisionError("a bug")])
def test_whatever_fails_after_the_first_byte_the_device_is_asked(bench: Bench, error: Exception) -> None:
    bench.poll(1)
    bench.driver.on_print = raising(error)
    bench.driver.answer = PRINTED

    bench.station().step()

    entry = found(bench.journal, 1)
    assert entry.proof is not None
    assert (1, State.PRINTED, "17") == (bench.driver.asked, entry.state, entry.proof.number)


def test_only_the_verdict_not_printed_lets_a_receipt_be_printed_again(bench: Bench) -> None:
    bench.poll(1)
    bench.driver.on_print = raising(Unproven("no answer"))
    bench.driver.answer = NOT_PRINTED
    station = bench.station()
    station.step()
    bench.driver.on_print = None

    station.step()

    assert [False] == [plan.copy for plan in bench.driver.paper]


def test_an_unknown_verdict_holds_the_receipt_and_the_others_go_on(bench: Bench) -> None:
    bench.poll(1, 2)
    bench.driver.on_print = raising(Unproven("no answer"))
    station = bench.station()
    station.step()
    bench.driver.on_print = None

    station.step()

    entry = found(bench.journal, 1)
    assert (State.HELD, "interrupted", MayBePrinted.UNKNOWN) == (
        entry.state,
        entry.reason_code,
        entry.may_be_printed,
    )
    assert State.PRINTED is bench.state(2)


def test_a_fiscal_printer_stands_still_until_somebody_decides(bench: Bench) -> None:
    bench.driver.fiscal = True
    bench.poll(1, 2)
    bench.driver.on_print = raising(Unproven("no answer"))
    station = bench.station()
    station.step()
    bench.driver.on_print = None

    station.step()
    assert State.WAITING is bench.state(2)

    decide(bench.journal, 1, Decision.PRINTED)
    station.step()
    assert State.PRINTED is bench.state(2)


def test_the_policy_reprint_marked_prints_one_copy_and_then_asks_a_person(bench: Bench) -> None:
    bench.driver.reprints_marked = True
    bench.poll(1)
    tried: list[bool] = []

    def lose(plan: Plan) -> None:
        tried.append(plan.copy)
        raise Unproven("no answer")

    bench.driver.on_print = lose
    station = bench.station()
    for _ in range(5):
        station.step()

    assert [False, True, True] == tried
    assert State.HELD is bench.state(1)


def test_a_fiscal_receipt_is_never_reprinted_by_policy(bench: Bench) -> None:
    bench.driver.reprints_marked = bench.driver.fiscal = True
    bench.poll(1)
    bench.driver.on_print = raising(Unproven("no answer"))

    bench.station().step()

    assert State.HELD is bench.state(1)


def test_what_a_person_lets_print_after_an_interruption_carries_the_banner(bench: Bench) -> None:
    bench.poll(1)
    bench.driver.on_print = raising(Unproven("no answer"))
    station = bench.station()
    station.step()
    bench.driver.on_print = None
    decide(bench.journal, 1, Decision.PRINT)

    station.step()

    assert [True] == [plan.copy for plan in bench.driver.paper]


@pytest.mark.parametrize(
    ("verdict", "state"),
    [(PRINTED, State.PRINTED), (NOT_PRINTED, State.WAITING), (Verdict(VerdictKind.UNKNOWN), State.HELD)],
)
def test_after_a_crash_the_next_start_asks_the_device_first(
    bench: Bench, verdict: Verdict, state: State
) -> None:
    bench.poll(1)
    intend(bench.journal, found(bench.journal, 1))
    bench.driver.answer = verdict

    bench.station().step()

    assert (1, state) == (bench.driver.asked, bench.state(1))
    assert [] == bench.driver.paper


def test_a_device_that_is_away_is_asked_until_it_answers(bench: Bench) -> None:
    bench.poll(1)
    intend(bench.journal, found(bench.journal, 1))
    station = bench.station()
    bench.driver.verdict = raising(Fault("not plugged in"))  # type: ignore[method-assign]

    station.step()

    assert State.INTENT is bench.state(1)


def test_another_device_on_the_port_prints_nothing_until_a_person_agrees(bench: Bench) -> None:
    bench.poll(1)
    station = bench.station()
    station.step()
    bench.driver.device = "device-2"
    bench.poll(1, 2)
    station.step()
    assert State.WAITING is bench.state(2)
    assert "other_device" == bench.journal.beats()["printer:till"].detail["code"]

    bench.journal.forget_device("till")
    station.step()

    assert State.PRINTED is bench.state(2)


def test_a_bug_in_planning_holds_that_receipt_and_no_other(bench: Bench) -> None:
    bench.poll(1, 2)

    def fail_once(_receipt: Receipt) -> None:
        bench.driver.on_plan = None
        raise KeyError("a bug")

    bench.driver.on_plan = fail_once
    station = bench.station()
    station.step()
    station.step()

    assert (State.HELD, State.PRINTED) == (bench.state(1), bench.state(2))
    assert MayBePrinted.NO is found(bench.journal, 1).may_be_printed


def test_a_full_disk_prints_nothing_and_says_so(
    bench: Bench, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bench.poll(1)
    monkeypatch.setattr(database_module, "ROOM_BYTES", 2**62)

    with caplog.at_level(logging.INFO, "receipt-bridge"):
        bench.station().step()

    assert [] == bench.driver.paper
    assert "nothing is printed: the disk of the journal" in caplog.text


def test_an_interruption_by_the_stop_itself_stays_an_intent_for_the_next_start(bench: Bench) -> None:
    bench.poll(1)

    def stopped(_plan: Plan) -> None:
        bench.wake.stop_all()
        raise Unproven("stopped while waiting for paper")

    bench.driver.on_print = stopped
    bench.station().step()

    assert State.INTENT is bench.state(1)


def test_trouble_is_said_once_when_it_comes_and_once_when_it_is_over(
    bench: Bench, caplog: pytest.LogCaptureFixture
) -> None:
    trouble = Trouble("cover_open", "the cover is open", "Close it", "pokrywa jest otwarta", "Zamknij ją")
    station = bench.station()
    bench.driver.health = Status((trouble,))
    with caplog.at_level(logging.INFO, "receipt-bridge"):
        for health in (Status((trouble,)), Status((trouble,)), Status(), Status()):
            bench.driver.health = health
            station.step()
            bench.clock.advance(61)

    assert ["printer waits: the cover is open. Close it.", "printer is ready again"] == caplog.messages


def test_the_driver_is_closed_when_the_station_ends(bench: Bench) -> None:
    bench.wake.stop_all()

    bench.station().run()

    assert bench.driver.closed


def test_what_a_person_asks_of_the_printer_is_done_between_receipts(bench: Bench) -> None:
    done: list[tuple[str, object]] = []

    def do(kind: str, detail: Mapping[str, Any]) -> Mapping[str, Any]:
        done.append((kind, detail["month"]))
        return {"number": 7}

    bench.driver.on_errand = do
    errand_id = bench.journal.errands.ask("till", "monthly", {"month": "2026-10"})
    bench.station().step()

    errand = bench.journal.errands.get(errand_id)
    assert errand is not None
    assert ([("monthly", "2026-10")], "done", {"number": 7}) == (done, errand.state, errand.result)
    assert [] == bench.journal.errands.open("till")


@pytest.mark.parametrize(("kind", "prepared"), [("attention", 0), ("status", 0), ("notice", 1)])
def test_only_an_errand_that_prints_is_prepared_for(bench: Bench, kind: str, prepared: int) -> None:
    asked: list[None] = []
    bench.driver.on_prepare = lambda: asked.append(None)
    bench.driver.on_errand = lambda _kind, _detail: {}
    bench.journal.errands.ask("till", kind, {})

    bench.station().step()

    assert prepared == len(asked)
    assert [] == bench.journal.errands.open("till")


def test_an_errand_that_fails_says_why_and_whether_it_may_be_printed(bench: Bench) -> None:
    bench.driver.on_errand = raising(Unproven("no answer", cure="Look at the paper"))
    errand_id = bench.journal.errands.ask("till", "daily", {})

    bench.station().step()

    errand = bench.journal.errands.get(errand_id)
    assert errand is not None
    assert "failed" == errand.state
    assert ("no answer", "Look at the paper") == (errand.result["what"], errand.result["cure"])
    assert "unknown" == errand.result["may_be_printed"]


def test_an_errand_begun_before_a_crash_is_never_begun_again(bench: Bench) -> None:
    bench.driver.on_errand = raising(AssertionError("begun again"))
    errand_id = bench.journal.errands.ask("till", "daily", {})
    assert bench.journal.errands.begin(errand_id)

    bench.station().step()

    errand = bench.journal.errands.get(errand_id)
    assert errand is not None
    assert ("failed", "unknown") == (errand.state, errand.result["may_be_printed"])


def test_an_errand_can_be_called_off_until_it_is_begun(bench: Bench) -> None:
    first, second = (bench.journal.errands.ask("till", "test", {}) for _ in range(2))
    assert bench.journal.errands.begin(second)

    assert (True, False) == (bench.journal.errands.call_off(first), bench.journal.errands.call_off(second))
