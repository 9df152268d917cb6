"""Commands of a plan: what is sent, as text, and what it does to the printer."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any, Self

from drivers.posnet.frames import Frame

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivers.posnet.text import Page


class Effect(StrEnum):
    """What a command does; it decides what may be done when its answer is lost (posnet.md 5.5)."""

    READS = "reads"
    """Nothing: it may be sent again."""
    MUTATES = "mutates"
    """It changes something, but nothing becomes fiscal by it."""
    COMMIT = "commit"
    """The receipt becomes fiscal."""


@dataclass(frozen=True, slots=True)
class Command:
    """One command with its fields as text in sending order."""

    mnemonic: str
    fields: tuple[tuple[str, str], ...] = ()
    effect: Effect = Effect.MUTATES

    def get(self, name: str) -> str | None:
        """Return the value of a field, None when it is not sent."""
        return next((value for field, value in self.fields if field == name), None)

    def frame(self, page: Page, token: int | None = None) -> Frame:
        """Return the frame to send to a printer set to `page`. Raises ValueError for text that was not fitted."""
        return Frame(self.mnemonic, tuple((name, page.encode(value)) for name, value in self.fields), token)

    def to_json(self) -> dict[str, Any]:
        """Return the command as JSON."""
        return {
            "mnemonic": self.mnemonic,
            "fields": [list(field) for field in self.fields],
            "effect": self.effect.value,
        }

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the command that `to_json` wrote."""
        fields = tuple((name, text) for name, text in value["fields"])
        return cls(mnemonic=value["mnemonic"], fields=fields, effect=Effect(value["effect"]))
