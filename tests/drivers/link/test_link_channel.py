"""What devices do that sockets do not: promises that are not kept, and answers without a byte."""

import itertools
import os
import time
from collections.abc import Callable, Iterator

import pytest

from drivers.link import LinkLost, LinkTimeout
from drivers.link.channel import Channel
from drivers.link.deadline import Deadline

LONG = 20.0


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    yield ends
    for end in ends:
        os.close(end)


def not_now(*_: object) -> int:
    raise BlockingIOError


def channel(
    descriptor: int,
    *,
    send: Callable[[bytes], int] = not_now,
    receive: Callable[[int], bytes] = lambda _: b"",
    empty_is_end: bool = True,
) -> Channel:
    return Channel("file:///dev/usb/lp0", descriptor, send, receive, chunk=4, empty_is_end=empty_is_end)


def within(seconds: float) -> Deadline:
    return Deadline.after(time.monotonic, seconds)


def test_a_device_that_is_writable_but_refuses_is_asked_again(pipe: tuple[int, int]) -> None:
    refusals = iter([True, True])

    def send(data: bytes) -> int:
        return not_now() if next(refusals, False) else os.write(pipe[1], data)

    channel(pipe[1], send=send).write(b"receipt", within(LONG))

    assert os.read(pipe[0], 100) == b"receipt"


def test_a_device_that_refuses_for_good_ends_at_the_deadline(pipe: tuple[int, int]) -> None:
    with pytest.raises(LinkTimeout) as caught:
        channel(pipe[1]).write(b"receipt", within(0.05))

    assert caught.value.written == 0


def test_an_answer_without_a_byte_is_waited_over(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"ready")
    answers = iter([b"", b"", b"\x12"])

    data = channel(pipe[0], receive=lambda _: next(answers), empty_is_end=False).read(within(LONG))

    assert data == b"\x12"


def test_a_device_that_is_readable_but_has_nothing_ends_at_the_deadline(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"ready")

    def receive(_: int) -> bytes:
        raise BlockingIOError

    assert channel(pipe[0], receive=receive).read(within(0.05)) == b""


def test_an_error_when_reading_is_a_loss(pipe: tuple[int, int]) -> None:
    os.write(pipe[1], b"ready")

    def receive(_: int) -> bytes:
        raise OSError(5, "Input/output error")

    with pytest.raises(LinkLost, match="Input/output error"):
        channel(pipe[0], receive=receive).read(within(LONG))


def test_a_deadline_never_goes_below_zero_and_rounds_up() -> None:
    moments = itertools.chain([0.0, 0.0004, 0.9996, 5.0], itertools.repeat(9.0))
    deadline = Deadline.after(lambda: next(moments), 1.0)

    assert [deadline.milliseconds for _ in range(4)] == [1000, 1, 0, 0]
