"""A process that shares a request budget with others: `python -m support.budget_worker calls|takes ...`.

calls    makes so many calls to a simulated BaseLinker, in the time of a SharedTime
takes    takes permits as fast as it can, in real time, and writes the second of each, until it is killed
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

from support.shared_time import SharedTime

from bridge.baselinker.budget import Budget, Priority
from bridge.baselinker.client import Client
from bridge.baselinker.errors import Blocked
from bridge.baselinker.shared_budget import FileLedger, this_boot
from bridge.config.secret import Secret

BOOT = b"one boot for all"


def calls(plan: str) -> None:
    """Make calls of the priorities in `plan` (JSON), one after the other; each is repeated when it was blocked."""
    settings = json.loads(plan)
    place = settings["place"]
    clock = SharedTime(Path(settings["clock"]), settings["places"])
    budget = Budget(
        settings["per_minute"],
        ledger=FileLedger(Path(settings["file"]), boot=BOOT, monotonic=clock.monotonic),
        monotonic=clock.monotonic,
        wait=clock.waiter(place),
    )
    token, url = Secret(settings["token"]), settings["url"]
    with Client(token, budget, url=url, monotonic=clock.monotonic, wall=clock.wall) as client:
        for priority in settings["priorities"]:
            call = {"who": place, "priority": priority}
            while True:
                try:
                    client.call("getSeries", call, priority=Priority[priority])
                except Blocked:
                    continue
                break
    clock.leave(place)


def takes(file: str, per_window: str, window: str) -> None:
    """Take permits without end; write when each was given."""
    last = [0.0]

    def monotonic() -> float:
        last[0] = time.monotonic()
        return last[0]

    ledger = FileLedger(Path(file), boot=this_boot(), window=float(window))
    budget = Budget(int(per_window), ledger=ledger, window=float(window), monotonic=monotonic)
    while True:
        if budget.take(Priority.CONFIRM) is not None:
            os.write(1, f"{last[0]!r}\n".encode())


if __name__ == "__main__":
    if sys.argv[1] == "calls":
        calls(sys.argv[2])
    else:
        takes(*sys.argv[2:])
