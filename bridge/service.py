"""The daemon: one lock, one journal, one courier, one station per printer, and the signals that end it.

Threads meet in the journal and wake each other with events. When one of them fails with something it cannot answer
(a damaged journal, a bug), the whole daemon stops: the service manager starts it again, and the journal knows where
every receipt stands.
"""

from __future__ import annotations

import functools
import os
import signal
import threading
import uuid
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from bridge import __version__, messages
from bridge.assembly import (
    courier_allowance,
    courier_settings,
    currency_of,
    make_driver,
    station_allowance,
    station_settings,
    summary_of,
)
from bridge.baselinker.client import Client
from bridge.baselinker.receipts import ReceiptCalls
from bridge.baselinker.shared_budget import shared_budget
from bridge.baselinker.tally import Tally
from bridge.config.alert_secrets import AlertSecrets
from bridge.config.mistakes import ConfigError, Mistake
from bridge.courier import Courier, Desk
from bridge.courier.uploads import OutboxFolder, UploadJob
from bridge.guards.epoch import EpochRounds
from bridge.guards.machine import identify
from bridge.guards.safe_mode import examine
from bridge.intake import receipt_of
from bridge.journal import DaemonLock, Journal, JournalDamagedError, JournalError, State
from bridge.journal.database import CHECK_AT_OPEN_BYTES
from bridge.log import Repeated, last_resort, say
from bridge.notify import notify
from bridge.pulse import Pulse
from bridge.rounds import Rounds
from bridge.station import Station
from bridge.wake import Wake
from bridge.watch import Watch
from drivers.contract import Surroundings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bridge.clock import Clock
    from bridge.config.model import Config, Printer
    from bridge.config.secret import Secret
    from bridge.journal import Entry
    from drivers.contract import Driver, Status

_STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT)
# The unit lets it take 60 s; a receipt in hand that cannot be finished by then stays an intent, which is safe.
_JOIN_SECONDS = 30.0
# A fiscal printer that still answers is not left with half a receipt; the service manager is asked for more time.
_FISCAL_JOIN_SECONDS = 150.0
_JOIN_LOOK = 5.0
_FULL_CHECK_EVERY = 24 * 3600


@dataclass(slots=True)
class _Post:
    """A printer, its driver, and who listens to the driver while it waits."""

    printer: Printer
    driver: Driver = field(init=False)
    listener: Callable[[Status], None] | None = None
    memory: Callable[[Mapping[str, Any]], None] | None = None

    @property
    def thread(self) -> str:
        """The name of its station's thread."""
        return f"station {self.printer.name}"

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
    _pulse: Pulse = field(init=False)

    def __post_init__(self) -> None:
        self._pulse = Pulse(self.clock.monotonic)

    def serve(self) -> None:
        """Run until SIGTERM or SIGINT. Raises what made a thread fail (JournalError among others)."""
        # Blocked before any thread exists, so that only `sigtimedwait` below ever takes them.
        signal.pthread_sigmask(signal.SIG_BLOCK, _STOP_SIGNALS)
        names = tuple(printer.name for printer in self._printers())
        wake = Wake(names, self._pulse.tick)
        closing = ExitStack()
        posts = self._posts(wake, closing)
        with (
            DaemonLock(self.config.journal.path),
            Journal.create(self.config.journal.path, self.clock.time) as journal,
            closing,
        ):
            self._begin(journal)
            examine(journal, identify(), self.config.baselinker.url)
            epoch = EpochRounds(journal, self.clock.monotonic)
            rounds = Rounds(
                journal,
                self._pulse,
                names,
                clock=self.clock,
                run_id=self.run_id,
                environ=self.environ,
                pid=os.getpid(),
            )
            threads = self._start(wake, posts)
            self._wait(wake, rounds, epoch)
            notify(self.environ, "STOPPING=1", "STATUS=stopping")
            wake.stop_all()
            self._join(threads, posts, journal)
            epoch.go(last=True)
        if self._failure is not None:
            raise self._failure
        say(messages.STOPPED, "stopped")

    def _printers(self) -> tuple[Printer, ...]:
        return tuple(printer for printer in self.config.printers if printer.enabled)

    def _begin(self, journal: Journal) -> None:
        facts = {"version": __version__, "pid": os.getpid(), "journal": self.config.journal.path}
        say(messages.STARTING, "starting", **facts)
        say(messages.CONFIGURED, summary_of(self.config), baselinker=self.config.baselinker.url)
        journal.beat("daemon", self.run_id, {"pid": os.getpid(), "version": __version__})
        self._warn_of_simulators()
        known = {printer.name for printer in self._printers()}
        for entry in journal.in_state(State.INTENT):
            if entry.printer not in known:
                reason = f"it was being printed on '{entry.printer}', which is not configured any more"
                journal.hold(entry.receipt_id, "interrupted", reason)
                facts = {"receipt": entry.receipt_id, "printer": entry.printer, "state": State.HELD}
                say(messages.RECEIPT_UNCERTAIN, f"receipt held: {reason}", **facts)

    def _warn_of_simulators(self) -> None:
        for printer in self._printers():
            if printer.simulated:
                from bridge.training import folder_of, warning_about  # noqa: PLC0415 - see `make_driver`

                text = f"printer {printer.name} {warning_about(printer)}"
                say(messages.PRINTER_SIMULATED, text, paper=folder_of(self.config, printer))

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
        threads = [self._thread("courier", lambda: self._run_courier(wake), courier_allowance(self.config))]
        for post in posts:
            job = functools.partial(self._run_station, post, wake)
            threads.append(self._thread(post.thread, job, station_allowance(post.printer)))
        watch = Watch(self.config, self.alert_secrets, self.clock, self.run_id, self.tally)
        # Printing does not depend on it, so the watchdog does not either.
        threads.append(self._thread("watch", lambda: watch.run(wake.stop), float("inf")))
        # Not waited for at the end: it only reads. Nor watched: a large journal takes long.
        self._thread("full check", self._full_check, float("inf"))
        return threads

    def _thread(self, name: str, job: Callable[[], None], allowance: float) -> threading.Thread:
        """Start a thread that may show no progress for `allowance` seconds."""
        arguments = (name, job, allowance)
        thread = threading.Thread(target=self._guarded, args=arguments, name=name, daemon=True)
        thread.start()
        return thread

    def _guarded(self, name: str, job: Callable[[], None], allowance: float) -> None:
        self._pulse.watch(name, allowance)
        try:
            job()
        except BaseException as error:  # noqa: BLE001 - it is raised again by `serve`, in the main thread
            self._failure = self._failure or error
            if not isinstance(error, JournalError):
                last_resort(error)
            os.kill(os.getpid(), signal.SIGTERM)
        finally:
            self._pulse.leave()

    def _wait(self, wake: Wake, rounds: Rounds, epoch: EpochRounds) -> None:
        try:
            rounds.begin()
            while self._failure is None and not wake.stopping:
                epoch.go()
                received = signal.sigtimedwait(_STOP_SIGNALS, rounds.pause)
                if received is not None:
                    if self._failure is None:
                        text = f"told to stop ({signal.Signals(received.si_signo).name})"
                        say(messages.TOLD_TO_STOP, text)
                    return
                rounds.go()
        except JournalError as error:
            self._failure = self._failure or error

    def _join(self, threads: list[threading.Thread], posts: list[_Post], journal: Journal) -> None:
        begun = self.clock.monotonic()
        fiscal = {post.thread: post.printer.name for post in posts if post.driver.fiscal}
        for thread in threads:
            while thread.is_alive():
                left = begun + self._patience(fiscal.get(thread.name), journal) - self.clock.monotonic()
                if left <= 0:
                    break
                thread.join(min(_JOIN_LOOK, left))
            if thread.is_alive():
                text = f"the {thread.name} did not stop in time; the journal knows where it stood"
                say(messages.STOPPED_LATE, text)

    def _patience(self, fiscal_printer: str | None, journal: Journal) -> float:
        """Return how many seconds a thread may take to stop; ask the service manager for more where it needs them."""
        if fiscal_printer is None or not journal.in_state(State.INTENT, printer=fiscal_printer):
            return _JOIN_SECONDS
        notify(self.environ, f"EXTEND_TIMEOUT_USEC={_JOIN_SECONDS * 1e6:.0f}")
        return _FISCAL_JOIN_SECONDS

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
                say(messages.JOURNAL_DAMAGED, "the full check of the journal failed")
                raise
            journal.beat("full_check", self.run_id, {"ok": True})
