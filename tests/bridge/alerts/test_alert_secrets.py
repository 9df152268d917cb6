"""The secrets of alerts: where they come from, and what is refused without showing them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bridge.config.alert_secrets import AlertSecrets, alert_texts, read_alert_secrets
from bridge.config.mistakes import ConfigError
from bridge.config.reading import load_config
from bridge.config.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

    from bridge.config.model import Config

URL = "https://hooks.example.com/FAKE-SECRET-PATH"
PRINTER = '[[printers]]\nname = "till"\ndriver = "escpos"\naddress = "tcp://127.0.0.1:1"\n'
FISCAL = '[[printers]]\nname = "fiscal"\ndriver = "posnet"\naddress = "tcp://127.0.0.1:2"\nseries = [2]\n'


def config(folder: Path, alerts: str) -> Config:
    path = folder / "config.toml"
    path.write_text(f"{PRINTER}{FISCAL}[alerts]\n{alerts}\n", encoding="utf-8")
    return load_config(path, {})


def secret_file(folder: Path, text: str, mode: int = 0o600) -> Path:
    path = folder / "secret"
    path.touch(mode=mode)
    path.write_text(text, encoding="utf-8")
    path.chmod(mode)
    return path


def test_without_a_way_there_is_no_secret(tmp_path: Path) -> None:
    assert AlertSecrets() == read_alert_secrets(config(tmp_path, ""), {})


def test_both_may_come_from_files_and_are_never_shown(tmp_path: Path) -> None:
    secret_file(tmp_path, f"{URL}\n")
    found = read_alert_secrets(config(tmp_path, 'webhook_file = "secret"\nmail_password_file = "secret"'), {})

    assert (URL, URL) == found.texts()
    assert "FAKE-SECRET" not in f"{found!r} {found}"


def test_a_credential_of_systemd_counts_before_the_file(tmp_path: Path) -> None:
    secret_file(tmp_path, "https://other.example.com/\n")
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "alert-webhook").write_text(URL, encoding="utf-8")
    (folder / "alert-mail-password").write_text("a password with blanks and ąę", encoding="utf-8")
    found = read_alert_secrets(
        config(tmp_path, 'webhook_file = "secret"'), {"CREDENTIALS_DIRECTORY": str(folder)}
    )

    assert AlertSecrets(Secret(URL), Secret("a password with blanks and ąę")) == found


@pytest.mark.parametrize(
    ("content", "mode", "words"),
    [
        (URL, 0o644, "may be used by others"),
        ("", 0o600, "must hold the secret alone"),
        (f"url = {URL}\nand more", 0o600, "must hold the secret alone"),
        ("FAKE-SECRET-PATH", 0o600, "holds no web address"),
        ("ftp://example.com/FAKE-SECRET-PATH", 0o600, "holds no web address"),
        ("https://user:FAKE-SECRET@example.com/", 0o600, "holds no web address"),
        ("https://[FAKE-SECRET/", 0o600, "holds no web address"),
        ("http://example.com/FAKE-SECRET-PATH", 0o600, "must begin with https://"),
        ("http://8.8.8.8/FAKE-SECRET-PATH", 0o600, "must begin with https://"),
    ],
)
def test_what_is_wrong_with_a_file_is_told_without_what_stands_in_it(
    tmp_path: Path, content: str, mode: int, words: str
) -> None:
    secret_file(tmp_path, content, mode)
    with pytest.raises(ConfigError, match=words) as caught:
        read_alert_secrets(config(tmp_path, 'webhook_file = "secret"'), {})

    assert "FAKE-SECRET" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "192.168.1.5:8123", "localhost"])
def test_an_address_nearby_may_do_without_tls(tmp_path: Path, host: str) -> None:
    secret_file(tmp_path, f"http://{host}/hook")

    assert read_alert_secrets(config(tmp_path, 'webhook_file = "secret"'), {}).webhook is not None


def test_for_blotting_out_every_secret_counts_that_can_be_read_good_or_bad(tmp_path: Path) -> None:
    secret_file(tmp_path, "ftp://example.com/FAKE-SECRET-PATH\n", 0o644)
    (tmp_path / "alert-mail-password").write_text("FAKE-BESIDE\n", encoding="utf-8")
    folder = tmp_path / "credentials"
    folder.mkdir()
    (folder / "alert-webhook").write_text(URL, encoding="utf-8")
    found = alert_texts(
        config(tmp_path, 'webhook_file = "secret"\nmail_password_file = "lost"'),
        {"CREDENTIALS_DIRECTORY": str(folder)},
    )

    assert {"ftp://example.com/FAKE-SECRET-PATH", "FAKE-BESIDE", URL} == set(found)
    assert () == alert_texts(config(tmp_path / "..", ""), {})


def test_every_missing_secret_is_told_at_once(tmp_path: Path) -> None:
    mail = 'mail_to = ["a@example.com"]\nmail_server = "127.0.0.1"\nmail_user = "a"\nwebhook_file = "none"'
    with pytest.raises(ConfigError) as caught:
        read_alert_secrets(config(tmp_path, mail), {})

    assert ["cannot be read (No such file", "needs a password"] == [
        next(words for words in ("cannot be read (No such file", "needs a password") if words in str(one))
        for one in caught.value.mistakes
    ]


@pytest.mark.parametrize(
    ("alerts", "line", "words"),
    [
        ('mail_to = ["a@example.com"]', 11, "mail_to: needs the server"),
        ('mail_server = "smtp.example.com"', 11, "mail_server: is named, but nobody to write to"),
        ('mail_to = ["nobody"]\nmail_server = "s"', 11, "is not a mail address"),
        ('mail_user = "a"\nmail_security = "none"', 12, "would show the password"),
        ('slip_printer = "kitchen"', 11, "there is no printer 'kitchen'; there are: till, fiscal"),
        ("beep = 1", 11, "true or false"),
        ('slip_printer = "fiscal"', 11, "prints receipts only; name an ESC/POS printer"),
        ("printer_minutes = -1", 11, "at least 0"),
        ('[metrics]\nlisten = "0.0.0.0:9464"', 12, "others could read it"),
        ('[metrics]\ntextfile = "/var/lib/numbers.txt"', 12, "must end in .prom"),
        ('[metrics]\nlisten = "9464"', 12, "is not an address with a port"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, alerts: str, line: int, words: str) -> None:
    with pytest.raises(ConfigError, match=words) as caught:
        config(tmp_path, alerts)

    assert [line] == [mistake.line for mistake in caught.value.mistakes]


def test_beeps_need_a_printer_that_can(tmp_path: Path) -> None:
    assert config(tmp_path, "beep = true").alerts.beep
    file = tmp_path / "config.toml"
    file.write_text(f"{PRINTER}[alerts]\nbeep = true\n", encoding="utf-8")

    with pytest.raises(ConfigError, match="only POSNET printers can"):
        load_config(file, {})


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        config(tmp_path, 'mail_to = ["a@example.com"]\nslip_printer = "none"\npoll_minutes = "5"')

    assert 3 == len(caught.value.mistakes)


@pytest.mark.parametrize("listen", ["127.0.0.1:9464", "[::1]:9464", "localhost:1"])
def test_an_address_of_this_machine_is_accepted(tmp_path: Path, listen: str) -> None:
    assert listen == config(tmp_path, f'[metrics]\nlisten = "{listen}"').metrics.listen


def test_any_address_is_accepted_where_that_is_wanted(tmp_path: Path) -> None:
    loaded = config(tmp_path, '[metrics]\nlisten_anywhere = true\nlisten = "0.0.0.0:9464"')

    assert "0.0.0.0:9464" == loaded.metrics.listen
