"""The budget of several processes: one window, one block, one probe; a killed process never damages or holds it."""

from __future__ import annotations

import fcntl
import json
import logging
import os
import signal
import stat
import subprocess
import sys
import threading
from bisect import bisect_left
from collections import Counter
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.budget_worker import BOOT
from support.commands import surroundings
from support.shared_time import BEGINNING, SharedTime
from support.waiting import LONGEST, wait_for

from bridge.baselinker.budget import Budget, Priority, Record
from bridge.baselinker.shared_budget import (
    MOST,
    FileLedger,
    Written,
    decode,
    encode,
    file_name,
    shared_budget,
    this_boot,
)
from bridge.config.secret import Secret
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.server import BaseLinkerServer

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

CONFIRM, POLL, UPLOAD = Priority.CONFIRM, Priority.POLL, Priority.UPLOAD
TOKEN = Secret("0000-FAKE-TOKEN")
ROOT = Path(__file__).resolve().parents[3]
OTHER_BOOT = b"0123456789abcdef"


class Machine:
    """A clock, a file, and budgets on it as if each were a process of its own."""

    def __init__(self, folder: Path, per_minute: int = 40) -> None:
        self.now = 1000.0
        self.path = folder / "requests-test"
        self.per_minute = per_minute
        self.waits: list[float] = []

    def process(self, per_minute: int | None = None, boot: bytes = BOOT) -> Budget:
        ledger = FileLedger(self.path, boot=boot, monotonic=lambda: self.now)
        return Budget(
            per_minute or self.per_minute, ledger=ledger, monotonic=lambda: self.now, wait=self._wait
        )

    def _wait(self, _condition: threading.Condition, seconds: float | None) -> None:
        assert seconds is not None, "nobody would wake it"
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def use(budget: Budget, priority: Priority, count: int = 1) -> None:
    for _ in range(count):
        permit = budget.take(priority)
        assert permit is not None
        budget.settle(permit, answered=True)


# -- one window ----------------------------------------------------------------------------------------------------


@given(
    per_minute=st.integers(min_value=1, max_value=40),
    steps=st.lists(
        st.tuples(st.integers(0, 2), st.sampled_from(Priority), st.floats(min_value=0, max_value=9)),
        min_size=1,
        max_size=100,
    ),
)
def test_no_sixty_seconds_hold_more_requests_than_allowed_whoever_sends_them(
    tmp_path_factory: pytest.TempPathFactory, per_minute: int, steps: list[tuple[int, Priority, float]]
) -> None:
    machine = Machine(tmp_path_factory.mktemp("shared"), per_minute)
    processes = [machine.process() for _ in range(3)]
    sent: list[float] = []
    for process, priority, pause in steps:
        use(processes[process], priority)
        sent.append(machine.now)
        machine.now += pause
    for start in sent:
        assert sum(start <= moment < start + 59.999 for moment in sent) <= per_minute


def test_a_command_leaves_the_daemon_its_confirmations_and_polls(machine: Machine) -> None:
    command, daemon = machine.process(), machine.process()
    use(command, UPLOAD, 20)
    assert command.take(UPLOAD, patience=59) is None
    assert command.take(POLL, patience=0) is not None
    use(daemon, POLL, 14)
    assert daemon.take(POLL, patience=59) is None
    use(daemon, CONFIRM, 5)
    assert [] == machine.waits
    assert daemon.opens(CONFIRM) == 1060


def test_what_one_sent_the_other_waits_for_and_no_longer(machine: Machine) -> None:
    first, second = machine.process(3), machine.process(3)
    use(first, CONFIRM, 3)
    use(second, CONFIRM)
    assert machine.now == 1060
    assert len(machine.waits) == 1, "one sleep until it opens, no looking around"


def test_each_keeps_to_its_own_limit_in_the_common_window(machine: Machine) -> None:
    use(machine.process(10), CONFIRM, 6)
    assert machine.process(6).take(CONFIRM, patience=0) is None
    assert machine.process(7).take(CONFIRM, patience=0) is not None


def test_a_stop_ends_the_waiting_for_what_another_sent(machine: Machine) -> None:
    use(machine.process(1), CONFIRM)

    class StopsLater:
        def is_set(self) -> bool:
            return machine.now > 1010

    assert machine.process(1).take(CONFIRM, StopsLater()) is None
    assert max(machine.waits) <= 0.5


def test_a_budget_that_only_looks_writes_nothing(machine: Machine) -> None:
    use(machine.process(), CONFIRM)
    before = machine.path.read_bytes()
    other = machine.process()
    machine.now += 1
    assert other.opens(CONFIRM) == machine.now
    assert other.blocked_until is None
    assert before == machine.path.read_bytes()


# -- one block -----------------------------------------------------------------------------------------------------


def test_a_block_one_process_met_stops_the_others(machine: Machine) -> None:
    first, second = machine.process(), machine.process()
    first.block(1600)
    assert second.blocked_until == 1600
    assert second.opens(CONFIRM) == 1600
    assert second.take(CONFIRM, patience=599) is None
    use(second, CONFIRM)
    assert machine.now == 1600
    assert first.blocked_until is None


def test_the_probe_of_one_process_holds_up_the_others_until_it_is_answered(machine: Machine) -> None:
    first, second = machine.process(), machine.process()
    first.block(machine.now)
    probe = first.take(CONFIRM)
    assert probe is not None
    assert probe.probe
    assert second.opens(CONFIRM) == 1060
    assert second.take(CONFIRM, patience=5) is None
    first.settle(probe, answered=True)
    permit = second.take(CONFIRM, patience=0)
    assert permit is not None
    assert not permit.probe


def test_who_waits_for_the_probe_of_another_process_sees_its_answer_soon(machine: Machine) -> None:
    first, second = machine.process(), machine.process()
    first.block(machine.now)
    probe = first.take(CONFIRM)
    assert probe is not None
    plain = machine._wait

    def answered_meanwhile(condition: threading.Condition, seconds: float | None) -> None:
        plain(condition, seconds)
        first.settle(probe, answered=True)

    second._wait = answered_meanwhile
    use(second, CONFIRM)
    assert machine.now == 1000.5


def test_a_probe_whose_process_died_is_given_up(machine: Machine) -> None:
    died, lives = machine.process(), machine.process()
    died.block(machine.now)
    lost = died.take(CONFIRM)
    assert lost is not None
    permit = lives.take(CONFIRM)
    assert permit is not None
    assert permit.probe
    assert 1060 <= machine.now <= 1060.5
    died.settle(lost, answered=True)
    assert lives.blocked_until is not None, "the answer to a probe that was given up says nothing"
    lives.settle(permit, answered=True)
    assert died.blocked_until is None


# -- what can become of the file ---------------------------------------------------------------------------------------


def test_the_file_is_for_its_owner_alone_and_its_name_tells_nothing(tmp_path: Path) -> None:
    use(shared_budget(tmp_path, TOKEN, 40), CONFIRM)
    (made,) = tmp_path.iterdir()
    assert made.name == file_name(TOKEN)
    assert 0o600 == stat.S_IMODE(made.stat().st_mode)
    assert len("requests-") + 12 == len(made.name)
    assert TOKEN.reveal().encode() not in made.read_bytes()
    assert file_name(Secret("0000-FAKE-OTHER")) != made.name


@pytest.mark.skipif(os.geteuid() != 0, reason="only root gives files away")
def test_a_file_that_root_makes_belongs_to_the_owner_of_the_folder(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 12346)
    use(shared_budget(tmp_path, TOKEN, 40), CONFIRM)
    found = (tmp_path / file_name(TOKEN)).stat()
    assert (12345, 12346) == (found.st_uid, found.st_gid)


def test_the_file_stays_within_one_page(machine: Machine) -> None:
    use(machine.process(MOST), CONFIRM, MOST)
    machine.now += 1
    use(machine.process(MOST + 1), CONFIRM)
    assert 3900 < machine.path.stat().st_size <= 4096
    assert machine.process(MOST).take(CONFIRM, patience=58) is None


def test_more_than_the_file_can_count_is_not_shared(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    use(shared_budget(tmp_path, TOKEN, MOST + 1), CONFIRM)
    assert [] == [*tmp_path.iterdir()]
    assert "not shared" in caplog.text


def test_a_folder_that_is_not_there_leaves_each_process_a_budget_of_its_own(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    budgets = [shared_budget(tmp_path / "none", TOKEN, 8) for _ in range(2)]
    for budget in budgets:
        use(budget, CONFIRM, 8)
        assert budget.take(CONFIRM, patience=0) is None
    assert 2 == caplog.text.count("the request budget is not shared now: No such file or directory")


@pytest.mark.parametrize("kind", ["folder", "link", "pipe"])
def test_what_is_no_file_is_not_touched(tmp_path: Path, kind: str) -> None:
    path = tmp_path / file_name(TOKEN)
    if kind == "folder":
        path.mkdir()
    elif kind == "link":
        path.symlink_to(tmp_path / "elsewhere")
    else:
        os.mkfifo(path)
    budget = shared_budget(tmp_path, TOKEN, 2)
    use(budget, CONFIRM, 2)
    assert budget.take(CONFIRM, patience=0) is None
    assert [path] == [*tmp_path.iterdir()]


def test_what_was_counted_alone_counts_for_all_once_the_file_can_be_used(machine: Machine) -> None:
    folder = machine.path.parent
    alone, other = machine.process(5), machine.process(5)
    use(alone, CONFIRM)
    folder.rename(folder.with_name("away"))
    use(alone, CONFIRM, 2)
    folder.with_name("away").rename(folder)
    assert other.opens(CONFIRM) == machine.now
    use(alone, CONFIRM)
    machine.now += 1
    use(other, CONFIRM)
    assert other.take(CONFIRM, patience=0) is None
    assert other.opens(CONFIRM) == 1060


def test_a_file_that_cannot_be_written_leaves_each_process_its_own_count(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    budget = machine.process(3)
    use(budget, CONFIRM)
    with monkeypatch.context() as patched:
        patched.setattr(os, "pwrite", full)
        machine.now += 1
        use(budget, CONFIRM, 2)
        assert budget.take(CONFIRM, patience=0) is None
    assert budget.opens(CONFIRM) == 1060
    assert machine.process(3).take(CONFIRM, patience=0) is None


def test_who_was_stopped_with_the_lock_in_hand_holds_up_nobody_for_long(machine: Machine) -> None:
    use(machine.process(2), CONFIRM)
    pauses: list[float] = []
    ledger = FileLedger(machine.path, boot=BOOT, monotonic=lambda: machine.now, sleep=pauses.append)
    budget = Budget(2, ledger=ledger, monotonic=lambda: machine.now)
    with machine.path.open("rb") as stopped:
        fcntl.flock(stopped, fcntl.LOCK_EX)
        use(budget, CONFIRM)
        assert sum(pauses) == pytest.approx(1.0)
    use(budget, CONFIRM)
    assert budget.take(CONFIRM, patience=0) is None


def test_a_lock_that_is_held_for_a_moment_is_waited_for(machine: Machine) -> None:
    use(machine.process(2), CONFIRM)
    with machine.path.open("rb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        ledger = FileLedger(
            machine.path,
            boot=BOOT,
            monotonic=lambda: machine.now,
            sleep=lambda _: fcntl.flock(other, fcntl.LOCK_UN),
        )
        use(Budget(2, ledger=ledger, monotonic=lambda: machine.now), CONFIRM)
    assert machine.process(2).take(CONFIRM, patience=0) is None


def test_a_file_that_was_just_made_stands_for_nothing_sent(machine: Machine) -> None:
    machine.path.touch()
    assert machine.process().take(CONFIRM, patience=0) is not None


def test_after_a_damaged_file_a_minute_of_silence_and_a_probe(
    machine: Machine, caplog: pytest.LogCaptureFixture
) -> None:
    use(machine.process(), CONFIRM, 3)
    machine.path.write_bytes(machine.path.read_bytes()[:-1])
    processes = [machine.process(), machine.process()]
    assert processes[0].take(CONFIRM, patience=59) is None
    machine.now += 30
    permit = processes[1].take(CONFIRM)
    assert permit is not None
    assert permit.probe
    assert machine.now == 1060, "the second to look must not begin anew"
    assert 1 == caplog.text.count("nothing is sent for 60 s")


def test_after_a_boot_what_was_sent_counts_as_sent_just_before_it(machine: Machine) -> None:
    use(machine.process(3), CONFIRM, 2)
    machine.now += 10
    use(machine.process(3), CONFIRM)
    machine.now = 20.0
    later = machine.process(3, boot=OTHER_BOOT)
    assert later.opens(CONFIRM) == 50, "two were sent ten seconds before the last"
    assert later.take(CONFIRM, patience=0) is None
    use(later, CONFIRM)
    assert machine.now == 50


def test_a_block_outlasts_a_boot_and_its_probe_does_not(machine: Machine) -> None:
    before = machine.process()
    before.block(machine.now)
    assert before.take(CONFIRM) is not None
    before.block(1600)
    machine.now = 20.0
    later = machine.process(boot=OTHER_BOOT)
    assert later.opens(CONFIRM) == 600
    use(later, CONFIRM)
    assert machine.now == 600


def test_a_file_ahead_of_the_clock_holds_up_nobody_for_longer_than_it_says(machine: Machine) -> None:
    machine.now = 10**9
    use(machine.process(1), CONFIRM)
    machine.now = 1000.0
    use(machine.process(1), CONFIRM)
    assert machine.now == 1060


def test_the_boot_has_an_id() -> None:
    assert 16 == len(this_boot())
    assert this_boot() == this_boot() != bytes(16)


# -- the file's content ------------------------------------------------------------------------------------------------

SECONDS = st.floats(min_value=-1e9, max_value=1e9, allow_nan=False)


@st.composite
def written(draw: st.DrawFn) -> Written:
    moments = sorted(draw(st.lists(SECONDS, max_size=MOST // 4)))
    record = Record(moments, draw(st.none() | SECONDS), draw(st.integers(0, 2**63)), draw(SECONDS))
    at = max([draw(SECONDS), *moments])
    return Written(draw(st.binary(min_size=16, max_size=16)), at, record)


@given(written(), st.binary(max_size=50))
def test_what_is_written_is_read_again_whatever_is_left_behind_its_end(one: Written, rest: bytes) -> None:
    assert one == decode(encode(one) + rest)


@given(written(), st.data())
def test_a_torn_file_is_known_for_one(one: Written, data: st.DataObject) -> None:
    content = encode(one)
    cut = data.draw(st.integers(0, len(content) - 1))
    assert decode(content[:cut]) is None
    position = data.draw(st.integers(0, len(content) - 1))
    wrong = bytearray(content)
    wrong[position] ^= data.draw(st.integers(1, 255))
    assert decode(bytes(wrong)) is None


@given(written(), written(), st.data())
def test_a_mixture_of_two_writings_is_known_for_one_or_is_one_of_them(
    old: Written, new: Written, data: st.DataObject
) -> None:
    before, after = encode(old), encode(new)
    cut = data.draw(st.integers(0, len(after)))
    assert decode(after[:cut] + before[cut:]) in (None, old, new)


@given(st.binary(max_size=300))
def test_any_bytes_can_be_looked_at(content: bytes) -> None:
    assert decode(content) is None


@pytest.mark.parametrize(
    "record",
    [
        Record([float("nan")]),
        Record([float("inf")]),
        Record([5.0, 4.0]),
        Record([11.0]),
        Record([], float("inf")),
        Record([], None, 1, float("nan")),
    ],
)
def test_times_that_cannot_be_are_no_record(record: Record) -> None:
    assert decode(encode(Written(BOOT, 10.0, record))) is None


# -- real processes ----------------------------------------------------------------------------------------------------


@contextmanager
def worker(*words: object) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "support.budget_worker", *map(str, words)],
        stdout=subprocess.PIPE,
        env=surroundings(PYTHONPATH=os.pathsep.join([str(ROOT), str(ROOT / "tests")])),
    )
    with process:
        try:
            yield process
        finally:
            process.kill()


@dataclass
class Office:
    """A simulated BaseLinker with its limit on, and a clock and a budget for all processes of a test."""

    folder: Path
    places: int

    def __post_init__(self) -> None:
        self.clock = SharedTime(self.folder / "clock", self.places, create=True)
        limit = RequestLimit(per_minute=LIMIT)
        self.server = BaseLinkerServer(limit=limit, monotonic=self.clock.monotonic, wall=self.clock.wall)
        ledger = FileLedger(self.folder / "requests", boot=BOOT, monotonic=self.clock.monotonic)
        self.budget = Budget(LIMIT, ledger=ledger, monotonic=self.clock.monotonic)

    def caller(self, place: int, *priorities: str) -> AbstractContextManager[subprocess.Popen[bytes]]:
        """Start a process that makes these calls."""
        plan = {
            "file": str(self.folder / "requests"),
            "clock": str(self.folder / "clock"),
            "url": self.server.url,
            "token": self.server.token,
            "place": place,
            "places": self.places,
            "per_minute": LIMIT,
            "priorities": priorities,
        }
        return worker("calls", json.dumps(plan))

    def let_end(self, *processes: subprocess.Popen[bytes]) -> None:
        """Let time pass until they have made their calls."""
        wait_for(lambda: not self.clock.move_on() or any(process.poll() for process in processes))
        assert [0] * len(processes) == [process.wait(LONGEST) for process in processes]


LIMIT = 16


def most_in_a_window(moments: list[float], window: float) -> int:
    """Return how many moments lie in the fullest window."""
    ordered = sorted(moments)
    return max(bisect_left(ordered, start + window) - place for place, start in enumerate(ordered))


def test_processes_that_hammer_baselinker_together_never_meet_its_limit(tmp_path: Path) -> None:
    plans = [["CONFIRM"] * 25, ["POLL"] * 25, ["UPLOAD"] * 25, ["UPLOAD", "POLL"] * 12]
    office = Office(tmp_path, len(plans))
    with office.server, ExitStack() as stack:
        office.let_end(
            *[stack.enter_context(office.caller(place, *plan)) for place, plan in enumerate(plans)]
        )
        requests = office.server.ledger.requests

    assert 99 == len(requests)
    assert all(call.succeeded for call in requests)
    assert LIMIT == most_in_a_window([call.monotonic for call in requests], 60)
    others = [call.monotonic for call in requests if call.parameters["priority"] != "CONFIRM"]
    assert most_in_a_window(others, 60) <= LIMIT * 7 // 8
    assert {0, 1, 2, 3} == {call.parameters["who"] for call in requests}


def test_a_block_stops_every_process_until_its_end(tmp_path: Path) -> None:
    office = Office(tmp_path, 2)
    with office.server, office.caller(0, *["CONFIRM"] * 5) as one, office.caller(1, *["UPLOAD"] * 5) as two:
        office.server.block()
        office.budget.block(BEGINNING + 600)
        office.let_end(one, two)
        requests = office.server.ledger.requests

    assert [True] * 10 == [call.succeeded for call in requests]
    assert BEGINNING + 600 == min(call.monotonic for call in requests)
    assert office.budget.blocked_until is None


def test_a_process_that_meets_the_block_tells_the_others(tmp_path: Path) -> None:
    office = Office(tmp_path, 1)
    with office.server:
        office.server.block()
        with office.caller(0, "POLL") as process:
            wait_for(lambda: office.budget.blocked_until is not None)
            assert office.budget.opens(CONFIRM) == BEGINNING + 601
            office.let_end(process)
        blocked, probe = office.server.ledger.requests

    assert (False, True) == (blocked.succeeded, probe.succeeded)
    assert BEGINNING + 601 == probe.monotonic
    assert office.budget.blocked_until is None


def test_processes_killed_at_any_moment_neither_damage_nor_hold_the_budget(tmp_path: Path) -> None:
    window, limit, moments = 0.25, 60, []
    path = tmp_path / "requests"
    with ExitStack() as stack:
        steady = stack.enter_context(worker("takes", path, limit, window))
        for turn in range(12):
            with worker("takes", path, limit, window) as victim:
                assert victim.stdout is not None
                moments += [float(victim.stdout.readline()) for _ in range(1 + turn % 7)]
                victim.send_signal(signal.SIGKILL)
                moments += [float(line) for line in victim.stdout if line.endswith(b"\n")]
        assert steady.poll() is None
        steady.kill()
        assert steady.stdout is not None
        moments += [float(line) for line in steady.stdout if line.endswith(b"\n")]
    ledger = FileLedger(path, boot=this_boot(), window=window)
    use(Budget(limit, ledger=ledger, window=window), CONFIRM)

    assert len(moments) > 2 * limit
    assert most_in_a_window(moments, window) <= limit
    found = decode(path.read_bytes())
    assert found is not None
    assert found.record.blocked_until is None, "no kill left a file that could not be read"


def test_threads_of_two_budgets_in_one_process_share_it_too(tmp_path: Path) -> None:
    budgets = [shared_budget(tmp_path, TOKEN, 30) for _ in range(2)]
    taken: Counter[bool] = Counter()

    def works(budget: Budget) -> None:
        for _ in range(10):
            permit = budget.take(CONFIRM, patience=0)
            taken[permit is not None] += 1

    threads = [threading.Thread(target=works, args=(budgets[number % 2],)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LONGEST)
    assert {True: 30, False: 30} == taken
