"""After an interruption: asks the printer, in the order of posnet.md 11.4, what became of a receipt.

quiet      late answers are read and put aside; a late answer to `trend` counts
ready      `!sdev` until the printer waits for nobody and has nothing left to do
barrier    one ordinary read: commands run in order, so all that came before it has ended
rpt        of `trend`, and of the command before it, which tells whether the printer was restarted
identity   another printer or a cleared memory decides nothing
readings   two that are equal, some time apart
verdict    the table decides; an open receipt of ours is cancelled, and everything is read once more
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drivers.contract import Fault
from drivers.posnet.commands import Command, Effect
from drivers.posnet.probe import identify
from drivers.posnet.readings import Readings, counters_of, record_of, transaction_of, whole_of
from drivers.posnet.sale import cancel
from drivers.posnet.session import RefusedByPrinterError
from drivers.posnet.troubles import TROUBLES
from drivers.posnet.verdict import Action, Decision, Progress, TrendAnswer, decide

if TYPE_CHECKING:
    from drivers.posnet.frames import Answer
    from drivers.posnet.readings import Counters
    from drivers.posnet.session import Session
    from drivers.posnet.verdict import Origin, Sale

_TREND = Command("trend", (), Effect.COMMIT)
_MOST_ACTIONS = 3
_MOST_READINGS = 5


@dataclass(frozen=True, slots=True)
class Interrupted:
    """What is known of a receipt when the question is asked.

    `opened` tells whether `trinit` was surely carried out; `idle` that nothing has been said for longer than a
    transaction lasts. Tokens are None where they are not known.
    """

    origin: Origin
    sale: Sale
    trend_token: int
    confirmed_token: int | None
    trend_sent: bool
    opened: bool
    idle: bool
    edocument: int | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """A decision, and the readings it was taken from."""

    decision: Decision
    readings: Readings


def fault(code: str) -> Fault:
    """Return the Fault of a trouble."""
    trouble = TROUBLES[code]
    return Fault(trouble.text.rstrip("."), cure=trouble.cure, code=code, trouble=trouble)


def pause(session: Session, seconds: float) -> None:
    """Let time pass. Raises Fault when the program ends meanwhile."""
    stop = session.wire.surroundings.stop
    if stop.wait(seconds) or stop.is_set():
        raise fault("stopping")


def wait_until_ready(session: Session) -> None:
    """Wait until the printer has nothing to do and waits for nobody; what it waits for is told.

    Raises Fault at the end of the program, AnswerLostError.
    """
    while True:
        try:
            condition = session.look()
        except RefusedByPrinterError:
            return  # firmware without these questions: the barrier alone must do
        session.wire.tell(condition.codes)
        if condition.idle:
            return
        pause(session, session.timing.read.pause)


def read_counters(session: Session, scnt: Answer, stot: Answer, ram_clears: int | None) -> Counters:
    """Return the counters of this moment. Raises RefusedByPrinterError, AnswerLostError, UnreadableAnswerError."""
    documents = (document_number(session, "0"), document_number(session, "1"))
    return counters_of(scnt, stot, documents, ram_clears)


def document_number(session: Session, kind: str) -> int | None:
    """Return the number of the last document of a kind; None on firmware that does not tell."""
    answer = session.optional("eclastdocnoget", ("ty", kind))
    return None if answer is None else whole_of(answer, "di")


class Reconciliation:
    """The questions and actions that lead to one verdict."""

    def __init__(self, session: Session, interrupted: Interrupted) -> None:
        self._session = session
        self._known = interrupted

    def find(self) -> Finding:
        """Return what is decided: PRINTED, NOT_PRINTED or PERSON.

        Raises Fault while another host is selling, RefusedByPrinterError, AnswerLostError, UnreadableAnswerError.
        """
        wait_until_ready(self._session)
        self._session.read("scomm")
        progress = self._progress()
        for _ in range(_MOST_ACTIONS):
            finding = self._decided(progress)
            match finding.decision.action:
                case Action.CANCEL:
                    progress = self._cancelled(progress)
                case Action.CLOSE_FOOTER:
                    self._session.change(Command("trftrend"), pace=self._session.timing.commit)
                case Action.WAIT:
                    raise fault("other_host")
                case _:
                    return finding
        return finding

    def _progress(self) -> Progress:
        answer = self._trend_answer()
        restarted = self._restarted()
        sent = self._known.trend_sent or answer is not TrendAnswer.NOT_KNOWN
        explained = not self._known.opened or restarted or self._known.idle
        return Progress(trend_sent=sent, trend_answer=answer, explained=explained)

    def _trend_answer(self) -> TrendAnswer:
        token = self._known.trend_token
        if self._session.wire.late(_TREND.mnemonic, token):
            return TrendAnswer.DONE
        try:
            answer = self._session.repeat(_TREND, token)
        except RefusedByPrinterError as refused:
            # Without `rpt` in the firmware nothing is known; an uncertain failure says no more than that.
            unknown = refused.unknown_command or refused.error.frame or refused.error.uncertain
            return TrendAnswer.NOT_KNOWN if unknown else TrendAnswer.REFUSED
        return TrendAnswer.NOT_KNOWN if answer is None else TrendAnswer.DONE

    def _restarted(self) -> bool:
        """Whether the printer has forgotten an answer which it gave just before: then it was switched off and on."""
        token = self._known.confirmed_token
        return token is not None and not self._session.knows(token)

    def _decided(self, progress: Progress) -> Finding:
        """Return the decision; a contradiction is read once more before it stands."""
        finding = self._finding(progress)
        if finding.decision.action is not Action.READ_AGAIN:
            return finding
        pause(self._session, self._session.timing.again)
        finding = self._finding(progress)
        if finding.decision.action is Action.READ_AGAIN:
            return Finding(replace(finding.decision, action=Action.PERSON), finding.readings)
        return finding

    def _finding(self, progress: Progress) -> Finding:
        readings = self._settled_readings()
        return Finding(decide(self._known.origin, readings, self._known.sale, progress), readings)

    def _settled_readings(self) -> Readings:
        """Return readings that did not change for some time. Raises Fault when they never stop changing."""
        before = self._readings()
        for _ in range(_MOST_READINGS):
            pause(self._session, self._session.timing.apart)
            now = self._readings()
            if now == before:
                return now
            before = now
        raise fault("other_host")

    def _readings(self) -> Readings:
        session, origin = self._session, self._known.origin
        device = identify(session).number
        sfsk = session.optional("sfsk")
        clears = None if sfsk is None or sfsk.get("cl") is None else whole_of(sfsk, "cl")
        counters = read_counters(session, session.read("scnt"), session.read("stot"), clears)
        reported = counters.reports == origin.counters.reports + 1
        fmrecrd = session.optional("fmrecrd") if reported else None
        return Readings(
            device=device,
            counters=counters,
            transaction=transaction_of(session.read("strns")),
            owner=self._owner(),
            record=None if fmrecrd is None else record_of(fmrecrd),
        )

    def _owner(self) -> int | None:
        try:
            return self._session.look().owner
        except RefusedByPrinterError:
            return None

    def _cancelled(self, progress: Progress) -> Progress:
        """Cancel our open receipt, after which the counters must show it; where none counts that, this explains it."""
        cancel(self._session)
        before = self._known.origin.counters
        counts = before.cancelled is not None or before.day_cancelled is not None
        return progress if counts else replace(progress, explained=True)
