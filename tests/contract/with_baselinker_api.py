"""Calls with baselinker-api of PyPI: `python -m contract.with_baselinker_api URL TOKEN`.

The library has no option for the address: its constant is covered, on this one client. It has functions for orders,
catalogs and invoices; receipts go through `_make_request`, which all its functions use.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from typing import Any

from contract.talking import serve


def main(url: str, token: str) -> None:
    """Make the calls that are asked for."""
    client = import_module("baselinker").BaseLinkerClient(token)
    client.BASE_URL = url

    def own(function: Any, given: dict[str, Any], **more: Any) -> Any:
        return function(**given, **more)

    serve(
        {
            "getInventories": partial(own, client.products.get_inventories),
            "getOrders": partial(own, client.orders.get_orders),
            # It insists on parameters that the documentation does not know; they are sent along.
            "addOrder": partial(own, client.orders.add_order, order_source_id=1),
            "addInvoice": partial(own, client.invoices.add_invoice),
            "addOrderInvoiceFile": partial(own, client.invoices.add_order_invoice_file, order_id=1),
            "getNewReceipts": partial(client._make_request, "getNewReceipts"),
            "setOrderReceipt": partial(client._make_request, "setOrderReceipt"),
        }
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
