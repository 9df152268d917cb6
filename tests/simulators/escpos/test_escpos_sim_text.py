"""Golden bytes: text, its looks, and the paper it stands on."""

from __future__ import annotations

import pytest

from simulators.escpos.device import Device
from simulators.escpos.models import CHINESE_80, EPSON_58, EPSON_80, RONGTA_80, Model
from simulators.escpos.paper import DrawerKick, FeedRow, Slip, Style, TextRow


def slip_of(data: bytes, model: Model = EPSON_80) -> Slip:
    """Return what a fresh printer of `model` has printed of `data`, without any finding."""
    device = Device(model)
    device.receive(data)
    assert device.findings == ()
    return device.ledger.unfinished


# -- text ---------------------------------


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
def test_code_page_and_country_choose_the_letters(model: Model, data: bytes, text: str) -> None:
    assert slip_of(data + b"\n", model).texts == [text]


def test_a_chinese_clone_reads_letters_in_pairs_until_fs_dot() -> None:
    """escpos.md 6.1: such clones print Chinese whatever ESC t says, after every ESC @ again."""
    letters = "łó".encode("cp1250")

    chinese = slip_of(b"\x1bt\x48" + letters + b"\n", CHINESE_80).texts
    assert chinese == [letters.decode("gbk")]
    assert slip_of(b"\x1c.\x1bt\x48" + letters + b"\n", CHINESE_80).texts == ["łó"]
    assert slip_of(b"\x1c.\x1b@\x1bt\x48" + letters + b"\n", CHINESE_80).texts == chinese
    assert slip_of(b"\x1c&\x1bt\x2d" + letters + b"\n", EPSON_80).texts == ["łó"]


def test_a_code_page_the_model_lacks_changes_nothing() -> None:
    device = Device(CHINESE_80)

    device.receive(b"\x1c.\x1bt\x12\x1bt\x2d\xa5\n")

    assert device.ledger.unfinished.texts == ["ą"]
    assert [finding.kind for finding in device.findings] == ["ignored"]


def test_esc_at_puts_every_setting_back() -> None:
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
def test_styles(data: bytes, style: Style) -> None:
    (row,) = slip_of(data + b"A\n").rows

    assert isinstance(row, TextRow)
    assert row.spans[0].style == style


@pytest.mark.parametrize(("align", "left"), [(0, 0), (1, 22), (2, 44), (49, 22), (50, 44)])
def test_alignment_moves_the_line(align: int, left: int) -> None:
    assert slip_of(b"\x1ba" + bytes([align]) + b"ABCD\n").to_text() == " " * left + "ABCD\n"


def test_double_width_counts_when_a_line_is_aligned() -> None:
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
def test_a_line_that_is_full_wraps_by_character(model: Model, setting: bytes, columns: int) -> None:
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
def test_positions_within_a_line(data: bytes, text: str) -> None:
    assert slip_of(data).texts == [text]


# -- paper ---------------------------------


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
def test_feeds(data: bytes, advances: list[int]) -> None:
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
def test_every_cut_ends_the_slip(cut: bytes, kind: str) -> None:
    device = Device()

    device.receive(b"one\n" + cut + b"two\n")

    assert [(slip.number, slip.cut, slip.texts) for slip in device.ledger.slips] == [(1, kind, ["one"])]
    assert device.ledger.unfinished.texts == ["two"]
    assert device.findings == ()


@pytest.mark.parametrize("command", [b"\x1dVB\x00", b"\x1bi", b"\x1ba\x01", b"\x1dL\x10\x00", b"\x1b{\x01"])
def test_what_only_works_at_the_start_of_a_line_is_ignored_within_one(command: bytes) -> None:
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
def test_drawer_pulses_belong_to_their_slip(data: bytes, kick: DrawerKick) -> None:
    device = Device()

    device.receive(b"one\n\x1dV\x00" + b"two\n" + data + b"\x1dV\x00")

    assert [slip.kicks for slip in device.ledger.slips] == [(), (kick,)]
    assert device.ledger.kicks == (kick,)


def test_a_feed_row_is_blank_paper() -> None:
    assert slip_of(b"A\n\n\nB\n").rows[1:3] == (FeedRow(30), FeedRow(30))
    assert slip_of(b"A\n\n\nB\n").to_text() == "A\n\n\nB\n"
