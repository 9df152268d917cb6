"""What Linux tells of a process: its CPU time, its memory, how often it woke up, and the machine it runs on."""

from __future__ import annotations

import os
import platform
import re
import sqlite3
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_MIB = 1024.0
_PROCESS_CPU_CLOCK = 2  # CPUCLOCK_SCHED of linux/posix-timers.h


def cpu_seconds(pid: int) -> float:
    """Return the CPU time of all threads of a process, those that ended included, exact to the nanosecond.

    The same sum as utime + stime in /proc/PID/stat, which counts in hundredths of a second; this is what
    clock_getcpuclockid(3) returns a number for.
    """
    return time.clock_gettime((~pid << 3) | _PROCESS_CPU_CLOCK)


@dataclass(frozen=True, slots=True)
class Memory:
    """Memory in MiB: resident, the part of it no other process shares, and the largest resident so far."""

    resident: float
    private: float
    peak: float


def memory(pid: int) -> Memory:
    """Return a process's memory from /proc/PID/smaps_rollup."""
    values = _kilobytes(Path(f"/proc/{pid}/smaps_rollup"))
    return Memory(
        resident=values["Rss"] / _MIB,
        private=(values["Private_Clean"] + values["Private_Dirty"]) / _MIB,
        peak=_kilobytes(Path(f"/proc/{pid}/status"))["VmHWM"] / _MIB,
    )


def threads(pid: int) -> int:
    """Return how many threads a process has."""
    return len(_tasks(pid))


def wake_ups(pid: int) -> int:
    """Return how often the present threads of a process have begun to run again after waiting for something."""
    found = (
        re.search(r"^voluntary_ctxt_switches:\s+(\d+)$", path.read_text(), re.MULTILINE)
        for path in _tasks(pid)
    )
    return sum(int(match[1]) for match in found if match)


def _tasks(pid: int) -> list[Path]:
    return list(Path(f"/proc/{pid}/task").glob("*/status"))


def _kilobytes(path: Path) -> dict[str, int]:
    return {
        name: int(size) for name, size in re.findall(r"^(\w+):\s+(\d+) kB$", path.read_text(), re.MULTILINE)
    }


@dataclass(frozen=True, slots=True)
class Spent:
    """What a program took from start to end: seconds by the clock, and of CPU."""

    seconds: float
    cpu: float


def run_to_end(command: Sequence[str]) -> Spent:
    """Run a program to its end. Raises CalledProcessError."""
    begin = time.monotonic()
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - begin
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return Spent(seconds, usage.ru_utime + usage.ru_stime)


def memory_of_python(code: str) -> Memory:
    """Return the memory of a Python process that has run `code` and waits."""
    command = [sys.executable, "-c", f"{code}\nprint(flush=True)\ninput()"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        if process.stdout is not None:
            process.stdout.readline()
        found = memory(process.pid)
        process.communicate("\n")
    return found


def machine() -> dict[str, str]:
    """Return what figures depend on: the machine, its programs, and how busy it was."""
    memory_mib = _kilobytes(Path("/proc/meminfo"))["MemTotal"] / _MIB
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "machine": f"{_processor()}, {os.cpu_count()} cores, {memory_mib / 1024:.1f} GiB, {platform.machine()}",
        "system": f"Linux {platform.release().split('-')[0]}, Python {platform.python_version()}, "
        f"SQLite {sqlite3.sqlite_version}",
        "load before": " ".join(f"{load:.2f}" for load in os.getloadavg()),
    }


def _processor() -> str:
    board = Path("/proc/device-tree/model")
    if board.exists():
        return board.read_text().strip("\0\n")
    match = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return match[1].strip() if match else "unknown processor"
