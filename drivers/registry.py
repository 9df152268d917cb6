"""Which drivers there are, by the name that stands in the configuration. A driver is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from drivers.contract import Driver, Surroundings
    from drivers.link import Link

_PACKAGES: Mapping[str, str] = {
    "escpos": "drivers.escpos",
    "posnet": "drivers.posnet",
}


class DriverPackage(Protocol):
    """What every driver's package offers."""

    STANZA: str
    """A commented `[[printers]]` table for the example configuration."""

    @property
    def Options(self) -> type[BaseModel]:  # noqa: N802 - a class under the name every package gives it
        """The model of the driver's own settings."""
        ...

    def open_driver(self, options: Any, link: Link, surroundings: Surroundings) -> Driver:
        """Return the driver of one configured printer; opens nothing.

        `options` is an object of the package's `Options`. Raises ValueError with a sentence when this link cannot
        do what the options ask.
        """
        ...


class UnknownDriver(LookupError):
    """No driver has that name; the message lists those there are."""


def names() -> tuple[str, ...]:
    """Return the names of all drivers, sorted."""
    return tuple(sorted(_PACKAGES))


def load(name: str) -> DriverPackage:
    """Import and return the package of the driver `name`. Raises UnknownDriver."""
    try:
        package = _PACKAGES[name]
    except KeyError:
        raise UnknownDriver(f"{name!r} is not a driver; there are {', '.join(names())}") from None
    return cast("DriverPackage", import_module(package))
