"""Runs the simulated BaseLinker by hand: `python -m simulators.baselinker --port 8765 --receipts 5`.

Writes its address and token, then one line a request, until it gets SIGINT or SIGTERM.
"""

from __future__ import annotations

import argparse
import signal
import sys
import threading
from functools import partial
from typing import TYPE_CHECKING

from simulators.baselinker.faults import Faults, RandomFaults
from simulators.baselinker.limit import RequestLimit
from simulators.baselinker.receipts import sample_receipts
from simulators.baselinker.server import TOKEN, BaseLinkerServer

if TYPE_CHECKING:
    from simulators.baselinker.ledger import Call, Ledger


def main(arguments: list[str], stop: threading.Event) -> int:
    """Serve until `stop` is set; return the exit code."""
    options = _parser().parse_args(arguments)
    faults = RandomFaults(options.fault_seed, options.fault_rate) if options.fault_rate else Faults()
    limit = RequestLimit(per_minute=options.limit)
    with BaseLinkerServer(port=options.port, token=options.token, faults=faults, limit=limit) as server:
        for sample in sample_receipts(options.receipts, options.seed):
            server.add_receipt(sample.products, **sample.fields)
        print(f"url {server.url}\ntoken {server.token}\nreceipts {options.receipts}", flush=True)
        told = threading.Thread(target=_tell, args=(server.ledger, stop), daemon=True)
        told.start()
        stop.wait()
    return 0


def _tell(ledger: Ledger, stop: threading.Event) -> None:
    """Write one line for each request, as they come."""
    told = 0
    while not stop.is_set():
        if ledger.wait_for(partial(_more_than, told), timeout=1.0):
            for call in ledger.requests[told:]:
                print(_line(call), flush=True)
                told = call.number


def _more_than(told: int, ledger: Ledger) -> bool:
    return len(ledger.requests) > told


def _line(call: Call) -> str:
    about = call.parameters.get("receipt_id") or call.parameters.get("order_id") or ""
    reply = call.reply or {}
    outcome = reply.get("error_code") or reply.get("status") or "not carried out"
    return f"{call.number} {call.method} {about} {outcome} {call.fault or ''}".rstrip()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m simulators.baselinker", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--port", type=int, default=8765, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--token", default=TOKEN, help="the token that is accepted")
    parser.add_argument(
        "--receipts", type=int, default=3, metavar="N", help="receipts that wait at the start"
    )
    parser.add_argument("--seed", type=int, default=0, help="which receipts")
    parser.add_argument(
        "--limit", type=int, default=100, metavar="N", help="requests a minute before a block"
    )
    parser.add_argument(
        "--fault-rate", type=float, default=0.0, metavar="P", help="share of requests that go wrong"
    )
    parser.add_argument("--fault-seed", type=int, default=0, help="which faults")
    return parser


if __name__ == "__main__":
    ended = threading.Event()
    for one in (signal.SIGINT, signal.SIGTERM):
        signal.signal(one, lambda *_: ended.set())
    sys.exit(main(sys.argv[1:], ended))
