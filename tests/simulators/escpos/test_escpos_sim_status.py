"""The back-channel: status bytes of escpos.md 2, ASB sets, identity, counters."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulators.escpos.device import Device
from simulators.escpos.models import CHINESE_80, EPSON_80

SWITCHES = [
    "paper_out",
    "paper_near_end",
    "cover_open",
    "cutter_jam",
    "recoverable_error",
    "unrecoverable_error",
    "head_hot",
    "feed_button",
    "self_test",
    "drawer_open",
]


def with_switches(*switches: str, device: Device | None = None) -> Device:
    """Return a printer with these switches turned on."""
    printer = Device() if device is None else device
    for switch in switches:
        setattr(printer, switch, True)
    return printer


def ask(device: Device, request: bytes) -> bytes:
    """Return what the printer answers."""
    device.receive(request)
    return device.replies()


def real_time(device: Device) -> str:
    """Return the answers to DLE EOT 1..4 as hex."""
    return " ".join(ask(device, b"\x10\x04" + bytes([n])).hex() for n in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("switches", "answers"),
    [
        ([], "12 12 12 12"),
        (["drawer_open"], "16 12 12 12"),
        (["paper_near_end"], "12 12 12 1e"),
        (["paper_out"], "1a 32 12 7e"),
        (["paper_out", "drawer_open"], "1e 32 12 7e"),
        (["cover_open"], "1a 16 12 12"),
        (["cover_open", "paper_end_while_open"], "1a 36 12 7e"),
        (["cutter_jam"], "1a 52 1a 12"),
        (["recoverable_error"], "1a 52 16 12"),
        (["unrecoverable_error"], "1a 52 32 12"),
        (["head_hot"], "1a 52 52 12"),
        (["feed_button"], "5a 1a 12 12"),
        (["self_test"], "1a 12 12 12"),
        (["paper_out", "cover_open", "head_hot"], "1a 76 52 7e"),
    ],
)
def test_real_time_status_tells_the_condition(switches: list[str], answers: str) -> None:
    assert real_time(with_switches(*switches)) == answers


def test_a_model_without_near_end_sensor_never_sets_those_bits() -> None:
    assert real_time(with_switches("paper_near_end", device=Device(CHINESE_80))) == "12 12 12 12"
    assert real_time(with_switches("paper_out", device=Device(CHINESE_80))) == "1a 32 12 72"


@pytest.mark.parametrize("switch", ["cutter_jam", "recoverable_error"])
def test_a_recoverable_error_stays_until_recovery_is_asked_for(switch: str) -> None:
    """escpos.md 5: clear the jam, then DLE ENQ 1 or 2; bit 5 of DLE EOT 1 says that this is what it waits for."""
    device = with_switches(switch)
    during = real_time(device)

    assert ask(device, b"\x10\x05\x01") == b""
    assert real_time(device) == during
    setattr(device, switch, False)
    assert real_time(device) == during.replace("1a", "3a", 1)
    assert ask(device, b"\x10\x05\x01") == b""
    assert real_time(device) == "12 12 12 12"


def test_a_printer_that_recovers_alone_needs_no_request() -> None:
    device = with_switches("recovers_alone", "cutter_jam")

    device.cutter_jam = False

    assert real_time(device) == "12 12 12 12"


@pytest.mark.parametrize("switch", SWITCHES)
def test_every_switch_can_be_turned_back(switch: str) -> None:
    device = with_switches(switch)
    assert getattr(device, switch) is True

    setattr(device, switch, False)
    device.receive(b"\x10\x05\x01")

    assert getattr(device, switch) is False
    assert real_time(device) == "12 12 12 12"


@given(st.sets(st.sampled_from(SWITCHES)))
def test_fixed_bits_tell_every_status_byte_apart(switches: set[str]) -> None:
    """escpos.md 2.1: 0xx1xx10 real time, 0xx1xx00 first of ASB, 0xx0xxxx the others; never XON or XOFF."""
    device = Device()
    device.receive(b"\x1da\xff")
    device.replies()
    with_switches(*switches, device=device)
    asb = device.engine.condition.automatic_status()
    device.replies()

    assert all(byte & 0x93 == 0x12 for byte in bytes.fromhex(real_time(device).replace(" ", "")))
    assert asb[0] & 0x93 == 0x10
    assert all(byte & 0x90 == 0 for byte in asb[1:])
    assert not set(asb) & {0x11, 0x13}


# -- buffered status ---------------------------------


@pytest.mark.parametrize(
    ("switches", "request_bytes", "answer"),
    [
        ([], b"\x1dr\x01", b"\x00"),
        ([], b"\x1dr1", b"\x00"),
        (["paper_near_end"], b"\x1dr\x01", b"\x03"),
        ([], b"\x1dr\x02", b"\x00"),
        (["drawer_open"], b"\x1dr2", b"\x01"),
        ([], b"\x1dr\x04", b"\x00"),
        (["paper_near_end"], b"\x1bv", b"\x03"),
        (["drawer_open"], b"\x1bu\x00", b"\x01"),
    ],
)
def test_buffered_status(switches: list[str], request_bytes: bytes, answer: bytes) -> None:
    assert ask(with_switches(*switches), request_bytes) == answer


@pytest.mark.parametrize("request_bytes", [b"\x1dr\x01", b"\x1dI\x01", b"\x1d(H\x06\x0000ABCD", b"\x1bv"])
@pytest.mark.parametrize("switch", ["paper_out", "cover_open", "cutter_jam", "head_hot", "self_test"])
def test_buffered_requests_are_answered_only_once_online(switch: str, request_bytes: bytes) -> None:
    device = with_switches("recovers_alone", switch)

    assert ask(device, request_bytes) == b""
    setattr(device, switch, False)
    assert len(device.replies()) in {1, 7}


def test_a_printer_without_gs_r_takes_it_and_says_nothing() -> None:
    device = Device()
    device.gs_r = False

    assert ask(device, b"\x1dr\x01A\n") == b""
    assert device.ledger.unfinished.texts == ["A"]


@pytest.mark.parametrize(
    ("n", "answer"),
    [
        (1, b"\x20"),
        (49, b"\x20"),
        (2, b"\x02"),
        (3, b"\x01"),
        (65, b"\x5f1.20 SIM\x00"),
        (66, b"\x5fEPSON\x00"),
        (67, b"\x5fTM-T20II\x00"),
        (68, b"\x5fS-42\x00"),
        (69, b"\x5f\x00"),
    ],
)
def test_identity(n: int, answer: bytes) -> None:
    assert ask(Device(replace(EPSON_80, serial="S-42")), b"\x1dI" + bytes([n])) == answer


def test_a_chinese_clone_says_it_has_two_byte_characters() -> None:
    assert ask(Device(CHINESE_80), b"\x1dI\x02") == b"\x03"


def test_counters_count_lines_and_cuts() -> None:
    device = Device()
    device.receive(b"A\nB\n\x1bd\x03\x1dV\x00\x1dV\x00")

    assert ask(device, b"\x1dg2\x00\x14\x00") == b"\x5f5\x00"
    assert ask(device, b"\x1dg2\x00\x32\x00") == b"\x5f2\x00"
    assert ask(device, b"\x1dg0\x00\x32\x00\x1dg2\x00\x32\x00") == b"\x5f0\x00"
    assert ask(device, b"\x1dg2\x00\xb2\x00") == b"\x5f2\x00"


# -- reports the printer makes by itself ---------------------------------


def test_enabling_asb_sends_one_set_at_once() -> None:
    assert ask(Device(), b"\x1da\xff") == b"\x10\x00\x00\x0f"
    assert ask(Device(), b"\x1da\x00") == b""


@pytest.mark.parametrize(
    ("mask", "switch", "asb"),
    [
        (0x01, "drawer_open", b"\x14\x00\x00\x0f"),
        (0x02, "cover_open", b"\x38\x00\x00\x0f"),
        (0x02, "self_test", b"\x18\x00\x00\x0f"),
        (0x04, "cutter_jam", b"\x18\x08\x00\x0f"),
        (0x04, "recoverable_error", b"\x18\x04\x00\x0f"),
        (0x04, "unrecoverable_error", b"\x18\x20\x00\x0f"),
        (0x04, "head_hot", b"\x18\x40\x00\x0f"),
        (0x08, "paper_near_end", b"\x10\x00\x03\x0f"),
        (0x08, "paper_out", b"\x18\x00\x0f\x0f"),
        (0x40, "feed_button", b"\x58\x00\x00\x0f"),
        (0xFF, "paper_out", b"\x18\x00\x0f\x0f"),
    ],
)
def test_a_change_that_was_asked_for_sends_a_set(mask: int, switch: str, asb: bytes) -> None:
    device = Device()
    device.receive(b"\x1da" + bytes([mask]))
    device.replies()

    setattr(device, switch, True)

    assert device.replies() == asb


@pytest.mark.parametrize(
    ("mask", "switch"),
    [(0x01, "paper_out"), (0x02, "drawer_open"), (0x04, "cover_open"), (0x08, "cover_open")],
)
def test_a_change_nobody_asked_for_sends_nothing(mask: int, switch: str) -> None:
    device = Device()
    device.receive(b"\x1da" + bytes([mask]))
    device.replies()

    setattr(device, switch, True)

    assert device.replies() == b""


def test_recovery_waited_for_shows_in_asb() -> None:
    device = with_switches("cutter_jam")
    device.cutter_jam = False
    device.receive(b"\x10\x05\x01\x1da\xff")
    assert device.replies() == b"\x10\x00\x00\x0f"

    device.cutter_jam = True
    assert device.replies() == b"\x18\x08\x00\x0f"
    device.cutter_jam = False
    assert device.replies() == b"\x18\x09\x00\x0f"


@pytest.mark.parametrize("reset", [b"\x1b@", b"power"])
def test_esc_at_and_power_switch_asb_off(reset: bytes) -> None:
    """escpos.md 2.4: so GS a has to be sent again."""
    device = Device()
    device.receive(b"\x1da\xff")
    if reset == b"power":
        device.power_cut()
        device.power_on()
    else:
        device.receive(reset)
    device.replies()

    device.paper_out = True

    assert device.replies() == b""


def test_a_model_may_have_asb_on_from_the_start() -> None:
    device = Device(replace(EPSON_80, asb_default=0xFF))

    device.receive(b"\x1b@")
    device.cover_open = True

    assert device.replies() == b"\x38\x00\x00\x0f"


def test_a_printer_without_asb_stays_quiet() -> None:
    device = Device()
    device.asb_supported = False
    device.receive(b"\x1da\xff")
    device.paper_out = True

    assert device.replies() == b""


def test_a_set_can_be_repeated_without_a_change() -> None:
    device = Device()
    device.repeat_asb()
    assert device.replies() == b""

    device.receive(b"\x1da\xff")
    device.replies()
    device.repeat_asb()

    assert device.replies() == b"\x10\x00\x00\x0f"


@pytest.mark.parametrize(
    ("d", "switch", "response"),
    [
        (1, "paper_out", b"\x37\x23\x00"),
        (49, "cover_open", b"\x37\x23\x00"),
        (2, "cover_open", b"\x37\x23\x41\x00"),
        (50, "paper_out", b"\x37\x23\x42\x00"),
        (2, "cutter_jam", b"\x37\x23\x44\x00"),
        (0, "paper_out", b""),
    ],
)
def test_going_offline_is_reported_when_asked_for(d: int, switch: str, response: bytes) -> None:
    device = Device()
    device.receive(b"\x1d(H\x03\x0010" + bytes([d]))

    setattr(device, switch, True)

    assert device.replies() == response
    assert device.findings == ()
