"""The daemon: one lock, one journal, one courier, one station per printer, and the signals that end it.

Threads meet in the journal and wake each other with events. When one of them fails with something it cannot answer
(a damaged journal, a bug), the whole daemon stops: the service manager starts it again, and the journal knows where
every receipt stands.
"""

from __future__ import annotations

import functools
import logging
import os
import signal
import threading
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bridge import __version__
from bridge.baselinker.client import Client
from bridge.baselinker.receipts import ReceiptCalls
from bridge.baselinker.shared_budget import shared_budget
from bridge.baselinker.tally import Tally
from bridge.config.alert_secrets import AlertSecrets
from bridge.config.mistakes import ConfigError, Mistake
from bridge.courier import Courier, CourierSettings, Desk
from bridge.courier.uploads import OutboxFolder, UploadJob
from bridge.guards.epoch import Rounds
from bridge.guards.machine import identify
from bridge.guards.net import BacklogLimits
from bridge.guards.safe_mode import examine
from bridge.intake import receipt_of
from bridge.journal import DaemonLock, Journal, JournalDamagedError, JournalError, State
from bridge.journal.database import CHECK_AT_OPEN_BYTES
from bridge.log import Repeated, last_resort, say
from bridge.notify import notify
from bridge.station import Station, StationSettings
from bridge.wake import Wake
from bridge.watch import Watch
from drivers import registry
from drivers.contract import Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bridge.clock import Clock
    from bridge.config.model import Config, Printer
    from bridge.config.secret import Secret
    from bridge.journal import Entry
    from drivers.contract import Driver, Status
    from drivers.link import Link

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# systemd waits 90 s by default; a receipt in hand that cannot be finished by then stays an intent, which is safe.
_JOIN_SECONDS = 30.0
_FULL_CHECK_EVERY = 24 * 3600
_MAIN_WAIT = 5.0


@dataclass(slots=True)
class _Post:
    """A printer, its driver, and who listens to the driver while it waits."""

    printer: Printer
    driver: Driver = field(init=False)
    listener: Callable[[Status], None] | None = None
    memory: Callable[[Mapping[str, Any]], None] | None = None

    def remember(self, facts: Mapping[str, Any]) -> None:
        """Pass on what the driver must not forget."""
        if self.memory is not None:
            self.memory(facts)

    def tell(self, status: Status) -> None:
        """Pass on what the driver tells."""
        if self.listener is not None:
            self.listener(status)


@dataclass(slots=True)
class Service:
    """Everything one daemon consists of. `serve` runs it until a signal or a failure."""

    config: Config
    token: Secret
    clock: Clock
    environ: Mapping[str, str] = field(repr=False)
    run_id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])
    alert_secrets: AlertSecrets = field(default_factory=AlertSecrets)
    tally: Tally = field(default_factory=Tally)
    _failure: BaseException | None = None

    def serve(self) -> None:
        """Run until SIGTERM or SIGINT. Raises what made a thread fail (JournalError among others)."""
        # Blocked before any thread exists, so that only `sigtimedwait` below ever takes them.
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
        wake = Wake(tuple(printer.name for printer in self._printers()))
        closing = ExitStack()
        posts = self._posts(wake, closing)
        with (
            DaemonLock(self.config.journal.path),
            Journal.create(self.config.journal.path, self.clock.time) as journal,
            closing,
        ):
            self._begin(journal)
            examine(journal, identify(), self.config.baselinker.url)
            rounds = Rounds(journal, self.clock.monotonic)
            threads = self._start(wake, posts)
            notify(self.environ, "READY=1", f"STATUS={len(self._printers())} printers, waiting for receipts")
            self._wait(wake, rounds)
            notify(self.environ, "STOPPING=1")
            wake.stop_all()
            self._join(threads)
            rounds.go(last=True)
        if self._failure is not None:
            raise self._failure
        say(logging.INFO, "stopped")

    def _printers(self) -> tuple[Printer, ...]:
        return tuple(printer for printer in self.config.printers if printer.enabled)

    def _begin(self, journal: Journal) -> None:
        say(logging.INFO, "starting", version=__version__, pid=os.getpid(), journal=self.config.journal.path)
        journal.beat("daemon", self.run_id, {"pid": os.getpid(), "version": __version__})
        self._warn_of_simulators()
        known = {printer.name for printer in self._printers()}
        for entry in journal.in_state(State.INTENT):
            if entry.printer not in known:
                reason = f"it was being printed on '{entry.printer}', which is not configured any more"
                journal.hold(entry.receipt_id, "interrupted", reason)
                say(logging.ERROR, f"receipt held: {reason}", receipt=entry.receipt_id, state=State.HELD)

    def _warn_of_simulators(self) -> None:
        for printer in self._printers():
            if printer.simulated:
                from bridge.training import folder_of, warning_about  # noqa: PLC0415 - see `make_driver`

                say(
                    logging.WARNING,
                    f"printer {printer.name} {warning_about(printer)}",
                    paper=folder_of(self.config, printer),
                )

    def _posts(self, wake: Wake, closing: ExitStack) -> list[_Post]:
        """Make every printer's driver; opens nothing. Raises ConfigError with all that do not fit together."""
        posts: list[_Post] = []
        mistakes: list[Mistake] = []
        for printer in self._printers():
            post = _Post(printer)
            surroundings = Surroundings(
                monotonic=self.clock.monotonic, stop=wake.stop, tell=post.tell, remember=post.remember
            )
            try:
                post.driver = make_driver(self.config, printer, surroundings, closing)
            except ConfigError as error:
                mistakes += error.mistakes
            posts.append(post)
        if mistakes:
            raise ConfigError(mistakes)
        return posts

    def _start(self, wake: Wake, posts: list[_Post]) -> list[threading.Thread]:
        work: list[tuple[str, Callable[[], None]]] = [("courier", lambda: self._run_courier(wake))]
        work += [
            (f"station {post.printer.name}", functools.partial(self._run_station, post, wake))
            for post in posts
        ]
        watch = Watch(self.config, self.alert_secrets, self.clock, self.run_id, self.tally)
        work.append(("watch", lambda: watch.run(wake.stop)))
        threads = [
            threading.Thread(target=self._guarded, args=(job,), name=name, daemon=True) for name, job in work
        ]
        for thread in threads:
            thread.start()
        # Not waited for at the end: it only reads.
        threading.Thread(
            target=self._guarded, args=(self._full_check,), name="full check", daemon=True
        ).start()
        return threads

    def _guarded(self, job: Callable[[], None]) -> None:
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - it is raised again by `serve`, in the main thread
            self._failure = self._failure or error
            if not isinstance(error, JournalError):
                last_resort(error)
            os.kill(os.getpid(), signal.SIGTERM)

    def _wait(self, wake: Wake, rounds: Rounds) -> None:
        while self._failure is None and not wake.stopping:
            rounds.go()
            received = signal.sigtimedwait(_STOP_SIGNALS, _MAIN_WAIT)
            if received is not None:
                if self._failure is None:
                    say(logging.INFO, f"told to stop ({signal.Signals(received.si_signo).name})")
                return

    def _join(self, threads: list[threading.Thread]) -> None:
        due = self.clock.monotonic() + _JOIN_SECONDS
        for thread in threads:
            thread.join(max(0.0, due - self.clock.monotonic()))
            if thread.is_alive():
                say(
                    logging.WARNING,
                    f"the {thread.name} did not stop in time; the journal knows where it stood",
                )

    # -- the threads -----------------------------------------------------------------------------------------

    def _run_courier(self, wake: Wake) -> None:
        settings = self.config.baselinker
        budget = shared_budget(
            self.config.journal.path.parent,
            self.token,
            settings.requests_per_minute,
            monotonic=self.clock.monotonic,
        )
        with (
            Journal(self.config.journal.path, self.clock.time) as journal,
            Client(
                self.token,
                budget,
                url=settings.url,
                patience=0.0,
                monotonic=self.clock.monotonic,
                wall=self.clock.time,
            ) as client,
        ):
            desk = Desk(
                settings=courier_settings(self.config),
                client=client,
                calls=ReceiptCalls(self.tally.counting(client, budget), wake.stop),
                journal=journal,
                clock=self.clock,
                wake=wake,
                run_id=self.run_id,
                repeated=Repeated(self.clock.monotonic),
            )
            Courier(desk, budget, self._uploads(desk)).run()

    def _uploads(self, desk: Desk) -> UploadJob | None:
        outbox = self.config.outbox
        folder = None
        if outbox.path is not None:
            folder = OutboxFolder(
                outbox.path, settle_seconds=outbox.settle_seconds, max_bytes=outbox.max_file_kib * 1024
            )
        if folder is None and not desk.settings.copies:
            return None
        return UploadJob(desk, self._render_copy, folder)

    def _render_copy(self, entry: Entry) -> bytes:
        from bridge.pdf import render_receipt  # noqa: PLC0415 - reportlab only where copies are made

        printer = self.config.printer(entry.printer)
        style = getattr(printer.options, "style", None) if printer is not None else None
        receipt = receipt_of(entry.content, entry.currency or currency_of(printer))
        return render_receipt(receipt, style)

    def _run_station(self, post: _Post, wake: Wake) -> None:
        with Journal(self.config.journal.path, self.clock.time) as journal:
            station = Station(
                station_settings(self.config, post.printer),
                post.driver,
                journal,
                clock=self.clock,
                wake=wake,
                run_id=self.run_id,
            )
            post.listener, post.memory = station.heard, station.remember
            station.run()

    def _full_check(self) -> None:
        """Check a journal that was too large to be checked before the start, once a day."""
        path = self.config.journal.path
        if path.stat().st_size <= CHECK_AT_OPEN_BYTES:
            return
        with Journal(path, self.clock.time) as journal:
            last = journal.beats().get("full_check")
            if last is not None and 0 <= self.clock.time() - last.at < _FULL_CHECK_EVERY:
                return
            try:
                journal.full_check()
            except JournalDamagedError:
                say(logging.CRITICAL, "the full check of the journal failed")
                raise
            journal.beat("full_check", self.run_id, {"ok": True})


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
