"""What the name of a dropped file says: receipt id and external number."""

from __future__ import annotations

import os
import unicodedata
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bridge.outbox.names import BadNameError, DroppedName, is_ignored, parse_name, shown_name

PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""Slow machines are no reason to fail."""


@pytest.mark.parametrize(
    ("name", "receipt_id", "number"),
    [
        ("123456.pdf", 123456, None),
        ("123456.PDF", 123456, None),
        ("007.pdf", 7, None),
        ("1_FP-17-2026.pdf", 1, "FP-17-2026"),
        ("1_FP%2F17%2F2026.pdf", 1, "FP/17/2026"),
        ("1_FP%2f17.pdf", 1, "FP/17"),
        ("1_A_B.pdf", 1, "A_B"),
        ("1_100%25.pdf", 1, "100%"),
        ("1_A+B.pdf", 1, "A+B"),
        ("1_A B.pdf", 1, "A B"),
        ("1_Żółw.pdf", 1, "Żółw"),
        ("1_Z%CC%87.pdf", 1, "Ż"),
        ("1_a.pdf.pdf", 1, "a.pdf"),
        (f"1_{'x' * 20}.pdf", 1, "x" * 20),
        (f"1_{'%2F' * 20}.pdf", 1, "/" * 20),
        ("999999999999999999.pdf", 999999999999999999, None),
    ],
)
def test_a_good_name_says_receipt_and_number(name: str, receipt_id: int, number: str | None) -> None:
    assert parse_name(name) == DroppedName(receipt_id, number)


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".pdf",
        "pdf",
        "123",
        "123.txt",
        "123.pdf.txt",
        "abc.pdf",
        "0.pdf",
        "-1.pdf",
        "1.5.pdf",
        "12-1_FP.pdf",
        " 1.pdf",
        "1 .pdf",
        "1.pdf\n",
        "1\n.pdf",
        "١.pdf",
        "1²3.pdf",
        "1000000000000000000.pdf",
        "_FP.pdf",
        "1__.pdff",
    ],
)
def test_a_name_without_a_receipt_id_is_told_with_the_form(name: str) -> None:
    with pytest.raises(BadNameError, match=r"RECEIPT_ID\.pdf") as caught:
        parse_name(name)
    assert caught.value.reason == "bad_name"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("1_.pdf", "is empty"),
        ("1_ A.pdf", "begins or ends with a blank"),
        ("1_A%20.pdf", "begins or ends with a blank"),
        ("1_%.pdf", "write %25"),
        ("1_100%.pdf", "write %25"),
        ("1_%2.pdf", "write %25"),
        ("1_%zz.pdf", "write %25"),
        ("1_%FF.pdf", "is not UTF-8"),
        ("1_\udcff.pdf", "is not UTF-8"),
        ("1_%00A.pdf", "cannot be printed"),
        ("1_A\nB.pdf", "cannot be printed"),
        ("1_A\u202eB.pdf", "cannot be printed"),
        (f"1_{'x' * 21}.pdf", "has 21 characters; BaseLinker takes at most 20"),
    ],
)
def test_a_number_that_cannot_be_sent_is_told(name: str, words: str) -> None:
    with pytest.raises(BadNameError) as caught:
        parse_name(name)
    assert caught.value.reason == "bad_number"
    assert words in str(caught.value)


NUMBERS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=20)


@PATIENT
@given(st.integers(1, 10**18 - 1), NUMBERS)
def test_every_number_can_be_written_into_a_name(receipt_id: int, number: str) -> None:
    number = unicodedata.normalize("NFC", number)
    if number.isprintable() and len(number) <= 20:
        assert parse_name(f"{receipt_id}_{quote(number, safe='')}.pdf") == DroppedName(receipt_id, number)


@PATIENT
@given(st.text(st.characters(exclude_characters="\0/")))
def test_every_name_is_either_understood_or_told_in_a_sentence(name: str) -> None:
    for candidate in (name, f"1_{name}.pdf", f"{name}.pdf"):
        said = understood(candidate)
        if isinstance(said, DroppedName):
            assert 1 <= said.receipt_id < 10**18
            assert said.number is None or (said.number.isprintable() and 1 <= len(said.number) <= 20)
        else:
            assert said.isprintable()


def understood(name: str) -> DroppedName | str:
    try:
        return parse_name(name)
    except BadNameError as error:
        return str(error)


@pytest.mark.parametrize(
    "name",
    [
        ".1.pdf",
        "1.pdf.part",
        "1.pdf.TMP",
        "~1.pdf",
        "~$1.pdf",
        "1.pdf~",
        "1.pdf.crdownload",
        "Thumbs.db",
        ".DS_Store",
    ],
)
def test_files_still_being_written_and_hidden_ones_are_no_deliveries(name: str) -> None:
    assert is_ignored(name)


@pytest.mark.parametrize("name", ["1.pdf", "1_tmp.pdf", "part.pdf", "1.txt", "a~b.pdf"])
def test_everything_else_is_a_delivery(name: str) -> None:
    assert not is_ignored(name)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        (b"1_\xc5\xbb.pdf", "1_Ż.pdf"),
        (b"1_\xff.pdf", "1_\\xff.pdf"),
        (b"1\nERROR x.pdf", "1\\nERROR x.pdf"),
        ("1_\u202efdp".encode(), "1_\\u202efdp"),
    ],
)
def test_a_name_is_shown_on_one_line_whatever_bytes_it_has(name: bytes, shown: str) -> None:
    assert shown_name(os.fsdecode(name)) == shown


@PATIENT
@given(st.binary())
def test_every_name_can_be_shown(name: bytes) -> None:
    shown = shown_name(os.fsdecode(name))
    assert shown.isprintable()
    assert len(shown.encode("utf-8", "strict")) >= len(name)
