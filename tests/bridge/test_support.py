"""The support bundle: everything that helps, nothing that is secret, nobody who bought."""

from __future__ import annotations

import base64
import json
import tarfile
from typing import IO, TYPE_CHECKING
from urllib.parse import quote

import pytest
from support.desks import LONG_REASON, TOKEN, TechniciansDesk, fill, technicians_desk
from support.programs import Program

from bridge import __version__, support
from bridge.blotting import forms

if TYPE_CHECKING:
    from pathlib import Path

NIP = "526-104-08-28"
ENCODED = base64.b64encode(b"header " + TOKEN.encode()).decode()
LOG = f"""\
2026-11-22T02:50:05+0000 till receipt-bridge[7]: starting version=0.1.0
2026-11-22T02:50:06+0000 till receipt-bridge[7]: the buyer's NIP '{NIP}' is not valid receipt=1002
2026-11-22T02:50:07+0000 till receipt-bridge[7]: token {TOKEN} and {quote(TOKEN + "+/")} and {ENCODED}
2026-11-22T02:50:08+0000 till receipt-bridge[7]: klient@example.com
"""


@pytest.fixture
def desk(tmp_path: Path) -> TechniciansDesk:
    made = technicians_desk(tmp_path / "desk")
    fill(made)
    text = made.config.read_text(encoding="utf-8")
    address = 'address = "tcp://127.0.0.1:1"\nheader = ["Sklep Anny Nowak"]'
    made.write("config.toml", f"# {TOKEN}\n" + text.replace('address = "tcp://127.0.0.1:1"', address))
    return made


@pytest.fixture
def program(desk: TechniciansDesk, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(desk, capsys)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the only programs there are: a journalctl that has our log."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (tmp_path / "log").write_text(LOG, encoding="utf-8")
    journalctl = folder / "journalctl"
    journalctl.write_text(
        f'#!/bin/sh\necho "$@" > {tmp_path}/asked\n/bin/cat {tmp_path}/log\n', encoding="utf-8"
    )
    journalctl.chmod(0o755)
    monkeypatch.setenv("PATH", str(folder))
    return folder


def bundle(path: Path) -> dict[str, str]:
    """Return the parts of a bundle by name."""
    with tarfile.open(path) as archive:
        return {
            member.name.removeprefix("receipt-bridge-support/"): _text(archive.extractfile(member))
            for member in archive
        }


def _text(part: IO[bytes] | None) -> str:
    assert part is not None
    return part.read().decode()


def made(program: Program, path: Path, *words: str) -> dict[str, str]:
    program.json("support", str(path), *words)
    return bundle(path)


def test_it_holds_what_helps(program: Program, programs: Path, tmp_path: Path) -> None:
    parts = made(program, tmp_path / "bundle", "--lines", "77")

    parts.pop("doctor.json", "")
    assert ["support.json", "versions.json", "configuration.json", "journal.json", "log.txt"] == list(parts)
    assert __version__ == json.loads(parts["versions.json"])["receipt-bridge"]
    assert "httpx" in json.loads(parts["versions.json"])["libraries"]
    assert "-u receipt-bridge -n 77 " in (tmp_path / "asked").read_text(encoding="utf-8")
    assert "starting version=0.1.0" in parts["log.txt"]
    journal = json.loads(parts["journal.json"])
    assert (1, 2) == (journal["counts"]["confirmed"], journal["counts"]["held"] - 1)
    assert ["till", "bar"] == [printer["name"] for printer in journal["printers"]]
    assert "tcp://127.0.0.1:1" == journal["printers"][0]["address"]
    printed = next(one for one in journal["last_receipts"] if one["state"] == "confirmed")
    assert ["listed", "intend", "prove", "confirm"] == [event for _, event, _ in printed["history"]]
    assert 0o600 == (tmp_path / "bundle").stat().st_mode & 0o777


def test_no_secret_and_nobody_is_in_it(program: Program, programs: Path, tmp_path: Path) -> None:
    parts = made(program, tmp_path / "bundle")

    whole = "".join(parts.values())
    for form in forms(TOKEN):
        assert form not in whole
    for text in (NIP, "klient@", "Anny Nowak", "12/9/2026/P", "W-17", LONG_REASON, "sold for cash"):
        assert text not in whole, text
    assert "(token)" in parts["log.txt"]


def test_secrets_of_alerts_are_blotted_out_too(
    desk: TechniciansDesk, program: Program, programs: Path, tmp_path: Path
) -> None:
    hook, password = "https://hooks.example.com/FAKE-HOOK", "FAKE-PASSWORD"
    for name, secret in (("hook", hook), ("password", password)):
        desk.write(name, f"{secret}\n")
        (desk.folder / name).chmod(0o600)
    alerts = '[alerts]\nwebhook_file = "hook"\nmail_password_file = "password"\n'
    desk.write("config.toml", desk.config.read_text(encoding="utf-8") + alerts)
    (desk.folder / "api-token").unlink()  # one secret that is lost hides no other
    (tmp_path / "log").write_text(f"{LOG}posted to {hook}, logged in with {password}\n", encoding="utf-8")

    whole = "".join(made(program, tmp_path / "bundle").values())
    assert "logged in with (token)" in whole
    for secret in (hook, password):
        assert not any(form in whole for form in forms(secret))


def test_a_bundle_is_made_of_what_there_is(
    desk: TechniciansDesk, program: Program, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (desk.folder / "journal.sqlite").write_bytes(b"damaged" * 500)
    (desk.folder / "api-token").unlink()

    ended = program("support", str(tmp_path / "bundle"))

    assert 1 == ended.code
    assert "without log.txt: there is no program journalctl here" in ended.out
    missing = json.loads(bundle(tmp_path / "bundle")["support.json"])["missing"]
    assert "damaged" in missing["journal.json"]


def test_a_place_that_cannot_be_written_is_named(program: Program, programs: Path, tmp_path: Path) -> None:
    ended = program("support", str(tmp_path / "nowhere" / "bundle"))

    assert (1, "") == (ended.code, ended.out)
    assert "cannot be written: No such file or directory" in ended.err


def test_what_may_be_secret_in_a_configuration_is_hidden_by_its_name() -> None:
    shown = support._plain(
        "",
        {
            "token_file": "/etc/receipt-bridge/api-token",
            "mail_password": "fake-password",
            "webhook": "https://hooks.example.com/fake-secret",
            "url": "https://user:fake@example.com/path?key=fake",
            "lines": ["anna@example.com", "plain"],
            "poll_seconds": 10.0,
        },
    )

    assert {
        "token_file": "/etc/receipt-bridge/api-token",
        "mail_password": "(hidden)",
        "webhook": "(hidden)",
        "url": "https://example.com",
        "lines": ["(hidden)", "plain"],
        "poll_seconds": 10.0,
    } == shown
