"""Joins frames, conversations and a link to the driver contract.

One connection for a slip: `mark` opens it and asks whether the printer can print, `print` uses it and closes it.
A printer board that serves one client at a time is free again between slips.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from drivers.contract import (
    Fault,
    Mark,
    Plan,
    Proof,
    Refusal,
    Status,
    Surroundings,
    Unproven,
    Verdict,
    VerdictKind,
)
from drivers.escpos.delivery import Delivery
from drivers.escpos.exchange import Ended, Ending, Exchange, Listen, Send, Timing
from drivers.escpos.frames import Identity, process_name
from drivers.escpos.inquiry import Inquiry
from drivers.escpos.logo import LogoError, band_bytes, load_logo
from drivers.escpos.session import Conversation
from drivers.escpos.testpage import check_page
from drivers.escpos.troubles import TROUBLES, troubles_of
from drivers.escpos.witness import Fence, ProcessIds, Witness
from drivers.layout import lay_out
from drivers.link import LinkError, LinkTimeout
from drivers.text import fit

if TYPE_CHECKING:
    from collections.abc import Iterable

    from PIL.Image import Image

    from drivers.escpos.encoder import Sample
    from drivers.escpos.job import Job
    from drivers.escpos.options import EscposOptions
    from drivers.link import Link
    from drivers.receipt import Receipt
    from drivers.rows import Row

_MOST_STALE_READS = 100
_WIDEST_DOTS = 1024


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
        self._link = link
        self._surroundings = surroundings
        self._style = options.style
        self._device = ""
        self._link_error: LinkError | None = None
        self._told: tuple[str, ...] = ()
        self._logo: Image | None = None
        # Nobody knows how the last slip of the process before this one ended.
        self._interrupted = True
        self._slips = int(surroundings.monotonic() * 1000)

    @property
    def reprints_marked(self) -> bool:
        """Whether a slip that may have been printed is printed again by itself under a COPY banner."""
        return self._options.after_interruption == "reprint-marked"

    @property
    def currency(self) -> str:
        """The currency of the receipts this printer takes."""
        return self._options.currency

    def plan(self, receipt: Receipt, *, copy: bool = False) -> Plan:
        """Check a receipt; `details` tells which characters the printer lacks. Raises Refusal."""
        if receipt.currency != self.currency:
            raise Refusal(
                f"The receipt is in {receipt.currency} and this printer prints {self.currency}",
                field="currency",
                cure=f'Issue it in {self.currency}, or set currency = "{receipt.currency}" for a printer of its own',
            )
        if not receipt.lines:
            raise Refusal("The receipt has no lines", field="lines", cure="Issue it again in BaseLinker")
        return Plan(receipt, copy=copy, details={"replaced": self._replaced(receipt)})

    def mark(self) -> Mark:
        """Connect and make sure that the printer can print now. Raises Fault."""
        try:
            self._connect()
            if self._options.proof != "none":
                inquiry = Inquiry(self._timing, (Identity.SERIAL_NUMBER,) if self._options.identify else ())
                self._accept(self._converse(inquiry), inquiry)
                self._device = inquiry.identities.get(Identity.SERIAL_NUMBER, "")
        except Fault:
            self._link.close()
            raise
        return Mark(device=self._device)

    def print(self, plan: Plan) -> Proof:
        """Print a slip and return the proof. Waits for paper as long as the printer says that it has none.

        Raises Fault when no byte of the slip left, Unproven when it may have been printed.
        """
        return self._print_rows(lay_out(plan.receipt, self._style, copy=plan.copy))

    def verdict(self, plan: Plan, mark: Mark) -> Verdict:
        """Return UNKNOWN: an ESC/POS printer remembers no slip, so afterwards only the paper tells."""
        del mark
        return Verdict(
            VerdictKind.UNKNOWN,
            reason=f"This printer keeps no record of what it printed: whether the slip of receipt "
            f"{plan.receipt.receipt_id} is complete, only the paper tells.",
        )

    def status(self) -> Status:
        """Ask the printer how it is. Never prints, never raises."""
        was_open = self._link.is_open
        try:
            return self._status()
        except Fault as fault:
            return Status((TROUBLES[fault.code], *self._logo_trouble()), facts={"link": fault.what, **self._facts})
        finally:
            if not was_open:
                self._link.close()

    def test_print(self) -> Proof:
        """Print the technician's page. Raises Fault or Unproven."""
        return self._print_rows(check_page(self._options))

    def close(self) -> None:
        """Release the link."""
        self._link.close()

    @property
    def _timing(self) -> Timing:
        options = self._options
        return Timing(
            bytes_per_second=self._link.bytes_per_second,
            lines_per_second=options.lines_per_second,
            answer_seconds=options.answer_seconds,
            patience_seconds=options.patience_seconds,
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

    def _status(self) -> Status:
        self._connect()
        if self._options.proof == "none":
            return Status(self._logo_trouble(), facts=self._facts)
        asked = (Identity.SERIAL_NUMBER, Identity.MODEL, Identity.FIRMWARE) if self._options.identify else ()
        inquiry = Inquiry(self._timing, asked)
        ended = self._converse(inquiry)
        names = {identity.name.lower(): told for identity, told in inquiry.identities.items()}
        facts = {**self._facts, **names}
        troubles = troubles_of(inquiry.condition.codes)
        if ended.ending is not Ending.DONE:
            troubles = (TROUBLES[ended.code], *troubles)
        device = inquiry.identities.get(Identity.SERIAL_NUMBER, "")
        return Status((*troubles, *self._logo_trouble()), device=device, facts=facts)
