from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.escpos.condition import Condition
from drivers.escpos.frames import (
    AnswerByte,
    AutomaticStatus,
    Block,
    FlowControl,
    Identity,
    Noise,
    Question,
    Reply,
    ReplyParser,
    StatusByte,
    ask,
    ask_identity,
    process_id,
    process_name,
)


def replies(*chunks: bytes) -> list[Reply]:
    parser = ReplyParser()
    return [reply for chunk in chunks for reply in parser.feed(chunk)]


def as_bytes(reply: Reply) -> bytes:
    match reply:
        case StatusByte(value) | AnswerByte(value):
            return bytes((value,))
        case Block(value):
            return value + b"\0"
        case FlowControl(go):
            return b"\x11" if go else b"\x13"
        case AutomaticStatus(value) | Noise(value):
            return value


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        ("16", [StatusByte(0x16)]),
        ("12 1e 72 7e", [StatusByte(0x12), StatusByte(0x1E), StatusByte(0x72), StatusByte(0x7E)]),
        ("00 0c 20", [AnswerByte(0x00), AnswerByte(0x0C), AnswerByte(0x20)]),
        ("10 00 00 0f", [AutomaticStatus(b"\x10\x00\x00\x0f")]),
        (
            "14 00 11 0c 13 0f 16",
            [
                FlowControl(go=True),
                FlowControl(go=False),
                AutomaticStatus(b"\x14\x00\x0c\x0f"),
                StatusByte(0x16),
            ],
        ),
        ("37 22 41 42 43 44 00 12", [Block(b'7"ABCD'), StatusByte(0x12)]),
        ("5f 54 4d 12 16 00", [Block(b"_TM\x12\x16")]),
        ("37 25 00", [Block(b"7%")]),
        ("11 13", [FlowControl(go=True), FlowControl(go=False)]),
        ("ff 16", [Noise(b"\xff"), StatusByte(0x16)]),
        # A lost byte in a set: its remains are noise, and the next answer is still an answer.
        ("10 00 12", [Noise(b"\x10\x00"), StatusByte(0x12)]),
        ("18 00 10 00 00 0f", [Noise(b"\x18\x00"), AutomaticStatus(b"\x10\x00\x00\x0f")]),
    ],
)
def test_replies_are_told_apart_by_bits_and_position(data: str, expected: list[Reply]) -> None:
    assert expected == replies(bytes.fromhex(data))


def test_four_automatic_bytes_in_front_of_an_answer_do_not_shift_it() -> None:
    healthy = Condition().answered(Question.PAPER, 0x12)
    (auto, paper) = replies(bytes.fromhex("14 00 00 0f 12"))
    assert AutomaticStatus(b"\x14\x00\x00\x0f") == auto
    assert isinstance(paper, StatusByte)
    assert healthy == Condition().answered(Question.PAPER, paper.value)


@given(st.binary(max_size=300), st.data())
def test_any_cut_of_the_stream_gives_the_same_replies(data: bytes, draw: st.DataObject) -> None:
    cuts = sorted(draw.draw(st.sets(st.integers(0, len(data)), max_size=8)))
    chunks = [data[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    assert replies(data) == replies(*chunks)
    assert replies(data) == replies(*(bytes((byte,)) for byte in data))


@given(st.binary(max_size=600))
def test_no_byte_is_invented_or_counted_twice(data: bytes) -> None:
    told = b"".join(map(as_bytes, replies(data)))
    assert len(told) <= len(data)
    assert all(told.count(byte) <= data.count(byte) for byte in set(told))


def test_a_block_without_an_end_is_given_up() -> None:
    assert [Noise(b"7" + b"x" * 255), StatusByte(0x16)] == replies(b"7" + b"x" * 255 + b"\x16")


def test_commands_are_those_of_the_manuals() -> None:
    assert bytes.fromhex("10 04 02") == ask(Question.OFFLINE_CAUSE)
    assert bytes.fromhex("1d 49 44") == ask_identity(Identity.SERIAL_NUMBER)
    assert bytes.fromhex("1d 28 48 06 00 30 30 41 42 43 44") == process_id(b"ABCD")


@pytest.mark.parametrize("name", [b"ABC", b"ABCDE", b"AB\x1fC", b"AB\x7fC"])
def test_a_process_id_is_four_printable_characters(name: bytes) -> None:
    with pytest.raises(ValueError, match="four printable"):
        process_id(name)


@given(st.integers(0, 10**12))
def test_process_names_count_and_are_printable(number: int) -> None:
    assert process_id(process_name(number))
    assert process_name(number) != process_name(number + 1)
    assert process_name(number) == process_name(number + 95**4)


@pytest.mark.parametrize(
    ("answers", "codes"),
    [
        ({1: 0x16, 2: 0x12, 4: 0x12}, ()),
        ({1: 0x12, 2: 0x12, 4: 0x12}, ()),
        ({1: 0x1E, 2: 0x32, 4: 0x7E}, ("paper_end",)),
        ({1: 0x1A, 2: 0x32, 4: 0x72}, ("paper_end",)),
        ({1: 0x16, 2: 0x12, 4: 0x1E}, ("paper_near_end",)),
        ({1: 0x1E, 2: 0x16, 4: 0x12}, ("cover_open",)),
        # With the cover open the paper-end bit may be wrong.
        ({1: 0x1E, 2: 0x36, 4: 0x7E}, ("cover_open",)),
        ({1: 0x1E, 2: 0x1A, 4: 0x12}, ("feeding",)),
        ({1: 0x1E, 2: 0x12, 4: 0x12}, ("offline",)),
        ({1: 0x1E, 2: 0x52, 3: 0x1A, 4: 0x12}, ("cutter",)),
        ({1: 0x1E, 2: 0x52, 3: 0x32, 4: 0x12}, ("unrecoverable",)),
        ({1: 0x1E, 2: 0x52, 3: 0x52, 4: 0x12}, ("head_hot",)),
        ({1: 0x1E, 2: 0x52, 3: 0x16, 4: 0x12}, ("error",)),
        # A clone that forgets the offline bit.
        ({1: 0x16, 2: 0x32, 4: 0x72}, ("paper_end",)),
    ],
)
def test_status_bytes_mean_what_the_manuals_say(answers: dict[int, int], codes: tuple[str, ...]) -> None:
    condition = Condition()
    for question, value in answers.items():
        condition = condition.answered(Question(question), value)
    assert codes == condition.codes
    assert condition.stopped == (codes not in {(), ("paper_near_end",)})


def test_a_cleared_error_is_forgotten() -> None:
    jammed = Condition().answered(Question.OFFLINE_CAUSE, 0x52).answered(Question.ERROR_CAUSE, 0x1A)
    assert () == jammed.answered(Question.OFFLINE_CAUSE, 0x12).codes


@pytest.mark.parametrize(
    ("asb", "codes"),
    [
        ("10 00 00 0f", ()),
        ("14 00 03 0f", ("paper_near_end",)),
        ("18 00 0f 0f", ("paper_end",)),
        ("38 00 00 0f", ("cover_open",)),
        ("18 08 00 0f", ("cutter",)),
        ("18 20 00 0f", ("unrecoverable",)),
        ("18 40 00 0f", ("head_hot",)),
        ("58 00 00 0f", ("feeding",)),
    ],
)
def test_automatic_status_means_the_same(asb: str, codes: tuple[str, ...]) -> None:
    assert codes == Condition(paper_end=True, cover_open=True).told(bytes.fromhex(asb)).codes
