"""Frames that are no commands, and bytes that are no frames (posnet.md 4 and 15.1)."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.fiscal_printers import Counter, as_bytes

from drivers.posnet.frames import crc16, enclose
from simulators.posnet.faults import corrupted
from simulators.posnet.models import OLD_HS

SCOMM = enclose(b"scomm\t")
ANSWER = ["scomm␉fsT␉tzT␉ts0␉hrT␉nuZBF 2101002392␉tdN␉"]


@pytest.fixture
def counter() -> Counter:
    return Counter()


@pytest.mark.parametrize(
    ("inside", "answer"),
    [
        (b"scomm\t", "ERR␉?15␉"),
        (b"scomm\t#", "ERR␉?5␉"),
        (b"scomm\t#C42C", "ERR␉?5␉"),
        (b"scomm\t#c42b", "ERR␉?5␉"),
        (b"trend\tto41\tfp41\t#DA", "ERR␉?5␉"),
        (b"scomm#%04X" % crc16(b"scomm"), "ERR␉?6␉"),
        (b"#0000", "ERR␉?6␉"),
    ],
)
def test_what_is_no_frame_of_the_grammar_is_told(counter: Counter, inside: bytes, answer: str) -> None:
    assert [answer] == counter.send(b"\x02" + inside + b"\x03")


@pytest.mark.parametrize(
    ("payload", "answer"),
    [
        ("modinf␉", "ERR␉?1␉cmmodinf␉"),
        ("trfvinit␉@0001␉", "ERR␉@0001␉?1␉cmtrfvinit␉"),
        ("␉", "ERR␉?1␉"),
        ("12␉", "ERR␉?1␉"),
        ("trline␉vt0␉pr1␉", "ERR␉?2␉cmtrline␉fdna␉"),
        ("trline␉naX␉vtA␉pr1␉", "ERR␉?3␉cmtrline␉fdvt␉"),
        ("trline␉naX␉vt0␉pr-1␉", "ERR␉?3␉cmtrline␉fdpr␉"),
        ("trline␉naX␉vt0␉pr12.34␉", "ERR␉?3␉cmtrline␉fdpr␉"),
        ("trline␉naX␉vt0␉pr␉", "ERR␉?3␉cmtrline␉fdpr␉"),
        ("trline␉naX␉vt0␉pr10000000000␉", "ERR␉?3␉cmtrline␉fdpr␉"),
        ("trline␉naX␉vt0␉pr1␉il1,2,3␉", "ERR␉?3␉cmtrline␉fdil␉"),
        ("trline␉naX␉vt0␉pr1␉il1e3␉", "ERR␉?3␉cmtrline␉fdil␉"),
        ("trline␉naX␉vt0␉pr1␉rp10000␉", "ERR␉?3␉cmtrline␉fdrp␉"),
        ("trinit␉bmTrue␉", "ERR␉?3␉cmtrinit␉fdbm␉"),
        ("trinit␉bm␉", "ERR␉?3␉cmtrinit␉fdbm␉"),
        ("dailyrep␉da2026-13-01␉", "ERR␉?3␉cmdailyrep␉fdda␉"),
        ("dailyrep␉da09-10-2026␉", "ERR␉?3␉cmdailyrep␉fdda␉"),
        ("rtcset␉da2026-10-09␉", "ERR␉?3␉cmrtcset␉fdda␉"),
        ("vatset␉vaX␉", "ERR␉?3␉cmvatset␉fdva␉"),
        ("trnipset␉ni" + 31 * "1" + "␉", "ERR␉?10␉cmtrnipset␉fdni␉"),
        ("trline␉na" + 81 * "x" + "␉vt0␉pr1␉", "ERR␉?10␉cmtrline␉fdna␉"),
        ("trline␉naA\x07B␉vt0␉pr1␉", "ERR␉?3␉cmtrline␉fdna␉"),
        ("trline␉naA␊B␉vt0␉pr1␉", "ERR␉?3␉cmtrline␉fdna␉"),
        ("trline␉␉naX␉", "ERR␉?6␉cmtrline␉"),
        ("trline␉n␉", "ERR␉?6␉cmtrline␉"),
        ("scomm␉@12␉", "ERR␉?4␉"),
        ("scomm␉@12345␉", "ERR␉?4␉"),
        ("scomm␉@00a1␉", "ERR␉?4␉"),
        ("scomm␉@0001␉@0002␉", "ERR␉?4␉"),
        ("rpt␉", "ERR␉?4␉cmrpt␉"),
        ("!scomm␉@0001␉", "ERR␉@0001␉?12␉cmscomm␉"),
        ("!rpt␉@0001␉", "ERR␉@0001␉?12␉cmrpt␉"),
    ],
)
def test_a_frame_that_is_no_command_is_refused_and_named(counter: Counter, payload: str, answer: str) -> None:
    before = counter.printer.memory

    assert [answer] == counter.ask(payload)

    assert before is counter.printer.memory
    assert counter.printer.findings


def test_fields_come_in_any_order_and_the_token_anywhere(counter: Counter) -> None:
    counter.tell("trinit␉")

    assert ["trline␉@0005␉"] == counter.ask("trline␉pr100␉vt0␉@0005␉il2,5␉naChleb␉")

    assert "250" == counter.value("strns␉", "va")


def test_text_may_hold_what_looks_like_grammar(counter: Counter) -> None:
    counter.sell("trline␉naA#B@C&D?13␉vt0␉pr100␉")

    assert "A#B@C&D?13" == counter.printer.fiscal.receipts[0].sales[0].name


@pytest.mark.parametrize(
    "noise", [b"", b"\x00\xffnoise#\x03", b"\x02trend\t", b"\x02" * 9, b"\x11\x13\x11", b"\x02\x03"]
)
def test_a_frame_is_found_behind_noise(counter: Counter, noise: bytes) -> None:
    assert ANSWER == counter.send(noise + SCOMM)[-1:]


def test_flow_control_inside_a_frame_is_no_part_of_it(counter: Counter) -> None:
    assert ANSWER == counter.send(b"\x11".join(bytes([byte]) for byte in SCOMM))


def test_frames_come_in_pieces_and_together(counter: Counter) -> None:
    assert [] == counter.send(SCOMM[:4])
    assert ANSWER == counter.send(SCOMM[4:])
    assert 3 * ANSWER == counter.send(3 * SCOMM)


def test_a_frame_that_is_too_long_is_refused_and_the_next_one_is_read() -> None:
    counter = Counter(frame_bytes=50)

    assert ["ERR␉?11␉"] == counter.send(b"\x02" + 60 * b"x" + b"#0000\x03")
    assert ANSWER == counter.send(SCOMM)


def test_unknown_and_repeated_fields_are_passed_over_and_noted(counter: Counter) -> None:
    counter.tell("trinit␉bm0␉zz9␉", "trline␉naX␉naY␉vt0␉pr1␉")

    assert ["unknown or repeated field zz", "unknown or repeated field na"] == [
        finding.what for finding in counter.printer.findings
    ]


def test_a_host_that_does_not_wait_is_noted(counter: Counter) -> None:
    counter.printer.change(paper_out=True)
    counter.ask("scnt␉")
    counter.ask("stot␉")

    assert ["stot"] == [finding.command for finding in counter.printer.findings]


def test_older_firmware_tells_lengths_apart() -> None:
    counter = Counter(OLD_HS)

    assert ["ERR␉?9␉"] == counter.send(b"\x02scomm\t#C42\x03")
    assert ["ERR␉?8␉"] == counter.ask("scomm␉@123␉")
    assert ["ERR␉?7␉"] == counter.ask(33 * "x" + "␉")


@pytest.mark.parametrize(
    ("switches", "digits", "accepted"),
    [
        ({}, b"00DA", True),
        ({}, b"DA", False),
        ({"short_crc": True}, b"DA", True),
        ({"short_crc": True}, b"da", False),
        ({"short_crc": True, "small_crc": True}, b"da", True),
        ({"small_crc": True}, b"00da", True),
        ({}, b"00da", False),
    ],
)
def test_what_else_passes_as_crc_is_a_switch(switches: dict[str, Any], digits: bytes, accepted: bool) -> None:
    counter = Counter(**switches)

    answer = counter.send(b"\x02trend\tto41\tfp41\t#" + digits + b"\x03")

    assert ["trend␉?2005␉" if accepted else "ERR␉?5␉"] == answer


def test_the_forms_of_an_error_are_switches() -> None:
    counter = Counter(error_tab=False, error_field="er")

    counter.printer.pc1.receive(enclose(as_bytes("trend␉")))
    assert b"\x02trend\t?2005#%04X\x03" % crc16(b"trend\t?2005") == counter.raw()
    counter.printer.pc1.receive(enclose(as_bytes("rpt␉@0001␉")))
    assert enclose(b"ERR\t@0001\ter13\t") == counter.raw()


@given(st.lists(st.binary(max_size=60), max_size=8))
def test_no_bytes_whatever_break_it(pieces: list[bytes]) -> None:
    counter = Counter()
    for piece in pieces:
        counter.printer.pc1.receive(piece)
    counter.printer.pc1.replies()

    assert ANSWER == counter.send(b"\x03" + SCOMM)[-1:]


NAMES = st.sampled_from(
    ["trinit", "trline", "trend", "dailyrep", "formstart", "formline", "ftrcfg", "vatset", "pccfgset", "rpt"]
)
VALUES = st.one_of(st.binary(max_size=20), st.integers(0, 10**13).map(lambda number: b"%d" % number))
FIELDS = st.lists(
    st.tuples(st.sampled_from([b"na", b"vt", b"pr", b"fn", b"@0", b"s1", b"id", b"va"]), VALUES)
)


@given(NAMES, FIELDS)
def test_no_value_whatever_breaks_a_command(name: str, fields: list[tuple[bytes, bytes]]) -> None:
    counter = Counter()
    payload = name.encode() + b"\t" + b"".join(field + value + b"\t" for field, value in fields)

    answers = counter.send(enclose(payload.replace(b"\x02", b"").replace(b"\x03", b"")))

    assert len(answers) == 1 or counter.printer.worker.asking
    counter.printer.operator.press_key()
    assert counter.ask("scnt␉")


@given(st.integers(0, 60))
def test_one_wrong_byte_of_a_request_never_executes_it(place: int) -> None:
    counter = Counter()
    request = corrupted(enclose(as_bytes("cash␉@0001␉kw12345␉wpT␉")), place)

    counter.send(request)

    assert 0 == counter.printer.memory.settings.cash
    assert ANSWER == counter.send(SCOMM)[-1:]
