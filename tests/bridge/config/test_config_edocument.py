"""Where the buyer's wish for an electronic receipt is looked for, in the configuration."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bridge.config.mistakes import ConfigError
from bridge.config.reading import load_config

if TYPE_CHECKING:
    from pathlib import Path

PRINTER = '[[printers]]\nname = "till"\naddress = "tcp://192.0.2.7:9100"\nedocument_field = "extra_field_1"\n'


@pytest.mark.parametrize(
    "rest", ['driver = "posnet"\n', 'driver = "escpos"\n', 'driver = "posnet"\nedocument = "off"\n']
)
def test_a_field_is_of_no_use_on_a_printer_that_makes_no_electronic_receipts(
    tmp_path: Path, rest: str
) -> None:
    path = tmp_path / "config.toml"
    path.write_text(PRINTER + rest, encoding="utf-8")

    with pytest.raises(ConfigError) as caught:
        load_config(path, {})

    (mistake,) = caught.value.mistakes
    assert "printers[0].edocument_field" == mistake.key
    assert "is of no use while edocument" in mistake.what


def test_a_field_goes_with_a_printer_that_makes_electronic_receipts(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_text(PRINTER + 'driver = "posnet"\nedocument = "on"\n', encoding="utf-8")

    assert "extra_field_1" == load_config(path, {}).printers[0].edocument_field
