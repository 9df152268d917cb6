"""The simulator run by hand, as a process of its own."""

from __future__ import annotations

import signal
import subprocess
import sys

from bridge.baselinker.budget import Budget
from bridge.baselinker.client import Client
from bridge.baselinker.receipts import ReceiptCalls
from bridge.config.secret import Secret


def test_it_tells_its_address_serves_receipts_reports_calls_and_ends_on_a_signal() -> None:
    command = [sys.executable, "-m", "simulators.baselinker", "--port", "0", "--receipts", "4"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        try:
            told = dict(process.stdout.readline().split() for _ in range(3))
            with Client(Secret(told["token"]), Budget(), url=told["url"]) as client:
                waiting = ReceiptCalls(client).waiting_receipts()
                ReceiptCalls(client).set_order_receipt(
                    waiting.entries[0]["receipt_id"], receipt_nr="1", date=1
                )
            lines = [process.stdout.readline().strip() for _ in range(2)]
            process.send_signal(signal.SIGTERM)
            assert process.wait(30) == 0
            assert process.stderr.read() == ""
        finally:
            process.kill()
    assert len(waiting.entries) == 4
    assert lines == ["1 getNewReceipts  SUCCESS", "2 setOrderReceipt 700001 SUCCESS"]
