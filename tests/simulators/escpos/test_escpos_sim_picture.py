"""Slips as pictures: legible, with real codes, the same every time."""

from __future__ import annotations

import subprocess
import sys
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops

from simulators.escpos.device import Device
from simulators.escpos.models import CHINESE_80, EPSON_58
from simulators.escpos.paper import QrRow, Slip, Style
from simulators.escpos.picture import _glyph, render, save_png, to_png

if TYPE_CHECKING:
    from pathlib import Path

CUT = b"\x1dVB\x00"
QR = b"\x1d(k\x03\x001C\x06" + b"\x1d(k\x07\x001P0data" + b"\x1d(k\x03\x001Q0"
EVERYTHING = (
    b"\x1bt\x12\x1ba\x01\x1d!\x11TYTU\x9d\x1d!\x00\n\x1ba\x00\x1bE\x01bold\x1bE\x00 \x1b-\x01under\x1b-\x00 "
    b"\x1dB\x01inverted\x1dB\x00\n\x1bM\x01small\x1bM\x00 \x1d!\x01tall\x1d!\x10wide\x1d!\x00\n"
    b"\x1b{\x01turned\n\x1b{\x00"
    b"\x1b*\x21\x02\x00\xff\xff\xff\x00\x00\x00\n\x1dv0\x03\x02\x00\x02\x00\xff\x00\x00\xff"
    + QR
    + b"\x1dw\x02\x1dH\x03\x1dkI\x06{BAB-1\x1dkH\x02ab\n\x1bd\x02"
)


def slip_of(data: bytes, device: Device | None = None) -> Slip:
    """Return the first slip of `data`."""
    printer = Device() if device is None else device
    printer.receive(data + CUT)
    return printer.ledger.slips[0]


def darkness(picture: Image.Image) -> Image.Image:
    """Return ink as white on black."""
    return ImageChops.invert(picture.convert("L")).point(lambda level: 255 if level > 160 else 0)


def test_every_kind_of_row_is_drawn() -> None:
    empty = render(slip_of(b"\n"), scale=1)
    full = render(slip_of(EVERYTHING), scale=1)

    assert darkness(empty).getbbox() is None
    assert full.height > empty.height + 400
    left, _, right, bottom = darkness(full).getbbox() or (0, 0, 0, 0)
    assert right - left > 400
    assert bottom < full.height - 60


@pytest.mark.parametrize(("dots", "model"), [(576, None), (384, EPSON_58)])
def test_the_picture_is_as_wide_as_the_paper(dots: int, model: object) -> None:
    slip = slip_of(b"A\n", Device(EPSON_58) if model else None)

    assert render(slip, scale=1).width == dots + 2 * (32 + 28)
    assert render(slip, scale=2).width == 2 * render(slip, scale=1).width


def test_text_stands_where_the_printer_put_it() -> None:
    """The right-aligned A ends at the edge of the printable area, 32 dots of margin and 28 of desk from the side."""
    box = darkness(render(slip_of(b"\x1ba\x02A\n"), scale=1)).getbbox()

    assert box is not None
    assert 28 + 32 + 576 - 12 <= box[0] < box[2] <= 28 + 32 + 576


def test_a_qr_code_is_drawn_module_by_module() -> None:
    slip = slip_of(QR)
    (row,) = (row for row in slip.rows if isinstance(row, QrRow))
    ink = darkness(render(slip, scale=2))
    left, top, _, _ = ink.getbbox() or (0, 0, 0, 0)
    pitch = row.size * 2

    drawn = tuple(
        tuple(
            ink.getpixel((left + column * pitch + pitch // 2, top + line * pitch + pitch // 2)) == 255
            for column in range(len(row.modules))
        )
        for line in range(len(row.modules))
    )

    assert drawn == row.modules


@pytest.mark.parametrize("letter", "ąćęłńóśźżĄĆĘŁŃÓŚŹŻабвяЖЩ€„”–№ő│═█")
def test_the_font_has_the_letters_of_our_customers(letter: str) -> None:
    missing = _glyph("\U0001f37a", Style(), 2)  # no monospaced font has it
    drawn = _glyph(letter, Style(), 2)

    assert drawn.getbbox() is not None
    assert ImageChops.difference(drawn, missing).getbbox() is not None


def test_bold_is_darker_and_upside_down_is_upside_down() -> None:
    def ink(style: Style) -> int:
        return sum(level * count for level, count in enumerate(_glyph("L", style, 2).histogram()))

    assert ink(Style(bold=True)) > 1.1 * ink(Style())
    assert _glyph("L", Style(upside_down=True), 2) == _glyph("L", Style(), 2).rotate(180)


def test_a_line_upside_down_reads_from_the_other_side() -> None:
    """The whole line is turned, not each letter: alignment and order turn with it."""
    upright = darkness(render(slip_of(b"Lot 7\n"), scale=1)).crop((60, 68, 636, 98))
    turned = darkness(render(slip_of(b"\x1b{\x01Lot 7\n"), scale=1)).crop((60, 68, 636, 98))

    wrong = ImageChops.difference(turned.rotate(180).crop((0, 6, 576, 30)), upright.crop((0, 0, 576, 24)))
    assert turned.getbbox() is not None
    assert sum(wrong.histogram()[128:]) < 0.2 * sum(upright.histogram()[128:])


def test_paper_ends_as_it_was_cut() -> None:
    def last_line(cut: str) -> set[tuple[int, ...]]:
        slip = Slip(1, slip_of(b"A\n").rows, 576, cut)
        picture = render(slip, scale=1)
        return {picture.getpixel((x, picture.height - 28 - 2)) for x in range(60, 600)}  # type: ignore[misc]

    assert len(last_line("full")) == 1
    assert len(last_line("torn")) > 1
    assert len(last_line("partial")) > 1


def test_a_change_of_rolls_is_visible() -> None:
    device = Device()
    device.paper_lines = 1
    device.receive(b"A\nB\n" + CUT)
    device.new_roll()

    with_change = render(device.ledger.slips[0], scale=1)

    assert with_change.height == render(slip_of(b"A\nB\n"), scale=1).height + 48
    assert darkness(with_change).getbbox() != darkness(render(slip_of(b"A\nB\n"), scale=1)).getbbox()


def test_chinese_and_unknown_letters_are_drawn_somehow() -> None:
    letters = "中文".encode("gbk")

    assert darkness(render(slip_of(letters + b"\n", Device(CHINESE_80)), scale=1)).getbbox() is not None
    assert darkness(render(slip_of(b"\x1bt\x0b\x80\n"), scale=1)).getbbox() is not None


def test_a_picture_wider_than_the_paper_is_cut_off_at_its_edge() -> None:
    device = Device()
    device.receive(b"\x1dv0\x00\x60\x00\x08\x00" + b"\xff" * 768 + CUT)

    box = darkness(render(device.ledger.slips[0], scale=1)).getbbox()

    assert box is not None
    assert (box[0], box[2]) == (60, 60 + 576)


def test_png_is_small_and_the_same_every_time(tmp_path: Path) -> None:
    slip = slip_of(EVERYTHING)

    save_png(slip, tmp_path / "slip.png")

    data = (tmp_path / "slip.png").read_bytes()
    assert data == to_png(slip)
    assert len(data) < 200_000
    assert Image.open(BytesIO(data)).format == "PNG"


def test_pillow_is_not_loaded_before_the_first_picture() -> None:
    check = (
        "import sys, simulators.escpos.picture, simulators.escpos.server, simulators.escpos.__main__\n"
        "sys.exit(bool({'PIL', 'qrcode', 'barcode', 'escpos', 'serial'} & set(sys.modules)))"
    )

    assert subprocess.run([sys.executable, "-c", check], check=False).returncode == 0
