from __future__ import annotations

import tomllib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bridge.setup.tables import compose, toml_value
from drivers import registry

WORDS = st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=10,
)
TABLE = st.dictionaries(WORDS, VALUES, max_size=5)


@given(VALUES)
def test_a_value_comes_back_as_it_was(value: Any) -> None:
    assert {"value": value} == tomllib.loads(f"value = {toml_value(value)}")


@given(TABLE.filter(bool), st.lists(TABLE.filter(bool), min_size=1, max_size=3), TABLE.filter(bool))
def test_every_table_comes_back_also_those_nobody_asked_about(
    known: dict[str, Any], printers: list[dict[str, Any]], other: dict[str, Any]
) -> None:
    whole = {"baselinker": known, "printers": printers, "other": other, "log": known}

    assert whole == tomllib.loads(compose(whole, "by a test"))


@pytest.mark.parametrize("driver", registry.names())
def test_only_what_was_answered_is_set_and_stands_beside_the_driver_s_comment(driver: str) -> None:
    printer = {"name": "kasa", "driver": driver, "address": "tcp://192.0.2.10:9100", "footer": ["Dziękujemy"]}
    text = compose({"printers": [printer]}, "by a test")

    assert {"printers": [printer]} == tomllib.loads(text)
    assert 'name = "kasa"                       # your own name, used in every message' in text
    commented = [
        line
        for line in registry.load(driver).STANZA.splitlines()
        if line.startswith("# ") and "footer" not in line
    ]
    assert all(line in text for line in commented)


def test_a_value_that_no_configuration_holds_is_a_mistake_of_the_program() -> None:
    with pytest.raises(TypeError, match="no place in a configuration"):
        toml_value(None)
