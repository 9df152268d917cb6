"""Log lines: one a state change, for systemd's journal and for a person at a terminal.

Under systemd each line starts with its priority (`<4>` for a warning, sd-daemon(3)), so that `journalctl -p` works;
in a terminal it starts with time and level. Facts stand at the end as key=value: receipt=, printer=, state=.
"""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TextIO

NAME = "receipt-bridge"

# A note on an error whose traceback stands in the log already.
_TOLD = "told in the log"

_PRIORITIES = {
    logging.CRITICAL: 2,
    logging.ERROR: 3,
    logging.WARNING: 4,
    logging.INFO: 6,
    logging.DEBUG: 7,
}


def logger() -> logging.Logger:
    """Return the logger of the whole program."""
    return logging.getLogger(NAME)


def say(level: int, message: str, **facts: object) -> None:
    """Log one line: a sentence and the facts it is about (`receipt=1001, printer="till"`)."""
    logger().log(level, "%s", message, extra={"facts": facts}, stacklevel=2)


def start_logging(
    level: str, environ: Mapping[str, str], stream: TextIO, secrets: tuple[str, ...] = ()
) -> None:
    """Send log lines of this program to `stream`; secrets are blotted out wherever they would appear."""
    handler = logging.StreamHandler(stream)
    handler.setFormatter(LineFormatter(journal=_is_journal(environ, stream), secrets=secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logger().setLevel(level.upper())
    # Below warning these two write request headers, and with them the token.
    for chatty in ("httpx", "httpcore"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


class LineFormatter(logging.Formatter):
    """Formats a record as one or more lines, each with its own prefix; a traceback keeps its priority on every line."""

    def __init__(self, *, journal: bool, secrets: tuple[str, ...] = ()) -> None:
        super().__init__()
        self._journal = journal
        self._secrets = tuple(secret for secret in secrets if secret)

    def format(self, record: logging.LogRecord) -> str:
        """Return the record's text, prefixed, with facts at its end and without secrets."""
        facts: Mapping[str, object] = getattr(record, "facts", {})
        tail = "".join(f" {key}={_value(value)}" for key, value in facts.items() if value not in (None, ""))
        lines = [f"{_one_line(record.getMessage()).strip()}{tail}"]
        if record.exc_info:
            # Indented: an error's own words may hold line breaks, and none of them may look like a line of ours.
            trace = self.formatException(record.exc_info).splitlines()
            lines += [f"  {_one_line(line)}" for line in trace if line.strip()]
        return "\n".join(self._prefix(record) + self._blotted(line) for line in lines)

    def _blotted(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, "(token)")
        return line

    def _prefix(self, record: logging.LogRecord) -> str:
        if self._journal:
            return f"<{_PRIORITIES.get(record.levelno, 6)}>"
        return f"{self.formatTime(record, '%Y-%m-%d %H:%M:%S')} {record.levelname.lower():<8} "


def _is_journal(environ: Mapping[str, str], stream: TextIO) -> bool:
    """Whether systemd's journal reads this stream: JOURNAL_STREAM names its device and inode (systemd.exec(5))."""
    named = environ.get("JOURNAL_STREAM", "")
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{status.st_dev}:{status.st_ino}"


def _one_line(text: str) -> str:
    """Text from outside stays on one line, so that it cannot imitate a line of ours."""
    return "".join(character if character.isprintable() else " " for character in text)


def _value(value: object) -> str:
    text = _one_line(str(value))
    if not any(char in text for char in ' ="'):
        return text
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


class Repeated:
    """Says a trouble once, says it again once an hour while it lasts, and says once when it is over."""

    def __init__(self, monotonic: Callable[[], float], every: float = 3600.0) -> None:
        self._monotonic = monotonic
        self._every = every
        self._said: dict[str, tuple[str, float]] = {}

    def trouble(self, key: str, level: int, message: str, **facts: object) -> bool:
        """Log a trouble when it is new, has changed, or was last said an hour ago; return whether it was said."""
        now = self._monotonic()
        last = self._said.get(key)
        if last is not None and last[0] == message and now - last[1] < self._every:
            return False
        self._said[key] = (message, now)
        say(level, message, **facts)
        return True

    def over(self, key: str, message: str, **facts: object) -> bool:
        """Log that a trouble is over, if it had been said; return whether it had."""
        if self._said.pop(key, None) is None:
            return False
        say(logging.INFO, message, **facts)
        return True


def last_resort(error: BaseException) -> None:
    """Log an error that nothing else caught, with its traceback; once, however far up it travels."""
    if _TOLD in getattr(error, "__notes__", ()):
        return
    logger().critical(
        "the program failed: %s",
        error,
        exc_info=(type(error), error, error.__traceback__),
        extra={"facts": {}},
    )
    error.add_note(_TOLD)
