from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.escpos.codepages import CODE_PAGES, CodePage, alphabet
from drivers.text import Alphabet, clean, encode, fit, printable, wrap

ASCII = Alphabet(lambda _char: False)
pages = st.sampled_from(list(CODE_PAGES.values()))

# Everything that can order a printer about or turn text round, beside letters that must survive.
HOSTILE = (
    "".join(map(chr, [*range(32), *range(0x7F, 0xA0)]))
    + "\u200b\u202e\u2066\ufeff\u2028\ud800\ue000\U000e0001"
)


@given(st.text() | st.text(HOSTILE + "aż "))
def test_clean_leaves_nothing_but_printable_text_and_single_spaces(text: str) -> None:
    cleaned = clean(text)
    assert clean(cleaned) == cleaned
    assert "  " not in cleaned
    assert cleaned.strip() == cleaned
    assert unicodedata.is_normalized("NFC", cleaned)
    for char in cleaned:
        assert char == " " or unicodedata.category(char)[0] not in "CZ"


@pytest.mark.parametrize(
    ("dirty", "cleaned"),
    [
        ("Kubek\x1bp\x00\x19\xfa", "Kubekpú"),
        ("a\r\nb\tc\u2028d\u00a0e", "a b c d e"),
        ("za\u0301z\u0307o\u0301\u0142c\u0301", "záżółć"),
        ("\u202emur\u202c\u200b\u00adx\ufeff", "murx"),
        ("  ", ""),
        ("", ""),
    ],
)
def test_clean_of_what_shops_and_attackers_write(dirty: str, cleaned: str) -> None:
    assert cleaned == clean(dirty)


@given(st.text() | st.text(HOSTILE + "aż€„”șŁщ"), pages)
def test_fitted_text_is_one_printable_byte_a_character(text: str, page: CodePage) -> None:
    fitted = fit(text, alphabet((page,))).text
    data = encode(fitted, page.codec)
    assert len(fitted) == len(data)
    assert all(byte >= 0x20 and byte != 0x7F for byte in data)
    assert fit(fitted, alphabet((page,))).text == fitted


ALPHABETS = {
    "pl": "ĄĆĘŁŃÓŚŹŻąćęłńóśźż",
    "cs": "ÁČĎÉĚÍŇÓŘŠŤÚŮÝŽáčďéěíňóřšťúůýž",
    "sk": "ÁÄČĎÉÍĹĽŇÓÔŔŠŤÚÝŽáäčďéíĺľňóôŕšťúýž",
    "hu": "ÁÉÍÓÖŐÚÜŰáéíóöőúüű",
    "ro": "ĂÂÎŞŢăâîşţ",
    "de": "ÄÖÜäöüß",
    "bg": "АБВГДЕЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЬЮЯабвгдежзийклмнопрстуфхцчшщъьюя",
    "€": "€",
    "quotes": "„”’–…",
}
CENTRAL = ("pl", "cs", "sk", "hu", "ro", "de")
CARRIED = {
    "CP852": CENTRAL,
    "CP1250": (*CENTRAL, "€", "quotes"),
    "ISO8859-2": CENTRAL,
    "CP858": ("de", "€"),
    "CP1252": ("de", "€", "quotes"),
    "ISO8859-15": ("de", "€"),
    "CP437": ("de",),
    "CP850": ("de",),
    "CP1251": ("bg", "€", "quotes"),
    "CP866": ("bg",),
    "CP855": ("bg",),
    "CP1257": ("pl", "de", "€", "quotes"),
}


@pytest.mark.parametrize(
    ("page", "language"), [(page, one) for page, many in CARRIED.items() for one in many]
)
def test_a_language_passes_its_code_page_unchanged(page: str, language: str) -> None:
    letters = ALPHABETS[language]
    fitted = fit(letters, alphabet((CODE_PAGES[page],)))
    assert (letters, {}) == (fitted.text, fitted.replaced)
    assert letters == encode(letters, CODE_PAGES[page].codec).decode(CODE_PAGES[page].codec)


@pytest.mark.parametrize(
    ("letters", "page", "data"),
    [
        ("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "CP852", "a586a988e4a298abbe a48fa89de3e0978dbd"),
        ("ąćęłńóśźżĄĆĘŁŃÓŚŹŻ", "CP1250", "b9e6eab3f1f39c9fbf a5c6caa3d1d38c8faf"),
        ("€", "CP858", "d5"),
        ("€", "CP1250", "80"),
        ("€", "CP1251", "88"),
        ("€", "CP1252", "80"),
        ("€", "ISO8859-15", "a4"),
    ],
)
def test_bytes_are_those_of_the_manuals(letters: str, page: str, data: str) -> None:
    assert bytes.fromhex(data) == encode(letters, CODE_PAGES[page].codec)


@pytest.mark.parametrize(
    ("text", "page", "shown"),
    [
        ("ăâîșț ĂÂÎȘȚ", "CP852", "ăâîşţ ĂÂÎŞŢ"),
        ("ăâîșț", "CP437", "aâîst"),
        ("„Łódź” – 5 € … ’", "CP852", '"Łódź" - 5 EUR ... \''),
        ("Łódź ąęśćż", "CP437", "Lódz aesc" + "z"),
        ("STRAẞE", "CP852", "STRASSE"),
        ("№ 5 × 3", "CP852", "Nr 5 × 3"),
        ("№ 5 × 3", "CP866", "№ 5 x 3"),
        ("Щъркел", "CP852", "Shtarkel"),
        ("Đorđe ø æ", "CP852", "Đorđe o ae"),
        ("ﬁx ½ ™ 漢字", "ISO8859-2", "fix 1/2 TM HanZi"),
        ("q\u0301", "CP852", "q"),
        ("\ufffc\u0600", "CP852", "?"),
    ],
)
def test_what_a_page_lacks_is_written_in_the_nearest_letters(text: str, page: str, shown: str) -> None:
    assert shown == fit(text, alphabet((CODE_PAGES[page],))).text


def test_no_letter_of_europe_becomes_a_question_mark() -> None:
    blocks = [*range(0xC0, 0x250), *range(0x370, 0x400), *range(0x400, 0x530), *range(0x1E00, 0x2000)]
    letters = [chr(code) for code in blocks if unicodedata.category(chr(code)) in {"Lu", "Ll", "Lt"}]
    assert len(letters) > 1000
    assert [] == [
        letter for letter in letters if "?" in fit(letter, ASCII).text or not fit(letter, ASCII).text
    ]


def test_replacements_are_counted() -> None:
    assert {"€": 2, "ą": 1} == fit("5 € + 3 € są", ASCII).replaced
    assert {} == fit("5 EUR", ASCII).replaced
    assert {} == fit("5 € są", None).replaced


@given(st.text(), st.integers(1, 60))
def test_wrap_fits_and_loses_nothing(text: str, columns: int) -> None:
    lines = wrap(text, columns)
    assert all(0 < len(line) <= columns for line in lines)
    assert "".join(text.split()) == "".join("".join(lines).split())


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("aa bb cc", 5, ("aa bb", "cc")),
        ("abcdefgh", 3, ("abc", "def", "gh")),
        ("a bcdefghij k", 4, ("a", "bcde", "fghi", "j k")),
        ("abcd efgh", 4, ("abcd", "efgh")),
        ("", 4, ()),
    ],
)
def test_wrap_breaks_between_words_where_it_can(text: str, columns: int, lines: tuple[str, ...]) -> None:
    assert lines == wrap(text, columns)


@pytest.mark.parametrize("text", ["a\x1bp", "\n", "\x7f", "\x00"])
def test_control_bytes_are_never_encoded(text: str) -> None:
    with pytest.raises(ValueError, match="control byte"):
        encode(text, "cp852")
    with pytest.raises(ValueError, match="control byte"):
        printable(text.encode())


def test_a_letter_the_page_lacks_is_not_encoded_as_something_else() -> None:
    with pytest.raises(ValueError, match="can't encode"):
        encode("ш", "cp852")
