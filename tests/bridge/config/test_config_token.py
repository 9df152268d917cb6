"""The API token: which source counts, what is refused, and that no message ever holds it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from bridge.config.credentials import read_token
from bridge.config.mistakes import ConfigError
from bridge.config.model import BaseLinker, Config

if TYPE_CHECKING:
    from pathlib import Path

TOKEN = "0000-FAKE-TOKEN"
AS_ROOT = os.geteuid() == 0


def config_with(token_file: Path) -> Config:
    return Config(baselinker=BaseLinker(token_file=token_file), printers=())


def token_file(folder: Path, content: str = f"{TOKEN}\n", mode: int = 0o600) -> Path:
    path = folder / "token"
    path.write_text(content)
    path.chmod(mode)
    return path


def credentials(folder: Path, content: str) -> dict[str, str]:
    (folder / "credentials").mkdir()
    (folder / "credentials" / "api-token").write_text(content)
    return {"CREDENTIALS_DIRECTORY": str(folder / "credentials")}


def test_comes_from_the_file(tmp_path: Path) -> None:
    assert read_token(config_with(token_file(tmp_path)), {}).reveal() == TOKEN


def test_the_environment_counts_before_the_file(tmp_path: Path) -> None:
    environ = {"RECEIPT_BRIDGE_TOKEN": "0000-FAKE-ENVIRON"}
    assert read_token(config_with(token_file(tmp_path)), environ).reveal() == "0000-FAKE-ENVIRON"


def test_a_systemd_credential_counts_before_all(tmp_path: Path) -> None:
    environ = credentials(tmp_path, "0000-FAKE-CREDENTIAL") | {"RECEIPT_BRIDGE_TOKEN": "0000-FAKE-ENVIRON"}
    assert read_token(config_with(token_file(tmp_path)), environ).reveal() == "0000-FAKE-CREDENTIAL"


def test_a_credential_folder_without_the_token_is_passed_over(tmp_path: Path) -> None:
    environ = {"CREDENTIALS_DIRECTORY": str(tmp_path / "none")}
    assert read_token(config_with(token_file(tmp_path)), environ).reveal() == TOKEN


def test_a_bad_first_source_is_told_instead_of_taking_the_second(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="RECEIPT_BRIDGE_TOKEN is empty"):
        read_token(config_with(token_file(tmp_path)), {"RECEIPT_BRIDGE_TOKEN": ""})


def test_no_source_at_all_names_all_three(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_token(config_with(tmp_path / "none"), {})
    message = str(caught.value)
    assert message.startswith(f"{tmp_path / 'none'}: ")
    for word in ("RECEIPT_BRIDGE_TOKEN", "systemd", "credential api-token", "does not exist", "mode 600"):
        assert word in message


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644, 0o620, 0o601, 0o777])
def test_a_file_others_may_use_is_refused_with_the_cure(tmp_path: Path, mode: int) -> None:
    path = token_file(tmp_path, mode=mode)
    with pytest.raises(ConfigError, match=f"type: chmod 600 {path}") as caught:
        read_token(config_with(path), {})
    assert f"mode {mode:o}" in str(caught.value)


@pytest.mark.parametrize("mode", [0o600, 0o400, 0o700])
def test_a_file_of_its_owner_alone_is_taken(tmp_path: Path, mode: int) -> None:
    assert read_token(config_with(token_file(tmp_path, mode=mode)), {}).reveal() == TOKEN


@pytest.mark.parametrize("ending", ["", "\n", "\r\n"])
def test_the_line_end_is_no_part_of_the_token(tmp_path: Path, ending: str) -> None:
    assert read_token(config_with(token_file(tmp_path, TOKEN + ending)), {}).reveal() == TOKEN


@pytest.mark.parametrize("content", ["", "\n", "\r\n\n"])
def test_an_empty_file_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(ConfigError, match="token file is empty"):
        read_token(config_with(token_file(tmp_path, content)), {})


@pytest.mark.parametrize(
    "content",
    [
        f"{TOKEN} ",
        f" {TOKEN}",
        f"token {TOKEN}",
        f"{TOKEN}\n{TOKEN}\n",
        f'"{TOKEN}"',
        f"{TOKEN}\0",
        f"{TOKEN}ą",
        f"\ufeff{TOKEN}",
        TOKEN * 400,
    ],
)
@pytest.mark.parametrize("source", ["file", "environment", "credential"])
def test_anything_but_one_plain_word_is_refused_and_never_shown(
    tmp_path: Path, content: str, source: str
) -> None:
    environ = {"RECEIPT_BRIDGE_TOKEN": content} if source == "environment" else {}
    if source == "credential":
        environ = credentials(tmp_path, content)
    path = token_file(tmp_path, content)
    with pytest.raises(ConfigError, match="something else than a token") as caught:
        read_token(config_with(path), environ)
    assert "FAKE" not in f"{caught.value!s} {caught.value!r}"


def test_a_folder_in_the_files_place_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="is not a file"):
        read_token(config_with(tmp_path), {})


def test_a_named_pipe_in_the_files_place_stops_nothing(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    with pytest.raises(ConfigError, match="is not a file"):
        read_token(config_with(tmp_path / "pipe"), {})


@pytest.mark.skipif(AS_ROOT, reason="root may read everything")
def test_an_unreadable_file_says_whose_it_should_be(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="type the command with sudo"):
        read_token(config_with(token_file(tmp_path, mode=0o000)), {})
