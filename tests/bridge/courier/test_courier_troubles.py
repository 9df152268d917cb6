"""What BaseLinker may answer one day that nobody has seen yet must not end the daemon."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from bridge.baselinker.budget import Priority
from bridge.journal import State
from simulators.baselinker.account import RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from support.offices import Office


@pytest.mark.parametrize(
    "code", ["ERROR_NO_ACCESS_TO_METHOD", "ERROR_UNKNOWN_METHOD", "ERROR_LIMIT_OF_SOME_KIND", ""]
)
def test_a_refused_poll_is_told_and_repeated_while_confirmations_go_on(
    office: Office, caplog: pytest.LogCaptureFixture, code: str
) -> None:
    def refuse(_parameters: Mapping[str, Any]) -> dict[str, Any]:
        raise RefusedError(code, "You have no access to this method")

    receipt = office.issue()
    office.work()
    office.printed(receipt)
    methods = office.server._account._methods
    allowed, methods["getNewReceipts"] = methods["getNewReceipts"], refuse

    office.work(pauses=5)

    assert State.CONFIRMED is office.state(receipt)
    assert 1 == sum("You have no access to this method" in message for message in caplog.messages)
    assert "ok" != office.journal.beats()["api"].detail["state"]

    methods["getNewReceipts"] = allowed
    later = office.issue()
    office.work(pauses=3)
    assert State.WAITING is office.state(later)
    assert "ok" == office.journal.beats()["api"].detail["state"]


def test_a_station_that_wants_the_list_does_not_hasten_a_refused_poll(office: Office) -> None:
    def refuse(_parameters: Mapping[str, Any]) -> dict[str, Any]:
        raise RefusedError("ERROR_NO_ACCESS_TO_METHOD", "You have no access to this method")

    office.server._account._methods["getNewReceipts"] = refuse
    office.desk.wake.want_poll()

    for _ in range(5):
        office.work()
        office.clock.advance(1)

    calls = [call for call in office.server.ledger.requests if call.method == "getNewReceipts"]
    assert 1 == len(calls)


def test_a_block_another_process_met_is_told_and_kept_to(
    office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = office.issue()
    office.budget.block(office.clock.monotonic() + 600)

    for _ in range(9):
        office.work()
        office.clock.advance(61)

    assert () == office.server.ledger.requests
    assert 1 == sum("requests are blocked until" in message for message in caplog.messages)
    assert "blocked" == office.journal.beats()["api"].detail["state"]

    office.clock.advance(61)
    office.work()
    assert State.WAITING is office.state(receipt)
    assert "ok" == office.journal.beats()["api"].detail["state"]


def test_a_poll_another_process_took_the_room_of_keeps_no_confirmation_waiting(
    office: Office, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    receipt = office.issue()
    office.work()
    office.clock.advance(61)
    for _ in range(87):
        assert office.budget.take(Priority.POLL, patience=0) is not None
    with monkeypatch.context() as late:
        # It looked open a moment ago.
        late.setattr(office.budget, "opens", lambda _priority: 0.0)
        assert not office.courier.step()
    office.printed(receipt)
    office.courier.step()

    assert State.CONFIRMED is office.state(receipt)
    assert [] == [message for message in caplog.messages if "cannot be used" in message]
