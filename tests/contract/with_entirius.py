"""Calls with entirius-django-baselinker of PyPI: `python -m contract.with_entirius URL TOKEN`.

The library takes the address as an argument and sends the token as a field of the form, the deprecated way. It has
functions for orders, catalogs and invoices; receipts go through `make_request`, which all its functions use.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib import import_module
from typing import Any

from contract.talking import serve


def main(url: str, token: str) -> None:
    """Make the calls that are asked for."""
    # The library asks Django whether to log every call.
    import_module("django.conf").settings.configure(DEBUG=False)
    client = import_module("django_baselinker.utils.client").BaselinkerClient(url, token)

    def file(given: dict[str, Any]) -> Any:
        number = given.get("external_invoice_number", "")
        return client.addOrderInvoiceFile(given["invoice_id"], given["file"], number)

    serve(
        {
            "getInventories": lambda _: client.getInventories(),
            "getOrders": lambda given: {"orders": client.getOrders(query=given)},
            "addOrder": client.addOrder,
            "addInvoice": lambda given: client.addInvoice(given["order_id"], given["series_id"]),
            "addOrderInvoiceFile": file,
            "getNewReceipts": partial(client.make_request, "getNewReceipts"),
            "setOrderReceipt": partial(client.make_request, "setOrderReceipt"),
        }
    )


if __name__ == "__main__":
    main(*sys.argv[1:])
