"""A receipt on its way into the printer: the commands of its plan, one after the other (posnet.md 5.5, 8 and 11).

    ftrcfg, qrcode    before the receipt; sent again when lost, the last one counts
    eparagonidzcancel the same; refused, there was nothing to drop
    trinit            lost: `rpt`, then `strns`: is a receipt open?
    eparagonidznext   lost: `rpt`, then sent again: the printer takes one id for a receipt, not two
    trline            lost: `rpt`, then the totals of `strns` with or without the line
    trpayment         lost: `rpt`, then the payments of `strns`
    trend             "trend sent" is durable before its first byte; lost: `rpt`, and nothing else here

A refused line or payment cancels the receipt, which is safe as long as `trend` was not sent; that it is cancelled is
read from the counters. After a missing answer to `trend` nothing is cancelled and nothing sent again: that is for a
verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from drivers.posnet.commands import Command, Effect
from drivers.posnet.edocument import BIND, CLEAR, id_in
from drivers.posnet.readings import NOTHING, transaction_of, whole_of
from drivers.posnet.session import AnswerLostError, Done, RefusedByPrinterError
from drivers.posnet.tokens import token_at
from drivers.posnet.values import read_whole

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivers.posnet.frames import Answer
    from drivers.posnet.plan import PosnetPlan
    from drivers.posnet.readings import Counters, Totals
    from drivers.posnet.session import Session

CANCEL = Command("prncancel")
_FOOTER_ROWS = 25


class NotSoldError(Exception):
    """The receipt was not sold, surely: it was never opened, or it is cancelled, by the printer's own counters.

    `cause` is the refusal or the lost answer that ended it, None when the day ended while it waited; `cancelled`
    tells that it had been opened.
    """

    def __init__(
        self, cause: RefusedByPrinterError | AnswerLostError | None, *, cancelled: bool = False
    ) -> None:
        super().__init__(str(cause) if cause else "the day ended")
        self.cause = cause
        self.cancelled = cancelled


class MaybeSoldError(Exception):
    """Nobody here can tell whether the receipt is open, cancelled or sold: only a verdict can."""

    def __init__(self, what: str, code: str) -> None:
        super().__init__(what)
        self.what = what
        self.code = code


@dataclass(slots=True)
class Course:
    """How far a receipt has come. `opened` is None while nobody knows; `edocument` is the id of its eDocument."""

    opened: bool | None = False
    trend_sent: bool = False
    trend_token: int | None = None
    confirmed_token: int | None = None
    edocument: int | None = None

    @property
    def facts(self) -> dict[str, Any]:
        """What must be known after a crash, as JSON."""
        return {
            "trend_sent": self.trend_sent,
            "trend_token": self.trend_token,
            "confirmed_token": self.confirmed_token,
            "edocument": self.edocument,
        }


@dataclass(frozen=True, slots=True)
class Occasion:
    """What a sale is given: its tokens, the counters of its mark, whom to ask and to tell.

    `remember` makes facts durable; `day_ended` tells whether a new day began for which the report is missing.
    """

    first_token: int
    before: Counters
    remember: Callable[[Mapping[str, Any]], None]
    day_ended: Callable[[], bool]


class Sale:
    """One receipt; `sell` once."""

    def __init__(self, session: Session, plan: PosnetPlan, occasion: Occasion) -> None:
        self.course = Course()
        self._session = session
        self._plan = plan
        self._occasion = occasion
        self._totals: Totals = NOTHING
        self._paid = 0
        self._lines_left = list(plan.lines)

    def sell(self) -> None:
        """Send the receipt; returns when the printer has confirmed its end.

        Raises NotSoldError or MaybeSoldError; what `remember` raises comes through, and then `trend` was not sent.
        """
        for index, command in enumerate(self._plan.commands):
            token = token_at(self._occasion.first_token, index)
            if command.effect is Effect.COMMIT:
                self._end(command, token)
            else:
                self._step(command, token)

    # -- before the end ------------------------------------------------------------------------------------------------

    def _step(self, command: Command, token: int) -> None:
        if command.mnemonic == "trinit":
            self.course.opened = None
        answer: Answer | None = None
        try:
            answer = self._session.change(command, token=token, lines=2, done=self._reading_of(command))
        except RefusedByPrinterError as refused:
            if command != CLEAR:
                self._give_up(refused)
        except AnswerLostError as lost:
            self._lost(command, lost)
        self._note(command, answer)

    def _note(self, command: Command, answer: Answer | None) -> None:
        """Count what the printer has confirmed."""
        self.course.confirmed_token = self._session.confirmed
        if command.mnemonic == "trinit":
            self.course.opened = True
        elif command.mnemonic == BIND:
            self.course.edocument = id_in(answer)
        elif command.mnemonic == "trline":
            self._totals = self._with_next_line()
            self._lines_left.pop(0)
        elif command.mnemonic == "trpayment":
            self._paid += read_whole((command.get("wa") or "0").encode())

    def _with_next_line(self) -> Totals:
        line = self._lines_left[0]
        return tuple(
            total + (line.paid if slot == line.slot else 0) for slot, total in enumerate(self._totals)
        )

    def _reading_of(self, command: Command) -> Callable[[], Done]:
        """Return what tells, after a lost answer that `rpt` does not know, whether a command was carried out."""
        match command.mnemonic:
            case "trinit":
                return self._opened
            case "trline":
                return self._line_taken
            case "trpayment":
                return self._payment_taken
            case _:
                return lambda: Done.NO

    def _opened(self) -> Done:
        transaction = transaction_of(self._session.read("strns"))
        if not transaction.is_open:
            return Done.NO
        return Done.YES if transaction.totals == NOTHING else Done.UNCLEAR

    def _line_taken(self) -> Done:
        transaction = transaction_of(self._session.read("strns"))
        if transaction.is_open and transaction.totals == self._with_next_line():
            return Done.YES
        same = transaction.is_open and transaction.totals == self._totals
        return Done.NO if same else Done.UNCLEAR

    def _payment_taken(self) -> Done:
        transaction = transaction_of(self._session.read("strns"))
        if not transaction.is_open or transaction.paid not in (self._paid, sum(self._plan.totals)):
            return Done.UNCLEAR
        return Done.NO if transaction.paid == self._paid else Done.YES

    def _lost(self, command: Command, lost: AnswerLostError) -> None:
        """End a receipt whose command has no answer. Raises NotSoldError or MaybeSoldError."""
        unsent_opening = command.mnemonic == "trinit" and not lost.sent
        if self.course.opened is False or unsent_opening:
            self.course.opened = False
            raise NotSoldError(lost) from lost
        if lost.code != "lost_answer":
            raise MaybeSoldError(lost.what, lost.code) from lost
        self._give_up(lost)

    # -- the end -------------------------------------------------------------------------------------------------------

    def _end(self, command: Command, token: int) -> None:
        if self._occasion.day_ended():
            self._give_up(None)
        self.course.trend_token = token
        self.course.confirmed_token = self._session.confirmed
        self._occasion.remember({**self.course.facts, "trend_sent": True})
        self.course.trend_sent = True
        try:
            self._session.ask(command, token=token, pace=self._session.timing.commit, lines=self._rows)
        except RefusedByPrinterError as refused:
            self._refused_end(refused)
        except AnswerLostError as lost:
            self._end_without_answer(command, token, lost)

    @property
    def _rows(self) -> int:
        """How many lines of paper the end may print before it is answered."""
        return 2 * len(self._plan.lines) + _FOOTER_ROWS

    def _end_without_answer(self, command: Command, token: int, lost: AnswerLostError) -> None:
        if lost.code == "lost_answer":
            try:
                if self._session.repeat(command, token) is not None:
                    return
            except RefusedByPrinterError as refused:
                self._refused_end(refused)
            except AnswerLostError as again:
                raise MaybeSoldError(again.what, again.code) from again
        raise MaybeSoldError(lost.what, lost.code) from lost

    def _refused_end(self, refused: RefusedByPrinterError) -> None:
        if refused.error.uncertain:
            raise MaybeSoldError(refused.error.text, refused.error.name) from refused
        self._give_up(refused)

    # -- giving up -----------------------------------------------------------------------------------------------------

    def _give_up(self, cause: RefusedByPrinterError | AnswerLostError | None) -> None:
        """Cancel what is open and make sure of it. Raises NotSoldError, or MaybeSoldError when that fails."""
        never_opened = self.course.opened is False or (
            self.course.opened is None
            and isinstance(cause, RefusedByPrinterError)
            and not cause.error.uncertain
        )
        if never_opened:
            self.course.opened = False
            raise NotSoldError(cause) from cause
        try:
            cancel(self._session)
            cancelled = self._is_cancelled()
        except (AnswerLostError, RefusedByPrinterError) as error:
            code = error.code if isinstance(error, AnswerLostError) else error.error.name
            raise MaybeSoldError(str(error), code) from error
        if not cancelled:
            raise MaybeSoldError("The counters do not show that the receipt is cancelled", "not_cancelled")
        self.course.opened = False
        raise NotSoldError(cause, cancelled=True) from cause

    def _is_cancelled(self) -> bool:
        """Whether no receipt is open, none was finished, and, once `trend` was sent, one more was cancelled."""
        if transaction_of(self._session.read("strns")).is_open:
            return False
        scnt, before = self._session.read("scnt"), self._occasion.before
        if whole_of(scnt, "bn") != before.finished or whole_of(scnt, "rd") != before.reports:
            return False
        if not self.course.trend_sent or before.cancelled is None:
            return True
        return whole_of(scnt, "bc") == before.cancelled + 1


def cancel(session: Session) -> None:
    """Cancel the open receipt; with none open some firmware refuses, which is fine (posnet.md 8.9).

    Raises AnswerLostError.
    """

    def still_open() -> Done:
        return Done.NO if transaction_of(session.read("strns")).is_open else Done.YES

    try:
        session.change(CANCEL, pace=session.timing.commit, lines=_FOOTER_ROWS, done=still_open)
    except RefusedByPrinterError:
        if still_open() is Done.NO:
            raise
