"""The secrets of alerts: the address of the webhook and the password of the mail account.

    1. systemd credential   $CREDENTIALS_DIRECTORY/alert-webhook, .../alert-mail-password   (LoadCredential=)
    2. file                 [alerts] webhook_file, mail_password_file                        (mode 600, or refused)

The address of a webhook is a secret as a whole: for most services it is all one needs to write there. No message ever
holds a value.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bridge.config.credentials import small_file
from bridge.config.mistakes import ConfigError, Mistake
from bridge.config.secret import Secret
from bridge.config.web_address import is_this_machine

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.config.model import Config

WEBHOOK = "alert-webhook"
"""The name of the systemd credential that holds the address of the webhook."""

MAIL_PASSWORD = "alert-mail-password"  # noqa: S105 - the name of a credential, not one
"""The name of the systemd credential that holds the password of the mail account."""


@dataclass(frozen=True, slots=True)
class AlertSecrets:
    """What was found; None where nothing is configured."""

    webhook: Secret | None = None
    mail_password: Secret | None = None

    def texts(self) -> tuple[str, ...]:
        """Return every secret text, for the log that must blot them out."""
        return tuple(secret.reveal() for secret in (self.webhook, self.mail_password) if secret is not None)


def read_alert_secrets(config: Config, environ: Mapping[str, str]) -> AlertSecrets:
    """Return the secrets that `[alerts]` needs. Raises ConfigError with everything that is wrong with them."""
    found: list[Secret | None] = []
    mistakes: list[Mistake] = []
    for read in (_webhook, _mail_password):
        try:
            found.append(read(config, environ))
        except ConfigError as error:
            mistakes += error.mistakes
    if mistakes:
        raise ConfigError(mistakes)
    return AlertSecrets(*found)


def alert_texts(config: Config, environ: Mapping[str, str]) -> tuple[str, ...]:
    """Return every secret of alerts that this user can read, good or bad, for blotting it out. Raises nothing.

    A file of the name of a credential beside the configuration counts too: the unit hands it over, no key names it.
    """
    alerts, beside = config.alerts, config.file.parent
    found: list[str] = []
    for name, path in ((WEBHOOK, alerts.webhook_file), (MAIL_PASSWORD, alerts.mail_password_file)):
        for file in filter(None, (path, beside / name)):
            with suppress(ConfigError, OSError):
                found.append(small_file(file, private=False, what="secret").strip())
        with suppress(ConfigError):
            secret = _secret(name, None, environ)
            found += [] if secret is None else [secret.reveal()]
    return tuple(dict.fromkeys(filter(None, found)))


def _webhook(config: Config, environ: Mapping[str, str]) -> Secret | None:
    path = config.alerts.webhook_file
    address = _secret(WEBHOOK, path, environ)
    if address is not None:
        _check_address(address.reveal(), path or Path(WEBHOOK))
    return address


def _mail_password(config: Config, environ: Mapping[str, str]) -> Secret | None:
    password = _secret(MAIL_PASSWORD, config.alerts.mail_password_file, environ)
    if config.alerts.mail_user and password is None:
        what = f"needs a password: name its file in mail_password_file, or give a credential {MAIL_PASSWORD}"
        raise ConfigError([Mistake(config.file, what, key="alerts.mail_user")])
    return password


def _secret(name: str, path: Path | None, environ: Mapping[str, str]) -> Secret | None:
    """Return the secret from the first source that exists, None without one."""
    credential = Path(environ.get("CREDENTIALS_DIRECTORY", ""), name)
    try:
        if environ.get("CREDENTIALS_DIRECTORY") and credential.exists():
            return _line(small_file(credential, private=False, what="secret"), credential)
        return None if path is None else _line(small_file(path, private=True, what="secret"), path)
    except OSError as error:
        what = f"cannot be read ({error.strerror}); it must hold the secret alone and belong to the bridge's user"
        raise ConfigError([Mistake(path or credential, what)]) from error


def _line(content: str, path: Path) -> Secret:
    """Return the one line of a file that is not empty."""
    line = content.rstrip("\r\n")
    if not line or not line.isprintable() or line != line.strip():
        raise ConfigError(
            [Mistake(path, "must hold the secret alone, on one line, without blanks around it")]
        )
    return Secret(line)


def _check_address(url: str, path: Path) -> None:
    """Raise ConfigError unless alerts may be sent there: https anywhere, http within the own network alone."""
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    fine = host and url.isascii() and " " not in url and parts.username is None
    if not fine or parts.scheme not in ("https", "http"):
        raise ConfigError([Mistake(path, "holds no web address such as https://HOST/PATH")])
    if parts.scheme == "http" and not _is_near(host):
        what = (
            "must begin with https:// (http:// only to this machine or a private address such as 192.168.1.5)"
        )
        raise ConfigError([Mistake(path, what)])


def _is_near(host: str) -> bool:
    try:
        return ip_address(host).is_private
    except ValueError:
        return is_this_machine(host)
