"""config.example.toml: valid as it stands, every setting in it accepted, and no setting missing from it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bridge.config.model import (
    PRINTER_KEYS,
    Alerts,
    Backlog,
    BaseLinker,
    Config,
    Journal,
    Log,
    Metrics,
    Outbox,
    Series,
)
from bridge.config.reading import load_config
from drivers import registry

if TYPE_CHECKING:
    from pydantic import BaseModel

EXAMPLE = Path(__file__).parents[3] / "config.example.toml"
TEXT = EXAMPLE.read_text(encoding="utf-8")
COMMENTED = re.compile(r"# (\w+ = .*|\[\[?\w+\]\]?)$")
KEY = re.compile(r"^(?:# )?(\w+) = ", re.MULTILINE)
TABLES: dict[str, type[BaseModel]] = {
    "baselinker": BaseLinker,
    "journal": Journal,
    "backlog": Backlog,
    "outbox": Outbox,
    "alerts": Alerts,
    "metrics": Metrics,
    "log": Log,
}
EXAMPLES = {
    "outbox": {"path": "/var/lib/receipt-bridge/outbox"},
    "alerts": {
        "webhook_file": "/etc/receipt-bridge/alert-webhook",
        "mail_password_file": "/etc/receipt-bridge/alert-mail-password",
    },
    "metrics": {"textfile": "/var/lib/prometheus/node-exporter/receipt_bridge.prom"},
}
"""Paths that are shown although nothing is the default."""
COMMENTED_LINES = [number for number, line in enumerate(TEXT.splitlines()) if COMMENTED.match(line)]

SERIES_LINE = TEXT.splitlines().index("# [[series]]")
OF_A_SERIES = range(SERIES_LINE, SERIES_LINE + len(Series.model_fields) + 1)
"""The lines of the table that is there as an example only, and means nothing in pieces."""


def uncommented(numbers: list[int]) -> str:
    lines = TEXT.splitlines()
    for number in numbers:
        lines[number] = lines[number].removeprefix("# ")
    return "\n".join(lines) + "\n"


def load(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, {})


def section(name: str) -> str:
    """Return what stands in a table of the example, up to the next one."""
    start = re.search(rf"^(?:# )?\[\[?{name}\]\]?$", TEXT, re.MULTILINE)
    assert start is not None
    end = re.compile(r"^(?:# )?\[", re.MULTILINE).search(TEXT, start.end())
    return TEXT[start.end() : end.start() if end else None]


def keys(name: str) -> set[str]:
    return set(KEY.findall(section(name)))


def test_is_valid_as_it_stands(tmp_path: Path) -> None:
    assert load(tmp_path, TEXT).printers[0].driver == "escpos"


def test_is_valid_with_everything_in_it_switched_on(tmp_path: Path) -> None:
    config = load(tmp_path, uncommented(COMMENTED_LINES))
    assert config.outbox.path is not None
    assert config.copy_as(config.series[0].id) == "pdf"


@pytest.mark.parametrize("number", [number for number in COMMENTED_LINES if number not in OF_A_SERIES])
def test_each_setting_may_be_switched_on_alone(tmp_path: Path, number: int) -> None:
    load(tmp_path, uncommented([number]))


@pytest.mark.parametrize(("name", "model"), TABLES.items())
def test_a_tables_keys_are_those_of_the_model(name: str, model: type[BaseModel]) -> None:
    assert keys(name) == set(model.model_fields)


@pytest.mark.parametrize(("name", "model"), TABLES.items())
def test_the_values_shown_are_the_defaults(tmp_path: Path, name: str, model: type[BaseModel]) -> None:
    config = load(tmp_path, uncommented(COMMENTED_LINES))
    shown = getattr(config, name).model_dump()
    defaults = model().model_dump()
    for key, path in EXAMPLES.get(name, {}).items():
        assert defaults.pop(key) is None
        assert shown.pop(key) == Path(path)
    assert shown == defaults


@pytest.mark.parametrize(("name", "model"), TABLES.items())
def test_every_key_has_a_sentence_above_it(name: str, model: type[BaseModel]) -> None:
    for key in model.model_fields:
        assert re.search(rf"^# [A-Z].*[.:]?\n# {key} = |\.\n# {key} = ", section(name), re.MULTILINE), key


def test_the_keys_of_a_series_are_those_of_the_model() -> None:
    assert keys("series") == {field.alias or name for name, field in Series.model_fields.items()}


@pytest.mark.parametrize("driver", registry.names())
def test_the_drivers_own_stanza_stands_in_it(driver: str) -> None:
    assert registry.load(driver).STANZA in TEXT


@pytest.mark.parametrize("driver", registry.names())
def test_every_option_of_a_driver_is_documented(driver: str) -> None:
    package = registry.load(driver)
    stanza = set(KEY.findall(package.STANZA)) | {"enabled", "training", "edocument_field"}
    assert stanza == set(package.Options.model_fields) | set(PRINTER_KEYS)
    for key in PRINTER_KEYS:
        assert re.search(rf"^# {key} +\S", TEXT, re.MULTILINE), key


def test_every_table_is_in_it() -> None:
    assert set(re.findall(r"^(?:# )?\[\[?(\w+)\]\]?$", TEXT, re.MULTILINE)) == set(Config.model_fields)
