"""A receipt, and everything that can go wrong with each of its commands: none lost, none twice, every number right.

The simulated printer's fiscal memory is the judge. What the driver says of a receipt (proof, fault, verdict) must be
what stands there; a receipt that was not sold is sold by the next attempt, exactly once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from support.posnet_bench import SALE, Shop, open_shop, verdict_of

from drivers.contract import Fault as NotAble
from drivers.contract import Refusal, Unproven, VerdictKind
from drivers.posnet.commands import Command
from drivers.posnet.text import PAGES
from simulators.posnet.behaviour import Fate
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.models import OLD_HS, XL2_ONLINE

if TYPE_CHECKING:
    from drivers.contract import Mark, Plan, Proof
    from drivers.posnet.driver import PosnetDriver
    from simulators.posnet.models import Model

COMMANDS = ("ftrcfg", "trinit", "trline", "trnipset", "trpayment", "trend", "scnt", "rtcget", "rpt")
IN_TRANSACTION = ("trinit", "trline", "trpayment", "trend")
KINDS = [kind for kind in Kind if kind not in (Kind.CALL_BEFORE, Kind.CALL_AFTER, Kind.SILENT)]
LATE = {Kind.DELAY_ANSWER: 40.0, Kind.LATE_ANSWER: 40.0, Kind.SPLIT_ANSWER: 3.0}
BEHAVIOURS: list[dict[str, Any]] = [
    {"answers_survive_reconnect": False},
    {"queue_survives_reconnect": False},
    {"trend_answers_first": True, "commit_last": True},
    {"bang_in_answer": False, "error_tab": False, "error_field": "er"},
    {"answers_keep_immediate": True, "idle_cancel": 2005},
    {"everything_waits_for_paper": False, "busy_until_answered": False},
    {"command_seconds": 3.0},
]


def outcome(shop: Shop, driver: PosnetDriver, plan: Plan, mark: Mark, *, restart: bool) -> tuple[str, str]:
    """Print; return what the driver says of the receipt in the end, and its number."""
    proof: Proof | None
    try:
        proof = driver.print(plan)
    except NotAble:
        return "not_printed", ""
    except Unproven:
        asked = shop.restarted() if restart else driver
        verdict = verdict_of(shop, asked, plan, shop.durable(mark))
        if verdict.kind is not VerdictKind.PRINTED:
            return verdict.kind.value, verdict.reason
        proof = verdict.proof
    assert proof is not None
    return "printed", proof.number


def go_through(shop: Shop, command: str, fault: Fault, *, nth: int = 1, restart: bool = False) -> None:
    """Print the receipt with a fault on the way, and judge."""
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    shop.printer.faults.script(command, fault, nth=nth)
    if fault.kind in (Kind.PAPER_OUT, Kind.COVER_OPEN):
        shop.time.after(60.0, lambda: shop.printer.change(paper_out=False, cover_open=False))
    said, number = outcome(shop, driver, plan, mark, restart=restart)

    sold = [f"{receipt.receipt:05d}" for receipt in shop.receipts]
    assert (said, sold) in (("printed", [number]), ("not_printed", []))
    assert shop.printer.memory.transaction is None
    if said == "not_printed":
        sell_at_last(shop, driver)
        assert 1 == len(shop.receipts)


def sell_at_last(shop: Shop, driver: PosnetDriver) -> None:
    """Try as a station does, until it is sold."""
    for _ in range(30):
        try:
            shop.print(driver, SALE)
        except NotAble:
            shop.time.pass_by(5.0)
        else:
            return
    raise AssertionError("never sold")


def made(kind: Kind) -> Fault:
    return Fault(kind, code=1950, seconds=LATE.get(kind, 1.0), at=5)


@pytest.mark.parametrize("restart", [False, True], ids=["same process", "next process"])
@pytest.mark.parametrize("model", [XL2_ONLINE, OLD_HS], ids=["online", "older"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind is not Kind.REFUSE])
def test_no_fault_loses_a_receipt_or_sells_it_twice(model: Model, kind: Kind, restart: bool) -> None:
    fates = list(Fate) if kind.value.startswith("power") else [Fate.RESUME]
    for fate in fates:
        for command in IN_TRANSACTION if restart else COMMANDS:
            if not model.lacks(command):
                go_through(open_shop(model, open_transaction=fate), command, made(kind), restart=restart)


@pytest.mark.parametrize("behaviour", BEHAVIOURS, ids=" ".join)
def test_no_guess_about_the_unknown_makes_a_difference(behaviour: dict[str, Any]) -> None:
    for fate in Fate:
        for command in ("trline", "trend"):
            for kind in KINDS:
                if kind is not Kind.REFUSE and (fate is Fate.RESUME or kind.value.startswith("power")):
                    go_through(open_shop(open_transaction=fate, **behaviour), command, made(kind))


@pytest.mark.parametrize("command", ["trline", "trnipset", "trpayment", "trend"])
def test_data_the_printer_refuses_is_a_refusal_and_the_receipt_cancelled(command: str) -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, _ = shop.marked(driver, SALE)
    shop.printer.faults.script(command, Fault(Kind.REFUSE, code=1950))

    with pytest.raises(Refusal) as refusal:
        driver.print(plan)

    assert ("posnet-1950", "lines") == (refusal.value.code, refusal.value.field)
    assert (0, 1) == (len(shop.receipts), len(shop.printer.fiscal.cancelled))
    assert shop.printer.memory.transaction is None


def test_a_refused_receipt_that_a_person_wants_printed_is_tried_again_at_once() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, _ = shop.marked(driver, SALE)
    shop.printer.faults.script("trline", Fault(Kind.REFUSE, code=2106))
    with pytest.raises(Refusal):
        driver.print(plan)

    assert "00002" == shop.print(driver, SALE).number


def test_refused_data_whose_cancel_is_not_proven_is_no_refusal() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    shop.printer.faults.script("trline", Fault(Kind.REFUSE, code=1950))
    shop.printer.faults.script("prncancel", Fault(Kind.CLOSE_BEFORE))

    with pytest.raises(Unproven):
        driver.print(plan)

    assert VerdictKind.NOT_PRINTED is verdict_of(shop, driver, plan, shop.durable(mark)).kind
    assert (0, 1) == (len(shop.receipts), len(shop.printer.fiscal.cancelled))


def test_an_end_refused_for_an_inner_failure_is_left_to_the_verdict() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    shop.printer.faults.script("trend", Fault(Kind.REFUSE, code=53))

    with pytest.raises(Unproven):
        driver.print(plan)

    assert 0 == len(shop.printer.fiscal.cancelled)
    assert VerdictKind.NOT_PRINTED is driver.verdict(plan, shop.durable(mark)).kind
    assert (0, 1) == (len(shop.receipts), len(shop.printer.fiscal.cancelled))


@pytest.mark.parametrize(
    ("meddle", "kind"),
    [
        (lambda printer: printer.other_host.sell(), VerdictKind.UNKNOWN),
        (lambda printer: printer.operator.exchange("ZBF 1"), VerdictKind.UNKNOWN),
        (lambda printer: printer.operator.clear_ram(), VerdictKind.UNKNOWN),
        (lambda printer: printer.operator.daily_report(), VerdictKind.PRINTED),
    ],
    ids=["foreign receipt", "other printer", "memory cleared", "daily report"],
)
@pytest.mark.parametrize("restart", [False, True], ids=["same process", "next process"])
def test_what_others_do_between_crash_and_question(meddle: Any, kind: VerdictKind, restart: bool) -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    shop.printer.faults.script("trend", Fault(Kind.CLOSE_AFTER, at=0))
    with pytest.raises(Unproven):
        driver.print(plan)
    meddle(shop.printer)

    asked = shop.restarted() if restart else driver
    verdict = verdict_of(shop, asked, plan, shop.durable(mark))

    assert kind is verdict.kind
    if verdict.proof is None:
        assert "Compare on paper" in verdict.reason
        assert "29.67" in verdict.reason
    else:
        assert "00001" == verdict.proof.number


def test_a_foreign_receipt_under_way_is_waited_for_and_not_cancelled() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    shop.printer.faults.script("trinit", Fault(Kind.CLOSE_BEFORE))
    with pytest.raises(Unproven):
        driver.print(plan)
    shop.printer.other_host.begin()

    with pytest.raises(NotAble, match="Another program") as fault:
        driver.verdict(plan, shop.durable(mark))

    assert "other_host" == fault.value.code
    assert shop.printer.memory.transaction is not None
    shop.printer.other_host.cancel()
    assert VerdictKind.NOT_PRINTED is driver.verdict(plan, shop.durable(mark)).kind


def test_a_receipt_that_vanished_without_an_explanation_is_held() -> None:
    shop = open_shop(open_transaction=Fate.DROP, answers_survive_restart=True)
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    shop.printer.faults.script("trend", Fault(Kind.POWER_BEFORE, seconds=1.0))
    with pytest.raises(Unproven):
        driver.print(plan)

    verdict = verdict_of(shop, driver, plan, shop.durable(mark))

    assert VerdictKind.UNKNOWN is verdict.kind
    assert "disappeared" in verdict.reason


def test_a_receipt_that_vanished_long_ago_has_an_explanation() -> None:
    shop = open_shop(open_transaction=Fate.DROP, answers_survive_restart=True)
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    shop.printer.faults.script("trend", Fault(Kind.POWER_BEFORE, seconds=1.0))
    with pytest.raises(Unproven):
        driver.print(plan)
    shop.time.pass_by(1300.0)

    assert VerdictKind.NOT_PRINTED is verdict_of(shop, driver, plan, shop.durable(mark)).kind


def test_a_command_that_comes_through_after_the_verdict_is_cancelled_before_the_next_sale() -> None:
    shop = open_shop()
    driver = shop.driver()
    plan, mark = shop.marked(driver, SALE)
    shop.printer.faults.script("trinit", Fault(Kind.DROP_REQUEST), Fault(Kind.CLOSE_BEFORE))
    shop.printer.faults.script("trinit", Fault(Kind.CLOSE_BEFORE), nth=2)
    with pytest.raises(Unproven):
        driver.print(plan)
    assert VerdictKind.NOT_PRINTED is driver.verdict(plan, shop.durable(mark)).kind
    late = Command.from_json(plan.details["commands"][1])
    assert "trinit" == late.mnemonic
    shop.printer.pc1.receive(late.frame(PAGES["windows-1250"], 1).encode())
    assert shop.printer.memory.transaction is not None

    assert shop.print(driver, SALE).number == "00002"
    assert (1, 1) == (len(shop.receipts), len(shop.printer.fiscal.cancelled))


def test_a_receipt_that_must_be_cancelled_again_and_again_is_tried_less_and_less() -> None:
    shop = open_shop()
    driver = shop.driver()
    began = shop.time.seconds
    while shop.time.seconds - began < 1800.0:
        shop.printer.faults.clear()
        shop.printer.faults.script("trpayment", Fault(Kind.REFUSE, code=2060))
        with pytest.raises(NotAble) as fault:
            shop.print(driver, SALE)
        assert "posnet-2060" == fault.value.code
        shop.time.pass_by(15.0)

    assert len(shop.printer.fiscal.cancelled) <= 7
    shop.printer.faults.clear()
    shop.time.pass_by(3600.0)
    shop.print(driver, SALE)
