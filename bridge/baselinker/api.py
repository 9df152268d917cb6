"""BaseLinker's whole API for Python programs: `connect("token").getOrders(order_id=7)`; docs/client.md shows it.

The functions are made from `methods.json`, so what editors and mypy know stands beside, in `api.pyi`, written by
`make methods`.
"""

from bridge.baselinker.checking import UnknownParameter
from bridge.baselinker.dynamic import Api, connect
from bridge.baselinker.paging import MayBeIncomplete

__all__ = ["Api", "MayBeIncomplete", "UnknownParameter", "connect"]
