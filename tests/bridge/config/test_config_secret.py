"""A secret comes out by reveal() and by nothing else."""

from __future__ import annotations

import copy
import json
import logging
import pickle
import traceback
from typing import TYPE_CHECKING

import pytest

from bridge.config.secret import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

VALUE = "0000-FAKE-TOKEN"


def test_reveals_its_value_when_asked() -> None:
    assert Secret(VALUE).reveal() == VALUE


@pytest.mark.parametrize(
    "show",
    [
        str,
        repr,
        lambda secret: f"{secret}",
        lambda secret: f"{secret:>40}",
        lambda secret: f"{secret!r}",
        lambda secret: "%s" % secret,  # noqa: UP031 - the old way is one more way out
        lambda secret: repr([secret, {"token": secret}]),
        lambda secret: logging.LogRecord("a", 10, "b", 1, "token %s", (secret,), None).getMessage(),
        lambda secret: str(ValueError(secret)),
    ],
)
def test_never_shows_in_text(show: Callable[[Secret], str]) -> None:
    assert VALUE not in show(Secret(VALUE))


def test_never_shows_in_a_traceback() -> None:
    with pytest.raises(ValueError) as caught:
        raise ValueError(Secret(VALUE))
    assert VALUE not in "".join(traceback.format_exception(caught.value))


@pytest.mark.parametrize("write", [pickle.dumps, copy.copy, copy.deepcopy, json.dumps])
def test_is_never_pickled_copied_or_written_as_json(write: Callable[[Secret], object]) -> None:
    with pytest.raises(TypeError):
        write(Secret(VALUE))


def test_has_no_attributes_to_look_into() -> None:
    assert not hasattr(Secret(VALUE), "__dict__")


def test_equals_only_a_secret_of_the_same_value() -> None:
    assert Secret(VALUE) == Secret(VALUE)
    assert hash(Secret(VALUE)) == hash(Secret(VALUE))
    assert Secret(VALUE) != Secret("another")
    assert Secret(VALUE) != VALUE
