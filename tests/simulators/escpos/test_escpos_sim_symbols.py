"""Golden bytes: QR codes, barcodes and pictures."""

from __future__ import annotations

import pytest
from support.escpos_bytes import qr

from simulators.escpos.device import Device
from simulators.escpos.models import EPSON_58
from simulators.escpos.paper import BarcodeRow, ImageRow, QrRow, Slip, TextRow


def slip_of(data: bytes) -> Slip:
    """Return what a fresh printer has printed of `data`, without any finding."""
    device = Device()
    device.receive(data)
    assert device.findings == ()
    return device.ledger.unfinished


def test_a_qr_code_is_printed_with_its_content_and_modules() -> None:
    (row,) = slip_of(b"\x1ba\x01" + qr("https://example.test/zażółć".encode())).rows

    assert isinstance(row, QrRow)
    assert (row.content, row.size, row.level, row.place.align) == (
        "https://example.test/zażółć",
        6,
        "M",
        "center",
    )
    assert len(row.modules) == len(row.modules[0]) == 29
    # The finder pattern in the corner: a dark frame of 7, a light ring, a dark core of 3.
    assert row.modules[0][:8] == (True,) * 7 + (False,)
    assert row.modules[3][:7] == (True, False, True, True, True, False, True)


def test_a_qr_code_too_wide_for_the_paper_prints_nothing() -> None:
    """escpos.md 8: (modules + 8) x size must fit."""
    device = Device(EPSON_58)

    device.receive(qr(b"x" * 100, size=10) + qr(b"x" * 100, size=4))

    assert [finding.kind for finding in device.findings] == ["too-wide"]
    assert len(device.ledger.unfinished.qr_codes) == 1


def test_more_data_than_a_qr_code_holds_prints_nothing() -> None:
    device = Device()

    device.receive(qr(b"x" * 3000, size=1))

    assert device.ledger.unfinished.rows == ()
    assert [finding.kind for finding in device.findings] == ["ignored"]


def test_the_size_of_a_stored_qr_code_is_told() -> None:
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
def test_barcodes(data: bytes, kind: str, content: str, modules: int) -> None:
    (row,) = slip_of(b"\x1dw\x02\x1dh\x40\x1dH\x02" + data).rows

    assert isinstance(row, BarcodeRow)
    assert (row.kind, row.content, len(row.modules)) == (kind, content, modules)
    assert (row.size, row.bar_height, row.captions) == (2, 64, frozenset({"below"}))


def test_code_128_has_the_right_check_symbol() -> None:
    """Start B, P J J 1 2 3 C, check 55, stop: the worked example every description of Code 128 carries."""
    (row,) = slip_of(b"\x1dw\x02\x1dkI\x09{BPJJ123C").rows

    assert isinstance(row, BarcodeRow)
    assert row.modules.endswith("11101000110" + "1100011101011")


@pytest.mark.parametrize(
    "data", [b"\x1dk\x02letters\x00", b"\x1dkC\x05lette", b"\x1dkI\x04ABCD", b"\x1dk\x04lower\x00"]
)
def test_a_barcode_with_data_its_kind_does_not_take_prints_nothing(data: bytes) -> None:
    device = Device()

    device.receive(data)

    assert device.ledger.unfinished.rows == ()
    assert [finding.kind for finding in device.findings] == ["ignored"]


def test_a_barcode_too_wide_for_the_paper_prints_nothing() -> None:
    device = Device(EPSON_58)

    device.receive(b"\x1dw\x06\x1dkI\x14{B" + b"x" * 18)

    assert device.ledger.unfinished.rows == ()
    assert [finding.kind for finding in device.findings] == ["too-wide"]


@pytest.mark.parametrize("mode", [0, 1, 2, 3, 48, 51])
def test_a_raster_picture_is_printed_dot_by_dot(mode: int) -> None:
    (row,) = slip_of(b"\x1dv0" + bytes([mode]) + b"\x02\x00\x03\x00" + b"\xf0\x0f\xaa\x55\x00\xff").rows

    assert isinstance(row, ImageRow)
    wide, high = row.bitmap.scale
    assert (row.bitmap.width, row.bitmap.height, row.bitmap.bits) == (16, 3, b"\xf0\x0f\xaa\x55\x00\xff")
    assert (wide, high) == (1 + mode % 2, 1 + mode // 2 % 2)
    assert row.advance == 3 * high


@pytest.mark.parametrize("prefix", [b"\x1d(L\x0c\x00", b"\x1d8L\x0c\x00\x00\x00"])
def test_a_stored_picture_is_printed_once(prefix: bytes) -> None:
    device = Device()

    device.receive(prefix + b"0p0\x01\x021" + b"\x0a\x00\x01\x00" + b"\xff\xc0")
    device.receive(b"\x1d(L\x02\x0002" * 2)

    (image,) = device.ledger.unfinished.images
    assert (image.size, image.bits) == ((10, 2), b"\xff\xc0")
    assert [finding.reason for finding in device.findings] == ["no picture stored"]


def test_a_bit_image_stands_on_the_line_like_text() -> None:
    column = b"\x80\x00\x01"
    (row,) = slip_of(b"\x1b3\x18" + b"A" + b"\x1b*\x21\x02\x00" + column * 2 + b"\n").rows

    assert isinstance(row, TextRow)
    ((x, bitmap),) = row.pictures
    assert (x, bitmap.width, bitmap.height, row.advance) == (12, 2, 24, 24)
    assert bitmap.bits == b"\xc0" + b"\x00" * 22 + b"\xc0"


def test_pictures_in_bands_join_without_a_gap() -> None:
    band = b"\x1dv0\x00\x01\x00\x18\x00" + b"\xff" * 24

    assert [row.advance for row in slip_of(band * 3).rows] == [24, 24, 24]
