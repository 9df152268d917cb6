"""Status questions in rounds, one question at a time, so that an answer can only belong to the last question.

round    DLE EOT 1, 2, 4, and 3 when 2 speaks of an error; the condition changes when a round is complete
silence  an answer that has not come by its deadline: the printer is away, and a later answer could be
         taken for that of another question, so the conversation ends there
"""

from __future__ import annotations

from drivers.escpos.condition import Condition
from drivers.escpos.frames import Question

ROUND_SECONDS = 1.0
"""From the end of one round to the beginning of the next."""

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
        if self.waiting or (len(self._left) == len(_ROUND) and now < self._next_round):
            return None
        return self._left[0]

    def due_in(self, now: float) -> float:
        """Return the seconds until something is to be done here: the next round, or the end of patience."""
        return max(0.0, (self._deadline if self.waiting else self._next_round) - now)

    def asked(self, deadline: float) -> None:
        """Note that the question that was due has gone out, and until when it may be answered."""
        self._asked = self._left.pop(0)
        self._deadline = deadline

    def silent(self, now: float) -> bool:
        """Whether the answer is overdue."""
        return self.waiting and now > self._deadline

    def answered(self, value: int, now: float) -> bool:
        """Take an answer; return False when nothing was asked, and it means nothing."""
        if self._asked is None:
            return False
        question, self._asked = self._asked, None
        self._forming = self._forming.answered(question, value)
        if question is Question.OFFLINE_CAUSE and self._forming.error:
            self._left.append(Question.ERROR_CAUSE)
        if not self._left:
            self._complete(now)
        return True

    def told(self, asb: bytes) -> None:
        """Take a status the printer sent by itself."""
        self.condition = self._forming = self._forming.told(asb)

    def _complete(self, now: float) -> None:
        self.condition = self._forming
        self.rounds += 1
        self._left = list(_ROUND)
        self._next_round = now + ROUND_SECONDS
