"""The request budget: never more than allowed, confirmations first, one probe after a block."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.baselinker.budget import Budget, Permit, Priority

if TYPE_CHECKING:
    from collections.abc import Callable

CONFIRM, POLL, UPLOAD = Priority.CONFIRM, Priority.POLL, Priority.UPLOAD


class AloneTime:
    """A clock for one thread: waiting moves it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        assert seconds is not None, "a single thread would wait for ever"
        self.waits.append(seconds)
        self.now += seconds


class SharedTime:
    """A clock for several threads: only `pass_on` moves it; `sleepers` counts who has begun to wait."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waiting = threading.Semaphore(0)

    def wait(self, condition: threading.Condition, seconds: float | None) -> None:
        self.waiting.release()
        condition.wait(20)

    def pass_on(self, budget: Budget, seconds: float) -> None:
        self.now += seconds
        budget.wake()

    def await_waiting(self, count: int) -> None:
        for _ in range(count):
            assert self.waiting.acquire(timeout=20)


def alone(per_minute: int = 40) -> tuple[Budget, AloneTime]:
    clock = AloneTime()
    return Budget(per_minute, monotonic=lambda: clock.now, wait=clock.wait), clock


def shared(per_minute: int) -> tuple[Budget, SharedTime]:
    clock = SharedTime()
    return Budget(per_minute, monotonic=lambda: clock.now, wait=clock.wait), clock


def use(budget: Budget, priority: Priority, count: int = 1) -> None:
    for _ in range(count):
        permit = budget.take(priority)
        assert permit is not None
        budget.settle(permit, answered=True)


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not condition() and time.monotonic() < deadline:
        threading.Event().wait(0.001)
    return condition()


@given(
    per_minute=st.integers(min_value=1, max_value=60),
    steps=st.lists(
        st.tuples(st.sampled_from(Priority), st.floats(min_value=0, max_value=90)), min_size=1, max_size=150
    ),
)
def test_no_sixty_seconds_ever_hold_more_requests_than_allowed(
    per_minute: int, steps: list[tuple[Priority, float]]
) -> None:
    budget, clock = alone(per_minute)
    sent: list[float] = []
    for priority, pause in steps:
        use(budget, priority)
        sent.append(clock.now)
        clock.now += pause / 10
    for start in sent:
        assert sum(start <= moment < start + 59.999 for moment in sent) <= per_minute


@given(
    per_minute=st.integers(min_value=4, max_value=60),
    steps=st.lists(
        st.tuples(st.sampled_from([POLL, UPLOAD]), st.floats(min_value=0, max_value=20)), max_size=100
    ),
)
def test_polls_and_uploads_always_leave_room_for_a_confirmation(
    per_minute: int, steps: list[tuple[Priority, float]]
) -> None:
    budget, clock = alone(per_minute)
    for priority, pause in steps:
        use(budget, priority)
        clock.now += pause / 10
        assert budget.opens(CONFIRM) <= clock.now


def test_uploads_use_half_polls_seven_eighths_confirmations_all_of_the_budget() -> None:
    budget, clock = alone(40)
    use(budget, UPLOAD, 20)
    assert budget.opens(UPLOAD) > clock.now
    use(budget, POLL, 15)
    assert budget.opens(POLL) > clock.now
    use(budget, CONFIRM, 5)
    assert clock.waits == []
    assert budget.opens(CONFIRM) == clock.now + 60


def test_the_smallest_budget_lets_everybody_through_in_time() -> None:
    budget, clock = alone(1)
    for priority in (UPLOAD, POLL, CONFIRM, UPLOAD):
        use(budget, priority)
    assert clock.now == 1000 + 3 * 60


def test_a_budget_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="nothing through"):
        Budget(0)


def test_with_a_free_budget_the_real_clock_is_not_waited_for() -> None:
    # Reading the clock twice in one decision once made this spin for ever.
    use(Budget(1000), POLL, 500)


def test_the_highest_class_goes_first_and_within_it_the_longest_waiting() -> None:
    budget, clock = shared(1)
    use(budget, CONFIRM)
    order: list[str] = []
    passed = threading.Semaphore(0)
    threads = []

    def waits(priority: Priority, name: str) -> None:
        permit = budget.take(priority)
        assert permit is not None
        order.append(name)
        budget.settle(permit, answered=True)
        passed.release()

    for priority, name in ((UPLOAD, "u1"), (POLL, "p1"), (UPLOAD, "u2"), (POLL, "p2"), (CONFIRM, "c1")):
        threads.append(threading.Thread(target=waits, args=(priority, name)))
        threads[-1].start()
        clock.await_waiting(1)
    for _ in threads:
        clock.pass_on(budget, 60)
        assert passed.acquire(timeout=20)
    for thread in threads:
        thread.join(20)
    assert order == ["c1", "p1", "p2", "u1", "u2"]


def test_many_threads_together_never_exceed_the_budget() -> None:
    budget, clock = shared(10)
    done = threading.Semaphore(0)
    passed: list[float] = []

    def works() -> None:
        for priority in (CONFIRM, POLL, UPLOAD):
            permit = budget.take(priority)
            assert permit is not None
            passed.append(clock.now)
            budget.settle(permit, answered=True)
        done.release()

    threads = [threading.Thread(target=works) for _ in range(10)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        clock.pass_on(budget, 6)
        threading.Event().wait(0.001)
    assert len(passed) == 30
    for start in passed:
        assert sum(start <= moment < start + 60 for moment in passed) <= 10


def test_nothing_passes_a_block_before_its_end() -> None:
    budget, clock = alone()
    budget.block(clock.now + 600)
    assert budget.blocked_until == clock.now + 600
    use(budget, CONFIRM)
    assert clock.now == 1600
    assert budget.blocked_until is None


def test_the_later_of_two_blocks_counts() -> None:
    budget, clock = alone()
    budget.block(clock.now + 600)
    budget.block(clock.now + 60)
    assert budget.opens(CONFIRM) == 1600


def test_after_a_block_one_probe_goes_alone_and_its_answer_frees_the_rest() -> None:
    budget, clock = shared(40)
    budget.block(clock.now + 600)
    permits: list[Permit] = []
    threads = []
    for _ in range(5):
        threads.append(threading.Thread(target=lambda: permits.append(taken(budget))))
        threads[-1].start()
    clock.await_waiting(5)
    clock.pass_on(budget, 600)
    assert eventually(lambda: len(permits) == 1)
    clock.await_waiting(4)
    assert len(permits) == 1
    assert permits[0].probe
    budget.settle(permits[0], answered=True)
    for thread in threads:
        thread.join(20)
    assert [permit.probe for permit in permits] == [True, False, False, False, False]


def taken(budget: Budget) -> Permit:
    permit = budget.take(POLL)
    assert permit is not None
    return permit


def test_a_probe_without_answer_lets_another_probe_go() -> None:
    budget, clock = alone()
    budget.block(clock.now + 600)
    first = taken(budget)
    budget.settle(first, answered=False)
    second = taken(budget)
    assert (first.probe, second.probe) == (True, True)
    budget.settle(second, answered=True)
    assert not taken(budget).probe


def test_a_probe_that_is_blocked_again_starts_the_next_wait() -> None:
    budget, clock = alone()
    budget.block(clock.now + 600)
    probe = taken(budget)
    budget.block(clock.now + 300)
    budget.settle(probe, answered=False)
    assert taken(budget).probe
    assert clock.now == 1900


def test_an_old_request_that_succeeds_does_not_end_a_newer_block() -> None:
    budget, clock = alone()
    under_way = taken(budget)
    budget.block(clock.now + 600)
    budget.settle(under_way, answered=True)
    assert budget.blocked_until == 1600


def test_a_stop_ends_the_waiting_at_once_when_woken() -> None:
    budget = Budget(1)
    use(budget, CONFIRM)
    stop = threading.Event()
    got: list[Permit | None] = []
    thread = threading.Thread(target=lambda: got.append(budget.take(POLL, stop)))
    thread.start()
    stop.set()
    budget.wake()
    thread.join(20)
    assert got == [None]


def test_a_stop_is_seen_without_a_wake_too() -> None:
    budget, clock = alone(1)
    use(budget, CONFIRM)

    class StopsLater:
        def is_set(self) -> bool:
            return clock.now > 1010

    assert budget.take(POLL, StopsLater()) is None
    assert max(clock.waits) <= 0.5


def test_a_stop_that_is_set_lets_nothing_through() -> None:
    stop = threading.Event()
    stop.set()
    assert Budget().take(CONFIRM, stop) is None


def test_patience_that_cannot_do_is_not_spent() -> None:
    budget, clock = alone(1)
    use(budget, CONFIRM)
    assert budget.take(POLL, patience=59) is None
    assert clock.waits == []
    assert budget.take(POLL, patience=61) is not None


def test_who_gave_up_does_not_hold_the_queue() -> None:
    budget, clock = alone(1)
    use(budget, CONFIRM)
    assert budget.take(CONFIRM, patience=1) is None
    use(budget, UPLOAD)
    assert clock.now == 1060


def test_patience_also_ends_while_a_probe_is_under_way() -> None:
    budget, clock = alone()
    budget.block(clock.now)
    probe = taken(budget)
    assert probe.probe
    assert budget.take(CONFIRM, patience=5) is None
    assert clock.now == 1005
