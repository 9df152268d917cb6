"""Joins frames, conversations and a link to the driver contract.

One connection for a slip: `mark` opens it and asks whether the printer can print, `print` uses it and closes it.
A printer board that serves one client at a time is free again between slips.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from drivers.contract import Fault, Mark, Plan, Proof, Refusal, Status, Unproven, Verdict, VerdictKind
from drivers.escpos.calibration import page
from drivers.escpos.delivery import Delivery
from drivers.escpos.exchange import Ended, Ending, Exchange, Timing
from drivers.escpos.frames import Identity, process_name
from drivers.escpos.inquiry import Inquiry
from drivers.escpos.notice import notice
from drivers.escpos.press import Press
from drivers.escpos.session import Conversation
from drivers.escpos.testpage import check_page
from drivers.escpos.troubles import TROUBLES, troubles_of, with_link
from drivers.escpos.wire import Wire
from drivers.escpos.witness import Fence, ProcessIds, Witness
from drivers.layout import lay_out
from drivers.text import fit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from drivers.contract import Surroundings, Trouble
    from drivers.escpos.encoder import Sample
    from drivers.escpos.job import Job
    from drivers.escpos.options import EscposOptions
    from drivers.link import Link
    from drivers.receipt import Receipt
    from drivers.rows import Row

_LOOK_AT_PAPER = "Look at the paper and tell whether the slip is complete"
_MOST_STRAYS = 20
_PAGES: Mapping[str, Callable[[EscposOptions, Mapping[str, Any]], Iterable[Row | Sample]]] = {
    "test": lambda options, _detail: check_page(options),
    "calibrate": lambda options, detail: page(options, detail.get("language")),
    "notice": notice,
}
"""Errands: everything a receipt printer can be asked for prints a page."""


class EscposDriver:
    """One ESC/POS printer. Raises ValueError when a proof is wanted over a link that carries no answers."""

    fiscal = False

    def __init__(self, options: EscposOptions, link: Link, surroundings: Surroundings) -> None:
        if options.proof != "none" and not link.two_way:
            raise ValueError(
                f'proof = "{options.proof}" needs answers, and nothing comes back from {link.address}; '
                'set proof = "none"'
            )
        self._options = options
        self._wire = Wire(link, surroundings)
        self._press = Press(options)
        self._style = options.style
        self._device = ""
        # Nobody knows how the last slip of the process before this one ended.
        self._interrupted = True
        # Process ids begin at another number in each process, so that an old answer is no answer to a new slip.
        self._names = int(surroundings.monotonic() * 1000)

    @property
    def reprints_marked(self) -> bool:
        """Whether a slip that may have been printed is printed again by itself under a COPY banner."""
        return self._options.after_interruption == "reprint-marked"

    @property
    def currency(self) -> str:
        """The currency of the receipts this printer takes."""
        return self._options.currency

    def prepare(self, agreed: str | None = None) -> str:
        """Do nothing: a receipt printer has no table of rates and no report to make, and `mark` tells which it is."""
        del agreed
        return ""

    def plan(self, receipt: Receipt, *, copy: bool = False) -> Plan:
        """Check a receipt; `details` tells which characters the printer lacks. Raises Refusal."""
        if receipt.currency != self.currency:
            raise Refusal(
                f"The receipt is in {receipt.currency} and this printer prints {self.currency}",
                field="currency",
                cure=f"Issue it in {self.currency}, or give {receipt.currency} a printer of its own",
            )
        if not receipt.lines:
            raise Refusal("The receipt has no lines", field="lines", cure="Issue it again in BaseLinker")
        return Plan(receipt, copy=copy, details={"replaced": self._replaced(receipt)})

    def mark(self) -> Mark:
        """Connect and make sure that the printer can print now; leaves the link open. Raises Fault."""
        try:
            self._wire.connect()
            if self._options.proof != "none":
                self._device = self._ready_device()
        except Fault:
            self._wire.link.close()
            raise
        return Mark(device=self._device)

    def print(self, plan: Plan) -> Proof:
        """Print a slip and return the proof. Waits for paper as long as the printer says that it has none.

        Raises Fault when no byte of the slip left, Unproven when it may have been printed.
        """
        return self._print(lay_out(plan.receipt, self._style, copy=plan.copy))

    def verdict(self, plan: Plan, mark: Mark) -> Verdict:
        """Return UNKNOWN: an ESC/POS printer remembers no slip, so afterwards only the paper tells."""
        del mark
        number = plan.receipt.receipt_id
        reason = f"The printer keeps no record: whether the slip of receipt {number} is complete, only the paper tells"
        return Verdict(VerdictKind.UNKNOWN, reason=reason)

    def status(self) -> Status:
        """Ask the printer how it is. Never prints, never raises."""
        was_open = self._wire.link.is_open
        try:
            self._wire.connect()
            return self._status()
        except Fault as fault:
            return Status(
                (with_link(TROUBLES[fault.code], fault),), facts={**self._facts, "link": fault.what}
            )
        finally:
            if not was_open:
                self._wire.link.close()

    def tend(self) -> str:
        """Do nothing: a receipt printer has no calendar."""
        return ""

    def test_print(self) -> Proof:
        """Print the technician's page. Raises Fault or Unproven."""
        return self._print(check_page(self._options))

    @property
    def errands(self) -> tuple[str, ...]:
        """A test page, the slip of the set-up, and plain lines."""
        return tuple(_PAGES)

    def errand(self, kind: str, detail: Mapping[str, Any]) -> Mapping[str, Any]:
        """Print a page that is no receipt. Raises Fault or Unproven, Refusal for an unknown kind or a bad `detail`."""
        page_of = _PAGES.get(kind)
        if page_of is None:
            raise Refusal(
                f"A receipt printer has no {kind}", field="kind", cure=f"It has: {', '.join(_PAGES)}"
            )
        return {"proof": self._print(page_of(self._options, detail)).kind}

    def close(self) -> None:
        """Release the link."""
        self._wire.link.close()

    @property
    def _timing(self) -> Timing:
        return Timing(
            bytes_per_second=self._wire.link.bytes_per_second,
            lines_per_second=self._options.lines_per_second,
            answer_seconds=self._options.answer_seconds,
            patience_seconds=self._options.patience_seconds,
        )

    @property
    def _facts(self) -> dict[str, str | int]:
        return {
            "paper_mm": self._options.paper_mm,
            "columns": self._options.line_columns,
            "code_page": ", ".join(f"{page.name}={page.number}" for page in self._options.pages),
            "proof": self._options.proof,
        }

    def _replaced(self, receipt: Receipt) -> dict[str, str]:
        alphabet = self._style.alphabet
        texts = (*(line.name for line in receipt.lines), receipt.number, receipt.payment)
        lacking = {char for text in texts for char in fit(text, alphabet).replaced}
        return {char: fit(char, alphabet).text for char in sorted(lacking)}

    def _ready_device(self) -> str:
        """Return the serial number, or '' where it is not asked for. Raises Fault when it cannot print now."""
        asked = (Identity.SERIAL_NUMBER,) if self._options.identify else ()
        inquiry = Inquiry(self._timing, asked, interrupted=self._interrupted)
        ended = self._wire.converse(inquiry)
        if ended.ending is not Ending.DONE:
            raise self._fault(ended)
        if inquiry.condition.stopped:
            raise self._fault(Ended(Ending.REFUSED, inquiry.condition.codes[0]))
        if self._options.identify and Identity.SERIAL_NUMBER not in inquiry.identities:
            raise self._fault(Ended(Ending.REFUSED, "no_identity"))
        return inquiry.identities.get(Identity.SERIAL_NUMBER, "")

    def _status(self) -> Status:
        logo_missing = self._options.logo is not None and self._press.logo() is None
        warnings = troubles_of(("logo_unusable",)) if logo_missing else ()
        if self._options.proof == "none":
            return Status(warnings, facts=self._facts)
        asked = (Identity.SERIAL_NUMBER, Identity.MODEL, Identity.FIRMWARE) if self._options.identify else ()
        inquiry = Inquiry(self._timing, asked, interrupted=self._interrupted)
        ended = self._wire.converse(inquiry)
        away = () if ended.ending is Ending.DONE else troubles_of((ended.code,))
        told = {identity.name.lower(): text for identity, text in inquiry.identities.items()}
        return Status(
            (*away, *troubles_of(inquiry.condition.codes), *warnings),
            device=inquiry.identities.get(Identity.SERIAL_NUMBER, ""),
            facts={**self._facts, **told},
        )

    def _print(self, rows: Iterable[Row | Sample]) -> Proof:
        try:
            job = self._press.job(rows, after_interruption=self._interrupted)
            open_before = self._wire.connect()
            ended, exchange = self._send(job)
            if open_before and ended == Ended(Ending.REFUSED, "no_connection"):
                # The connection of `mark` had died meanwhile, and nothing of the slip was taken.
                self._wire.link.close()
                self._wire.connect()
                ended, exchange = self._send(job)
        finally:
            self._wire.link.close()
        return self._proof(ended, exchange)

    def _send(self, job: Job) -> tuple[Ended, Exchange]:
        before, self._interrupted = self._interrupted, True
        exchange: Exchange
        if self._options.proof == "none":
            exchange = Delivery(job, self._timing)
        else:
            exchange = Conversation(job, self._witness(), self._timing, interrupted=before)
        ended = self._wire.converse(exchange, tell=True)
        self._interrupted = ended != Ended(Ending.DONE) if exchange.touched else before
        return ended, exchange

    def _witness(self) -> Witness:
        if self._options.proof == "fence":
            return Fence()
        first = self._names
        self._names += 4
        one, two, three, four = (process_name(number) for number in range(first, first + 4))
        return ProcessIds((one, two, three, four))

    def _proof(self, ended: Ended, exchange: Exchange) -> Proof:
        if ended.ending is Ending.REFUSED:
            raise self._fault(ended)
        if ended.ending is Ending.UNKNOWN:
            what = f"The slip may have been printed, but its proof is missing: {self._reason(ended)}"
            raise Unproven(what, cure=_LOOK_AT_PAPER, code=ended.code)
        return Proof(kind=self._options.proof, device=self._device, details=_details(ended, exchange))

    def _fault(self, ended: Ended) -> Fault:
        trouble = TROUBLES[ended.code]
        error = self._wire.error
        cure = error.cure if error and error.cure else trouble.cure
        fault = Fault(self._reason(ended), cure=cure, code=ended.code)
        fault.trouble = with_link(trouble, fault) if error else trouble
        return fault

    def _reason(self, ended: Ended) -> str:
        if self._wire.error is not None:
            return str(self._wire.error)
        trouble: Trouble = TROUBLES[ended.code]
        return f"{self._wire.link.address}: {trouble.text.rstrip('.')}"


def _details(ended: Ended, exchange: Exchange) -> dict[str, str | list[str]]:
    """Return what is worth knowing about a printed slip beyond its proof."""
    details: dict[str, str | list[str]] = {}
    if ended.code:
        details["cut_not_proven"] = ended.code
    if isinstance(exchange, Conversation) and exchange.waited_for:
        details["waited_for"] = list(exchange.waited_for)
    if exchange.strays:
        details["strays"] = [str(reply) for reply in exchange.strays[:_MOST_STRAYS]]
    return details
