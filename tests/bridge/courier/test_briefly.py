from __future__ import annotations

import logging
from typing import TYPE_CHECKING

import pytest

from bridge.baselinker.errors import BadToken, BaseLinkerError, Blocked, Transport
from bridge.courier.briefly import briefly, clock_is_behind
from simulators.baselinker.faults import Kind

if TYPE_CHECKING:
    from support.offices import Office

TODAY, NEW_PI = 1_790_000_000.0, 12.0
CERTIFICATE = (
    "no connection to BaseLinker ([SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: "
    "certificate is not yet valid (_ssl.c:1006))"
)


@pytest.mark.parametrize(
    ("error", "now", "words"),
    [
        (Transport("m", CERTIFICATE), NEW_PI, "the clock of this machine is not set yet, it says 1970-01-01"),
        (Transport("m", CERTIFICATE), TODAY, "BaseLinker does not answer"),
        (Transport("m", "no answer in time (timed out)"), NEW_PI, "BaseLinker does not answer"),
        (
            Transport("m", "no connection (Temporary failure in name resolution)"),
            NEW_PI,
            "no network",
        ),
        (Transport("m", "no connection ([Errno 101] Network is unreachable)"), TODAY, "no network"),
        (BadToken("m", "no"), TODAY, "BaseLinker does not accept the token"),
        (
            Blocked("m", "no", until=1.0, until_text="2026-05-03 17:15:34 UTC"),
            TODAY,
            "requests are blocked until 2026-05-03 17:15:34 UTC",
        ),
    ],
)
def test_the_reason_is_told_in_a_few_words(error: BaseLinkerError, now: float, words: str) -> None:
    assert words == briefly(error, now)
    assert ("clock" in words) is clock_is_behind(error, now)


def test_a_machine_whose_clock_is_not_set_says_so_in_one_line_and_goes_on_when_it_is(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    office.issue()
    right = office.clock.seconds
    office.clock.seconds = 100.0

    def refuse(*_: object, **__: object) -> None:
        raise Transport("getNewReceipts", CERTIFICATE, may_be_applied=False)

    with caplog.at_level(logging.INFO, "receipt-bridge"):
        with monkeypatch.context() as patched:
            patched.setattr(office.desk.client, "call", refuse)
            office.work(pauses=10)
        brief = office.journal.beats()["api"].detail["brief"]
        office.clock.seconds = right
        office.work(pauses=2)

    told = [line for line in caplog.messages if "the clock of this machine is not set yet" in line]
    assert 1 == len(told)
    assert "it says 1970-01-01: no certificate is valid yet" in told[0]
    assert brief.startswith("the clock of this machine is not set yet")
    assert "BaseLinker answers again" in caplog.messages
    assert "ok" == office.journal.beats()["api"].detail["state"]


def test_a_shaky_line_is_summed_up_and_not_told_twice_every_few_polls(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    office.work()
    with caplog.at_level(logging.INFO, "receipt-bridge"):
        for _ in range(14):
            office.server.faults.script("getNewReceipts", Kind.BAD_GATEWAY)
            office.work(pauses=4)
        assert [] == caplog.messages
        office.work(pauses=10)

    (line,) = caplog.messages
    assert line.startswith("14 times in the last hour: BaseLinker cannot be used now: getNewReceipts")
    assert "ok" == office.journal.beats()["api"].detail["state"]
