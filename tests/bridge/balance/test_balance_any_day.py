"""Any balanced day, with one thing in one source dropped, altered or doubled: just that is told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given, settings
from hypothesis import strategies as st
from support.balances import World, worlds

from bridge.balance.differences import Kind
from bridge.balance.periods import period_of
from bridge.balance.sources import Elsewhere, Issued

if TYPE_CHECKING:
    from bridge.balance.sources import Sold

Told = set[tuple[Kind, object]]
places = st.integers(0, 10_000)

quick = settings(max_examples=60, deadline=None)


def told(world: World) -> Told:
    """Return the kind of each difference with what it is about."""
    return {
        (one.kind, one.receipt_id or (one.report, one.number, one.rate))
        for one in world.balance().differences
    }


def picked(world: World, place: int) -> tuple[int, Sold, int]:
    """Return a receipt: its place, itself, and the report that closes it."""
    place %= len(world.sold)
    one = world.sold[place]
    assert world.till.day is not None
    found = period_of(one, world.till.day, today=True)
    assert found is not None
    return place, one, found.report


def rates_differ(one: Sold, report: int) -> Told:
    return {(Kind.VAT_TOTALS, (report, "", rate)) for rate in one.rates}


@quick
@given(worlds())
def test_what_agrees_is_balanced(world: World) -> None:
    balance = world.balance()

    assert set() == told(world)
    assert len(world.sold) == balance.matched == len(balance.rows)
    assert balance.total.journal == balance.total.device == balance.total.baselinker


@quick
@given(worlds(), places)
def test_a_receipt_missing_in_the_journal_is_a_gap(world: World, place: int) -> None:
    place, one, report = picked(world, place)
    dropped = world.with_sold(*world.sold[:place], *world.sold[place + 1 :])

    missing = {number for where, number in world.cancelled if where == report} | {int(one.number)}
    gaps: Told = {(Kind.NUMBER_GAP, (report, f"{number:05d}", "")) for number in missing}
    assert gaps | rates_differ(one, report) == told(dropped)


@quick
@given(worlds(), places)
def test_a_receipt_twice_in_the_journal_is_told_of_both(world: World, place: int) -> None:
    place, one, report = picked(world, place)
    twin = replace(one, receipt_id=9999)
    doubled = world.with_sold(*world.sold, twin).with_office(refused=frozenset({9999}))

    assert {
        (Kind.NUMBER_TWICE, one.receipt_id),
        (Kind.NUMBER_TWICE, 9999),
        (Kind.COUNT, (report, "", "")),
        (Kind.NOT_IN_BASELINKER, 9999),
    } | rates_differ(one, report) == told(doubled)


@quick
@given(worlds(), places, st.integers(1, 500))
def test_another_amount_in_the_journal_differs_from_both(world: World, place: int, more: int) -> None:
    place, one, report = picked(world, place)
    rate = min(one.rates)
    changed = world.changed_sold(
        place, total=(one.total or 0) + more, rates={**one.rates, rate: one.rates[rate] + more}
    )

    assert {(Kind.OTHER_TOTAL, one.receipt_id), (Kind.VAT_TOTALS, (report, "", rate))} == told(changed)


@quick
@given(worlds(most_cancelled=0), places)
def test_another_number_in_the_journal_differs_from_both(world: World, place: int) -> None:
    place, one, report = picked(world, place)

    assert {
        (Kind.OTHER_NUMBER, one.receipt_id),
        (Kind.NUMBER_BEYOND, one.receipt_id),
        (Kind.NUMBER_GAP, (report, one.number, "")),
    } == told(world.changed_sold(place, number="07777"))


@quick
@given(worlds(), places)
def test_a_lost_confirmation_is_told_once(world: World, place: int) -> None:
    place, one, _ = picked(world, place)
    lost = world.changed_sold(place, state="printed").changed_issued(one.receipt_id, number="")

    assert {(Kind.NOT_CONFIRMED, one.receipt_id)} == told(lost)


@quick
@given(worlds(), places)
def test_a_receipt_missing_in_baselinker_is_told_once(world: World, place: int) -> None:
    _, one, _ = picked(world, place)
    issued = {key: value for key, value in world.office.issued.items() if key != one.receipt_id}

    missing = world.with_office(issued=issued, refused=frozenset({one.receipt_id}))

    assert {(Kind.NOT_IN_BASELINKER, one.receipt_id)} == told(missing)


@quick
@given(worlds(), places)
def test_another_number_in_baselinker_is_told_once(world: World, place: int) -> None:
    _, one, _ = picked(world, place)

    assert {(Kind.OTHER_NUMBER, one.receipt_id)} == told(world.changed_issued(one.receipt_id, number="W-7"))


@quick
@given(worlds(), places, st.integers(1, 500))
def test_another_total_in_baselinker_is_told_once(world: World, place: int, more: int) -> None:
    _, one, _ = picked(world, place)
    changed = world.changed_issued(one.receipt_id, total=(one.total or 0) + more)

    assert {(Kind.OTHER_TOTAL, one.receipt_id)} == told(changed)


@quick
@given(worlds(), places)
def test_another_rate_in_baselinker_is_told_once(world: World, place: int) -> None:
    _, one, _ = picked(world, place)
    changed = world.changed_issued(one.receipt_id, rates={"5%": one.total or 0})

    assert {(Kind.OTHER_RATES, one.receipt_id)} == told(changed)


@quick
@given(worlds(), places)
def test_another_printer_in_baselinker_is_told_once(world: World, place: int) -> None:
    _, one, _ = picked(world, place)

    assert {(Kind.OTHER_PRINTER, one.receipt_id)} == told(
        world.changed_issued(one.receipt_id, printer="kitchen")
    )


@quick
@given(worlds(), st.booleans())
def test_a_receipt_only_baselinker_has_is_told_once(world: World, numbered: bool) -> None:
    issued = Issued(5555, own_number="5555/P", number="00042" if numbered else "", total=100)
    more = world.with_office(elsewhere=(Elsewhere(issued, "till", known=False),))

    assert {(Kind.OTHER_PRINTER if numbered else Kind.NOT_IN_JOURNAL, 5555)} == told(more)


@quick
@given(worlds(), places, places, st.integers(1, 500))
def test_another_total_of_the_printer_is_told_once(world: World, place: int, letter: int, more: int) -> None:
    place %= len(world.periods)
    found = world.periods[place]
    letter %= len(found.totals)
    changed = replace(found.totals[letter], grosze=found.totals[letter].grosze + more)
    totals = (*found.totals[:letter], changed, *found.totals[letter + 1 :])

    assert {(Kind.VAT_TOTALS, (found.report, "", str(changed.rate)))} == told(
        world.changed_period(place, totals=totals)
    )


@quick
@given(worlds(most_cancelled=0), places)
def test_a_sale_only_the_printer_has_is_its_number(world: World, place: int) -> None:
    place %= len(world.periods)
    found = world.periods[place]
    number = found.finished + 1
    last = None if found.last_number is None else found.last_number + 1

    assert {(Kind.NUMBER_GAP, (found.report, f"{number:05d}", ""))} == told(
        world.changed_period(place, finished=number, last_number=last)
    )


@quick
@given(worlds(), places)
def test_a_report_the_printer_lost_leaves_each_of_its_receipts(world: World, place: int) -> None:
    place %= len(world.periods)
    lost = world.periods[place]
    kept = tuple(one for one in world.periods if one is not lost)
    ours = {one.receipt_id for index, one in enumerate(world.sold) if picked(world, index)[2] == lost.report}
    without = world.with_day(periods=kept)
    nowhere = {(Kind.NOT_AT_PRINTER, receipt_id) for receipt_id in ours}

    # Without a report in its proof a receipt counts to the only period there is left.
    if all(one.report is not None for one in world.sold):
        assert nowhere == told(without)
    assert told(without)


@quick
@given(worlds(), st.randoms(use_true_random=False))
def test_the_order_of_the_sources_does_not_matter(world: World, chance: object) -> None:
    shuffled = [*world.sold]
    chance.shuffle(shuffled)  # type: ignore[attr-defined]

    assert world.balance() == world.with_sold(*shuffled).balance()
