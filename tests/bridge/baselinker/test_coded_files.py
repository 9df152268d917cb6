"""Files in the form the API takes: built from bytes and paths, read back, and refused with the reason."""

from __future__ import annotations

from base64 import b64encode
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.baselinker.coded_files import (
    LARGEST_FILE,
    UnusableFile,
    coded,
    decoded,
    pdf_file,
    picture_file,
    titled_file,
)

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PDF = b"%PDF-1.7\n%%EOF\n"
PICTURES = {
    "JPEG": b"\xff\xd8\xff\xe0\x00\x10JFIF",
    "PNG": b"\x89PNG\r\n\x1a\n\x00",
    "GIF": b"GIF89a\x01",
    "WebP": b"RIFF\x0a\n\x00\x00WEBPVP8 ",
    "BMP": b"BM\x00",
    "TIFF": b"II*\x00\x08",
    "AVIF": b"\x00\x00\x00\x1cftypavif",
    "HEIF": b"\x00\x00\n\x1cftypheic",
}


def why(call: Callable[..., Any], *given: Any) -> str:
    with pytest.raises(UnusableFile) as caught:
        call(*given)
    assert f"the file {caught.value.what}" == str(caught.value)
    return caught.value.what


# -- what comes out ------------------------------------------------------------------------------------------------


@given(st.binary(max_size=500))
def test_any_bytes_are_base64_right_behind_data_and_come_back(content: bytes) -> None:
    text = coded(content)

    assert f"data:{b64encode(content).decode()}" == text
    assert content == decoded(text)


def test_a_pdf_is_taken_as_bytes_as_a_path_and_in_the_documented_form(tmp_path: Path) -> None:
    path = tmp_path / "receipt.pdf"
    path.write_bytes(PDF)

    assert coded(PDF) == pdf_file(PDF) == pdf_file(path) == pdf_file(coded(PDF))


def test_the_header_of_a_pdf_may_stand_behind_other_bytes_as_readers_allow() -> None:
    assert coded(b"\n" * 900 + PDF) == pdf_file(b"\n" * 900 + PDF)


@pytest.mark.parametrize("content", PICTURES.values(), ids=[*PICTURES])
def test_pictures_of_the_usual_kinds_are_taken(content: bytes) -> None:
    assert coded(content) == picture_file(content)


def test_a_file_of_an_extra_field_has_a_title() -> None:
    assert {"title": "manual.pdf", "file": coded(PDF)} == titled_file("manual.pdf", PDF)
    assert {"title": "x" * 40, "file": coded(b"any")} == titled_file("x" * 40, b"any")


@pytest.mark.parametrize("prefix", ["", "data:", "data:application/pdf;base64,"])
def test_files_in_replies_are_read_with_and_without_a_prefix(prefix: str) -> None:
    assert PDF == decoded(prefix + b64encode(PDF).decode())


# -- what is refused -----------------------------------------------------------------------------------------------


def test_what_is_no_pdf_or_no_picture_is_refused() -> None:
    assert "is no PDF" == why(pdf_file, PICTURES["PNG"])
    assert "is no PDF" == why(pdf_file, b"")
    assert "is no picture" == why(picture_file, PDF)
    assert "is empty" == why(picture_file, b"")


def test_two_megabytes_are_taken_and_a_byte_more_is_not() -> None:
    largest = PICTURES["PNG"].ljust(LARGEST_FILE, b"\0")

    assert coded(largest) == picture_file(largest)
    assert "has 2097153 bytes, at most 2097152 are allowed" == why(picture_file, largest + b"\0")
    assert "has 2097153 bytes, at most 2097152 are allowed" == why(titled_file, "a", largest + b"\0")
    assert coded(PDF + largest) == pdf_file(PDF + largest)


def test_a_file_that_cannot_be_read_is_told_with_its_path(tmp_path: Path) -> None:
    path = tmp_path / "missing.png"

    assert f"cannot be read from {path} (No such file or directory)" == why(picture_file, path)
    assert f"cannot be read from {tmp_path} (Is a directory)" == why(picture_file, tmp_path)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("receipt.pdf", "does not begin with data:; give the path of a file as a pathlib.Path"),
        (b64encode(PDF).decode(), "does not begin with data:; give the path of a file as a pathlib.Path"),
        (
            f"data:application/pdf;base64,{b64encode(PDF).decode()}",
            "has a MIME type: BaseLinker takes base64 right behind data:",
        ),
        ("data:JVBERi0 xLjc=", "is no base64"),
        ("data:JVBERi0", "is no base64"),
        ("data:żółw", "is no base64"),
    ],
)
def test_a_text_must_be_the_documented_form(text: str, expected: str) -> None:
    assert expected == why(pdf_file, text)


def test_other_types_are_refused_by_name() -> None:
    assert "must be bytes or a pathlib.Path, not int" == why(pdf_file, 5)
    assert "must be bytes or a pathlib.Path, not NoneType" == why(picture_file, None)


@pytest.mark.parametrize("title", ["", "x" * 41, None])
def test_a_title_has_1_to_40_characters(title: Any) -> None:
    assert "needs a title of 1 to 40 characters" == why(titled_file, title, PDF)


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused_as_unusable(text: str) -> None:
    for read in (decoded, pdf_file, picture_file):
        with suppress(UnusableFile):
            read(text)
