"""The client's 141 functions against the simulated BaseLinker, over a real socket."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import pytest
from support.valid_calls import furnish, parameters_for

from bridge.baselinker.api import Api, connect
from bridge.baselinker.errors import BadParameters
from bridge.baselinker.methods import methods
from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.account import Account
from simulators.baselinker.behaviour import Behaviour
from simulators.baselinker.documentation import documented
from simulators.baselinker.limit import RequestLimit

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = 1_772_000_000.0
NAMES = list(documented())


@pytest.fixture(scope="module")
def server() -> Iterator[BaseLinkerServer]:
    with BaseLinkerServer(limit=RequestLimit(per_minute=100_000), wall=lambda: NOW) as running:
        yield running


@pytest.fixture(scope="module")
def api(server: BaseLinkerServer) -> Iterator[Api]:
    with connect(server.token, url=server.url, per_minute=100_000) as opened:
        yield opened


def test_the_client_and_the_simulator_know_the_same_141_methods() -> None:
    assert 141 == len(NAMES)
    assert sorted(NAMES) == sorted(methods())


@pytest.mark.parametrize("every", [False, True], ids=["needed parameters", "every parameter"])
@pytest.mark.parametrize("name", NAMES)
def test_a_valid_call_by_its_name_is_sent_as_it_is_and_succeeds(
    api: Api, server: BaseLinkerServer, name: str, every: bool
) -> None:
    server._account = Account(Behaviour(), lambda: NOW)
    parameters = parameters_for(documented()[name], furnish(server._account), every=every)
    before = server.ledger.count

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        reply = getattr(api, name)(**parameters)

    assert "SUCCESS" == reply["status"]
    (call,) = server.ledger.since(before)
    assert (name, parameters.keys()) == (call.method, call.parameters.keys())


@pytest.mark.parametrize("name", NAMES)
def test_each_required_parameter_that_is_missing_is_told_and_nothing_is_sent(
    api: Api, server: BaseLinkerServer, name: str
) -> None:
    server._account = Account(Behaviour(), lambda: NOW)
    parameters = parameters_for(documented()[name], furnish(server._account), every=True)
    before = server.ledger.count

    for parameter in methods()[name].parameters:
        if parameter.required:
            rest = {key: value for key, value in parameters.items() if key != parameter.name}
            with pytest.raises(BadParameters, match=parameter.name):
                getattr(api, name)(**rest)

    assert before == server.ledger.count
