"""Log lines: one a state change, for systemd's journal and for a person at a terminal.

Each line is of a kind that stands in `bridge.messages`, which gives it its level and its MESSAGE_ID. Under systemd it
becomes an entry of the journal with fields (RECEIPT_ID=, PRINTER=, STATE=, ...); where the journal's socket is not
there, a line that starts with its priority (`<4>` for a warning, sd-daemon(3)); in a terminal a line that starts with
time and level. In all three the facts stand at the end of the text too, as key=value: receipt=, printer=, state=.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bridge import journald, messages
from bridge.datagram import Mailbox

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import TextIO

    from bridge.messages import Message

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
# The names of fields that are not simply those of the facts.
_FIELDS = {"receipt": "RECEIPT_ID"}


def logger() -> logging.Logger:
    """Return the logger of the whole program."""
    return logging.getLogger(NAME)


def say(message: Message, text: str, **facts: object) -> None:
    """Log one line: its kind, a sentence, and the facts it is about (`receipt=1001, printer="till"`)."""
    logger().log(message.level, "%s", text, extra={"kind": message, "facts": facts}, stacklevel=2)


def say_at_length(message: Message, text: str, further: Sequence[str]) -> None:
    """Log one line and, indented below it, what belongs to it, such as the stacks of threads."""
    logger().log(message.level, "%s", text, extra={"kind": message, "further": further}, stacklevel=2)


def start_logging(
    level: str,
    environ: Mapping[str, str],
    stream: TextIO,
    secrets: tuple[str, ...] = (),
    journal_socket: str = journald.SOCKET,
) -> None:
    """Send log lines of this program to `stream`, or to systemd's journal where that is what reads the stream.

    Secrets are blotted out wherever they would appear.
    """
    to_journal = _is_journal(environ, stream)
    formatter = LineFormatter(journal=to_journal, secrets=secrets)
    handler: logging.Handler = logging.StreamHandler(stream)
    if to_journal and Mailbox(journal_socket).reachable():
        handler = JournalHandler(Mailbox(journal_socket, keep=True), stream)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    before, root.handlers[:] = root.handlers[:], [handler]
    for one in before:
        if isinstance(one, JournalHandler):
            one.close()
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
        return "\n".join(self._prefix(record) + line for line in self.lines(record))

    def lines(self, record: logging.LogRecord) -> list[str]:
        """Return the record's text with facts at its end, and what belongs to it indented; without secrets."""
        tail = "".join(f" {key}={_value(value)}" for key, value in _facts(record).items())
        # Indented: an error's own words may hold line breaks, and none of them may look like a line of ours.
        trace = self.formatException(record.exc_info).splitlines() if record.exc_info else []
        below = [*getattr(record, "further", ()), *trace]
        indented = [f"  {_one_line(line)}" for line in below if line.strip()]
        return [
            self._blotted(line) for line in (f"{_one_line(record.getMessage()).strip()}{tail}", *indented)
        ]

    def fields(self, record: logging.LogRecord) -> dict[str, str]:
        """Return the fields of the record's entry in systemd's journal, without secrets."""
        kind: Message = getattr(record, "kind", messages.LIBRARY)
        facts = {
            _FIELDS.get(key) or journald.field_name(key): self._blotted(_one_line(str(value)))
            for key, value in _facts(record).items()
        }
        # Ours come last: no fact takes their place.
        return facts | {
            "MESSAGE": "\n".join(self.lines(record)),
            "MESSAGE_ID": kind.id,
            "EVENT": kind.code,
            "PRIORITY": str(_priority(record)),
            "SYSLOG_IDENTIFIER": NAME,
        }

    def _blotted(self, line: str) -> str:
        for secret in self._secrets:
            line = line.replace(secret, "(token)")
        return line

    def _prefix(self, record: logging.LogRecord) -> str:
        if self._journal:
            return f"<{_priority(record)}>"
        return f"{self.formatTime(record, '%Y-%m-%d %H:%M:%S')} {record.levelname.lower():<8} "


class JournalHandler(logging.StreamHandler["TextIO"]):
    """Sends records to systemd's journal as entries with fields; as lines to the stream when it does not take them."""

    def __init__(self, mailbox: Mailbox, stream: TextIO) -> None:
        super().__init__(stream)
        self._mailbox = mailbox

    def close(self) -> None:
        """Let go of the journal's socket; the stream stays open."""
        self._mailbox.close()
        super().close()

    def emit(self, record: logging.LogRecord) -> None:
        """Send one record. Never raises, as every handler."""
        try:
            formatter = self.formatter
            taken = isinstance(formatter, LineFormatter) and self._mailbox.send(
                journald.encode(formatter.fields(record))
            )
        except Exception:  # noqa: BLE001 - what a handler owes: a line that cannot be logged stops nothing
            self.handleError(record)
        else:
            if not taken:
                super().emit(record)


def _is_journal(environ: Mapping[str, str], stream: TextIO) -> bool:
    """Whether systemd's journal reads this stream: JOURNAL_STREAM names its device and inode (systemd.exec(5))."""
    named = environ.get("JOURNAL_STREAM", "")
    try:
        status = os.fstat(stream.fileno())
    except (OSError, ValueError):
        return False
    return named == f"{status.st_dev}:{status.st_ino}"


def _priority(record: logging.LogRecord) -> int:
    return _PRIORITIES.get(record.levelno, 6)


def _facts(record: logging.LogRecord) -> dict[str, object]:
    """Return what a record is about; empty facts are left out."""
    facts: Mapping[str, object] = getattr(record, "facts", {})
    return {key: value for key, value in facts.items() if value not in (None, "")}


def _one_line(text: str) -> str:
    """Text from outside stays on one line, so that it cannot imitate a line of ours."""
    return "".join(character if character.isprintable() else " " for character in text)


def _value(value: object) -> str:
    text = _one_line(str(value))
    if not any(char in text for char in ' ="'):
        return text
    escaped = text.replace("\\", r"\\").replace('"', r"\"")
    return f'"{escaped}"'


@dataclass(slots=True)
class _Trouble:
    """One trouble: this time, and how often it came since the hour began that is counted. Monotonic seconds."""

    message: Message
    text: str
    facts: Mapping[str, object]
    hour: float
    seen: float
    since: float | None = None
    times: int = 0
    told: bool = True
    said: str = ""
    said_at: float = 0.0
    came: int = 0
    untold: int = 0

    def begin(self, now: float) -> None:
        """Take note that it came, or that it is another one now."""
        self.untold += not self.told
        self.told = False
        self.since = now
        self.times = 0
        self.came += 1

    def end(self) -> None:
        """Take note that it is over."""
        self.untold += not self.told
        self.told = True
        self.since = None
        self.said = ""


class Repeated:
    """Says a trouble once, says it again once an hour while it lasts, and says once when it is over.

    A trouble that comes and goes is said `often` times an hour; further ones are counted, and the hour's end tells how
    many there were; but one that lasts for `lasting` seconds is always said. For one thread.
    """

    def __init__(
        self,
        monotonic: Callable[[], float],
        every: float = 3600.0,
        *,
        often: int = 4,
        lasting: float = 60.0,
    ) -> None:
        self._monotonic = monotonic
        self._every = every
        self._often = often
        self._lasting = lasting
        self._troubles: dict[str, _Trouble] = {}

    def trouble(
        self,
        key: str,
        message: Message,
        text: str,
        *,
        patience: int = 1,
        at_once: bool = False,
        **facts: object,
    ) -> bool:
        """Log a trouble when it is new, has changed, or was last said an hour ago; return whether it was said.

        With `patience` it is said when it was told so many times in a row, before that it is only counted. `at_once` is
        for what is told only when it changes: it is never only counted.
        """
        now = self._monotonic()
        found = self._known(key, message, text, facts, now)
        if found.since is None or (found.text != text and found.said):
            found.begin(now)
        found.times += 1
        found.message, found.text, found.facts, found.seen = message, text, facts, now
        if not at_once and not self._is_due(found, patience, now):
            return False
        if found.said == text and now - found.said_at < self._every:
            return False
        found.said, found.said_at, found.told = text, now, True
        say(message, text, **facts)
        return True

    def over(self, key: str, message: Message, text: str, **facts: object) -> bool:
        """Take note that a trouble is over, and log it if the trouble had been said; return whether there was one."""
        found = self._troubles.get(key)
        if found is None:
            return False
        was, told = found.since is not None, bool(found.said)
        if was:
            found.end()
        if told:
            say(message, text, **facts)
        self._sum_up(key, found, self._monotonic())
        return was

    def forget(self, key: str) -> None:
        """Take note that a trouble is over, and say nothing: something else tells it."""
        self._troubles.pop(key, None)

    def _known(
        self, key: str, message: Message, text: str, facts: Mapping[str, object], now: float
    ) -> _Trouble:
        found = self._troubles.get(key)
        if found is not None:
            self._sum_up(key, found, now)
        if key not in self._troubles:
            self._forget_old(now)
            self._troubles[key] = _Trouble(message, text, facts, hour=now, seen=now)
        return self._troubles[key]

    def _is_due(self, found: _Trouble, patience: int, now: float) -> bool:
        since = now if found.since is None else found.since
        if now - since >= self._lasting or (found.said and found.said == found.text):
            return True
        return found.came <= self._often and found.times >= patience

    def _sum_up(self, key: str, found: _Trouble, now: float) -> None:
        """At the end of an hour tell how often a trouble came, if not every time was told."""
        if now - found.hour < self._every:
            return
        if found.untold:
            hours = round((now - found.hour) / 3600) or 1
            span = "the last hour" if hours == 1 else f"the last {hours} hours"
            often = "once" if found.came == 1 else f"{found.came} times"
            say(found.message, f"{often} in {span}: {found.text}", **found.facts)
        found.hour, found.untold = now, 0
        found.came = int(found.since is not None)
        if found.since is None:
            del self._troubles[key]

    def _forget_old(self, now: float) -> None:
        """Drop what nobody has told of for long: a key may hold a file's name."""
        for key, found in list(self._troubles.items()):
            if now - found.seen > 24 * self._every:
                del self._troubles[key]


def last_resort(error: BaseException) -> None:
    """Log an error that nothing else caught, with its traceback; once, however far up it travels."""
    if _TOLD in getattr(error, "__notes__", ()):
        return
    logger().critical(
        "the program failed: %s",
        error,
        exc_info=(type(error), error, error.__traceback__),
        extra={"kind": messages.PROGRAM_FAILED, "facts": {}},
    )
    error.add_note(_TOLD)
