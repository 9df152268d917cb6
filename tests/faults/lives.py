"""Lives of the daemon in a fault harness, one after the other, and a line of progress between two of them."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, TextIO

from simulators.shop import confirmed

if TYPE_CHECKING:
    import random

    from simulators.baselinker.ledger import Ledger
    from simulators.shop import Shop


@dataclass(slots=True)
class Lives:
    """How lives end: at one of the first `most_steps` writes, or `shortest` to `longest` s after the first call.

    A life ends before that when BaseLinker has a confirmation of everything that was issued.
    """

    chance: random.Random
    most_steps: int
    shortest: float
    longest: float
    issued: int = 0
    unconfirmed: set[int] = field(default_factory=set)

    def one(self, shop: Shop) -> None:
        """Start the daemon and let it die by SIGKILL, at a step of its journal or at a moment."""
        receipts = list(shop.server.receipts)
        self.unconfirmed.update(receipts[self.issued :])
        self.issued = len(receipts)
        at_a_step = self.chance.random() < 0.5
        moment = self.chance.choice(["before", "after"])
        step = self.chance.randrange(1, self.most_steps)
        shop.environ = {**shop.environ, "DIE_AT": f"{moment}:{step}" if at_a_step else ""}
        before = shop.server.ledger.count
        daemon = shop.start_daemon()
        shop.server.ledger.wait_for(
            lambda ledger: ledger.count > before or daemon.poll() is not None, timeout=20
        )
        due = time.monotonic() + self.chance.uniform(self.shortest, self.longest)
        while self.unconfirmed and daemon.poll() is None and time.monotonic() < due:
            seen = shop.server.ledger.count
            self.unconfirmed -= confirmed(shop.server.ledger.since(before))
            before = seen
            # Nothing tells of the daemon's death, so it is looked at now and then.
            shop.server.ledger.wait_for(partial(_more_than, seen), timeout=0.05)
        daemon.kill()
        daemon.wait()
        self.unconfirmed -= confirmed(shop.server.ledger.since(before))


def _more_than(count: int, ledger: Ledger) -> bool:
    return ledger.count > count


def tell_progress(out: TextIO | None, lives: Lives, receipts: int, kills: int) -> None:
    """Write how far a run has come, over the line before."""
    if out is not None:
        out.write(f"\r{lives.issued - len(lives.unconfirmed)} of {receipts} confirmed, {kills} kills ")
        out.flush()
