"""A station: one printer, one thread, one receipt at a time.

    take the oldest waiting receipt     only while BaseLinker still lists it: a list that is too old is fetched again
    prepare   may fault                 the printer is not able now: nothing is written, try again later
    plan      may refuse it             bad data for this device
    mark      may fault, may refuse     where the device stands just before
    tend      may fault                 what the printer's calendar asks for goes first; then from the beginning
    intend    durable, then only        the journal has plan and mark before the first byte can go out
    print     proof | fault | refusal | unproven
    printed   durable, then only        BaseLinker is told afterwards

After `unproven`, a crash or a power cut the device is asked for its verdict. Only its `not_printed` lets a receipt
be printed again by itself; `unknown` holds it for a person, or prints a marked copy where the printer's policy says
so. A fiscal printer's queue stands still while one of its receipts is unknown.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from bridge import messages, reasons
from bridge.errands import Errands
from bridge.intake import receipt_of
from bridge.journal import ChangedMeanwhileError, JournalBusyError, JournalFullError, State
from bridge.log import Repeated, last_resort, say
from drivers.contract import Fault, MayBePrinted, Refusal, Unproven, VerdictKind
from drivers.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bridge.clock import Clock
    from bridge.journal import Entry, Journal
    from bridge.messages import Message
    from bridge.wake import Wake
    from drivers.contract import Driver, Mark, Plan, Proof, Status

# A printer that loses every job would print marked copies for ever: after so many a person is asked.
_MOST_COPIES = 2
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 15.0
_IDLE_WAIT = 2.0


@dataclass(frozen=True, slots=True)
class StationSettings:
    """What a station is told: seconds after which a list is too old, and between looks at an idle printer."""

    printer: str
    poll_max_age: float
    check_totals: bool
    status_seconds: float = 60.0
    language: str = "en"


class Station:
    """One per printer. `step` does what is due; `run` does so until told to stop."""

    def __init__(
        self,
        settings: StationSettings,
        driver: Driver,
        journal: Journal,
        *,
        clock: Clock,
        wake: Wake,
        run_id: str,
    ) -> None:
        self._settings = settings
        self._driver = driver
        self._journal = journal
        self._clock = clock
        self._wake = wake
        self._run_id = run_id
        self._errands = Errands(settings.printer, driver, journal, clock.monotonic, settings.language)
        self._repeated = Repeated(clock.monotonic)
        self._pause = 0.0
        self._next_look = clock.monotonic()
        self._foreign = False
        self._in_hand: int | None = None
        self._last_in_hand: int | None = None

    def run(self) -> None:
        """Work until the daemon stops. Raises JournalError, which nobody here can answer."""
        try:
            while not self._wake.stopping:
                self._wake.station_waits(self._settings.printer, self.step())
        finally:
            self._driver.close()

    def step(self) -> float:
        """Do what is due; return how many seconds to wait before the next step."""
        try:
            return self._step()
        except Fault as fault:
            return self._not_able(fault)
        except (JournalFullError, JournalBusyError) as error:
            text = f"nothing is printed: {error}"
            self._repeated.trouble("disk", messages.JOURNAL_FULL, text, printer=self._name)
            return _LONGEST_PAUSE

    def _step(self) -> float:
        may_print = self._journal.guard.may_print()
        interrupted = self._journal.in_state(State.INTENT, printer=self._name)
        if may_print and interrupted:
            self._recover(interrupted[0])
            return 0.0
        self._errands.run_asked()
        entry = self._next() if may_print else None
        if entry is not None and self._list_is_fresh():
            self._serve(entry)
            return 0.0
        if entry is not None:
            self._wake.want_poll()
        self._look_after(may_print=may_print)
        return _IDLE_WAIT

    @property
    def _name(self) -> str:
        return self._settings.printer

    def _next(self) -> Entry | None:
        entry = self._journal.next_waiting(self._name, checked=self._settings.check_totals)
        if entry is None:
            return None
        undecided = self._undecided()
        if not undecided:
            text = "the printer's queue goes on"
            self._repeated.over("unknown", messages.QUEUE_GOES_ON, text, printer=self._name)
            return entry
        receipt = undecided[0].receipt_id
        text = f"the printer's queue stands still until somebody decides about receipt {receipt}"
        self._repeated.trouble("unknown", messages.QUEUE_STANDS, text, printer=self._name)
        return None

    def _undecided(self) -> list[Entry]:
        """Return the receipts for whose sake a fiscal printer stands still: nobody knows whether they are fiscal."""
        if not self._driver.fiscal:
            return []
        held = self._journal.in_state(State.HELD, printer=self._name)
        return [entry for entry in held if entry.may_be_printed is MayBePrinted.UNKNOWN]

    def _list_is_fresh(self) -> bool:
        beat = self._journal.beats().get("poll")
        if beat is None or beat.run != self._run_id:
            return False
        return self._clock.monotonic() - float(beat.detail["monotonic"]) <= self._settings.poll_max_age

    # -- one receipt -----------------------------------------------------------------------------------------

    def _serve(self, entry: Entry) -> None:
        self._make_sure(self._driver.prepare(self._journal.device(self._name)))
        try:
            plan = self._planned(entry)
            mark = None if plan is None else self._mark()
        except Refusal as refusal:
            self._refuse(entry, refusal)
            return
        if plan is None or mark is None or self._errands.tend():
            return  # held; or the printer does not stand any more where the mark says
        try:
            self._journal.intend(entry, plan, mark)
        except ChangedMeanwhileError:
            return  # edited or dropped since: the next step sees what is listed now
        text = "the disk has room again"
        self._repeated.over("disk", messages.JOURNAL_WRITABLE, text, printer=self._name)
        text = "printing a marked copy" if plan.copy else "printing"
        self._tell(messages.RECEIPT_PRINTING, text, entry, State.INTENT)
        self._in_hand = self._last_in_hand = entry.receipt_id
        self._beat(None)
        try:
            self._print(entry, plan, mark)
        finally:
            self._in_hand = None

    def _planned(self, entry: Entry) -> Plan | None:
        """Return the plan, None for a receipt that had to be held. Raises Refusal."""
        try:
            return self._plan(entry)
        except Refusal:
            raise
        except Exception as error:  # noqa: BLE001 - a bug that one receipt brings out must not stop the others
            last_resort(error)
            self._hold_waiting(
                entry, f"the program failed while planning it: {type(error).__name__}: {error}"
            )
            return None

    def _plan(self, entry: Entry) -> Plan:
        try:
            currency = entry.currency or self._driver.currency
            receipt = receipt_of(entry.content, currency, entry.edocument_id)
        except ValueError as error:
            raise Refusal(str(error)) from None
        copy = entry.may_be_printed is not MayBePrinted.NO and not self._driver.fiscal
        return self._driver.plan(receipt, copy=copy)

    def _mark(self) -> Mark:
        """Return where the device stands. Raises Refusal, Fault; another device than the one agreed is one."""
        mark = self._driver.mark()
        self._make_sure(mark.device)
        self._able_again()
        return mark

    def _make_sure(self, device: str) -> None:
        """Raise Fault for another device than the one agreed; the first one that was ever seen is agreed to."""
        agreed = self._journal.device(self._name)
        if agreed is None and device:
            self._journal.agree_device(self._name, device)
        elif self._is_foreign(device):
            what = f"another device answers as printer {self._name}: {device}, until now it was {agreed}"
            cure = f"If this is right, agree to it: receipt-bridge accept {self._name}"
            raise Fault(what, cure=cure, code="other_device")

    def _is_foreign(self, device: str) -> bool:
        """Whether a person has to agree to this device before it prints anything."""
        return bool(device) and self._journal.device(self._name) not in (None, device)

    def _print(self, entry: Entry, plan: Plan, mark: Mark) -> None:
        try:
            proof = self._driver.print(plan)
        except Fault as fault:
            self._journal.not_printed(entry.receipt_id, fault.what)
            raise
        except Refusal as refusal:
            self._journal.refused_by_device(entry.receipt_id, refusal.code, _reason(refusal))
            self._tell_refused(entry, refusal)
        except Unproven as unproven:
            if self._wake.stopping:
                # The next start asks the device; an intent without a verdict is never printed again by itself.
                text = f"stopped while printing: {unproven.what}"
                self._tell(messages.RECEIPT_INTERRUPTED, text, entry, State.INTENT)
                return
            text = f"the printer did not prove it: {unproven}"
            self._tell(messages.RECEIPT_UNPROVEN, text, entry, State.INTENT)
            self._judge(entry, plan, mark, unproven.what)
        except Exception as error:  # noqa: BLE001 - whatever failed, bytes may have gone out: ask the device
            last_resort(error)
            self._judge(entry, plan, mark, f"the program failed while printing it: {type(error).__name__}")
        else:
            self._printed(entry, proof)

    def _printed(self, entry: Entry, proof: Proof) -> None:
        stamped = replace(
            proof, details={**proof.details, "run": self._run_id, "monotonic": self._clock.monotonic()}
        )
        self._keep(entry, stamped)
        self._in_hand = None
        self._wake.courier()
        facts = {"proof": proof.kind, "device_number": proof.number}
        self._tell(messages.RECEIPT_PRINTED, "receipt printed", entry, State.PRINTED, **facts)
        self._beat(None)

    def _keep(self, entry: Entry, proof: Proof) -> None:
        """Write the proof, however long the disk is full: without it nobody would know that it was printed."""
        while True:
            try:
                self._journal.printed(entry.receipt_id, proof)
            except (JournalFullError, JournalBusyError) as error:
                text = f"printed, but it cannot be written: {error}"
                self._repeated.trouble("disk", messages.RECEIPT_UNWRITTEN, text, printer=self._name)
                if self._wake.stop.wait(1.0):
                    raise
            else:
                return

    # -- after an interruption -------------------------------------------------------------------------------

    def _recover(self, entry: Entry) -> None:
        """Ask the device what became of a receipt that was being printed when the daemon or the machine died."""
        if entry.plan is None or entry.mark is None:
            raise ValueError(f"receipt {entry.receipt_id}: an intent without plan and mark cannot be")
        if entry.receipt_id != self._last_in_hand:
            self._last_in_hand = entry.receipt_id
            text = "the bridge stopped while this receipt was printed"
            self._tell(messages.RECEIPT_INTERRUPTED, text, entry, State.INTENT)
        self._judge(entry, entry.plan, entry.mark, "the bridge stopped while it was printed")

    def _judge(self, entry: Entry, plan: Plan, mark: Mark, what: str) -> None:
        verdict = self._driver.verdict(plan, mark)
        if verdict.kind is VerdictKind.PRINTED and verdict.proof is not None:
            self._printed(entry, verdict.proof)
        elif verdict.kind is VerdictKind.NOT_PRINTED:
            self._journal.not_printed(entry.receipt_id, verdict.reason or what)
            text = "the device says it was not printed: it waits again"
            self._tell(messages.RECEIPT_NOT_PRINTED, text, entry, State.WAITING)
        else:
            self._unknown(entry, f"{what}; {verdict.reason}" if verdict.reason else what)

    def _unknown(self, entry: Entry, reason: str) -> None:
        now = self._journal.get(entry.receipt_id) or entry  # its own intent is counted by now
        if self._driver.reprints_marked and not self._driver.fiscal and now.copies < _MOST_COPIES:
            self._journal.reprint(entry.receipt_id, reason)
            text = f"printed again as a marked copy: {reason}"
            self._tell(messages.RECEIPT_REPRINTED, text, entry, State.WAITING)
        else:
            self._hold(entry, "interrupted_fiscal" if self._driver.fiscal else "interrupted", reason)

    def _hold_waiting(self, entry: Entry, reason: str) -> None:
        try:
            self._journal.hold_waiting(entry, "internal", reason)
        except ChangedMeanwhileError:
            return
        todo = reasons.what_to_do("internal", entry.receipt_id, self._settings.language)
        text = f"receipt held, not printed: {reason}. {todo}"
        self._tell(messages.RECEIPT_FAILED, text, entry, State.HELD)

    def _hold(self, entry: Entry, code: str, reason: str) -> None:
        self._journal.hold(entry.receipt_id, code, reason)
        todo = reasons.what_to_do(code, entry.receipt_id, self._settings.language)
        text = f"receipt held, may it be printed? nobody can tell: {reason}. {todo}"
        self._tell(messages.RECEIPT_UNCERTAIN, text, entry, State.HELD)

    def _refuse(self, entry: Entry, refusal: Refusal) -> None:
        try:
            self._journal.refuse(entry, refusal.code, _reason(refusal))
        except ChangedMeanwhileError:
            return
        self._tell_refused(entry, refusal)

    def _tell_refused(self, entry: Entry, refusal: Refusal) -> None:
        self._wake.courier()
        todo = reasons.what_to_do(refusal.code, entry.receipt_id, self._settings.language)
        text = f"receipt refused, not printed: {_reason(refusal)}. {todo}"
        self._tell(messages.RECEIPT_REFUSED, text, entry, State.REFUSED)

    # -- the printer itself ----------------------------------------------------------------------------------

    def _not_able(self, fault: Fault) -> float:
        text, cure = fault.words(self._settings.language)
        waits = f"printer waits: {sentences(text, cure)}"
        self._repeated.trouble("printer", messages.PRINTER_WAITS, waits, printer=self._name)
        beat = {"ready": False, "code": fault.code, "text": text, "cure": cure, "receipt": self._in_hand}
        self._journal.beat(f"printer:{self._name}", self._run_id, beat)
        self._pause = min(_LONGEST_PAUSE, self._pause * 2 or _FIRST_PAUSE)
        return self._pause

    def _able_again(self) -> None:
        self._pause = 0.0
        text = "printer is ready again"
        if self._repeated.over("printer", messages.PRINTER_READY, text, printer=self._name):
            self._errands.hurry()

    def remember(self, facts: Mapping[str, Any]) -> None:
        """Make durable what the driver is about to do with the receipt in hand."""
        if self._in_hand is not None:
            self._journal.remember(self._in_hand, facts)

    def heard(self, status: Status) -> None:
        """Take what the driver tells while it waits for paper, a closed cover, a key."""
        self._beat(status)

    def _look_after(self, *, may_print: bool) -> None:
        """Look at the idle printer now and then, so that `status` and the log know it before the next receipt.

        What its calendar asks for is done too, but not while the counters may be needed to settle a receipt.
        """
        now = self._clock.monotonic()
        if now >= self._next_look:
            self._next_look = now + self._settings.status_seconds
            status = self._driver.status()
            self._foreign = self._is_foreign(status.device)
            self._beat(status)
        if may_print and not self._foreign and not self._undecided():
            self._errands.tend()

    def _beat(self, status: Status | None) -> None:
        stopping = [] if status is None else [t for t in status.troubles if not t.warning]
        detail: dict[str, object] = {"ready": not stopping, "receipt": self._in_hand}
        if status is not None:
            warnings = [trouble for trouble in status.troubles if trouble.warning]
            detail["warnings"] = [trouble.code for trouble in warnings]
            detail["warned"] = [trouble.words(self._settings.language) for trouble in warnings]
        if stopping:
            trouble = stopping[0]
            text, cure = trouble.words(self._settings.language)
            detail |= {"code": trouble.code, "text": text, "cure": cure}
            # With a receipt in hand the driver tells of a change only, so that this may be the one time.
            self._repeated.trouble(
                "printer",
                messages.PRINTER_WAITS,
                f"printer waits: {sentences(text, cure)}",
                at_once=self._in_hand is not None,
                printer=self._name,
                receipt=self._in_hand,
            )
        elif status is not None:
            self._able_again()
        self._journal.beat(f"printer:{self._name}", self._run_id, detail)

    def _tell(self, message: Message, text: str, entry: Entry, state: State, **facts: object) -> None:
        say(message, text, receipt=entry.receipt_id, printer=self._name, state=state, **facts)


def _reason(refusal: Refusal) -> str:
    return f"{refusal.field}: {refusal.what}" if refusal.field else refusal.what
