"""Bytes into commands: every known one, unknown ones, and whatever else may come."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.escpos_bytes import qr

from simulators.escpos import codes
from simulators.escpos.commands import Command, CommandReader
from simulators.escpos.device import Device
from simulators.escpos.models import CHINESE_80, EPSON_58, EPSON_80, RONGTA_80, Model

# One well-formed example of every buffered command.
EXAMPLES = {
    "text": b"Receipt",
    "NUL": b"\x00",
    "BEL": b"\x07",
    "HT": b"\t",
    "LF": b"\n",
    "VT": b"\x0b",
    "FF": b"\x0c",
    "CR": b"\r",
    "CAN": b"\x18",
    "DLE EOT": b"\x10\x04\x01",
    "DLE ENQ": b"\x10\x05\x01",
    "DLE DC4": b"\x10\x14\x01\x00\x01",
    "ESC SP": b"\x1b \x02",
    "ESC !": b"\x1b!\x30",
    "ESC $": b"\x1b$\x10\x00",
    "ESC %": b"\x1b%\x00",
    "ESC &": b"\x1b&\x02AB\x01ab\x02abcd",
    "ESC *": b"\x1b*\x21\x02\x00abcdef",
    "ESC +": b"\x1b+\x10",
    "ESC -": b"\x1b-\x01",
    "ESC 2": b"\x1b2",
    "ESC 3": b"\x1b3\x20",
    "ESC =": b"\x1b=\x01",
    "ESC ?": b"\x1b?\x0a",
    "ESC @": b"\x1b@",
    "ESC A": b"\x1bA\x10",
    "ESC B": b"\x1bB\x02\x02",
    "ESC D": b"\x1bD\x08\x10\x00",
    "ESC E": b"\x1bE\x01",
    "ESC G": b"\x1bG\x01",
    "ESC J": b"\x1bJ\x10",
    "ESC K": b"\x1bK\x10",
    "ESC M": b"\x1bM\x01",
    "ESC R": b"\x1bR\x02",
    "ESC U": b"\x1bU\x01",
    "ESC \\": b"\x1b\\\x05\x00",
    "ESC a": b"\x1ba\x01",
    "ESC c": b"\x1bc5\x01",
    "ESC d": b"\x1bd\x02",
    "ESC i": b"\x1bi",
    "ESC m": b"\x1bm",
    "ESC p": b"\x1bp\x00\x19\xfa",
    "ESC r": b"\x1br\x00",
    "ESC t": b"\x1bt\x12",
    "ESC u": b"\x1bu\x00",
    "ESC v": b"\x1bv",
    "ESC {": b"\x1b{\x01",
    "FS &": b"\x1c&",
    "FS .": b"\x1c.",
    "GS !": b"\x1d!\x11",
    "GS ( D": b"\x1d(D\x05\x00\x14\x01\x00\x02\x00",
    "GS ( H": b"\x1d(H\x06\x0000ABCD",
    "GS ( L": b"\x1d(L\x0b\x000p0\x01\x011\x08\x00\x01\x00\xf0",
    "GS ( k": b"\x1d(k\x03\x001C\x06",
    "GS 8 L": b"\x1d8L\x0b\x00\x00\x000p0\x01\x011\x08\x00\x01\x00\xf0",
    "GS B": b"\x1dB\x01",
    "GS H": b"\x1dH\x02",
    "GS I": b"\x1dI\x43",
    "GS L": b"\x1dL\x18\x00",
    "GS P": b"\x1dP\x00\x00",
    "GS V": b"\x1dVB\x00",
    "GS W": b"\x1dW\x80\x01",
    "GS a": b"\x1da\xff",
    "GS b": b"\x1db\x01",
    "GS f": b"\x1df\x01",
    "GS g": b"\x1dg2\x00\x14\x00",
    "GS h": b"\x1dh\x50",
    "GS k": b"\x1dk\x02590123412345\x00",
    "GS r": b"\x1dr\x01",
    "GS v 0": b"\x1dv0\x00\x01\x00\x02\x00\xf0\x0f",
    "GS w": b"\x1dw\x02",
    "GS |": b"\x1d|\x04",
}
OTHER_FORMS = [
    ("GS V", b"\x1dV\x00"),
    ("GS V", b"\x1dV1"),
    ("GS V", b"\x1dVA\x03"),
    ("GS k", b"\x1dkI\x06{BAB-1"),
    ("ESC *", b"\x1b*\x00\x02\x00ab"),
    ("GS g", b"\x1dg0\x00\x14\x00"),
    ("DLE DC4", b"\x10\x14\x08\x01\x03\x14\x01\x06\x02\x08"),
    ("DLE DC4", b"\x10\x14\x03\x00\x01\x01\x01\x01"),
]


def read(data: bytes, piece: int) -> list[Command]:
    """Return the commands of `data` arriving in pieces of `piece` bytes."""
    reader, buffer, commands = CommandReader(), bytearray(), []
    for start in range(0, len(data), piece):
        buffer += data[start : start + piece]
        while command := reader.take(buffer):
            commands.append(command)
    assert not reader.in_command
    return commands


def test_every_known_command_has_an_example() -> None:
    assert set(EXAMPLES) == Device().commands


@pytest.mark.parametrize("piece", [1, 2, 3, 100])
@pytest.mark.parametrize(("name", "raw"), [*EXAMPLES.items(), *OTHER_FORMS])
def test_a_command_is_framed_whole_however_it_arrives(name: str, raw: bytes, piece: int) -> None:
    commands = read(raw + b"\x1b@", piece)

    assert b"".join(command.raw for command in commands) == raw + b"\x1b@"
    assert commands[-1].name == "ESC @"
    assert {command.name for command in commands[:-1]} == {name}
    assert name == "text" or len(commands) == 2


@pytest.mark.parametrize(("name", "raw"), [*EXAMPLES.items(), *OTHER_FORMS])
def test_a_command_is_taken_without_a_finding(name: str, raw: bytes) -> None:
    device = Device()

    device.receive(raw)

    assert device.findings == ()


# -- what the printer does not know ---------------------------------


@pytest.mark.parametrize(
    "data",
    [
        b"\x1bL",
        b"\x1c\x7f",
        b"\x1d\x01",
        b"\x01",
        b"\x1d(Z\x02\x00ab",
        b"\x1dV\x07",
        b"\x1d(k\x03\x000C\x06",
        b"\x1dv1",
    ],
)
def test_unknown_commands_are_recorded_and_the_rest_is_printed(data: bytes) -> None:
    device = Device()

    device.receive(data + b"A\n")

    assert len(device.unknown) == 1
    assert device.ledger.unfinished.texts == ["A"]


def test_without_process_ids_their_bytes_come_out_as_garbage() -> None:
    """escpos.md 3: such a printer prints H00 and the id, so never probe on a live receipt."""
    device = Device()
    device.process_ids = False

    device.receive(b"\x1d(H\x06\x0000AB\x21\x7e\n")

    assert device.ledger.unfinished.texts == ["H00AB!~"]
    assert device.replies() == b""
    assert len(device.unknown) == 2
    device.receive(qr(b"other commands of the family still work"))
    assert device.ledger.unfinished.qr_codes == ["other commands of the family still work"]


@pytest.mark.parametrize(
    "data",
    [
        b"\x1b$\xff\xff",
        b"\x1b\\\xf0\xff",
        b"\x1bR\x63",
        b"\x1bp\x07\x19\xfa",
        b"\x1bM\x05",
        b"\x1d!\x88",
        b"\x1b-\x03",
        b"\x1ba\x03",
        b"\x1b*\x05\x01\x00\xff",
        b"\x1d(L\x04\x000p01",
        b"\x1d(L\x0b\x000p4\x01\x011\x08\x00\x01\x00\xf0",
        b"\x1d(L\x0b\x000p0\x01\x011\x08\x00\x02\x00\xf0",
        b"\x1d(k\x04\x001A7\x00",
        b"\x1d(k\x03\x001C\x11",
        b"\x1d(k\x03\x001E4",
        b"\x1d(k\x03\x001P0",
        b"\x1d(k\x03\x001Q0",
        b"\x1dh\x00",
        b"\x1dw\x07",
        b"\x1dH\x04",
        b"\x1dr\x03",
        b"\x1dI\x63",
        b"\x1dg2\x00\x15\x00",
        b"\x1d(D\x03\x00\x14\x07\x01",
        b"\x1d(H\x05\x0000ABC",
    ],
)
def test_parameters_out_of_range_are_recorded_and_have_no_effect(data: bytes) -> None:
    device, untouched = Device(), Device()

    device.receive(data)

    assert [finding.kind for finding in device.findings] == ["ignored"]
    assert device.engine.settings == untouched.engine.settings
    assert (device.replies(), device.ledger.unfinished, device.ledger.kicks) == (
        b"",
        untouched.ledger.unfinished,
        (),
    )


@pytest.mark.parametrize(
    "data",
    [
        b"\x1dv0\x09\x01\x00\x01\x00\xff",
        b"\x1d(L\x02\x000\x40",
        b"\x1d(D\x01\x00\x15",
        b"\x1dg7",
        b"\x1dk\x4f\x01A",
    ],
)
def test_forms_of_a_command_that_do_not_exist_are_unknown(data: bytes) -> None:
    device = Device()

    device.receive(data)

    assert [finding.kind for finding in device.findings] == ["unknown"]


# -- whatever comes ---------------------------------

ANYTHING = st.lists(
    st.one_of(
        st.sampled_from([*EXAMPLES.values(), *(raw for _, raw in OTHER_FORMS), qr(b"data")]),
        st.binary(max_size=12),
        st.builds(
            bytes.__add__,
            st.sampled_from([b"\x1b", b"\x1d", b"\x1c", b"\x10", b"\x1d("]),
            st.binary(max_size=6),
        ),
    ),
    max_size=12,
).map(b"".join)
MODELS = st.sampled_from([EPSON_80, EPSON_58, CHINESE_80, RONGTA_80])


@settings(deadline=None)
@given(ANYTHING, MODELS)
def test_no_bytes_crash_the_printer(data: bytes, model: Model) -> None:
    device = Device(model)

    device.receive(data)

    assert device.buffered == 0
    assert all(isinstance(line, str) for line in [*device.ledger.texts(), device.ledger.unfinished.to_text()])


@settings(deadline=None)
@given(ANYTHING, MODELS, st.lists(st.integers(1, 40), max_size=20), st.sampled_from([1, 7, 65536]))
def test_paper_and_replies_do_not_depend_on_how_bytes_arrive(
    data: bytes, model: Model, pieces: list[int], buffer_bytes: int
) -> None:
    whole, parts = Device(model), Device(model, buffer_bytes=buffer_bytes)

    whole.receive(data)
    for piece in pieces:
        parts.receive(data[:piece])
        data = data[piece:]
    parts.receive(data)

    assert parts.ledger.slips == whole.ledger.slips
    assert parts.ledger.unfinished == whole.ledger.unfinished
    assert parts.ledger.kicks == whole.ledger.kicks
    assert parts.unknown == whole.unknown
    assert parts.replies() == whole.replies()


@settings(deadline=None)
@given(
    st.sampled_from(codes.KINDS).flatmap(
        lambda kind: st.tuples(st.just(kind[0]), st.from_regex(kind[1], fullmatch=True))
    )
)
def test_every_barcode_its_kind_takes_can_be_worked_out(barcode: tuple[str, bytes]) -> None:
    assert set(codes.barcode(*barcode).modules) <= {"0", "1"}
