"""The service: whether systemd runs here, whether the unit belongs to this configuration, and starting it."""

from __future__ import annotations

import subprocess
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

UNIT = "receipt-bridge.service"
USER = "receipt-bridge"

_RUNNING = frozenset({"initializing", "starting", "running", "degraded", "maintenance"})
_SECONDS = 660.0  # the unit may migrate a large journal for ten minutes


class Presence(StrEnum):
    """What there is to be started."""

    READY = "ready"
    NO_SYSTEMD = "no_systemd"
    NO_UNIT = "no_unit"
    OTHER_CONFIG = "other_config"


def presence(config: Path) -> Presence:
    """Return whether the service can be started and would read this configuration. Changes nothing."""
    if _run("is-system-running")[1] not in _RUNNING:
        return Presence.NO_SYSTEMD
    code, unit = _run("cat", UNIT)
    if code != 0:
        return Presence.NO_UNIT
    return Presence.READY if str(config) in unit.split() else Presence.OTHER_CONFIG


def start(*, again: bool) -> str:
    """Enable and start the service, or start it again; return what systemd complained of, '' when it runs."""
    code, said = _run("enable", "--now", UNIT)
    if code == 0 and again:
        code, said = _run("restart", UNIT)
    return "" if code == 0 else said or f"exit status {code}"


def run_quietly(command: Sequence[str]) -> str:
    """Run a command of the system; return what it complained of, '' when it went well."""
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if done.returncode == 0 else done.stderr.strip() or f"exit status {done.returncode}"


def _run(*words: str) -> tuple[int, str]:
    """Return systemctl's exit code and what it said; a machine without it has no systemd."""
    try:
        done = subprocess.run(
            ["systemctl", *words],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
            timeout=_SECONDS,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return 1, str(error)
    return done.returncode, (done.stdout.strip() or done.stderr.strip())
