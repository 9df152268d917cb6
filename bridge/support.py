"""The support bundle: what somebody who helps from afar needs to know, without secrets and without people.

    support.json        when it was made, and which of the parts are missing and why
    versions.json       program, Python, system, libraries
    configuration.json  the checked configuration; addresses of other services and whatever may be secret are left out
    journal.json        counts by state, printers and their devices, safe mode, the last receipts
    log.txt             the last lines of the daemon in the system's journal
    doctor.json         what `receipt-bridge doctor` says

Of a receipt only what tells the course of events is shown: ids, states, times, codes. Names, goods, tax ids, numbers
and free text are left out; out of the log, which quotes what BaseLinker lists, they are blotted.
"""

from __future__ import annotations

import io
import json
import platform
import re
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from importlib import metadata
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from bridge import __version__
from bridge.blotting import PERSONAL, without_people, without_tokens
from bridge.guards.safe_mode import safe_mode_of
from bridge.journal import Journal, JournalError
from bridge.whole_file import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from bridge.config.model import Config
    from bridge.journal import Entry

_LAST_RECEIPTS = 50
_COMMAND_SECONDS = 120
_SECRET_KEY = re.compile(
    r"(?i)token|password|passwd|secret|credential|api_?key|webhook|user|login|mail|header|footer"
)
_ADDRESS = re.compile(r"(?i)^(https?|mailto|smtps?)://?")


class MissingPartError(Exception):
    """A part of the bundle cannot be had; the message says why."""


@dataclass(frozen=True, slots=True)
class Bundler:
    """Makes bundles; `secrets` are blotted out of every part, `log_lines` is how much of the log goes in."""

    config: Config
    secrets: tuple[str, ...]
    log_lines: int
    now: Callable[[], float]

    def write(self, archive: Path) -> dict[str, str]:
        """Write the bundle, mode 0600; return which parts are missing and why. Raises OSError."""
        missing: dict[str, str] = {}
        parts: dict[str, str] = {}
        for name, make in self._makers().items():
            try:
                parts[name] = make()
            except (MissingPartError, JournalError, OSError) as error:
                missing[name] = str(error)
        made_at = int(self.now())
        about = {"made_at": made_at, "version": __version__, "missing": missing}
        parts = {"support.json": _json(about), **parts}
        with whole_file(archive) as file, tarfile.open(fileobj=file, mode="w:gz") as bundle:
            for name, text in parts.items():
                content = without_tokens(text, self.secrets).encode()
                member = tarfile.TarInfo(f"receipt-bridge-support/{name}")
                member.size, member.mtime, member.mode = len(content), made_at, 0o600
                bundle.addfile(member, io.BytesIO(content))
        return missing

    def _makers(self) -> Mapping[str, Callable[[], str]]:
        return {
            "versions.json": lambda: _json(versions()),
            "configuration.json": lambda: _json(configuration(self.config)),
            "journal.json": self._journal,
            "log.txt": self._log,
            "doctor.json": self._doctor,
        }

    def _journal(self) -> str:
        with Journal.existing(self.config.journal.path, self.now) as journal:
            return _json(journal_summary(self.config, journal))

    def _log(self) -> str:
        words = (
            "journalctl",
            "-u",
            "receipt-bridge",
            "-n",
            str(self.log_lines),
            "--no-pager",
            "-o",
            "short-iso",
        )
        return without_people(_said(words))

    def _doctor(self) -> str:
        """Ask the doctor: the one place that knows of it."""
        isolated = ("-I",) if sys.flags.isolated else ()
        file = str(self.config.file)
        words = (sys.executable, *isolated, "-m", "bridge", "doctor", "--config", file, "--json")
        return without_people(_said(words, good=(0, 1)))


def _said(words: Sequence[str], good: tuple[int, ...] = (0,)) -> str:
    """Return what a command says. Raises MissingPartError."""
    name = " ".join(words[:2])
    try:
        done = subprocess.run(
            words,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            check=False,
            encoding="utf-8",
            errors="replace",
            timeout=_COMMAND_SECONDS,
        )
    except FileNotFoundError:
        raise MissingPartError(f"there is no program {words[0]} here") from None
    except subprocess.TimeoutExpired:
        raise MissingPartError(f"{name} did not end in {_COMMAND_SECONDS} s") from None
    if done.returncode not in good:
        raise MissingPartError(
            f"{name} ended with {done.returncode}: {without_people(done.stderr.strip())[-500:]}"
        )
    return done.stdout


def versions() -> dict[str, Any]:
    """Return the versions of everything that takes part."""
    installed = {one.metadata["Name"]: one.version for one in metadata.distributions()}
    return {
        "receipt-bridge": __version__,
        "python": sys.version,
        "system": platform.platform(),
        "machine": platform.machine(),
        "release": _release(),
        "libraries": dict(sorted(installed.items())),
    }


def _release() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except OSError:
        return ""


def configuration(config: Config) -> Any:
    """Return the checked configuration as plain data, without what may be secret."""
    return _plain("", config.model_dump(mode="json", by_alias=True))


def _plain(key: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(str(name), inner) for name, inner in value.items()}
    # Where a file with a secret lies is no secret.
    if _SECRET_KEY.search(key) and not key.endswith("_file") and value not in (None, "", [], False, True):
        return PERSONAL
    if isinstance(value, list):
        return [_plain(key, inner) for inner in value]
    if isinstance(value, str) and _ADDRESS.match(value):
        parts = urlsplit(value)
        return f"{parts.scheme}://{parts.hostname or PERSONAL}"
    return without_people(value) if isinstance(value, str) and "@" in value else value


def journal_summary(config: Config, journal: Journal) -> dict[str, Any]:
    """Return how the journal stands, without a word about buyers."""
    devices = journal.guard.devices()
    safe_mode = safe_mode_of(journal)
    return {
        "safe_mode": [] if safe_mode is None else list(safe_mode.causes),
        "counts": journal.guard.counts(),
        "printers": [
            {
                "name": printer.name,
                "driver": printer.driver,
                "address": printer.address,
                "enabled": printer.enabled,
                "device": devices.get(printer.name, ""),
            }
            for printer in config.printers
        ],
        "beats": {
            name: {"at": beat.at, "code": beat.detail.get("code", beat.detail.get("state", ""))}
            for name, beat in journal.beats().items()
        },
        "last_receipts": [_receipt(journal, entry) for entry in journal.receipts(limit=_LAST_RECEIPTS)],
    }


def _receipt(journal: Journal, entry: Entry) -> dict[str, Any]:
    return {
        "receipt_id": entry.receipt_id,
        "state": entry.state,
        "may_be_printed": entry.may_be_printed,
        "series_id": entry.series_id,
        "printer": entry.printer,
        "currency": entry.currency,
        "reason_code": entry.reason_code,
        "approved": sorted(entry.approved),
        "copies": entry.copies,
        "tries": entry.tries,
        "proof": "" if entry.proof is None else entry.proof.kind,
        "first_seen": entry.first_seen,
        "changed": entry.changed,
        "history": [[change.at, change.event, change.state] for change in journal.history(entry.receipt_id)],
    }


def _json(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False) + "\n"
