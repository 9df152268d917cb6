"""The cashier: looks at the paper and decides about held receipts through the command line's own code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.decisions import DecisionError, decide
from bridge.journal import Journal, State
from bridge.reasons import Decision

if TYPE_CHECKING:
    from collections import Counter

    from simulators.shop import Shop


class Cashier:
    """Knows only what lies on paper. `now` stamps the decisions."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.decided: int = 0

    def look_after(self, journal: Journal) -> int:
        """Decide about every held receipt; return how many there were."""
        held = journal.in_state(State.HELD)
        if not held:
            return 0
        on_paper: Counter[int] = self._shop.audit().whole
        for entry in held:
            seen = on_paper[entry.receipt_id] > 0 or entry.may_be_printed == "yes"
            try:
                decide(journal, entry.receipt_id, Decision.PRINTED if seen else Decision.PRINT, note="looked")
            except DecisionError:
                continue  # it moved on meanwhile
            self.decided += 1
        return len(held)
