from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.posnet.text import (
    CP852,
    LATIN2,
    MAZOVIA,
    PAGES,
    POLISH_LETTERS,
    WINDOWS_1250,
    Page,
    cut,
    fit_text,
    formatted,
    formatted_length,
    lines_value,
    page_of,
)

HOSTILE = (
    "".join(map(chr, [*range(32), *range(0x7F, 0xA1), 0xAD])) + "\u200b\u202e\u2066\ufeff\u2028\ud800\ue000"
)
pages = st.sampled_from(list(PAGES.values()))
words = st.text() | st.text(HOSTILE + "ażŚ&#@?„”–€é¤˛¸¨")


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (WINDOWS_1250, "A5 C6 CA A3 D1 D3 8C 8F AF B9 E6 EA B3 F1 F3 9C 9F BF"),
        (LATIN2, "A1 C6 CA A3 D1 D3 A6 AC AF B1 E6 EA B3 F1 F3 B6 BC BF"),
        (MAZOVIA, "8F 95 90 9C A5 A3 98 A0 A1 86 8D 91 92 A4 A2 9E A6 A7"),
        (CP852, "A4 8F A8 9D E3 E0 97 8D BD A5 86 A9 88 E4 A2 98 AB BE"),
    ],
)
def test_polish_letters_both_ways(page: Page, expected: str) -> None:
    assert bytes.fromhex(expected) == page.encode(POLISH_LETTERS)
    assert POLISH_LETTERS == page.decode(bytes.fromhex(expected))
    assert fit_text(POLISH_LETTERS, page) == POLISH_LETTERS


def test_the_printer_tells_its_page() -> None:
    assert (WINDOWS_1250, LATIN2, MAZOVIA) == (page_of(0), page_of(1), page_of(2))
    with pytest.raises(ValueError, match="code page 7"):
        page_of(7)


@pytest.mark.parametrize(
    ("text", "page", "fitted"),
    [
        ("„Kubek” – 5\u00a0szt…", WINDOWS_1250, '"Kubek" - 5 szt...'),
        ("so\u00adft", WINDOWS_1250, "soft"),
        ("Café Müller 5 €", WINDOWS_1250, "Café Müller 5 €"),
        ("Café Müller 5 €", MAZOVIA, "Cafe Muller 5 EUR"),
        ("Café Müller 5 €", LATIN2, "Cafe Muller 5 EUR"),
        ("a¤b", WINDOWS_1250, "a$b"),
        ("a´b", WINDOWS_1250, "a'b"),
        ("Kubek\t\x02trend\tto1\x03", MAZOVIA, "Kubek trend to1"),
        ("", MAZOVIA, ""),
    ],
)
def test_text_is_made_of_what_prints(text: str, page: Page, fitted: str) -> None:
    assert fitted == fit_text(text, page)


@given(words, pages)
def test_fitted_text_is_one_byte_a_character_and_never_a_control_or_a_piece_of_a_box(
    text: str, page: Page
) -> None:
    fitted = fit_text(text, page)
    data = page.encode(fitted)
    assert len(fitted) == len(data)
    assert all(byte >= 0x20 and byte != 0x7F for byte in data)
    assert fitted == page.decode(data)
    boxes = {
        "windows-1250": "81 88 90 98 A0 A4 A8 AD B2 B4 B8",
        "iso-8859-2": "81 82 83 84 85 86 87 88 89 8A 8B",
        "mazovia": "C8 BC C9 BB CA CB CC B9 BA CD CE",
        "cp852": "C8 BC C9 BB CA CB CC B9 BA CD CE",
    }
    assert not set(data) & set(bytes.fromhex(boxes[page.name]))


@given(words, pages)
def test_whatever_is_encoded_holds_no_control_byte_but_line_ends(text: str, page: Page) -> None:
    try:
        data = page.encode(text)
    except ValueError:
        return
    assert all((byte >= 0x20 and byte != 0x7F) or byte == 0x0A for byte in data)


@pytest.mark.parametrize("text", ["\x02", "a\tb", "a\x7fb", "日", "a\x81", "\u00a0"])
def test_text_that_was_not_fitted_is_refused(text: str) -> None:
    for page in PAGES.values():
        with pytest.raises(ValueError):
            page.encode(text)


def test_bytes_of_no_table_stay_visible() -> None:
    assert "a\ufffdb" == MAZOVIA.decode(b"a\xffb")
    assert "\ufffd" == WINDOWS_1250.decode(b"\x81")


def test_format_marks_are_written_twice_only_where_they_would_work() -> None:
    assert "A && B" == formatted("A & B")
    assert len(formatted("A & B")) == formatted_length("A & B")
    assert "A && B\nC" == lines_value(("A & B", "C"))


def test_a_cut_leaves_no_space_at_the_edge() -> None:
    assert ("Kubek", "Kubek d", "") == (cut("Kubek duży", 6), cut("Kubek duży", 7), cut("", 3))
