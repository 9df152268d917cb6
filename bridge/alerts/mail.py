"""Alerts by e-mail: plain text, over TLS unless the configuration says otherwise."""

from __future__ import annotations

import platform
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING, Literal

from bridge.alerts.letter import one_line
from bridge.alerts.messenger import Undelivered
from bridge.baselinker import tls

if TYPE_CHECKING:
    import smtplib
    import ssl
    from collections.abc import Callable
    from email.message import EmailMessage

    from bridge.alerts.letter import Letter
    from bridge.config.secret import Secret

_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class MailSettings:
    """Where mail goes: the server, who writes and who reads. `user` empty: the server wants no login."""

    server: str
    port: int
    security: Literal["starttls", "tls", "none"]
    sender: str
    to: tuple[str, ...]
    user: str = ""
    password: Secret | None = None
    seconds: float = _SECONDS


class Mail:
    """Sends each message as one mail to all readers."""

    name = "mail"

    def __init__(
        self, settings: MailSettings, *, trusting: Callable[[], ssl.SSLContext] = tls.trusting
    ) -> None:
        self._settings = settings
        self._trusting = trusting

    def send(self, letter: Letter) -> None:
        """Hand it to the mail server. Raises Undelivered."""
        reason = self._deliver(_message(letter, self._settings))
        if reason:
            raise Undelivered(reason)

    def _deliver(self, message: EmailMessage) -> str:
        """Return why the server did not take it, '' when it did."""
        import smtplib  # noqa: PLC0415 - loaded with the first alert only

        settings = self._settings
        try:
            with self._connected() as server:
                if settings.user and settings.password is not None:
                    server.login(settings.user, settings.password.reveal())
                refused = server.send_message(message, settings.sender, settings.to)
        except smtplib.SMTPResponseException as error:
            return self._scrubbed(f"the mail server said {error.smtp_code} {_text(error.smtp_error)}")
        except smtplib.SMTPRecipientsRefused as error:
            return self._scrubbed(f"the mail server refuses {', '.join(error.recipients)}")
        except (smtplib.SMTPException, OSError, UnicodeError) as error:
            reason = str(error) or type(error).__name__
            return self._scrubbed(f"no delivery by {settings.server}:{settings.port} ({reason})")
        # Told to some of the readers is told: a repetition would reach those again.
        del refused
        return ""

    def _connected(self) -> smtplib.SMTP:
        """Return a connection as safe as was asked for. Raises what smtplib raises."""
        import smtplib  # noqa: PLC0415 - see `_deliver`

        settings = self._settings
        # The default would ask the name service for this machine's name, which may take as long as it likes.
        name = platform.node() if platform.node().isascii() else "localhost"
        place = (settings.server, settings.port, name or "localhost")
        if settings.security == "tls":
            return smtplib.SMTP_SSL(*place, timeout=settings.seconds, context=self._trusting())
        server = smtplib.SMTP(*place, timeout=settings.seconds)
        if settings.security == "starttls":
            try:
                server.starttls(context=self._trusting())
            except BaseException:
                server.close()
                raise
        return server

    def _scrubbed(self, text: str) -> str:
        """Return a text on one line without the password, plain or as login commands write it."""
        text = one_line(text)
        if self._settings.password is not None:
            for secret in _spellings(self._settings.user, self._settings.password.reveal()):
                text = text.replace(secret, "(password)")
        return text[:300]


def _spellings(user: str, password: str) -> tuple[str, ...]:
    plain = f"\0{user}\0{password}"
    return (b64encode(plain.encode()).decode(), b64encode(password.encode()).decode(), password)


def _message(letter: Letter, settings: MailSettings) -> EmailMessage:
    from email.message import EmailMessage  # noqa: PLC0415 - see `_deliver`

    message = EmailMessage()
    message["Subject"] = letter.subject()
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.to)
    message["Date"] = format_datetime(datetime.fromtimestamp(letter.wall, UTC))
    # Asks programs that answer by themselves not to (RFC 3834).
    message["Auto-Submitted"] = "auto-generated"
    message.set_content("\n".join(letter.lines()) + "\n")
    return message


def _text(answer: bytes | str) -> str:
    return answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
