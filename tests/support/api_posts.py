"""Calls of a simulated BaseLinker over plain HTTP, without the bridge's client."""

from __future__ import annotations

import http.client
import json
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode, urlsplit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from simulators.baselinker import BaseLinkerServer


def reply_of(
    server: BaseLinkerServer, method: str, parameters: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the reply to one call, be it an error."""
    address = urlsplit(server.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=20)
    form = urlencode({"method": method, "parameters": json.dumps(parameters or {})})
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-BLToken": server.token}
    try:
        connection.request("POST", "/connector.php", form.encode(), headers)
        reply = json.loads(connection.getresponse().read(), parse_float=Decimal)
    finally:
        connection.close()
    assert isinstance(reply, dict)
    return reply


class Api:
    """A shop's account, called by name: `api("getOrders", order_id=7)` returns a successful reply."""

    def __init__(self, server: BaseLinkerServer) -> None:
        self.server = server

    def __call__(self, method: str, /, **parameters: Any) -> dict[str, Any]:
        reply = reply_of(self.server, method, parameters)
        assert "SUCCESS" == reply["status"], reply
        return reply

    def refused(self, method: str, /, **parameters: Any) -> str:
        """Return the code a call is refused with."""
        reply = reply_of(self.server, method, parameters)
        assert "ERROR" == reply["status"], reply
        return str(reply["error_code"])
