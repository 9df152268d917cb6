"""What a technician is asked about the page a driver prints at set-up, and which options follow from what is seen.

A driver brings its own page and questions (`calibration` in its package); whoever asks them needs to know no driver.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer: its words in English and Polish, and the options it means; None takes an option out."""

    text: str
    text_pl: str
    changes: Mapping[str, Any] = field(default_factory=dict)
    again: bool = False
    """Whether the page should be printed again with the changes, because this answer says that something is wrong."""


@dataclass(frozen=True, slots=True)
class Sight:
    """One thing to look at. The first choice is what is seen when nothing has to be changed.

    `numbered`: the choices stand on the paper with the numbers 1, 2, ..., and the last one is none of them.
    """

    text: str
    text_pl: str
    choices: tuple[Choice, ...]
    numbered: bool = False


class Calibration(Protocol):
    """What the module `calibration` of a driver's package offers."""

    ERRAND: str
    """The errand that prints the page."""

    def sights(self, options: Any) -> Sequence[Sight]:
        """Return what to ask about the page that was printed with these options."""
        ...
