"""Mail, against a real mail server."""

from __future__ import annotations

import ssl
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from support.certificates import certificate
from support.listeners import MailListener

from bridge.alerts.letter import Letter
from bridge.alerts.mail import Mail, MailSettings
from bridge.alerts.messenger import Undelivered
from bridge.alerts.standing import Alert
from bridge.alerts.ways import trial_letter
from bridge.config.secret import Secret

if TYPE_CHECKING:
    from pathlib import Path

PASSWORD = "fake-password-of-nobody"
LETTER = trial_letter("pl", 1_790_000_000.0)
TO = ("shop@example.com", "service@example.com")


def settings(listener: MailListener, **changes: Any) -> MailSettings:
    plain = MailSettings("127.0.0.1", listener.port, "none", "bridge@example.com", TO, seconds=5.0)
    return replace(plain, **changes)


def trusts(folder: Path) -> Any:
    return lambda: ssl.create_default_context(cafile=str(folder / "server.crt"))


def test_all_readers_get_one_mail_in_their_language() -> None:
    with MailListener() as listener:
        Mail(settings(listener)).send(LETTER)

    (mail,) = listener.mails
    assert list(TO) == listener.readers
    assert "To jest próbny alarm mostka paragonów." in mail["Subject"]
    assert "Co zrobić: Nic: alarmy dochodzą." in mail.get_content().splitlines()
    assert ("bridge@example.com", "auto-generated") == (mail["From"], mail["Auto-Submitted"])
    assert "Mon, 21 Sep 2026 14:13:20 +0000" == mail["Date"]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_over_tls_with_a_login(tmp_path: Path, security: Any) -> None:
    certificate(tmp_path, "/O=Example/CN=Example CA")
    with MailListener(certificate=tmp_path, tls=security == "tls", users={"shop": PASSWORD}) as listener:
        to = settings(listener, security=security, user="shop", password=Secret(PASSWORD))
        Mail(to, trusting=trusts(tmp_path)).send(LETTER)

    assert [True] == listener.encrypted


def test_a_certificate_nobody_vouches_for_gets_no_password(tmp_path: Path) -> None:
    certificate(tmp_path, "/O=Example/CN=Example CA")
    with MailListener(certificate=tmp_path, users={"shop": PASSWORD}) as listener:
        to = settings(listener, security="starttls", user="shop", password=Secret(PASSWORD))
        with pytest.raises(Undelivered, match="certificate verify failed"):
            Mail(to).send(LETTER)

    assert [] == listener.mails


def test_without_starttls_nothing_is_sent_in_the_clear() -> None:
    with MailListener() as listener, pytest.raises(Undelivered, match="STARTTLS"):
        Mail(settings(listener, security="starttls")).send(LETTER)

    assert [] == listener.mails


def test_a_refused_login_is_told_without_the_password(tmp_path: Path) -> None:
    certificate(tmp_path, "/O=Example/CN=Example CA")
    with MailListener(certificate=tmp_path, users={}) as listener:
        to = settings(listener, security="starttls", user="shop", password=Secret(PASSWORD))
        with pytest.raises(Undelivered, match=r"535 who is AUTH PLAIN \(password\)\?") as caught:
            Mail(to, trusting=trusts(tmp_path)).send(LETTER)

    assert PASSWORD not in f"{caught.value!r} {to!r}"
    assert caught.value.__context__ is None


def test_readers_the_server_does_not_know() -> None:
    with MailListener(refuse=True) as listener, pytest.raises(Undelivered, match=r"shop@example\.com"):
        Mail(settings(listener)).send(LETTER)


def test_a_server_that_hangs_is_given_up() -> None:
    with MailListener(hang=True) as listener, pytest.raises(Undelivered, match="timed out"):
        Mail(settings(listener, seconds=0.2)).send(LETTER)


def test_text_from_outside_forges_no_header_and_no_line() -> None:
    evil = Alert("k", "receipt_held", "reason\r\nBcc: all@example.com\r\n\r\nbody", "todo\nforged: yes")
    with MailListener() as listener:
        Mail(settings(listener)).send(Letter((evil,), (), "en", "shop", 0.0))

    (mail,) = listener.mails
    assert mail["Bcc"] is None
    assert not any(line.startswith("forged") for line in mail.get_content().splitlines())
