"""What the client for BaseLinker's API costs a Python program that imports it, beside bare Python and bare httpx."""

from __future__ import annotations

import sys
from statistics import median
from typing import TYPE_CHECKING

from benchmarks.linux import memory_of_python, run_to_end
from benchmarks.table import Table

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.effort import Effort

_PROGRAMS = {
    "python, nothing imported": "pass",
    "import httpx": "import httpx",
    "import bridge.baselinker.api": "import bridge.baselinker.api",
    "import it and read what is known of every method": (
        "import bridge.baselinker.api\n"
        "from bridge.baselinker.methods import methods\n"
        "facts = [*methods().values()]"
    ),
    "import it and connect(), which loads httpx": (
        "from bridge.baselinker.api import connect\napi = connect('0000-0000-FAKE-TOKEN')"
    ),
}
_COLUMNS = (
    *("what", "runs", "fastest s", "median s", "least CPU s", "x bare python"),
    *("resident MiB", "private MiB"),
)


def measure(effort: Effort, _folder: Path) -> list[Table]:
    """Return the table of programs. They take turns, so that a busy moment hits all of them alike."""
    table = Table("client", "Import of the client", _COLUMNS)
    commands = {name: [sys.executable, "-c", program] for name, program in _PROGRAMS.items()}
    for command in commands.values():
        run_to_end(command)  # compiles what was never imported before
    rounds = [{name: run_to_end(commands[name]) for name in commands} for _ in range(effort.starts)]
    bare = min(spent["python, nothing imported"].seconds for spent in rounds)
    for name, program in _PROGRAMS.items():
        seconds = [spent[name].seconds for spent in rounds]
        cpu = min(spent[name].cpu for spent in rounds)
        space = memory_of_python(program)
        ratio = min(seconds) / bare
        table.add(name, len(rounds), min(seconds), median(seconds), cpu, ratio, space.resident, space.private)
    table.notes.append("Time from the start of the process to its end; memory while the program waits.")
    return [table]
