"""Simulators in the configuration: which are taken, and who may confirm their receipts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bridge.config.mistakes import ConfigError
from bridge.config.reading import load_config

if TYPE_CHECKING:
    from pathlib import Path

    from bridge.config.model import Config

LOCAL = '[baselinker]\nurl = "http://127.0.0.1:8765/connector.php"\n'
REAL = '[baselinker]\nurl = "https://api.baselinker.com/connector.php"\n'


def table(name: str = "till", driver: str = "posnet", address: str = "simulator://posnet", *more: str) -> str:
    lines = (f'name = "{name}"', f'driver = "{driver}"', f'address = "{address}"', *more)
    return "\n".join(("[[printers]]", *lines, ""))


def read(folder: Path, text: str) -> Config:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return load_config(path, {})


def mistake(folder: Path, text: str) -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, text)
    (only,) = caught.value.mistakes
    return f"{only.key}: {only.what}"


@pytest.mark.parametrize("url", ["http://127.0.0.1:8765/", "http://[::1]:1/", "https://localhost/"])
def test_a_simulator_needs_no_word_where_baselinker_is_this_machine_s_own(tmp_path: Path, url: str) -> None:
    printer = read(tmp_path, f'[baselinker]\nurl = "{url}"\n{table()}').printers[0]

    assert printer.simulated
    assert not printer.training


@pytest.mark.parametrize("baselinker", ["", REAL, '[baselinker]\nurl = "https://example.com/"\n'])
def test_with_the_real_baselinker_somebody_must_have_said_so(tmp_path: Path, baselinker: str) -> None:
    told = mistake(tmp_path, baselinker + table())

    assert told.startswith(
        "printers[0].address: 'simulator://posnet' with the real BaseLinker: receipts would be"
    )
    assert told.endswith(
        "set [baselinker] url to a simulator on this machine, or, to have it so, training = true here"
    )
    assert read(tmp_path, baselinker + table("till", "posnet", "simulator://posnet", "training = true"))


def test_a_spare_simulator_that_is_switched_off_must_have_the_word_too(tmp_path: Path) -> None:
    spare = table("spare", "posnet", "simulator://posnet", "enabled = false")

    assert "training = true" in mistake(tmp_path, REAL + table("till", "posnet", "tcp://192.0.2.1:1") + spare)


@pytest.mark.parametrize("baselinker", [LOCAL, REAL])
def test_a_device_is_never_in_training(tmp_path: Path, baselinker: str) -> None:
    told = mistake(tmp_path, baselinker + table("till", "posnet", "tcp://192.0.2.1:6666", "training = true"))

    assert told == (
        "printers[0].training: goes with an address simulator://... only: remove it, this printer is a device"
    )


@pytest.mark.parametrize(
    ("driver", "language"), [("posnet", "escpos"), ("escpos", "posnet"), ("escpos", "typo")]
)
def test_a_simulator_speaks_the_language_of_the_driver(tmp_path: Path, driver: str, language: str) -> None:
    told = mistake(tmp_path, LOCAL + table("till", driver, f"simulator://{language}"))

    assert told == (
        f"printers[0].address: 'simulator://{language}' does not speak what driver = \"{driver}\" does: "
        f"write simulator://{driver}"
    )


def test_each_simulator_is_a_device_of_its_own(tmp_path: Path) -> None:
    two = table("one", "escpos", "simulator://escpos", "series = [1]") + table(
        "two", "escpos", "simulator://escpos", "series = [2]"
    )

    assert ["one", "two"] == [printer.name for printer in read(tmp_path, LOCAL + two).printers]


@pytest.mark.parametrize(
    "broken", ["[baselinker]\nurl = 7\n", '[baselinker]\nurl = "http://[::1/"\n', "baselinker = 1\n"]
)
def test_a_baselinker_that_cannot_be_read_is_not_this_machine_s(tmp_path: Path, broken: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read(tmp_path, broken + table())

    assert any("with the real BaseLinker" in one.what for one in caught.value.mistakes)
