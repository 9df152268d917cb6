"""What a printer waits for: paper, keys, its own speed; and what tells so meanwhile (posnet.md 5.2 and 5.3)."""

from __future__ import annotations

import threading

import pytest
from support.fiscal_printers import Counter

from simulators.posnet.faults import Fault, Kind

READY = "!sdev␉ds0␉cpN␉qeT␉peN␉tl0␉"
LINES = ("trinit␉bm0␉", "trline␉naKawa␉vt0␉pr1000␉")


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.mark.parametrize(
    ("sensor", "code"), [("paper_out", 5), ("cover_open", 3), ("head_hot", 6), ("cutter_jam", 8)]
)
def test_a_receipt_waits_for_somebody_at_the_printer(counter: Counter, sensor: str, code: int) -> None:
    counter.tell(*LINES)
    counter.printer.change(**{sensor: True})

    assert [] == counter.ask("trend␉to1000␉")
    assert ["!sdev␉ds3␉cpN␉qeN␉peN␉tl1␉"] == counter.ask("!sdev␉")
    assert [f"!sprn␉pr{code}␉"] == counter.ask("!sprn␉")
    assert () == counter.printer.fiscal.receipts
    counter.printer.change(**{sensor: False})

    assert ["trend␉"] == counter.answers()
    assert [READY] == counter.ask("!sdev␉")


def test_paper_that_ends_in_the_middle_ends_behind_a_commit(counter: Counter) -> None:
    counter.tell(*LINES)
    counter.printer.change(paper_lines=5)

    assert [] == counter.ask("trend␉")
    assert "5" == counter.ask("!sprn␉")[0].split("␉")[1].removeprefix("pr")
    assert 1 == len(counter.printer.fiscal.receipts)
    counter.printer.operator.new_roll()

    assert ["trend␉"] == counter.answers()
    assert "~~~~ new roll ~~~~" in counter.printer.ledger.slips[0].to_text()


@pytest.mark.parametrize(("kind", "sensor"), [(Kind.PAPER_OUT, "paper_out"), (Kind.COVER_OPEN, "cover_open")])
@pytest.mark.parametrize("lines", [0, 3])
def test_a_fault_stops_the_paper_behind_so_many_lines(
    counter: Counter, kind: Kind, sensor: str, lines: int
) -> None:
    counter.printer.faults.script("trinit", Fault(kind, at=lines))

    assert [] == counter.ask("trinit␉")
    assert lines == len(counter.printer.ledger.unfinished.rows)
    counter.printer.change(**{sensor: False})

    assert ["trinit␉"] == counter.answers()


@pytest.mark.parametrize("waits", [True, False])
def test_whether_reads_wait_for_paper_is_a_switch(waits: bool) -> None:
    counter = Counter(everything_waits_for_paper=waits)
    counter.printer.change(paper_out=True)

    assert (0 if waits else 1) == len(counter.ask("scnt␉"))


def test_the_near_end_of_the_roll_stops_nothing(counter: Counter) -> None:
    counter.printer.change(near_end=True)
    counter.sell()

    assert ["!sdev␉ds0␉cpN␉qeT␉peT␉tl0␉"] == counter.ask("!sdev␉")


def test_the_drawer_is_opened_and_told(counter: Counter) -> None:
    assert ["!sdrwr␉ds1␉ks2␉"] == counter.ask("!sdrwr␉")
    counter.tell("opendrwr␉")

    assert ["!sdrwr␉ds0␉ks2␉"] == counter.ask("!sdrwr␉")
    assert 1 == len(counter.printer.ledger.kicks)


@pytest.mark.parametrize("repeats", [True, False])
def test_the_name_in_an_immediate_answer_is_a_switch(repeats: bool) -> None:
    (answer,) = Counter(bang_in_answer=repeats).ask("!sprn␉@0005␉")

    assert ("!" if repeats else "") + "sprn␉@0005␉pr0␉" == answer


def test_immediate_commands_may_also_stand_in_the_queue(counter: Counter) -> None:
    assert ["sdev␉ds0␉cpN␉qeT␉peN␉tl0␉"] == counter.ask("sdev␉")


@pytest.mark.parametrize("counts", [True, False])
def test_whether_the_queue_counts_the_running_command_is_a_switch(counts: bool) -> None:
    counter = Counter(busy_until_answered=counts)
    counter.tell(*LINES)
    counter.printer.change(speed=1.0)
    counter.ask("trend␉")

    assert f"qe{'N' if counts else 'T'}" in counter.ask("!sdev␉")[0]


# -- speed -------------------------------------------------------------------------------------------------------------


def test_printing_takes_its_time_and_the_answer_comes_behind_it(counter: Counter) -> None:
    counter.tell(*LINES)
    counter.printer.change(speed=2.0)

    assert [] == counter.ask("trend␉")
    assert 1 == len(counter.printer.fiscal.receipts)
    waited = 0.0
    while not counter.answers():
        delay = counter.printer.work()
        assert delay
        counter.time.pass_by(delay)
        waited += delay

    assert 4 < waited < 20
    assert "SUMA PLN" in counter.printer.ledger.slips[0].to_text()


def test_whether_the_end_is_answered_before_its_printing_ends_is_a_switch() -> None:
    counter = Counter(trend_answers_first=True)
    counter.tell(*LINES)
    counter.printer.change(speed=2.0)

    assert ["trend␉"] == counter.ask("trend␉")
    assert counter.ask("scnt␉")[0].startswith("scnt␉rd4␉hn56␉bn1␉")
    assert [] == counter.ask("trinit␉")
    while counter.printer.busy:
        counter.time.pass_by(1)
        counter.printer.work()
    assert ["trinit␉"] == counter.answers()


def test_commands_may_take_time(counter: Counter) -> None:
    counter.printer.behaviour.command_seconds = 0.5

    assert [] == counter.ask("scnt␉")
    assert [] == counter.wait(0.25)
    assert 0.25 == counter.printer.work()
    assert 1 == len(counter.wait(0.25))


# -- keys and windows --------------------------------------------------------------------------------------------------


def test_in_standard_mode_an_error_waits_for_a_key() -> None:
    counter = Counter(remote=False)

    assert ["trend␉?2005␉"] == counter.ask("trend␉")
    assert [] == counter.ask("scnt␉")
    assert ["!sdev␉ds3␉cpN␉qeN␉peN␉tl0␉"] == counter.ask("!sdev␉")
    assert ["!sprn␉pr0␉"] == counter.ask("!sprn␉")
    counter.printer.operator.press_key()

    assert 1 == len(counter.answers())


def test_in_standard_mode_even_the_answer_may_wait_for_the_key() -> None:
    counter = Counter(remote=False, error_answer_first=False)

    assert [] == counter.ask("trend␉")
    counter.printer.operator.press_key()

    assert ["trend␉?2005␉"] == counter.answers()


def test_answers_that_look_like_errors_stay_on_no_display() -> None:
    counter = Counter(remote=False)

    for command, code in (("authstateget␉", 480), ("dbchkplu␉vt0␉na-␉", 2104), ("fmrecrd␉no9␉", 384)):
        assert [f"{command.partition('␉')[0]}␉?{code}␉"] == counter.ask(command)
    assert [READY] == counter.ask("!sdev␉")


def test_in_remote_mode_an_error_passes_by(counter: Counter) -> None:
    assert ["trend␉?2005␉"] == counter.ask("trend␉")
    assert [READY] == counter.ask("!sdev␉")

    counter.tell("windowtimecfgreset␉ty0␉")
    counter.ask("trend␉")
    assert "ds3" in counter.ask("!sdev␉")[0]


def test_an_error_may_block_for_as_long_as_it_is_shown() -> None:
    counter = Counter(error_window_blocks=True)
    counter.tell("windowtimecfgset␉te5␉")
    counter.ask("trend␉")

    assert [] == counter.ask("scnt␉")
    assert 5 == counter.printer.work()
    assert 1 == len(counter.wait(5))


def test_windows_are_set_between_receipts_only(counter: Counter) -> None:
    counter.tell(*LINES)

    assert ["windowtimecfgreset␉?2038␉"] == counter.ask("windowtimecfgreset␉ty0␉")


def test_a_report_without_a_date_asks_for_a_key(counter: Counter) -> None:
    counter.sell()

    assert [] == counter.ask("dailyrep␉")
    assert ["!sdev␉ds2␉cpN␉qeN␉peN␉tl0␉"] == counter.ask("!sdev␉")
    counter.printer.operator.press_key(confirm=False)
    assert ["dailyrep␉?30␉"] == counter.answers()
    assert () == counter.printer.fiscal.reports

    counter.ask("dailyrep␉")
    counter.printer.operator.press_key()

    assert ["dailyrep␉"] == counter.answers()
    assert 1 == len(counter.printer.fiscal.reports)


def test_somebody_in_the_menu_stops_everything(counter: Counter) -> None:
    counter.printer.change(menu=True)

    assert [] == counter.ask("scnt␉")
    assert ["!sdev␉ds1␉cpN␉qeN␉peN␉tl3␉"] == counter.ask("!sdev␉")
    counter.printer.change(menu=False)
    assert 1 == len(counter.answers())


def test_a_switch_it_does_not_have_is_an_error(counter: Counter) -> None:
    with pytest.raises(AttributeError, match="no switch 'paper'"):
        counter.printer.change(paper=True)


# -- queue -------------------------------------------------------------------------------------------------------------


def test_commands_wait_in_order_and_a_full_queue_refuses() -> None:
    counter = Counter(queue_depth=2)
    counter.printer.change(menu=True)

    assert [] == counter.ask("scnt␉") + counter.ask("currget␉@0001␉") + counter.ask("currget␉@0002␉")
    assert ["ERR␉@0003␉?14␉cmcurrget␉"] == counter.ask("currget␉@0003␉")
    counter.printer.change(menu=False)

    assert ["scnt␉", "currg", "currg"] == [answer[:5] for answer in counter.answers()]


def test_whoever_waits_for_the_printer_is_told() -> None:
    counter = Counter()
    seller = threading.Thread(target=counter.sell)
    seller.start()

    counter.printer.wait_until(lambda printer: bool(printer.fiscal.receipts))
    (receipt,) = counter.printer.fiscal.wait_for_receipts(1)
    seller.join()

    assert 1 == receipt.receipt
    with pytest.raises(TimeoutError, match="documents"):
        counter.printer.fiscal.wait_for_receipts(2, 0.01)
    with pytest.raises(TimeoutError, match="shows"):
        counter.printer.wait_until(lambda printer: not printer.powered, 0.01)
