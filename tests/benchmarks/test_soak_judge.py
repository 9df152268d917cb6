"""The judge of a soak finds what grows and leaves alone what does not, whatever the figures are."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.soak.judge import (
    MIB,
    Bounds,
    Counts,
    Finding,
    Phase,
    Sample,
    bytes_a_receipt,
    ends,
    judge,
    slope,
    smallest_leak,
)

EVERY = 3.0
BOUNDS = Bounds()
NAMES = ["resident MiB", "heap MiB", "open files", "threads", "journal MiB", "WAL MiB, largest"]
FLAT = Sample(
    at=0.0,
    phase=Phase.WORK,
    resident=55.0,
    shared_out=40.0,
    heap=35.0,
    handles=27,
    threads=5,
    journal=400 * 1024,
    wal=4 * MIB,
    cpu=1.0,
    confirmed=0,
)


def phase_of(place: int, count: int) -> Phase:
    """Return the phase of a sample of a run: a fifth to warm up, a calm, work, a calm."""
    if place < count // 5:
        return Phase.WARM_UP
    if place < count // 5 + count // 10:
        return Phase.FIRST_CALM
    return Phase.LAST_CALM if place >= count - count // 10 else Phase.WORK


def run_of(count: int = 600) -> list[Sample]:
    """Return the samples of a daemon that does not grow, one every three seconds."""
    return [
        replace(FLAT, at=place * EVERY, phase=phase_of(place, count), confirmed=place)
        for place in range(count)
    ]


def grows(samples: list[Sample], bounds: Bounds = BOUNDS) -> list[str]:
    return [finding.name for finding in judge(samples, bounds) if not finding.flat]


def named(samples: list[Sample], name: str) -> Finding:
    return next(finding for finding in judge(samples) if finding.name == name)


def leaking(mib_an_hour: float, count: int = 600) -> list[Sample]:
    return [
        replace(
            sample, resident=55.0 + mib_an_hour * sample.at / 3600, heap=35.0 + mib_an_hour * sample.at / 3600
        )
        for sample in run_of(count)
    ]


def test_everything_is_judged_and_a_daemon_that_does_not_grow_is_flat() -> None:
    assert NAMES == [finding.name for finding in judge(run_of())]
    assert [] == grows(run_of())


def test_a_process_that_leaks_memory_is_found_out() -> None:
    assert ["resident MiB", "heap MiB"] == grows(leaking(4.0))


def test_half_a_mebibyte_an_hour_is_allowed_and_more_is_found_in_a_run_long_enough() -> None:
    hours = 6 * 1200

    assert [] == grows(leaking(0.49, hours))
    assert ["resident MiB", "heap MiB"] == grows(leaking(0.51, hours))


@given(st.integers(50, 2000), st.floats(1.1, 100.0))
def test_a_steady_leak_above_the_smallest_that_can_be_found_is_found(count: int, factor: float) -> None:
    fitted = [sample for sample in run_of(count) if sample.phase is not Phase.WARM_UP]
    seconds = fitted[-1].at - fitted[0].at

    assert ["resident MiB", "heap MiB"] == grows(leaking(smallest_leak(seconds) * factor, count))


def test_memory_that_only_grew_while_it_warmed_up_is_flat() -> None:
    samples = [
        replace(sample, resident=sample.resident - 20) if sample.phase is Phase.WARM_UP else sample
        for sample in run_of()
    ]

    assert [] == grows(samples)


@given(st.integers())
def test_noise_of_less_than_the_limit_is_no_growth(seed: int) -> None:
    chance = random.Random(seed)
    noise = [chance.uniform(-0.45, 0.45) for _ in range(600)]
    samples = [
        replace(sample, resident=sample.resident + one, heap=sample.heap - one)
        for sample, one in zip(run_of(), noise, strict=True)
    ]

    assert [] == grows(samples)


def test_memory_that_shrinks_is_flat() -> None:
    assert [] == grows(leaking(-50.0))


@pytest.mark.parametrize(("field", "name"), [("handles", "open files"), ("threads", "threads")])
def test_one_more_in_the_last_calm_than_in_the_first_is_growth(field: str, name: str) -> None:
    count = 27 if field == "handles" else 5
    samples = [
        replace(sample, **{field: count + (sample.phase is Phase.LAST_CALM)})  # type: ignore[arg-type]
        for sample in run_of()
    ]

    assert [name] == grows(samples)


@given(st.integers(0, 1000), st.integers(0, 1000))
def test_what_is_open_in_the_midst_of_work_does_not_count(handles: int, threads: int) -> None:
    samples = [
        replace(sample, handles=handles, threads=threads) if sample.phase is Phase.WORK else sample
        for sample in run_of()
    ]

    assert [] == grows(samples)


@given(st.integers(0, 20_000))
def test_the_journal_may_grow_by_so_many_bytes_a_receipt(a_receipt: int) -> None:
    samples = [
        replace(sample, journal=sample.journal + a_receipt * sample.confirmed) for sample in run_of(300)
    ]
    receipts = 300 - 1 - 60
    allowed = BOUNDS.journal_bytes_a_receipt * receipts + BOUNDS.journal_slack_bytes

    assert (["journal MiB"] if a_receipt * receipts > allowed else []) == grows(samples)
    assert a_receipt == bytes_a_receipt(samples)


def test_a_journal_that_grows_without_receipts_is_found_out() -> None:
    samples = [
        replace(sample, confirmed=7, journal=sample.journal + 1000 * place)
        for place, sample in enumerate(run_of())
    ]

    assert ["journal MiB"] == grows(samples)
    assert bytes_a_receipt(samples) is None


def test_one_look_at_a_large_wal_is_enough() -> None:
    samples = run_of()
    samples[300] = replace(samples[300], wal=BOUNDS.wal_bytes + 1)

    assert ["WAL MiB, largest"] == grows(samples)


def test_the_bounds_are_those_that_are_given() -> None:
    assert [] == grows(leaking(4.0), Bounds(mib=5.0))


@pytest.mark.parametrize("missing", [Phase.FIRST_CALM, Phase.LAST_CALM])
def test_without_both_calms_nothing_is_judged(missing: Phase) -> None:
    with pytest.raises(ValueError, match="too little to judge"):
        judge([sample for sample in run_of() if sample.phase is not missing])


def test_a_handful_of_samples_is_too_little() -> None:
    with pytest.raises(ValueError, match="too little to judge"):
        judge([replace(FLAT, phase=Phase.FIRST_CALM), replace(FLAT, phase=Phase.LAST_CALM)])


@given(st.floats(-100, 100), st.floats(-100, 100), st.integers(2, 200))
def test_the_slope_of_a_straight_line_is_its_own(rise: float, height: float, count: int) -> None:
    points = [(float(x), height + rise * x) for x in range(count)]

    assert pytest.approx(rise, abs=1e-6) == slope(points)


def test_points_above_one_another_have_no_slope() -> None:
    assert 0.0 == slope([(1.0, 2.0), (1.0, 5.0)])


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=100))
def test_the_ends_lie_within_what_was_seen(values: list[float]) -> None:
    first, last = ends(values)

    assert min(values) <= first <= max(values)
    assert min(values) <= last <= max(values)


def test_a_finding_tells_where_it_began_and_how_much_it_grew() -> None:
    found = named(leaking(10.0), "resident MiB")

    assert pytest.approx(10.0) == found.an_hour
    assert pytest.approx(found.last - found.first) == found.growth
    assert pytest.approx(0.8 * 10.0 * 480 * EVERY / 3600, rel=0.01) == found.growth


@pytest.mark.parametrize(
    "bad",
    [
        {"lost": [1]},
        {"twice": [1]},
        {"confirmed_unprinted": [1]},
        {"unsettled": [1]},
        {"failed_commands": ["check"]},
        {"exit_code": 70},
        {"exit_code": None},
    ],
)
def test_counts_are_good_only_when_nothing_bad_happened(bad: dict[str, object]) -> None:
    good = Counts(issued=3, printed=3, exit_code=0)

    assert good.good
    assert not replace(good, **bad).good  # type: ignore[arg-type]
