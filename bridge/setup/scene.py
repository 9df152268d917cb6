"""What every step of the set-up works with, and what it has done so far."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from bridge.config.model import Config
    from bridge.setup.asking import Asker
    from bridge.setup.given import Given
    from bridge.setup.machine import Machine
    from bridge.setup.words import Words
    from drivers.link.finding import Place


@dataclass(slots=True)
class Draft:
    """A printer on its way into the configuration: its table, and what else is known of it.

    `place` is where it was found, None when its address was typed; `held` that the daemon uses it now.
    """

    table: dict[str, Any]
    model: str = ""
    place: Place | None = None
    held: bool = False
    proof: str = ""
    accepted: bool | None = None

    @property
    def name(self) -> str:
        """Its name in the configuration."""
        return str(self.table["name"])


@dataclass(slots=True)
class Scene:
    """Who is asked, what was answered already, what the machine is; and what was done."""

    file: Path
    asker: Asker
    words: Words
    given: Given
    machine: Machine
    old: Config | None = None
    daemon: int | None = None
    series: dict[int, str] = field(default_factory=dict)
    shop: tuple[str, ...] = ()
    drafts: list[Draft] = field(default_factory=list)
    deeds: list[str] = field(default_factory=list)
    """Sentences: what stands should the set-up end here."""
    result: dict[str, Any] = field(default_factory=dict)

    def say(self, key: str, /, **fields: object) -> None:
        """Tell a text."""
        self.asker.say(self.words(key, **fields))

    def did(self, key: str, /, **fields: object) -> None:
        """Tell what was done, and remember it."""
        deed = self.words(key, **fields)
        self.deeds.append(deed)
        self.asker.say(deed)
