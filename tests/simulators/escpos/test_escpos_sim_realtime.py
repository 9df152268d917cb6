"""Real-time requests: found wherever they stand, acted on at once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.escpos.device import Device
from simulators.escpos.realtime import RealTimeWatch


@pytest.mark.parametrize(
    "around",
    [
        (b"text", b"\n"),
        (b"\x1dv0\x00\x01\x00\x05\x00\x55", b"\x55"),
        (b"\x1d(k\x07\x001P0a", b""),
        (b"\x1b", b""),
        (b"", b""),
    ],
)
@pytest.mark.parametrize("piece", [1, 2, 100])
def test_a_request_is_answered_in_the_middle_of_anything(around: tuple[bytes, bytes], piece: int) -> None:
    device = Device()
    stream = around[0] + b"\x10\x04\x01" + around[1]
    for start in range(0, len(stream), piece):
        device.receive(stream[start : start + piece])

    assert device.replies() == b"\x12"


def test_the_bytes_of_a_request_inside_a_picture_stay_in_the_picture() -> None:
    device = Device()

    device.receive(b"\x1dv0\x00\x01\x00\x03\x00\x10\x04\x01")

    assert device.ledger.unfinished.images[0].bits == b"\x10\x04\x01"
    assert device.replies() == b"\x12"


def test_a_request_within_a_command_is_eaten_as_its_parameter() -> None:
    """escpos.md 1: never inside another command; here 10h becomes the line spacing."""
    device = Device()

    device.receive(b"\x1b3\x10\x04\x01A\n")

    assert device.replies() == b"\x12"
    assert device.ledger.unfinished.rows[0].advance == 24
    assert [finding.kind for finding in device.findings] == ["unknown", "unknown"]


@given(
    st.lists(
        st.sampled_from([b"\x10", b"\x04", b"\x05", b"\x14", b"\x01", b"\x02", b"\x08", b"A"]), max_size=30
    )
)
def test_requests_are_found_however_the_stream_is_cut(parts: list[bytes]) -> None:
    whole, watch = RealTimeWatch(), RealTimeWatch()
    expected = [request for _, request in whole.find(b"".join(parts))]

    assert [request for part in parts for _, request in watch.find(part)] == expected


@pytest.mark.parametrize(
    "data",
    [
        b"\x10\x04\x00",
        b"\x10\x04\x05",
        b"\x10\x05\x00",
        b"\x10\x14\x01\x02\x01",
        b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x07",
    ],
)
def test_what_only_looks_like_a_request_is_none(data: bytes) -> None:
    device = Device()

    device.receive(data)

    assert device.replies() == b""
    assert device.ledger.kicks == ()


def test_dle_before_a_request_does_not_hide_it() -> None:
    device = Device()

    device.receive(b"\x10\x10\x04\x01")

    assert device.replies() == b"\x12"


def test_real_time_pulses_and_power_off_can_be_forbidden() -> None:
    """GS ( D, escpos.md 9; status, recovery and clearing cannot be."""
    device = Device()

    device.receive(b"\x1d(D\x05\x00\x14\x01\x00\x02\x00\x10\x14\x01\x00\x01\x10\x14\x02\x01\x08\x10\x04\x01")

    assert device.ledger.kicks == ()
    assert device.powered
    assert device.replies() == b"\x12"


def test_power_off_by_request_ends_everything() -> None:
    device = Device()

    device.receive(b"\x10\x14\x02\x01\x08\x10\x04\x01A\n")

    assert not device.powered
    assert device.replies() == b""
    assert device.ledger.unfinished.rows == ()
