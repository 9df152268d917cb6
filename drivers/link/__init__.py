"""Links move bytes and know no language: serial, tcp, usb, cups, file.

The only folder that opens ports and blocks. Every call has a deadline, every write counts what
the system took, and a link that broke is opened again by the next `open`.

    LinkError                 what happened to which address, and how many bytes of the write had gone
    ├── LinkUnavailable       cannot be opened: nothing was sent
    ├── LinkLost              broke while open
    └── LinkTimeout           did not take all bytes before the deadline
"""

from __future__ import annotations

from typing import Protocol


class LinkError(Exception):
    """A link failed; `address` names it, `written` counts the bytes of the failed write the system had taken.

    The count is exact after LinkTimeout. After LinkLost it may be too high (usb, cups), never too low: 0 means
    that surely nothing went.
    """

    def __init__(self, what: str, *, address: str, cure: str = "", written: int = 0) -> None:
        super().__init__(what)
        self.what = what
        self.address = address
        self.cure = cure
        self.written = written

    def __str__(self) -> str:
        return f"{self.address}: {self.what}"


class LinkUnavailable(LinkError):
    """The link cannot be opened now; nothing was sent."""


class LinkLost(LinkError):
    """The link broke while it was open."""


class LinkTimeout(LinkError):
    """The peer did not take all bytes before the deadline; the link is still open."""


class Link(Protocol):
    """One way to one device. Not thread-safe: one thread owns it."""

    @property
    def address(self) -> str:
        """The address as configured, safe to log."""
        ...

    @property
    def bytes_per_second(self) -> float:
        """The rate the line can carry (baud / 10 for 8N1; a cautious figure elsewhere), for deadlines."""
        ...

    @property
    def two_way(self) -> bool:
        """Whether bytes can come back at all (a cups queue and a regular file: never)."""
        ...

    @property
    def is_open(self) -> bool:
        """Whether the link is open as far as this side knows."""
        ...

    def open(self) -> None:
        """Open the link, or do nothing when it is open. Raises LinkUnavailable."""
        ...

    def write(self, data: bytes, timeout: float) -> None:
        """Hand all bytes to the system within `timeout` seconds.

        Raises LinkLost or LinkTimeout with `written`.
        """
        ...

    def read(self, timeout: float) -> bytes:
        """Return what has arrived, waiting up to `timeout` seconds for the first byte; b'' when nothing came.

        Raises LinkLost when the peer is gone.
        """
        ...

    def close(self) -> None:
        """Close the link, cleanly where the system can (read what is left, then shut down). Never raises."""
        ...
