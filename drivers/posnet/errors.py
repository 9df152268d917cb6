"""What the error numbers of a POSNET printer mean, in words for people, and what helps (posnet.md 15).

The table is data, `errors.json`, one number a line; it is read at the first error, not before. Its classes are those
of posnet.md 15:

    F frame   R retry   O operator   D data   S state   Z daily report   C configuration
    B sales blocked   H hardware   N network or terminal   A the printer failed inside, outcome uncertain
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

_TABLE = Path(__file__).with_name("errors.json")
_UNCERTAIN = "A"


class ErrorKind(StrEnum):
    """Who or what helps against an error."""

    TRY_AGAIN = "try_again"
    COUNTER = "counter"
    """Somebody at the counter must go to the printer."""
    BAD_DATA = "bad_data"
    REPORT_DUE = "report_due"
    """The daily report has to be made first."""
    CONFIGURATION = "configuration"
    SERVICE = "service"
    INTERNAL = "internal"
    """The program and the printer misunderstood each other, or the printer failed inside."""
    HARMLESS = "harmless"
    """What was asked for is so already."""


@dataclass(frozen=True, slots=True)
class DeviceError:
    """One error number in words, `text` and `cure` in English, `text_pl` and `cure_pl` in Polish.

    `letter` is its class in posnet.md 15. `uncertain` tells that the printer itself does not know whether the
    command was executed; of every other error nothing was.
    """

    code: int
    kind: ErrorKind
    text: str
    text_pl: str
    cure: str
    cure_pl: str
    letter: str
    frame: bool = False

    @property
    def uncertain(self) -> bool:
        """Whether the command may have been executed all the same."""
        return self.letter == _UNCERTAIN

    @property
    def name(self) -> str:
        """A short stable word for logs and JSON: `posnet-2106`, or `posnet-frame-5`."""
        return f"posnet-frame-{self.code}" if self.frame else f"posnet-{self.code}"


def explain(code: int, *, frame: bool = False) -> DeviceError:
    """Return what error `code` means: of a command, or with `frame` of an ERR frame, which counts on its own.

    A number nobody has documented counts as uncertain, so that nothing is printed again on its account.
    """
    table = _table()
    entry = table["frame" if frame else "command"].get(str(code))
    if entry is None:
        return _unknown(code, frame=frame)
    group = table["classes"][entry["class"]]
    return DeviceError(
        code=code,
        kind=ErrorKind(entry.get("kind", group["kind"])),
        text=entry["text"],
        text_pl=entry["text_pl"],
        cure=entry.get("cure", group["cure"]),
        cure_pl=entry.get("cure_pl", group["cure_pl"]),
        letter=entry["class"],
        frame=frame,
    )


def codes(*, frame: bool = False) -> tuple[int, ...]:
    """Return every number the table has, in order."""
    return tuple(int(code) for code in _table()["frame" if frame else "command"])


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    table: Mapping[str, Mapping[str, Any]] = json.loads(_TABLE.read_text("utf-8"))
    return table


def _unknown(code: int, *, frame: bool) -> DeviceError:
    what = "frame error" if frame else "error"
    return DeviceError(
        code=code,
        kind=ErrorKind.INTERNAL,
        text=f"The printer reports {what} {code}, which is in no list.",
        text_pl=f"Drukarka zgłasza błąd {'ramki ' if frame else ''}{code}, którego nie ma na żadnej liście.",
        cure="Look it up in the manual of the printer, and report it.",
        cure_pl="Sprawdź go w instrukcji drukarki i zgłoś.",
        letter=_UNCERTAIN,
        frame=frame,
    )
