"""Alerts by webhook: one JSON document a POST. Beside the API client the only file that imports httpx.

The address is a secret as a whole. Errors of the HTTP library may hold it, so none of their words is passed on.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import httpx

from bridge.alerts.messenger import Undelivered
from bridge.baselinker import tls

if TYPE_CHECKING:
    from bridge.alerts.letter import Letter
    from bridge.config.secret import Secret

_SECONDS = 15.0

_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (httpx.ConnectTimeout, "no connection in time"),
    (httpx.TimeoutException, "no answer in time"),
    (httpx.ConnectError, "no connection; check the network and the address"),
    (httpx.TransportError, "the connection broke"),
)


class Webhook:
    """Posts each message to one address; anything but an answer 200 to 299 is no delivery."""

    name = "webhook"

    def __init__(self, address: Secret, *, seconds: float = _SECONDS) -> None:
        self._address = address
        self._seconds = seconds

    def send(self, letter: Letter) -> None:
        """Post it. Raises Undelivered."""
        reason = self._post(json.dumps(letter.to_json(), ensure_ascii=False).encode())
        # Raised here, so that it does not refer to an error of the HTTP library, which holds the address.
        if reason:
            raise Undelivered(reason)

    def _post(self, content: bytes) -> str:
        """Return why it was not delivered, '' when it was."""
        try:
            with (
                httpx.Client(
                    verify=tls.trusting(), timeout=self._seconds, trust_env=False, follow_redirects=False
                ) as client,
                client.stream(
                    "POST",
                    self._address.reveal(),
                    content=content,
                    headers={"Content-Type": "application/json", "User-Agent": "receipt-bridge"},
                ) as response,
            ):
                # The head of the answer is enough: its body, however long, is not read.
                status = response.status_code
        except (httpx.HTTPError, httpx.InvalidURL, OSError) as error:
            return next((text for kind, text in _REASONS if isinstance(error, kind)), type(error).__name__)
        return "" if response.is_success else f"the server answered with status {status}"
