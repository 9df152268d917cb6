"""Slips that are interrupted: no paper, no power, no answer, a connection that dies at any byte."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from support.escpos_shop import SLIP, Shop, picture
from support.memory_link import Bench, MemoryLink
from support.receipts import SHOP_RECEIPT

from drivers.contract import Fault, Plan, Proof, Unproven
from drivers.escpos import Options, open_driver
from simulators.escpos.models import EPSON_80

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("proof", ["fence", "process-id"])
@pytest.mark.parametrize("lines", [0, 1, 9, 20])
def test_paper_may_run_out_and_the_slip_is_waited_for_however_long(proof: str, lines: int) -> None:
    shop = Shop(proof=proof)
    shop.print()
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.speed = 10
    shop.device.paper_lines = lines
    shop.bench.clock.after(3 * 3600, shop.device.new_roll)
    proven = shop.driver.print(plan)
    assert {"waited_for": ["paper_end"]} == proven.details
    assert ("paper_end",) in shop.bench.told_codes
    assert () == shop.bench.told_codes[-1]
    assert 2 == len(shop.slips)
    assert SLIP.split() == shop.slips[1].replace("~~~~ new roll ~~~~", "").split()


def test_stop_ends_the_wait_for_paper_and_nobody_knows() -> None:
    shop = Shop()
    shop.device.paper_lines = 5
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.bench.clock.after(60, shop.bench.stop.set)
    with pytest.raises(Unproven) as unproven:
        shop.driver.print(plan)
    assert "stopping" == unproven.value.code
    assert not shop.link.is_open


def test_stop_before_the_slip_is_a_fault() -> None:
    shop = Shop()
    shop.bench.stop.set()
    with pytest.raises(Fault) as fault:
        shop.driver.print(Plan(SHOP_RECEIPT))
    assert "stopping" == fault.value.code
    assert "" == shop.begun


def test_stop_does_not_tear_a_slip_that_is_being_printed() -> None:
    shop = Shop()
    shop.print()
    shop.device.speed = 20
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.bench.clock.after(0.5, shop.bench.stop.set)
    assert shop.driver.print(plan)
    assert [SLIP] * 2 == shop.slips


def test_a_printer_that_hangs_is_given_up_unproven() -> None:
    shop = Shop()
    shop.device.speed = 10
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.bench.clock.after(1.5, lambda: setattr(shop.device, "silent", True))
    with pytest.raises(Unproven) as unproven:
        shop.driver.print(plan)
    assert "no_answer" == unproven.value.code


def test_a_printer_switched_off_and_on_during_the_wait_for_paper_proves_nothing() -> None:
    shop = Shop()
    shop.device.paper_lines = 5
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.bench.clock.after(60, shop.device.power_cut)
    shop.bench.clock.after(62, shop.device.new_roll)
    shop.bench.clock.after(63, shop.device.power_on)
    with pytest.raises(Unproven) as unproven:
        shop.driver.print(plan)
    # Everything had been sent: what is missing is the answer it forgot.
    assert "interrupted" == unproven.value.code
    assert [] == shop.slips


def test_a_printer_switched_off_and_on_half_way_gets_no_rest_of_a_slip(tmp_path: Path) -> None:
    shop = Shop(logo=picture(tmp_path, (576, 400)))
    shop.device.speed = 20
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.paper_lines = 5
    shop.bench.clock.after(3600, shop.device.power_cut)
    shop.bench.clock.after(3602, shop.device.new_roll)
    shop.bench.clock.after(3603, shop.device.power_on)
    with pytest.raises(Unproven) as unproven:
        shop.driver.print(plan)
    assert "interrupted" == unproven.value.code
    assert [] == shop.slips
    assert "PAR 12/2026" not in shop.begun


@pytest.mark.parametrize("proof", ["fence", "process-id"])
def test_a_slip_that_waits_half_sent_goes_on_when_the_paper_is_back(proof: str, tmp_path: Path) -> None:
    shop = Shop(proof=proof, logo=picture(tmp_path, (576, 400)))
    shop.device.speed = 20
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.paper_lines = 2
    for wait in (100, 5000):
        shop.bench.clock.after(wait, shop.device.new_roll)
    shop.bench.clock.after(102, lambda: setattr(shop.device, "paper_lines", 2))
    proven = shop.driver.print(plan)
    assert {"waited_for": ["paper_end"]} == proven.details
    assert 1 == len(shop.slips)
    assert SLIP.split() == shop.slips[0].split("\n\n", 1)[1].replace("~~~~ new roll ~~~~", "").split()


def test_the_deadline_stands_still_while_the_printer_is_offline() -> None:
    shop = Shop(patience_seconds=1.0, lines_per_second=100.0)
    shop.print()
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.cover_open = False
    shop.bench.clock.after(0.01, lambda: setattr(shop.device, "paper_lines", 3))
    shop.bench.clock.after(1000, shop.device.new_roll)
    assert shop.driver.print(plan)


def test_an_answer_that_never_comes_is_unproven_after_a_computed_time() -> None:
    shop = Shop(lines_per_second=10, patience_seconds=10)
    shop.print()
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.speed = 0.5
    began = shop.bench.clock()
    with pytest.raises(Unproven) as unproven:
        shop.driver.print(plan)
    assert "interrupted" == unproven.value.code
    # 28 lines at 10 a second, 1 kB, 10 seconds of patience, and not the 56 seconds it would have needed.
    assert 12 < shop.bench.clock() - began < 18


def test_a_stuck_cutter_leaves_a_proven_print_with_a_remark() -> None:
    shop = Shop(proof="process-id")
    plan = shop.driver.plan(SHOP_RECEIPT)
    shop.driver.mark()
    shop.device.speed = 10
    _jam_the_cutter_behind_the_last_line(shop)
    proof = shop.driver.print(plan)
    assert "process-id" == proof.kind
    assert {"cut_not_proven": "cutter"} == proof.details
    assert [] == shop.slips
    assert SLIP == shop.begun


def _jam_the_cutter_behind_the_last_line(shop: Shop) -> None:
    """Jam it when the second process id of a slip comes back: the print is done, the cut not yet."""
    replies = shop.device.replies
    names: list[bytes] = []

    def replies_and_jam() -> bytes:
        said = replies()
        if said.startswith(b'7"'):
            names.append(said)
            shop.device.cutter_jam = len(names) == 2
        return said

    shop.device.replies = replies_and_jam  # type: ignore[method-assign]


def test_answers_of_an_interrupted_slip_are_not_taken_for_the_next_ones() -> None:
    shop = Shop(lines_per_second=100, patience_seconds=2)
    shop.print()
    shop.device.speed = 4
    with pytest.raises(Unproven):
        shop.print()
    # The old slip is still being printed when the next one begins, and its fence is answered first.
    assert 1 == len(shop.slips)
    shop.options = Options(patience_seconds=60)
    shop.restart()
    assert shop.print()
    assert 3 == len(shop.slips)
    assert SLIP == shop.slips[2]


@pytest.mark.parametrize("takes", [1, 7, 100])
def test_partial_writes_are_counted_and_continued(takes: int) -> None:
    shop = Shop()
    shop.link.takes = takes
    assert shop.print()
    assert [SLIP] == shop.slips
    assert () == shop.device.findings


def test_a_small_receive_buffer_is_never_overrun(tmp_path: Path) -> None:
    shop = Shop(buffer_bytes=4096, logo=picture(tmp_path, (576, 400)))
    shop.device.speed = 30
    assert shop.print()
    assert () == shop.device.findings
    assert 400 == sum(image.height for image in shop.device.ledger.slips[0].images)


def test_automatic_status_between_the_answers_does_no_harm() -> None:
    shop = Shop(model=replace(EPSON_80, asb_default=0xFF))
    assert shop.print()
    assert shop.print()
    assert [SLIP] * 2 == shop.slips


def _bytes_of_a_second_slip(**options: Any) -> tuple[int, int]:
    shop = Shop(**options)
    shop.print()
    before = len(shop.link.sent)
    shop.print()
    return before, len(shop.link.sent)


@pytest.mark.parametrize("proof", ["fence", "process-id"])
def test_a_connection_that_dies_at_any_byte_is_told_from_a_finished_slip(proof: str) -> None:
    first, last = _bytes_of_a_second_slip(proof=proof)
    outcomes = set()
    for position in sorted({*range(first, first + 40), *range(first, last, 37), *range(last - 30, last + 1)}):
        shop = Shop(proof=proof)
        shop.print()
        shop.link.breaks_at = position
        try:
            outcome = shop.print().kind
        except Fault:
            outcome = "fault"
            assert "" == shop.begun.strip(), position
        except Unproven:
            outcome = "unproven"
        outcomes.add(outcome)
        if outcome == proof:
            assert [SLIP] * 2 == shop.slips
        if position % 2:
            shop.restart()
        shop.link.breaks_at = None
        assert shop.print()
        # Whatever half-received command the dead slip left: the new slip is whole.
        assert shop.slips[-1].endswith(SLIP), position
    assert {"fault", "unproven"} <= outcomes


def test_half_a_picture_of_a_dead_slip_does_not_eat_the_next_slip(tmp_path: Path) -> None:
    options: dict[str, Any] = {"logo": picture(tmp_path, (576, 48))}
    first, last = _bytes_of_a_second_slip(**options)
    band = first + 60
    for position in sorted({*range(first, band), *range(band, last, 211)}):
        shop = Shop(**options)
        shop.print()
        shop.link.breaks_at = position
        with suppress(Fault, Unproven):
            shop.print()
        if position % 2:
            shop.restart()
        shop.link.breaks_at = None
        assert shop.print()
        assert shop.slips[-1].endswith(shop.slips[0]), position


def _one_way(**options: Any) -> Shop:
    shop = Shop(proof="none", **options)
    shop.link.two_way = False
    shop.device.one_way = True
    return shop


def test_one_way_a_slip_is_handed_over_in_one_piece_and_proves_nothing() -> None:
    shop = _one_way()
    assert Proof(kind="none") == shop.print()
    assert [SLIP] == shop.slips
    assert 1 == len(shop.link.writes)


def test_one_way_no_byte_taken_is_a_fault_and_any_other_end_is_unproven() -> None:
    for taken, error in ((0, Fault), (1, Unproven), (500, Unproven)):
        shop = _one_way()
        shop.link.breaks_at = taken
        with pytest.raises(error, match="connection reset"):
            shop.driver.print(Plan(SHOP_RECEIPT))


def test_one_way_a_printer_that_takes_no_more_is_unproven_and_told() -> None:
    shop = _one_way(buffer_bytes=2048)
    shop.device.paper_out = True
    with pytest.raises(Unproven) as unproven:
        shop.print()
    assert "stalled" == unproven.value.code
    assert ("stalled",) in shop.bench.told_codes


@pytest.mark.parametrize("proof", ["fence", "process-id"])
def test_a_proof_over_a_one_way_link_is_refused_at_once(proof: str) -> None:
    bench = Bench()
    link = MemoryLink(bench.clock, two_way=False)
    with pytest.raises(ValueError, match='set proof = "none"'):
        open_driver(Options(proof=proof), link, bench.surroundings)
