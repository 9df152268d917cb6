"""What failed before, so that it is not simply tried again: each cancelled receipt stays in the fiscal memory.

A receipt the printer refused for its data is a Refusal from then on. One that was cancelled for any other reason is
tried again at once, then after a minute, two, four, up to an hour.
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


class Failures:
    """Receipts that failed in this process, the latest of them."""

    def __init__(self) -> None:
        self._refusals: dict[Receipt, Refusal] = {}
        self._rests: dict[Receipt, _Rest] = {}

    def check(self, receipt: Receipt) -> None:
        """Raise the Refusal of a receipt whose data the printer has refused."""
        known = self._refusals.get(receipt)
        if known is not None:
            raise known

    def check_rest(self, receipt: Receipt, now: float) -> None:
        """Raise the Fault of a receipt that was cancelled more than once, until it has rested."""
        rest = self._rests.get(receipt)
        if rest is not None and now < rest.until:
            raise Fault(rest.reason.what, cure=rest.reason.cure, code=rest.reason.code)

    def refused(self, receipt: Receipt, cause: RefusedByPrinterError) -> None:
        """Note that the printer refused a command of a receipt; only bad data refuses the receipt for good."""
        error = cause.error
        if error.kind is not ErrorKind.BAD_DATA or error.frame:
            return
        name = cause.command.get("na")
        what = f'The printer refuses "{name}"' if name else f"The printer refuses {cause.command.mnemonic}"
        _make_room(self._refusals)
        self._refusals[receipt] = Refusal(
            f"{what}: {error.text.rstrip('.')}", field="lines", cure=error.cure, code=error.name
        )

    def cancelled(self, receipt: Receipt, reason: Fault, now: float) -> None:
        """Note that a receipt had to be cancelled."""
        before = self._rests.pop(receipt, None)
        times = 1 if before is None else before.times + 1
        seconds = min(_FIRST_REST * 2.0 ** (times - 2), _LONGEST_REST) if times > 1 else 0.0
        _make_room(self._rests)
        self._rests[receipt] = _Rest(times, now + seconds, reason)

    def sold(self, receipt: Receipt) -> None:
        """Forget what went wrong with a receipt."""
        self._rests.pop(receipt, None)
        self._refusals.pop(receipt, None)


def _make_room(noted: dict[Receipt, Refusal] | dict[Receipt, _Rest]) -> None:
    while len(noted) >= _MOST:
        noted.pop(next(iter(noted)))
