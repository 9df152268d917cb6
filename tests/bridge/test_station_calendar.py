"""What the printer's own calendar asks for: between receipts, never in the middle, never while one is undecided."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest
from support.journals import found, intend
from support.stations import Bench, raising

from bridge.decisions import decide
from bridge.journal import State
from bridge.reasons import Decision
from drivers.contract import Fault, Plan, Status, Trouble, Unproven, Verdict, VerdictKind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

REPORT = "daily report 123 made"
NO_PAPER = Trouble("paper_end", "no paper", "Put in a roll", "brak papieru", "Włóż rolkę")


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    made.driver.fiscal = True
    yield made
    made.journal.close()


class Report:
    """A calendar with one thing due."""

    def __init__(self, before: Callable[[], object] = lambda: None) -> None:
        self.asked = 0
        self.made = False
        self._before = before

    def __call__(self) -> str:
        self.asked += 1
        self._before()
        due, self.made = not self.made, True
        return REPORT if due else ""


def test_an_idle_station_has_it_done_and_says_so_once(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.driver.on_tend = Report()
    station = bench.station()

    with caplog.at_level(logging.INFO, "receipt-bridge"):
        for _ in range(3):
            station.step()
            bench.clock.advance(2)

    assert [REPORT] == caplog.messages


def test_it_is_done_while_baselinker_cannot_be_reached_too(bench: Bench) -> None:
    report = bench.driver.on_tend = Report()
    bench.poll(1)
    bench.clock.advance(31)

    bench.station().step()

    assert (True, State.WAITING) == (report.made, bench.state(1))


def test_a_waiting_receipt_is_printed_behind_it_from_a_mark_made_anew(bench: Bench) -> None:
    happened: list[str] = []
    bench.driver.on_tend = Report(lambda: happened.append("tend"))
    bench.driver.on_mark = lambda: happened.append("mark")
    bench.driver.on_print = lambda _plan: happened.append("print")
    bench.poll(1)
    station = bench.station()

    station.step()
    assert (State.WAITING, 1) == (bench.state(1), len(bench.journal.history(1)))
    station.step()

    assert ["mark", "tend", "mark", "tend", "print"] == happened
    assert State.PRINTED is bench.state(1)


def test_nothing_is_done_while_a_receipt_is_printed_or_its_verdict_is_open(bench: Bench) -> None:
    report = bench.driver.on_tend = Report()
    bench.poll(1)
    intend(bench.journal, found(bench.journal, 1))
    bench.driver.verdict = raising(Fault("not plugged in"))  # type: ignore[method-assign]
    station = bench.station()

    for _ in range(5):
        station.step()
        bench.clock.advance(20)

    assert (State.INTENT, 0) == (bench.state(1), report.asked)


def test_nothing_is_done_until_somebody_decided_about_an_unknown_receipt(bench: Bench) -> None:
    report = bench.driver.on_tend = Report()
    bench.poll(1, 2)
    intend(bench.journal, found(bench.journal, 1))
    bench.driver.answer = Verdict(VerdictKind.UNKNOWN, reason="somebody else sold")
    station = bench.station()

    for _ in range(5):
        station.step()
        bench.clock.advance(20)
    assert (State.HELD, 0) == (bench.state(1), report.asked)

    decide(bench.journal, 1, Decision.PRINTED)
    station.step()
    assert report.made


def test_nothing_is_done_on_another_device_than_the_one_agreed(bench: Bench) -> None:
    report = bench.driver.on_tend = Report()
    bench.journal.agree_device("till", "device-1")
    bench.driver.health, bench.driver.device = Status(device="device-2"), "device-2"
    bench.poll(1)
    station = bench.station()

    for _ in range(3):
        station.step()
    bench.clock.advance(61)
    station.step()
    assert (0, State.WAITING) == (report.asked, bench.state(1))

    bench.journal.forget_device("till")
    bench.clock.advance(61)
    station.step()
    assert report.made


@pytest.mark.parametrize("error", [Fault("the printer refuses it"), Unproven("no answer")])
def test_a_failure_is_told_once_tried_ever_less_and_stops_no_receipt(
    bench: Bench, error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    report = bench.driver.on_tend = Report(raising(error))
    station = bench.station()

    with caplog.at_level(logging.WARNING, "receipt-bridge"):
        for number in range(1, 721):
            if number % 60 == 0:
                bench.poll(number)
                station.step()
            station.step()
            bench.clock.advance(5)

    printed = [plan.receipt.receipt_id for plan in bench.driver.paper]
    assert list(range(60, 721, 60)) == printed
    # After 1, 3, 7, 15, 30 and 45 minutes of the hour.
    assert 7 == report.asked
    assert 1 == sum("put off" in message for message in caplog.messages)


def test_it_is_tried_at_once_when_the_printer_is_able_again(bench: Bench) -> None:
    report = bench.driver.on_tend = Report(raising(Fault("no paper")))
    station = bench.station()
    station.step()
    bench.driver.health = Status((NO_PAPER,))
    bench.clock.advance(61)
    station.step()
    assert 2 == report.asked
    bench.driver.health = Status()
    bench.driver.on_tend = again = Report()
    bench.clock.advance(61)

    station.step()

    assert again.made


def test_what_was_put_off_is_told_when_it_is_done(bench: Bench, caplog: pytest.LogCaptureFixture) -> None:
    bench.driver.on_tend = Report(raising(Fault("no paper", cure="Put in a roll")))
    station = bench.station()
    with caplog.at_level(logging.INFO, "receipt-bridge"):
        station.step()
        bench.driver.on_tend = Report()
        bench.clock.advance(61)
        station.step()

    assert ["work of the printer's calendar is put off: no paper. Put in a roll.", REPORT] == caplog.messages


def test_a_receipt_whose_turn_comes_at_a_failure_is_planned_anew(bench: Bench) -> None:
    bench.driver.on_tend = Report(raising(Fault("the line broke")))
    prepared: list[Plan | None] = []
    bench.driver.on_prepare = lambda: prepared.append(None)
    bench.poll(1)
    station = bench.station()

    station.step()
    assert State.WAITING is bench.state(1)
    station.step()

    assert (2, State.PRINTED) == (len(prepared), bench.state(1))
