"""Which addresses the API token may be sent to."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

DEFAULT_URL = "https://api.baselinker.com/connector.php"
"""The vendor's only documented endpoint (baselinker-api.md, section 1)."""


def check_url(url: str) -> str:
    """Return `url` when the token may be sent there: https anywhere, http to this machine alone.

    Raises ValueError with the reason and the cure; the message never holds a password written into the address.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise ValueError(f"the address of BaseLinker cannot be read; {_example()}") from None
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"the address of BaseLinker must not hold a user or password; {_example()}")
    if not host or parts.scheme not in {"http", "https"}:
        raise ValueError(f"{url!r} is not an address of BaseLinker; {_example()}")
    if parts.scheme == "http" and not _is_this_machine(host):
        raise ValueError(
            f"{url!r} would send the API token unencrypted; write https:// (http:// is for a simulator on 127.0.0.1)"
        )
    return url


def _is_this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _example() -> str:
    return f"write it like {DEFAULT_URL}"
