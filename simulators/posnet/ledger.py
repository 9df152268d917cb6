"""What a printer has on record, for whoever counts: the documents of the protected memory, and waiting for them."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from simulators.posnet.arithmetic import summed
from simulators.posnet.memory import CANCELLED_RECEIPT, DAILY_REPORT, NON_FISCAL, NOTHING, RECEIPT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from simulators.posnet.memory import Document, Totals


class FiscalLedger:
    """Every document of a printer, and of printers it was exchanged for, oldest first. Thread-safe."""

    def __init__(self, documents: Iterable[Document] = ()) -> None:
        self._condition = threading.Condition(threading.RLock())
        self._documents: dict[tuple[str, int], Document] = {}
        self._counts: dict[int, int] = {}
        self.put(documents)

    def put(self, documents: Iterable[Document]) -> None:
        """Add documents; one that is there already is replaced (a footer that was added)."""
        with self._condition:
            for document in documents:
                place = document.device, document.number
                self._counts[document.kind] = self.count(document.kind) + (place not in self._documents)
                self._documents[place] = document
            self._condition.notify_all()

    def get(self, device: str, number: int) -> Document | None:
        """Return one document of a printer."""
        with self._condition:
            return self._documents.get((device, number))

    @property
    def documents(self) -> tuple[Document, ...]:
        """Everything."""
        with self._condition:
            return tuple(self._documents.values())

    @property
    def receipts(self) -> tuple[Document, ...]:
        """The fiscal receipts: each a sale."""
        return self.of(RECEIPT)

    @property
    def cancelled(self) -> tuple[Document, ...]:
        """The receipts that were cancelled: no sale."""
        return self.of(CANCELLED_RECEIPT)

    @property
    def reports(self) -> tuple[Document, ...]:
        """The daily reports."""
        return self.of(DAILY_REPORT)

    @property
    def non_fiscal(self) -> tuple[Document, ...]:
        """Forms, cash slips and copies."""
        return self.of(NON_FISCAL)

    def of(self, kind: int) -> tuple[Document, ...]:
        """Return the documents of a kind, numbered as `eclastdocnoget ty` does."""
        return tuple(document for document in self.documents if document.kind == kind)

    def count(self, kind: int = RECEIPT) -> int:
        """Return how many documents of a kind there are."""
        with self._condition:
            return self._counts.get(kind, 0)

    def containing(self, text: str) -> tuple[Document, ...]:
        """Return the fiscal receipts with a text under them, such as the number of an order."""
        return tuple(receipt for receipt in self.receipts if text in receipt.footer_text)

    def receipt(self, number: int, report: int | None = None) -> Document:
        """Return the last receipt with that number (`bt`), or the one before daily report `report` + 1.

        Raises KeyError.
        """
        for receipt in reversed(self.receipts):
            if receipt.receipt == number and report in (None, receipt.report):
                return receipt
        raise KeyError(number)

    def totals(self) -> Totals:
        """Return the sums per rate of all fiscal receipts."""
        sums = NOTHING
        for receipt in self.receipts:
            sums = summed(sums, receipt.totals)
        return sums

    def wait_for(self, holds: Callable[[FiscalLedger], bool], timeout: float) -> None:
        """Return once `holds` is true of the ledger. Raises TimeoutError after `timeout` seconds."""
        with self._condition:
            if not self._condition.wait_for(lambda: holds(self), timeout):
                raise TimeoutError(f"not within {timeout} s; {len(self._documents)} documents")

    def wait_for_receipts(self, count: int, timeout: float = 30.0) -> tuple[Document, ...]:
        """Return the fiscal receipts once there are `count`. Raises TimeoutError."""
        self.wait_for(lambda ledger: ledger.count() >= count, timeout)
        return self.receipts
