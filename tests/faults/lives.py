"""One life of the daemon in a fault harness, and a line of progress between two lives."""

from __future__ import annotations

from dataclasses import dataclass
from subprocess import TimeoutExpired
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    import random

    from simulators.shop import Shop


@dataclass(frozen=True, slots=True)
class Lives:
    """How lives end: at one of the first `most_steps` writes, or `shortest` to `longest` s after the first call."""

    chance: random.Random
    most_steps: int
    shortest: float
    longest: float

    def one(self, shop: Shop) -> None:
        """Start the daemon and let it die by SIGKILL, at a step of its journal or at a moment."""
        at_a_step = self.chance.random() < 0.5
        moment = self.chance.choice(["before", "after"])
        step = self.chance.randrange(1, self.most_steps)
        shop.environ = {**shop.environ, "DIE_AT": f"{moment}:{step}" if at_a_step else ""}
        before = len(shop.server.ledger.requests)
        daemon = shop.start_daemon()
        shop.server.ledger.wait_for(
            lambda ledger: len(ledger.requests) > before or daemon.poll() is not None, timeout=20
        )
        try:
            daemon.wait(timeout=self.chance.uniform(self.shortest, self.longest))
        except TimeoutExpired:
            daemon.kill()
        daemon.wait()


def tell_progress(out: TextIO | None, shop: Shop, receipts: int, kills: int) -> None:
    """Write how far a run has come, over the line before."""
    if out is not None:
        confirmed = sum(receipt.printed for receipt in shop.server.receipts.values())
        out.write(f"\r{confirmed} of {receipts} confirmed, {kills} kills ")
        out.flush()
