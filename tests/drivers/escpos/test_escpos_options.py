from __future__ import annotations

import re
import tomllib
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from pydantic import ValidationError

from drivers.escpos import STANZA, Options
from drivers.escpos.codepages import CODE_PAGES, code_page, numbered_page

BRIDGE_KEYS = {"name", "driver", "address", "series"}


@pytest.mark.parametrize(
    ("keys", "columns", "dots"),
    [
        ({}, 48, 576),
        ({"paper_mm": 58}, 32, 384),
        ({"font": "B"}, 64, 576),
        ({"paper_mm": 58, "font": "B"}, 42, 384),
        ({"width_dots": 512}, 42, 512),
        ({"columns": 40}, 40, 576),
    ],
)
def test_columns_follow_from_paper_and_font(keys: dict[str, Any], columns: int, dots: int) -> None:
    options = Options(**keys)
    assert (columns, dots) == (options.line_columns, options.line_dots)
    assert columns == options.style.columns


@pytest.mark.parametrize(
    ("written", "name", "number"),
    [
        ("CP852", "CP852", 18),
        ("pc852", "CP852", 18),
        ("WPC1250", "CP1250", 45),
        ("windows-1251", "CP1251", 46),
        ("ISO 8859-2", "ISO8859-2", 39),
        ("iso-8859-15", "ISO8859-15", 40),
    ],
)
def test_code_pages_are_known_however_manuals_write_them(written: str, name: str, number: int) -> None:
    (page,) = Options(code_page=written).pages
    assert (name, number) == (page.name, page.number)
    assert name == Options(code_page=written).code_page


def test_pages_carry_the_printers_own_numbers() -> None:
    options = Options(code_page="CP1250", code_page_number=72, extra_code_pages=["CP858", "CP1251=73"])
    assert [("CP1250", 72), ("CP858", 19), ("CP1251", 73)] == [
        (page.name, page.number) for page in options.pages
    ]


def test_every_page_is_one_pythons_codecs_know() -> None:
    for page in CODE_PAGES.values():
        assert bytes(range(0x20, 0x7F)).decode(page.codec).encode(page.codec)
        assert len({page.number, *page.others}) == 1 + len(page.others)


@pytest.mark.parametrize(
    ("keys", "sentence"),
    [
        ({"code_page": "CP853"}, "did you mean CP85"),
        ({"code_page": "latin"}, "a code page, one of CP437, "),
        ({"extra_code_pages": ["CP858=x"]}, "after '=' stands the printer's own number"),
        ({"extra_code_pages": ["CP858=256"]}, "0 to 255"),
        ({"symbol_data": "{total}"}, r"{total} is not a field of a receipt; known are {number}, {order_id}"),
        ({"symbol_data": "{number:>9}"}, "may name fields in braces only"),
        ({"symbol_data": "{number.__class__}"}, "is not a field of a receipt"),
        ({"symbol_data": "{number"}, "is not a template"),
        ({"symbol_data": "shop"}, "every slip has the same code"),
        ({"width_dots": 500}, "use 496"),
        ({"logo": ""}, "the path of an image file"),
        ({"paper_mm": 80.5}, "Input should be 58 or 80"),
        ({"columns": 8}, "greater than or equal to 16"),
        ({"columns": True}, "valid integer"),
        ({"not_fiscal_notice": "no"}, "valid boolean"),
        ({"currency": "zł"}, "pattern"),
        ({"proof": "maybe"}, "'process-id', 'fence' or 'none'"),
        ({"colour": "red"}, "Extra inputs are not permitted"),
        ({"patience_seconds": float("nan")}, "finite number"),
    ],
)
def test_mistakes_are_told_in_sentences(keys: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValidationError) as error:
        Options(**keys)
    assert sentence in str(error.value)


def test_a_relative_logo_lies_beside_the_configuration_file() -> None:
    context = {"file": SimpleNamespace(parent=Path("/etc/receipt-bridge"))}
    assert (
        Path("/etc/receipt-bridge/logo.png")
        == Options.model_validate({"logo": "logo.png"}, context=context).logo
    )
    assert Path("/a/logo.png") == Options.model_validate({"logo": "/a/logo.png"}, context=context).logo


def test_every_option_is_described_and_options_never_change() -> None:
    assert [] == [name for name, field in Options.model_fields.items() if not field.description]
    with pytest.raises(ValidationError):
        Options().proof = "none"  # type: ignore[misc]


def test_the_stanza_names_every_option_and_is_accepted_as_it_stands() -> None:
    (table,) = tomllib.loads(STANZA)["printers"]
    assert Options(**{key: value for key, value in table.items() if key not in BRIDGE_KEYS})
    everything = re.sub(r"(?m)^# (?=\w+ = )", "", STANZA)
    (table,) = tomllib.loads(everything)["printers"]
    assert Options(**{key: value for key, value in table.items() if key not in BRIDGE_KEYS})
    assert set(Options.model_fields) == set(table) - BRIDGE_KEYS


def test_what_the_stanza_shows_in_comments_are_the_defaults() -> None:
    defaults = Options()
    (table,) = tomllib.loads("[[printers]]\n" + "\n".join(re.findall(r"(?m)^# (\w+ = .*)$", STANZA)))[
        "printers"
    ]
    shown = {"series", "columns", "width_dots", "code_page_number", "extra_code_pages", "logo"}
    for key in table.keys() - shown:
        assert table[key] == getattr(defaults, key), key
    assert (48, 576, 18) == (table["columns"], table["width_dots"], table["code_page_number"])
    assert (defaults.line_columns, defaults.line_dots) == (table["columns"], table["width_dots"])


def test_numbered_pages_are_values() -> None:
    assert code_page("CP852").numbered(54) == numbered_page("CP852=54")
    assert code_page("CP852") == numbered_page("CP852")
