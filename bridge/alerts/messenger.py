"""What one way has told, what it is to tell now, and when it tries again.

    stands and due, not told     --taken by the way--> told
    told, stands no more         --its end taken-----> forgotten

Told is what the way has taken: the journal learns it at once afterwards. A power cut between the two tells the alert a
second time, and nothing is ever left untold. What is over before the way could take it is not told at all.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from bridge import messages
from bridge.alerts.letter import Letter
from bridge.journal import JournalBusyError, JournalFullError
from bridge.journal.alerts import Told
from bridge.log import Repeated, say

if TYPE_CHECKING:
    from bridge.alerts.standing import Alert, Standing
    from bridge.clock import Clock
    from bridge.journal.alerts import AlertRecords

_FIRST_PAUSE = 5.0
_LONGEST_PAUSE = 600.0
MOST_AT_ONCE = 20
"""Alerts in one message; the others follow in the next."""


class Undelivered(Exception):
    """A way did not take a message; the text says why and holds no secret."""


class Way(Protocol):
    """Something that carries a message to people."""

    @property
    def name(self) -> str:
        """Its name in the journal and in the log."""
        ...

    def send(self, letter: Letter) -> None:
        """Hand the message over. Raises Undelivered; may take as long as its own time limits allow."""
        ...


class Pause:
    """When to try again after failures: 5 s, then twice as long each time, up to 10 minutes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._length = 0.0
        self._until = float("-inf")

    def left(self) -> float:
        """Return the seconds that are still to be waited, 0 when it is time."""
        return max(0.0, self._until - self._clock.monotonic())

    def longer(self) -> float:
        """Begin the next pause; return its seconds."""
        self._length = min(_LONGEST_PAUSE, self._length * 2 or _FIRST_PAUSE)
        self._until = self._clock.monotonic() + self._length
        return self._length

    def over(self) -> None:
        """Forget all failures."""
        self._length, self._until = 0.0, float("-inf")


class Messenger:
    """Tells by one way. `step` is given what stands and returns the seconds to the next try, None when all is told."""

    def __init__(self, way: Way, records: AlertRecords, clock: Clock, *, language: str, host: str) -> None:
        self.name = way.name
        self.told_count = self.failed_count = 0
        self._way = way
        self._records = records
        self._clock = clock
        self._language = language
        self._host = host
        self._told = records.told(way.name)
        self._written = set(self._told)
        self._pause = Pause(clock)
        self._repeated = Repeated(clock.monotonic)

    def step(self, standing: Standing) -> float | None:
        """Tell what is to be told, if it is time. Raises JournalError."""
        self._write()
        keys = {alert.key for alert in standing.alerts}
        new = [alert for alert in standing.alerts if alert.due and alert.key not in self._told]
        over = [told for key, told in self._told.items() if key not in keys]
        if not new and not over:
            return None
        left = self._pause.left()
        if left:
            return left
        # Ends first: "over" of a receipt's old reason must not come behind its new one.
        over = over[:MOST_AT_ONCE]
        letter = self._letter(new[: MOST_AT_ONCE - len(over)], over)
        try:
            self._way.send(letter)
        except Undelivered as error:
            return self._failed(error)
        self._taken(letter)
        return 0.0

    def _letter(self, new: list[Alert], over: list[Told]) -> Letter:
        return Letter(tuple(new), tuple(over), self._language, self._host, self._clock.time())

    def _taken(self, letter: Letter) -> None:
        self.told_count += 1
        self._pause.over()
        self._repeated.over(self.name, messages.ALERTS_AGAIN, f"alerts go out by {self.name} again")
        for told in letter.over:
            del self._told[told.key]
        at = int(self._clock.time())
        for alert in letter.new:
            self._told[alert.key] = Told(alert.key, self.name, alert.code, alert.what, 0, at)
        say(messages.ALERT_TOLD, f"told by {self.name}", alerts=len(letter.new), over=len(letter.over))
        self._write()

    def _failed(self, error: Undelivered) -> float:
        self.failed_count += 1
        pause = self._pause.longer()
        message = f"an alert could not be told by {self.name}: {error}. It is tried again by itself"
        self._repeated.trouble(self.name, messages.ALERT_UNTOLD, message)
        return pause

    def _write(self) -> None:
        """Bring the journal up to date; on a full disk later, for then this very alert must go out all the same."""
        told = [
            (told.key, told.code, told.about) for key, told in self._told.items() if key not in self._written
        ]
        ended = self._written - self._told.keys()
        try:
            if told:
                self._records.tell(self.name, told)
                self._written |= {key for key, _, _ in told}
            if ended:
                self._records.forget(self.name, ended)
                self._written -= ended
        except (JournalFullError, JournalBusyError) as error:
            message = f"what was told cannot be written and may be told again after a restart: {error}"
            self._repeated.trouble("disk", messages.ALERTS_UNWRITTEN, message)
