"""Electronic receipts: only for who asked, only where the printer can, each receipt sold once whatever happens."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fiscal_printers import used
from support.posnet_bench import SALE, Shop, open_shop, verdict_of

from drivers.contract import Fault as NotAble
from drivers.contract import Plan, Unproven, VerdictKind
from drivers.posnet.commands import Effect
from drivers.posnet.edocument import BIND, CLEAR, REST_SECONDS, id_in
from drivers.posnet.facts import DeviceFacts
from drivers.posnet.frames import Answer
from drivers.posnet.options import PosnetOptions
from drivers.posnet.plan import PosnetPlan, make_plan
from drivers.posnet.text import PAGES
from drivers.posnet.tokens import token_at
from simulators.posnet.behaviour import Fate
from simulators.posnet.edocuments import FAILED, SENT, of_document
from simulators.posnet.faults import Fault, Kind
from simulators.posnet.memory import EDocuments
from simulators.posnet.models import OLD_HS, XL2_ONLINE

if TYPE_CHECKING:
    from drivers.receipt import Receipt
    from simulators.posnet.memory import Memory

ON = PosnetOptions(edocument="on", system_number="", footer=())
BUYER = "IDZ-0042-ŻÓŁW"
ASKED = replace(SALE, edocument_id=BUYER)
OTHER = replace(SALE, receipt_id=7, edocument_id="IDZ-7")
PAPER = replace(SALE, receipt_id=8)
REFUSALS = [*range(4250, 4261), *range(4271, 4278)]
SERVER = (("ad", "https://e.example"),)
RATES = tuple(Decimal(rate) for rate in (23, 8, 5, 0, 100, 101, 101))
FACTS = DeviceFacts.online(RATES, "windows-1250")
TODAY = date(2026, 10, 9)


def able(*, enabled: bool = True) -> Memory:
    return replace(used(XL2_ONLINE), edocuments=EDocuments(enabled=enabled, settings=SERVER))


def electronic_shop(options: PosnetOptions = ON, **behaviour: Any) -> Shop:
    return open_shop(memory=able(), options=options, **behaviour)


def buyers(shop: Shop) -> list[str]:
    """Return to whom each fiscal receipt went, '' for paper alone."""
    became = [of_document(shop.printer.memory, receipt.number) for receipt in shop.receipts]
    return ["" if one is None else one.customer for one in became]


def sold_at_last(shop: Shop, receipt: Receipt, driver: Any = None) -> Any:
    """Try as a station does, until it is sold; return its proof."""
    driver = driver or shop.driver()
    for _ in range(30):
        try:
            return shop.print(driver, receipt)
        except NotAble:
            shop.time.pass_by(5.0)
    raise AssertionError("never sold")


# -- who gets one ------------------------------------------------------------------------------------------------------


def test_the_buyer_who_asked_gets_it_and_nothing_is_on_paper() -> None:
    shop = electronic_shop()

    proof = shop.print(shop.driver(), ASKED)

    assert [BUYER] == buyers(shop)
    assert {"edocument": 1} == {key: proof.details[key] for key in proof.details if key == "edocument"}
    assert () == shop.printer.ledger.slips
    assert [] == shop.printer.findings


def test_nobody_else_does() -> None:
    shop = electronic_shop()
    driver = shop.driver()

    shop.print(driver, ASKED)
    proof = shop.print(driver, PAPER)
    shop.print(driver, OTHER)

    assert [BUYER, "", "IDZ-7"] == buyers(shop)
    assert "edocument" not in proof.details
    assert 1 == len(shop.printer.ledger.slips)


def test_the_server_of_the_settings_is_named_to_the_printer() -> None:
    shop = electronic_shop(
        PosnetOptions(edocument="on", edocument_server="https://other.example/e?x=1", footer=())
    )

    shop.print(shop.driver(), ASKED)

    became = of_document(shop.printer.memory, shop.receipts[0].number)
    assert became is not None
    assert ("https://other.example/e?x=1", SENT) == (became.server, became.status)


def test_without_the_setting_the_printer_is_not_even_asked() -> None:
    shop = open_shop(memory=able())

    shop.print(shop.driver(), ASKED)

    assert [""] == buyers(shop)
    assert [] == [name for name in shop.printer.worker.executed if name.startswith("eparagon")]


@pytest.mark.parametrize(
    "made",
    [
        lambda: open_shop(memory=able(enabled=False), options=ON),
        lambda: open_shop(memory=able(), options=ON, edocuments_known=False),
        lambda: open_shop(OLD_HS, options=ON),
        lambda: open_shop(memory=used(XL2_ONLINE, fiscal=False), options=ON),
    ],
    ids=["service off", "older firmware", "older model", "training mode"],
)
def test_a_printer_that_cannot_prints_paper_and_says_so(made: Any) -> None:
    shop = made()

    proof = shop.print(shop.driver(), ASKED)

    assert (1, 1) == (len(shop.receipts), len(shop.printer.ledger.slips))
    assert ["edocument_off"] == [note["code"] for note in proof.details["notes"]]
    assert not {BIND, CLEAR.mnemonic} & set(shop.printer.worker.executed)


@pytest.mark.parametrize("identifier", ["日本", "A" * 129, "ID\tZ", "a\u200bb"])
def test_an_identifier_that_would_not_arrive_as_it_is_means_paper(identifier: str) -> None:
    shop = electronic_shop()

    proof = shop.print(shop.driver(), replace(SALE, edocument_id=identifier))

    assert [""] == buyers(shop)
    assert ["edocument_id"] == [note["code"] for note in proof.details["notes"]]


def test_a_printer_that_cannot_send_prints_it_after_all() -> None:
    shop = electronic_shop(edocument_server=False)

    proof = shop.print(shop.driver(), ASKED)

    became = of_document(shop.printer.memory, shop.receipts[0].number)
    assert became is not None
    assert (FAILED, True, 1) == (became.status, became.printed, proof.details["edocument"])
    assert 1 == len(shop.printer.ledger.slips)


@pytest.mark.parametrize("busy", [True, False])
def test_sending_may_take_long(busy: bool) -> None:
    """Up to 120 s and more, as the printer is set (`tt`); `rpt` waits in its queue behind the end."""
    shop = electronic_shop(edocument_seconds=150.0, busy_until_answered=busy)

    assert "00001" == shop.print(shop.driver(), ASKED).number
    assert [BUYER] == buyers(shop)


@pytest.mark.parametrize(
    ("memory", "behaviour", "told"),
    [
        (able(), {}, True),
        (able(enabled=False), {}, False),
        (able(), {"edocuments_known": False}, None),
    ],
)
def test_status_tells_whether_the_service_is_on(memory: Memory, behaviour: Any, told: bool | None) -> None:
    shop = open_shop(memory=memory, **behaviour)

    assert told is shop.driver().status().facts.get("edocument_service")


# -- the plan ----------------------------------------------------------------------------------------------------------


def planned(receipt: Receipt, *, edocuments: bool = True) -> PosnetPlan:
    return make_plan(receipt, replace(FACTS, edocuments=edocuments), ON, TODAY)


def test_the_identifier_stands_inside_the_receipt_and_the_token_of_its_end_is_right() -> None:
    shop = electronic_shop()
    driver = shop.driver()
    plan, mark = shop.marked(driver, ASKED)
    ends: list[int] = []
    shop.on_remember = lambda facts: ends.append(facts["trend_token"])

    driver.print(plan)

    commands = plan.details["commands"]
    assert [CLEAR.mnemonic, "trinit", BIND, "trline"] == [one["mnemonic"] for one in commands[:4]]
    assert [["bm", "1"]] == commands[1]["fields"]
    assert ("trend", Effect.COMMIT) == (commands[-1]["mnemonic"], commands[-1]["effect"])
    assert [token_at(mark.values["tokens"], len(commands) - 1)] == ends


def test_a_receipt_on_paper_only_drops_what_was_left_behind() -> None:
    names = [command.mnemonic for command in planned(PAPER).commands]

    assert (CLEAR.mnemonic, "trinit") == (names[0], names[1])
    assert BIND not in names
    assert "0" == planned(PAPER).commands[1].get("bm")
    assert not {BIND, CLEAR.mnemonic} & {
        command.mnemonic for command in planned(ASKED, edocuments=False).commands
    }


@given(st.text(max_size=140))
def test_a_plan_survives_json_and_every_identifier_either_arrives_whole_or_not_at_all(text: str) -> None:
    plan = planned(replace(SALE, edocument_id=text))

    assert plan == PosnetPlan.from_json(json.loads(json.dumps(plan.to_json())))
    sent = [command.get("id") for command in plan.commands if command.mnemonic == BIND]
    assert sent in ([], [text])
    for command in plan.commands:
        command.frame(PAGES[FACTS.code_page], 1)


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (None, None),
        (Answer(BIND), None),
        (Answer(BIND, (("ha", b""),)), None),
        (Answer(BIND, (("ha", b"none"),)), None),
        (Answer(BIND, (("ha", b"4294967295"),)), 4294967295),
    ],
)
def test_the_id_of_the_edocument_is_read_where_there_is_one(answer: Answer | None, found: int | None) -> None:
    assert found == id_in(answer)


# -- a refused identifier ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("code", [*REFUSALS, 2034, 9999])
def test_a_refused_identifier_costs_one_cancelled_receipt_and_then_it_is_paper(code: int) -> None:
    shop = electronic_shop(edocument_refusal=code)
    driver = shop.driver()

    with pytest.raises(NotAble) as told:
        shop.print(driver, ASKED)
    proof = shop.print(driver, ASKED)

    assert f"posnet-{code}" == told.value.code
    assert "printed on paper" in str(told.value)
    assert ([""], 1) == (buyers(shop), len(shop.printer.fiscal.cancelled))
    assert ["edocument_refused"] == [note["code"] for note in proof.details["notes"]]
    assert shop.printer.memory.transaction is None


@pytest.mark.parametrize(("code", "cancelled"), [(4277, 2), (4250, 1)])
def test_others_are_asked_for_only_when_the_identifier_itself_was_wrong(code: int, cancelled: int) -> None:
    shop = electronic_shop(edocument_refusal=code)
    driver = shop.driver()

    sold_at_last(shop, ASKED, driver)
    sold_at_last(shop, OTHER, driver)

    assert cancelled == len(shop.printer.fiscal.cancelled)
    assert ["", ""] == buyers(shop)


def test_after_a_rest_electronic_receipts_are_tried_again() -> None:
    shop = electronic_shop(edocument_refusal=4250)
    driver = shop.driver()
    sold_at_last(shop, ASKED, driver)
    shop.printer.behaviour.edocument_refusal = None

    sold_at_last(shop, OTHER, driver)
    shop.time.pass_by(REST_SECONDS)
    sold_at_last(shop, replace(OTHER, receipt_id=9), driver)

    assert ["", "", "IDZ-7"] == buyers(shop)


def test_a_printer_that_refuses_for_a_day_cancels_a_few_receipts_and_sells_all() -> None:
    shop = electronic_shop(edocument_refusal=4273)
    driver = shop.driver()
    for number in range(40):
        sold_at_last(shop, replace(OTHER, receipt_id=100 + number), driver)
        shop.time.pass_by(120.0)

    assert 40 == len(shop.receipts)
    assert len(shop.printer.fiscal.cancelled) <= 1 + 40 * 150 / REST_SECONDS


# -- what an earlier receipt leaves behind -----------------------------------------------------------------------------


@pytest.mark.parametrize("idle", [None, 4273], ids=["accepted", "refused"])
@pytest.mark.parametrize("later", [PAPER, OTHER], ids=["paper", "electronic"])
def test_the_identifier_of_a_cancelled_receipt_reaches_no_other(later: Receipt, idle: int | None) -> None:
    shop = electronic_shop(edocument_survives_cancel=True, idle_idzcancel=idle)
    driver = shop.driver()
    shop.printer.faults.script("trpayment", Fault(Kind.REFUSE, code=2060))
    with pytest.raises(NotAble):
        shop.print(driver, ASKED)
    assert 1 == shop.printer.memory.edocuments.pending

    shop.print(driver, later)

    assert [later.edocument_id] == buyers(shop)


@pytest.mark.parametrize("survives", [True, False])
@pytest.mark.parametrize("fate", list(Fate))
def test_neither_does_that_of_one_the_power_interrupted(fate: Fate, survives: bool) -> None:
    shop = electronic_shop(open_transaction=fate, edocument_survives_cancel=survives)
    driver = shop.driver()
    plan, mark = shop.marked(driver, ASKED)
    shop.printer.faults.script("trline", Fault(Kind.POWER_BEFORE, seconds=1.0))
    with pytest.raises(Unproven):
        driver.print(plan)
    assert VerdictKind.NOT_PRINTED is verdict_of(shop, driver, plan, shop.durable(mark)).kind

    shop.print(driver, PAPER)

    assert [""] == buyers(shop)


# -- faults ------------------------------------------------------------------------------------------------------------


KINDS = [kind for kind in Kind if kind not in (Kind.CALL_BEFORE, Kind.CALL_AFTER, Kind.SILENT)]
LATE = {Kind.DELAY_ANSWER: 40.0, Kind.LATE_ANSWER: 40.0, Kind.SPLIT_ANSWER: 3.0}


@pytest.mark.parametrize("restart", [False, True], ids=["same process", "next process"])
@pytest.mark.parametrize("command", [CLEAR.mnemonic, BIND, "trend"])
@pytest.mark.parametrize("kind", KINDS)
def test_no_fault_sells_twice_or_gives_a_receipt_to_somebody_else(
    kind: Kind, command: str, restart: bool
) -> None:
    for fate in list(Fate) if kind.value.startswith("power") else [Fate.RESUME]:
        shop = electronic_shop(open_transaction=fate, edocument_survives_cancel=True)
        fault = Fault(kind, code=4256, seconds=LATE.get(kind, 1.0), at=5)
        if (kind, command) != (Kind.REFUSE, "trend"):
            go_through(shop, command, fault, restart=restart)


def go_through(shop: Shop, command: str, fault: Fault, *, restart: bool) -> None:
    driver = shop.driver()
    plan, mark = shop.marked(driver, ASKED)
    shop.printer.faults.script(command, fault)
    shop.time.after(60.0, lambda: shop.printer.change(paper_out=False, cover_open=False))
    try:
        number = driver.print(plan).number
    except NotAble:
        number = sold_at_last(shop, ASKED, driver).number
    except Unproven:
        driver = shop.restarted() if restart else driver
        verdict = verdict_of(shop, driver, plan, shop.durable(mark))
        assert verdict.kind is not VerdictKind.UNKNOWN, verdict.reason
        number = (verdict.proof or sold_at_last(shop, ASKED, driver)).number
    sold_at_last(shop, PAPER, driver)

    assert number == f"{shop.receipts[0].receipt:05d}"
    assert 2 == len(shop.receipts)
    assert buyers(shop) in ([BUYER, ""], ["", ""])


def test_a_proof_found_after_a_crash_tells_the_edocument_too() -> None:
    shop = electronic_shop()
    driver = shop.driver()
    plan, mark = shop.marked(driver, ASKED)
    shop.printer.faults.script("trend", Fault(Kind.CLOSE_AFTER, at=0))
    with pytest.raises(Unproven):
        driver.print(plan)

    verdict = verdict_of(shop, shop.restarted(), Plan.from_json(plan.to_json()), shop.durable(mark))

    assert verdict.proof is not None
    assert ("00001", 1) == (verdict.proof.number, verdict.proof.details["edocument"])


def bytes_until_bound() -> tuple[int, int]:
    """Return how many bytes go each way until the identifier is set and answered."""
    shop = electronic_shop()
    driver = shop.driver()
    plan, _ = shop.marked(driver, ASKED)
    sent, received = shop.link.sent, shop.link.received
    shop.printer.faults.script("trline", Kind.CLOSE_BEFORE)
    first_line = next(one for one in PosnetPlan.from_json(plan.details).commands if one.mnemonic == "trline")
    with pytest.raises(Unproven):
        driver.print(plan)
    line = len(first_line.frame(PAGES["windows-1250"], 1).encode())
    return shop.link.sent - sent - line, shop.link.received - received


@pytest.mark.parametrize("killed", [False, True], ids=["connection", "process"])
@pytest.mark.parametrize("way", ["request", "answer"])
def test_a_cut_at_every_byte_until_the_identifier_is_set(way: str, killed: bool) -> None:
    for at in range(1, bytes_until_bound()[way == "answer"] + 1, 1 + killed):
        shop = electronic_shop(edocument_survives_cancel=bool(at % 2))
        driver = shop.driver()
        plan, mark = shop.marked(driver, ASKED)
        if way == "request":
            shop.link.breaks_sending_at = shop.link.sent + at
        else:
            shop.link.breaks_receiving_at = shop.link.received + at
        with pytest.raises((NotAble, Unproven)) as broken:
            driver.print(plan)
        driver = shop.restarted() if killed else driver
        if killed or broken.type is Unproven:
            assert VerdictKind.NOT_PRINTED is verdict_of(shop, driver, plan, shop.durable(mark)).kind
        assert () == shop.receipts

        shop.print(driver, PAPER)
        shop.print(driver, ASKED)

        assert ["", BUYER] == buyers(shop), at
