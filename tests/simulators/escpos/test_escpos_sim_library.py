"""What python-escpos writes is understood to the last byte."""

from __future__ import annotations

import warnings

import pytest
from PIL import Image, ImageDraw

from simulators.escpos.device import Device
from simulators.escpos.models import CHINESE_80
from simulators.escpos.paper import DrawerKick, TextRow

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from escpos.printer import Dummy


@pytest.fixture
def dummy() -> Dummy:
    return Dummy(profile="TM-T20II")


def printed(dummy: Dummy) -> Device:
    """Return a printer that has printed what the library wrote, without any finding."""
    device = Device()
    device.receive(dummy.output)
    assert device.findings == ()
    assert not device.reader.in_command
    return device


def logo() -> Image.Image:
    picture = Image.new("1", (200, 100), 1)
    ImageDraw.Draw(picture).ellipse((20, 10, 180, 90), outline=0, width=5)
    return picture


def test_a_receipt_with_everything(dummy: Dummy) -> None:
    dummy.hw("INIT")
    dummy.charcode("CP852")
    dummy.image(logo())
    dummy.set(align="center", bold=True, double_height=True, double_width=True)
    dummy.text("Sklep Żółw\n")
    dummy.set(align="left", bold=False, normal_textsize=True, font="b", underline=1)
    dummy.text("Chleb żytni    4,50\n")
    dummy.qr("https://example.test/r/1", native=True, size=6)
    dummy.barcode("5901234123457", "EAN13", height=80, width=2, pos="BELOW")
    dummy.barcode("{BABC-123", "CODE128", function_type="B")
    dummy.cashdraw(2)
    dummy.cut()

    (slip,) = printed(dummy).ledger.slips

    title, line = (row for row in slip.rows if isinstance(row, TextRow))
    assert (title.text, title.place.align, title.spans[0].style.bold) == ("Sklep Żółw", "center", True)
    assert (title.spans[0].style.width, title.spans[0].style.height) == (2, 2)
    assert (line.text, line.spans[0].style.font, line.spans[0].style.underline) == (
        "Chleb żytni    4,50",
        "B",
        1,
    )
    assert slip.qr_codes == ["https://example.test/r/1"]
    assert slip.barcodes == [("EAN13", "5901234123457"), ("CODE128", "ABC-123")]
    assert slip.kicks == (DrawerKick(2, 100, 100),)
    assert slip.cut == "full"


@pytest.mark.parametrize("implementation", ["bitImageRaster", "graphics"])
def test_a_picture_arrives_dot_by_dot(dummy: Dummy, implementation: str) -> None:
    dummy.image(logo(), impl=implementation, fragment_height=40)

    images = printed(dummy).ledger.unfinished.images

    bits = b"".join(image.bits for image in images)
    assert [image.height for image in images] == [40, 40, 20]
    assert bits == bytes(0xFF ^ byte for byte in logo().tobytes())


def test_a_picture_in_columns_arrives_dot_by_dot(dummy: Dummy) -> None:
    dummy.image(logo(), impl="bitImageColumn")

    rows = [row for row in printed(dummy).ledger.unfinished.rows if isinstance(row, TextRow)]

    bits = b"".join(bitmap.bits for row in rows for _, bitmap in row.pictures)
    assert bits[: 25 * 100] == bytes(0xFF ^ byte for byte in logo().tobytes())
    assert {row.advance for row in rows} == {24}


def test_everything_else_it_can_write(dummy: Dummy) -> None:
    dummy.hw("SELECT")
    dummy.hw("RESET")
    for style in ({"invert": True}, {"flip": True}, {"smooth": True}, {"density": 5}, {"align": "right"}):
        dummy.set(**style)
        dummy.text("styled\n")
    dummy.set(custom_size=True, width=3, height=4)
    dummy.set_with_default()
    for spacing in (60, 180, 360):
        dummy.line_spacing(20, divisor=spacing)
    dummy.line_spacing()
    for control in ("LF", "FF", "CR", "HT", "VT"):
        dummy.control(control)
    dummy.panel_buttons(enable=False)
    dummy.linedisplay_select(select_display=False)
    dummy.buzzer(2, 3)
    dummy.qr("as a picture")
    dummy.ln(2)
    dummy.print_and_feed(3)
    dummy.cut(mode="PART", feed=False)
    dummy.cut(feed=True)

    assert [slip.cut for slip in printed(dummy).ledger.slips] == ["partial", "full"]


def test_it_forgets_the_code_page_after_init(dummy: Dummy) -> None:
    """escpos.md 6.3: python-escpos 3.1 sends no ESC t after hw('INIT'), so letters come out of PC437."""
    dummy.charcode("CP852")
    dummy.text("żółw\n")
    dummy.hw("INIT")
    dummy.text("żółw\n")

    assert printed(dummy).ledger.unfinished.texts == ["żółw", "żółw".encode("cp852").decode("cp437")]


def test_it_prints_chinese_on_a_chinese_clone(dummy: Dummy) -> None:
    """escpos.md 6.1: python-escpos never sends FS dot."""
    dummy.charcode("CP852")
    dummy.text("żółw\n")
    device = Device(CHINESE_80)

    device.receive(dummy.output)

    assert device.ledger.unfinished.texts != ["żółw"]
