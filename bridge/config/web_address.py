"""Which addresses the API token may be sent to."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

DEFAULT_URL = "https://api.baselinker.com/connector.php"
"""The vendor's only documented endpoint (baselinker-api.md, section 1)."""


def check_url(url: str) -> str:
    """Return `url` when the token may be sent there: https anywhere, http to this machine alone.

    Raises ValueError with the reason; the message never holds the address, which may hold a password.
    """
    try:
        parts = urlsplit(url)
        host, _port = parts.hostname, parts.port
    except ValueError:
        raise ValueError("is not a web address that can be read") from None
    if not host or not url.isascii() or not url.isprintable() or " " in url:
        raise ValueError(f'is not a web address such as "{DEFAULT_URL}"')
    if parts.username is not None or parts.query or parts.fragment:
        raise ValueError("holds more than scheme, host, port and path")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_this_machine(host)):
        raise ValueError(
            "must begin with https:// (http:// only for this machine, such as http://127.0.0.1:8080)"
        )
    return url


def is_this_machine(host: str) -> bool:
    """Whether a host name or address is this machine's own loopback."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
