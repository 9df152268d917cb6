"""What a printer says of itself, put together from its status replies (escpos.md 2.2 and 2.4)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from drivers.escpos.frames import Question

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True)
class Condition:
    """The printer at one moment. A fresh one is healthy: nothing has been said yet."""

    offline: bool = False
    cover_open: bool = False
    feeding: bool = False
    paper_end: bool = False
    near_end: bool = False
    error: bool = False
    mechanical: bool = False
    cutter: bool = False
    unrecoverable: bool = False
    head_hot: bool = False

    @property
    def stopped(self) -> bool:
        """Whether the printer cannot print now. Some clones report a cause without the offline bit."""
        return self.offline or self.cover_open or self.feeding or self.paper_end or self.error

    def answered(self, question: Question, value: int) -> Condition:
        """Return the condition after the answer `value` to DLE EOT `question`."""
        match question:
            case Question.PRINTER:
                return replace(self, offline=_bit(value, 3))
            case Question.OFFLINE_CAUSE:
                return self._offline_cause(value)
            case Question.ERROR_CAUSE:
                return replace(
                    self,
                    mechanical=_bit(value, 2),
                    cutter=_bit(value, 3),
                    unrecoverable=_bit(value, 5),
                    head_hot=_bit(value, 6),
                )
            case Question.PAPER:
                return replace(self, near_end=bool(value & 0b1100), paper_end=bool(value & 0b1100000))

    def _offline_cause(self, value: int) -> Condition:
        error = _bit(value, 6)
        told = replace(
            self, cover_open=_bit(value, 2), feeding=_bit(value, 3), paper_end=_bit(value, 5), error=error
        )
        if error:
            return told
        return replace(told, mechanical=False, cutter=False, unrecoverable=False, head_hot=False)

    def told(self, asb: bytes) -> Condition:
        """Return the condition after the four bytes of an automatic status."""
        printer, error, paper, _ = asb
        return Condition(
            offline=_bit(printer, 3),
            cover_open=_bit(printer, 5),
            feeding=_bit(printer, 6),
            paper_end=bool(paper & 0b1100),
            near_end=bool(paper & 0b11),
            error=bool(error & 0b1101100),
            mechanical=_bit(error, 2),
            cutter=_bit(error, 3),
            unrecoverable=_bit(error, 5),
            head_hot=_bit(error, 6),
        )

    @property
    def codes(self) -> tuple[str, ...]:
        """The codes of `troubles`, the cause first; empty when all is well."""
        causes = tuple(self._causes())
        if self.stopped and not causes:
            causes = ("offline",)
        return (*causes, "paper_near_end") if self.near_end and not self.paper_end else causes

    def _causes(self) -> Iterator[str]:
        if self.cover_open:
            yield "cover_open"
        # With the cover open the paper sensor may be wrong (escpos.md 2.2).
        elif self.paper_end:
            yield "paper_end"
        if self.error:
            yield self._error_code()
        if self.feeding:
            yield "feeding"

    def _error_code(self) -> str:
        if self.unrecoverable:
            return "unrecoverable"
        if self.cutter:
            return "cutter"
        return "head_hot" if self.head_hot else "error"


def _bit(value: int, number: int) -> bool:
    return bool(value >> number & 1)
