"""What the configuration means for each part of the daemon, and the drivers made of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bridge import pulse
from bridge.config.mistakes import ConfigError, Mistake
from bridge.courier import CourierSettings
from bridge.guards.net import BacklogLimits
from bridge.station import StationSettings
from drivers import registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import ExitStack

    from bridge.config.model import Config, Printer
    from drivers.contract import Driver, Surroundings
    from drivers.link import Link


def courier_allowance(config: Config) -> float:
    """Return for how many seconds the courier may show no progress: see bridge/pulse.py."""
    if config.outbox.path is None:
        return pulse.COURIER_SECONDS
    return pulse.COURIER_SECONDS + config.outbox.max_file_kib * 4 / 3 / pulse.UPLOAD_KIB_PER_SECOND


def station_allowance(printer: Printer) -> float:
    """Return for how many seconds a printer's station may show no progress: see bridge/pulse.py."""
    return pulse.STATION_SECONDS + float(getattr(printer.options, "patience_seconds", 0.0))


def summary_of(config: Config) -> str:
    """Return the configuration as one sentence: which printers serve which series."""
    printers = [printer for printer in config.printers if printer.enabled]
    told = ", ".join(_told(printer) for printer in printers)
    return f"serves {len(printers)} {'printer' if len(printers) == 1 else 'printers'}: {told}"


def _told(printer: Printer) -> str:
    series = "every other series"
    if printer.series is not None:
        series = f"series {' '.join(str(one) for one in printer.series)}"
    return f"{printer.name} ({printer.driver} at {printer.address}, {series})"


def courier_settings(config: Config) -> CourierSettings:
    """Return what the courier needs to know of the configuration."""

    def printer_for(series_id: int | None) -> str | None:
        printer = config.printer_for(series_id)
        return None if printer is None else printer.name

    return CourierSettings(
        poll_seconds=config.baselinker.poll_seconds,
        check_totals=config.baselinker.check_totals,
        printer_for=printer_for,
        currencies={printer.name: currency_of(printer) for printer in config.printers},
        copies=frozenset(series.id for series in config.series if series.copy_as == "pdf"),
        language=config.log.language,
        edocument_fields={
            printer.name: printer.edocument_field for printer in config.printers if printer.edocument_field
        },
        backlog=backlog_limits(config),
    )


def backlog_limits(config: Config) -> BacklogLimits:
    """Return which receipts are held after a pause."""
    keys = config.backlog
    return BacklogLimits(keys.after_pause_minutes * 60, keys.max_age_hours * 3600, keys.max_receipts)


def station_settings(config: Config, printer: Printer) -> StationSettings:
    """Return what a printer's station needs to know of the configuration."""
    return StationSettings(
        printer=printer.name,
        poll_max_age=config.baselinker.poll_max_age_seconds,
        # The order of such a printer's receipt must have been asked, whether totals are compared or not.
        check_totals=config.baselinker.check_totals or bool(printer.edocument_field),
        language=config.log.language,
    )


def currency_of(printer: Printer | None) -> str:
    """Return the currency a printer sells in."""
    return str(getattr(printer.options, "currency", "PLN")) if printer is not None else "PLN"


def make_driver(config: Config, printer: Printer, surroundings: Surroundings, closing: ExitStack) -> Driver:
    """Join a configured printer's link and driver; opens nothing. Raises ConfigError when they do not fit.

    `closing` is left behind the driver's own `close`: it ends what was started for the driver.
    """
    link = _make_link(config, printer, surroundings.monotonic, closing)
    try:
        return registry.load(printer.driver).open_driver(printer.options, link, surroundings)
    except ValueError as error:
        raise ConfigError([Mistake(config.file, str(error), key=f"printer {printer.name}")]) from error


def _make_link(config: Config, printer: Printer, monotonic: Callable[[], float], closing: ExitStack) -> Link:
    if printer.simulated:
        from bridge.training import TrainingLink  # noqa: PLC0415 - only where there is a simulator

        training = TrainingLink(config, printer, monotonic=monotonic)
        closing.callback(training.stop)
        return training
    from drivers.link.opening import open_link  # noqa: PLC0415 - the link's own library is loaded with it

    return open_link(printer.address, monotonic=monotonic)
