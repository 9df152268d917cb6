"""A simulated BaseLinker on a loopback port: receipts in, confirmations out, every call in a ledger.

    server     BaseLinkerServer: HTTP, the token, the order of things; what tests and the demo start
    account    the shop's side: receipts, orders, series, and what each method does to them
    behaviour  one switch for everything that is not known about the real service
    limit      requests per minute, and the block that follows
    faults     what goes wrong on the way: scripted, or at random from a seed
    ledger     what was really carried out, and whether the answer got through
    model      receipts, products and series as the account holds them
    wire       how values look in the JSON: PHP's habits
    receipts   lifelike Polish receipts from a seed

Start it by hand with `python -m simulators.baselinker --port 8765`.
"""

from simulators.baselinker.server import BaseLinkerServer

__all__ = ["BaseLinkerServer"]
