"""The ways a configuration asks for."""

from __future__ import annotations

import platform
from typing import TYPE_CHECKING

from bridge.alerts import words
from bridge.alerts.letter import Letter
from bridge.alerts.mail import Mail, MailSettings
from bridge.alerts.standing import Alert, Limits
from drivers.registry import calls_attention

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bridge.alerts.messenger import Way
    from bridge.config.alert_secrets import AlertSecrets
    from bridge.config.model import Config

_POLLS = 3


def limits_of(config: Config) -> Limits:
    """Return after how many seconds a trouble is told; fewer than three polls are never taken for silence."""
    alerts = config.alerts
    return Limits(
        printer_seconds=alerts.printer_minutes * 60,
        poll_seconds=max(alerts.poll_minutes * 60, _POLLS * config.baselinker.poll_seconds),
        report_seconds=alerts.report_hours * 3600,
    )


def ways_of(config: Config, secrets: AlertSecrets) -> Iterator[Way]:
    """Yield the ways that carry messages; slips go through the journal and are none of them."""
    if secrets.webhook is not None:
        from bridge.alerts.webhook import Webhook  # noqa: PLC0415 - commands that send nothing do not load httpx

        yield Webhook(secrets.webhook)
    if config.alerts.mail_to:
        yield Mail(mail_settings(config, secrets))


def counters_of(config: Config) -> tuple[str, ...]:
    """Return the printers that call people to the counter by themselves."""
    if not config.alerts.beep:
        return ()
    return tuple(
        printer.name for printer in config.printers if printer.enabled and calls_attention(printer.driver)
    )


def mail_settings(config: Config, secrets: AlertSecrets) -> MailSettings:
    """Return where mail goes; the sender is the account, or the first reader, unless it is named."""
    alerts = config.alerts
    account = alerts.mail_user if "@" in alerts.mail_user else alerts.mail_to[0]
    return MailSettings(
        server=alerts.mail_server,
        port=alerts.mail_port,
        security=alerts.mail_security,
        sender=alerts.mail_from or account,
        to=alerts.mail_to,
        user=alerts.mail_user,
        password=secrets.mail_password,
    )


def trial_letter(language: str, wall: float) -> Letter:
    """Return the message of `receipt-bridge alert-test`."""
    polish = language == "pl"
    alert = Alert(
        key="test",
        code="test",
        what=words.TEST_PL if polish else words.TEST,
        todo=words.TEST_TODO_PL if polish else words.TEST_TODO,
    )
    return Letter((alert,), (), language, host_name(), wall)


def host_name() -> str:
    """Return the name of this machine for people."""
    return platform.node() or "receipt-bridge"
