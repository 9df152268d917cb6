"""Calls with py-baselinker of PyPI: `python -m contract.with_py_baselinker URL TOKEN`.

The library takes the address as an argument and sends the token as a field of the form, the deprecated way. It has a
function for orders, which raises its errors; for everything else it has `request`, which returns the HTTP answer.
"""

from __future__ import annotations

import json
import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from contract.talking import serve

if TYPE_CHECKING:
    from collections.abc import Callable


def main(url: str, token: str) -> None:
    """Make the calls that are asked for."""
    client = import_module("baselinker").BaseLinker(url, token)

    def orders(given: dict[str, Any]) -> Any:
        return {"orders": [json.loads(order.json()) for order in client.get_orders(**given)]}

    def other(method: str) -> Callable[[dict[str, Any]], Any]:
        return lambda given: client.request(method, **given).json()

    methods = ("getInventories", "addOrder", "addInvoice", "addOrderInvoiceFile", "getNewReceipts")
    serve({"getOrders": orders, **{name: other(name) for name in (*methods, "setOrderReceipt")}})


if __name__ == "__main__":
    main(*sys.argv[1:])
