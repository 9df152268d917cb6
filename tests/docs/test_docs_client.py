"""docs/client.md: every example gives what the page shows, against the simulator the page names."""

from __future__ import annotations

import doctest
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from bridge.baselinker import errors
from bridge.baselinker.methods import methods
from simulators.baselinker import BaseLinkerServer
from simulators.baselinker.receipts import sample_receipts

if TYPE_CHECKING:
    from collections.abc import Iterator

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "client.md").read_text(encoding="utf-8")
ADDRESS = "http://127.0.0.1:8765/connector.php"
COMMAND = "python -m simulators.baselinker --receipts 5"
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


@pytest.fixture
def server() -> Iterator[BaseLinkerServer]:
    """Run what the page's command starts."""
    with BaseLinkerServer() as running:
        for sample in sample_receipts(5, 0):
            running.add_receipt(sample.products, **sample.fields)
        yield running


def test_every_example_of_the_page_gives_what_it_shows(server: BaseLinkerServer) -> None:
    assert COMMAND in PAGE
    assert ADDRESS in PAGE
    code = "\n".join(re.findall(r"^```pycon\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
    page = doctest.DocTestParser().get_doctest(code.replace(ADDRESS, server.url), {}, "client.md", None, 0)
    said: list[str] = []

    result = doctest.DocTestRunner(optionflags=OPTIONS).run(page, out=said.append, clear_globs=False)

    assert (0, "") == (result.failed, "".join(said))
    assert result.attempted == PAGE.count(">>> ")


def test_every_error_that_may_come_is_in_the_table() -> None:
    named = {*re.findall(r"^\| `([A-Z]\w+)` \|", PAGE, re.MULTILINE)}

    # Stopped comes only to a client that was given a stop.
    assert {one.__name__ for one in errors.BaseLinkerError.__subclasses__()} - {"Stopped"} == named


def test_every_group_and_the_number_of_methods_are_named() -> None:
    assert f"the {len(methods())} documented methods" in PAGE
    for group in methods().groups:
        assert f"`{group}`" in PAGE
