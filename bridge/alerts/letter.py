"""What one message says: alerts that are new and those that are over, as text for people and JSON for programs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bridge.alerts.standing import Alert
    from bridge.journal.alerts import Told

_WORDS = {
    "en": {"todo": "What to do", "over": "Over", "alerts": "Receipt bridge"},
    "pl": {"todo": "Co zrobić", "over": "Koniec", "alerts": "Mostek paragonów"},
}


@dataclass(frozen=True, slots=True)
class Letter:
    """One message: at least one alert that is new or over. `host` names the machine, `wall` is unix seconds."""

    new: tuple[Alert, ...]
    over: tuple[Told, ...]
    language: str
    host: str
    wall: float

    def subject(self) -> str:
        """Return one line: the first alert, and how many more there are."""
        words = _WORDS[self.language]
        first = one_line(self.new[0].what) if self.new else f"{words['over']}: {one_line(self.over[0].about)}"
        more = len(self.new) + len(self.over) - 1
        line = f"{words['alerts']} {self.host}: {first}"
        return line[:150] + (f" (+{more})" if more else "")

    def lines(self) -> list[str]:
        """Return the lines of the text, each without a line break."""
        words = _WORDS[self.language]
        lines: list[str] = []
        for alert in self.new:
            lines += [one_line(alert.what), f"{words['todo']}: {one_line(alert.todo)}", ""]
        lines += [f"{words['over']}: {one_line(told.about)}" for told in self.over]
        return lines[:-1] if lines and not lines[-1] else lines

    def to_json(self) -> dict[str, Any]:
        """Return the documented JSON of docs/alerts.md; `text` is what chat services show."""
        new = [_entry(alert.key, alert.code, "new", alert.what, alert.todo) for alert in self.new]
        for entry, alert in zip(new, self.new, strict=True):
            entry |= {"printer": alert.printer, "receipt_id": alert.receipt_id}
        over = [_entry(told.key, told.code, "over", told.about, "") for told in self.over]
        return {
            "text": "\n".join([f"{self.host}:", *self.lines()]),
            "host": self.host,
            "at": int(self.wall),
            "alerts": new + over,
        }


def _entry(key: str, code: str, state: str, what: str, todo: str) -> dict[str, Any]:
    return {"key": key, "code": code, "state": state, "what": one_line(what), "todo": one_line(todo)} | {
        "printer": "",
        "receipt_id": None,
    }


def one_line(text: str) -> str:
    """Return a text from outside as one line of printable characters."""
    return "".join(char if char.isprintable() else " " for char in text).strip()
