"""What the simulated BaseLinker was asked, what it carried out, and whether its answer got through.

The ledger is the judge of every test of "never twice, never lost": it holds what really happened, not what the
client believes. Entries are only ever added; `delivered` alone is filled in later.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from simulators.baselinker.account import says_failed

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from simulators.baselinker.faults import Kind


@dataclass(frozen=True, slots=True)
class Call:
    """One request, numbered from 1 in the order the account saw them.

    `reply` is None when the request was not carried out. `delivered` is None while the answer is on its way, and
    True when all of an undamaged answer was handed to the system.
    """

    number: int
    method: str
    parameters: Mapping[str, Any]
    monotonic: float
    wall: float
    reply: Mapping[str, Any] | None
    fault: Kind | None = None
    delivered: bool | None = None

    @property
    def applied(self) -> bool:
        """Whether the account carried the request out, be it to an error."""
        return self.reply is not None

    @property
    def succeeded(self) -> bool:
        """Whether the account carried the request out with success."""
        return self.reply is not None and self.reply.get("status") == "SUCCESS"


class Ledger:
    """All requests in order; safe to read and to wait on from every thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._calls: list[Call] = []

    @property
    def requests(self) -> tuple[Call, ...]:
        """Every request, carried out or not."""
        with self._changed:
            return tuple(self._calls)

    @property
    def count(self) -> int:
        """How many requests came."""
        with self._changed:
            return len(self._calls)

    def since(self, count: int) -> tuple[Call, ...]:
        """Return the requests that came after the first `count`."""
        with self._changed:
            return tuple(self._calls[count:])

    @property
    def calls(self) -> tuple[Call, ...]:
        """The requests that were carried out."""
        return tuple(call for call in self.requests if call.applied)

    def of(self, method: str) -> tuple[Call, ...]:
        """Return the successful calls of one method."""
        return tuple(call for call in self.requests if call.method == method and call.succeeded)

    def confirmations(self, receipt_id: int) -> tuple[Call, ...]:
        """Return the successful setOrderReceipt calls for a receipt that say it is printed."""
        return tuple(
            call for call in self._about("setOrderReceipt", receipt_id) if not says_failed(call.parameters)
        )

    def reports(self, receipt_id: int) -> tuple[Call, ...]:
        """Return the successful setOrderReceipt calls for a receipt that say it cannot be printed."""
        return tuple(
            call for call in self._about("setOrderReceipt", receipt_id) if says_failed(call.parameters)
        )

    def files(self, receipt_id: int) -> tuple[Call, ...]:
        """Return the successful addOrderReceiptFile calls for a receipt."""
        return self._about("addOrderReceiptFile", receipt_id)

    def wait_for(self, predicate: Callable[[Ledger], bool], timeout: float) -> bool:
        """Wait up to `timeout` seconds until `predicate` holds for this ledger; return whether it does."""
        with self._changed:
            return self._changed.wait_for(lambda: predicate(self), timeout)

    def record(
        self,
        method: str,
        parameters: Mapping[str, Any],
        *,
        monotonic: float,
        wall: float,
        reply: Mapping[str, Any] | None,
        fault: Kind | None,
    ) -> int:
        """Add a request and return its number."""
        with self._changed:
            number = len(self._calls) + 1
            self._calls.append(Call(number, method, parameters, monotonic, wall, reply, fault))
            self._changed.notify_all()
            return number

    def deliver(self, number: int, *, delivered: bool) -> None:
        """Note whether the answer to a request got through."""
        with self._changed:
            self._calls[number - 1] = replace(self._calls[number - 1], delivered=delivered)
            self._changed.notify_all()

    def _about(self, method: str, receipt_id: int) -> tuple[Call, ...]:
        return tuple(
            call for call in self.of(method) if str(call.parameters.get("receipt_id")) == str(receipt_id)
        )
