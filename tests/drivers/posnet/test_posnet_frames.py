from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.posnet.frames import (
    HIGHEST_TOKEN,
    LINED_FIELDS,
    LONGEST_FRAME,
    Answer,
    CommandError,
    Damaged,
    Frame,
    FrameError,
    FrameFault,
    FrameParser,
    Noise,
    Reply,
    crc16,
    enclose,
    matches,
    read_answer,
    read_command,
)

POLISH_NAME = "Ślimak żółty"


def wire(text: str, codec: str = "cp1250") -> bytes:
    """Bytes of a frame as the document draws them."""
    drawn = text.translate({ord("␂"): "\x02", ord("␉"): "\t", ord("␃"): "\x03"})
    return drawn.encode(codec)


def name_line(codec: str) -> bytes:
    return b"trline\tna" + POLISH_NAME.encode(codec) + b"\tvt0\tpr1299\til2.5\twa3248\t"


# posnet.md 4.2: payload and CRC.
VECTORS = [
    (b"123456789", 0x31C3),
    (b"Ala ma kota.", 0x2432),
    (b"trinit\tbm0\t", 0x4825),
    (b"rtcset\tda2016-09-22,12:05\t", 0x8534),
    (b"ERR\t?5\t", 0x7F84),
    (b"trinit\t", 0x911D),
    (b"!sdev\t", 0x5392),
    (b"!sprn\t", 0xCEED),
    (b"sdev\t", 0x233A),
    (b"scomm\t", 0xC42B),
    (b"strns\t", 0xFCA8),
    (b"scnt\t", 0xE484),
    (b"vatget\t", 0x86AC),
    (b"prncancel\t", 0x6B3B),
    (b"trend\tto41\tfp41\t", 0x00DA),
    (name_line("cp1250"), 0x383D),
    (name_line("iso8859_2"), 0x68AA),
    (
        b"trline\tna\x98limak \xa7\xa2\x92ty\tvt0\tpr1299\til2.5\twa3248\t",
        0x8283,
    ),
]

# Every command drawn in full in posnet.md, with the bytes of the document.
COMMANDS = [
    (Frame("trinit", (("bm", b"0"),)), "␂trinit␉bm0␉#4825␃"),
    (
        Frame("trline", (("na", b"Candies"), ("vt", b"1"), ("pr", b"999"))),
        "␂trline␉naCandies␉vt1␉pr999␉#5E2D␃",
    ),
    (
        Frame("trpayment", (("ty", b"0"), ("wa", b"999"), ("na", b"Got\xf3wka"), ("re", b"0"))),
        "␂trpayment␉ty0␉wa999␉naGotówka␉re0␉#25D8␃",
    ),
    (Frame("trend", (("to", b"999"), ("fp", b"999"))), "␂trend␉to999␉fp999␉#D595␃"),
    (Frame("eclastdocnoget", (("ty", b"0"),)), "␂eclastdocnoget␉ty0␉#2BC6␃"),
    (Frame("scnt"), "␂scnt␉#E484␃"),
    (Frame("trinit", (("bm", b"0"),), 101), "␂trinit␉@0101␉bm0␉#F7DC␃"),
    (
        Frame(
            "trline",
            (
                ("na", b"Kubek ceramiczny"),
                ("vt", b"0"),
                ("pr", b"1299"),
                ("il", b"2"),
                ("wa", b"2598"),
                ("rd", b"1"),
                ("rn", b"Rabat"),
                ("rw", b"200"),
            ),
            102,
        ),
        "␂trline␉@0102␉naKubek ceramiczny␉vt0␉pr1299␉il2␉wa2598␉rd1␉rnRabat␉rw200␉#B1B9␃",
    ),
    (
        Frame("trline", (("na", b"Herbata zielona"), ("vt", b"1"), ("pr", b"369"), ("wa", b"369")), 103),
        "␂trline␉@0103␉naHerbata zielona␉vt1␉pr369␉wa369␉#EB5A␃",
    ),
    (Frame("trnipset", (("ni", b"5222628262"),), 104), "␂trnipset␉@0104␉ni5222628262␉#D975␃"),
    (
        Frame("trpayment", (("ty", b"2"), ("wa", b"2767"), ("na", b"Karta")), 105),
        "␂trpayment␉@0105␉ty2␉wa2767␉naKarta␉#BE2F␃",
    ),
    (Frame("trend", (("to", b"2767"), ("fp", b"2767")), 106), "␂trend␉@0106␉to2767␉fp2767␉#8EBF␃"),
    (
        Frame("trend", (("to", b"200"), ("fp", b"500"), ("re", b"300"))),
        "␂trend␉to200␉fp500␉re300␉#6CC3␃",
    ),
    (
        Frame("formstart", (("fn", b"200"), ("fh", b"84"), ("al", b"Zam\xf3wienie 1234"))),
        "␂formstart␉fn200␉fh84␉alZamówienie 1234␉#C1A4␃",
    ),
    (
        Frame("formline", (("fn", b"200"), ("fl", b"711"), ("s1", b"Do odbioru w sklepie"))),
        "␂formline␉fn200␉fl711␉s1Do odbioru w sklepie␉#B7F5␃",
    ),
    (Frame("formend", (("fn", b"200"),)), "␂formend␉fn200␉#73B1␃"),
]

REPLIES: list[tuple[Reply, str]] = [
    (Answer("trinit"), "␂trinit␉#911D␃"),
    (Answer("trline"), "␂trline␉#56B5␃"),
    (Answer("trpayment"), "␂trpayment␉#A1EE␃"),
    (Answer("trend"), "␂trend␉#2902␃"),
    (Answer("eclastdocnoget", (("di", b"61"),)), "␂eclastdocnoget␉di61␉#E341␃"),
    (
        Answer(
            "scnt",
            (
                ("rd", b"4"),
                ("hn", b"56"),
                ("bn", b"1"),
                ("fn", b"0"),
                ("nu", b"ZBF 2101002392"),
                ("bc", b"0"),
                ("bt", b"1"),
                ("fc", b"0"),
            ),
        ),
        "␂scnt␉rd4␉hn56␉bn1␉fn0␉nuZBF 2101002392␉bc0␉bt1␉fc0␉#9005␃",
    ),
    (Answer("currget", (("na", b"PLN"),), 8765), "␂currget␉@8765␉naPLN␉#D2BE␃"),
    (CommandError("trline", 2106), "␂trline␉?2106␉#F31C␃"),
    (FrameError(5), "␂ERR␉?5␉#7F84␃"),
    (FrameError(3, 7, "trline", "pr"), "␂ERR␉@0007␉?3␉cmtrline␉fdpr␉#E950␃"),
]


@pytest.mark.parametrize(("payload", "crc"), VECTORS)
def test_crc_of_every_worked_payload(payload: bytes, crc: int) -> None:
    assert crc == crc16(payload)
    assert b"\x02" + payload + b"#%04X\x03" % crc == enclose(payload)


@pytest.mark.parametrize(("command", "drawn"), COMMANDS)
def test_every_worked_command_both_ways(command: Frame, drawn: str) -> None:
    assert wire(drawn) == command.encode()
    assert (command,) == FrameParser(read_command, strict=True).feed(wire(drawn))


@pytest.mark.parametrize(("reply", "drawn"), REPLIES)
def test_every_worked_answer_both_ways(reply: Reply, drawn: str) -> None:
    assert wire(drawn) == reply.encode()
    assert (reply,) == FrameParser(read_answer).feed(wire(drawn))


@pytest.mark.parametrize(
    ("data", "command"),
    [
        (
            "02 74 72 69 6E 69 74 09 62 6D 30 09 23 34 38 32 35 03",
            Frame("trinit", (("bm", b"0"),)),
        ),
        (
            "02 74 72 6C 69 6E 65 09 6E 61 43 68 6C 65 62 09 76 74 31 09 70 72 32 30 30 09 23 42 32 33 41 03",
            Frame("trline", (("na", b"Chleb"), ("vt", b"1"), ("pr", b"200"))),
        ),
        (
            (
                "02 74 72 6C 69 6E 65 09 40 30 30 30 32 09 6E 61 53 F3 6C 20 6D 6F 72 73 6B 61 09 76 74 30 09 "
                "70 72 33 36 39 09 77 61 33 36 39 09 23 45 30 32 42 03"
            ),
            Frame("trline", (("na", b"S\xf3l morska"), ("vt", b"0"), ("pr", b"369"), ("wa", b"369")), 2),
        ),
    ],
)
def test_commands_byte_by_byte(data: str, command: Frame) -> None:
    assert bytes.fromhex(data) == command.encode()
    assert (command,) == FrameParser(read_command, strict=True).feed(bytes.fromhex(data))


@pytest.mark.parametrize(
    ("inside", "reply"),
    [
        # Without the TAB after the number, as the specification draws it; with a CRC made for that form.
        (enclose(b"trline\t?2106"), CommandError("trline", 2106)),
        (enclose(b"trline\t@0102\t?2106"), CommandError("trline", 2106, 102)),
        (enclose(b"trline\t?2106\t@0102\t"), CommandError("trline", 2106, 102)),
        (enclose(b"ERR\t?5"), FrameError(5)),
        (enclose(b"ERR\ter13\t"), FrameError(13)),
        (enclose(b"ERR\t@8765\ter13\t"), FrameError(13, 8765)),
        (enclose(b"ERR\t@0007\t?2\tcmtrline\t"), FrameError(2, 7, "trline")),
        (b"\x02ERR\t?5\x03", FrameError(5, checked=False)),
        (b"\x02ERR\t@0007\t?3\tcmtrline\tfdpr\t\x03", FrameError(3, 7, "trline", "pr", checked=False)),
        (b"\x02ERR\ter13\t\x03", FrameError(13, checked=False)),
        (enclose(b"ftrinfoget\t@6\ttxa\nb\t"), Answer("ftrinfoget", (("tx", b"a\nb"),), 6)),
        # A CRC in small letters, or without its leading zeros.
        (b"\x02trend\tto41\tfp41\t#00da\x03", Answer("trend", (("to", b"41"), ("fp", b"41")))),
        (b"\x02trend\tto41\tfp41\t#DA\x03", Answer("trend", (("to", b"41"), ("fp", b"41")))),
        # The last "#" begins the CRC; a name may have others.
        (enclose(b"dbchkplu\tna#1 @home & co\t"), Answer("dbchkplu", (("na", b"#1 @home & co"),))),
        (enclose(b"!sdev\tds0\t"), Answer("!sdev", (("ds", b"0"),))),
        # Unknown, empty and very short pieces of another generation stop nothing.
        (enclose(b"scnt\tzz\t\tx\trd4\t"), Answer("scnt", (("zz", b""), ("rd", b"4")))),
    ],
)
def test_every_form_of_an_answer_is_understood(inside: bytes, reply: Reply) -> None:
    assert (reply,) == FrameParser(read_answer).feed(inside)


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        (b"\x02trinit\t#911E\x03", FrameFault.CRC),
        (b"\x02trinit\t#911DX\x03", FrameFault.CRC),
        (b"\x02trinit\t\x03", FrameFault.NO_CRC),
        (b"\x02trinit\t#\x03", FrameFault.NO_CRC),
        (b"\x02\x03", FrameFault.NO_CRC),
        (b"\x02trend\t?2041\x03", FrameFault.NO_CRC),
        (enclose(b""), FrameFault.STRUCTURE),
        (enclose(b"\tbm0\t"), FrameFault.STRUCTURE),
        (enclose(b"tr-init\t"), FrameFault.STRUCTURE),
        (enclose(b"trline\t?\t"), FrameFault.STRUCTURE),
        (enclose(b"trline\t?x\t"), FrameFault.STRUCTURE),
        (enclose(b"ERR\tcmtrline\t"), FrameFault.STRUCTURE),
        (enclose(b"trinit\t@x\t"), FrameFault.TOKEN),
        (enclose(b"trinit\t@0001\t@0002\t"), FrameFault.TOKEN),
    ],
)
def test_what_is_no_answer_is_damaged(inside: bytes, fault: FrameFault) -> None:
    assert (Damaged(inside[1:-1], fault),) == FrameParser(read_answer).feed(inside)


@pytest.mark.parametrize(
    ("inside", "fault"),
    [
        (b"\x02trend\tto41\tfp41\t#00da\x03", FrameFault.CRC),
        (b"\x02trend\tto41\tfp41\t#DA\x03", FrameFault.CRC),
        (b"\x02ERR\t?5\x03", FrameFault.NO_CRC),
        (enclose(b"trinit"), FrameFault.STRUCTURE),
        (enclose(b"trinit\tbm0"), FrameFault.STRUCTURE),
        (enclose(b"trinit\t\t"), FrameFault.STRUCTURE),
        (enclose(b"trinit\tb\t"), FrameFault.STRUCTURE),
        (enclose(b"trinit\t?5\t"), FrameFault.STRUCTURE),
        (enclose(b"trline\tnaa\nb\t"), FrameFault.STRUCTURE),
        (enclose(b"trline\tnaa\x1bb\t"), FrameFault.STRUCTURE),
        (enclose(b"trline\tna\x7f\t"), FrameFault.STRUCTURE),
        (enclose(b"trinit\t@12345\t"), FrameFault.TOKEN),
    ],
)
def test_a_printer_reads_strictly(inside: bytes, fault: FrameFault) -> None:
    assert (Damaged(inside[1:-1], fault),) == FrameParser(read_command, strict=True).feed(inside)


def test_flow_control_is_dropped_wherever_it_stands() -> None:
    data = b"\x11\x02\x13tri\x11\x13nit\t#91\x131D\x03\x13"
    assert (Answer("trinit"),) == FrameParser(read_answer).feed(data)


def test_a_second_start_begins_again() -> None:
    parser = FrameParser(read_answer)
    assert () == parser.feed(b"\x02trend\t#29")
    assert parser.in_frame
    found = parser.feed(b"\x02trinit\t#911D\x03\n")
    assert (Noise(b"\x02trend\t#29"), Answer("trinit"), Noise(b"\n")) == found
    assert not parser.in_frame


def test_a_frame_without_an_end_is_given_up_and_the_next_one_found() -> None:
    parser = FrameParser(read_answer)
    begun = parser.feed(b"\x02" + b"x" * (LONGEST_FRAME + 1000))
    assert (Noise(b"\x02" + b"x" * LONGEST_FRAME), Noise(b"x" * 1000)) == begun
    assert not parser.in_frame
    assert (Noise(b"zz"), Answer("trinit")) == parser.feed(b"zz\x02trinit\t#911D\x03")


def test_the_longest_frame_is_still_read() -> None:
    command = Frame("qrcode", (("tx", b"x" * (LONGEST_FRAME - len("qrcode\ttx\t#0000"))),))
    data = command.encode()
    assert LONGEST_FRAME + 2 == len(data)
    assert (command,) == FrameParser(read_command, strict=True).feed(data)


@pytest.mark.parametrize(
    "command",
    [
        Frame("trline", (("na", b"Kubek\tpr1"),)),
        Frame("trline", (("na", b"Kubek\x03"),)),
        Frame("trline", (("na", b"Kubek\nna"),)),
        Frame("trline", (("na", b"\x7f"),)),
        Frame("ftrcfg", (("ln", b"a\rb"),)),
        Frame("trline", (("n", b"a"),)),
        Frame("trline", (("nab", b"a"),)),
        Frame("trline", (("@a", b"a"),)),
        Frame("trline", (("?a", b"a"),)),
        Frame("trline\t", ()),
        Frame("", ()),
        Frame("?5", ()),
        Frame("żaba", ()),
        Frame("trinit", (), -1),
        Frame("trinit", (), HIGHEST_TOKEN + 1),
    ],
)
def test_what_would_break_a_frame_is_never_sent(command: Frame) -> None:
    with pytest.raises(ValueError):
        command.encode()


def test_lines_may_stand_only_where_the_protocol_has_them() -> None:
    for field in LINED_FIELDS:
        assert b"a\nb" in Frame("ftrinfoset", ((field, b"a\nb"),)).encode()


def test_values_are_found_by_their_id() -> None:
    command = Frame("x", (("na", b"one"), ("na", b"two"), ("vt", b"")))
    assert (b"one", b"", None) == (command.get("na"), command.get("vt"), command.get("pr"))
    assert (b"one", None) == (Answer("x", command.fields).get("na"), Answer("x").get("na"))


@pytest.mark.parametrize(
    ("command", "reply", "expected"),
    [
        (Frame("trend", (), 6), Answer("trend", (), 6), True),
        (Frame("trend", (), 6), CommandError("trend", 2041, 6), True),
        (Frame("trend", (), 6), Answer("trend", (), 5), False),
        (Frame("trend", (), 6), Answer("trend"), False),
        (Frame("trend"), Answer("trend", (), 6), False),
        (Frame("trend"), Answer("trend"), True),
        (Frame("trend", (), 6), Answer("trline", (), 6), False),
        (Frame("!sdev", (), 6), Answer("sdev", (), 6), True),
        (Frame("!sdev", (), 6), Answer("!sdev", (), 6), True),
        (Frame("trend", (), 6), FrameError(5), True),
        (Frame("trend", (), 6), FrameError(5, 6), True),
        (Frame("trend", (), 6), FrameError(5, 7), False),
        (Frame("trend", (), 6), FrameError(3, 6, "trline"), False),
        (Frame("!sdev", (), 6), FrameError(12, 6, "sdev"), True),
        (Frame("trend"), FrameError(5, 7), False),
    ],
)
def test_late_answers_are_not_taken_for_the_present_one(
    command: Frame, reply: Reply, *, expected: bool
) -> None:
    assert expected is matches(command, reply)


ids = st.from_regex(r"[A-Za-z][A-Za-z0-9]", fullmatch=True)
mnemonics = st.from_regex(r"!?[a-z][a-z0-9]{0,12}", fullmatch=True)
values = st.binary(max_size=60).map(lambda data: bytes(b for b in data if b >= 0x20 and b != 0x7F))
fields = st.lists(st.tuples(ids, values), max_size=6).map(tuple)
tokens = st.none() | st.integers(0, HIGHEST_TOKEN)
commands = st.builds(Frame, mnemonics, fields, tokens)
replies = (
    st.builds(Answer, mnemonics.filter(lambda name: name != "ERR"), fields, tokens)
    | st.builds(CommandError, mnemonics, st.integers(0, 99999), tokens)
    | st.builds(FrameError, st.integers(0, 99), tokens, st.just("") | mnemonics, st.just("") | ids)
)
junk = st.binary(max_size=40) | st.text("\x02\x03\t#@?ERR0123456789abcdef\x11\x13", max_size=60).map(
    str.encode
)


def chunks(data: bytes, cuts: list[int]) -> list[bytes]:
    edges = sorted({0, len(data), *(cut % (len(data) + 1) for cut in cuts)})
    return [data[start:end] for start, end in pairwise(edges)]


def merged(parts: list[object]) -> list[object]:
    """Neighbouring noise as one: where it is cut depends on how the bytes came."""
    result: list[object] = []
    for part in parts:
        last = result[-1] if result else None
        if isinstance(part, Noise) and isinstance(last, Noise) and not part.data.startswith(b"\x02"):
            result[-1] = Noise(last.data + part.data)
        else:
            result.append(part)
    return result


@given(commands)
def test_every_command_comes_back(command: Frame) -> None:
    assert (command,) == FrameParser(read_command, strict=True).feed(command.encode())


@given(replies)
def test_every_answer_comes_back(reply: Reply) -> None:
    assert (reply,) == FrameParser(read_answer).feed(reply.encode())


@given(st.lists(junk | replies.map(lambda reply: reply.encode()), max_size=6), st.lists(st.integers(0, 500)))
def test_parsing_does_not_depend_on_how_bytes_arrive(pieces: list[bytes], cuts: list[int]) -> None:
    data = b"".join(pieces)
    parser, whole = FrameParser(read_answer), FrameParser(read_answer)
    parts = [part for chunk in chunks(data, cuts) for part in parser.feed(chunk)]
    assert merged(list(whole.feed(data))) == merged(list(parts))
    assert whole.in_frame == parser.in_frame


@given(junk, replies)
def test_an_answer_is_found_behind_any_noise(noise: bytes, reply: Reply) -> None:
    parser = FrameParser(read_answer)
    *_, last = parser.feed(noise + reply.encode())
    assert reply == last


@given(junk)
def test_nothing_is_lost_or_invented_of_damaged_bytes(data: bytes) -> None:
    quiet = data.translate(None, b"\x11\x13")
    parts = FrameParser(read_command, strict=True).feed(data + b"\x02\x02")
    seen = b""
    for part in parts:
        match part:
            case Noise(data=inside):
                seen += inside
            case Damaged(data=inside):
                seen += b"\x02" + inside + b"\x03"
            case Frame():
                seen += part.encode()
            case FrameError():
                pytest.fail("a printer gets no errors")
    assert quiet + b"\x02" == seen


@given(replies, st.integers(0, 10_000), st.integers(1, 255))
def test_one_changed_byte_never_makes_another_answer(reply: Reply, at: int, change: int) -> None:
    data = bytearray(reply.encode())
    data[at % len(data)] ^= change
    for part in FrameParser(read_answer).feed(bytes(data)):
        assert isinstance(part, Noise | Damaged) or part == reply


@given(mnemonics, ids, st.binary(max_size=40))
def test_no_control_byte_is_ever_sent_in_a_value(mnemonic: str, field: str, value: bytes) -> None:
    try:
        data = Frame(mnemonic, ((field, value),)).encode()
    except ValueError:
        return
    inside = data[1:-1].replace(b"\t", b"", 2)
    if field in LINED_FIELDS:
        inside = inside.replace(b"\n", b"")
    assert all(byte >= 0x20 and byte != 0x7F for byte in inside)
