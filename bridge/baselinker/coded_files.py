"""Files as BaseLinker's calls take them: base64 right behind `data:`, without a MIME type (baselinker-api.md, 5.3).

    pdf_file        addOrderReceiptFile, addOrderInvoiceFile, addInventoryDocumentFile
    picture_file    images of addInventoryProduct
    titled_file     extra fields of products, orders and returns that take a file
    coded           any bytes, where nothing is known of the file
    decoded         the bytes of a file that a reply holds: getInvoiceFile, getLabel and their like

A file is given as bytes or as a pathlib.Path. A text is taken for the documented form itself and only looked at.
"""

from __future__ import annotations

import os
import re
from base64 import b64decode, b64encode
from binascii import Error as BadBase64
from pathlib import Path

LARGEST_FILE = 2 * 1024 * 1024
"""Bytes of a picture or of a file in an extra field that are taken at most ("2MB"); PDFs have no documented limit."""

LONGEST_TITLE = 40
"""Characters of the title of a file in an extra field."""

File = bytes | os.PathLike[str] | str
"""Content, the path of a file, or the documented form: `data:` and base64."""

_PREFIX = "data:"
_MIME = re.compile(r"data:[^,]{0,100};base64,")
# Readers of PDF look this far for the header.
_HEADER_BYTES = 1024
_PICTURES = (
    b"\xff\xd8\xff",  # JPEG
    b"\x89PNG\r\n\x1a\n",
    b"GIF87a",
    b"GIF89a",
    b"BM",
    b"II*\x00",  # TIFF
    b"MM\x00*",
)
_WEBP = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
_HEIF = re.compile(rb".{4}ftyp(?:avif|avis|heic|heix|mif1)", re.DOTALL)


class UnusableFile(ValueError):
    """A file cannot be sent as what it was given for; `what` is the reason without "the file" before it."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the file {what}")
        self.what = what


def pdf_file(file: File) -> str:
    """Return a PDF as the API takes it. Raises UnusableFile, also for what is no PDF."""
    content, text = _read(file)
    if b"%PDF-" not in content[:_HEADER_BYTES]:
        raise UnusableFile("is no PDF")
    return text


def picture_file(file: File) -> str:
    """Return a picture of at most 2 MB as the API takes it. Raises UnusableFile, also for what is no picture.

    The API says "photo" and names no formats: JPEG, PNG, GIF, WebP, BMP, TIFF, AVIF and HEIF pass.
    """
    content, text = _read(file)
    _fits(content)
    if not (content.startswith(_PICTURES) or _WEBP.match(content) or _HEIF.match(content)):
        raise UnusableFile("is no picture")
    return text


def titled_file(title: str, file: File) -> dict[str, str]:
    """Return a file of at most 2 MB as extra fields take it, with the name people see. Raises UnusableFile."""
    if not isinstance(title, str) or not 0 < len(title) <= LONGEST_TITLE:
        raise UnusableFile(f"needs a title of 1 to {LONGEST_TITLE} characters")
    content, text = _read(file)
    _fits(content)
    return {"title": title, "file": text}


def coded(content: bytes) -> str:
    """Return bytes in the documented form, whatever they are."""
    return _PREFIX + b64encode(content).decode("ascii")


def decoded(text: str) -> bytes:
    """Return the bytes of a file in a reply: base64 alone, or behind `data:` with or without a MIME type.

    Raises UnusableFile.
    """
    mime = _MIME.match(text)
    return _bytes(text[mime.end() :] if mime else text.removeprefix(_PREFIX))


def _read(file: File) -> tuple[bytes, str]:
    """Return content and documented form."""
    if isinstance(file, str):
        return _strict(file), file
    if isinstance(file, bytes):
        return file, coded(file)
    if not isinstance(file, os.PathLike):
        raise UnusableFile(f"must be bytes or a pathlib.Path, not {type(file).__name__}")
    try:
        content = Path(file).read_bytes()
    except OSError as error:
        raise UnusableFile(f"cannot be read from {os.fspath(file)} ({error.strerror})") from None
    return content, coded(content)


def _strict(text: str) -> bytes:
    if _MIME.match(text):
        raise UnusableFile("has a MIME type: BaseLinker takes base64 right behind data:")
    if not text.startswith(_PREFIX):
        raise UnusableFile("does not begin with data:; give the path of a file as a pathlib.Path")
    return _bytes(text.removeprefix(_PREFIX))


def _bytes(text: str) -> bytes:
    try:
        return b64decode(text, validate=True)
    except (BadBase64, ValueError):
        raise UnusableFile("is no base64") from None


def _fits(content: bytes) -> None:
    if not content:
        raise UnusableFile("is empty")
    if len(content) > LARGEST_FILE:
        raise UnusableFile(f"has {len(content)} bytes, at most {LARGEST_FILE} are allowed")
