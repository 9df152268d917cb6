"""What somebody should know about a receipt that is printed all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Note:
    """One remark: `code` is stable, `text` an English sentence, `text_pl` a Polish one."""

    code: str
    text: str
    text_pl: str

    def to_json(self) -> dict[str, Any]:
        """Return the note as JSON."""
        return {"code": self.code, "text": self.text, "text_pl": self.text_pl}

    @classmethod
    def from_json(cls, value: Mapping[str, Any]) -> Self:
        """Return the note that `to_json` wrote."""
        return cls(code=value["code"], text=value["text"], text_pl=value["text_pl"])
