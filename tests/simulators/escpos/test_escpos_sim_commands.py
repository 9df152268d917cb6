"""Golden bytes: what each command does to the paper."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulators.escpos import codes
from simulators.escpos.commands import Command, CommandReader
from simulators.escpos.device import Device
from simulators.escpos.models import CHINESE_80, EPSON_58, EPSON_80, RONGTA_80, Model
from simulators.escpos.paper import BarcodeRow, DrawerKick, FeedRow, ImageRow, QrRow, Slip, Style, TextRow

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


def slip_of(data: bytes, model: Model = EPSON_80) -> Slip:
    """Return what a fresh printer of `model` has printed of `data`, without any finding."""
    device = Device(model)
    device.receive(data)
    assert device.findings == ()
    return device.ledger.unfinished


def read(data: bytes, piece: int) -> list[Command]:
    """Return the commands of `data` arriving in pieces of `piece` bytes."""
    reader, buffer, commands = CommandReader(), bytearray(), []
    for start in range(0, len(data), piece):
        buffer += data[start : start + piece]
        while command := reader.take(buffer):
            commands.append(command)
    assert not reader.in_command
    return commands


def test_every_known_command_has_an_example():
    assert set(EXAMPLES) == Device().commands


@pytest.mark.parametrize("piece", [1, 2, 3, 100])
@pytest.mark.parametrize(("name", "raw"), [*EXAMPLES.items(), *OTHER_FORMS])
def test_a_command_is_framed_whole_however_it_arrives(name: str, raw: bytes, piece: int):
    commands = read(raw + b"\x1b@", piece)

    assert b"".join(command.raw for command in commands) == raw + b"\x1b@"
    assert commands[-1].name == "ESC @"
    assert {command.name for command in commands[:-1]} == {name}
    assert name == "text" or len(commands) == 2


@pytest.mark.parametrize(("name", "raw"), [*EXAMPLES.items(), *OTHER_FORMS])
def test_a_command_is_taken_without_a_finding(name: str, raw: bytes):
    device = Device()

    device.receive(raw)

    assert device.findings == ()


# -- text ---------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "data", "text"),
    [
        (EPSON_80, b"\x1bt\x12\xa5\x86\xa9\x88\xe4\xa2\x98\xab\xbe", "ąćęłńóśźż"),
        (EPSON_80, b"\x1bt\x12\xa4\x8f\xa8\x9d\xe3\xe0\x97\x8d\xbd", "ĄĆĘŁŃÓŚŹŻ"),
        (EPSON_80, b"\x1bt\x2d\xb9\xe6\xea\xb3\xf1\xf3\x9c\x9f\xbf", "ąćęłńóśźż"),
        (EPSON_80, b"\x1bt\x2d\x80\x84\x94", "€„”"),
        (EPSON_80, b"\x1bt\x13\xd5", "€"),
        (EPSON_80, b"\x1bt\x2e" + "Бележка".encode("cp1251"), "Бележка"),
        (EPSON_80, b"\x1bt\x11" + "Бележка".encode("cp866"), "Бележка"),
        (EPSON_80, "Zażółć gęślą".encode("cp852"), "Za╛óêå g⌐ÿlÑ"),
        (EPSON_80, b"\x1bt\x10" + "Zażółć gęślą".encode("cp1250"), "Za¿ó³æ gêœl¹"),
        (EPSON_80, b"\x1bt\x0b\x80", "\ufffd"),
        (RONGTA_80, b"\x1bt\x1e" + "żółw".encode("cp1250"), "żółw"),
        (RONGTA_80, b"\x1bt\x06" + "Бележка".encode("cp1251"), "Бележка"),
        (CHINESE_80, b"\x1c.\x1bt\x48" + "żółw".encode("cp1250"), "żółw"),
        (CHINESE_80, b"\x1c.\x1bt\x36" + "żółw".encode("cp852"), "żółw"),
        (EPSON_80, b"\x1bR\x02[\\]", "ÄÖÜ"),
        (EPSON_80, b"\x1bR\x02\x1bR\x00[\\]", "[\\]"),
        (EPSON_80, b"\x1bR\x03#", "£"),
    ],
)
def test_code_page_and_country_choose_the_letters(model: Model, data: bytes, text: str):
    assert slip_of(data + b"\n", model).texts == [text]


def test_a_chinese_clone_reads_letters_in_pairs_until_fs_dot():
    """escpos.md 6.1: such clones print Chinese whatever ESC t says, after every ESC @ again."""
    letters = "łó".encode("cp1250")

    chinese = slip_of(b"\x1bt\x48" + letters + b"\n", CHINESE_80).texts
    assert chinese == [letters.decode("gbk")]
    assert slip_of(b"\x1c.\x1bt\x48" + letters + b"\n", CHINESE_80).texts == ["łó"]
    assert slip_of(b"\x1c.\x1b@\x1bt\x48" + letters + b"\n", CHINESE_80).texts == chinese
    assert slip_of(b"\x1c&\x1bt\x2d" + letters + b"\n", EPSON_80).texts == ["łó"]


def test_a_code_page_the_model_lacks_changes_nothing():
    device = Device(CHINESE_80)

    device.receive(b"\x1c.\x1bt\x12\x1bt\x2d\xa5\n")

    assert device.ledger.unfinished.texts == ["ą"]
    assert [finding.kind for finding in device.findings] == ["ignored"]


def test_esc_at_puts_every_setting_back():
    styled = b"\x1bt\x12\x1bE\x01\x1d!\x11\x1bM\x01\x1ba\x02\x1d L\x1b3\x10\x1bR\x02\x1b-\x01"
    device = Device()

    device.receive(styled + b"\x1b@\xa5[\n")

    (row,) = device.ledger.unfinished.rows
    assert isinstance(row, TextRow)
    assert (row.text, row.spans[0].style, row.place.align, row.advance) == ("Ñ[", Style(), "left", 30)


@pytest.mark.parametrize(
    ("data", "style"),
    [
        (b"\x1bE\x01", Style(bold=True)),
        (b"\x1bE\x01\x1bE\x00", Style()),
        (b"\x1bG\x01", Style(bold=True)),
        (b"\x1bE\x01\x1bG\x01\x1bG\x00", Style(bold=True)),
        (b"\x1b-\x02", Style(underline=2)),
        (b"\x1b-1", Style(underline=1)),
        (b"\x1bM\x01", Style(font="B")),
        (b"\x1bM1\x1bM0", Style()),
        (b"\x1d!\x10", Style(width=2)),
        (b"\x1d!\x01", Style(height=2)),
        (b"\x1d!\x77", Style(width=8, height=8)),
        (b"\x1b!\x00", Style()),
        (b"\x1b!\xb9", Style(font="B", bold=True, height=2, width=2, underline=1)),
        (b"\x1dB\x01", Style(inverted=True)),
        (b"\x1b{\x01", Style(upside_down=True)),
    ],
)
def test_styles(data: bytes, style: Style):
    (row,) = slip_of(data + b"A\n").rows

    assert isinstance(row, TextRow)
    assert row.spans[0].style == style


@pytest.mark.parametrize(("align", "left"), [(0, 0), (1, 22), (2, 44), (49, 22), (50, 44)])
def test_alignment_moves_the_line(align: int, left: int):
    assert slip_of(b"\x1ba" + bytes([align]) + b"ABCD\n").to_text() == " " * left + "ABCD\n"


def test_double_width_counts_when_a_line_is_aligned():
    assert slip_of(b"\x1ba\x01\x1d!\x10ABCD\n").to_text() == " " * 20 + "ABCD\n"


@pytest.mark.parametrize(
    ("model", "setting", "columns"),
    [
        (EPSON_80, b"", 48),
        (EPSON_58, b"", 32),
        (EPSON_80, b"\x1bM\x01", 64),
        (EPSON_80, b"\x1d!\x10", 24),
        (EPSON_80, b"\x1b \x0c", 24),
        (EPSON_80, b"\x1dL\x18\x00", 46),
        (EPSON_80, b"\x1dW\x80\x01", 32),
    ],
)
def test_a_line_that_is_full_wraps_by_character(model: Model, setting: bytes, columns: int):
    text = b"x" * (columns + 3)

    assert slip_of(setting + text + b"\n", model).texts == ["x" * columns, "xxx"]


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"A\tB\tC\n", "A       B       C"),
        (b"\x1bD\x04\x0a\x00A\tB\tC\n", "A   B     C"),
        (b"\x1bD\x00A\tB\n", "AB"),
        (b"A\x1b$\x78\x00B\n", "A         B"),
        (b"A\x1b\\\x18\x00B\n", "A  B"),
        (b"AB\x1b\\\xf4\xff\n", "AB"),
        (b"A\rB\n", "AB"),
        (b"A\x00B\x18\x0c\n", "AB"),
    ],
)
def test_positions_within_a_line(data: bytes, text: str):
    assert slip_of(data).texts == [text]


# -- paper --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "advances"),
    [
        (b"A\n", [30]),
        (b"\n", [30]),
        (b"\x1b3\x40A\n\x1b2B\n", [64, 30]),
        (b"\x1b3\x00A\n", [24]),
        (b"\x1d!\x01A\n", [48]),
        (b"A\x1bd\x03", [30, 60]),
        (b"\x1bd\x03", [90]),
        (b"A\x1bd\x00", [24]),
        (b"A\x1bJ\x64", [100]),
        (b"\x1bJ\x64", [100]),
    ],
)
def test_feeds(data: bytes, advances: list[int]):
    assert [row.advance for row in slip_of(data).rows] == advances


@pytest.mark.parametrize(
    ("cut", "kind"),
    [
        (b"\x1dV\x00", "full"),
        (b"\x1dV0", "full"),
        (b"\x1dV\x01", "partial"),
        (b"\x1dV1", "partial"),
        (b"\x1dVA\x00", "full"),
        (b"\x1dVB\x10", "partial"),
        (b"\x1dVa\x00", "full"),
        (b"\x1dVb\x00", "partial"),
        (b"\x1dVg\x00", "full"),
        (b"\x1dVh\x00", "partial"),
        (b"\x1bi", "partial"),
        (b"\x1bm", "partial"),
    ],
)
def test_every_cut_ends_the_slip(cut: bytes, kind: str):
    device = Device()

    device.receive(b"one\n" + cut + b"two\n")

    assert [(slip.number, slip.cut, slip.texts) for slip in device.ledger.slips] == [(1, kind, ["one"])]
    assert device.ledger.unfinished.texts == ["two"]
    assert device.findings == ()


@pytest.mark.parametrize("command", [b"\x1dVB\x00", b"\x1bi", b"\x1ba\x01", b"\x1dL\x10\x00", b"\x1b{\x01"])
def test_what_only_works_at_the_start_of_a_line_is_ignored_within_one(command: bytes):
    device = Device()

    device.receive(b"text" + command + b"\n")

    assert device.ledger.slips == ()
    assert device.ledger.unfinished.to_text() == "text\n"
    assert [finding.kind for finding in device.findings] == ["ignored"]


@pytest.mark.parametrize(
    ("data", "kick"),
    [
        (b"\x1bp\x00\x19\xfa", DrawerKick(2, 50, 500)),
        (b"\x1bp1\x19\xfa", DrawerKick(5, 50, 500)),
        (b"\x10\x14\x01\x01\x02", DrawerKick(5, 200, 200, real_time=True)),
    ],
)
def test_drawer_pulses_belong_to_their_slip(data: bytes, kick: DrawerKick):
    device = Device()

    device.receive(b"one\n\x1dV\x00" + b"two\n" + data + b"\x1dV\x00")

    assert [slip.kicks for slip in device.ledger.slips] == [(), (kick,)]
    assert device.ledger.kicks == (kick,)


# -- symbols ------------------------------------------------------------------------------------------------------------


def qr(data: bytes, *, size: int = 6, level: bytes = b"1") -> bytes:
    """Return the commands of a QR code as escpos.md 8 writes them."""
    setup = b"\x1d(k\x04\x00\x31\x41\x32\x00" + b"\x1d(k\x03\x00\x31\x43" + bytes([size]) + b"\x1d(k\x03\x00\x31\x45" + level
    store = b"\x1d(k" + (len(data) + 3).to_bytes(2, "little") + b"\x31\x50\x30" + data
    return setup + store + b"\x1d(k\x03\x00\x31\x51\x30"


def test_a_qr_code_is_printed_with_its_content_and_modules():
    (row,) = slip_of(b"\x1ba\x01" + qr("https://example.test/zażółć".encode())).rows

    assert isinstance(row, QrRow)
    assert (row.content, row.size, row.level, row.place.align) == ("https://example.test/zażółć", 6, "M", "center")
    assert len(row.modules) == len(row.modules[0]) == 29
    # The finder pattern in the corner: a dark frame of 7, a light ring, a dark core of 3.
    assert row.modules[0][:8] == (True,) * 7 + (False,)
    assert row.modules[3][:7] == (True, False, True, True, True, False, True)


def test_a_qr_code_too_wide_for_the_paper_prints_nothing():
    """escpos.md 8: (modules + 8) x size must fit."""
    device = Device(EPSON_58)

    device.receive(qr(b"x" * 100, size=10) + qr(b"x" * 100, size=4))

    assert [finding.kind for finding in device.findings] == ["too-wide"]
    assert len(device.ledger.unfinished.qr_codes) == 1


def test_more_data_than_a_qr_code_holds_prints_nothing():
    device = Device()

    device.receive(qr(b"x" * 3000, size=1))

    assert device.ledger.unfinished.rows == ()
    assert [finding.kind for finding in device.findings] == ["ignored"]


def test_the_size_of_a_stored_qr_code_is_told():
    device = Device()

    device.receive(qr(b"abc") + b"\x1d(k\x03\x00\x31\x52\x30")

    assert device.replies() == b"\x37\x36126\x1f126\x1f1\x1f0\x00"


@pytest.mark.parametrize(
    ("data", "kind", "content", "modules"),
    [
        (b"\x1dk\x0001234567890\x00", "UPC-A", "012345678905", 95),
        (b"\x1dk\x02590123412345\x00", "EAN13", "5901234123457", 95),
        (b"\x1dk\x035901234\x00", "EAN8", "59012344", 67),
        (b"\x1dkC\x0d5901234123457", "EAN13", "5901234123457", 95),
        (b"\x1dkE\x06ABC-12", "CODE39", "ABC-12", 127),
        (b"\x1dkF\x0812345678", "ITF", "12345678", 81),
        (b"\x1dkG\x05A123B", "CODABAR", "A123B", 63),
        (b"\x1dkI\x06{BAb-1", "CODE128", "Ab-1", 79),
        (b"\x1dkI\x06{C\x0c\x22\x38\x00", "CODE128", "12345600", 79),
        (b"\x1dkI\x08{BNo{C\x0c\x22", "CODE128", "No1234", 90),
        (b"\x1dkH\x05HELLO", "CODE93", "HELLO", 0),
    ],
)
def test_barcodes(data: bytes, kind: str, content: str, modules: int):
    (row,) = slip_of(b"\x1dw\x02\x1dh\x40\x1dH\x02" + data).rows

    assert isinstance(row, BarcodeRow)
    assert (row.kind, row.content, len(row.modules)) == (kind, content, modules)
    assert (row.size, row.bar_height, row.captions) == (2, 64, {"below"})


def test_code_128_has_the_right_check_symbol():
    """Start B, P J J 1 2 3 C, check 55, stop: the worked example every description of Code 128 carries."""
    (row,) = slip_of(b"\x1dw\x02\x1dkI\x09{BPJJ123C").rows

    assert isinstance(row, BarcodeRow)
    assert row.modules.endswith("11101000110" + "1100011101011")


@pytest.mark.parametrize(
    "data", [b"\x1dk\x02letters\x00", b"\x1dkC\x05lette", b"\x1dkI\x04ABCD", b"\x1dk\x04lower\x00"]
)
def test_a_barcode_with_data_its_kind_does_not_take_prints_nothing(data: bytes):
    device = Device()

    device.receive(data)

    assert device.ledger.unfinished.rows == ()
    assert [finding.kind for finding in device.findings] == ["ignored"]


def test_a_barcode_too_wide_for_the_paper_prints_nothing():
    device = Device(EPSON_58)

    device.receive(b"\x1dw\x06\x1dkI\x14{B" + b"x" * 18)

    assert device.ledger.unfinished.rows == ()
    assert [finding.kind for finding in device.findings] == ["too-wide"]


@pytest.mark.parametrize("mode", [0, 1, 2, 3, 48, 51])
def test_a_raster_picture_is_printed_dot_by_dot(mode: int):
    (row,) = slip_of(b"\x1dv0" + bytes([mode]) + b"\x02\x00\x03\x00" + b"\xf0\x0f\xaa\x55\x00\xff").rows

    assert isinstance(row, ImageRow)
    wide, high = row.bitmap.scale
    assert (row.bitmap.width, row.bitmap.height, row.bitmap.bits) == (16, 3, b"\xf0\x0f\xaa\x55\x00\xff")
    assert (wide, high) == (1 + mode % 2, 1 + mode // 2 % 2)
    assert row.advance == 3 * high


@pytest.mark.parametrize("prefix", [b"\x1d(L\x0c\x00", b"\x1d8L\x0c\x00\x00\x00"])
def test_a_stored_picture_is_printed_once(prefix: bytes):
    device = Device()

    device.receive(prefix + b"0p0\x01\x021" + b"\x0a\x00\x01\x00" + b"\xff\xc0")
    device.receive(b"\x1d(L\x02\x0002" * 2)

    (image,) = device.ledger.unfinished.images
    assert (image.size, image.bits) == ((10, 2), b"\xff\xc0")
    assert [finding.reason for finding in device.findings] == ["no picture stored"]


def test_a_bit_image_stands_on_the_line_like_text():
    column = b"\x80\x00\x01"
    (row,) = slip_of(b"\x1b3\x18" + b"A" + b"\x1b*\x21\x02\x00" + column * 2 + b"\n").rows

    assert isinstance(row, TextRow)
    ((x, bitmap),) = row.pictures
    assert (x, bitmap.width, bitmap.height, row.advance) == (12, 2, 24, 24)
    assert bitmap.bits == b"\xc0" + b"\x00" * 22 + b"\xc0"


def test_pictures_in_bands_join_without_a_gap():
    band = b"\x1dv0\x00\x01\x00\x18\x00" + b"\xff" * 24

    assert [row.advance for row in slip_of(band * 3).rows] == [24, 24, 24]


# -- what the printer does not know -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "data", [b"\x1bL", b"\x1c\x7f", b"\x1d\x01", b"\x01", b"\x1d(Z\x02\x00ab", b"\x1dV\x07", b"\x1d(k\x03\x000C\x06", b"\x1dv1"]
)
def test_unknown_commands_are_recorded_and_the_rest_is_printed(data: bytes):
    device = Device()

    device.receive(data + b"A\n")

    assert len(device.unknown) == 1
    assert device.ledger.unfinished.texts == ["A"]


def test_without_process_ids_their_bytes_come_out_as_garbage():
    """escpos.md 3: such a printer prints H00 and the id, so never probe on a live receipt."""
    device = Device()
    device.process_ids = False

    device.receive(b"\x1d(H\x06\x0000AB\x21\x7e\n")

    assert device.ledger.unfinished.texts == ["H00AB!~"]
    assert device.replies() == b""
    assert len(device.unknown) == 2
    device.receive(qr(b"other commands of the family still work"))
    assert device.ledger.unfinished.qr_codes == ["other commands of the family still work"]


# -- whatever comes -----------------------------------------------------------------------------------------------------

ANYTHING = st.lists(
    st.one_of(
        st.sampled_from([*EXAMPLES.values(), *(raw for _, raw in OTHER_FORMS), qr(b"data")]),
        st.binary(max_size=12),
        st.builds(bytes.__add__, st.sampled_from([b"\x1b", b"\x1d", b"\x1c", b"\x10", b"\x1d("]), st.binary(max_size=6)),
    ),
    max_size=12,
).map(b"".join)
MODELS = st.sampled_from([EPSON_80, EPSON_58, CHINESE_80, RONGTA_80])


@settings(deadline=None)
@given(ANYTHING, MODELS)
def test_no_bytes_crash_the_printer(data: bytes, model: Model):
    device = Device(model)

    device.receive(data)

    assert device.buffered == 0
    assert all(isinstance(line, str) for line in [*device.ledger.texts(), device.ledger.unfinished.to_text()])


@settings(deadline=None)
@given(ANYTHING, MODELS, st.lists(st.integers(1, 40), max_size=20), st.sampled_from([1, 7, 65536]))
def test_paper_and_replies_do_not_depend_on_how_bytes_arrive(
    data: bytes, model: Model, pieces: list[int], buffer_bytes: int
):
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


def test_a_feed_row_is_blank_paper():
    assert slip_of(b"A\n\n\nB\n").rows[1:3] == (FeedRow(30), FeedRow(30))
    assert slip_of(b"A\n\n\nB\n").to_text() == "A\n\n\nB\n"


@settings(deadline=None)
@given(st.sampled_from(codes.KINDS).flatmap(lambda kind: st.tuples(st.just(kind[0]), st.from_regex(kind[1], fullmatch=True))))
def test_every_barcode_its_kind_takes_can_be_worked_out(barcode: tuple[str, bytes]):
    assert set(codes.barcode(*barcode).modules) <= {"0", "1"}
