from __future__ import annotations

import pytest
from pydantic import BaseModel

from drivers import registry


@pytest.mark.parametrize("name", registry.names())
def test_every_driver_offers_what_the_bridge_needs(name: str) -> None:
    package = registry.load(name)
    assert issubclass(package.Options, BaseModel)
    assert callable(package.open_driver)
    assert f'driver = "{name}"' in package.STANZA


def test_an_unknown_driver_is_told_with_those_there_are() -> None:
    with pytest.raises(registry.UnknownDriver, match="'posnt' is not a driver; there are .*escpos"):
        registry.load("posnt")
