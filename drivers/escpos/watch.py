"""Status questions in rounds, one question at a time, so that an answer can only belong to the last question.

round    DLE EOT 1, 2, 4, and 3 when 2 speaks of an error; the condition changes when a round is complete
offline  the next rounds are DLE EOT 1 alone and further and further apart: the printer acts on a question at once,
         but its bytes may stay in the receive buffer, which nothing empties until the paper is back
silence  an answer that has not come by its deadline: the printer is away, and a later answer could be
         taken for that of another question, so the conversation ends there
"""

from __future__ import annotations

from drivers.escpos.condition import Condition
from drivers.escpos.frames import Question

ROUND_SECONDS = 1.0
"""From the end of one round to the beginning of the next."""
LONGEST_PAUSE = 32.0
"""The same for a printer that stays offline. A slip that is finished without further bytes is noticed at once."""

_ROUND = (Question.PRINTER, Question.OFFLINE_CAUSE, Question.PAPER)


class Watch:
    """What is asked next, what was answered. Times are seconds of a monotonic clock."""

    def __init__(self) -> None:
        self.condition = Condition()
        self.rounds = 0
        self._forming = Condition()
        self._left = list(_ROUND)
        self._asked: Question | None = None
        self._deadline = 0.0
        self._pause = ROUND_SECONDS
        self._next_round = 0.0

    @property
    def waiting(self) -> bool:
        """Whether a question has no answer yet."""
        return self._asked is not None

    def hurry(self) -> None:
        """Let the next round begin at once."""
        self._next_round = 0.0

    def due(self, now: float) -> Question | None:
        """Return the question that should be asked now, if any."""
        if self.waiting:
            return None
        if not self._left and now >= self._next_round:
            self._left = [Question.PRINTER] if self.condition.offline else list(_ROUND)
        return self._left[0] if self._left else None

    def due_in(self, now: float) -> float:
        """Return the seconds until something is to be done here: the next round, or the end of patience."""
        return max(0.0, (self._deadline if self.waiting else self._next_round) - now)

    def asked(self, deadline: float) -> None:
        """Note that the question that was due has gone out, and until when it may be answered."""
        self._asked = self._left.pop(0)
        self._deadline = deadline

    def silent(self, now: float) -> bool:
        """Whether the answer is overdue."""
        return self.waiting and now >= self._deadline

    def answered(self, value: int, now: float) -> bool:
        """Take an answer; return False when nothing was asked, and it means nothing."""
        if self._asked is None:
            return False
        question, self._asked = self._asked, None
        self._forming = self._forming.answered(question, value)
        if question is Question.PRINTER and not self._left and not self._forming.offline:
            self._left = [Question.OFFLINE_CAUSE, Question.PAPER]
        if question is Question.OFFLINE_CAUSE and self._forming.error:
            self._left.append(Question.ERROR_CAUSE)
        if not self._left:
            self._complete(now)
        return True

    def told(self, asb: bytes) -> None:
        """Take a status the printer sent by itself."""
        self.condition = self._forming = self._forming.told(asb)

    def _complete(self, now: float) -> None:
        unchanged = self._forming == self.condition
        self.condition = self._forming
        self.rounds += 1
        waits = self.condition.stopped and unchanged
        self._pause = min(2 * self._pause, LONGEST_PAUSE) if waits else ROUND_SECONDS
        self._next_round = now + self._pause
