"""What every job of the courier works with."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bridge import messages, reasons
from bridge.guards.net import BacklogLimits
from bridge.journal import State
from bridge.log import Repeated, say

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bridge.baselinker.client import Client
    from bridge.baselinker.receipts import ReceiptCalls
    from bridge.clock import Clock
    from bridge.journal import Entry, Journal
    from bridge.messages import Message
    from bridge.wake import Wake

# So often a call about one receipt may be refused before a person is asked.
REFUSALS_BEFORE_HOLD = 5
_MOST_VANISHED = 50


@dataclass(frozen=True, slots=True)
class CourierSettings:
    """What the courier is told: seconds between polls, and which printer serves which series.

    `currencies` maps a printer to the currency it sells in; `check_totals` asks getReceipt before printing;
    `copies` are the series whose receipts are uploaded as PDF. `edocument_fields` maps a printer that makes electronic
    receipts to the field of an order in which a buyer asks for one; other printers do not stand there.
    """

    poll_seconds: float
    check_totals: bool
    printer_for: Callable[[int | None], str | None]
    currencies: Mapping[str, str]
    copies: frozenset[int] = frozenset()
    language: str = "en"
    edocument_fields: Mapping[str, str] = field(default_factory=dict)
    backlog: BacklogLimits = field(default_factory=BacklogLimits)


@dataclass(slots=True)
class Desk:
    """The courier's tools.

    `listed` is the last complete waiting list, `listed_at` the monotonic second it was asked for; `vanished` are
    receipts that left it lately without having been printed here.
    """

    settings: CourierSettings
    client: Client
    calls: ReceiptCalls
    journal: Journal
    clock: Clock
    wake: Wake
    run_id: str
    repeated: Repeated
    listed: frozenset[int] = frozenset()
    listed_at: float = field(default=float("-inf"))
    vanished: deque[int] = field(default_factory=lambda: deque(maxlen=_MOST_VANISHED))

    def retry_seconds(self) -> float:
        """Return the pause after a refused call: a poll lies in between, which may settle the matter."""
        return 2 * self.settings.poll_seconds

    def tell(self, message: Message, text: str, entry: Entry, state: State, **facts: object) -> None:
        """Log one line about one receipt."""
        say(message, text, receipt=entry.receipt_id, printer=entry.printer, state=state, **facts)

    def tell_held(self, text: str, code: str, entry: Entry) -> None:
        """Log one line about a receipt that is held for a person, with what to do."""
        todo = reasons.what_to_do(code, entry.receipt_id, self.settings.language)
        message = messages.RECEIPT_UNCONFIRMED if code == "confirm_refused" else messages.RECEIPT_HELD
        self.tell(message, f"{text}. {todo}", entry, State.HELD, who=reasons.who_acts(code))
