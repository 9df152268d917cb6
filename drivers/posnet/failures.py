"""What failed, so that it is not simply tried again: each cancelled receipt stays in the fiscal memory.

A receipt the printer refused for its data is a Refusal, which the journal remembers. One that was cancelled for any
other reason is tried again at once, then after a minute, two, four, up to an hour.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from drivers.contract import Fault, Refusal
from drivers.posnet.errors import ErrorKind

if TYPE_CHECKING:
    from drivers.posnet.session import RefusedByPrinterError
    from drivers.receipt import Receipt

_MOST = 50
_FIRST_REST, _LONGEST_REST = 60.0, 3600.0


@dataclass(slots=True)
class _Rest:
    """How often a receipt was cancelled in a row, why the last time, and until when it rests."""

    times: int
    until: float
    reason: Fault


def refusal_of(cause: RefusedByPrinterError) -> Refusal | None:
    """Return the Refusal of a receipt whose data the printer refused; None where something else is wrong."""
    error = cause.error
    if error.kind is not ErrorKind.BAD_DATA or error.frame:
        return None
    name = cause.command.get("na")
    what = f'The printer refuses "{name}"' if name else f"The printer refuses {cause.command.mnemonic}"
    return Refusal(f"{what}: {error.text.rstrip('.')}", field="lines", cure=error.cure, code=error.name)


class Failures:
    """Receipts that were cancelled in this process, the latest of them."""

    def __init__(self) -> None:
        self._rests: dict[Receipt, _Rest] = {}

    def check(self, receipt: Receipt, now: float) -> None:
        """Raise the Fault of a receipt that was cancelled more than once, until it has rested."""
        rest = self._rests.get(receipt)
        if rest is not None and now < rest.until:
            raise Fault(rest.reason.what, cure=rest.reason.cure, code=rest.reason.code)

    def cancelled(self, receipt: Receipt, reason: Fault, now: float) -> None:
        """Note that a receipt had to be cancelled."""
        before = self._rests.pop(receipt, None)
        times = 1 if before is None else before.times + 1
        seconds = min(_FIRST_REST * 2.0 ** (times - 2), _LONGEST_REST) if times > 1 else 0.0
        while len(self._rests) >= _MOST:
            self._rests.pop(next(iter(self._rests)))
        self._rests[receipt] = _Rest(times, now + seconds, reason)

    def sold(self, receipt: Receipt) -> None:
        """Forget what went wrong with a receipt."""
        self._rests.pop(receipt, None)
