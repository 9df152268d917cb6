"""Joins plan, session and verdict of a POSNET printer to the driver contract.

    prepare    connects, gets to know the printer, makes the daily report that is due
    plan       pure but for `dbchkplu`: names the printer has locked are found before a receipt is opened
    mark       able to sell now? the counters of posnet.md 11.3, and a range of tokens
    print      the plan's commands; "trend sent" is remembered before the first byte of `trend`
    verdict    posnet.md 11.4

The connection stays open between receipts and is made anew after any error. When a printer refuses the data of a
receipt in the middle (a line, a payment), `print` is a Refusal once the receipt is cancelled by the printer's own word.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from drivers.contract import Fault, Mark, Plan, Proof, Refusal, Unproven, Verdict, VerdictKind
from drivers.posnet import errands
from drivers.posnet.clock import last_sale_seconds
from drivers.posnet.edocument import Refusals
from drivers.posnet.failures import Failures, refusal_of
from drivers.posnet.goods import GoodsCheck
from drivers.posnet.health import Health
from drivers.posnet.plan import CURRENCY, PosnetPlan, make_plan
from drivers.posnet.printer import Printer
from drivers.posnet.readings import Counters, UnreadableAnswerError, optional_whole, whole_of
from drivers.posnet.reconcile import Interrupted, Reconciliation, document_number, fault
from drivers.posnet.sale import Course, MaybeSoldError, NotSoldError, Occasion
from drivers.posnet.sale import Sale as SaleUnderWay
from drivers.posnet.session import AnswerLostError, RefusedByPrinterError, Session, Timing
from drivers.posnet.tokens import Tokens, token_at
from drivers.posnet.troubles import TROUBLES
from drivers.posnet.verdict import Action, Origin, Row, Sale
from drivers.posnet.wire import Wire
from drivers.posnet.words import receipt_number, unknown_reason

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from drivers.contract import Status, Surroundings
    from drivers.link import Link
    from drivers.posnet.facts import DeviceFacts
    from drivers.posnet.options import PosnetOptions
    from drivers.posnet.reconcile import Finding
    from drivers.receipt import Receipt

TRANSACTION_SECONDS = 1200.0
"""A printer of this maker closes a transaction that gets nothing for so long (posnet.md 11.2)."""
_STORED_ANSWERS = 32


@dataclass(slots=True)
class _InHand:
    """What this process knows of the receipt it printed last: the mark of its tokens, and how far it came."""

    first_token: int
    before: Counters
    course: Course = field(default_factory=Course)


class PosnetDriver:
    """One POSNET fiscal printer.

    `wall` gives unix seconds, for the drift of the printer's clock. Raises ValueError over a link that carries no
    answers.
    """

    fiscal = True
    reprints_marked = False
    currency = CURRENCY

    def __init__(
        self,
        options: PosnetOptions,
        link: Link,
        surroundings: Surroundings,
        *,
        wall: Callable[[], float] | None = None,
        timing: Timing | None = None,
    ) -> None:
        if not link.two_way:
            raise ValueError(f"a fiscal printer must answer, and nothing comes back from {link.address}")
        seed = wall() * 10 if wall else surroundings.monotonic() * 1000
        self._options = options
        self._wall = wall
        self._surroundings = surroundings
        wire = Wire(link, surroundings)
        pace = timing or Timing(floor=options.answer_seconds)
        self._printer = Printer(options, Session(wire, Tokens.from_seed(int(seed)), pace))
        self._goods = GoodsCheck()
        self._health = Health(self._printer, wall)
        self._failures = Failures()
        self._edocuments = Refusals()
        self._planned: tuple[Receipt, DeviceFacts] | None = None
        self._unchecked: Fault | None = None
        self._in_hand: _InHand | None = None

    @property
    def _session(self) -> Session:
        return self._printer.session

    # -- before a receipt ----------------------------------------------------------------------------------------------

    def prepare(self, agreed: str | None = None) -> str:
        """Connect, get to know the printer, and make the daily report that is due; return its number. Raises Fault.

        Another printer than the `agreed` one makes no report.
        """
        with self._printer.faults():
            self._printer.connect()
            number = self._printer.device.number
            if agreed in (None, number) and self._printer.keep_day() is not None:
                self._goods.forget()
        return number

    def plan(self, receipt: Receipt, *, copy: bool = False) -> Plan:
        """Check and translate a receipt; the printer is asked which names it has locked. Raises Refusal.

        When it cannot be asked, `mark` raises the Fault. `copy` means nothing: a fiscal receipt is printed once.
        """
        del copy
        facts = self._printer.device.facts
        now = self._printer.now
        refused = self._edocuments.of(receipt, now)
        today = self._printer.clock.today(now)
        planned = make_plan(receipt, facts, self._options, today, edocument_refused=refused)
        self._planned = (receipt, facts)
        self._unchecked = None
        try:
            with self._printer.faults():
                self._goods.check(self._session, planned, facts.vat)
        except Fault as reason:
            self._unchecked = reason
        return Plan(receipt, details=planned.to_json())

    def mark(self) -> Mark:
        """Make sure that the printer can sell now and return where it stands. Raises Fault."""
        unchecked, self._unchecked = self._unchecked, None
        if unchecked is not None:
            raise unchecked
        if self._planned is not None:
            self._failures.check(self._planned[0], self._printer.now)
        with self._printer.faults():
            self._printer.connect()
            self._printer.able()
            counters = self._printer.counters()
        self._printer.check_day()
        device = self._printer.device
        if self._planned is not None and self._planned[1] != device.facts:
            raise Fault("The settings of the printer changed while the receipt was planned", code="changed")
        first = self._session.tokens.reserve()
        self._in_hand = _InHand(first, counters)
        values = {
            "tokens": first,
            "counters": counters.to_json(),
            "interface": self._options.interface,
            "restarts": device.restarts,
            "at": None if self._wall is None else int(self._wall()),
        }
        return Mark(device=device.number, values=values)

    # -- the receipt ---------------------------------------------------------------------------------------------------

    def print(self, plan: Plan) -> Proof:
        """Print and return the printer's proof. May wait for paper as long as the printer says so.

        Raises Fault when surely no receipt was sold, Refusal when so because of its data, Unproven when one may have
        been sold.
        """
        if self._in_hand is None or self._in_hand.course.opened is not False:
            self.mark()
        hand, planned = self._hand, PosnetPlan.from_json(plan.details)
        self._check_tokens(hand, planned)
        occasion = Occasion(
            hand.first_token, hand.before, self._surroundings.remember, self._printer.day_ended
        )
        sale = SaleUnderWay(self._session, planned, occasion)
        hand.course = sale.course
        try:
            sale.sell()
            proof = self._proof(hand, planned)
        except NotSoldError as ended:
            self._in_hand = None
            reason = self._not_sold(ended, plan.receipt)
            if ended.cancelled and isinstance(reason, Fault):
                self._failures.cancelled(plan.receipt, reason, self._printer.now)
            raise reason from ended
        except MaybeSoldError as ended:
            raise self._unproven(ended.what, ended.code) from ended
        except (AnswerLostError, RefusedByPrinterError, UnreadableAnswerError) as error:
            raise self._unproven(str(error), "no_proof") from error
        self._in_hand = None
        self._printer.sold()
        self._failures.sold(plan.receipt)
        return proof

    @property
    def _hand(self) -> _InHand:
        if self._in_hand is None:
            raise fault("no_connection")
        return self._in_hand

    def _check_tokens(self, hand: _InHand, planned: PosnetPlan) -> None:
        """Make sure that the printer has no old answer under the token of `trend`, left by an earlier process."""
        if self._session.answered > 2 * _STORED_ANSWERS:
            return
        with self._printer.faults():
            if self._session.knows(_trend_token(hand.first_token, planned)):
                self._in_hand = None
                raise fault("token_known")

    def _not_sold(self, ended: NotSoldError, receipt: Receipt) -> Fault | Refusal:
        cause = ended.cause
        if cause is None:
            return fault("midnight")
        if isinstance(cause, AnswerLostError):
            self._printer.close()
            return Fault(cause.what, cure=TROUBLES[cause.code].cure, code=cause.code)
        on_paper = self._edocuments.refused(receipt, cause, self._printer.now)
        if on_paper is not None:
            return on_paper
        refusal = refusal_of(cause)
        if refusal is not None:
            return refusal
        reason = self._printer.refused(cause)
        return Fault(f"{cause.command.mnemonic}: {reason.what}", cure=reason.cure, code=reason.code)

    def _unproven(self, what: str, code: str) -> Unproven:
        return Unproven(
            f"The receipt may be fiscal, but the printer has not confirmed it: {what.rstrip('.')}",
            cure="The printer is asked as soon as it answers",
            code=code,
        )

    def _proof(self, hand: _InHand, planned: PosnetPlan) -> Proof:
        """Return the proof of a receipt whose end was confirmed. Raises MaybeSoldError when counters do not fit."""
        scnt = self._session.read("scnt")
        document = document_number(self._session, "0")
        before, finished = hand.before, whole_of(scnt, "bn")
        receipts = optional_whole(scnt, "bt")
        fits = (
            finished == before.finished + 1
            and (receipts is None or before.receipts is None or receipts == before.receipts + 1)
            and (document is None or before.receipt_document is None or document > before.receipt_document)
        )
        if not fits:
            raise MaybeSoldError("Other receipts were counted besides this one", "other_host")
        number = before.number + 1 if receipts is None else receipts
        instant = self._printer.sale_seconds(scnt, document, before, planned.totals)
        told = planned.told(hand.course.edocument) | _report_after(before)
        return self._proof_of(number, document, instant, told)

    def _proof_of(
        self, number: int, document: int | None, instant: int | None, told: Mapping[str, Any]
    ) -> Proof:
        details = {"document": document, **told, "strays": list(self._session.wire.strays[-5:])}
        return Proof(
            kind="fiscal",
            number=receipt_number(number),
            printed_at=instant,
            device=self._printer.device.number,
            details=details,
        )

    # -- after an interruption -----------------------------------------------------------------------------------------

    def verdict(self, plan: Plan, mark: Mark) -> Verdict:
        """Tell what became of a receipt, from the printer alone. Raises Fault while it is away or busy."""
        planned = PosnetPlan.from_json(plan.details)
        interrupted = self._interrupted(planned, mark)
        self._session.tokens.go_behind(mark.values["tokens"])
        with self._printer.faults():
            was_open = self._session.wire.connect()
            if was_open:
                self._session.wire.drain()
            self._printer.forget()
            finding = Reconciliation(self._session, interrupted).find()
            return self._verdict(finding, interrupted, planned)

    def _interrupted(self, planned: PosnetPlan, mark: Mark) -> Interrupted:
        """Return what is known: by the mark, with what was remembered, and by this process if it printed it."""
        values = mark.values
        first = values["tokens"]
        course = self._in_hand.course if self._in_hand and self._in_hand.first_token == first else None
        trend_sent = bool(values.get("trend_sent")) or (course is not None and course.trend_sent)
        confirmed = values.get("confirmed_token")
        return Interrupted(
            origin=Origin(
                device=mark.device,
                counters=Counters.from_json(values["counters"]),
                interface=values["interface"],
                restarts=values["restarts"],
            ),
            sale=sale_of(planned),
            trend_token=_trend_token(first, planned),
            confirmed_token=confirmed if course is None else course.confirmed_token,
            trend_sent=trend_sent,
            opened=trend_sent or (course is not None and course.opened is True),
            idle=self._idle_since(values.get("at")),
            edocument=values.get("edocument") if course is None else course.edocument,
        )

    def _idle_since(self, at: int | None) -> bool:
        return at is not None and self._wall is not None and self._wall() - at >= TRANSACTION_SECONDS

    def _verdict(self, finding: Finding, interrupted: Interrupted, planned: PosnetPlan) -> Verdict:
        decision = finding.decision
        if decision.action is Action.NOT_PRINTED:
            self._in_hand = None
            self._printer.stale = interrupted.sale
            return Verdict(VerdictKind.NOT_PRINTED, reason=f"The printer says: {decision.row.value}")
        if decision.action is Action.PRINTED and decision.number is not None:
            told = planned.told(interrupted.edocument) | _report_after(interrupted.origin.counters)
            proof = self._late_proof(decision.number, finding, told)
            self._in_hand = None
            return Verdict(VerdictKind.PRINTED, proof=proof)
        reason = unknown_reason(decision.row, interrupted.origin.counters, planned.total)
        return Verdict(VerdictKind.UNKNOWN, reason=reason)

    def _late_proof(self, number: int, finding: Finding, told: Mapping[str, Any]) -> Proof:
        stot = self._session.read("stot")
        ours_is_last = finding.decision.row is Row.FISCALISED
        return Proof(
            kind="fiscal",
            number=receipt_number(number),
            printed_at=last_sale_seconds(stot) if ours_is_last else None,
            device=finding.readings.device,
            details={
                "document": finding.readings.counters.receipt_document,
                "row": finding.decision.row.value,
                **told,
            },
        )

    # -- the printer itself --------------------------------------------------------------------------------------------

    def status(self) -> Status:
        """Ask the printer how it is. Never prints, never raises."""
        return self._health.status()

    def tend(self) -> str:
        """Make the daily report whose hour has come, and tell of any that was made. Raises Fault or Unproven."""
        if self._printer.hour_has_come:
            errands.carry_out(self._printer, self._printer.keep_hour)
        report = self._printer.take_made()
        if report is None:
            return ""
        self._goods.forget()
        return f"daily report {report.number} made"

    def test_print(self) -> Proof:
        """Print the technician's page, a form that is not fiscal. Raises Fault or Unproven."""
        facts = self.errand("test", {})
        return Proof(kind="fence", device=self._printer.device.number, details=facts)

    @property
    def errands(self) -> tuple[str, ...]:
        """A test page, reports, and copies."""
        return tuple(errands.ERRANDS)

    def errand(self, kind: str, detail: Mapping[str, Any]) -> Mapping[str, Any]:
        """Do one of `errands` and return facts about it.

        Raises Fault, Unproven when it may have been done, or Refusal for a bad `detail`.
        """
        return errands.carry_out(self._printer, lambda: errands.run(self._printer, kind, detail))

    def daily_report(self) -> Mapping[str, Any]:
        """Make the daily report unless nothing was sold: `made` and the `number` of the last one. Raises Fault."""
        return self.errand("daily", {})

    def copy(self, number: str | None = None, on: str | None = None) -> Mapping[str, Any]:
        """Print a copy by the printer's own command: of a receipt number, on a day, or of the last printout."""
        return self.errand("copy", {"number": number, "on": on})

    def close(self) -> None:
        """Release the link."""
        self._printer.close()


def sale_of(planned: PosnetPlan) -> Sale:
    """Return what a plan does to the totals of a printer."""
    return Sale.of(tuple((line.slot, line.paid) for line in planned.lines))


def _report_after(before: Counters) -> dict[str, int]:
    """Return the number of the daily report that closes a receipt."""
    return {"report": before.reports + 1}


def _trend_token(first: int, planned: PosnetPlan) -> int:
    return token_at(first, len(planned.commands) - 1)
