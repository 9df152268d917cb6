"""The shop's side: what the account holds, and which part of it answers each method of the API.

Pure state, no HTTP and no threads: the server locks around it. A call passes: documented? - parameters checked - the
part that keeps this state, or an invented reply - the looks of the documentation's samples.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from simulators.baselinker.books import Books
from simulators.baselinker.catalog import Catalog
from simulators.baselinker.checking import checked
from simulators.baselinker.documentation import documented
from simulators.baselinker.external import ExternalStorages
from simulators.baselinker.given import is_given, whole
from simulators.baselinker.invention import invented
from simulators.baselinker.invoices import Invoices
from simulators.baselinker.order_lines import OrderLines
from simulators.baselinker.orders import Orders
from simulators.baselinker.products import Products
from simulators.baselinker.receipt_desk import ReceiptDesk, says_failed
from simulators.baselinker.refusals import RefusedError, not_found, refusal
from simulators.baselinker.shelves import Shelves
from simulators.baselinker.stock import Stock
from simulators.baselinker.wire import as_in_samples

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from simulators.baselinker.behaviour import Behaviour
    from simulators.baselinker.dispatch import Methods
    from simulators.baselinker.documentation import Method
    from simulators.baselinker.model import Product, Series, StoredReceipt

__all__ = ["Account", "RefusedError", "refusal", "says_failed"]


class Account:
    """One BaseLinker account. `wall` is the clock in unix seconds."""

    def __init__(self, behaviour: Behaviour, wall: Callable[[], float]) -> None:
        self.books = Books(behaviour, wall)
        self._receipts = ReceiptDesk(self.books)
        parts = (
            self._receipts,
            Orders(self.books),
            OrderLines(self.books),
            Invoices(self.books),
            Shelves(self.books),
            Catalog(self.books),
            Products(self.books),
            Stock(self.books),
            ExternalStorages(self.books),
        )
        self._methods: Methods = {name: answer for part in parts for name, answer in part.methods.items()}

    @property
    def behaviour(self) -> Behaviour:
        """How the service behaves where the real one is unknown."""
        return self.books.behaviour

    @behaviour.setter
    def behaviour(self, behaviour: Behaviour) -> None:
        self.books.behaviour = behaviour

    @property
    def receipts(self) -> dict[int, StoredReceipt]:
        """The receipts by id."""
        return self.books.receipts

    @property
    def series(self) -> dict[int, Series]:
        """The numbering series by id."""
        return self.books.series

    @property
    def orders(self) -> dict[int, dict[str, Any]]:
        """The orders by id, as getOrders shows them."""
        return self.books.orders

    def add(self, products: Iterable[Product], **fields: Any) -> StoredReceipt:
        """Issue a receipt, with an order of its own unless `order_id` names one; fields as in StoredReceipt."""
        return self._receipts.add(products, **fields)

    def change(self, receipt_id: int, **changes: Any) -> StoredReceipt:
        """Replace fields of a receipt, as an employee does in the panel."""
        return self._receipts.change(receipt_id, **changes)

    def answer(self, method: str, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Carry a call out and return its reply."""
        known = documented().get(method)
        if known is None:
            return refusal("ERROR_UNKNOWN_METHOD", "An unknown method has been used")
        try:
            given = checked(known, parameters, self.behaviour)
            carry_out = self._methods.get(method)
            found = _copied(carry_out(given) if carry_out else self._invent(known, given))
        except RefusedError as error:
            return refusal(error.code, error.message)
        if self.behaviour.looks_as_in_samples:
            found = as_in_samples(method, found)
        return {"status": "SUCCESS", **found}

    def _invent(self, method: Method, given: Mapping[str, Any]) -> dict[str, Any]:
        """Return a reply for state that is not kept; an order it is about has to be there all the same."""
        about_orders = method.group in ("orders", "couriers") and is_given(given, "order_id")
        if about_orders and whole(given, "order_id") not in self.books.orders:
            raise not_found("order")
        return invented(method, given, self.books.now)


def _copied(value: Any) -> Any:
    """Return a copy of a reply as it is now: the ledger keeps it, and the account goes on changing."""
    if isinstance(value, dict):
        return {key: _copied(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_copied(one) for one in value]
    return value
