"""A simulated BaseLinker on a loopback port: every documented method answered, every call in a ledger.

    server         BaseLinkerServer: HTTP, the token, the order of things; what tests and the demo start
    connection     HTTP itself: whole requests in, bytes or a broken connection out
    account        what answers a call: documented? - parameters checked - state or an invented reply
    documentation  the documented methods, read from the data file that the client reads too
    checking       whether parameters are what is documented; shares no code with the client
    given          single values among parameters, as PHP takes them
    invention      plausible replies for methods whose state is not kept
    refusals       how the account says no
    books          what the account holds, and its journal of orders
    receipt_desk   receipts: waiting, printed, with files; series
    orders         orders: added, listed, changed, paid, deleted (order_lines, order_record)
    invoices       invoices, corrections and their files
    catalog        catalogs; shelves: price groups, warehouses, categories and other simple records
    products       products of a catalog (product_input, product_record); stock: their stock and prices
    external       storages of outside shops
    behaviour      one switch for everything that is not known about the real service
    limit          requests per minute, and the block that follows
    faults         what goes wrong on the way: scripted, or at random from a seed
    ledger         what was really carried out, and whether the answer got through
    model          receipts, products and series as the account holds them
    wire           how values look in the JSON: PHP's habits
    receipts       lifelike Polish receipts from a seed

State is kept for receipts, orders, invoices, the catalog, clients, suppliers and payers. Order returns, couriers,
documents of warehouses and Base Connect answer by invention.

Start it by hand with `python -m simulators.baselinker --port 8765`.
"""

from simulators.baselinker.server import BaseLinkerServer

__all__ = ["BaseLinkerServer"]
