"""Which drivers there are, by the name that stands in the configuration. A driver is imported when it is asked for."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from drivers.calibration import Calibration
    from drivers.contract import Driver, Surroundings
    from drivers.detection import Detection
    from drivers.link import Link

_PACKAGES: Mapping[str, str] = {
    "escpos": "drivers.escpos",
    "posnet": "drivers.posnet",
}

DETECTABLE = ("escpos", "posnet")
"""Drivers with a module `detect`, in the order in which an unknown device is asked (`drivers/detection.py`)."""


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


def detection(name: str) -> Detection:
    """Import and return how devices of one of DETECTABLE are found."""
    return cast("Detection", import_module(f"{_PACKAGES[name]}.detect"))


def calibration(name: str) -> Calibration | None:
    """Import and return what a technician is asked about a driver's page; None for a driver without questions."""
    module = f"{_PACKAGES[name]}.calibration"
    return cast("Calibration", import_module(module)) if find_spec(module) else None


def prints_notices(name: str) -> bool:
    """Whether a printer of the driver `name` may print notices that nobody asked for. Raises UnknownDriver."""
    return bool(getattr(load(name), "PRINTS_NOTICES", False))


def calls_attention(name: str) -> bool:
    """Whether the driver `name` has the errand `attention`. Raises UnknownDriver."""
    return bool(getattr(load(name), "CALLS_ATTENTION", False))
