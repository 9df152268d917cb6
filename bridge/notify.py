"""Telling systemd how the service is: one datagram a message (sd_notify(3), sd_watchdog_enabled(3))."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge.datagram import Mailbox

if TYPE_CHECKING:
    from collections.abc import Mapping


def notify(environ: Mapping[str, str], *messages: str) -> bool:
    """Send messages such as `READY=1`; return whether somebody listens. A service manager that is gone is no error."""
    address = environ.get("NOTIFY_SOCKET", "")
    return bool(address) and Mailbox(address).send("\n".join(messages).encode())


def watchdog_seconds(environ: Mapping[str, str], pid: int) -> float | None:
    """Return after how many seconds without `WATCHDOG=1` this process is ended, None when nobody watches it."""
    microseconds = environ.get("WATCHDOG_USEC", "")
    if not microseconds.isascii() or not microseconds.isdigit() or not int(microseconds):
        return None
    meant = environ.get("WATCHDOG_PID", "")
    return None if meant and meant != str(pid) else int(microseconds) / 1e6
