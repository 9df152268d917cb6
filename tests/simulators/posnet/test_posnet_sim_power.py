"""Power cuts at every step, the fates of an open receipt, and a memory that survives the simulator (posnet.md 11)."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest
from support.fiscal_printers import Counter

from simulators.posnet.behaviour import Behaviour, Fate
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.printer import FiscalPrinter

if TYPE_CHECKING:
    from pathlib import Path

STEPS = (
    "trinit␉bm0␉",
    "trline␉naKawa␉vt0␉pr1000␉wa1000␉",
    "trnipset␉ni5222628262␉",
    "trpayment␉ty2␉wa1000␉naKarta␉",
    "trend␉to1000␉fp1000␉fe0␉",
    "trftrln␉id13␉na4711␉",
    "trftrend␉",
)
COMMIT = 4
POWER = (Kind.POWER_BEFORE, Kind.POWER_UNCOMMITTED, Kind.POWER_COMMITTED, Kind.POWER_ANSWERED)


def restarted(counter: Counter) -> Counter:
    """Give the power back, after an answer with whose end it failed."""
    behind = counter.printer.pc1.take_then()
    if behind is not None:
        counter.printer.power_cut(behind.seconds)
    assert not counter.printer.powered
    counter.printer.power_on()
    return counter


def is_open(counter: Counter) -> bool:
    return counter.printer.memory.transaction is not None


@pytest.mark.parametrize("fate", Fate)
@pytest.mark.parametrize("kind", POWER)
@pytest.mark.parametrize("step", range(len(STEPS)))
def test_whatever_the_step_the_memory_tells_what_happened(step: int, kind: Kind, fate: Fate) -> None:
    counter = Counter(open_transaction=fate, power_failure_is_event=False)
    counter.tell(*STEPS[:step])
    name = STEPS[step].partition("␉")[0]
    counter.printer.faults.script(name, kind)

    answers = counter.ask(STEPS[step])
    restarted(counter)

    done = step + (kind in {Kind.POWER_COMMITTED, Kind.POWER_ANSWERED})
    fiscal = done > COMMIT
    opened = 0 < done < len(STEPS)
    cancelled = opened and not fiscal and fate is Fate.CANCEL
    assert ([f"{name}␉"] if kind is Kind.POWER_ANSWERED else []) == answers
    assert (int(fiscal), int(cancelled)) == (
        len(counter.printer.fiscal.receipts),
        len(counter.printer.fiscal.cancelled),
    )
    assert [str(int(number)) for number in (fiscal, cancelled, fiscal + cancelled)] == [
        counter.value("scnt␉", field) for field in ("bn", "bc", "bt")
    ]
    assert str(1000 * fiscal) == counter.value("stot␉", "pa")
    assert str(61 if fiscal else 0) == counter.value("eclastdocnoget␉ty0␉", "di")
    assert ("1" if opened and fate is Fate.RESUME else "0") == counter.value("strns␉", "to")


def test_a_receipt_that_is_resumed_can_be_finished() -> None:
    counter = Counter()
    counter.tell(*STEPS[:2])
    counter.printer.power_cut()

    restarted(counter)

    assert "1000" == counter.value("strns␉", "va")
    counter.tell("trend␉to1000␉")
    assert (1000, 0, 0, 0, 0, 0, 0) == counter.printer.fiscal.totals()


@pytest.mark.parametrize(("last", "fiscal"), [(False, True), (True, False)])
def test_where_the_commit_lies_is_a_switch(last: bool, fiscal: bool) -> None:
    """posnet.md 11.2: the unmeasured part."""
    counter = Counter(commit_last=last)
    counter.tell(*STEPS[:2])
    counter.printer.faults.script("trend", Fault(Kind.POWER_PRINTING, at=3))

    assert [] == counter.ask("trend␉")
    restarted(counter)

    assert int(fiscal) == len(counter.printer.fiscal.receipts)
    assert "SPRZEDAŻ OPODATKOWANA A" in counter.printer.ledger.unfinished.to_text() + "".join(
        counter.printer.ledger.texts()
    )


def test_a_power_failure_is_an_event_with_a_number_of_its_own() -> None:
    counter = Counter()
    counter.printer.power_cut()
    restarted(counter)
    counter.sell()

    assert ("61", "62") == (
        counter.value("eclastdocnoget␉ty6␉", "di"),
        counter.value("eclastdocnoget␉ty0␉", "di"),
    )
    assert "0" == counter.value("eclastdocnoget␉ty1␉", "di")


def test_power_comes_back_by_itself_after_an_outage() -> None:
    counter = Counter()
    counter.printer.power_cut(outage=5)
    assert 5 == counter.printer.work()
    assert [] == counter.wait(4)

    counter.wait(1)

    assert counter.printer.powered
    assert counter.ask("scnt␉")


def test_without_power_nothing_is_heard_and_nothing_said() -> None:
    counter = Counter()
    counter.printer.power_cut()

    assert [] == counter.ask("!sdev␉")
    restarted(counter)
    assert [] == counter.answers()


@pytest.mark.parametrize("survives", [False, True])
def test_whether_answers_survive_a_restart_is_a_switch(survives: bool) -> None:
    counter = Counter(answers_survive_restart=survives)
    counter.ask("currget␉@0001␉")
    counter.printer.power_cut()
    restarted(counter)

    answer = "currget␉@0001␉naPLN␉" if survives else "ERR␉@0001␉?13␉"
    assert [answer] == counter.ask("rpt␉@0001␉")


def test_a_torn_receipt_and_the_next_one_are_two_pieces() -> None:
    counter = Counter(open_transaction=Fate.DROP)
    counter.tell(*STEPS[:2])
    counter.printer.power_cut()
    restarted(counter)
    counter.sell()

    torn, whole = counter.printer.ledger.slips
    assert "SUMA" not in torn.to_text()
    assert "SUMA PLN" in whole.to_text()


# -- left alone --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("fate", "cancelled"), [(Fate.CANCEL, 1), (Fate.DROP, 0)])
def test_a_receipt_left_alone_for_too_long_is_closed(fate: Fate, cancelled: int) -> None:
    counter = Counter(inactivity_limit=1200.0, inactivity_fate=fate)
    counter.tell(*STEPS[:2])
    assert 1200 == counter.printer.work()
    counter.wait(1199)
    assert "1" == counter.value("strns␉", "to")
    counter.wait(1199)
    assert is_open(counter)

    counter.wait(1)

    assert not is_open(counter)
    assert cancelled == len(counter.printer.fiscal.cancelled)


def test_a_fiscal_receipt_left_without_its_footer_is_only_closed() -> None:
    counter = Counter(inactivity_limit=60.0)
    counter.tell(*STEPS[: COMMIT + 1])

    counter.wait(60)

    assert (None, 1, 0) == (
        counter.printer.memory.transaction,
        len(counter.printer.fiscal.receipts),
        len(counter.printer.fiscal.cancelled),
    )


# -- on disk -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("fate", Fate)
def test_another_life_of_the_simulator_is_a_power_cut(tmp_path: Path, fate: Fate) -> None:
    first = Counter(state=tmp_path / "printer")
    first.sell("trline␉naKawa␉vt0␉pr1000␉", nip="5222628262")
    first.tell("ftrcfg␉snZAM␉", *STEPS[:3])
    before = first.printer.memory
    first.printer.close()

    second = Counter(
        state=tmp_path / "printer", remote=False, open_transaction=fate, power_failure_is_event=False
    )

    after = second.printer.memory
    assert first.printer.fiscal.receipts == second.printer.fiscal.receipts
    assert first.printer.core.goods == second.printer.core.goods
    assert (before.identity, before.day.totals, before.settings) == (
        after.identity,
        after.day.totals,
        after.settings,
    )
    assert (fate is Fate.RESUME) == (after.transaction == before.transaction)
    assert int(fate is Fate.CANCEL) == len(second.printer.fiscal.cancelled)
    second.printer.close()


def test_everything_in_the_memory_comes_back_as_it_was(tmp_path: Path) -> None:
    counter = Counter(state=tmp_path)
    counter.tell("ftrcfg␉ccŁucja␉snŻółć␉ln1␊2␉bb1␉", "qrcode␉txÓ␉", "eparagonstatusset␉st1␉")
    counter.tell("eparagondefaultset␉adhttps://example.invalid␉", *STEPS[:4])
    assert ["eparagonidznext␉ha1␉"] == counter.ask("eparagonidznext␉idXYZ␉")
    before = counter.printer.memory
    counter.printer.close()

    after = FiscalPrinter(state=tmp_path, behaviour=Behaviour(power_failure_is_event=False)).memory

    assert before.transaction == after.transaction
    assert (before.footer, before.code2d, before.edocuments) == (after.footer, after.code2d, after.edocuments)
    assert 1 == after.counters.power_failures


def test_a_folder_has_one_printer_at_a_time(tmp_path: Path) -> None:
    first = FiscalPrinter(state=tmp_path)

    with pytest.raises(sqlite3.OperationalError, match="locked"):
        FiscalPrinter(state=tmp_path)

    first.close()
    FiscalPrinter(state=tmp_path).close()


def test_a_memory_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    with pytest.raises(OSError, match="file"):
        FiscalPrinter(state=tmp_path / "file")
