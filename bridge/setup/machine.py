"""What the steps of the set-up touch: BaseLinker, ports, files, systemd. The steps know no other world than this."""

from __future__ import annotations

import os
import pwd
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bridge.config.mistakes import ConfigError
from bridge.config.reading import load_config
from bridge.doctor.machine import Machine as PatientMachine
from bridge.doctor.users import unit_settings
from bridge.journal import DaemonLock
from bridge.setup import files, service, udev
from bridge.setup.asking import SetupError
from drivers import registry
from drivers.contract import DriverError, Surroundings
from drivers.sentences import sentences

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bridge.config.model import Config, Printer
    from bridge.config.secret import Secret
    from drivers.contract import Status
    from drivers.detection import Search
    from drivers.link.finding import Place

_MEND = "Correct them, or move the file away to begin anew"

Answer = dict[str, Any]
"""What became of an errand: `ok`, `what`, `cure`, and what the driver told."""


@dataclass(slots=True)
class Machine:
    """The machine itself. `root` is where its devices and rules are; `tell` hears of troubles while a slip waits.

    `ask_daemon` has an errand done by the daemon's own station.
    """

    root: Path
    language: str
    tell: Callable[[str], None]
    ask_daemon: Callable[[Config, Printer, str, Mapping[str, Any]], Answer]
    stop: threading.Event = field(default_factory=threading.Event)

    # -- BaseLinker ----------------------------------------------------------------------------------------------------

    def series(self, token: Secret, url: str) -> dict[int, str]:
        """Return the receipt series of the account. Raises BaseLinkerError."""
        from bridge.baselinker.budget import Budget  # noqa: PLC0415 - not for an --offline set-up
        from bridge.baselinker.client import Client  # noqa: PLC0415
        from bridge.baselinker.receipts import ReceiptCalls, receipt_series  # noqa: PLC0415

        with Client(token, Budget(), url=url) as client:
            return receipt_series(ReceiptCalls(client).get_series())

    # -- printers ------------------------------------------------------------------------------------------------------

    def places(self) -> tuple[Place, ...]:
        """Return where printers may be connected; opens nothing."""
        from drivers.link.finding import find_places, find_queues  # noqa: PLC0415 - not where printers are given

        return (*find_places(self.root), *find_queues())

    def detect(self, text: str, *, vendor: int | None = None, driver: str | None = None) -> Search:
        """Ask who answers at an address; prints nothing. Raises ValueError for a text that is no address."""
        from drivers.detection import detect  # noqa: PLC0415 - as above

        return detect(text, self._surroundings(), vendor=vendor, driver=driver)

    def errand(self, printer: Printer, kind: str, detail: Mapping[str, Any]) -> Answer:
        """Have a printer of a configuration that is not written yet do something; never raises for the printer."""
        from drivers.link.opening import open_link  # noqa: PLC0415 - the link's own library is loaded with it

        surroundings = self._surroundings()
        try:
            link = open_link(printer.address, monotonic=surroundings.monotonic)
            driver = registry.load(printer.driver).open_driver(printer.options, link, surroundings)
        except ValueError as error:
            return {"ok": False, "what": str(error), "cure": ""}
        try:
            return {"ok": True, "what": "", "cure": "", **driver.errand(kind, detail)}
        except DriverError as error:
            return {"ok": False, "what": error.what, "cure": error.cure}
        finally:
            driver.close()

    def _surroundings(self) -> Surroundings:
        return Surroundings(time.monotonic, self.stop, self._tell)

    def _tell(self, status: Status) -> None:
        for trouble in status.troubles:
            self.tell(sentences(*trouble.words(self.language)))

    # -- files ---------------------------------------------------------------------------------------------------------

    def may_write(self, folder: Path) -> bool:
        """Whether files can be written in a folder, which is made if it is missing. Raises OSError."""
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
        return self.may_change(folder)

    def may_change(self, folder: Path) -> bool:
        """Whether files can be written in a folder of the system, which is not made where it is missing."""
        return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)

    def prove(self, file: Path, text: str) -> Config:
        """Return the configuration that `text` would be in the place of `file`. Raises ConfigError."""
        return files.try_out(file, text, lambda trial: load_config(trial, {}))

    def write(self, file: Path, text: str, *, secret: bool = False) -> Path | None:
        """Write a file, safely and whole; return the copy of what it replaced. Raises SetupError."""
        owner = self._token_owner() if secret else None
        try:
            mode = 0o600 if secret else _mode_of(file)
            return files.save(file, text, mode=mode, stamp=time.strftime("%Y-%m-%dT%H-%M-%S"), owner=owner)
        except OSError as error:
            raise SetupError(
                f"{file} cannot be written: {error.strerror}", "Check rights and disk"
            ) from error

    @property
    def today(self) -> str:
        """Return date and time for people."""
        return time.strftime("%Y-%m-%d %H:%M")

    def _token_owner(self) -> files.Owner | None:
        """Return root where the unit has systemd hand the token over, else the service's user; None: whoever writes.

        packaging/tmpfiles.conf gives the file to root at every boot, and the doctor asks for the same.
        """
        if os.geteuid() != 0:
            return None
        if "LoadCredential" in unit_settings(PatientMachine(self.root)):
            return 0, 0
        try:
            user = pwd.getpwnam(service.USER)
        except KeyError:
            return None
        return user.pw_uid, user.pw_gid

    # -- the system ----------------------------------------------------------------------------------------------------

    def daemon(self, config: Config) -> int | None:
        """Return the process that works on a configuration's journal."""
        return DaemonLock(config.journal.path).owner()

    def rule_file(self, printer: str) -> Path:
        """Return where the rule of a printer belongs."""
        return self.root / udev.FOLDER / udev.file_name(printer)

    def apply_rules(self) -> str:
        """Let new rules count; return what went wrong, '' when nothing did."""
        if self.root != Path("/"):
            return ""
        return next(filter(None, map(service.run_quietly, udev.COMMANDS)), "")

    def presence(self, config: Path) -> service.Presence:
        """Return whether the service can be started with a configuration."""
        return service.presence(config)

    def start(self, *, again: bool) -> str:
        """Enable and start the service; return what went wrong."""
        return service.start(again=again)


def _mode_of(file: Path) -> int:
    """Return who may use a file that is replaced; a new configuration holds no secret, and the service reads it."""
    return file.stat().st_mode & 0o777 if file.exists() else 0o644


def old_config(file: Path) -> Config | None:
    """Return the configuration that is there, None where there is none. Raises SetupError for one with mistakes.

    It is not simply replaced: it names the journal, and a bridge with another journal has forgotten what it printed.
    """
    if not file.exists():
        return None
    try:
        return load_config(file, {})
    except ConfigError as error:
        raise SetupError(f"The configuration that is there has mistakes: {error}", _MEND) from None
