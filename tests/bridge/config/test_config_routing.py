"""Which printer serves which series."""

from __future__ import annotations

import pytest
from pydantic import BaseModel, ValidationError

from bridge.config.model import Config, Printer, Series


class Options(BaseModel):
    """A driver without settings."""


def printer(name: str, *series: int, enabled: bool = True) -> Printer:
    return Printer(
        name=name,
        driver="escpos",
        address="tcp://192.0.2.1:9100",
        series=series or None,
        enabled=enabled,
        options=Options(),
    )


def serving(config: Config, series_id: int | None) -> str | None:
    found = config.printer_for(series_id)
    return None if found is None else found.name


def test_a_series_goes_to_the_printer_that_names_it_and_the_rest_to_the_one_that_names_none() -> None:
    config = Config(printers=(printer("rest"), printer("one", 1), printer("two", 2, 3)))
    assert [serving(config, series_id) for series_id in (1, 2, 3, 4, None)] == [
        "one",
        "two",
        "two",
        "rest",
        "rest",
    ]


def test_nobody_serves_what_nobody_names_when_all_name_theirs() -> None:
    assert serving(Config(printers=(printer("one", 1),)), 2) is None


def test_the_series_of_a_printer_that_is_not_enabled_waits_for_it() -> None:
    config = Config(printers=(printer("rest"), printer("one", 1, enabled=False)))
    assert serving(config, 1) is None


def test_a_spare_printer_takes_over_when_it_is_the_enabled_one() -> None:
    config = Config(printers=(printer("one", 1, enabled=False), printer("spare", 1)))
    assert serving(config, 1) == "spare"


def test_printers_are_found_by_name() -> None:
    config = Config(printers=(printer("one", 1),))
    assert config.printer("one") == config.printers[0]
    assert config.printer("two") is None


def test_copies_are_made_of_the_series_that_ask_for_them() -> None:
    config = Config(printers=(), series=(Series(id=1, copy="pdf"), Series(id=2)))
    assert [config.copy_as(series_id) for series_id in (1, 2, 3, None)] == ["pdf", "none", "none", "none"]


def test_a_configuration_never_changes() -> None:
    config = Config(printers=())
    with pytest.raises(ValidationError):
        config.log = config.log  # type: ignore[misc]
