"""The connection cut at every byte of one receipt, both ways; the process killed at the same places."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.posnet_bench import SALE, Shop, open_shop, verdict_of

from drivers.contract import Fault, Unproven, VerdictKind
from drivers.posnet.options import PosnetOptions

SMALL = replace(SALE, lines=SALE.lines[:1], nip="", payment="")
PLAIN = PosnetOptions(system_number="{number}", footer=())


def length_of_a_receipt() -> tuple[int, int]:
    """Return how many bytes `print` sends and receives."""
    shop = open_shop(options=PLAIN)
    driver = shop.driver()
    plan, _ = shop.marked(driver, SMALL)
    sent, received = shop.link.sent, shop.link.received
    driver.print(plan)
    return shop.link.sent - sent, shop.link.received - received


def cut_at(shop: Shop, *, sending: int | None = None, receiving: int | None = None, killed: bool) -> None:
    """Print one receipt over a connection that breaks there, and judge by the fiscal memory."""
    driver = shop.driver()
    plan, mark = shop.marked(driver, SMALL)
    if sending is not None:
        shop.link.breaks_sending_at = shop.link.sent + sending
    if receiving is not None:
        shop.link.breaks_receiving_at = shop.link.received + receiving
    try:
        number = driver.print(plan).number
        printed = True
        asks = killed
    except Fault:
        printed, number, asks = False, "", killed
    except Unproven:
        printed, number, asks = False, "", True
    if asks:
        driver = shop.restarted() if killed else driver
        verdict = verdict_of(shop, driver, plan, shop.durable(mark))
        printed = verdict.kind is VerdictKind.PRINTED
        assert verdict.kind is not VerdictKind.UNKNOWN, verdict.reason
        number = verdict.proof.number if verdict.proof else ""
    if not printed:
        assert () == shop.receipts
        number = shop.print(driver, SMALL).number
    assert [number] == [f"{receipt.receipt:05d}" for receipt in shop.receipts]


@pytest.mark.parametrize("killed", [False, True], ids=["connection", "process"])
@pytest.mark.parametrize("part", range(8))
def test_a_cut_at_every_byte_of_a_request(killed: bool, part: int) -> None:
    sent, _ = length_of_a_receipt()
    for at in range(1 + part, sent + 1, 8):
        cut_at(open_shop(options=PLAIN), sending=at, killed=killed)


@pytest.mark.parametrize("killed", [False, True], ids=["connection", "process"])
@pytest.mark.parametrize("part", range(8))
def test_a_cut_at_every_byte_of_an_answer(killed: bool, part: int) -> None:
    _, received = length_of_a_receipt()
    for at in range(1 + part, received + 1, 8):
        cut_at(open_shop(options=PLAIN), receiving=at, killed=killed)


def test_a_process_killed_behind_the_proof_finds_the_same_number_again() -> None:
    cut_at(open_shop(options=PLAIN), killed=True)
