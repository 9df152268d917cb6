"""One direction of a wire, without time passing: what comes out, when, and that chance repeats itself."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.lane import Cut, Faults, Lane

chunks = st.lists(st.binary(max_size=50), max_size=20)


def lane_with(faults: Faults, seed: int = 0) -> Lane:
    lane = Lane(Random(seed))
    lane.faults = faults
    return lane


def everything(lane: Lane, now: float = 1e9) -> list[bytes | Cut]:
    return list(iter(lambda: lane.give(now), None))


def carried(lane: Lane) -> bytes:
    return b"".join(piece for piece in everything(lane) if isinstance(piece, bytes))


@given(chunks)
def test_a_perfect_lane_gives_what_it_takes_at_once(parts: list[bytes]) -> None:
    lane = lane_with(Faults())

    for part in parts:
        lane.take(part, 0.0)

    assert carried(lane) == b"".join(parts)
    assert lane.entered == len(b"".join(parts))
    assert lane.empty


@given(
    chunks,
    st.integers(),
    st.builds(
        Faults,
        loss=st.floats(0, 1),
        corruption=st.floats(0, 1),
        duplication=st.floats(0, 1),
        lost=st.frozensets(st.integers(0, 20)),
        cut_after=st.none() | st.integers(0, 100),
        one_byte=st.booleans(),
        bytes_per_second=st.none() | st.floats(10, 1e6),
        delay=st.floats(0, 1),
    ),
)
def test_the_same_bytes_meet_the_same_fate_however_they_are_cut(
    parts: list[bytes], seed: int, faults: Faults
) -> None:
    together, apart = lane_with(faults, seed), lane_with(faults, seed)

    together.take(b"".join(parts), 0.0)
    for part in parts:
        if apart.room:
            apart.take(part, 0.0)

    if sum(map(len, parts)) < apart.room:
        assert carried(apart) == carried(together)


@given(st.binary(min_size=1, max_size=50), st.integers(0, 60), st.sampled_from(Cut))
def test_a_cut_comes_behind_exactly_its_bytes_and_once(data: bytes, position: int, cut: Cut) -> None:
    lane = lane_with(Faults(cut_after=position, cut=cut))

    lane.take(data, 0.0)

    if position > len(data):
        assert everything(lane) == [data]
        return
    assert lane.room == 0
    assert everything(lane) == [*([data[:position]] if position else []), cut]
    lane.take(b"the next connection", 0.0)
    assert everything(lane) == [b"the next connection"]


def test_bytes_at_named_positions_are_lost_corrupted_and_doubled() -> None:
    lane = lane_with(Faults(lost=frozenset({0}), corrupted=frozenset({2}), duplicated=frozenset({4})))

    lane.take(b"ab", 0.0)
    lane.take(b"cdef", 0.0)

    out = carried(lane)
    assert out[:1] + out[2:] == b"bdeef"
    assert (out[1] ^ ord("c")).bit_count() == 1


@pytest.mark.parametrize(
    ("faults", "least", "most"),
    [(Faults(loss=0.1), 8800, 9200), (Faults(duplication=0.1), 10800, 11200), (Faults(loss=1), 0, 0)],
)
def test_chance_is_what_was_asked_for(faults: Faults, least: int, most: int) -> None:
    lane = lane_with(faults)

    lane.take(bytes(10_000), 0.0)

    assert least <= len(carried(lane)) <= most


def test_corruption_changes_one_bit_of_a_byte() -> None:
    lane = lane_with(Faults(corruption=0.5))

    lane.take(bytes(10_000), 0.0)

    bits = [byte.bit_count() for byte in carried(lane)]
    assert set(bits) == {0, 1}
    assert 4700 <= sum(bits) <= 5300


def test_bytes_come_one_at_a_time_and_apart() -> None:
    lane = lane_with(Faults(one_byte=True))
    lane.take(b"abc", 0.0)

    assert lane.give(0.0) is None
    moment = lane.next_due
    assert moment is not None
    assert lane.give(moment) == b"a"
    assert lane.give(moment) is None
    assert everything(lane) == [b"b", b"c"]


def test_a_delay_holds_bytes_back() -> None:
    lane = lane_with(Faults(delay=0.5))
    lane.take(b"abc", 10.0)

    assert lane.give(10.4) is None
    assert lane.next_due == 10.5
    assert lane.give(10.5) == b"abc"


def test_a_stuck_lane_holds_what_it_has_until_it_is_freed() -> None:
    lane = lane_with(Faults())
    lane.take(b"abc", 0.0)

    lane.faults = Faults(stuck=True)
    assert lane.room == 0
    assert lane.next_due is None
    assert lane.give(1.0) is None
    lane.faults = Faults()

    assert lane.give(1.0) == b"abc"


@given(st.integers(50, 2000), st.lists(st.floats(0, 0.2), min_size=10, max_size=40))
def test_a_busy_line_carries_its_rate_however_late_it_is_looked_after(rate: int, pauses: list[float]) -> None:
    lane = lane_with(Faults(bytes_per_second=rate))
    now, out = 0.0, 0
    for pause in pauses:  # shorter than what the lane holds, which is a quarter of a second
        lane.take(bytes(lane.room), now)
        now += pause
        piece = lane.give(now)
        out += len(piece) if isinstance(piece, bytes) else 0

    assert abs(out - now * rate) <= 1.001


def test_an_idle_line_saves_up_no_time() -> None:
    lane = lane_with(Faults(bytes_per_second=64))
    lane.take(b"a", 0.0)
    assert lane.give(50.0) == b"a"

    lane.take(b"bc", 100.0)

    assert lane.give(100.0) is None
    assert lane.give(100 + 1 / 64) == b"b"
    assert lane.give(100 + 2 / 64) == b"c"


def test_a_cleared_lane_has_lost_what_was_on_its_way() -> None:
    lane = lane_with(Faults(bytes_per_second=10))
    lane.take(b"abc", 0.0)

    lane.clear()

    assert lane.empty
    lane.take(b"d", 0.0)
    assert lane.next_due == 0.1
