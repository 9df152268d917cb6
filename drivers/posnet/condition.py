"""What a printer says of itself while it works: `sdev` and `sprn` (posnet.md 7.1), as codes of `troubles`."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drivers.posnet.readings import optional_whole, truth_of, whole_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from drivers.posnet.frames import Answer

READY, IN_MENU, KEY_AWAITED, ERROR_SHOWN = 0, 1, 2, 3

_MECHANISM: Mapping[int, str] = {
    1: "cover_open",
    2: "mechanism",
    3: "cover_open",
    4: "paper_end",
    5: "paper_end",
    6: "head_hot",
    7: "power",
    8: "cutter",
    9: "power",
    10: "cover_open",
}


@dataclass(frozen=True, slots=True)
class Condition:
    """One look at a printer. `owner` is who holds the transaction: 0 nobody, 1 PC1, 2 PC2, 3 the printer itself.

    `mechanism` is asked for only while the printer waits for somebody; 0 without a fault.
    """

    display: int = READY
    queue_empty: bool = True
    near_end: bool = False
    owner: int | None = None
    mechanism: int = 0

    @property
    def waits(self) -> bool:
        """Whether somebody has to do something at the printer."""
        return self.display in (IN_MENU, KEY_AWAITED, ERROR_SHOWN)

    @property
    def idle(self) -> bool:
        """Whether the printer has nothing left to do, as far as it tells."""
        return self.display == READY and self.queue_empty

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of `troubles`, the one that stops the printer first."""
        warnings = ("paper_near_end",) if self.near_end else ()
        if self.display == IN_MENU:
            return ("in_menu", *warnings)
        if self.waits and self.mechanism:
            return (_MECHANISM.get(self.mechanism, "mechanism"), *warnings)
        if self.display == KEY_AWAITED:
            return ("key_awaited", *warnings)
        if self.display == ERROR_SHOWN:
            return ("error_shown", *warnings)
        return warnings

    def with_mechanism(self, sprn: Answer) -> Condition:
        """Return the condition with what `sprn` tells. Raises UnreadableAnswerError."""
        return replace(self, mechanism=whole_of(sprn, "pr"))


def condition_of(sdev: Answer, before: Condition = Condition()) -> Condition:
    """Return what `sdev` tells; the mechanism stays as it was known. Raises UnreadableAnswerError."""
    display = whole_of(sdev, "ds")
    return Condition(
        display=display,
        queue_empty=truth_of(sdev, "qe") if sdev.get("qe") is not None else True,
        near_end=truth_of(sdev, "pe"),
        owner=optional_whole(sdev, "tl"),
        mechanism=0 if display == READY else before.mechanism,
    )
