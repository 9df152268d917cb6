"""The journal and its daemon: usable, whole, and only one."""

from __future__ import annotations

import tomllib
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from bridge.config.credentials import read_token
from bridge.config.mistakes import ConfigError
from bridge.config.model import BaseLinker
from bridge.config.reading import DEFAULT_FILE
from bridge.config.web_address import DEFAULT_URL
from bridge.doctor.finding import found
from bridge.doctor.users import user_name
from bridge.guards.net import BACKLOG
from bridge.guards.safe_mode import safe_mode_of
from bridge.journal import Journal, JournalDamagedError, JournalError, JournalNewerError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bridge.doctor.case import Case
    from bridge.doctor.finding import Finding
    from bridge.doctor.machine import Process

_PROGRAM = "receipt-bridge"
_LONG_QUEUE = 5
_BESIDE = ("", "-wal", "-shm", ".lock")
_CODES = ((JournalNewerError, "journal_newer"), (JournalDamagedError, "journal_damaged"))


def journal(case: Case) -> Iterator[Finding]:
    """Read the whole journal; it is not changed. That there is none yet is no finding."""
    path = case.config.journal.path
    if not path.exists():
        return
    try:
        with Journal.existing(path, case.machine.now) as opened:
            opened.full_check()
    except JournalError as error:
        code = next((code for kind, code in _CODES if isinstance(error, kind)), "journal_unusable")
        yield found(code, str(path), reason=error.what, cure=error.cure)


def stopped(case: Case) -> Iterator[Finding]:
    """Whether safe mode, or the guard against an old backlog, keeps receipts from being printed."""
    path = case.config.journal.path
    if not path.exists():
        return
    try:
        with Journal.existing(path, case.machine.now) as opened:
            safe_mode = safe_mode_of(opened)
            held = sum(one.reason_code == BACKLOG for one in opened.overview.held())
    except JournalError:
        return  # `journal` tells it
    if safe_mode is not None:
        (why, cure), (why_pl, cure_pl) = safe_mode.words("en"), safe_mode.words("pl")
        yield found("safe_mode", str(path), why=why, cure=cure, why_pl=why_pl, cure_pl=cure_pl)
    if held >= _LONG_QUEUE:
        yield found("backlog_held", str(path), count=held)


def journal_rights(case: Case) -> Iterator[Finding]:
    """Whether the daemon's user may write the journal, its folder and the files beside it."""
    path = case.config.journal.path
    files = [path.parent, *(path.with_name(path.name + ending) for ending in _BESIDE)]
    for file in files:
        if file.exists():
            told = case.machine.stat(file)
            if not case.user.may_use(told):
                owner = user_name(case.machine, told.st_uid)
                facts = {"path": file, "owner": owner, "folder": path.parent}
                yield found("journal_rights", str(path), user=case.user.name, **facts)
                return


def daemons(case: Case) -> Iterator[Finding]:
    """Another daemon for the same account. Two on one journal are impossible (a lock): it has a journal of its own."""
    others = [
        process.pid
        for process in case.machine.processes()
        if process.pid != case.daemon and _is_daemon(process.words) and _is_rival(case, process)
    ]
    running = others if case.daemon is None else [case.daemon, *others]
    if len(running) > 1:
        yield found("two_daemons", "daemon", count=len(running), processes=", ".join(map(str, running)))


def _is_daemon(words: Sequence[str]) -> bool:
    """Whether a command line is `receipt-bridge run` or `python -m bridge run`, not a shell or sudo around it."""
    if not Path(words[0]).name.startswith(("python", _PROGRAM)):
        return False
    return any(
        after == "run" and (Path(word).name == _PROGRAM or (word == "bridge" and before == "-m"))
        for before, word, after in zip(("", *words), words, words[1:], strict=False)
    )


def _is_rival(case: Case, process: Process) -> bool:
    """Whether a daemon may print the same receipts: not one with another BaseLinker or another token.

    Its file is read as it is: another version of the program may know other keys.
    """
    file = _config_file(case, process)
    try:
        settings = tomllib.loads(file.read_text("utf-8")).get("baselinker", {})
        if settings.get("url", DEFAULT_URL) != case.config.baselinker.url:
            return False
        named = Path(settings.get("token_file", BaseLinker().token_file))
        token = _as_it_sees(case, process, named) if named.is_absolute() else file.parent / named
        return token.read_text("utf-8").strip() == read_token(case.config, case.environ).reveal()
    except (OSError, ValueError, ConfigError):
        return True  # it cannot be told


def _config_file(case: Case, process: Process) -> Path:
    words = [part for word in process.words for part in word.split("=", 1)]
    named = [after for word, after in pairwise(words) if word == "--config"]
    path = Path(named[-1]) if named else DEFAULT_FILE
    if path.is_absolute():
        return _as_it_sees(case, process, path)
    return case.machine.at(Path(f"/proc/{process.pid}/cwd") / path)


def _as_it_sees(case: Case, process: Process, path: Path) -> Path:
    """Return an absolute path as a process sees it: one in a container has a root of its own."""
    own = case.machine.at(f"/proc/{process.pid}/root")
    try:
        return own / path.relative_to("/") if own.exists() else case.machine.at(path)
    except PermissionError:
        return case.machine.at(path)
