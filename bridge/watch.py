"""The thread that watches the journal, and those that tell people; none of them holds up or ends the daemon's work.

    watch       looks every few seconds: Situation -> what stands -> every way, and the numbers
    one a way   tells what is new or over; a server that hangs holds up its own way alone

Whatever goes wrong here is said once and tried again: alerts are no reason to stop printing.
"""

from __future__ import annotations

import threading
import traceback
from collections import Counter
from typing import TYPE_CHECKING, Protocol

from bridge import __version__, messages
from bridge.alerts.counter import Calls
from bridge.alerts.messenger import Messenger
from bridge.alerts.slip import Slips
from bridge.alerts.standing import Standing, standing
from bridge.alerts.ways import counters_of, host_name, limits_of, ways_of
from bridge.journal import Journal
from bridge.log import Repeated
from bridge.metrics.exposition import render
from bridge.metrics.families import Numbers, families
from bridge.metrics.textfile import write_textfile
from bridge.observer import Observer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from bridge.baselinker.tally import Tally
    from bridge.clock import Clock
    from bridge.config.alert_secrets import AlertSecrets
    from bridge.config.model import Config
    from bridge.metrics.server import MetricsServer
    from bridge.observer import Situation
    from bridge.wake import StopSign

_LOOK_SECONDS = 2.0
_NUMBERS_SECONDS = 10.0
_AFTER_FAILURE = 30.0
_JOIN_SECONDS = 2.0


class Teller(Protocol):
    """One way with its memory."""

    name: str
    told_count: int
    failed_count: int

    def step(self, standing: Standing) -> float | None:
        """Tell what is due; return the seconds to the next try, None when all is told."""
        ...


class _Board:
    """Where the watch puts what stands, and a teller finds the newest of it."""

    def __init__(self) -> None:
        self._changed = threading.Event()
        self.standing: Standing | None = None
        self.teller: Teller | None = None

    def put(self, now: Standing | None) -> None:
        """Replace what stands and wake the teller if that is new; None only wakes it. Never waits."""
        if now is None or now != self.standing:
            self.standing = now or self.standing
            self._changed.set()

    def wait(self, seconds: float | None) -> None:
        """Wait until something was put, or the time is over."""
        self._changed.wait(seconds)
        self._changed.clear()


class Watch:
    """Watches for one daemon; `run` until `stop` is set. Raises nothing."""

    def __init__(
        self, config: Config, secrets: AlertSecrets, clock: Clock, run_id: str, tally: Tally
    ) -> None:
        self._config = config
        self._secrets = secrets
        self._clock = clock
        self._run_id = run_id
        self._tally = tally
        self._limits = limits_of(config)
        self._repeated = Repeated(clock.monotonic)
        self._boards: list[_Board] = []
        self._text = ""
        self._published = -1
        self._numbers_due = clock.monotonic()
        self._server: MetricsServer | None = None

    def run(self, stop: StopSign) -> None:
        """Watch until told to stop. Whatever fails is said once and begun again after a pause."""
        threads = [thread for make in self._tellers() for thread in [self._start(make, stop)]]
        try:
            while not stop.is_set():
                if not self._survives("watching", lambda: self._watch(stop)):
                    stop.wait(_AFTER_FAILURE)
        finally:
            if self._server is not None:
                self._server.close()
            for board in self._boards:
                board.put(None)
            due = self._clock.monotonic() + _JOIN_SECONDS
            for thread in threads:
                thread.join(max(0.0, due - self._clock.monotonic()))

    def _watch(self, stop: StopSign) -> None:
        names = tuple(printer.name for printer in self._config.printers if printer.enabled)
        with Journal(self._config.journal.path, self._clock.time) as journal:
            observer = Observer(journal, self._clock, self._run_id, names)
            while not stop.is_set():
                now = observer.look()
                found = standing(now, self._limits, self._config.log.language)
                for board in self._boards:
                    board.put(found)
                self._publish(observer, now, found)
                self._repeated.over("watching", messages.WATCH_AGAIN, "alerts and numbers work again")
                stop.wait(_LOOK_SECONDS)

    def _survives(self, what: str, job: Callable[[], None]) -> bool:
        """Do a job that must not end the daemon; return whether it ended by itself."""
        try:
            job()
        except Exception as error:  # noqa: BLE001 - alerts are no reason to stop printing
            place = traceback.extract_tb(error.__traceback__)[-1]
            text = f"{what} failed, printing goes on: {type(error).__name__}: {error}"
            text += f" ({place.filename}:{place.lineno} in {place.name})"
            self._repeated.trouble(what, messages.WATCH_FAILED, text)
            return False
        return True

    # -- telling ---------------------------------------------------------------------------------------------

    def _tellers(self) -> Iterator[Callable[[Journal], Teller]]:
        language, host = self._config.log.language, host_name()
        for way in ways_of(self._config, self._secrets):
            yield lambda journal, way=way: Messenger(  # type: ignore[misc]
                way, journal.alerts, self._clock, language=language, host=host
            )
        printer = self._config.alerts.slip_printer
        if printer:
            yield lambda journal: Slips(printer, journal, self._clock, language=language, host=host)
        for name in counters_of(self._config):
            yield lambda journal, name=name: Calls(name, journal, self._clock, language=language)  # type: ignore[misc]

    def _start(self, make: Callable[[Journal], Teller], stop: StopSign) -> threading.Thread:
        board = _Board()
        self._boards.append(board)
        thread = threading.Thread(
            target=self._keep_telling, args=(make, board, stop), name="teller", daemon=True
        )
        thread.start()
        return thread

    def _keep_telling(self, make: Callable[[Journal], Teller], board: _Board, stop: StopSign) -> None:
        while not stop.is_set():
            if not self._survives("telling", lambda: self._keep_told(make, board, stop)):
                stop.wait(_AFTER_FAILURE)

    def _keep_told(self, make: Callable[[Journal], Teller], board: _Board, stop: StopSign) -> None:
        with Journal(self._config.journal.path, self._clock.time) as journal:
            teller = board.teller = make(journal)
            while not stop.is_set():
                now = board.standing
                board.wait(None if now is None else teller.step(now))

    # -- numbers ---------------------------------------------------------------------------------------------

    def _publish(self, observer: Observer, now: Situation, found: Standing) -> None:
        metrics = self._config.metrics
        unchanged = self._published == observer.progress.last and self._clock.monotonic() < self._numbers_due
        if not (metrics.textfile or metrics.listen) or unchanged:
            return
        self._published = observer.progress.last
        self._numbers_due = self._clock.monotonic() + _NUMBERS_SECONDS
        due = Counter(alert.code for alert in found.alerts if alert.due)
        numbers = Numbers(__version__, now, observer.progress, self._tally, due, self._messages())
        self._text = render(families(numbers))
        try:
            if metrics.textfile is not None:
                write_textfile(metrics.textfile, self._text)
            if metrics.listen and self._server is None:
                from bridge.metrics.server import MetricsServer  # noqa: PLC0415 - a web server only where asked for

                self._server = MetricsServer(metrics.listen, lambda: self._text)
        except OSError as error:
            text = f"the numbers cannot be published: {error}"
            self._repeated.trouble("numbers", messages.NUMBERS_UNPUBLISHED, text)
        else:
            self._repeated.over("numbers", messages.NUMBERS_AGAIN, "the numbers are published again")

    def _messages(self) -> dict[tuple[str, str], int]:
        tellers = [board.teller for board in self._boards if board.teller is not None]
        return {
            (teller.name, outcome): count
            for teller in tellers
            for outcome, count in (("told", teller.told_count), ("failed", teller.failed_count))
        }
