"""The commands of the bridge in this process: quicker than processes of their own, for what needs none."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from support.commands import Ended

from bridge.cli import main

if TYPE_CHECKING:
    import pytest
    from support.desks import TechniciansDesk


@dataclass
class Program:
    """The program in this process, as its commands would run on a desk."""

    desk: TechniciansDesk
    capture: pytest.CaptureFixture[str]

    def __call__(self, *words: str) -> Ended:
        self.capture.readouterr()
        try:
            code = main([*words, "--config", str(self.desk.config)])
        except SystemExit as ended:
            code = int(str(ended.code))
        said = self.capture.readouterr()
        return Ended(int(code), said.out, said.err)

    def json(self, *words: str) -> Any:
        ended = self(*words, "--json")
        assert "" == ended.err
        return json.loads(ended.out)
