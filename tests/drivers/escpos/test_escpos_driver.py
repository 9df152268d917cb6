"""The driver against the simulated printer: whole slips, faults before the first byte, plan, mark and status."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from support.escpos_shop import SLIP, Shop
from support.receipts import SHOP_RECEIPT

from drivers.contract import Fault, Plan, Proof, Refusal, VerdictKind
from simulators.escpos.models import CHINESE_80, EPSON_58, EPSON_80, RONGTA_80

if TYPE_CHECKING:
    from simulators.escpos.models import Model


@pytest.mark.parametrize("proof", ["fence", "process-id"])
def test_a_slip_comes_out_once_whole_and_proven(proof: str) -> None:
    shop = Shop(proof=proof)
    assert Proof(kind=proof) == shop.print()
    assert [SLIP] == shop.slips
    assert () == shop.device.findings
    assert not shop.link.is_open


def test_slips_follow_each_other_each_with_a_proof_of_its_own() -> None:
    shop = Shop(proof="process-id")
    for count in (1, 2, 3):
        assert Proof(kind="process-id") == shop.print()
        assert count == len(shop.slips)
    assert [SLIP] * 3 == shop.slips


@pytest.mark.parametrize(
    ("switch", "code"),
    [
        ("paper_out", "paper_end"),
        ("cover_open", "cover_open"),
        ("cutter_jam", "cutter"),
        ("recoverable_error", "error"),
        ("unrecoverable_error", "unrecoverable"),
        ("head_hot", "head_hot"),
        ("feed_button", "feeding"),
        ("self_test", "offline"),
    ],
)
def test_a_printer_that_cannot_print_faults_with_the_cause_and_gets_nothing(switch: str, code: str) -> None:
    shop = Shop()
    setattr(shop.device, switch, True)
    with pytest.raises(Fault) as fault:
        shop.driver.mark()
    assert code == fault.value.code
    assert fault.value.cure
    with pytest.raises(Fault):
        shop.driver.print(Plan(SHOP_RECEIPT))
    assert [] == shop.slips
    assert "" == shop.begun
    assert not shop.link.is_open


def test_near_end_is_a_warning_and_the_slip_is_printed() -> None:
    shop = Shop()
    shop.device.paper_near_end = True
    assert shop.print()
    assert [("paper_near_end",)] == shop.bench.told_codes
    status = shop.driver.status()
    assert status.ready
    assert ["paper_near_end"] == [trouble.code for trouble in status.troubles]


def test_a_closed_port_is_a_fault_that_names_the_address() -> None:
    shop = Shop()
    shop.link.closed = True
    with pytest.raises(Fault, match="memory://printer: connection refused") as fault:
        shop.driver.mark()
    assert ("no_connection", "switch it on") == (fault.value.code, fault.value.cure)


def test_a_printer_that_says_nothing_is_a_fault() -> None:
    shop = Shop()
    shop.link.deaf = True
    with pytest.raises(Fault) as fault:
        shop.driver.mark()
    assert "no_answer" == fault.value.code
    with pytest.raises(Fault):
        shop.driver.print(Plan(SHOP_RECEIPT))
    assert "" == shop.begun


@pytest.mark.parametrize(("proof", "switch"), [("fence", "gs_r"), ("process-id", "process_ids")])
def test_a_printer_that_cannot_testify_prints_no_slip_at_all(proof: str, switch: str) -> None:
    shop = Shop(proof=proof)
    setattr(shop.device, switch, False)
    with pytest.raises(Fault) as fault:
        shop.print()
    assert "no_proof" == fault.value.code
    assert [] == shop.slips
    assert "PAR" not in shop.begun


def test_the_link_may_die_between_mark_and_print() -> None:
    shop = Shop()
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.link.breaks_at = len(shop.link.sent) + 1
    assert shop.driver.print(plan)
    assert [SLIP] == shop.slips
    assert 2 == shop.link.opened


def test_a_plan_is_json_and_tells_what_is_replaced() -> None:
    receipt = replace(SHOP_RECEIPT, payment="karta ✓ ș €")
    plan = Shop().driver.plan(receipt)
    assert {"replaced": {"ș": "ş", "€": "EUR", "✓": "v"}} == plan.details
    assert plan == Plan.from_json(json.loads(json.dumps(plan.to_json())))


def test_another_currency_and_an_empty_receipt_are_refused() -> None:
    driver = Shop().driver
    with pytest.raises(Refusal, match="EUR") as refusal:
        driver.plan(replace(SHOP_RECEIPT, currency="EUR"))
    assert "currency" == refusal.value.field
    with pytest.raises(Refusal, match="no lines"):
        driver.plan(replace(SHOP_RECEIPT, lines=()))


def test_the_mark_carries_the_serial_number_when_asked_for() -> None:
    shop = Shop(identify=True)
    assert "SIM0000001" == shop.driver.mark().device
    assert "SIM0000001" == shop.driver.print(Plan(SHOP_RECEIPT)).device
    assert "" == Shop().driver.mark().device


def test_a_printer_that_hides_its_serial_number_faults_when_it_is_wanted() -> None:
    shop = Shop(identify=True)
    _forget_identities(shop)
    with pytest.raises(Fault) as fault:
        shop.driver.mark()
    assert "no_identity" == fault.value.code
    status = shop.driver.status()
    assert (True, "") == (status.ready, status.device)


def _forget_identities(shop: Shop) -> None:
    replies = shop.device.replies
    shop.device.replies = lambda: re.sub(rb"_[^\0]*\0", b"", replies())  # type: ignore[method-assign]


def test_the_verdict_is_never_a_guess() -> None:
    shop = Shop()
    verdict = shop.driver.verdict(Plan(SHOP_RECEIPT), shop.driver.mark())
    assert VerdictKind.UNKNOWN == verdict.kind
    assert "123456" in verdict.reason


@pytest.mark.parametrize(
    ("fault", "code"),
    [({"closed": True}, "no_connection"), ({"deaf": True}, "no_answer"), ({"breaks_at": 4}, "no_connection")],
)
def test_status_never_raises(fault: dict[str, Any], code: str) -> None:
    shop = Shop()
    for name, value in fault.items():
        setattr(shop.link, name, value)
    status = shop.driver.status()
    assert not status.ready
    assert code == status.troubles[0].code
    assert not shop.link.is_open


def test_status_tells_model_and_firmware_and_prints_nothing() -> None:
    shop = Shop(identify=True)
    status = shop.driver.status()
    assert ("SIM0000001", True) == (status.device, status.ready)
    assert {"model": "TM-T20II", "firmware": "1.20 SIM", "columns": 48}.items() <= dict(status.facts).items()
    assert "" == shop.begun
    assert 0 == len(shop.device.findings)


@pytest.mark.parametrize("model", [EPSON_80, EPSON_58, CHINESE_80, RONGTA_80], ids=lambda model: model.name)
def test_the_test_print_shows_ruler_letters_and_numbers(model: Model) -> None:
    paper = 58 if model is EPSON_58 else 80
    shop = Shop(model=model, paper_mm=paper, symbol="qr", drawer="pin2")
    assert "fence" == shop.driver.test_print().kind
    (slip,) = shop.device.ledger.slips
    ruler = ("1234567890" * 10)[: model.columns]
    assert ruler in slip.texts
    assert any(text.startswith(" 18 ") and "ąćęłńóśźż" in text.lower() for text in slip.texts)
    assert ["TEST 0123456789"] == slip.qr_codes
    assert () == slip.kicks
    assert {"no such code page"} >= {finding.reason for finding in shop.device.findings}


def test_policies_are_those_of_the_options() -> None:
    assert not Shop().driver.reprints_marked
    assert Shop(after_interruption="reprint-marked").driver.reprints_marked
    assert not Shop().driver.fiscal
    assert "CZK" == Shop(currency="CZK").driver.currency


def test_what_was_said_before_the_connection_is_no_answer() -> None:
    shop = Shop()
    shop.device.paper_out = True
    shop.device.receive(b"\x10\x04\x01\x10\x04\x02\x10\x04\x04")
    shop.device.new_roll()
    assert {} == shop.print().details


def test_a_test_print_with_a_logo_and_without_a_cutter() -> None:
    shop = Shop(logo="/nowhere.png", cut="none", language="en", symbol="none")
    shop.driver.test_print()
    assert "TEST PRINT" in shop.begun
    assert [] == shop.slips
