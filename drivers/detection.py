"""Which device answers at an address: every driver's careful questions, one address and line setting after the other.

Nothing is printed. ESC/POS is asked first, by a real-time question that no printer keeps; POSNET's questions are text,
which an ESC/POS printer that is silent would keep in its line until the next slip begins by clearing it.

    usb, file   ESC/POS alone: it is the only language here that is spoken over them
    serial      the languages' usual line settings, unless the address names one; 1424h speaks POSNET alone
    tcp         the address as it stands; a host without a port is tried at each language's usual ports
    cups        a queue that takes jobs is an ESC/POS printer without proof: nothing ever comes back
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

from drivers import registry
from drivers.link import LinkError
from drivers.link.address import (
    CupsAddress,
    FileAddress,
    SerialAddress,
    TcpAddress,
    UsbAddress,
    parse_address,
)
from drivers.link.opening import open_link

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from drivers.contract import Surroundings
    from drivers.link import Link
    from drivers.link.address import Address

_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a device says of itself; empty where it does not tell. `settings` are options of the driver that follow."""

    model: str = ""
    serial_number: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


class Detection(Protocol):
    """What the module `detect` of a driver's package offers."""

    KINDS: frozenset[str]
    """Kinds of links the language is spoken over: the words before '://' of their addresses."""
    SERIAL_LINES: Sequence[str]
    """Line settings printers of this language usually have, the most frequent first: 'baud=9600&flow=xonxoff'."""
    TCP_PORTS: Sequence[int]
    """Ports they usually listen at."""
    OWN_VENDORS: frozenset[int]
    """USB vendors whose devices speak this language and no other."""

    def introduce(self, link: Link, surroundings: Surroundings) -> Introduction | None:
        """Open a link, ask who answers, close it; None when nobody does in this language. Raises LinkError."""
        ...


@dataclass(frozen=True, slots=True)
class Detected:
    """A device that answered: how to reach it and in which language."""

    driver: str
    address: str
    introduction: Introduction


@dataclass(frozen=True, slots=True)
class Search:
    """What came of asking. `error` is why a place could not be opened, where it could not."""

    detected: Detected | None = None
    error: LinkError | None = None


def detect(
    text: str, surroundings: Surroundings, *, vendor: int | None = None, driver: str | None = None
) -> Search:
    """Ask at an address, or at a host without a port, who answers; `driver` asks in that language alone.

    Raises ValueError for a text that is neither.
    """
    error: LinkError | None = None
    for name, address in _questions(text, vendor, driver):
        if surroundings.stop.is_set():
            break
        try:
            link = open_link(address, monotonic=surroundings.monotonic)
            found = registry.detection(name).introduce(link, surroundings)
        except LinkError as broken:
            error = error or broken
            continue
        if found is not None:
            return Search(Detected(name, str(address), found))
    return Search(error=error)


def _questions(text: str, vendor: int | None, driver: str | None) -> Iterator[tuple[str, Address]]:
    """Yield languages and addresses in the order they are tried."""
    where = None if _HOST.fullmatch(text) else parse_address(text)
    known = {name: registry.detection(name) for name in registry.DETECTABLE if driver in (None, name)}
    owners = {name: of for name, of in known.items() if vendor in of.OWN_VENDORS}
    for name, of in (owners or known).items():
        match where:
            case None:
                yield from ((name, TcpAddress(text, port)) for port in of.TCP_PORTS)
            case SerialAddress() if "serial" in of.KINDS:
                lines = of.SERIAL_LINES if "?" not in text else [text.partition("?")[2]]
                yield from ((name, parse_address(f"{text.partition('?')[0]}?{line}")) for line in lines)
            case TcpAddress() | UsbAddress() | FileAddress() | CupsAddress() if _kind(where) in of.KINDS:
                yield name, where


def _kind(where: Address) -> str:
    return str(where).partition(":")[0]
